//! The open entries, and how many there are of each reason.

use crate::Store;
use crate::codec::instant;
use crate::error::Fault;
use crate::named::Named;
use event::Instant;
use uuid::Uuid;

/// An open entry, without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: Uuid,
    /// The configured name of the source.
    pub source: String,
    /// When it was received.
    pub received_at: Instant,
    /// The version of the adapter that refused it.
    pub adapter_version: u32,
    /// The reason, as a code.
    pub code: String,
    /// Where in the message.
    pub place: String,
    /// The reason, as a static text.
    pub text: String,
    /// How many identifiers it names by which others than its sender may ask. 0: it may be about anybody.
    pub named: u64,
}

/// Which of the open entries: those that fit everything that is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this source.
    pub source: Option<String>,
    /// Refused for this code.
    pub code: Option<String>,
    /// Received then or later.
    pub since: Option<Instant>,
    /// Received before then.
    pub until: Option<Instant>,
}

/// The open entries that were refused for the same reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The configured name of the source.
    pub source: String,
    /// The reason, as a code.
    pub code: String,
    /// Where in the message.
    pub place: String,
    /// How many there are.
    pub entries: u64,
    /// When the first of them was received.
    pub first: Instant,
    /// When the last of them was received.
    pub last: Instant,
}

/// Open entries after `after`, the oldest first.
pub async fn list(
    store: &Store,
    filter: &Filter,
    after: Option<(Instant, Uuid)>,
    limit: u32,
) -> Result<Vec<Entry>, Fault> {
    let (received_at, id) = after.unzip();
    let query = sqlx::query!(
        "SELECT q.id, source, micros(received_at) AS \"received_at!\", adapter_version, code, place, text,
                (SELECT count(*) FROM quarantine_named n WHERE n.quarantine = q.id AND n.for_others) AS \"named!\"
         FROM quarantine q
         WHERE state = 'open' AND ($1::bigint IS NULL OR (received_at, q.id) > (instant($1), $2))
           AND ($4::text IS NULL OR source = $4) AND ($5::text IS NULL OR code = $5)
           AND ($6::bigint IS NULL OR received_at >= instant($6))
           AND ($7::bigint IS NULL OR received_at < instant($7))
         ORDER BY received_at, q.id LIMIT $3",
        received_at.map(Instant::as_micros),
        id,
        i64::from(limit),
        filter.source.as_deref(),
        filter.code.as_deref(),
        filter.since.map(Instant::as_micros),
        filter.until.map(Instant::as_micros)
    );
    let mut entries = Vec::new();
    for row in query.fetch_all(store.pool()).named("quarantine.list").await? {
        entries.push(Entry {
            id: row.id,
            source: row.source,
            received_at: instant(row.received_at)?,
            adapter_version: u32::try_from(row.adapter_version).unwrap_or_default(),
            code: row.code,
            place: row.place,
            text: row.text,
            named: u64::try_from(row.named).unwrap_or_default(),
        });
    }
    Ok(entries)
}

/// How many open entries there are, by source, code and place, the most first.
pub async fn count(store: &Store, filter: &Filter) -> Result<Vec<Reason>, Fault> {
    let query = sqlx::query!(
        "SELECT source, code, place, count(*) AS \"entries!\", micros(min(received_at)) AS \"first!\",
                micros(max(received_at)) AS \"last!\"
         FROM quarantine
         WHERE state = 'open' AND ($1::text IS NULL OR source = $1) AND ($2::text IS NULL OR code = $2)
           AND ($3::bigint IS NULL OR received_at >= instant($3))
           AND ($4::bigint IS NULL OR received_at < instant($4))
         GROUP BY source, code, place ORDER BY count(*) DESC, source, code, place",
        filter.source.as_deref(),
        filter.code.as_deref(),
        filter.since.map(Instant::as_micros),
        filter.until.map(Instant::as_micros)
    );
    let mut reasons = Vec::new();
    for row in query.fetch_all(store.pool()).named("quarantine.reasons").await? {
        reasons.push(Reason {
            source: row.source,
            code: row.code,
            place: row.place,
            entries: u64::try_from(row.entries).unwrap_or_default(),
            first: instant(row.first)?,
            last: instant(row.last)?,
        });
    }
    Ok(reasons)
}
