//! What the database does at best with the same rows, measured on the same server in the same run.

use super::sql::Sql;
use crate::spread::{Spread, rate};
use anyhow::{Context, ensure};
use sqlx::PgPool;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Rows per transaction.
const BATCH: usize = 1_000;
/// How often: the middle one counts.
const ROUNDS: usize = 3;
/// Rows that are inserted one by one at most.
const ONE_BY_ONE: u32 = 400_000;
/// As many connections as the senders have.
pub(crate) const CONNECTIONS: u32 = 16;

/// The planner is to know what was just loaded: without it one plan of the join below does not end.
const KNOWN: &str = "ANALYZE history; ANALYZE receipt; ANALYZE raw_message";
/// The history's own constraints and indexes, and nothing else.
const BARE: &str = "DROP TABLE IF EXISTS bare_history; CREATE TABLE bare_history (LIKE history INCLUDING ALL)";
const ROWS: &str = "SELECT record, id, extract(epoch FROM received_at)::float8, adapter_version, payload
    FROM history ORDER BY arrival LIMIT $1";
/// Each event with the message that gave it, which the product stores too.
const WITH_MESSAGES: &str =
    "SELECT h.record, h.id, extract(epoch FROM h.received_at)::float8, h.adapter_version, h.payload || k.ciphertext
     FROM history h
     JOIN (SELECT id, unnest(events) AS event FROM receipt) m ON m.event = h.id
     JOIN raw_message k ON k.message = m.id
     ORDER BY h.arrival LIMIT $1";
const INSERT_MANY: &str = "INSERT INTO bare_history (record, id, received_at, adapter_version, payload)
    SELECT record, id, to_timestamp(received_at), adapter_version, payload
    FROM unnest($1::bigint[], $2::uuid[], $3::float8[], $4::int[], $5::bytea[])
         AS n(record, id, received_at, adapter_version, payload)";
const INSERT_ONE: &str = "INSERT INTO bare_history (record, id, received_at, adapter_version, payload)
    VALUES ($1, $2, to_timestamp($3), $4, $5)";

/// A row of the history.
type Row = (i64, Uuid, f64, i32, Vec<u8>);

/// What of the history a row of the bare copy holds.
#[derive(Clone, Copy)]
pub(crate) enum Of {
    /// The event's bytes.
    Rows,
    /// The event's bytes and those of its message: about all that is stored for it.
    WithMessages,
}

/// So many rows a second.
pub(crate) struct Ceiling {
    pub(crate) rate: f64,
    /// Bytes of the payload, on average.
    pub(crate) bytes: usize,
    pub(crate) waited: Spread,
}

/// `UNNEST` into a bare copy of the history: one connection, 1,000 rows a transaction; the middle one of three times.
pub(crate) fn unnest(sql: &Sql, of: Of, most: u32) -> anyhow::Result<Ceiling> {
    let rows = rows(sql, of, most)?;
    let batches: Vec<Columns> = rows.chunks(BATCH).map(Columns::of).collect();
    let (count, bytes) = (rows.len(), mean(&rows));
    drop(rows);
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(insert_many(sql, &batches, count)?);
    }
    rounds.sort_by(|a, b| a.rate.total_cmp(&b.rate));
    let middle = rounds.swap_remove(ROUNDS / 2);
    Ok(Ceiling { bytes, ..middle })
}

fn insert_many(sql: &Sql, batches: &[Columns], count: usize) -> anyhow::Result<Ceiling> {
    bare(sql)?;
    let inserted = sql.runtime.block_on(async {
        let mut connection = sql.pool.acquire().await?;
        let (begun, mut waited) = (Instant::now(), Vec::new());
        for batch in batches {
            let one = Instant::now();
            // A statement on its own is a transaction.
            let insert = sqlx::query(INSERT_MANY).bind(&batch.records).bind(&batch.ids).bind(&batch.received_at);
            insert.bind(&batch.versions).bind(&batch.payloads).execute(&mut *connection).await?;
            waited.push(one.elapsed());
        }
        anyhow::Ok((begun.elapsed(), waited))
    });
    let (took, waited) = inserted.context("UNNEST into a bare copy of the history")?;
    let stored = sql.number("SELECT count(*) FROM bare_history")?;
    ensure!(usize::try_from(stored) == Ok(count), "{stored} of {count} rows are in the bare copy");
    sql.run("DROP TABLE bare_history")?;
    Ok(Ceiling { rate: rate(count as u64, took), bytes: 0, waited: Spread::of(waited) })
}

/// One row, one commit, over 16 connections, for as long as `lasting` at most.
pub(crate) fn one_by_one(sql: &Sql, of: Of, lasting: Duration) -> anyhow::Result<Ceiling> {
    let rows = Arc::new(rows(sql, of, ONE_BY_ONE)?);
    let bytes = mean(&rows);
    bare(sql)?;
    let next = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let waited = sql.runtime.block_on(async {
        let inserting: Vec<_> = (0..CONNECTIONS)
            .map(|_| tokio::spawn(insert(sql.pool.clone(), Arc::clone(&rows), Arc::clone(&next), begun + lasting)))
            .collect();
        let mut waited = Vec::new();
        for one in inserting {
            waited.extend(one.await??);
        }
        anyhow::Ok(waited)
    });
    let waited = waited.context("one row, one commit")?;
    let took = begun.elapsed();
    sql.run("DROP TABLE bare_history")?;
    Ok(Ceiling { rate: rate(waited.len() as u64, took), bytes, waited: Spread::of(waited) })
}

async fn insert(
    pool: PgPool,
    rows: Arc<Vec<Row>>,
    next: Arc<AtomicUsize>,
    until: Instant,
) -> anyhow::Result<Vec<Duration>> {
    let (mut connection, mut waited) = (pool.acquire().await?, Vec::new());
    while let Some((record, id, received_at, version, payload)) = rows.get(next.fetch_add(1, Ordering::Relaxed))
        && Instant::now() < until
    {
        let one = Instant::now();
        let insert = sqlx::query(INSERT_ONE).bind(record).bind(id).bind(received_at).bind(version).bind(payload);
        insert.execute(&mut *connection).await?;
        waited.push(one.elapsed());
    }
    Ok(waited)
}

fn mean(rows: &[Row]) -> usize {
    rows.iter().map(|row| row.4.len()).sum::<usize>() / rows.len().max(1)
}

fn rows(sql: &Sql, of: Of, most: u32) -> anyhow::Result<Vec<Row>> {
    let query = match of {
        Of::Rows => ROWS,
        Of::WithMessages => WITH_MESSAGES,
    };
    sql.run(KNOWN)?;
    let rows = sqlx::query_as::<_, Row>(query).bind(i64::from(most)).fetch_all(&sql.pool);
    let rows = sql.runtime.block_on(rows).context("the history's rows")?;
    ensure!(!rows.is_empty(), "the history is empty: there is nothing to compare with");
    Ok(rows)
}

/// What the run has left to write is not the ceiling's to wait for.
fn bare(sql: &Sql) -> anyhow::Result<()> {
    sql.run(BARE)?;
    sql.run("CHECKPOINT")
}

#[derive(Default)]
struct Columns {
    records: Vec<i64>,
    ids: Vec<Uuid>,
    received_at: Vec<f64>,
    versions: Vec<i32>,
    payloads: Vec<Vec<u8>>,
}

impl Columns {
    fn of(rows: &[Row]) -> Self {
        let mut columns = Self::default();
        for (record, id, received_at, version, payload) in rows {
            columns.records.push(*record);
            columns.ids.push(*id);
            columns.received_at.push(*received_at);
            columns.versions.push(*version);
            columns.payloads.push(payload.clone());
        }
        columns
    }
}
