//! Logs on standard error: counts, configured names, codes and places. Never content, identifiers or message ids.

use crate::config::{Log, LogFormat};
use anyhow::Context;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// For the service.
pub fn init(log: &Log) -> anyhow::Result<()> {
    // PostgreSQL's and its driver's own words may quote values, whatever the filter says; our errors carry the codes.
    let silent = "sqlx=off".parse()?;
    let filter = EnvFilter::try_new(&log.filter).context("log.filter")?.add_directive(silent);
    let subscriber = tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter).with_target(false);
    match log.format {
        LogFormat::Json => subscriber.json().init(),
        LogFormat::Text => subscriber.with_ansi(std::io::stderr().is_terminal()).init(),
    }
    std::panic::set_hook(Box::new(|panic| {
        // The payload may quote a value: the place is enough to find the fault.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a fault in the program");
    }));
    Ok(())
}

/// For an operator's command: only what is wrong.
pub fn quiet() {
    let subscriber =
        tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(EnvFilter::new("warn,sqlx=off"));
    // A second initialisation changes nothing.
    let _ = subscriber.with_target(false).without_time().try_init();
}
