//! What is measured: Kafka, PostgreSQL and the roles as processes, and a way to observe them.

use super::spent::{Cpu, Peaks};
use super::sql::Sql;
use super::statements;
use crate::bar;
use crate::deployment::Deployment;
use crate::interrupt::Interrupt;
use crate::process::{self, Resident};
use crate::senders::{joined, send};
use anyhow::{Context, bail, ensure};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};
use testkit::county;
use testkit::kafka::Size;

/// How long nothing may move.
const PATIENCE: Duration = Duration::from_mins(2);
/// The pause between two checks: each is a query of some 100 µs.
const RECHECK_INTERVAL: Duration = Duration::from_millis(5);
/// The pause between two looks at a command's memory.
const LOOK: Duration = Duration::from_millis(10);
/// Connections for observing, and those of the ceilings.
const CONNECTIONS: u32 = super::ceiling::CONNECTIONS + 2;

/// A deployment under measurement.
pub(crate) struct Bed<'a> {
    pub(crate) deployment: Deployment,
    pub(crate) sql: Sql,
    pub(crate) interrupt: &'a Interrupt,
    /// What roles spent that have been stopped.
    pub(crate) ended: Cpu,
    pub(crate) peaks: Peaks,
    /// How much of each projector's log has been read.
    read: BTreeMap<&'static str, usize>,
}

/// The outcomes of messages.
pub(crate) struct Sent {
    pub(crate) messages: u64,
    pub(crate) took: Duration,
    pub(crate) answers: Vec<Duration>,
}

/// From the first row to the last.
pub(crate) struct Applied {
    pub(crate) events: u64,
    pub(crate) took: Duration,
}

impl<'a> Bed<'a> {
    /// Kafka with one broker, PostgreSQL with the schema, and no role yet.
    pub(crate) fn over_kafka(binary: PathBuf, directory: &Path, interrupt: &'a Interrupt) -> anyhow::Result<Self> {
        statements::lay(&directory.join("postgres"))?;
        let bed = Self::of(Deployment::over_kafka(binary, directory, Size::One, &[], interrupt)?, interrupt)?;
        let migrated = bed.deployment.operator().arg("migrate").stdout(Stdio::null()).status()?;
        ensure!(migrated.success(), "rinnakkain migrate: {migrated}");
        Ok(bed)
    }

    /// One process on a private PostgreSQL.
    pub(crate) fn direct(binary: PathBuf, directory: &Path, interrupt: &'a Interrupt) -> anyhow::Result<Self> {
        Self::of(Deployment::direct(binary, directory)?, interrupt)
    }

    /// The same with another source.
    pub(crate) fn with_another(binary: PathBuf, directory: &Path, interrupt: &'a Interrupt) -> anyhow::Result<Self> {
        let settings = county::config() + &county::another_source();
        Self::of(Deployment::direct_with(binary, directory, &settings)?, interrupt)
    }

    /// The same with the duty page.
    pub(crate) fn with_page(binary: PathBuf, directory: &Path, interrupt: &'a Interrupt) -> anyhow::Result<Self> {
        let token = directory.join("page.token");
        std::fs::write(&token, county::DUTY_TOKEN)?;
        let settings = county::config_with(&county::page(&token));
        Self::of(Deployment::direct_with(binary, directory, &settings)?, interrupt)
    }

    fn of(deployment: Deployment, interrupt: &'a Interrupt) -> anyhow::Result<Self> {
        let sql = Sql::connect(&deployment.postgres.url("postgres"), CONNECTIONS)?;
        Ok(Self { deployment, sql, interrupt, ended: Cpu::default(), peaks: Peaks::default(), read: BTreeMap::new() })
    }

    /// The processor time of everything that runs for the product and beside it.
    pub(crate) fn cpu(&self) -> anyhow::Result<Cpu> {
        let mut cpu = self.ended.clone();
        for part in &self.deployment.parts {
            cpu.add(part.role, process::cpu_seconds(part.product.pid())?);
        }
        cpu.add("postgres", process::cpu_seconds_of_family(self.deployment.postgres.pid())?);
        for pid in self.deployment.brokers.iter().filter_map(|cluster| cluster.pid(0)) {
            cpu.add("kafka", process::cpu_seconds(pid)?);
        }
        cpu.add("load", process::cpu_seconds(std::process::id())?);
        Ok(cpu)
    }

    /// Sends messages, a thread for each connection.
    pub(crate) fn send<I>(&self, what: &'static str, total: u32, dealt: Vec<I>) -> anyhow::Result<Sent>
    where
        I: IntoIterator<Item: AsRef<str>> + Send,
    {
        let bar = bar::of(u64::from(total), &format!("{{bar:30}} {what}: {{pos}}/{{len}}, {{rate}}, {{eta}} left"))?;
        let (port, interrupt) = (self.deployment.ports().mllp, self.interrupt);
        let (begun, mut answers) = (Instant::now(), Vec::new());
        scope(|scope| {
            let bar = &bar;
            let sending = dealt.into_iter().map(|messages| scope.spawn(move || send(port, messages, bar, interrupt)));
            let sending: Vec<_> = sending.collect();
            sending.into_iter().try_for_each(|thread| joined(thread).map(|waited| answers.extend(waited)))
        })?;
        let took = begun.elapsed();
        bar.finish_and_clear();
        Ok(Sent { messages: answers.len() as u64, took, answers })
    }

    /// Stops the parts of a role; what they used is kept.
    pub(crate) fn stop_role(&mut self, role: &'static str) -> anyhow::Result<()> {
        self.look_at_memory()?;
        for part in self.deployment.parts.iter().filter(|part| part.role == role) {
            self.ended.add(role, process::cpu_seconds(part.product.pid())?);
        }
        self.deployment.stop_role(role)
    }

    /// Keeps the peaks of what runs.
    pub(crate) fn look_at_memory(&mut self) -> anyhow::Result<()> {
        let running: Vec<_> = self.deployment.parts.iter().map(|part| (part.role, part.product.pid())).collect();
        self.peaks.look(&running)
    }

    /// Waits for an operator's command: how it ended, and its peak resident memory, in MiB.
    pub(crate) fn peak_of(&self, running: &mut Child) -> anyhow::Result<(ExitStatus, u64)> {
        let mut peak = 0;
        loop {
            if let Some(status) = running.try_wait()? {
                return Ok((status, peak));
            }
            // One that has ended, and is not waited for yet, has no memory any more.
            peak = Resident::of(running.id()).map_or(peak, |it| it.most.max(peak));
            if self.interrupt.is_set() {
                running.kill()?;
                running.wait()?;
            }
            self.interrupt.check()?;
            sleep(LOOK);
        }
    }

    /// How many records have been applied.
    pub(crate) fn applied(&self) -> anyhow::Result<i64> {
        self.sql.number("SELECT sum(next)::bigint FROM progress")
    }

    /// How many records stand in the journal and are not applied, while nothing runs.
    pub(crate) fn left(&self) -> anyhow::Result<i64> {
        let status = self.deployment.status()?.context("rinnakkain journal status failed")?;
        Ok(i64::try_from(status.left)?)
    }

    /// Two projectors apply everything that stands in the journal.
    /// [`Self::tell_of_batches`] shows their kind, until the projectors are stopped.
    pub(crate) fn project(&mut self) -> anyhow::Result<Applied> {
        const EVENTS: &str = "SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END FROM history_arrival_seq";
        const STORED: &str = "SELECT count(*) FROM history";
        let (left, before) = (self.left()?, self.sql.number(STORED)?);
        let (given, end) = (self.sql.number(EVENTS)?, self.applied()? + left);
        self.sql.run("CHECKPOINT")?;
        let bar = bar::of(u64::try_from(left)?, "{bar:30} projected: {pos}/{len} records, {rate}, {eta} left")?;
        self.deployment.start(&[("project", "project-1"), ("project", "project-2")])?;
        let (mut first, mut seen, mut moved) = (None, end - left, Instant::now());
        loop {
            // The number that the next row gets moves with the first insert, before its commit.
            if first.is_none() && self.sql.number(EVENTS)? > given {
                first = Some(Instant::now());
            }
            let next = self.applied()?;
            if next >= end {
                break;
            }
            if next != seen {
                (seen, moved) = (next, Instant::now());
                bar.set_position(u64::try_from(next - (end - left))?);
            } else if moved.elapsed() > PATIENCE {
                bail!("nothing is applied for two minutes:\n{}", self.last_lines());
            }
            self.interrupt.check()?;
            self.deployment.check()?;
            sleep(RECHECK_INTERVAL);
        }
        let took = first.context("nothing was to be projected")?.elapsed();
        bar.finish_and_clear();
        Ok(Applied { events: u64::try_from(self.sql.number(STORED)? - before)?, took })
    }

    /// What the projectors have logged of their batches since the last call: events stored, those that came late, clients
    /// folded anew.
    pub(crate) fn tell_of_batches(&mut self) -> anyhow::Result<[u64; 3]> {
        let mut sums = [0; 3];
        for part in self.deployment.parts.iter().filter(|part| part.role == "project") {
            let log = part.product.log()?;
            let read = self.read.insert(part.name, log.len()).unwrap_or_default();
            let new = log.get(read..).unwrap_or_default();
            for line in new.lines().filter(|line| line.contains(" batch stored ")) {
                for (sum, key) in sums.iter_mut().zip([" stored=", " late=", " refolds="]) {
                    let value = line.split_once(key).and_then(|(_, rest)| rest.split(' ').next());
                    *sum += value.and_then(|value| value.parse::<u64>().ok()).unwrap_or_default();
                }
            }
        }
        Ok(sums)
    }

    fn last_lines(&self) -> String {
        self.deployment.parts.iter().map(|part| part.product.last_lines()).collect::<Vec<_>>().join("\n")
    }

    /// Stops everything; the peaks stay.
    pub(crate) fn stop(mut self) -> anyhow::Result<Peaks> {
        self.look_at_memory()?;
        self.sql.runtime.block_on(self.sql.pool.close());
        self.deployment.stop()?;
        Ok(self.peaks)
    }
}
