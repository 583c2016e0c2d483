//! What a figure costs: processor time of whole process groups, WAL, memory.

use super::bed::Bed;
use super::statements;
use crate::process::{self, Resident};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Processor seconds so far, by who spent them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cpu(BTreeMap<String, f64>);

impl Cpu {
    /// Of everything that runs for the product and beside it.
    pub(crate) fn of(bed: &Bed<'_>) -> anyhow::Result<Self> {
        let mut cpu = bed.ended.clone();
        for part in &bed.deployment.parts {
            cpu.add(part.role, process::cpu_seconds(part.product.pid())?);
        }
        cpu.add("postgres", process::cpu_seconds_of_family(bed.deployment.postgres.pid())?);
        for pid in bed.deployment.brokers.iter().filter_map(|cluster| cluster.pid(0)) {
            cpu.add("kafka", process::cpu_seconds(pid)?);
        }
        cpu.add("load", process::cpu_seconds(std::process::id())?);
        Ok(cpu)
    }

    pub(crate) fn add(&mut self, who: &str, seconds: f64) {
        *self.0.entry(who.to_owned()).or_default() += seconds;
    }
}

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
        Ok(Self { cpu: Cpu::of(bed)?, wal: bed.sql.number(WAL)?, images: bed.sql.number(IMAGES)?, statements })
    }

    /// What so many events have cost since.
    pub(crate) fn read(&self, bed: &Bed<'_>, events: u64) -> anyhow::Result<Vec<(&'static str, Value)>> {
        #[expect(clippy::cast_precision_loss, reason = "nobody sends 2^52 events")]
        let events = events as f64;
        let wal = bed.sql.number(WAL)? - self.wal;
        let mut each = Map::new();
        let mut all = 0.0;
        for (who, seconds) in Cpu::of(bed)?.0 {
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

/// The most that each role had resident, in MiB.
#[derive(Clone, Debug, Default)]
pub(crate) struct Peaks(pub(crate) BTreeMap<String, u64>);

impl Peaks {
    /// Looks at what runs now; the kernel keeps each process's peak.
    pub(crate) fn look(&mut self, bed: &[(&'static str, u32)]) -> anyhow::Result<()> {
        for (role, pid) in bed {
            self.add(role, Resident::of(*pid)?.most);
        }
        Ok(())
    }

    /// The higher of both.
    pub(crate) fn take(&mut self, others: Self) {
        others.0.into_iter().for_each(|(role, most)| self.add(&role, most));
    }

    /// What a process had at its peak.
    pub(crate) fn add(&mut self, role: &str, most: u64) {
        let peak = self.0.entry(role.to_owned()).or_default();
        *peak = most.max(*peak);
    }
}

/// To one decimal.
pub(crate) fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
