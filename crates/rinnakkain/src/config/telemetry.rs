//! Traces and metrics over OTLP: where to, how often, and how much of it.

use super::file;
use super::listener::ACCEPTED;
use super::problems::Problems;
use std::net::IpAddr;
use std::time::Duration;

/// Where traces and metrics go.
#[derive(Clone, Debug, PartialEq)]
pub struct Telemetry {
    /// `http://host:port` of a collector that takes OTLP over gRPC.
    pub otlp: String,
    /// Which part of the messages and questions is traced, from 0 to 1.
    pub sampled: f64,
    /// How often metrics are sent.
    pub every: Duration,
}

/// `None`: nowhere, and nothing is gathered.
pub fn telemetry(file: &file::Telemetry, problems: &mut Problems) -> Option<Telemetry> {
    let every = problems.duration("telemetry.every", &file.every);
    if !(0.0..=1.0).contains(&file.sampled) {
        problems.add("telemetry.sampled: which part is traced: write a number from 0 to 1, such as 0.1");
    }
    let otlp = file.otlp.as_deref().map(|otlp| otlp.trim().trim_end_matches('/')).filter(|otlp| !otlp.is_empty())?;
    let Some(host) = host(otlp) else {
        problems
            .add("telemetry.otlp: write http://host:port of a collector that takes OTLP over gRPC, usually port 4317");
        return None;
    };
    let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    match file.tls_ends_elsewhere.as_deref() {
        Some(ACCEPTED) => {}
        Some(_) => problems.add(format!("telemetry.tls_ends_elsewhere: write exactly {ACCEPTED:?}, or leave it out")),
        None if here => {}
        None => problems.add(format!(
            "telemetry.otlp: what goes to another machine is encrypted: run a collector on this one, or put TLS between and \
             write telemetry.tls_ends_elsewhere = {ACCEPTED:?}"
        )),
    }
    Some(Telemetry { otlp: otlp.to_owned(), sampled: file.sampled, every })
}

/// Of `http://host:port`, and nothing more.
fn host(url: &str) -> Option<&str> {
    let (host, port) = url.strip_prefix("http://")?.rsplit_once(':')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_:[]".contains(c);
    let usable = !host.is_empty() && host.chars().all(plain) && port.parse::<u16>().is_ok();
    usable.then(|| host.trim_matches(['[', ']']))
}
