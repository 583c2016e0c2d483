//! How connections are made, and how long they may take for what.

use crate::Database;
use crate::error::Fault;
use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use std::time::Duration;

/// Connections and time limits. Zero: no limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tuning {
    /// Connections of the pool.
    pub connections: u32,
    /// The longest that a statement may take.
    pub statement_timeout: Duration,
    /// The longest that a change of the schema waits for a lock before it lets others pass. It is then tried again.
    pub schema_lock_timeout: Duration,
    /// A statement that takes longer is logged, by name and without values.
    pub slow_statement: Duration,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            connections: 16,
            statement_timeout: Duration::from_secs(30),
            schema_lock_timeout: Duration::from_secs(3),
            slow_statement: Duration::from_secs(1),
        }
    }
}

impl From<u32> for Tuning {
    /// The usual limits.
    fn from(connections: u32) -> Self {
        Self { connections, ..Self::default() }
    }
}

impl Tuning {
    /// For an operator's command, which reads everything: a few connections, and no time limit on statements.
    #[must_use]
    pub fn of_operator(self) -> Self {
        Self { connections: 4, statement_timeout: Duration::ZERO, ..self }
    }

    /// How the pool's connections are made.
    pub(crate) fn options(&self, database: &Database) -> Result<PgConnectOptions, Fault> {
        // Every statement here looks up given keys. A generic plan by index is right for a table of any size, and is made
        // once instead of once a statement. No JIT: compiling a statement takes longer than applying a batch of a thousand.
        let options = database.options()?.application_name("rinnakkain").options([
            ("statement_timeout", milliseconds(self.statement_timeout).as_str()),
            ("idle_in_transaction_session_timeout", "60s"),
            ("synchronous_commit", "on"),
            ("plan_cache_mode", "force_generic_plan"),
            ("enable_seqscan", "off"),
            ("jit", "off"),
        ]);
        // sqlx's own log would hold the texts of the statements; ours has their names (`named.rs`).
        Ok(options.disable_statement_logging())
    }

    /// The settings of the one connection that changes the schema: no time limit on statements, but each waits for a
    /// lock only briefly, because all later statements wait too.
    pub(crate) fn schema_options(&self, database: &Database) -> Result<PgConnectOptions, Fault> {
        let options = database.options()?.application_name("rinnakkain schema").options([
            ("statement_timeout", "0"),
            ("lock_timeout", milliseconds(self.schema_lock_timeout).as_str()),
            ("synchronous_commit", "on"),
        ]);
        Ok(options.disable_statement_logging())
    }
}

/// As PostgreSQL reads it.
fn milliseconds(limit: Duration) -> String {
    limit.as_millis().to_string()
}
