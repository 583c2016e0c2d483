//! Whether "none" may be answered (law 5).

use super::{Coverage, SourceState};
use event::Instant;
use std::collections::BTreeSet;

/// Why something is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// No connected source speaks for it.
    NothingConnected,
    /// A source that speaks for it was not heard within its usual silence.
    SourceSilent,
    /// A message that names the client was rejected.
    MessageRejected,
    /// Something in the client's record is not understood by this version.
    NotUnderstood,
    /// The identifier belongs to more than one client: an identity steward must look.
    IdentityAmbiguous,
    /// Something was told, but not enough to say.
    Unclear,
    /// Messages that were taken may be missing from the record: an operator must look.
    RecordsMissing,
    /// A source that speaks for it has something of somebody whom no identifier finds: it may be anybody.
    Unidentified,
    /// Rejected messages of a source that speaks for it name nobody: they may be of anybody.
    RejectedUnnamed,
}

/// Whether what is not there may be called "none".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// Every source that should have spoken has.
    Complete,
    /// Not known since then (`None`: never was), and why.
    NotKnown {
        /// The last time at which it was known.
        since: Option<Instant>,
        /// Why; empty where the asker may not know that either.
        doubts: BTreeSet<Doubt>,
    },
}

impl Completeness {
    /// Of what `coverages` cover, by the sources alone.
    #[must_use]
    pub fn of(states: &[SourceState], coverages: &[Coverage]) -> Self {
        let mut completeness = Self::Complete;
        for coverage in coverages {
            let speaking: Vec<_> = states.iter().filter(|state| state.covers.contains(coverage)).collect();
            if speaking.is_empty() {
                completeness = completeness.doubt(Doubt::NothingConnected, None);
            }
            for state in speaking {
                if state.silent {
                    completeness = completeness.doubt(Doubt::SourceSilent, state.reported_until);
                }
                if state.rejected_unnamed > 0 {
                    completeness = completeness.doubt(Doubt::RejectedUnnamed, None);
                }
                if state.unidentified.contains(coverage) {
                    completeness = completeness.doubt(Doubt::Unidentified, None);
                }
            }
        }
        completeness
    }

    /// Nothing that may be said: to somebody who has no right to know, the same as of somebody nobody knows.
    #[must_use]
    pub fn withheld() -> Self {
        Self::NotKnown { since: None, doubts: BTreeSet::new() }
    }

    /// One doubt more; the earliest time stands.
    #[must_use]
    pub fn doubt(self, doubt: Doubt, known_until: Option<Instant>) -> Self {
        match self {
            Self::Complete => Self::NotKnown { since: known_until, doubts: BTreeSet::from([doubt]) },
            Self::NotKnown { since, mut doubts } => {
                doubts.insert(doubt);
                Self::NotKnown { since: since.zip(known_until).map(|(a, b)| a.min(b)), doubts }
            }
        }
    }

    /// True if "none" may be said.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        *self == Self::Complete
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::source::{Reports, Source};
    use std::collections::BTreeMap;

    fn at(minute: i64) -> Instant {
        Instant::from_micros(1_700_000_000_000_000).unwrap().plus_seconds(minute * 60)
    }

    fn source(name: &str, covers: Coverage) -> Source {
        Source {
            name: name.into(),
            register: None,
            covers: BTreeSet::from([covers]),
            silence_seconds: 600,
            contact: None,
        }
    }

    #[test]
    fn none_is_said_only_when_every_source_that_should_have_spoken_has() {
        let sources = [source("kys", Coverage::Stays), source("tk", Coverage::Stays), source("sos", Coverage::Workers)];
        let reported_until = |minutes: [Option<i64>; 3]| -> BTreeMap<String, Instant> {
            let named = sources.iter().zip(minutes);
            named.filter_map(|(source, minute)| Some((source.name.clone(), at(minute?)))).collect()
        };
        let completeness = |minutes, coverages: &[Coverage]| {
            let reports = Reports { reported_until: reported_until(minutes), ..Reports::default() };
            Completeness::of(&SourceState::all(&sources, &reports, at(20)), coverages)
        };
        let not_known = |since: Option<i64>, doubt| Completeness::NotKnown {
            since: since.map(at),
            doubts: BTreeSet::from([doubt]),
        };
        let stays = &[Coverage::Stays][..];
        assert_eq!(
            completeness([Some(15), Some(10), None], stays),
            Completeness::Complete,
            "silence of others is no matter"
        );
        assert_eq!(completeness([Some(15), Some(9), None], stays), not_known(Some(9), Doubt::SourceSilent));
        assert_eq!(
            completeness([Some(5), Some(9), None], stays),
            not_known(Some(5), Doubt::SourceSilent),
            "the oldest stands"
        );
        assert_eq!(completeness([Some(5), None, None], stays), not_known(None, Doubt::SourceSilent), "never heard");
        let duty = &[Coverage::DutyContacts][..];
        assert_eq!(completeness([Some(19); 3], duty), not_known(None, Doubt::NothingConnected));
    }

    /// What may be of anybody is in nobody's record: no answer about what that source covers is "none".
    #[test]
    fn what_may_be_of_anybody_leaves_none_unknown() {
        let sources = [source("kys", Coverage::Stays), source("sos", Coverage::Workers)];
        let reported_until = || [("kys".to_owned(), at(19)), ("sos".to_owned(), at(19))].into();
        let of = |reports: Reports, coverage| {
            let states = SourceState::all(&sources, &Reports { reported_until: reported_until(), ..reports }, at(20));
            match Completeness::of(&states, &[coverage]) {
                Completeness::Complete => None,
                Completeness::NotKnown { doubts, .. } => doubts.into_iter().next(),
            }
        };
        let rejected = |name: &str| Reports { rejected_unnamed: [(name.to_owned(), 1)].into(), ..Reports::default() };
        let somebody = |name: &str, coverage, until| Reports {
            unidentified: [((name.to_owned(), coverage), until)].into(),
            ..Reports::default()
        };
        let (stays, workers) = (Coverage::Stays, Coverage::Workers);
        for (reports, asked, doubt, why) in [
            (rejected("kys"), stays, Some(Doubt::RejectedUnnamed), "a covering source's"),
            (rejected("kys"), workers, None, "of another kind"),
            (rejected("unknown-sender"), stays, None, "who is not configured covers nothing"),
            (somebody("kys", stays, None), stays, Some(Doubt::Unidentified), "somebody is there"),
            (somebody("kys", stays, Some(at(21))), stays, Some(Doubt::Unidentified), "until later"),
            (somebody("kys", stays, Some(at(20))), stays, None, "and no longer"),
            (somebody("kys", stays, None), workers, None, "it says nothing of workers"),
            (somebody("kys", workers, None), workers, None, "of a kind that it does not speak for"),
            (somebody("tk", stays, None), stays, None, "of a source that is configured no more"),
        ] {
            assert_eq!(of(reports, asked), doubt, "{why}");
        }
    }
}
