//! What a figure costs: processor time of whole process groups, WAL, memory.

use super::bed::Bed;
use super::spent::Cpu;
use super::statements;
use serde_json::{Map, Value, json};

/// Pages written whole into the WAL, at their first change after a checkpoint.
const IMAGES: &str = "SELECT wal_fpi FROM pg_stat_wal";

/// From now on.
pub(crate) struct Meter {
    cpu: Cpu,
    wal: i64,
    images: i64,
    statements: bool,
}

const WAL: &str = "SELECT (pg_current_wal_lsn() - '0/0')::bigint";

impl Meter {
    pub(crate) fn start(bed: &Bed<'_>) -> anyhow::Result<Self> {
        let statements = statements::begin(&bed.sql)?;
        Ok(Self { cpu: bed.cpu()?, wal: bed.sql.number(WAL)?, images: bed.sql.number(IMAGES)?, statements })
    }

    /// What so many events have cost since.
    pub(crate) fn read(&self, bed: &Bed<'_>, events: u64) -> anyhow::Result<Vec<(&'static str, Value)>> {
        #[expect(clippy::cast_precision_loss, reason = "nobody sends 2^52 events")]
        let events = events as f64;
        let wal = bed.sql.number(WAL)? - self.wal;
        let mut each = Map::new();
        let mut all = 0.0;
        for (who, seconds) in bed.cpu()?.0 {
            let seconds = seconds - self.cpu.0.get(&who).copied().unwrap_or_default();
            if who != "load" {
                all += seconds;
            }
            each.insert(who, json!(tenths(seconds / events * 1e6)));
        }
        each.insert("all but the load".to_owned(), json!(tenths(all / events * 1e6)));
        #[expect(clippy::cast_precision_loss, reason = "nobody writes 2^52 bytes")]
        let (wal, images) = (wal as f64 / events, (bed.sql.number(IMAGES)? - self.images) as f64 / events);
        let mut costs = vec![
            ("CPU seconds per million", Value::Object(each)),
            ("WAL bytes each", json!(wal.round())),
            ("whole pages in the WAL, each", json!((images * 1000.0).round() / 1000.0)),
        ];
        if self.statements {
            costs.push(("statements, each", json!(statements::read(&bed.sql, events)?)));
        }
        Ok(costs)
    }
}

/// To one decimal.
pub(crate) fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
