//! What may be written in the configuration, key by key. `deploy/rinnakkain.toml` shows all of it with comments; what
//! holds where nothing is written stands in `usual.toml`.

use super::checked;
use super::identity::IdentityTable;
use super::kafka::{KafkaTable, Transport};
use super::listener::{Health, Listen, Mllp};
use super::page::PageTable;
use super::secret::Secret;
use super::sender::SourceTable;
use super::telemetry::Telemetry;
use api::{Answering, UnknownLimits, Users};
use care::Limits;
use care::access::{CallerSide, Data, ServiceClass, Task};
use care::source::NotConnected;
use event::{Code, MayEnd};
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use quota::KnownBy;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;
use store::Tuning;

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub data: PathBuf,
    #[serde(deserialize_with = "checked::processing_id")]
    pub processing_id: String,
    #[serde(deserialize_with = "checked::zone")]
    pub time_zone: TimeZone,
    pub transport: Transport,
    pub kafka: KafkaTable,
    pub database: Database,
    #[serde(default)]
    pub keys: Keys,
    pub log: Log,
    pub telemetry: Telemetry,
    pub mllp: Mllp,
    pub http: Listen,
    pub grpc: Listen,
    pub page: Option<PageTable>,
    #[serde(default)]
    pub health: Health,
    pub ingest: Ingest,
    pub retention: Retention,
    pub lists: Lists,
    pub notices_answered: bool,
    pub identity_provider: IdentityTable,
    /// The directory's TOML file.
    pub directory: Option<PathBuf>,
    #[serde(deserialize_with = "LimitsTable::deserialize")]
    pub limits: Limits,
    #[serde(default)]
    pub source: Vec<SourceTable>,
    #[serde(default)]
    pub not_connected: Vec<NotConnected>,
    #[serde(default)]
    pub ward: Vec<Ward>,
    #[serde(default)]
    pub service_task: Vec<ServiceTaskClass>,
    pub access: Access,
    #[serde(default)]
    pub caller: Vec<Caller>,
}

/// The class of a service task (palvelutehtävä).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceTaskClass {
    pub code: ServiceTask,
    pub class: ServiceClass,
}

/// What the county's lawyer decides of who may see what.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    #[serde(default, deserialize_with = "checked::name")]
    pub controller: Option<String>,
    pub authority: BTreeSet<Data>,
    #[serde(default, deserialize_with = "checked::seconds")]
    pub recent_discharge: Option<i64>,
    #[serde(deserialize_with = "checked::limit")]
    pub step: Duration,
    #[serde(deserialize_with = "checked::count")]
    pub unknown_per_user: u32,
    #[serde(deserialize_with = "checked::count")]
    pub unknown_per_system: u32,
}

impl Access {
    /// How it is answered, whatever the answer.
    pub fn answering(&self) -> Answering {
        let unknown = UnknownLimits { per_user: self.unknown_per_user, per_system: self.unknown_per_system };
        Answering { step: self.step, unknown }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: Option<Secret>,
    pub url_file: Option<PathBuf>,
    #[serde(deserialize_with = "checked::count")]
    pub connections: u32,
    #[serde(deserialize_with = "checked::limit")]
    pub statement_timeout: Duration,
    #[serde(deserialize_with = "checked::limit")]
    pub schema_lock_timeout: Duration,
    #[serde(deserialize_with = "checked::limit")]
    pub slow_statement: Duration,
}

impl Database {
    /// Connections and time limits.
    pub fn tuning(&self) -> Tuning {
        let Self { connections, statement_timeout, schema_lock_timeout, slow_statement, .. } = *self;
        Tuning { connections, statement_timeout, schema_lock_timeout, slow_statement }
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Keys {
    pub file: Option<PathBuf>,
}

/// What is logged, and how.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub format: LogFormat,
    /// As `tracing_subscriber::EnvFilter` reads it.
    #[serde(deserialize_with = "checked::log_filter")]
    pub filter: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ingest {
    #[serde(deserialize_with = "checked::duration")]
    pub hold: Duration,
    #[serde(deserialize_with = "checked::kept")]
    pub keep: Duration,
    pub name: Option<String>,
}

/// How long what is not about clients is kept.
#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Receipts, and closed entries of the quarantine.
    #[serde(deserialize_with = "checked::receipts")]
    pub receipts: Duration,
    /// The access log.
    #[serde(deserialize_with = "checked::log_years")]
    pub access_log_years: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lists {
    #[serde(deserialize_with = "checked::part")]
    pub ends_share: f64,
    pub ends_at_least: u32,
}

impl From<Lists> for MayEnd {
    fn from(Lists { ends_share, ends_at_least: at_least }: Lists) -> Self {
        let percent = (0..=100).find(|percent| f64::from(*percent) >= ends_share * 100.0);
        percent.map_or(Self::Nothing, |percent| Self::UpTo { percent, at_least })
    }
}

/// How long what nobody ends counts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, remote = "Limits")]
#[expect(clippy::struct_field_names, reason = "these are the fields of `Limits`")]
struct LimitsTable {
    #[serde(rename = "clinic_visit", deserialize_with = "checked::seconds")]
    clinic_visit_seconds: i64,
    #[serde(rename = "emergency_visit", deserialize_with = "checked::seconds")]
    emergency_visit_seconds: i64,
    #[serde(rename = "unknown_class", deserialize_with = "checked::seconds")]
    unknown_class_seconds: i64,
    #[serde(rename = "inpatient_stay", deserialize_with = "checked::seconds")]
    inpatient_stay_seconds: i64,
    #[serde(rename = "unplaced", deserialize_with = "checked::seconds")]
    unplaced_seconds: i64,
    #[serde(rename = "unanswered_referral", deserialize_with = "checked::seconds")]
    unanswered_referral_seconds: i64,
    #[serde(rename = "unfinished_assessment", deserialize_with = "checked::seconds")]
    unfinished_assessment_seconds: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ward {
    pub source: String,
    pub code: String,
    pub contact_point: Option<String>,
    #[serde(default)]
    pub protected: bool,
    pub contact_across: Option<String>,
    #[serde(default)]
    pub workers: Vec<Worker>,
}

/// Who they are need not be in what is shown and sent around.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worker {
    pub name: Secret,
    pub phone: Option<Secret>,
    pub email: Option<Secret>,
    #[serde(default, deserialize_with = "checked::code")]
    pub task: Option<Code>,
    #[serde(deserialize_with = "checked::weekdays")]
    pub weekdays: Vec<Weekday>,
    pub hours: Option<String>,
}

/// A code of a service task (palvelutehtävä).
#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(transparent)]
pub struct ServiceTask(#[serde(deserialize_with = "checked::code")] pub Code);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caller {
    #[serde(deserialize_with = "checked::name")]
    pub name: String,
    pub side: CallerSide,
    #[serde(deserialize_with = "checked::filled")]
    pub tasks: Option<BTreeSet<Task>>,
    #[serde(default, deserialize_with = "checked::name")]
    pub controller: Option<String>,
    #[serde(default)]
    pub sources: BTreeSet<String>,
    #[serde(default)]
    pub service_tasks: BTreeSet<ServiceTask>,
    #[serde(default)]
    pub units: BTreeSet<String>,
    pub users: Option<Users>,
    #[serde(default, deserialize_with = "checked::sha256")]
    pub token_sha256: Option<[u8; 32]>,
    pub client_id: Option<String>,
    #[serde(default, deserialize_with = "checked::certificate")]
    pub certificate: Option<KnownBy>,
}
