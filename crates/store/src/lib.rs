//! PostgreSQL: history, the one write path, the one door for reading.
//!
//! [`Projector::apply`] takes a batch of events into the record and everything derived from it, in one transaction.
//! [`Door::ask`] reads a client's view, lets a rule decide, logs the access and only then gives the answer. The personal
//! part of events and views stays sealed here: this crate opens nothing and needs no keys. It knows no Kafka, no gRPC and
//! no source format.
//!
//! # Adding a list across clients
//! 1. A row type: a field of `care::Rows`, and what a view gives for it.
//! 2. A row of `row_kinds!` in `statement.rs`; or, if the rows need columns of their own, a table in `migrations/`, a file with
//!    its `RowTable`, as `unidentified.rs`, and its line in `row.rs`. Either is then written with the view, compared by a
//!    rebuild and deleted with its client.
//! 3. The query that reads it, and a method of [`Door`] in a file of `door/`, as `door/opened.rs`: the rows name the clients, the
//!    view of each decides, and the log has a row for each client that is shown.
//!
//! A row of a new kind is there from a client's next event on, or after a rebuild.
//!
//! Queries are checked at compile time against `.sqlx` (refresh with `cargo prepare`). Each has a name, by which
//! errors, traces and the log of slow statements know it: `.named("history.insert").await`.
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
pub mod consent;
mod culprit;
pub mod deferred;
pub mod directory;
mod door;
mod error;
pub mod gap;
mod history;
pub mod inspect;
mod libpq;
mod migrate;
mod named;
pub mod person;
mod plan;
mod progress;
mod projector;
pub mod quarantine;
mod rebuild;
pub mod receipt;
mod record;
mod refused_receipt;
mod register;
mod retry;
pub mod review;
mod row;
mod row_table;
mod statement;
mod tuning;
mod unidentified;
pub mod watermark;

pub use access_log::{
    Access, Decided, Declaration, Identified, LogFilter, LogParts, LogRow, Look, Reviewed, Shown, ShownRow,
    WaitingDeclarations, list as list_log, review as review_declaration, waiting as waiting_declarations,
};
pub use batch::{Applied, Batch, Marked, Position};
pub use door::{Ask, AskOpened, ClientFacts, Door, Granted, OpenedContacts};
pub use error::{ApplyError, DoorError, Fault, Statement};
pub use progress::Progress;
pub use projector::Projector;
pub use rebuild::Recomputed;
pub use tuning::Tuning;

use named::Named;
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
    /// A server on a unix socket in this directory, port 5432, with its database `postgres`.
    Socket {
        /// The directory.
        dir: PathBuf,
        /// The account, which has no password.
        account: String,
    },
}

/// A pool of connections with the settings that the write path and the door rely on.
#[derive(Clone)]
pub struct Store {
    pool: PgPool,
    /// How the connection is made that changes the schema.
    schema: PgConnectOptions,
}

impl Database {
    fn options(&self) -> Result<PgConnectOptions, Fault> {
        match self {
            Self::Url(url) => PgConnectOptions::from_str(url).map_err(|_| Fault::Url),
            Self::Socket { dir, account } => {
                Ok(PgConnectOptions::new_without_pgpass().socket(dir).port(5432).username(account).database("postgres"))
            }
        }
    }
}

impl Store {
    /// Connects. A number alone limits the connections, and the rest is as usual.
    pub async fn connect(database: &Database, tuning: impl Into<Tuning>) -> Result<Self, Fault> {
        let tuning = tuning.into();
        let (options, schema) = (tuning.options(database)?, tuning.schema_options(database)?);
        // One connection first: after its retries the pool reports only a timeout, not the error.
        let first = timeout(PATIENCE, PgConnection::connect_with(&options)).await;
        let first = first.map_err(|_| Fault::Unavailable { code: "silent".to_owned() })?;
        first.map_err(Fault::of("connect"))?.close().named("connect").await?;
        let pool = PgPoolOptions::new()
            .max_connections(tuning.connections.max(1))
            .acquire_timeout(PATIENCE)
            .connect_with(options)
            .named("connect")
            .await?;
        named::log_slower_than(tuning.slow_statement);
        Ok(Self { pool, schema })
    }

    /// True if `value`, a check value of the keys, is the one that this database was first used with. False: these are
    /// other keys.
    pub async fn check_keys(&self, value: &[u8]) -> Result<bool, Fault> {
        sqlx::query!("INSERT INTO key_check (value) VALUES ($1) ON CONFLICT DO NOTHING", value)
            .execute(&self.pool)
            .named("key_check.insert")
            .await?;
        // A statement of its own: it sees what another program inserted meanwhile.
        Ok(self.first_keys().await?.as_deref() == Some(value))
    }

    /// The check value of the keys that this database was first used with; `None`: it was never used.
    pub async fn first_keys(&self) -> Result<Option<Vec<u8>>, Fault> {
        let stored = sqlx::query_scalar!("SELECT value FROM key_check").fetch_optional(&self.pool).await;
        stored.map_err(Fault::of("key_check.read"))
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
        // Stated here too: a pooler between may drop what the connection was opened with.
        let begin = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = on";
        self.pool.begin_with(begin).await.map_err(Fault::before_work)
    }

    /// The same, for what comes again after a crash because its position is stored with it: the commit does not wait for the
    /// disk. Whoever reads it and commits afterwards waits for both, because the log is written in order.
    pub(crate) async fn begin_repeatable(&self) -> Result<Transaction<'static, Postgres>, Fault> {
        let begin = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = off";
        self.pool.begin_with(begin).await.map_err(Fault::before_work)
    }

    /// A transaction for reading as of one moment, and for the log row of that access.
    pub(crate) async fn begin_reading(&self) -> Result<Transaction<'static, Postgres>, Fault> {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL synchronous_commit = on";
        self.pool.begin_with(begin).await.map_err(Fault::before_work)
    }

    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }

    pub(crate) fn schema_options(&self) -> &PgConnectOptions {
        &self.schema
    }
}
