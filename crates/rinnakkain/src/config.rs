//! The configuration: a TOML file, then the environment (`RINNAKKAIN_MLLP__ADDRESS`), read once at start.
//!
//! [`mod@file`] is what may be written; [`Config`] is what it means. Everything that is wrong is reported at once, in plain
//! words and without what was written where it may be a secret; for a key that does not exist, the one that may be meant.

mod caller;
mod checked;
mod de;
mod directory;
mod environment;
mod file;
mod identity;
mod kafka;
mod listener;
mod page;
mod policy;
mod problems;
mod published;
mod reading;
mod secret;
mod sender;
mod telemetry;
mod ward;

pub use checked::is_here;
pub use directory::{Contents as DirectoryContents, DirectoryFiles};
pub use file::{Log, LogFormat, Retention};
pub use identity::IdentityProvider;
pub use kafka::Kafka;
pub use listener::{Listen, Mllp};
pub use page::{Page, SignIn};
pub use problems::Invalid;
pub use sender::{IdentifiedBy, JOURNAL, Sender, UNKNOWN_SENDER, WhenUnavailable};
pub use telemetry::Telemetry;

use caller::Known;
use care::answer::County;
use environment::Environment;
use file::File;
use problems::Problems;
use sender::Usual;
use std::path::{Path, PathBuf};
use std::time::Duration;
use store::Tuning;
use toml::Table;

/// Everything that is set.
pub struct Config {
    /// The file that it was read from; `None`: from none.
    pub file: Option<PathBuf>,
    /// The data directory.
    pub data: PathBuf,
    /// `None`: a private PostgreSQL in the data directory.
    pub database: Option<store::Database>,
    /// Connections to it, and time limits.
    pub tuning: Tuning,
    /// The key file.
    pub keys: PathBuf,
    pub log: Log,
    /// Where traces and metrics go; `None`: nowhere.
    pub telemetry: Option<Telemetry>,
    pub mllp: Mllp,
    pub http: Listen,
    pub grpc: Listen,
    /// The duty page; `None`: this process has none.
    pub page: Option<Page>,
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
    /// How long receipts and the access log are.
    pub retention: Retention,
    /// MSH-11 that is accepted.
    pub processing_id: String,
    /// Who sends.
    pub senders: Vec<Sender>,
    /// What the answers rest on.
    pub county: County,
    /// Whose access tokens are believed; `None`: nobody's.
    pub identity_provider: Option<IdentityProvider>,
    /// The directory in files of its own, if it is in any.
    pub directory: Option<DirectoryFiles>,
    /// Who may ask.
    pub callers: Vec<api::Caller>,
    /// When answers leave, and how many unknown may be asked about.
    pub answering: api::Answering,
    /// All of it as it could be written, with what holds where nothing was, and without secrets.
    pub shown: toml::Table,
}

/// Used if it is there and no other file is named.
const DEFAULT_FILE: &str = "rinnakkain.toml";

impl Config {
    /// Reads `file` (else [`DEFAULT_FILE`], if it is there), then the environment; `data` from the command line wins.
    pub fn load(file: Option<&Path>, data: Option<&Path>) -> Result<Self, Invalid> {
        let file = file.or(Some(Path::new(DEFAULT_FILE)).filter(|path| path.is_file()));
        let text = match file {
            Some(path) if !path.is_file() => {
                return Err(Invalid::one(format!("--config {}: there is no such file", path.display())));
            }
            Some(path) => {
                std::fs::read_to_string(path).map_err(|error| Invalid::one(format!("{}: {error}", path.display())))?
            }
            None => String::new(),
        };
        let config = Self::read(&text, &Environment::of_the_process(), data)?;
        Ok(Self { file: file.map(Path::to_owned), ..config })
    }

    fn read(text: &str, environment: &Environment, data: Option<&Path>) -> Result<Self, Invalid> {
        let file = toml::from_str(text).map_err(|error| Invalid::syntax(text, &error))?;
        let (written, mut problems) = (reading::layers(file, environment), Problems::default());
        let config = reading::read(written.clone(), environment, &mut problems)
            .map(|(file, shown)| Self::build(file, data, &written, shown, &mut problems));
        problems.into_result(text, environment)?;
        config.ok_or_else(|| Invalid::one("it cannot be read".to_owned()))
    }

    /// For tests: of a file's text alone.
    #[cfg(test)]
    pub fn of_text(text: &str) -> Result<Self, Invalid> {
        Self::read(text, &Environment::default(), None)
    }

    /// What it means; not to be used if a problem was noted.
    fn build(file: File, data: Option<&Path>, written: &Table, mut shown: Table, problems: &mut Problems) -> Self {
        let data = data.map_or(file.data, Path::to_owned);
        let keys = file.keys.file.unwrap_or_else(|| data.join("keys.toml"));
        let ingest = file.ingest.name.unwrap_or_else(host);
        shown.insert("data".to_owned(), (&*data.to_string_lossy()).into());
        reading::set(&mut shown, "keys", "file", &keys.to_string_lossy());
        reading::set(&mut shown, "ingest", "name", &ingest);
        problems.within(&["ingest"]).refuse(!checked::is_name(&ingest), "name", checked::no_name(&ingest));
        let health = file.health.listen();
        let listeners = [("mllp", &file.mllp.listen), ("http", &file.http), ("grpc", &file.grpc)];
        for (table, listen) in listeners.into_iter().chain(health.iter().map(|it| ("health", it))) {
            listen.at.check(table, problems);
        }
        let (processing_id, zone) = (file.processing_id.0, file.time_zone.0);
        let usual =
            Usual { processing_id: processing_id.clone(), zone: zone.clone(), lists_may_end: file.lists.into() };
        let policy = file.access.policy(file.service_task, &file.source, &file.caller, problems);
        let (senders, sources) = sender::senders(file.source, written.get("source"), &usual, problems);
        sender::certificates(&senders, file.mllp.listen.at.tls.as_ref(), problems);
        let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
        let identity_provider = file.identity_provider.checked(problems);
        if let Some(page) = &file.page {
            page.check(identity_provider.as_ref(), problems);
        }
        let known = Known { sources: &names, provider: identity_provider.is_some(), tls: file.grpc.at.tls.as_ref() };
        let callers = caller::callers(file.caller, &known, problems);
        let base = ward::directory(file.ward, &names, problems);
        let directory = file.directory.map(|path| DirectoryFiles {
            path,
            base: base.clone(),
            sources: names.iter().map(|name| (*name).to_owned()).collect(),
            zone: zone.clone(),
        });
        let built = directory.as_ref().map(|files| files.read().and_then(|contents| files.build(&contents)));
        let unusable = |error| problems.within(&["directory"]).refuse(true, "", error);
        let of_files = built.and_then(|built| built.map_err(unusable).ok());
        let county = County {
            directory: of_files.unwrap_or(base),
            not_connected: file.not_connected,
            identifier_systems: senders.iter().flat_map(|it| it.source.linking.iter().cloned()).collect(),
            sources,
            zone,
            limits: file.limits.into(),
            notices_answered: file.notices_answered,
            policy: std::sync::Arc::new(policy),
        };
        Self {
            file: None,
            data,
            tuning: file.database.tuning(),
            database: file.database.checked(problems),
            keys,
            log: file.log,
            telemetry: file.telemetry.checked(problems),
            mllp: file.mllp,
            http: file.http,
            grpc: file.grpc,
            page: file.page,
            health,
            kafka: file.kafka.checked(file.transport, problems),
            ingest,
            hold: *file.ingest.hold,
            keep: *file.ingest.keep,
            retention: file.retention,
            processing_id,
            senders,
            county,
            identity_provider,
            directory,
            callers,
            answering: file.access.answering(),
            shown,
        }
    }
}

/// The machine's name: the usual name of the one ingest on it.
fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    Some(name.trim().to_owned()).filter(|name| !name.is_empty()).unwrap_or_else(|| "ingest".to_owned())
}

#[cfg(test)]
mod example;
#[cfg(test)]
mod tests;
