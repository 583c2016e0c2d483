//! `rinnakkain with-database -- COMMAND`: a tool of PostgreSQL's own on the service's database: pg_dump, psql.
//!
//! The tool finds the database by its environment, so that neither a person nor a script has to know where the private
//! server's socket is, and no password stands in a command line.

use super::backup;
use crate::config::{Config, Invalid};
use crate::database::{Target, for_tools};
use crate::{clock, output, telemetry};
use anyhow::Context;
use clap::Args;
use std::ffi::OsString;
use std::process::ExitCode;
use tokio::process::Command;

/// Runs a command that finds the service's database in its environment (PGHOST and so on), and may only read it. The private PostgreSQL is used if
/// it runs, else started for the duration.
#[derive(Args)]
pub struct WithDatabase {
    /// Make the private PostgreSQL, empty, if there is none, and let the command write: to restore into. If the command fails, it is removed again
    #[arg(long)]
    new: bool,
    /// The command is a backup: note in the data directory when it succeeded, for `rinnakkain status`
    #[arg(long)]
    backup: bool,
    #[command(flatten)]
    target: Target,
    /// The command and its arguments, after --
    #[arg(value_name = "COMMAND", last = true, required = true)]
    command: Vec<OsString>,
}

impl WithDatabase {
    pub async fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        telemetry::quiet();
        let config = load()?;
        let tools = for_tools(&config, &self.target, self.new).await?;
        // The record is never corrected by hand: only a restore, which `--new` is for, may write.
        let reads_only = (!self.new).then_some(("PGOPTIONS", "-c default_transaction_read_only=on"));
        let mut words = self.command.into_iter();
        let program = words.next().context("which command?")?;
        let ended =
            Command::new(&program).args(words).envs(tools.variables.iter().cloned()).envs(reads_only).status().await;
        let succeeded = ended.as_ref().is_ok_and(std::process::ExitStatus::success);
        let stopped = tools.close(succeeded).await;
        let status = ended.with_context(|| format!("cannot run {}", program.display()))?;
        stopped?;
        if self.backup && succeeded {
            // The backup is good without its note: a failure here must not make anybody throw it away.
            if let Err(error) = backup::note(&config.data, clock::now()) {
                output::error(&format!("the time of this backup could not be noted for `status`: {error:#}"))?;
            }
        }
        // A command that was killed has no code.
        let code = status.code().and_then(|code| u8::try_from(code).ok());
        Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
    }
}
