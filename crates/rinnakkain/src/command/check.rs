//! `rinnakkain check`: what is configured, and whether what it names is there and can be relied on.
//!
//! It changes nothing: it makes no topic, no database and no directory, and waits for nothing long. What it finds is a
//! [`Finding`], and each file here examines one thing. To examine another thing, add a file that gives findings, and a
//! line in [`Check::run`].

mod access;
pub mod certificates;
mod database;
pub mod files;
mod finding;
pub mod kafka;
mod sources;

use crate::config::{Config, Invalid};
use crate::role::Roles;
use crate::{clock, output, telemetry};
use clap::{Args, ValueEnum};
pub use finding::{Finding, Outcome};
use serde_json::json;
use std::process::ExitCode;

/// Show the configuration without its secrets, try what it names, and advise on each failure.
///
/// Changes nothing. Exit status: 0 nothing fails, 1 something does, 64 the configuration is wrong.
#[derive(Args)]
pub struct Check {
    /// For programs: one JSON object
    #[arg(long)]
    json: bool,
    /// The role: an ingest with Kafka needs no database, serve needs no Kafka
    #[arg(long, value_name = "ROLE", default_value = "run")]
    role: Role,
}

/// As the commands are called.
#[derive(Clone, Copy, ValueEnum)]
enum Role {
    Run,
    Ingest,
    Project,
    Serve,
}

impl Role {
    fn roles(self) -> Roles {
        match self {
            Self::Run => Roles::ALL,
            Self::Ingest => Roles::INGEST,
            Self::Project => Roles::PROJECT,
            Self::Serve => Roles::SERVE,
        }
    }
}

impl Check {
    pub async fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        telemetry::quiet();
        let config = load()?;
        let roles = self.role.roles();
        let (keyring, mut findings) = files::keys(&config);
        findings.extend(files::tokens(&config));
        findings.push(files::data(&config));
        findings.extend(sources::look(&config));
        findings.extend(access::look(&config));
        findings.extend(files::ports(&config, roles).await);
        findings.extend(certificates::look(&config, roles, clock::now().to_timestamp()));
        if roles.stores() || config.kafka.is_none() {
            findings.extend(database::look(&config, keyring.as_ref()).await);
        }
        if roles.ingest || roles.project {
            findings.extend(kafka::look(&config, false).await);
        }
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
