//! The configuration: a TOML file, then the environment (`RINNAKKAIN_MLLP__ADDRESS`), read once at start.
//!
//! [`mod@file`] is what may be written; [`Config`] is what it means. An unknown key is an error that names it;
//! everything else that is wrong is told at once, in plain words.

mod caller;
mod file;
mod kafka;
mod listener;
mod problems;
mod sender;
mod telemetry;
mod ward;

pub use file::{Log, LogFormat};
pub use kafka::Kafka;
pub use problems::Invalid;
pub use sender::{IdentifiedBy, Sender, UNKNOWN_SENDER, WhenUnavailable};
pub use telemetry::Telemetry;

use crate::tls;
use care::answer::County;
use care::source::NotConnected;
use figment::Figment;
use figment::providers::{Env, Format, Toml};
use file::File;
use jiff::tz::TimeZone;
use problems::Problems;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Everything that is set.
pub struct Config {
    /// The data directory.
    pub data: PathBuf,
    /// `None`: a private PostgreSQL in the data directory.
    pub database: Option<store::Database>,
    /// The key file.
    pub keys: PathBuf,
    pub log: Log,
    /// Where traces and metrics go; `None`: nowhere.
    pub telemetry: Option<Telemetry>,
    pub mllp: Mllp,
    pub http: Listen,
    pub grpc: Listen,
    /// Between ingest and projection; `None`: nothing, one process does both.
    pub kafka: Option<Kafka>,
    /// The name of this ingest, of which there may be several.
    pub ingest: String,
    /// How long a sender waits for a message to be stored.
    pub hold: Duration,
    /// How long the bytes of messages are kept; zero: they never are.
    pub keep: Duration,
    /// Who sends.
    pub senders: Vec<Sender>,
    /// What the answers rest on.
    pub county: County,
    /// Who may ask.
    pub callers: Vec<api::Caller>,
}

/// The MLLP listener.
#[derive(Clone, Debug)]
pub struct Mllp {
    pub listen: Listen,
    /// The longest silence on a connection.
    pub idle: Duration,
    /// The longest time from a message's first byte to its last.
    pub frame: Duration,
}

/// How a listener is reached.
#[derive(Clone, Debug)]
pub struct Listen {
    pub address: SocketAddr,
    /// At most so many at a time.
    pub connections: usize,
    /// `None`: without TLS.
    pub tls: Option<tls::Files>,
}

/// Variables of the same prefix that are no part of the configuration: where PostgreSQL is fetched from, and `ask`'s.
const NOT_OURS: [&str; 3] = ["maven_repository", "server", "token_file"];

/// Used if it is there and no other file is named.
const DEFAULT_FILE: &str = "rinnakkain.toml";

impl Config {
    /// Reads `file` (else [`DEFAULT_FILE`], if it is there), then the environment; `data` from the command line wins.
    pub fn load(file: Option<&Path>, data: Option<&Path>) -> Result<Self, Invalid> {
        let mut figment = Figment::new();
        match file {
            Some(path) if !path.is_file() => {
                return Err(Invalid::one(format!("--config {}: there is no such file", path.display())));
            }
            Some(path) => figment = figment.merge(Toml::file_exact(path)),
            None if Path::new(DEFAULT_FILE).is_file() => figment = figment.merge(Toml::file_exact(DEFAULT_FILE)),
            None => {}
        }
        // Where whoever deploys collectors usually says it; the file and our own variable win.
        let usual = Env::raw().only(&["OTEL_EXPORTER_OTLP_ENDPOINT"]).map(|_| "telemetry.otlp".into());
        let environment = Env::prefixed("RINNAKKAIN_").ignore(&NOT_OURS).split("__");
        Self::read(&Figment::from(usual).merge(figment).merge(environment), data)
    }

    fn read(figment: &Figment, data: Option<&Path>) -> Result<Self, Invalid> {
        let file: File = figment.extract().map_err(Invalid::from_figment)?;
        let mut problems = Problems::default();
        let config = Self::build(file, data, &mut problems);
        problems.into_result().map(|()| config)
    }

    /// What it means; not to be used if a problem was noted.
    fn build(file: File, data: Option<&Path>, problems: &mut Problems) -> Self {
        let zone = problems.zone("time_zone", &file.time_zone);
        let zone = zone.unwrap_or(TimeZone::UTC);
        if !matches!(file.processing_id.as_str(), "P" | "T" | "D") {
            problems.add("processing_id: write P (production), T (training) or D (debugging), as senders do in MSH-11");
        }
        let data = data.map_or(file.data, Path::to_owned);
        let database = database(&file.database, problems);
        let keys = file.keys.file.unwrap_or_else(|| data.join("keys.toml"));
        let mllp = Mllp {
            listen: listener::listen("mllp", &file.mllp.listener(), problems),
            idle: problems.duration("mllp.idle", &file.mllp.idle),
            frame: problems.duration("mllp.frame", &file.mllp.frame),
        };
        let http = listener::listen("http", &file.http.listener(), problems);
        let grpc = listener::listen("grpc", &file.grpc.listener(), problems);
        let hold = problems.duration("ingest.hold", &file.ingest.hold);
        let keep = problems.keep("ingest.keep", &file.ingest.keep);
        let kafka = kafka::kafka(file.transport, file.kafka, problems);
        let ingest = file.ingest.name.unwrap_or_else(host);
        problems.name("ingest.name", &ingest);
        let senders = sender::senders(&file.source, &file.processing_id, &zone, problems);
        sender::certificates(&senders, mllp.listen.tls.as_ref(), problems);
        let sources = sender::declared(&file.source, problems);
        let names: Vec<&str> = file.source.iter().map(|source| source.name.as_str()).collect();
        let directory = ward::directory(file.ward, &names, problems);
        let callers = caller::callers(file.caller, problems);
        let not_connected = file.not_connected.into_iter();
        let not_connected =
            not_connected.map(|it| NotConnected { name: it.name, covers: it.covers.into_iter().collect() }).collect();
        let identifier_systems = senders.iter().flat_map(|it| it.source.linking.iter().cloned()).collect();
        let county = County { sources, not_connected, directory, identifier_systems, zone };
        let telemetry = telemetry::telemetry(&file.telemetry, problems);
        let log = file.log;
        Self {
            data,
            database,
            keys,
            log,
            telemetry,
            mllp,
            http,
            grpc,
            kafka,
            ingest,
            hold,
            keep,
            senders,
            county,
            callers,
        }
    }
}

/// The machine's name: the usual name of the one ingest on it.
fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    Some(name.trim().to_owned()).filter(|name| !name.is_empty()).unwrap_or_else(|| "ingest".to_owned())
}

fn database(file: &file::Database, problems: &mut Problems) -> Option<store::Database> {
    match (&file.url, &file.url_file) {
        (None, None) => None,
        (Some(url), None) => Some(store::Database::Url(url.clone())),
        (None, Some(path)) => match std::fs::read_to_string(path) {
            Ok(url) => Some(store::Database::Url(url.trim().to_owned())),
            Err(error) => {
                problems.add(format!("database.url_file {}: {error}", path.display()));
                None
            }
        },
        (Some(_), Some(_)) => {
            problems.add("database: give url or url_file, not both");
            None
        }
    }
}

#[cfg(test)]
mod tests;
