//! PostgreSQL: history, the one write path, the one door for reading.
//!
//! [`Projector::apply`] takes a batch of events into the record and everything derived from it, in one transaction.
//! [`Door::ask`] reads a client's view, lets a rule decide, logs the access and only then gives the answer. The personal
//! part of events and views stays sealed here: this crate opens nothing and needs no keys. It knows no Kafka, no gRPC and
//! no source format.
//!
//! # Adding a list across clients
//! 1. A row type in `care::Rows`.
//! 2. Its kind in `statement.rs`, or a table in `migrations/` with one file here, as `unidentified.rs` has: the difference
//!    written, the query read.
//! 3. A field of `Listed` in `client.rs`, written with the view and compared by a rebuild; a method of [`Door`] that reads it.
//!
//! Queries are checked at compile time against `.sqlx` (refresh with `cargo prepare`). Each has a name for its errors:
//! `Fault::of("history.insert")`.
//!
//! # Adding a migration
//! Migrations only add: tables, optional columns, indexes. The previous version keeps working during a rolling upgrade: its
//! statements are in `released/`, and the tests try each of them. A later migration removes what that version no longer
//! asks for. A renamed table leaves a view under its old name until then.

mod access_log;
mod as_of;
mod attempt;
mod batch;
mod client;
mod closure;
mod codec;
mod culprit;
mod door;
mod error;
pub mod gap;
mod history;
pub mod inspect;
mod libpq;
mod plan;
mod progress;
mod projector;
pub mod quarantine;
mod rebuild;
pub mod receipt;
mod record;
mod register;
pub mod review;
mod statement;
mod unidentified;
pub mod watermark;

pub use access_log::{Access, Decided};
pub use batch::{Applied, Batch, Marked, Position};
pub use door::{Ask, ClientFacts, Door, Granted};
pub use error::{ApplyError, DoorError, Fault, Statement};
pub use progress::Progress;
pub use projector::Projector;
pub use rebuild::Recomputed;

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

/// A pool of connections with the settings that the write path and the door rely on.
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
    /// Connects. `connections` limits the pool.
    pub async fn connect(database: &Database, connections: u32) -> Result<Self, Fault> {
        // Every statement here looks up given keys. A generic plan by index is right for a table of any size, and is made
        // once instead of once a statement. No JIT: compiling a statement takes longer than applying a batch of a thousand.
        let options = database.options()?.application_name("rinnakkain").options([
            ("statement_timeout", "30s"),
            ("idle_in_transaction_session_timeout", "60s"),
            ("synchronous_commit", "on"),
            ("plan_cache_mode", "force_generic_plan"),
            ("enable_seqscan", "off"),
            ("jit", "off"),
        ]);
        // One connection first: after its retries the pool reports only a timeout, not the error.
        let first = timeout(PATIENCE, PgConnection::connect_with(&options)).await;
        let first = first.map_err(|_| Fault::Unavailable { code: "silent".to_owned() })?;
        first.map_err(Fault::of("connect"))?.close().await.map_err(Fault::of("connect"))?;
        let pool = PgPoolOptions::new()
            .max_connections(connections.max(1))
            .acquire_timeout(PATIENCE)
            .connect_with(options)
            .await
            .map_err(Fault::of("connect"))?;
        Ok(Self { pool })
    }

    /// Brings the schema up to this version. Safe while another program does the same. An account without the right to
    /// change the schema finds nothing to change, once another account has. A newer schema is left as it is: migrations
    /// only add, so this version works on the next schema too during a rolling upgrade (`tests/store/released.rs`).
    pub async fn migrate(&self) -> Result<(), Fault> {
        if inspect::is_current(&mut *self.pool.acquire().await.map_err(Fault::of("connect"))?).await? {
            return Ok(());
        }
        let mut migrator = sqlx::migrate!();
        migrator.set_ignore_missing(true);
        migrator.run(&self.pool).await.map_err(Fault::of_migration)
    }

    /// True if `value`, a check value of the keys, is the one that this database was first used with. False: these are
    /// other keys.
    pub async fn check_keys(&self, value: &[u8]) -> Result<bool, Fault> {
        sqlx::query!("INSERT INTO key_check (value) VALUES ($1) ON CONFLICT DO NOTHING", value)
            .execute(&self.pool)
            .await
            .map_err(Fault::of("key_check.insert"))?;
        // A statement of its own: it sees what another program inserted meanwhile.
        let stored = sqlx::query_scalar!("SELECT value FROM key_check").fetch_one(&self.pool).await;
        Ok(stored.map_err(Fault::of("key_check.read"))? == value)
    }

    /// True if the database answers.
    pub async fn is_ready(&self) -> bool {
        sqlx::query_scalar!("SELECT true AS \"ready!\"").fetch_one(&self.pool).await.unwrap_or(false)
    }

    /// Closes each connection once its work is done.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A transaction for writing. The write path reads again under its locks, so each statement must see what was committed
    /// before it.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Postgres>, Fault> {
        self.pool.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await.map_err(Fault::before_work)
    }

    /// The same, for what comes again after a crash because its position is stored with it: the commit does not wait for the
    /// disk. Whoever reads it and commits afterwards waits for both, because the log is written in order.
    pub(crate) async fn begin_repeatable(&self) -> Result<Transaction<'static, Postgres>, Fault> {
        let begin = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = off";
        self.pool.begin_with(begin).await.map_err(Fault::before_work)
    }

    /// A transaction for reading as of one moment, and for the log row of that access.
    pub(crate) async fn begin_reading(&self) -> Result<Transaction<'static, Postgres>, Fault> {
        self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ").await.map_err(Fault::before_work)
    }

    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }
}
