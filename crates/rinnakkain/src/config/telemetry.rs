//! Traces and metrics over OTLP: where to, how often, and how much of it.

use super::checked::{ACCEPTED, Accepted, Collector, Part, Time, host, is_here};
use super::problems::Problems;
use serde::Deserialize;

/// Where traces and metrics go.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Telemetry {
    /// Of a collector that takes OTLP over gRPC; `None` or empty: nowhere.
    otlp: Option<Collector>,
    tls_ends_elsewhere: Option<Accepted>,
    /// Which part of the messages and questions is traced.
    pub sampled: Part,
    /// How often metrics are sent.
    pub every: Time,
}

impl Telemetry {
    /// `http://host:port`.
    pub fn otlp(&self) -> &str {
        self.otlp.as_ref().map_or("", |it| it.as_str())
    }

    /// `None`: nowhere, and nothing is gathered.
    pub fn checked(self, problems: &mut Problems) -> Option<Self> {
        let away = !is_here(host(self.otlp())?) && self.tls_ends_elsewhere.is_none();
        let problem = format_args!(
            "what goes to another machine is encrypted: run a collector on this one, or put TLS between and write \
             telemetry.tls_ends_elsewhere = {ACCEPTED:?}"
        );
        problems.within(&["telemetry"]).refuse(away, "otlp", problem);
        Some(self)
    }
}
