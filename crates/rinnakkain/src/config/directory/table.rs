//! What may be written in the directory's files: a table of the TOML file, or a row of a CSV file.

use crate::config::checked::{Age, Day, KeptEve, Seconds};
use care::directory::{Ages, Line, WardEntry, WardWorker};
use care::hours::Hours;
use event::Code;
use serde::Deserialize;

/// The keys that name the CSV files.
pub const WARDS: &str = "wards";
pub const STAFF: &str = "staff";

/// The TOML file.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct DirectoryTable {
    pub usual_hours: Option<Hours>,
    pub midsummer_eve: Option<KeptEve>,
    pub christmas_eve: Option<KeptEve>,
    pub stale_after: Option<Seconds>,
    /// A CSV file of wards, a row each as `[[ward]]`.
    pub wards: Option<String>,
    /// A CSV file of their workers, a row each as `[[worker]]`.
    pub staff: Option<String>,
    pub ward: Vec<WardTable>,
    pub worker: Vec<WorkerTable>,
    pub unit: Vec<UnitTable>,
    pub county_line: Vec<LineTable>,
}

#[derive(Deserialize)]
pub struct WardTable {
    pub source: String,
    pub code: String,
    #[serde(rename = "+entry")]
    pub entry: WardEntry,
}

#[derive(Deserialize)]
pub struct WorkerTable {
    pub source: String,
    pub ward: String,
    #[serde(rename = "+ages")]
    pub ages: AgesTable,
    #[serde(rename = "+worker")]
    pub worker: WardWorker,
    pub confirmed: Option<Day>,
}

#[derive(Deserialize)]
pub struct UnitTable {
    pub facility: Option<String>,
    #[serde(default)]
    pub service_tasks: Vec<Code>,
    #[serde(rename = "+ages")]
    pub ages: AgesTable,
    #[serde(rename = "+line")]
    pub line: LineTable,
    pub fallback: Option<String>,
}

#[derive(Deserialize)]
pub struct LineTable {
    #[serde(rename = "+line")]
    pub line: Line,
    pub confirmed: Option<Day>,
}

#[derive(Deserialize)]
pub struct AgesTable {
    age_from: Option<Age>,
    age_to: Option<Age>,
}

impl From<AgesTable> for Ages {
    fn from(AgesTable { age_from, age_to }: AgesTable) -> Self {
        Self { from: age_from.map(|it| it.0), to: age_to.map(|it| it.0) }
    }
}
