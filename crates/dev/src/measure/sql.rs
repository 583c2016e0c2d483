//! Reads and loads the database beside the product: bare SQL with the driver that the product uses.

use anyhow::Context;
use sqlx::postgres::{PgPool, PgPoolOptions};
use std::str::FromStr;
use tokio::runtime::{Builder, Runtime};

/// Connections to the database that the product uses.
pub(crate) struct Sql {
    pub(crate) runtime: Runtime,
    pub(crate) pool: PgPool,
}

impl Sql {
    pub(crate) fn connect(url: &str, connections: u32) -> anyhow::Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let options = sqlx::postgres::PgConnectOptions::from_str(url).context("the database's URL")?;
        let pool = PgPoolOptions::new().max_connections(connections);
        let pool = runtime.block_on(pool.connect_with(options)).context("cannot connect to the database")?;
        Ok(Self { runtime, pool })
    }

    /// A query that gives one number; none is 0.
    pub(crate) fn number(&self, query: &'static str) -> anyhow::Result<i64> {
        let asked = sqlx::query_scalar::<_, Option<i64>>(query).fetch_one(&self.pool);
        Ok(self.runtime.block_on(asked)?.unwrap_or_default())
    }

    /// A query that gives one text.
    pub(crate) fn text(&self, query: &'static str) -> anyhow::Result<String> {
        Ok(self.runtime.block_on(sqlx::query_scalar(query).fetch_one(&self.pool))?)
    }

    /// A query about so many events that gives texts.
    pub(crate) fn lines(&self, query: &'static str, events: f64) -> anyhow::Result<Vec<String>> {
        Ok(self.runtime.block_on(sqlx::query_scalar(query).bind(events).fetch_all(&self.pool))?)
    }

    /// A statement.
    pub(crate) fn run(&self, statement: &'static str) -> anyhow::Result<()> {
        self.runtime.block_on(sqlx::raw_sql(statement).execute(&self.pool))?;
        Ok(())
    }

    /// A statement with a number.
    pub(crate) fn with(&self, statement: &'static str, number: i64) -> anyhow::Result<()> {
        self.runtime.block_on(sqlx::query(statement).bind(number).execute(&self.pool))?;
        Ok(())
    }
}
