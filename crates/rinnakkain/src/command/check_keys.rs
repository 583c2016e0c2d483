//! `rinnakkain check-keys`: are these the keys of this database, or of this backup?

use crate::config::{Config, Invalid};
use crate::database::{Database, Target};
use crate::{keys, output, telemetry};
use anyhow::ensure;
use clap::Args;
use std::process::ExitCode;

/// Compares the key file with the database that it is for, or with a backup before that is restored.
#[derive(Args)]
pub struct CheckKeys {
    /// The check value that a backup holds (table `key_check`), in hexadecimal, instead of the database's
    #[arg(long, value_name = "HEX")]
    value: Option<String>,
    #[command(flatten)]
    target: Target,
}

impl CheckKeys {
    pub async fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        telemetry::quiet();
        let config = load()?;
        let keyring = keys::load(&config.keys)?;
        if let Some(value) = &self.value {
            let same = hex::decode(value.trim()).is_ok_and(|value| value == keyring.check().as_bytes());
            ensure!(
                same,
                "{} holds other keys than those of the backup: put back the file it was made with",
                config.keys.display()
            );
        } else {
            let database = Database::join(&config, &self.target).await?;
            let fits = keys::check(&keyring, &database.store).await;
            database.close().await?;
            fits?;
        }
        output::line("the key file fits")?;
        Ok(ExitCode::SUCCESS)
    }
}
