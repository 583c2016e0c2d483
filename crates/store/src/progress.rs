//! Progress: from where each partition is read next.
//!
//! Moved in the transaction that applies what was read, and only from where the batch starts: a database that was
//! restored or failed over says so before anything is stored twice or skipped.

use crate::batch::Position;
use crate::error::Fault;
use sqlx::PgConnection;
use uuid::Uuid;

/// Moves it; false if it is not where the batch starts.
pub(crate) async fn advance(tx: &mut PgConnection, position: &Position) -> Result<bool, Fault> {
    let moved = sqlx::query!(
        "UPDATE progress SET next = $4, last_id = $5 WHERE topic = $1 AND partition = $2 AND next = $3",
        position.topic,
        position.partition,
        position.from,
        position.to,
        position.last_id
    );
    if moved.execute(&mut *tx).await?.rows_affected() == 1 {
        return Ok(true);
    }
    if position.from != 0 {
        return Ok(false);
    }
    let begun = sqlx::query!(
        "INSERT INTO progress (topic, partition, next, last_id) VALUES ($1, $2, $3, $4)
         ON CONFLICT (topic, partition) DO NOTHING",
        position.topic,
        position.partition,
        position.to,
        position.last_id
    );
    Ok(begun.execute(tx).await?.rows_affected() == 1)
}

/// The next offset and the id of the record before it; `None`: nothing was read yet.
pub(crate) async fn of(tx: &mut PgConnection, topic: &str, partition: i32) -> Result<Option<(i64, Uuid)>, Fault> {
    let query =
        sqlx::query!("SELECT next, last_id FROM progress WHERE topic = $1 AND partition = $2", topic, partition);
    Ok(query.fetch_optional(tx).await?.map(|row| (row.next, row.last_id)))
}
