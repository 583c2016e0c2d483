//! Progress: from where each partition is read next.
//!
//! It moves in the transaction that applies the records, and only from where the batch starts. So a database that was
//! restored or failed over is noticed before anything is stored twice or skipped.

use crate::Store;
use crate::batch::Position;
use crate::error::Fault;
use crate::named::Named;
use event::Checkpoint;
use sqlx::PgConnection;
use uuid::Uuid;

/// The checkpoint of one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The partition.
    pub partition: i32,
    /// Where reading goes on.
    pub checkpoint: Checkpoint,
}

/// Moves it, in one statement. False: a partition is not where its part of the batch starts.
pub(crate) async fn advance(tx: &mut PgConnection, positions: &[Position]) -> Result<bool, Fault> {
    if positions.is_empty() {
        return Ok(true);
    }
    let mut sorted: Vec<&Position> = positions.iter().collect();
    sorted.sort_by(|a, b| (&a.topic, a.partition).cmp(&(&b.topic, b.partition)));
    let topics: Vec<&str> = sorted.iter().map(|it| it.topic.as_str()).collect();
    let partitions: Vec<i32> = sorted.iter().map(|it| it.partition).collect();
    let from: Vec<i64> = sorted.iter().map(|it| it.from).collect();
    let to: Vec<i64> = sorted.iter().map(|it| it.to).collect();
    let last_ids: Vec<Uuid> = sorted.iter().map(|it| it.last_id).collect();
    // A partition without a row is at its beginning. Every writer takes rows in the same order, which avoids deadlocks.
    let moved = sqlx::query!(
        "INSERT INTO progress (topic, partition, next, last_id)
         SELECT topic, partition, next, last_id
         FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[], $5::uuid[])
              AS n(topic, partition, first, next, last_id)
         WHERE first = 0 OR EXISTS (SELECT FROM progress p WHERE p.topic = n.topic AND p.partition = n.partition)
         ORDER BY topic, partition
         ON CONFLICT (topic, partition) DO UPDATE SET next = excluded.next, last_id = excluded.last_id
         WHERE progress.next = (SELECT first FROM unnest($1::text[], $2::int[], $3::bigint[]) AS f(topic, partition, first)
                                WHERE f.topic = progress.topic AND f.partition = progress.partition)",
        &topics as &[&str],
        &partitions,
        &from,
        &to,
        &last_ids
    );
    let moved = moved.execute(tx).named("progress.advance").await?.rows_affected();
    Ok(usize::try_from(moved).is_ok_and(|moved| moved == positions.len()))
}

/// Every partition of a topic that was ever read.
pub(crate) async fn of(store: &Store, topic: &str) -> Result<Vec<Progress>, Fault> {
    let query =
        sqlx::query!("SELECT partition, next, last_id FROM progress WHERE topic = $1 ORDER BY partition", topic);
    let rows = query.fetch_all(store.pool()).named("progress.read").await?;
    let progress = |partition, next, last_id: Uuid| Progress {
        partition,
        checkpoint: Checkpoint { next, last_id: Some(last_id).filter(|id| !id.is_nil()) },
    };
    Ok(rows.into_iter().map(|row| progress(row.partition, row.next, row.last_id)).collect())
}

/// Sets a partition to `beginning`, if its checkpoint is still the expected one. False: it is another.
pub(crate) async fn set_back(
    tx: &mut PgConnection,
    topic: &str,
    partition: i32,
    expected: Option<Checkpoint>,
    beginning: i64,
) -> Result<bool, Fault> {
    let done =
        match expected {
            Some(Checkpoint { next, last_id }) => {
                sqlx::query!(
                    "UPDATE progress SET next = $5, last_id = $6
             WHERE topic = $1 AND partition = $2 AND next = $3 AND last_id = $4",
                    topic,
                    partition,
                    next,
                    last_id.unwrap_or_default(),
                    beginning,
                    Uuid::nil()
                )
                .execute(tx)
                .named("progress.set_back")
                .await?
            }
            None => sqlx::query!(
                "INSERT INTO progress (topic, partition, next, last_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                topic,
                partition,
                beginning,
                Uuid::nil()
            )
            .execute(tx)
            .named("progress.insert")
            .await?,
        };
    Ok(done.rows_affected() == 1)
}
