//! Deletes data after its retention time, in small parts, so that nothing waits for it.

use crate::Store;
use crate::error::Fault;
use crate::named::Named;
use event::Instant;

/// How much was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Raw messages.
    pub bytes: u64,
    /// Receipts. Their messages stay counted.
    pub receipts: u64,
    /// The content of closed quarantine entries.
    pub closed: u64,
    /// Closed quarantine entries.
    pub entries: u64,
}

/// Deletes, at most `limit` of each: the bytes of messages received, and of quarantine entries closed, before `bytes`;
/// the receipts of messages received, and the entries closed, before `receipts`. Several programs may do it at once.
///
/// None of these tables is in parts by time. Receipts and entries are found by the message's id, which is unique over all times,
/// and an entry that is open stays. Raw messages are written at one end of their key and deleted at the other, in few pages.
pub async fn sweep(store: &Store, bytes: Instant, receipts: Instant, limit: u32) -> Result<Swept, Fault> {
    let limit = i64::from(limit);
    let gone = sqlx::query!(
        "DELETE FROM raw_message WHERE (received_at, message) IN (
             SELECT received_at, message FROM raw_message WHERE received_at < instant($1)
             ORDER BY received_at, message LIMIT $2 FOR UPDATE SKIP LOCKED)",
        bytes.as_micros(),
        limit
    );
    let bytes_gone = gone.execute(store.pool()).named("raw_message.sweep").await?.rows_affected();
    let closed = sqlx::query!(
        "UPDATE quarantine SET key_id = NULL, nonce = NULL, ciphertext = NULL, event = NULL WHERE id IN (
             SELECT id FROM quarantine
             WHERE state <> 'open' AND num_nonnulls(ciphertext, event) > 0 AND closed_at < instant($1)
             ORDER BY closed_at LIMIT $2 FOR UPDATE SKIP LOCKED)",
        bytes.as_micros(),
        limit
    );
    let closed = closed.execute(store.pool()).named("quarantine.sweep").await?.rows_affected();
    let forgotten = forget(store, receipts, limit).await?;
    // A message whose receipt is there is counted by its entry: the receipts go first.
    let entries = sqlx::query!(
        "DELETE FROM quarantine WHERE id IN (
             SELECT id FROM quarantine
             WHERE state <> 'open' AND closed_at < instant($1) AND received_at < instant($1)
             ORDER BY closed_at LIMIT $2 FOR UPDATE SKIP LOCKED)
         AND NOT EXISTS (SELECT FROM receipt WHERE received_at < instant($1))",
        receipts.as_micros(),
        limit
    );
    let entries = entries.execute(store.pool()).named("quarantine.forget").await?.rows_affected();
    Ok(Swept { bytes: bytes_gone, closed, receipts: forgotten, entries })
}

/// One transaction, so that a message is never counted twice or not at all.
async fn forget(store: &Store, before: Instant, limit: i64) -> Result<u64, Fault> {
    let mut tx = store.begin().await?;
    let ids = sqlx::query_scalar!(
        "SELECT id FROM receipt WHERE received_at < instant($1) ORDER BY received_at, id LIMIT $2 FOR UPDATE SKIP LOCKED",
        before.as_micros(),
        limit
    );
    let ids = ids.fetch_all(&mut *tx).named("receipt.lock_old").await?;
    if ids.is_empty() {
        return Ok(0);
    }
    sqlx::query!(
        "WITH gone AS (
             SELECT source, outcome, (SELECT count(*) FROM receipt_copy c WHERE c.message = m.id) AS copies,
                    EXISTS (SELECT FROM quarantine WHERE id = ANY(m.events) AND state <> 'redriven'
                            AND code IN ('refused-by-database', 'not-applied')) AS refused
             FROM receipt m WHERE id = ANY($1)
         )
         INSERT INTO message_count AS c (source, stored, ignored, rejected, duplicate)
         SELECT source, count(*) FILTER (WHERE outcome = 3 AND NOT refused), count(*) FILTER (WHERE outcome = 2),
                count(*) FILTER (WHERE outcome = 1 OR refused), sum(copies)
         FROM gone GROUP BY source ORDER BY source
         ON CONFLICT (source) DO UPDATE SET stored = c.stored + excluded.stored, ignored = c.ignored + excluded.ignored,
             rejected = c.rejected + excluded.rejected, duplicate = c.duplicate + excluded.duplicate",
        &ids
    )
    .execute(&mut *tx)
    .named("message_count.add")
    .await?;
    sqlx::query!("DELETE FROM receipt WHERE id = ANY($1)", &ids).execute(&mut *tx).named("receipt.delete").await?;
    tx.commit().named("commit").await?;
    Ok(ids.len() as u64)
}
