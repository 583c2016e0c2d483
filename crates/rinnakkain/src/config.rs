//! The configuration: a TOML file, then the environment (`RINNAKKAIN_MLLP__ADDRESS`), read once at start.
//!
//! [`mod@file`] is what may be written; [`Config`] is what it means. Everything that is wrong is told at once, in plain
//! words and without what was written where it may be a secret; of a key that does not exist, which one may be meant.

mod caller;
mod environment;
mod file;
mod kafka;
mod limits;
mod listener;
mod permitted;
mod problems;
mod published;
mod reading;
mod secret;
mod sender;
mod telemetry;
mod ward;

pub use file::{Log, LogFormat};
pub use kafka::Kafka;
pub use problems::Invalid;
pub use sender::{IdentifiedBy, JOURNAL, Sender, UNKNOWN_SENDER, WhenUnavailable};
pub use telemetry::Telemetry;

use crate::tls;
use care::answer::County;
use care::source::NotConnected;
use environment::Environment;
use figment::Figment;
use figment::providers::Serialized;
use figment::value::Value;
use file::File;
use jiff::tz::TimeZone;
use problems::Problems;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tracing_subscriber::EnvFilter;

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
    /// Whether this process lives and is ready; `None`: nobody asks.
    pub health: Option<Listen>,
    /// Between ingest and projection; `None`: nothing, one process does both.
    pub kafka: Option<Kafka>,
    /// The name of this ingest, of which there may be several.
    pub ingest: String,
    /// How long a sender waits for a message to be stored.
    pub hold: Duration,
    /// How long the bytes of messages are kept; zero: they never are.
    pub keep: Duration,
    /// MSH-11 that is accepted.
    pub processing_id: String,
    /// Who sends.
    pub senders: Vec<Sender>,
    /// What the answers rest on.
    pub county: County,
    /// Who may ask.
    pub callers: Vec<api::Caller>,
    /// All of it as it could be written, with what holds where nothing was, and without secrets.
    pub shown: toml::Table,
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

/// Used if it is there and no other file is named.
const DEFAULT_FILE: &str = "rinnakkain.toml";

impl Config {
    /// Reads `file` (else [`DEFAULT_FILE`], if it is there), then the environment; `data` from the command line wins.
    pub fn load(file: Option<&Path>, data: Option<&Path>) -> Result<Self, Invalid> {
        let file = match file {
            Some(path) if !path.is_file() => {
                return Err(Invalid::one(format!("--config {}: there is no such file", path.display())));
            }
            Some(path) => Some(path),
            None => Some(Path::new(DEFAULT_FILE)).filter(|path| path.is_file()),
        };
        let text = match file.map(std::fs::read_to_string).transpose() {
            Ok(text) => text.unwrap_or_default(),
            Err(error) => {
                let file = file.unwrap_or(Path::new(DEFAULT_FILE)).display();
                return Err(Invalid::one(format!("{file}: {error}")));
            }
        };
        Self::read(&text, &Environment::of_the_process(), data)
    }

    fn read(text: &str, environment: &Environment, data: Option<&Path>) -> Result<Self, Invalid> {
        let written: Value = toml::from_str(text).map_err(|error| problems::of_toml(text, &error))?;
        let layers = Figment::from(Serialized::globals(environment.usual()));
        let layers = layers.merge(Serialized::globals(written)).merge(Serialized::globals(environment.values()));
        let value = layers.find_value("").map_err(|_| Invalid::one("it cannot be read".to_owned()))?;
        let mut problems = Problems::default();
        match reading::read(value, environment, &mut problems) {
            Some(reading) if reading.whole => {
                let config = Self::build(reading.file, data, &mut problems);
                problems.into_result().map(|()| config)
            }
            // What it means is told once it can be read.
            _ => Err(problems.into_result().err().unwrap_or_else(|| Invalid::one("it cannot be read".to_owned()))),
        }
    }

    /// For tests: of a file's text alone.
    #[cfg(test)]
    pub fn of_text(text: &str) -> Result<Self, Invalid> {
        Self::read(text, &Environment::default(), None)
    }

    /// What it means; not to be used if a problem was noted.
    fn build(mut file: File, data: Option<&Path>, problems: &mut Problems) -> Self {
        file.data = data.map_or(file.data, Path::to_owned);
        file.keys.file.get_or_insert_with(|| file.data.join("keys.toml"));
        file.ingest.name.get_or_insert_with(host);
        let shown = toml::Table::try_from(&file).unwrap_or_default();
        let zone = problems.zone("time_zone", &file.time_zone);
        let zone = zone.unwrap_or(TimeZone::UTC);
        if !matches!(file.processing_id.as_str(), "P" | "T" | "D") {
            problems.add("processing_id: write P (production), T (training) or D (debugging), as senders do in MSH-11");
        }
        let data = file.data;
        let database = database(&file.database, problems);
        let keys = file.keys.file.unwrap_or_default();
        let mllp = Mllp {
            listen: listener::listen("mllp", &file.mllp.listener(), problems),
            idle: problems.duration("mllp.idle", &file.mllp.idle),
            frame: problems.duration("mllp.frame", &file.mllp.frame),
        };
        let http = listener::listen("http", &file.http.listener(), problems);
        let grpc = listener::listen("grpc", &file.grpc.listener(), problems);
        let health = file.health.listener().map(|it| listener::listen("health", &it, problems));
        let hold = problems.duration("ingest.hold", &file.ingest.hold);
        let keep = problems.keep("ingest.keep", &file.ingest.keep);
        let kafka = kafka::kafka(file.transport, file.kafka, problems);
        let ingest = file.ingest.name.unwrap_or_default();
        problems.name("ingest.name", &ingest);
        let mut senders = sender::senders(&file.source, &file.processing_id, &zone, problems);
        let may_end = permitted::may_end(&file.lists, problems);
        for sender in &mut senders {
            sender.source.lists_may_end = may_end;
        }
        sender::certificates(&senders, mllp.listen.tls.as_ref(), problems);
        let sources = sender::declared(&file.source, problems);
        let names: Vec<&str> = file.source.iter().map(|source| source.name.as_str()).collect();
        let directory = ward::directory(file.ward, &names, problems);
        let callers = caller::callers(file.caller, problems);
        let not_connected = file.not_connected.into_iter();
        let not_connected =
            not_connected.map(|it| NotConnected { name: it.name, covers: it.covers.into_iter().collect() }).collect();
        let identifier_systems = senders.iter().flat_map(|it| it.source.linking.iter().cloned()).collect();
        let (limits, notices_answered) = (limits::limits(&file.limits, problems), file.notices_answered);
        let county = County { sources, not_connected, directory, identifier_systems, zone, limits, notices_answered };
        let telemetry = telemetry::telemetry(&file.telemetry, problems);
        let log = file.log;
        if EnvFilter::try_new(&log.filter).is_err() {
            problems.add("log.filter: write a level such as info, or directives such as \"info,journal=debug\"");
        }
        Self {
            data,
            database,
            keys,
            log,
            telemetry,
            mllp,
            http,
            grpc,
            health,
            kafka,
            ingest,
            hold,
            keep,
            processing_id: file.processing_id,
            senders,
            county,
            callers,
            shown,
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
        (Some(url), None) => Some(store::Database::Url(url.reveal().to_owned())),
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
mod example;
#[cfg(test)]
mod tests;
