//! One run: which deployments are started, and in what order they are measured.

use super::bed::{Bed, Sent};
use super::messages::{Load, arrivals};
use super::meter::Meter;
use super::report::{Figure, Target};
use super::scale::Scale;
use super::spent::Peaks;
use super::{Output, What, attacks, ceiling, end_to_end, environment, mllp, page, projection, reads, rebuild, size};
use crate::clock::now;
use crate::deployment;
use crate::interrupt::Interrupt;
use jiff::{Timestamp, ToSpan};
use serde_json::Value;
use std::path::{Path, PathBuf};
use testkit::product::scratch;

/// Connections of further senders, beside the 16 of every figure.
const MORE_SENDERS: [u32; 2] = [64, 256];
/// Connections that fill a county: more share a request to the broker.
const MANY: u32 = 64;
/// Of each role, in MiB.
const MEMORY: f64 = 150.0;

pub(super) struct Run<'a> {
    pub(super) only: &'a [What],
    pub(super) scale: Scale,
    pub(super) binary: PathBuf,
    pub(super) interrupt: &'a Interrupt,
    pub(super) report: &'a dyn Fn(&Output) -> anyhow::Result<()>,
}

impl Run<'_> {
    pub(super) fn all(&self) -> anyhow::Result<()> {
        let directory = scratch()?;
        let at = |name: &str| -> anyhow::Result<PathBuf> {
            let path = directory.path().join(name);
            deployment::directory(&path)?;
            Ok(path)
        };
        (self.report)(&Output::Facts(environment::machine()))?;
        let mut peaks = Peaks::default();
        // The memory is that under the loads of the others.
        if self.wants(&[What::Projection, What::Rebuild, What::Mllp, What::Reads, What::EndToEnd, What::Memory]) {
            peaks.take(self.over_kafka(&at("kafka")?)?);
        }
        if self.wants(&[What::Mllp, What::EndToEnd, What::Memory]) {
            peaks.take(self.direct(&at("direct")?)?);
        }
        if self.wants(&[What::Page]) {
            let bed = Bed::with_page(self.binary.clone(), &at("page")?, self.interrupt)?;
            self.figure(page::figure(&bed, &self.scale, begin())?)?;
            bed.stop()?;
        }
        if self.wants(&[What::Attacks]) {
            self.attacks(&at("attacks")?)?;
        }
        if self.wants(&[What::Late]) {
            peaks.take(self.late(&at("late")?)?);
        }
        if self.wants(&[What::Growth]) {
            for clients in self.scale.counties {
                let county = at(&format!("county-{clients}"))?;
                peaks.take(self.county(&county, *clients)?);
                // A large one takes its room.
                std::fs::remove_dir_all(county)?;
            }
        }
        if self.wants(&[What::Size]) {
            let directory = at("size")?;
            let bed = Bed::direct(self.binary.clone(), &directory, self.interrupt)?;
            size::figures(&bed, self.scale.people, |figure| self.figure(figure))?;
            bed.stop()?;
            std::fs::remove_dir_all(directory)?;
        }
        if self.wants(&[What::Memory]) {
            for (role, most) in peaks.0 {
                self.figure(memory(&role, most))?;
            }
        }
        Ok(())
    }

    /// One deployment: messages in, projected, folded again, asked for, and one discharge after the other.
    fn over_kafka(&self, directory: &Path) -> anyhow::Result<Peaks> {
        let mut bed = Bed::over_kafka(self.binary.clone(), directory, self.interrupt)?;
        (self.report)(&Output::Facts(environment::database(&bed.sql)?))?;
        let (sent, costs) = preload(&mut bed, self.load(self.scale.clients, false))?;
        let projected = projection::figure(&mut bed, "projection".to_owned(), Target::OfCeiling(0.45))?;
        let unnest = projected.ceiling.map_or(f64::NAN, |(_, rate)| rate);
        if self.wants(&[What::Mllp]) {
            self.figure(mllp::figure(&bed, "MLLP, Kafka", sent, costs, self.scale.lasting)?)?;
        }
        if self.wants(&[What::Projection]) {
            self.figure(projected)?;
        }
        if self.wants(&[What::Rebuild, What::Memory]) {
            let rebuilt = rebuild::figure(&mut bed, unnest)?;
            if self.wants(&[What::Rebuild]) {
                self.figure(rebuilt)?;
            }
        }
        if self.wants(&[What::Reads, What::Memory]) {
            let asked = ("reads".to_owned(), Target::AtLeast(5_000.0));
            let read = reads::figure(&mut bed, asked, self.scale.clients, &self.scale)?;
            if self.wants(&[What::Reads]) {
                self.figure(read)?;
            }
        }
        if self.wants(&[What::Mllp]) {
            bed.deployment.start(&[("ingest", "ingest")])?;
            self.more_senders(&bed, "MLLP, Kafka", self.load(self.scale.clients, false))?;
            bed.stop_role("ingest")?;
        }
        if self.wants(&[What::EndToEnd]) {
            bed.deployment.start(&deployment::ROLES)?;
            self.figure(end_to_end::figure(&bed, "end to end, Kafka", self.scale.discharges)?)?;
        }
        bed.stop()
    }

    /// One process.
    fn direct(&self, directory: &Path) -> anyhow::Result<Peaks> {
        let bed = Bed::direct(self.binary.clone(), directory, self.interrupt)?;
        if self.wants(&[What::Mllp, What::Memory]) {
            let load = Load { events: self.scale.direct, ..self.load(self.scale.clients, false) };
            let meter = Meter::start(&bed)?;
            let sent = bed.send("messages", load.events, load.dealt(ceiling::CONNECTIONS))?;
            let costs = meter.read(&bed, sent.messages)?;
            if self.wants(&[What::Mllp]) {
                self.figure(mllp::figure(&bed, "MLLP, direct", sent, costs, self.scale.lasting)?)?;
                self.more_senders(&bed, "MLLP, direct", load)?;
            }
        }
        if self.wants(&[What::EndToEnd]) {
            self.figure(end_to_end::figure(&bed, "end to end, direct", self.scale.discharges)?)?;
        }
        bed.stop()
    }

    /// One process, and an attack on it after the other.
    fn attacks(&self, directory: &Path) -> anyhow::Result<()> {
        let bed = Bed::with_another(self.binary.clone(), directory, self.interrupt)?;
        attacks::figures(&bed, self.scale.lasting * 2, |figure| self.figure(figure))?;
        bed.stop().map(drop)
    }

    /// The same messages of other days, over more connections.
    fn more_senders(&self, bed: &Bed<'_>, name: &str, load: Load) -> anyhow::Result<()> {
        let mut begin = load.begin;
        for connections in MORE_SENDERS {
            begin = begin.checked_sub((20 * 24).hours()).unwrap_or_default();
            let load = Load { begin, events: self.scale.direct, ..load };
            let meter = Meter::start(bed)?;
            let sent = bed.send("messages", load.events, load.dealt(connections))?;
            let costs = meter.read(bed, sent.messages)?;
            self.figure(mllp::of_more(format!("{name}, {connections} connections"), sent, costs))?;
        }
        Ok(())
    }

    fn late(&self, directory: &Path) -> anyhow::Result<Peaks> {
        let mut bed = Bed::over_kafka(self.binary.clone(), directory, self.interrupt)?;
        preload(&mut bed, self.load(self.scale.clients, true))?;
        self.figure(projection::figure(&mut bed, "late events".to_owned(), Target::Stated)?)?;
        bed.stop()
    }

    /// A county of so many clients, in which as much happens as in the others.
    fn county(&self, directory: &Path, clients: u32) -> anyhow::Result<Peaks> {
        let mut bed = Bed::over_kafka(self.binary.clone(), directory, self.interrupt)?;
        bed.deployment.start(&[("ingest", "ingest")])?;
        bed.send("filling the county", clients, arrivals(clients, MANY, begin()))?;
        bed.stop_role("ingest")?;
        bed.project()?;
        bed.tell_of_batches()?;
        bed.stop_role("project")?;
        preload(&mut bed, self.load(clients, false))?;
        self.figure(projection::figure(&mut bed, format!("projection, {clients} clients"), Target::Stated)?)?;
        let asked = (format!("reads, {clients} clients"), Target::Stated);
        self.figure(reads::figure(&mut bed, asked, clients, &self.scale)?)?;
        bed.stop()
    }

    fn load(&self, clients: u32, late: bool) -> Load {
        Load { clients, events: self.scale.events, late, begin: begin().checked_add(1.hours()).unwrap_or_default() }
    }

    fn wants(&self, some: &[What]) -> bool {
        self.only.is_empty() || some.iter().any(|what| self.only.contains(what))
    }

    fn figure(&self, figure: Figure) -> anyhow::Result<()> {
        (self.report)(&Output::Figure(Box::new(figure)))
    }
}

/// An ingest takes the messages over 16 connections, and stops.
fn preload(bed: &mut Bed<'_>, load: Load) -> anyhow::Result<(Sent, Vec<(&'static str, Value)>)> {
    bed.deployment.start(&[("ingest", "ingest")])?;
    let dealt = load.dealt(ceiling::CONNECTIONS);
    let meter = Meter::start(bed)?;
    let sent = bed.send("preloading", load.events, dealt)?;
    let costs = meter.read(bed, sent.messages)?;
    bed.stop_role("ingest")?;
    Ok((sent, costs))
}

fn memory(role: &str, most: u64) -> Figure {
    #[expect(clippy::cast_precision_loss, reason = "mebibytes")]
    let value = most as f64;
    let target = if role == "rebuild" { Target::Stated } else { Target::AtMost(MEMORY) };
    let name = format!("memory, {role}");
    Figure { name, value, unit: "MiB at its peak", ceiling: None, target, notes: Vec::new(), failed: None }
}

/// Every message is of the past, whatever round it is of.
fn begin() -> Timestamp {
    now().checked_sub((30 * 24).hours()).unwrap_or_default()
}
