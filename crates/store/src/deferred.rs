//! Indexes without which every statement is still right, and which take long to build on a table of many rows. They are
//! built after the start, while everything works on.
//!
//! `CREATE INDEX CONCURRENTLY` locks out no reader and no writer, but it cannot be part of a migration, which is one
//! transaction. If it is broken off it leaves an index that is not valid: that is dropped, and the index is built anew.
//!
//! On a table in parts, the migration makes the index for new parts (`CREATE INDEX ... ON ONLY`). Here each older part
//! gets its own.
//!
//! To add one: a line in `INDEXES` or `OF_PARTS`. A unique index, or one that `ON CONFLICT` names, belongs in a
//! migration.

use crate::Store;
use crate::error::Fault;
use crate::named::Named;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::time::Duration;
use tokio::time::interval;

/// Name, and what follows `ON`.
const INDEXES: [(&str, &str); 2] = [
    // Closed entries of the quarantine go after their retention.
    ("quarantine_closed_at", "quarantine (closed_at) WHERE state <> 'open'"),
    // Receipts by the second of a message's ids.
    ("receipt_header", "receipt USING hash (header) WHERE header IS NOT NULL"),
];

/// The index of the whole, the whole, how a part's index is named after the part, and what follows the part's name.
const OF_PARTS: [(&str, &str, &str, &str); 2] = [
    // What one user asked.
    ("access_log_user", "access_log", "by_user", "(user_id, at)"),
    // What was declared, and whether that is reviewed.
    ("access_log_declaration", "access_log", "by_declaration", "(declaration) WHERE declaration IS NOT NULL"),
];

/// Programs exclude each other by it while they build.
const LOCK: i64 = 0x5249_4e4e_4944_5831;

/// How often progress is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// The outcome for the indexes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deferred {
    /// They are there; so many were built.
    Done(usize),
    /// Another program builds them.
    Elsewhere,
    /// This account may not: an account that may change the schema has to run `rinnakkain migrate`.
    Forbidden,
}

/// How far an index is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The index.
    pub index: String,
    /// In PostgreSQL's words.
    pub phase: String,
    /// Of this phase, in percent, if it is known.
    pub percent: Option<u8>,
}

impl Store {
    /// Builds the indexes that are not there. `progress` gets, about every second, how far each one is.
    pub async fn build_deferred(&self, mut progress: impl FnMut(Progress)) -> Result<Deferred, Fault> {
        let mut connection = self.for_schema().await?;
        // Builders wait for each old transaction, by a lock that nobody else waits behind.
        sqlx::query("SET lock_timeout = 0").execute(&mut connection).named("deferred.wait").await?;
        let locked = sqlx::query_scalar!("SELECT pg_try_advisory_lock($1) AS \"locked!\"", LOCK);
        if !locked.fetch_one(&mut connection).named("deferred.lock").await? {
            return Ok(Deferred::Elsewhere);
        }
        let built = match self.build_all(&mut connection, &mut progress).await {
            Err(Fault::Fatal { code, .. }) if code == "42501" => return Ok(Deferred::Forbidden),
            built => built?,
        };
        // The next builder must not find it held by a connection that the server has not ended yet.
        let unlock = sqlx::query("SELECT pg_advisory_unlock($1)").bind(LOCK);
        unlock.execute(&mut connection).named("deferred.unlock").await?;
        // Whether it closes cleanly changes nothing.
        let _ = connection.close().await;
        Ok(Deferred::Done(built))
    }

    /// How many were not there.
    async fn build_all(
        &self,
        connection: &mut PgConnection,
        progress: &mut impl FnMut(Progress),
    ) -> Result<usize, Fault> {
        let mut built = 0;
        for (index, on) in INDEXES {
            built += usize::from(self.build(connection, index, on, progress).await?);
        }
        for (whole, table, by, on) in OF_PARTS {
            let without = sqlx::query_scalar!(
                "SELECT c.relname::text AS \"part!\" FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                 WHERE i.inhparent = to_regclass($1)
                   AND NOT EXISTS (SELECT FROM pg_inherits x JOIN pg_index p ON p.indexrelid = x.inhrelid
                                   WHERE x.inhparent = to_regclass($2) AND p.indrelid = c.oid)",
                table,
                whole
            );
            for part in without.fetch_all(&mut *connection).named("deferred.parts").await? {
                let index = format!("{part}_{by}");
                built += usize::from(self.build(connection, &index, &format!("{part} {on}"), progress).await?);
                // Every answer writes into the part: a wait for its lock must not hold them up for long.
                let attach = format!(
                    "SET lock_timeout = '100ms'; ALTER INDEX {whole} ATTACH PARTITION {index}; SET lock_timeout = 0"
                );
                let attach = AssertSqlSafe(attach);
                sqlx::raw_sql(attach).execute(&mut *connection).named("deferred.attach").await?;
            }
        }
        Ok(built)
    }

    /// True if it was not there.
    async fn build(
        &self,
        connection: &mut PgConnection,
        index: &str,
        on: &str,
        progress: &mut impl FnMut(Progress),
    ) -> Result<bool, Fault> {
        let valid = sqlx::query_scalar!(
            "SELECT indisvalid FROM pg_index JOIN pg_class c ON c.oid = indexrelid
             WHERE relname = $1 AND relnamespace = current_schema()::regnamespace",
            index
        );
        match valid.fetch_optional(&mut *connection).named("deferred.is_valid").await? {
            Some(true) => return Ok(false),
            Some(false) => {
                let drop = AssertSqlSafe(format!("DROP INDEX CONCURRENTLY IF EXISTS {index}"));
                sqlx::raw_sql(drop).execute(&mut *connection).named("deferred.drop").await?;
            }
            None => {}
        }
        let pid = sqlx::query_scalar!("SELECT pg_backend_pid() AS \"pid!\"");
        let pid = pid.fetch_one(&mut *connection).named("deferred.pid").await?;
        let create = AssertSqlSafe(format!("CREATE INDEX CONCURRENTLY {index} ON {on}"));
        let create = sqlx::raw_sql(create).execute(&mut *connection).named("deferred.create");
        tokio::pin!(create);
        let mut look = interval(LOOK);
        loop {
            tokio::select! {
                biased;
                created = &mut create => return created.map(|_| true),
                _ = look.tick() => {
                    // If it cannot be seen, it is built all the same.
                    if let Ok(Some((phase, percent))) = self.how_far(pid).await {
                        progress(Progress { index: index.to_owned(), phase, percent });
                    }
                }
            }
        }
    }

    async fn how_far(&self, pid: i32) -> Result<Option<(String, Option<u8>)>, Fault> {
        let row = sqlx::query!(
            "SELECT phase AS \"phase!\",
                    coalesce(100 * blocks_done / nullif(blocks_total, 0), 100 * tuples_done / nullif(tuples_total, 0),
                             100 * lockers_done / nullif(lockers_total, 0)) AS percent
             FROM pg_stat_progress_create_index WHERE pid = $1",
            pid
        );
        let row = row.fetch_optional(self.pool()).named("deferred.progress").await?;
        Ok(row.map(|row| (row.phase, row.percent.and_then(|percent| percent.try_into().ok()))))
    }
}
