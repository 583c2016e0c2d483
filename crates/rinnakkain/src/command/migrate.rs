//! `rinnakkain migrate`: for a database whose schema the service itself may not change.

use crate::config::{Config, Invalid};
use crate::database::{Database, Target};
use crate::output;
use anyhow::bail;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::process::ExitCode;
use store::Store;
use store::deferred::Deferred;

/// Brings the schema up to this version, and builds the indexes that this version adds. `run` does the same.
#[derive(Args)]
pub struct Migrate {
    #[command(flatten)]
    target: Target,
}

impl Migrate {
    pub async fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        let database = Database::join(&load()?, &self.target).await?;
        let migrated = migrate(&database.store).await;
        database.close().await?;
        migrated.map(|()| ExitCode::SUCCESS)
    }
}

async fn migrate(store: &Store) -> anyhow::Result<()> {
    store.migrate().await?;
    output::line("the schema is up to date")?;
    let bar = ProgressBar::new(100);
    bar.set_style(ProgressStyle::with_template("{bar:40} {pos} %  {msg}")?);
    let built = store.build_deferred(|it| {
        bar.set_message(format!("{}: {}", it.index, it.phase));
        bar.set_position(it.percent.map_or(0, u64::from));
    });
    let built = built.await;
    bar.finish_and_clear();
    match built? {
        Deferred::Done(0) => {}
        Deferred::Done(indexes) => output::line(&format!("indexes built: {indexes}"))?,
        Deferred::Elsewhere => output::line("another program builds indexes now")?,
        Deferred::Forbidden => bail!("this account may not build indexes: use the schema's owner"),
    }
    Ok(())
}
