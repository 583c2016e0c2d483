//! `rinnakkain check`: what is configured, and whether what it names is there and can be relied on.
//!
//! It only looks: it makes no topic, no database and no directory, and waits for nothing long. What it finds is a
//! [`Finding`]; each file under here looks at one thing. A thing to look at that is new, certificates for one, is a file
//! that gives findings and a line in [`Check::run`].

mod database;
mod files;
mod finding;
mod kafka;

use crate::config::{Config, Invalid};
use crate::{output, telemetry};
use clap::Args;
use finding::{Finding, Outcome};
use serde_json::json;
use std::process::ExitCode;

/// Show the configuration without its secrets, try what it names, and say what to do about each failure.
///
/// Changes nothing. Exit status: 0 nothing fails, 1 something does, 64 the configuration is wrong.
#[derive(Args)]
pub struct Check {
    /// For programs: one JSON object
    #[arg(long)]
    json: bool,
}

impl Check {
    pub async fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        telemetry::quiet();
        let config = load()?;
        let (keyring, mut findings) = files::keys(&config);
        findings.push(files::data(&config));
        findings.extend(files::ports(&config).await);
        findings.extend(database::look(&config, keyring.as_ref()).await);
        findings.extend(kafka::look(&config).await);
        let failed = findings.iter().any(|it| it.outcome == Outcome::Failure);
        if self.json {
            output::json(&json!({ "configuration": config.shown, "findings": findings, "failed": failed }))?;
        } else {
            output::line(&toml::to_string(&config.shown)?)?;
            findings.iter().try_for_each(Finding::print)?;
        }
        Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}
