//! `rinnakkain migrate`: for a database whose schema the service itself may not change.

use crate::config::{Config, Invalid};
use crate::database::{Database, Target};
use crate::output;
use clap::Args;
use std::process::ExitCode;

/// Brings the schema up to this version. `run` does the same at its start.
#[derive(Args)]
pub struct Migrate {
    #[command(flatten)]
    target: Target,
}

impl Migrate {
    pub async fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        let database = Database::join(&load()?, &self.target).await?;
        let migrated = database.store.migrate().await;
        database.close().await?;
        migrated?;
        output::line("the schema is up to date")?;
        Ok(ExitCode::SUCCESS)
    }
}
