//! PostgreSQL: history, the one write path, the one door for reading.
//!
//! [`Projector::apply`] takes a batch of events into the record and everything derived from it, in one transaction;
//! [`Door::ask`] reads a client's view, lets a rule decide, logs the access and only then hands out the answer. The
//! personal part of events and views stays sealed here: this crate opens nothing and needs no keys. It knows no Kafka,
//! no gRPC and no source format.
//!
//! # Adding a list across clients
//! 1. A row type in `care::Rows`.
//! 2. Its table in `migrations/`, and one file here like `census.rs`: the difference written, the query read.
//! 3. A field of `Listed` in `client.rs`, written with the view and compared by a rebuild; a method of [`Door`] that reads it.
//!
//! Queries are checked when they are compiled, against `.sqlx` (refresh with `cargo prepare`).
//!
//! # Adding a migration
//! It expands: tables, columns that may be left out, indexes. The program of the schema before works on it while an
//! upgrade rolls; what it asks is in `released/`, and the tests try it. What goes, goes with a later migration, when
//! the program of the schema before that asks for it no more.

mod access_log;
mod as_of;
mod attempt;
mod batch;
mod client;
mod closure;
mod culprit;
mod door;
mod error;
pub mod gap;
pub mod heard;
mod history;
pub mod inspect;
mod libpq;
pub mod message;
mod order;
mod plan;
mod progress;
mod projector;
pub mod quarantine;
mod rebuild;
mod record;
mod register;
pub mod review;
mod statement;
mod unidentified;

pub use access_log::{Access, Decided};
pub use batch::{Applied, Batch, Marked, Position};
pub use door::{Ask, Door, Found, Granted};
pub use error::{ApplyError, DoorError, Fault};
pub use progress::Progress;
pub use projector::Projector;
pub use rebuild::{Rebuilt, Refolded};

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{Connection, PgConnection, Postgres, Transaction};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;
use tokio::time::timeout;

/// How long a connection may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where the database is.
#[derive(Clone)]
pub enum Database {
    /// `postgres://user:password@host:port/name`; may hold a password, so it has no `Debug`.
    Url(String),
    /// A server on a unix socket in this directory, port 5432, with its `postgres` database and account.
    Socket {
        /// The directory.
        dir: PathBuf,
    },
}

/// A pool of connections, each with the settings that the write path and the door rely on.
#[derive(Clone)]
pub struct Store {
    pool: PgPool,
}

impl Database {
    fn options(&self) -> Result<PgConnectOptions, Fault> {
        match self {
            Self::Url(url) => PgConnectOptions::from_str(url).map_err(|_| Fault::Url),
            Self::Socket { dir } => Ok(PgConnectOptions::new_without_pgpass()
                .socket(dir)
                .port(5432)
                .username("postgres")
                .database("postgres")),
        }
    }
}

impl Store {
    /// Connects; `connections` bounds the pool.
    pub async fn connect(database: &Database, connections: u32) -> Result<Self, Fault> {
        // Every statement here looks up keys that it is given: one plan for all of them, by index, which is right for a
        // table however large it becomes, and is made once instead of once a statement. No JIT, because compiling a
        // statement takes longer than a batch of a thousand.
        let options = database.options()?.application_name("rinnakkain").options([
            ("statement_timeout", "30s"),
            ("idle_in_transaction_session_timeout", "60s"),
            ("synchronous_commit", "on"),
            ("plan_cache_mode", "force_generic_plan"),
            ("enable_seqscan", "off"),
            ("jit", "off"),
        ]);
        // One first: the pool tries again and again, and in the end says only that it has tried.
        let first = timeout(PATIENCE, PgConnection::connect_with(&options)).await;
        first.map_err(|_| Fault::Unavailable { code: "silent".to_owned() })??.close().await?;
        let pool = PgPoolOptions::new()
            .max_connections(connections.max(1))
            .acquire_timeout(PATIENCE)
            .connect_with(options)
            .await?;
        Ok(Self { pool })
    }

    /// Brings the schema up to this version; safe while another program does the same. An account that may change nothing
    /// of the schema finds nothing to change, once another has. A newer schema is left as it is: migrations expand first,
    /// so that this program works on the next one too while an upgrade rolls, and contract only when no program needs what
    /// goes (`tests/store/released.rs`).
    pub async fn migrate(&self) -> Result<(), Fault> {
        if inspect::is_current(&mut *self.pool.acquire().await?).await? {
            return Ok(());
        }
        let mut migrator = sqlx::migrate!();
        migrator.set_ignore_missing(true);
        migrator.run(&self.pool).await.map_err(Fault::of_migration)
    }

    /// True if `value`, which only the keys make, is what it was when this database was first used; false: these are
    /// other keys.
    pub async fn check_keys(&self, value: &[u8]) -> Result<bool, Fault> {
        sqlx::query!("INSERT INTO key_check (value) VALUES ($1) ON CONFLICT DO NOTHING", value)
            .execute(&self.pool)
            .await?;
        // A statement of its own: it sees what another program inserted meanwhile.
        Ok(sqlx::query_scalar!("SELECT value FROM key_check").fetch_one(&self.pool).await? == value)
    }

    /// True if the database answers.
    pub async fn is_ready(&self) -> bool {
        sqlx::query_scalar!("SELECT true AS \"ready!\"").fetch_one(&self.pool).await.unwrap_or(false)
    }

    /// Closes every connection once its work is done.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A transaction for writing. The write path locks, and reads again under its locks: each statement must see what was
    /// committed before it.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Postgres>, Fault> {
        self.pool.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await.map_err(Fault::before_work)
    }

    /// A transaction for reading, all of it as of one moment, and for the log row of it.
    pub(crate) async fn begin_reading(&self) -> Result<Transaction<'static, Postgres>, Fault> {
        self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ").await.map_err(Fault::before_work)
    }

    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }
}
