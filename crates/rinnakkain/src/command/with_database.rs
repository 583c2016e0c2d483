//! `rinnakkain with-database -- COMMAND`: a tool of PostgreSQL's own on the service's database: pg_dump, psql.
//!
//! The tool finds the database by its environment, so that neither a person nor a script has to know where the private
//! server's socket is, and no password stands in a command line.

use crate::config::{Config, Invalid};
use crate::database::{Target, for_tools};
use crate::telemetry;
use anyhow::Context;
use clap::Args;
use std::ffi::OsString;
use std::process::ExitCode;
use tokio::process::Command;

/// Runs a command that finds the service's database in its environment (PGHOST and so on). The private PostgreSQL is used if
/// it runs, else started for the duration.
#[derive(Args)]
pub struct WithDatabase {
    /// Make the private PostgreSQL, empty, if there is none: to restore into
    #[arg(long)]
    new: bool,
    #[command(flatten)]
    target: Target,
    /// The command and its arguments, after --
    #[arg(value_name = "COMMAND", last = true, required = true)]
    command: Vec<OsString>,
}

impl WithDatabase {
    pub async fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        telemetry::quiet();
        let tools = for_tools(&load()?, self.target, self.new).await?;
        let mut words = self.command.into_iter();
        let program = words.next().context("which command?")?;
        let ended = Command::new(&program).args(words).envs(tools.variables.iter().cloned()).status().await;
        let stopped = tools.close().await;
        let status = ended.with_context(|| format!("cannot run {}", program.display()))?;
        stopped?;
        // A command that was killed has no code.
        let code = status.code().and_then(|code| u8::try_from(code).ok());
        Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
    }
}
