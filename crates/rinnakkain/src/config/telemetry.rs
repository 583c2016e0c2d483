//! Traces and metrics over OTLP: where to, how often, and how much of it.

use super::checked::{self, ACCEPTED, host, is_here};
use super::problems::Problems;
use serde::Deserialize;
use std::time::Duration;

/// Where traces and metrics go.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telemetry {
    /// `http://host:port` of a collector that takes OTLP over gRPC.
    #[serde(default, deserialize_with = "checked::collector")]
    pub otlp: String,
    #[serde(default, deserialize_with = "checked::accepted")]
    tls_ends_elsewhere: bool,
    /// Which part of the messages and questions is traced, from 0 to 1.
    #[serde(deserialize_with = "checked::part")]
    pub sampled: f64,
    /// How often metrics are sent.
    #[serde(deserialize_with = "checked::duration")]
    pub every: Duration,
}

impl Telemetry {
    /// `None`: nowhere, and nothing is gathered.
    pub fn checked(self, problems: &mut Problems) -> Option<Self> {
        if !self.tls_ends_elsewhere && !is_here(host(&self.otlp)?) {
            let problem = format!(
                "what goes to another machine is encrypted: run a collector on this one, or put TLS between and write \
                 telemetry.tls_ends_elsewhere = {ACCEPTED:?}"
            );
            problems.add(["telemetry", "otlp"], problem);
        }
        Some(self).filter(|it| !it.otlp.is_empty())
    }
}
