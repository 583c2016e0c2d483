//! Indexes that no statement needs to be right, and that take long on a table of many rows: they are built after the start,
//! while everything works on.
//!
//! `CREATE INDEX CONCURRENTLY` locks out no reader and no writer, but it cannot be part of a migration, which is one
//! transaction. If it is broken off it leaves an index that is not valid: that is dropped, and the index is built anew.
//!
//! To add one: a line in `INDEXES`. A unique index, or one that `ON CONFLICT` names, belongs into a migration.

use crate::Store;
use crate::error::Fault;
use crate::named::Named;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::time::Duration;
use tokio::time::interval;

/// Name, and what follows `ON`.
const INDEXES: [(&str, &str); 1] = [
    // Closed entries of the quarantine go after their retention.
    ("quarantine_closed_at", "quarantine (closed_at) WHERE state <> 'open'"),
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
    /// This account may not: one that may change the schema has to run `rinnakkain migrate`.
    Forbidden,
}

/// How far an index is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The index.
    pub index: &'static str,
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
        let mut built = 0;
        for (index, on) in INDEXES {
            match self.build(&mut connection, index, on, &mut progress).await {
                Ok(new) => built += usize::from(new),
                Err(Fault::Fatal { code, .. }) if code == "42501" => return Ok(Deferred::Forbidden),
                Err(fault) => return Err(fault),
            }
        }
        // With it the lock goes; whether it closes cleanly changes nothing.
        let _ = connection.close().await;
        Ok(Deferred::Done(built))
    }

    /// True if it was not there.
    async fn build(
        &self,
        connection: &mut PgConnection,
        index: &'static str,
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
                        progress(Progress { index, phase, percent });
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
