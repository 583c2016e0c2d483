//! Traces and metrics over OTLP: where to, how often, and how much of it.

use super::checked::{self, ACCEPTED};
use super::problems::Section;
use serde::Deserialize;
use std::net::IpAddr;
use std::time::Duration;

/// Where traces and metrics go.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telemetry {
    /// `http://host:port` of a collector that takes OTLP over gRPC.
    #[serde(default)]
    pub otlp: String,
    #[serde(default, deserialize_with = "checked::accepted")]
    tls_ends_elsewhere: bool,
    /// Which part of the messages and questions is traced, from 0 to 1.
    pub sampled: f64,
    /// How often metrics are sent.
    #[serde(deserialize_with = "checked::duration")]
    pub every: Duration,
}

impl Telemetry {
    /// `None`: nowhere, and nothing is gathered.
    pub fn checked(self, section: &mut Section<'_, '_>) -> Option<Self> {
        if !(0.0..=1.0).contains(&self.sampled) {
            section.add("sampled", "which part is traced: write a number from 0 to 1, such as 0.1");
        }
        let otlp = self.otlp.trim().trim_end_matches('/').to_owned();
        if otlp.is_empty() {
            return None;
        }
        match host(&otlp) {
            None => section.add(
                "otlp",
                "write http://host:port of a collector that takes OTLP over gRPC, usually port 4317",
            ),
            Some(host) if self.tls_ends_elsewhere || is_here(host) => {}
            Some(_) => section.add(
                "otlp",
                format!(
                    "what goes to another machine is encrypted: run a collector on this one, or put TLS between and write \
                     telemetry.tls_ends_elsewhere = {ACCEPTED:?}"
                ),
            ),
        }
        Some(Self { otlp, ..self })
    }
}

/// True of this machine itself.
pub fn is_here(host: &str) -> bool {
    host == "localhost" || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Of `http://host:port`, and nothing more.
fn host(url: &str) -> Option<&str> {
    let (host, port) = url.strip_prefix("http://")?.rsplit_once(':')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_:[]".contains(c);
    let usable = !host.is_empty() && host.chars().all(plain) && port.parse::<u16>().is_ok();
    usable.then_some(host)
}
