//! A run: the load begins, faults come one after the other, and after each the product is waited for and checked.

use super::check::{self, Stored, Wrong};
use super::load::{Ledger, Load};
use super::parts::Parts;
use super::readers::{Asked, Asking, Readers};
use super::report::{Findings, Report};
use super::schedule::{InjectedFault, Schedule};
use super::strike::Struck;
use anyhow::{Context, bail};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};
use testkit::county::DUTY_TOKEN;
use testkit::product::scratch;

/// How long the product may take to become whole after a fault.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long what is on its way may take to come where all is well.
const STILL: Duration = Duration::from_secs(10);
/// The pause between two checks.
const RECHECK_INTERVAL: Duration = Duration::from_millis(100);
/// More acknowledgements than there are senders, so that some of the messages were first sent after the fault.
const FRESH: usize = 20;
/// A comparison that takes longer than this is made only after every fourth fault, and at the end.
const COSTLY: Duration = Duration::from_secs(3);

/// The product under load.
pub(crate) struct Trial {
    parts: Parts,
    load: Arc<Load>,
    readers: Arc<Readers>,
    asking: Arc<Asking>,
    threads: Threads,
    report: Report,
    /// How long the last comparison with the oracle took, and how many faults it was ago.
    comparison: (Duration, u64),
    // Goes last.
    _directory: tempfile::TempDir,
}

/// Who sends and who asks. Dropped, they stop.
struct Threads {
    load: Arc<Load>,
    readers: Arc<Readers>,
    running: Vec<JoinHandle<()>>,
}

impl Threads {
    fn end(&mut self) -> anyhow::Result<()> {
        self.load.stop();
        self.readers.stop();
        let ended: Vec<_> = self.running.drain(..).map(JoinHandle::join).collect();
        if ended.iter().any(Result::is_err) {
            bail!("a sender or a reader panicked");
        }
        Ok(())
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        // A caller that wants the outcome ends them.
        let _ = self.end();
    }
}

impl Trial {
    /// Starts everything, and waits until messages are acknowledged and questions answered.
    pub(crate) fn start(binary: &Path, seed: u64) -> anyhow::Result<Self> {
        let directory = scratch()?;
        let token = directory.path().join("duty.token");
        std::fs::write(&token, DUTY_TOKEN)?;
        let parts = Parts::start(binary, directory.path())?;
        let (load, readers) = (Arc::new(Load::default()), Arc::new(Readers::default()));
        let asking = Arc::new(Asking { binary: binary.to_owned(), token, server: Arc::clone(&parts.server.port) });
        let ingests: Vec<_> = parts.ingests.iter().map(|it| (Arc::clone(&it.port), Arc::clone(&it.http))).collect();
        let sending = Arc::clone(&load);
        let (reading, by) = (Arc::clone(&readers), Arc::clone(&asking));
        let running =
            vec![std::thread::spawn(move || sending.run(&ingests)), std::thread::spawn(move || reading.run(&by, seed))];
        let threads = Threads { load: Arc::clone(&load), readers: Arc::clone(&readers), running };
        let report = Report { seed, ..Report::default() };
        let comparison = (Duration::ZERO, 0);
        let mut trial = Self { parts, load, readers, asking, threads, report, comparison, _directory: directory };
        if trial.whole_since(Instant::now())?.is_none() {
            bail!("messages are not stored, or questions not answered, at the start:\n{}", trial.parts.last_lines());
        }
        trial.check()?;
        Ok(trial)
    }

    /// Follows the schedule until it is over or `ended` is true. A finding ends it at once.
    pub(crate) fn run(
        &mut self,
        schedule: &mut Schedule,
        ended: &dyn Fn(Duration) -> bool,
        print: &dyn Fn(&str),
    ) -> anyhow::Result<()> {
        let (begun, mut waits) = (Instant::now(), true);
        while !ended(begun.elapsed()) {
            let Some(fault) = schedule.next() else { break };
            waits = schedule.waits();
            let line = self.suffer(fault, waits)?;
            self.report.seconds = begun.elapsed().as_secs_f64();
            print(&format!("{:>6.0} s  {line}", self.report.seconds));
            if !self.findings().is_clean() {
                print(&self.parts.last_lines());
                return Ok(());
            }
        }
        if !waits && self.whole_since(Instant::now())?.is_none() {
            self.report.findings.not_recovered += 1;
            print(&self.parts.last_lines());
        }
        Ok(())
    }

    /// One fault, and what came of it, in a line.
    fn suffer(&mut self, fault: InjectedFault, waits: bool) -> anyhow::Result<String> {
        let kind = fault.kind();
        self.parts.supervise()?;
        let over = match self.parts.strike(fault, &self.load).with_context(|| format!("{fault:?}"))? {
            Struck::Over(over, unsafely) => {
                self.report.findings.unsafely_acknowledged += unsafely;
                over
            }
            Struck::NotRun(reason) => {
                let line = format!("{kind}: not run: {reason}");
                self.report.not_run.insert(kind, reason);
                return Ok(line);
            }
        };
        self.report.kills += fault.kills();
        self.report.faults.entry(kind).or_default().1 += 1;
        if !waits {
            return Ok(format!("{fault:?}: and at once"));
        }
        let recovered = self.whole_since(over)?;
        let Some(after) = recovered else {
            self.report.findings.not_recovered += 1;
            self.load.pause(true);
            sleep(STILL);
            let wrong = self.judge().unwrap_or_default();
            self.note(wrong);
            return Ok(format!("{fault:?}: did not recover in {} s; {wrong:?}", PATIENCE.as_secs()));
        };
        self.report.faults.entry(kind).or_default().0.push(after);
        self.check()?;
        let acknowledged = self.load.acknowledged();
        Ok(format!("{fault:?}: whole after {:.1} s; {acknowledged} acknowledged", after.as_secs_f64()))
    }

    /// Waits until messages sent since then are acknowledged, everything acknowledged is in the record, and the server
    /// answers about the last of it. Gives how long that took; `None`: it did not happen.
    fn whole_since(&mut self, since: Instant) -> anyhow::Result<Option<Duration>> {
        let called = Instant::now();
        let wanted = self.load.acknowledged() + FRESH;
        let mut asked = None;
        while called.elapsed() < PATIENCE {
            self.parts.supervise()?;
            if asked.is_none() && self.load.acknowledged() >= wanted {
                asked = Some(self.load.ledger().fresh.clone());
            }
            if let Some(fresh) = &asked
                && self.parts.has(fresh.iter().map(|message| &message.event))
                && let Some(last) = fresh.last()
                && matches!(self.asking.involvement(last.of), Asked::Answered(_))
            {
                return Ok(Some(since.elapsed()));
            }
            sleep(RECHECK_INTERVAL);
        }
        Ok(None)
    }

    /// Everything that must hold. The load pauses meanwhile.
    fn check(&mut self) -> anyhow::Result<()> {
        self.load.pause(true);
        let ledger = {
            let mut ledger = self.load.ledger();
            let copy = ledger.clone();
            ledger.fresh.clear();
            copy
        };
        // What was acknowledged while the load came to its pause is on its way.
        let begun = Instant::now();
        let wrong = loop {
            let late = begun.elapsed() >= PATIENCE;
            match self.judge_by(&ledger) {
                Ok(wrong) if late || wrong.lost == 0 => break wrong,
                Err(error) if late => return Err(error),
                Ok(_) | Err(_) => {}
            }
            sleep(RECHECK_INTERVAL);
            self.parts.supervise()?;
        };
        self.note(wrong);
        if wrong.lost == 0 {
            self.readers.now_known(ledger.fresh.iter().filter(|it| it.stays).map(|it| it.of));
        }
        let (took, ago) = self.comparison;
        if took < COSTLY || ago >= 3 {
            self.compare()?;
        } else {
            self.comparison.1 += 1;
        }
        self.load.pause(false);
        Ok(())
    }

    /// The view equals the oracle's, byte for byte. Messages on their way, not acknowledged yet, may still reach the
    /// one and the other.
    fn compare(&mut self) -> anyhow::Result<()> {
        let begun = Instant::now();
        loop {
            let started = Instant::now();
            let equal = self.parts.is_the_oracles().unwrap_or(false);
            self.comparison = (started.elapsed(), 0);
            if equal {
                self.report.compared += 1;
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                self.report.findings.unequal += 1;
                return Ok(());
            }
            self.parts.supervise()?;
            sleep(RECHECK_INTERVAL);
        }
    }

    fn note(&mut self, wrong: Wrong) {
        let found = &mut self.report.findings;
        found.lost = found.lost.max(wrong.lost);
        found.doubled = found.doubled.max(wrong.doubled);
        found.strange = found.strange.max(wrong.strange);
    }

    fn judge(&self) -> anyhow::Result<Wrong> {
        self.judge_by(&self.ledger())
    }

    fn judge_by(&self, ledger: &Ledger) -> anyhow::Result<Wrong> {
        let stored = self.stored()?;
        // Sent since the copy was made is sent.
        let sent = self.load.ledger().sent.clone();
        Ok(check::judge(&Ledger { sent, ..ledger.clone() }, &stored))
    }

    fn stored(&self) -> anyhow::Result<Stored> {
        check::stored(&self.parts.events()?)
    }

    fn ledger(&self) -> Ledger {
        self.load.ledger().clone()
    }

    /// What was found until now.
    pub(crate) fn findings(&self) -> Findings {
        Findings {
            hung: self.readers.hung.load(Ordering::Relaxed),
            wrong: self.readers.wrong.load(Ordering::Relaxed),
            refused: self.load.ledger().refused,
            ..self.report.findings
        }
    }

    /// Ends the load, checks once more, folds every history again and compares, and reports the outcome.
    pub(crate) fn end(&mut self) -> anyhow::Result<Report> {
        self.threads.end()?;
        if self.findings().is_clean() {
            self.comparison = (Duration::ZERO, 0);
            self.check()?;
            if let Err(error) = self.parts.operator(&["rebuild", "--verify"]) {
                self.report.findings.unequal += 1;
                eprintln!("{error:#}");
            }
        }
        let ledger = self.ledger();
        self.report.findings = self.findings();
        self.report.messages = ledger.sent.len() as u64;
        self.report.acknowledged = ledger.acknowledged.len() as u64;
        self.report.sendings = self.load.sendings.load(Ordering::Relaxed);
        self.report.answered = self.readers.answered.load(Ordering::Relaxed);
        self.report.not_answered = self.readers.failed.load(Ordering::Relaxed);
        self.report.ended = self.parts.ended();
        Ok(self.report.clone())
    }

    /// Checks again after `sql` was run on the database by hand: what it finds, of what has ended.
    #[cfg(test)]
    pub(crate) fn after(&mut self, sql: &str) -> anyhow::Result<Findings> {
        self.parts.postgres.execute(sql)?;
        self.report.findings = Findings::default();
        let wrong = self.judge()?;
        self.note(wrong);
        if !self.parts.is_the_oracles()? {
            self.report.findings.unequal += 1;
        }
        Ok(self.report.findings)
    }

    /// Stops everything in order.
    pub(crate) fn stop(self) -> anyhow::Result<()> {
        self.parts.stop()
    }
}
