//! What may be written in the configuration. `deploy/rinnakkain.toml` shows all of it with comments; what holds where nothing
//! is written stands in `usual.toml`. A table with checks of its own is in a file of its own.

use super::caller::CallerTable;
use super::checked::{
    Count, Kept, LogFilter, LogYears, Part, ProcessingId, ReceiptsKept, Seconds, Time, TimeLimit, Zone,
};
use super::identity::IdentityProvider;
use super::kafka::{KafkaTable, Transport};
use super::listener::{Health, Listen, Mllp};
use super::page::Page;
use super::policy::{Access, ServiceTask};
use super::problems::Problems;
use super::secret::Secret;
use super::sender::SourceTable;
use super::telemetry::Telemetry;
use super::ward::Ward;
use care::Limits;
use care::source::NotConnected;
use event::MayEnd;
use serde::Deserialize;
use std::path::PathBuf;
use store::Tuning;

/// The whole file.
#[derive(Deserialize)]
pub struct File {
    pub data: PathBuf,
    pub processing_id: ProcessingId,
    pub time_zone: Zone,
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
    pub page: Option<Page>,
    #[serde(default)]
    pub health: Health,
    pub ingest: Ingest,
    pub retention: Retention,
    pub lists: Lists,
    pub notices_answered: bool,
    pub identity_provider: IdentityProvider,
    /// The directory's TOML file.
    pub directory: Option<PathBuf>,
    pub limits: LimitsTable,
    #[serde(default)]
    pub source: Vec<SourceTable>,
    #[serde(default)]
    pub not_connected: Vec<NotConnected>,
    #[serde(default)]
    pub ward: Vec<Ward>,
    #[serde(default)]
    pub service_task: Vec<ServiceTask>,
    pub access: Access,
    #[serde(default)]
    pub caller: Vec<CallerTable>,
}

#[derive(Deserialize)]
pub struct Database {
    url: Option<Secret>,
    url_file: Option<PathBuf>,
    connections: Count,
    statement_timeout: TimeLimit,
    schema_lock_timeout: TimeLimit,
    slow_statement: TimeLimit,
}

impl Database {
    /// Connections and time limits.
    pub fn tuning(&self) -> Tuning {
        let (connections, statement_timeout) = (*self.connections, *self.statement_timeout);
        let (schema_lock_timeout, slow_statement) = (*self.schema_lock_timeout, *self.slow_statement);
        Tuning { connections, statement_timeout, schema_lock_timeout, slow_statement }
    }

    /// `None`: none is configured, or it cannot be used.
    pub fn checked(self, problems: &mut Problems) -> Option<store::Database> {
        let mut here = problems.within(&["database"]);
        here.refuse(self.url.is_some() && self.url_file.is_some(), "", "give url or url_file, not both");
        let of_file = self.url_file.and_then(|path| {
            let error = |error| here.refuse(true, "url_file", format!("{}: {error}", path.display()));
            std::fs::read_to_string(&path).map_err(error).ok().map(|url| url.trim().to_owned())
        });
        self.url.map(Secret::reveal).or(of_file).map(store::Database::Url)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Keys {
    pub file: Option<PathBuf>,
}

/// What is logged, and how.
#[derive(Clone, Deserialize)]
pub struct Log {
    pub format: LogFormat,
    /// As `tracing_subscriber::EnvFilter` reads it.
    pub filter: LogFilter,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Deserialize)]
pub struct Ingest {
    pub hold: Time,
    pub keep: Kept,
    pub name: Option<String>,
}

/// How long what is not about clients is kept.
#[derive(Clone, Deserialize)]
pub struct Retention {
    /// Receipts, and closed entries of the quarantine.
    pub receipts: ReceiptsKept,
    /// The access log.
    pub access_log_years: LogYears,
}

#[derive(Deserialize)]
pub struct Lists {
    ends_share: Part,
    ends_at_least: u32,
}

impl From<Lists> for MayEnd {
    fn from(Lists { ends_share, ends_at_least: at_least }: Lists) -> Self {
        let percent = (0..=100).find(|percent| f64::from(*percent) >= *ends_share * 100.0);
        percent.map_or(Self::Nothing, |percent| Self::UpTo { percent, at_least })
    }
}

/// How long what nobody ends counts.
#[derive(Deserialize)]
pub struct LimitsTable {
    clinic_visit: Seconds,
    emergency_visit: Seconds,
    unknown_class: Seconds,
    inpatient_stay: Seconds,
    unplaced: Seconds,
    unanswered_referral: Seconds,
    unfinished_assessment: Seconds,
}

impl From<LimitsTable> for Limits {
    fn from(it: LimitsTable) -> Self {
        Self {
            clinic_visit_seconds: *it.clinic_visit,
            emergency_visit_seconds: *it.emergency_visit,
            unknown_class_seconds: *it.unknown_class,
            inpatient_stay_seconds: *it.inpatient_stay,
            unplaced_seconds: *it.unplaced,
            unanswered_referral_seconds: *it.unanswered_referral,
            unfinished_assessment_seconds: *it.unfinished_assessment,
        }
    }
}
