//! What may be written in the configuration, key by key. `deploy/rinnakkain.toml` shows all of it with comments.
//!
//! What is read can be shown again ([`super::Config::shown`]): a secret is a [`Secret`], which shows as "(set)".

mod listeners;

pub use listeners::{Grpc, Health, Http, Mllp, Tls};

use super::secret::{self, Secret};
use care::decide::{Side, Task};
use care::source::Coverage;
use event::Register;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The whole file.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    pub data: PathBuf,
    pub processing_id: String,
    pub time_zone: String,
    pub transport: Transport,
    pub kafka: Kafka,
    pub database: Database,
    pub keys: Keys,
    pub log: Log,
    pub telemetry: Telemetry,
    pub mllp: Mllp,
    pub http: Http,
    pub grpc: Grpc,
    pub health: Health,
    pub ingest: Ingest,
    pub lists: Lists,
    pub notices_answered: bool,
    pub limits: Limits,
    pub source: Vec<Sender>,
    pub not_connected: Vec<NotConnected>,
    pub ward: Vec<Ward>,
    pub caller: Vec<Caller>,
}

#[derive(Deserialize, Serialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    Direct,
    Kafka,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Kafka {
    pub brokers: Option<String>,
    pub tls_ends_elsewhere: Option<String>,
    pub topic: String,
    pub group: String,
    pub partitions: u32,
    pub replication: u32,
    pub min_insync_replicas: u32,
    pub retention: String,
    pub unsafe_because: Option<String>,
    pub watermarks: String,
    #[serde(serialize_with = "secret::of_the_client")]
    pub client: BTreeMap<String, String>,
    pub client_files: BTreeMap<String, PathBuf>,
}

#[derive(Deserialize, Serialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    pub url: Option<Secret>,
    pub url_file: Option<PathBuf>,
}

#[derive(Deserialize, Serialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Keys {
    pub file: Option<PathBuf>,
}

/// What is logged, and how.
#[derive(Deserialize, Serialize, Clone)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    pub format: LogFormat,
    /// As `tracing_subscriber::EnvFilter` reads it.
    pub filter: String,
}

#[derive(Deserialize, Serialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Telemetry {
    pub otlp: Option<String>,
    pub tls_ends_elsewhere: Option<String>,
    pub sampled: f64,
    pub every: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ingest {
    pub hold: String,
    pub keep: String,
    pub name: Option<String>,
}

/// How long what nobody ends counts.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    pub clinic_visit: String,
    pub emergency_visit: String,
    pub class_not_told: String,
    pub inpatient_stay: String,
    pub unplaced: String,
    pub unanswered_referral: String,
    pub unfinished_assessment: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lists {
    pub ends_share: f64,
    pub ends_at_least: u32,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Sender {
    pub name: String,
    pub format: Format,
    #[serde(default)]
    pub revision: u32,
    pub register: Option<Register>,
    pub application: Option<String>,
    pub facility: Option<String>,
    pub certificate: Option<String>,
    pub event_source: Option<String>,
    pub token_sha256: Option<Secret>,
    pub covers: Vec<Coverage>,
    pub silence: String,
    pub contact: Option<String>,
    pub time_zone: Option<String>,
    pub character_set: Option<String>,
    pub refusals: Option<Refusals>,
    #[serde(default)]
    pub wards: BTreeMap<String, String>,
    #[serde(default)]
    pub worker_roles: BTreeMap<String, WorkerRole>,
    pub own_system: Option<String>,
    #[serde(default)]
    pub authorities: BTreeMap<String, String>,
    pub linking: Option<Vec<String>>,
    #[serde(default)]
    pub artificial_identity_codes: bool,
    #[serde(default)]
    pub referral_kinds: BTreeMap<String, ReferralKind>,
    #[serde(default)]
    pub orders_are_referrals: bool,
    pub lists_of: Option<String>,
    pub when_unavailable: Option<WhenUnavailable>,
    #[serde(default)]
    pub patient_classes: BTreeMap<String, StayClass>,
    pub stay_key: Option<StayKey>,
    #[serde(default)]
    pub number_types: BTreeMap<String, NumberType>,
    #[serde(default)]
    pub placeholders: Vec<String>,
    #[serde(default)]
    pub decides: Vec<Decides>,
    pub registers: Option<Vec<Register>>,
}

#[derive(Deserialize, Serialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Decides {
    IdentityCodes,
    Merges,
    NonDisclosure,
    Lists,
}

#[derive(Deserialize, Serialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Hl7v2,
    Social,
    Fhir,
}

#[derive(Deserialize, Serialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub enum ReferralKind {
    Referral,
    Contact,
    Notice,
}

#[derive(Deserialize, Serialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub enum NumberType {
    Patient,
    IdentityCode,
}

#[derive(Deserialize, Serialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub enum Refusals {
    Standard,
    AeIsSentAgain,
}

#[derive(Deserialize, Serialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub enum WorkerRole {
    OwnWorker,
    ResponsibleWorker,
    WorkPair,
    ChildsSocialWorker,
    HealthSocialWorker,
    CaseManager,
    DutySocialService,
}

#[derive(Deserialize, Serialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub enum StayClass {
    Emergency,
    Inpatient,
    Outpatient,
}

#[derive(Deserialize, Serialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub enum StayKey {
    Visit,
    Account,
}

#[derive(Deserialize, Serialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub enum WhenUnavailable {
    Close,
    Ar,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NotConnected {
    pub name: String,
    pub covers: Vec<Coverage>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Ward {
    pub source: String,
    pub code: String,
    pub contact_point: Option<String>,
    #[serde(default)]
    pub workers: Vec<Worker>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Worker {
    // Who they are is in the file; it need not be in what is shown of it and sent around.
    #[serde(serialize_with = "secret::set")]
    pub name: String,
    #[serde(serialize_with = "secret::set_if_any", skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(serialize_with = "secret::set_if_any", skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    pub task: Option<String>,
    pub weekdays: Vec<Day>,
    pub hours: Option<String>,
}

#[derive(Deserialize, Serialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Caller {
    pub name: String,
    pub side: Side,
    pub tasks: Vec<Task>,
    pub token_sha256: Secret,
}

impl Default for File {
    fn default() -> Self {
        Self {
            data: PathBuf::from("rinnakkain-data"),
            processing_id: "P".to_owned(),
            time_zone: "Europe/Helsinki".to_owned(),
            transport: Transport::Direct,
            kafka: Kafka::default(),
            database: Database::default(),
            keys: Keys::default(),
            log: Log::default(),
            telemetry: Telemetry::default(),
            mllp: Mllp::default(),
            http: Http::default(),
            grpc: Grpc::default(),
            health: Health::default(),
            ingest: Ingest::default(),
            lists: Lists::default(),
            notices_answered: false,
            limits: Limits::default(),
            source: Vec::new(),
            not_connected: Vec::new(),
            ward: Vec::new(),
            caller: Vec::new(),
        }
    }
}

impl Default for Kafka {
    fn default() -> Self {
        Self {
            brokers: None,
            tls_ends_elsewhere: None,
            topic: "care-events".to_owned(),
            group: "rinnakkain".to_owned(),
            partitions: 12,
            replication: 3,
            min_insync_replicas: 2,
            retention: "168h".to_owned(),
            unsafe_because: None,
            watermarks: "1s".to_owned(),
            client: BTreeMap::new(),
            client_files: BTreeMap::new(),
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Text, filter: "info".to_owned() }
    }
}

impl Default for Telemetry {
    fn default() -> Self {
        Self { otlp: None, tls_ends_elsewhere: None, sampled: 0.1, every: "15s".to_owned() }
    }
}

impl Default for Lists {
    fn default() -> Self {
        Self { ends_share: 0.5, ends_at_least: 10 }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            clinic_visit: "24h".to_owned(),
            emergency_visit: "48h".to_owned(),
            class_not_told: "48h".to_owned(),
            inpatient_stay: "365d".to_owned(),
            unplaced: "30d".to_owned(),
            unanswered_referral: "90d".to_owned(),
            unfinished_assessment: "365d".to_owned(),
        }
    }
}

impl Default for Ingest {
    fn default() -> Self {
        Self { hold: "20s".to_owned(), keep: "7d".to_owned(), name: None }
    }
}
