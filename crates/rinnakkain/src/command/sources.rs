//! `rinnakkain sources`: the messages received from each source, by outcome.

use crate::config::{Config, Invalid};
use crate::database::{Database, Target};
use crate::{output, telemetry};
use clap::Args;
use serde_json::json;
use std::process::ExitCode;
use store::receipt::{self, Counts};

/// Counts the messages from each source: received = stored + duplicate + ignored + rejected.
#[derive(Args)]
pub struct Sources {
    /// For programs: one JSON object per source
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

impl Sources {
    pub async fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        telemetry::quiet();
        let database = Database::join(&load()?, &self.target).await?;
        let counts = receipt::counts(&database.store).await;
        database.close().await?;
        print(&counts?, self.json)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn print(counts: &[Counts], as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return counts.iter().try_for_each(|it| {
            output::json(&json!({
                "source": it.source,
                "received": it.received,
                "stored": it.stored,
                "duplicate": it.duplicate,
                "ignored": it.ignored,
                "rejected": it.rejected,
            }))
        });
    }
    let row = |it: &Counts| {
        let [received, stored, duplicate, ignored, rejected] =
            [it.received, it.stored, it.duplicate, it.ignored, it.rejected].map(|n| n.to_string());
        [it.source.clone(), received, stored, duplicate, ignored, rejected]
    };
    let heading = ["SOURCE", "RECEIVED", "STORED", "DUPLICATE", "IGNORED", "REJECTED"];
    Ok(output::table(heading, &counts.iter().map(row).collect::<Vec<_>>())?)
}
