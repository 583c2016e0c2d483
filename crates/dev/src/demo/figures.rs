//! What a run with many clients measures, and beside it the database's own ceiling: `COPY` of the same rows into a
//! table with the same keys, on the same server, in the same run.

use crate::clock::now;
use crate::demo::others::{Sent, admission};
use crate::demo::recovery::Recovery;
use crate::deployment::Deployment;
use crate::interrupt::Interrupt;
use crate::process::Resident;
use crate::senders::answered;
use crate::spread::{Spread, rate};
use anyhow::Context;
use embedded::Postgres;
use std::fmt::{Display, Formatter};
use std::fs;
use std::thread::{available_parallelism, sleep};
use std::time::{Duration, Instant};
use testkit::wire::Mllp;

/// Messages that are sent one at a time, when nothing else is sent.
const CALM: u32 = 50;
/// Between two of them: each is applied before the next is sent.
const PAUSE: Duration = Duration::from_millis(100);

/// All of it.
pub(crate) struct Figures {
    profile: &'static str,
    sent: Sent,
    /// From receipt to applied, for the oldest event of each batch. Only with Kafka: without it the AA shows the time.
    ages: Spread,
    /// Rows, and how long they took.
    copied: (u64, Duration),
    calm_answers: Spread,
    calm_ages: Spread,
    memory: Vec<Memory>,
    recovery: Vec<Recovery>,
}

/// What of a process is resident, in MiB.
struct Memory {
    process: String,
    now: u64,
    most: u64,
}

impl Figures {
    /// Measures the rest, after the clients have come and gone.
    pub(crate) fn measure(
        profile: &'static str,
        sent: Sent,
        deployment: &mut Deployment,
        interrupt: &Interrupt,
    ) -> anyhow::Result<Self> {
        let mut logs = Logs::default();
        let ages = Spread::of(logs.ages(deployment)?);
        let memory = memory(deployment)?;
        let copied = copy(&deployment.postgres).context("COPY of the history")?;
        let mut connection = Mllp::connect(deployment.ports().mllp)?;
        let mut waited = Vec::new();
        for n in 0..CALM {
            interrupt.check()?;
            waited.push(answered(&mut connection, &admission(n, now()))?);
            sleep(PAUSE);
        }
        deployment.settle(interrupt, |_| ())?;
        let (calm_answers, calm_ages) = (Spread::of(waited), Spread::of(logs.ages(deployment)?));
        let recovery = Recovery::measure(deployment, interrupt)?;
        Ok(Self { profile, sent, ages, copied, calm_answers, calm_ages, memory, recovery })
    }
}

impl Display for Figures {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let Sent { clients, events, load, acknowledged, applied, answers } = &self.sent;
        let cores = available_parallelism().map_or(0, usize::from);
        let profile = self.profile;
        writeln!(
            f,
            "Figures: {clients} clients, built as {profile}, {cores} cores for everything, load before: {load}"
        )?;
        let line = |f: &mut Formatter<'_>, events: u64, took: Duration, what: &str| {
            writeln!(f, "  {events} {what} {:.2} s: {:.0} a second", took.as_secs_f64(), rate(events, took))
        };
        line(f, *events, *acknowledged, "events acknowledged in")?;
        line(f, *events, *applied, "events applied in")?;
        let (rows, took) = self.copied;
        line(f, rows, took, "rows of the history copied into a bare table in")?;
        let ratio = rate(*events, *applied) / rate(rows, took);
        writeln!(f, "  the ratio of the last two: {ratio:.3}")?;
        writeln!(f, "  meanwhile, from a message to its AA: {}", Spread::of(answers.clone()))?;
        writeln!(f, "  meanwhile, from receipt to applied, the oldest of a batch: {}", self.ages)?;
        writeln!(f, "  {CALM} messages, one at a time: to the AA: {}", self.calm_answers)?;
        writeln!(f, "  {CALM} messages, one at a time: from receipt to applied: {}", self.calm_ages)?;
        for Memory { process, now, most } in &self.memory {
            writeln!(f, "  memory of {process}: {now} MiB, at most {most} MiB")?;
        }
        self.recovery.iter().try_for_each(|recovery| writeln!(f, "  {recovery}"))
    }
}

/// How much of each process's log has been read.
#[derive(Default)]
struct Logs(Vec<usize>);

impl Logs {
    /// What projectors have logged of batches since the last call.
    fn ages(&mut self, deployment: &Deployment) -> anyhow::Result<Vec<Duration>> {
        self.0.resize(deployment.parts.len(), 0);
        let mut ages = Vec::new();
        for (part, read) in deployment.parts.iter().zip(&mut self.0) {
            let log = part.product.log()?;
            let new = log.get(*read..).unwrap_or_default();
            ages.extend(new.lines().filter_map(age));
            *read = log.len();
        }
        Ok(ages)
    }
}

fn age(line: &str) -> Option<Duration> {
    let (_, millis) = line.split_once(" oldest_ms=")?;
    millis.split(' ').next()?.parse().ok().map(Duration::from_millis)
}

/// Copies the history into a table like it, on one connection and in one transaction.
fn copy(postgres: &Postgres) -> anyhow::Result<(u64, Duration)> {
    let file = postgres.data_dir().join("history.copy");
    let sql = |sql: &str| postgres.execute("postgres", sql);
    sql(&format!("COPY (SELECT * FROM history ORDER BY arrival) TO '{}'", file.display()))?;
    sql("CREATE TABLE bare_history (LIKE history INCLUDING ALL)")?;
    // What the run has left to write is not COPY's to wait for.
    sql("CHECKPOINT")?;
    let begun = Instant::now();
    let rows = sql(&format!("COPY bare_history FROM '{}'", file.display()))?;
    let took = begun.elapsed();
    sql("DROP TABLE bare_history")?;
    fs::remove_file(file)?;
    Ok((rows, took))
}

fn memory(deployment: &Deployment) -> anyhow::Result<Vec<Memory>> {
    let parts = deployment.parts.iter().map(|part| (part.role.to_owned(), part.product.pid()));
    let brokers = deployment.brokers.iter().flat_map(|cluster| {
        (0..cluster.size().brokers()).filter_map(|n| Some((format!("broker {n}"), cluster.pid(n)?)))
    });
    let of = |(process, pid): (String, u32)| {
        let Resident { now, most } = Resident::of(pid).with_context(|| format!("{process} has ended"))?;
        Ok(Memory { process, now, most })
    };
    parts.chain(brokers).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_read_from_the_projectors_own_line() {
        let line = "2026-11-24T14:00:00.000001Z DEBUG applied events=3 oldest_ms=41";
        assert_eq!(age(line), Some(Duration::from_millis(41)));
        assert_eq!(age("2026-11-24T14:00:00.000001Z  INFO the journal is applied topic=\"care-events\""), None);
    }
}
