//! Questions at a fixed rate, whether those before are answered or not: 16 connections, and each question's wait is
//! counted from the moment at which it was due. A closed loop would ask less when answers are slow, and hide the tail.

use super::asker::Asker;
use super::proto::{Lane, lane::Lane::Shown};
use crate::interrupt::Interrupt;
use crate::spread::{Spread, rate};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use testkit::county::person;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use tokio::time::sleep_until;
use tonic::Code;

/// Connections.
pub(crate) const CONNECTIONS: u32 = 16;
/// What 99 of 100 answers must not exceed.
pub(crate) const TAIL: Duration = Duration::from_millis(20);
/// Reported for those that take longer.
pub(crate) const TOO_LATE: &str = "99 of 100 answers took up to";
/// The first rate, and how rates grow.
const FIRST: f64 = 500.0;
const STEP: f64 = 1.25;
/// How often in a row a rate must fail before it counts as too high: others use the machine too.
const TRIES: usize = 2;

/// What came of one rate.
pub(crate) struct Held {
    pub(crate) asked: f64,
    /// Answers a second, until the last of them.
    pub(crate) answered: f64,
    pub(crate) answers: usize,
    pub(crate) spread: Spread,
    tail: Option<Duration>,
    /// gRPC codes of those that failed.
    pub(crate) failed: BTreeMap<String, usize>,
    /// Answers without the client: the question missed it.
    pub(crate) empty: usize,
}

impl Held {
    /// Everything was answered, and in time.
    pub(crate) fn holds(&self) -> bool {
        self.failed.is_empty() && self.empty == 0 && self.tail.is_some_and(|tail| tail < TAIL)
    }

    /// What came of it, whether it holds or not.
    pub(crate) fn json(&self) -> Value {
        json!({
            "asked": self.asked, "answered": self.answered.round(), "waits": self.spread.to_string(),
            "failed": self.failed, "of nobody": self.empty,
        })
    }

    /// Why it does not hold.
    pub(crate) fn why_not(&self) -> Option<String> {
        if !self.failed.is_empty() {
            return Some(format!("answers failed: {:?}", self.failed));
        }
        if self.empty > 0 {
            return Some(format!("{} answers have no client", self.empty));
        }
        (!self.holds()).then(|| format!("{TOO_LATE} {:?}", self.tail.unwrap_or_default()))
    }
}

/// A load of questions on one server.
pub(crate) struct OpenLoop<'a> {
    pub(crate) runtime: &'a Runtime,
    pub(crate) askers: Vec<Asker>,
    /// Questions are about these many clients.
    pub(crate) clients: u32,
    pub(crate) interrupt: &'a Interrupt,
}

impl<'a> OpenLoop<'a> {
    pub(crate) fn connect(
        runtime: &'a Runtime,
        port: u16,
        clients: u32,
        interrupt: &'a Interrupt,
    ) -> anyhow::Result<Self> {
        let askers = runtime.block_on(async {
            let mut askers = Vec::new();
            for _ in 0..CONNECTIONS {
                askers.push(Asker::connect(port).await?);
            }
            anyhow::Ok(askers)
        });
        Ok(Self { runtime, askers: askers?, clients, interrupt })
    }

    /// The highest rate that holds, up to `last`: ever higher rates are tried, each for `lasting`. Then that rate must
    /// hold for three times as long, and this run is the one that counts; if it fails, the next lower rate is tried.
    pub(crate) fn highest(&self, last: f64, lasting: Duration) -> anyhow::Result<Held> {
        // The server's first questions prepare its statements.
        self.at(FIRST / 2.0, lasting)?;
        let mut asked = FIRST;
        while asked < last && self.holds(asked, lasting)? {
            asked *= STEP;
        }
        loop {
            asked /= STEP;
            let held = self.at(asked, lasting * 3)?;
            if held.holds() || asked < FIRST {
                return Ok(held);
            }
        }
    }

    fn holds(&self, asked: f64, lasting: Duration) -> anyhow::Result<bool> {
        for _ in 0..TRIES {
            if self.at(asked, lasting)?.holds() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// So many questions a second.
    pub(crate) fn at(&self, asked: f64, lasting: Duration) -> anyhow::Result<Held> {
        self.interrupt.check()?;
        let count = (asked * lasting.as_secs_f64()).max(1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rates are small and positive")]
        let count = count as u32;
        let (begun, outcomes) = self.runtime.block_on(async {
            let begun = Instant::now() + Duration::from_millis(20);
            let mut asking = JoinSet::new();
            for (n, asker) in (0..).zip(&self.askers) {
                asking.spawn(ask(asker.clone(), (n, count), asked, self.clients, begun));
            }
            let mut outcomes = Vec::new();
            while let Some(some) = asking.join_next().await {
                outcomes.extend(some.unwrap_or_default());
            }
            (begun, outcomes)
        });
        let took = begun.elapsed();
        let (mut failed, mut empty, mut waited) = (BTreeMap::new(), 0, Vec::new());
        for (outcome, wait) in outcomes {
            match outcome {
                Ok(true) => waited.push(wait),
                Ok(false) => empty += 1,
                Err(code) => *failed.entry(format!("{code:?}")).or_default() += 1,
            }
        }
        let lost = count as usize - waited.len() - empty - failed.values().sum::<usize>();
        if lost > 0 {
            failed.insert("no outcome".to_owned(), lost);
        }
        let (answers, spread) = (waited.len(), Spread::of(waited));
        let tail = spread.tail();
        Ok(Held { asked, answered: rate(answers as u64, took), answers, spread, tail, failed, empty })
    }
}

/// The outcome of a question: whether the answer has the client, and how long after the due time it came.
type Outcome = (Result<bool, Code>, Duration);

/// Every sixteenth question, from the `first` on.
async fn ask(asker: Asker, (first, count): (u32, u32), rate: f64, clients: u32, begun: Instant) -> Vec<Outcome> {
    let mut asking = JoinSet::new();
    for n in (first..count).step_by(CONNECTIONS as usize) {
        let due = begun + Duration::from_secs_f64(f64::from(n) / rate);
        sleep_until(due.into()).await;
        let asker = asker.clone();
        asking.spawn(async move {
            // Any client, and another each time: the multiplier is prime.
            let client = person(u32::try_from(u64::from(n) * 7_919 % u64::from(clients)).unwrap_or_default());
            let outcome = if (n / CONNECTIONS).is_multiple_of(2) {
                asker.view(&client).await.map(|it| it.health.is_some_and(|health| has_stays(&health)))
            } else {
                asker.workers(&client).await.map(|it| it.standing.is_some())
            };
            (outcome.map_err(|status| status.code()), due.elapsed())
        });
    }
    asking.join_all().await
}

/// Whether a lane shows a stay: everybody of the county was in hospital.
fn has_stays(lane: &Lane) -> bool {
    matches!(&lane.lane, Some(Shown(content)) if !content.stays.is_empty())
}
