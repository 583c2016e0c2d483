//! `rinnakkain rebuild`: folds everything that is derived again from history.

use crate::config::{Config, Invalid};
use crate::database::{Database, Target};
use crate::{output, telemetry};
use clap::Args;
use std::process::ExitCode;
use store::Projector;

/// Folds every client's history again. It may run while the service runs.
#[derive(Args)]
pub struct Rebuild {
    /// Change nothing; exit with 1 if anything stored differs from its history
    #[arg(long)]
    verify: bool,
    #[command(flatten)]
    target: Target,
}

impl Rebuild {
    pub async fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        telemetry::quiet();
        let database = Database::join(&load()?, &self.target).await?;
        let bar = output::bar(0, "records")?;
        let progress = |done, total| {
            bar.set_length(total);
            bar.set_position(done);
        };
        let rebuilt = Projector::new(database.store.clone()).rebuild(self.verify, progress).await;
        bar.finish_and_clear();
        database.close().await?;
        let rebuilt = rebuilt?;
        let (clients, differing) = (rebuilt.clients, rebuilt.differing);
        if self.verify {
            output::line(&format!("{clients} clients verified: {differing} differ from their history"))?;
        } else {
            output::line(&format!("{clients} clients rebuilt: {differing} differed from their history"))?;
        }
        Ok(if self.verify && differing > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}
