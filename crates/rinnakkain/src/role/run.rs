//! `rinnakkain run`, and its parts `ingest`, `project` and `serve` where Kafka stands between: one process from its start
//! to its orderly stop.

use super::Roles;
use super::health::Health;
use super::prepare;
use super::service::Service;
use super::signals::Signals;
use super::sockets::{Ports, Sockets};
use crate::config::Config;
use crate::database::{self, Database};
use crate::{keys, telemetry};
use anyhow::{Context, bail};
use event::Keyring;
use std::fs;
use std::process::ExitCode;
use std::sync::Arc;

pub async fn run(config: Config, roles: Roles) -> anyhow::Result<ExitCode> {
    let telemetry = telemetry::init(&config, roles.name())?;
    // Its future is large: on the heap.
    let ended = Box::pin(run_until_stopped(config, roles)).await;
    telemetry.flush().await;
    ended
}

async fn run_until_stopped(config: Config, roles: Roles) -> anyhow::Result<ExitCode> {
    if config.kafka.is_none() && roles.ingest != roles.project {
        bail!(
            "without Kafka one process takes messages in and applies them: use `rinnakkain run`, or set transport = \"kafka\""
        );
    }
    if let Some(invalid) = config.published_beyond_loopback() {
        return Err(invalid.into());
    }
    for name in config.with_published_tokens() {
        tracing::warn!(name, "this token is the published example's: anybody may speak as it. Give it one of its own");
    }
    let mut signals = Signals::new()?;
    let mut sockets = Sockets::bind(&config, roles).await?;
    let health = Health::default();
    let health_port = sockets.health.as_ref().map(|it| it.local_addr().map(|it| it.port())).transpose()?;
    if let Some(listener) = sockets.health.take() {
        health.serve(listener, roles);
    }
    fs::create_dir_all(&config.data).with_context(|| format!("cannot make {}", config.data.display()))?;
    let keyring = Arc::new(keyring(&config, roles)?);
    let database = if roles.stores() {
        let database = tokio::select! {
            database = prepare::database(&config, &keyring, &health) => database?,
            () = signals.any() => return Ok(ExitCode::SUCCESS),
        };
        Some(database)
    } else {
        None
    };
    let prepared = tokio::select! {
        prepared = prepare::journal(&config, roles, database.as_ref(), &health) => prepared,
        () = signals.any() => return close(database).await.map(|()| ExitCode::SUCCESS),
    };
    if let Err(error) = prepared {
        close(database).await?;
        return Err(error);
    }
    let ports = Ports::write(&config.data, &sockets, health_port)?;
    let mut service = Service::start(config, roles, keyring, sockets, database, &health)?;
    let ended = service.until(&mut signals).await;
    health.stops();
    let stopped = service.stop().await;
    ports.remove();
    ended.and(stopped).map(|()| ExitCode::SUCCESS)
}

async fn close(database: Option<Database>) -> anyhow::Result<()> {
    match database {
        Some(database) => database.close().await,
        None => Ok(()),
    }
}

fn keyring(config: &Config, roles: Roles) -> anyhow::Result<Keyring> {
    if config.database.is_some() || !roles.stores() {
        return keys::load_for_configured(&config.keys);
    }
    keys::load_or_make(&config.keys, &database::cluster(&config.data))
}
