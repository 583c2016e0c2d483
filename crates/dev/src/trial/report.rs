//! The report at the end, as text or as one JSON object.

use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::{Display, Formatter};
use std::time::Duration;

/// The outcome of a run.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Report {
    /// By which the order of faults is the same again.
    pub(crate) seed: u64,
    /// How long faults were done.
    pub(crate) seconds: f64,
    /// Different messages that were sent.
    pub(crate) messages: u64,
    /// Messages on the wire: those of unknown outcome were sent again.
    pub(crate) sendings: u64,
    /// Messages that were acknowledged.
    pub(crate) acknowledged: u64,
    /// Questions that were answered.
    pub(crate) answered: u64,
    /// Questions that were refused because there was no answer then.
    pub(crate) not_answered: u64,
    /// Processes killed with SIGKILL.
    pub(crate) kills: u64,
    /// Processes that ended by themselves, and were started again as a supervisor does.
    pub(crate) ended: u64,
    /// By kind.
    pub(crate) faults: BTreeMap<&'static str, Recoveries>,
    /// Kinds that this machine does not let be done, and why.
    pub(crate) not_run: BTreeMap<&'static str, String>,
    /// How many times every byte of the view was compared with the oracle's.
    pub(crate) compared: u64,
    /// What must not be.
    pub(crate) findings: Findings,
}

/// What must not be: each of them 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Findings {
    /// Acknowledged messages that are not in the record.
    pub(crate) lost: u64,
    /// Events that are in the record more than once.
    pub(crate) doubled: u64,
    /// Events in the record that nobody sent.
    pub(crate) strange: u64,
    /// Comparisons in which the view was not the oracle's.
    pub(crate) unequal: u64,
    /// Questions that were neither answered nor refused within their deadline.
    pub(crate) hung: u64,
    /// Answers that denied what was known to be stored.
    pub(crate) wrong: u64,
    /// Good messages that were refused.
    pub(crate) refused: u64,
    /// Messages that were acknowledged with fewer brokers than it takes.
    pub(crate) unsafely_acknowledged: u64,
    /// Faults after which the product did not become whole.
    pub(crate) not_recovered: u64,
}

/// How long the product took to be whole after faults of a kind, and how many such faults there were, including those
/// after which the next came at once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recoveries(pub(super) Vec<Duration>, pub(super) u64);

impl Serialize for Recoveries {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown {
            count: u64,
            recovery_p50_seconds: Option<f64>,
            recovery_max_seconds: Option<f64>,
        }
        let spread = (!self.0.is_empty()).then(|| self.spread());
        let shown = Shown {
            count: self.1,
            recovery_p50_seconds: spread.map(|(half, _)| half.as_secs_f64()),
            recovery_max_seconds: spread.map(|(_, most)| most.as_secs_f64()),
        };
        shown.serialize(to)
    }
}

impl Recoveries {
    /// Half are at most the first, all at most the second.
    fn spread(&self) -> (Duration, Duration) {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let half = sorted.get(sorted.len().saturating_sub(1) / 2).copied();
        (half.unwrap_or_default(), sorted.last().copied().unwrap_or_default())
    }
}

impl Findings {
    /// Nothing of it.
    pub(crate) fn is_clean(&self) -> bool {
        *self == Self::default()
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let Self { seed, seconds, messages, sendings, acknowledged, answered, not_answered, .. } = self;
        let faults: u64 = self.faults.values().map(|it| it.1).sum();
        writeln!(f, "seed {seed}: {faults} faults in {seconds:.0} s, {} of them kills", self.kills)?;
        writeln!(f, "  {messages} messages, sent {sendings} times, {acknowledged} acknowledged")?;
        writeln!(f, "  {answered} questions answered, {not_answered} refused because there was no answer then")?;
        writeln!(f, "  {} comparisons with the oracle, byte for byte", self.compared)?;
        if self.ended > 0 {
            writeln!(f, "  {} times a process ended by itself and was started again", self.ended)?;
        }
        writeln!(f, "  {:<32} {:>5}  {:>12}  {:>7}", "fault", "times", "whole after:", "at most")?;
        for (kind, recoveries) in &self.faults {
            let (half, most) = recoveries.spread();
            let (half, most) = (half.as_secs_f64(), most.as_secs_f64());
            if recoveries.0.is_empty() {
                writeln!(f, "  {kind:<32} {:>5}  the next came at once", recoveries.1)?;
            } else {
                writeln!(f, "  {kind:<32} {:>5}  {half:>10.1} s  {most:>5.1} s", recoveries.1)?;
            }
        }
        for (kind, reason) in &self.not_run {
            writeln!(f, "  {kind:<32} not run: {reason}")?;
        }
        let Findings { lost, doubled, strange, unequal, hung, wrong, refused, unsafely_acknowledged, not_recovered } =
            self.findings;
        writeln!(f, "  lost {lost}, doubled {doubled}, unequal {unequal}, hung {hung}")?;
        write!(
            f,
            "  strange {strange}, wrong answers {wrong}, refused {refused}, acknowledged on one broker \
             {unsafely_acknowledged}, not recovered {not_recovered}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_finding_alone_is_a_failure() {
        assert!(Findings::default().is_clean());
        for found in [
            Findings { lost: 1, ..Findings::default() },
            Findings { doubled: 1, ..Findings::default() },
            Findings { strange: 1, ..Findings::default() },
            Findings { unequal: 1, ..Findings::default() },
            Findings { hung: 1, ..Findings::default() },
            Findings { wrong: 1, ..Findings::default() },
            Findings { refused: 1, ..Findings::default() },
            Findings { unsafely_acknowledged: 1, ..Findings::default() },
            Findings { not_recovered: 1, ..Findings::default() },
        ] {
            assert!(!found.is_clean(), "{found:?}");
        }
    }

    #[test]
    fn half_and_all_of_the_recoveries() {
        let seconds = |all: &[u64]| {
            let all: Vec<_> = all.iter().copied().map(Duration::from_secs).collect();
            Recoveries(all.clone(), all.len() as u64).spread()
        };
        assert_eq!(seconds(&[3, 1, 2]), (Duration::from_secs(2), Duration::from_secs(3)));
        assert_eq!(seconds(&[]), (Duration::ZERO, Duration::ZERO));
    }
}
