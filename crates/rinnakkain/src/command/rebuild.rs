//! `rinnakkain rebuild`: folds everything that is derived again from history.

use crate::config::{Config, Invalid};
use crate::database::{Database, Target};
use crate::{keys, output, personal, telemetry};
use anyhow::ensure;
use clap::Args;
use std::process::ExitCode;
use store::{Projector, Store};

/// Folds every client's history again. It may run while the service runs.
#[derive(Args)]
pub struct Rebuild {
    /// Change nothing; exit with 1 if anything stored differs from its history, or if the keys do not open it
    #[arg(long)]
    verify: bool,
    #[command(flatten)]
    target: Target,
}

/// Events whose sealed values are tried, of the first records and of the last.
const TRIED: u32 = 1_000;

/// The index key is known by the database's check value; each sealing key by what it sealed.
async fn try_keys(config: &Config, store: &Store) -> anyhow::Result<()> {
    let keyring = keys::of_database(&config.keys, store).await?;
    let events = store::person::sample(store, TRIED).await?;
    let closed = events.iter().filter(|event| personal::tried(event, &keyring).any(|(_, opens)| !opens)).count();
    ensure!(
        closed == 0,
        "of {} events tried, the sealed values of {closed} do not open: {} lacks a sealing key ([[seal]])",
        events.len(),
        config.keys.display()
    );
    Ok(())
}

impl Rebuild {
    pub async fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        telemetry::quiet();
        let config = load()?;
        let database = Database::join(&config, &self.target).await?;
        let keys = if self.verify { try_keys(&config, &database.store).await } else { Ok(()) };
        if let Err(error) = keys {
            database.close().await?;
            return Err(error);
        }
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
        let clients = output::counted(clients, "client", "clients");
        if self.verify {
            let differ = output::counted(differing, "differs", "differ");
            output::line(&format!("{clients} verified: {differ} from history"))?;
        } else {
            output::line(&format!("{clients} rebuilt: {differing} differed from history"))?;
        }
        Ok(if self.verify && differing > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}
