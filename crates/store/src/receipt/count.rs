//! Per source: received = stored + duplicate + ignored + rejected.

use crate::Store;
use crate::error::Fault;
use crate::named::Named;

/// The messages of a source, from the first one on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The configured name of the source.
    pub source: String,
    /// All copies of all messages: those that were acknowledged, and those whose acknowledgement was lost.
    pub received: u64,
    /// Messages that gave events.
    pub stored: u64,
    /// Further copies of messages.
    pub duplicate: u64,
    /// Messages that were understood and gave no event.
    pub ignored: u64,
    /// Messages that were not accepted, or only in part.
    pub rejected: u64,
}

/// The counts of every source that ever sent a message, by name, as of one moment.
pub async fn counts(store: &Store) -> Result<Vec<Counts>, Fault> {
    // Received messages are counted by copy; outcomes are counted by message.
    let query = sqlx::query!(
        "WITH culprit AS MATERIALIZED (
             SELECT coalesce(array_agg(id), '{}') AS ids FROM quarantine
             WHERE code IN ('refused-by-database', 'not-applied') AND state <> 'redriven'
         ), here AS (
             SELECT source, count(*) AS first,
                    count(*) FILTER (WHERE outcome = 3 AND NOT events && ids) AS stored,
                    count(*) FILTER (WHERE outcome = 2) AS ignored,
                    count(*) FILTER (WHERE outcome = 1 OR events && ids) AS rejected
             FROM receipt, culprit GROUP BY source
         ), copies AS (
             SELECT m.source, count(*) AS copies FROM receipt_copy c JOIN receipt m ON m.id = c.message GROUP BY m.source
         )
         SELECT coalesce(h.source, g.source) AS \"source!\",
                (coalesce(first, 0) + coalesce(copies, 0)
                 + coalesce(g.stored + g.ignored + g.rejected + g.duplicate, 0))::bigint AS \"received!\",
                (coalesce(h.stored, 0) + coalesce(g.stored, 0))::bigint AS \"stored!\",
                (coalesce(copies, 0) + coalesce(g.duplicate, 0))::bigint AS \"duplicate!\",
                (coalesce(h.ignored, 0) + coalesce(g.ignored, 0))::bigint AS \"ignored!\",
                (coalesce(h.rejected, 0) + coalesce(g.rejected, 0))::bigint AS \"rejected!\"
         FROM here h LEFT JOIN copies c ON c.source = h.source FULL JOIN message_count g ON g.source = h.source
         ORDER BY 1"
    );
    let number = |n: i64| u64::try_from(n).unwrap_or_default();
    let rows = query.fetch_all(store.pool()).named("receipt.count").await?;
    let counts = rows.into_iter().map(|row| Counts {
        source: row.source,
        received: number(row.received),
        stored: number(row.stored),
        duplicate: number(row.duplicate),
        ignored: number(row.ignored),
        rejected: number(row.rejected),
    });
    Ok(counts.collect())
}
