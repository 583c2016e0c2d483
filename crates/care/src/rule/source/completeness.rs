//! Whether "none" may be answered (law 5).

use super::SourceState;
use event::{FactKind, Instant};
use std::collections::BTreeSet;

/// Why something is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// No connected source covers it.
    NothingConnected,
    /// A source that covers it has not reported within its usual silence.
    SourceSilent,
    /// A message that names the client was rejected.
    MessageRejected,
    /// This version does not understand something in the client's record.
    NotUnderstood,
    /// The identifier belongs to more than one client: an identity steward must decide.
    IdentityAmbiguous,
    /// What was reported does not settle it.
    Unclear,
    /// Acknowledged messages may be missing from the record: an operator must check.
    RecordsMissing,
    /// A source that covers it has something of a client whom no identifier finds. That client may be anybody.
    Unidentified,
    /// Rejected messages from a source that covers it identify no client: they may concern anybody.
    RejectedUnnamed,
    /// What was acknowledged lately is not applied yet: it may concern anybody.
    NotApplied,
}

/// Whether the absence of a fact may be answered as "none".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// Every source that covers it has reported in time.
    Complete,
    /// Not known since then (`None`: it never was), and why.
    NotKnown {
        /// The last time at which it was known.
        since: Option<Instant>,
        /// Why; empty if the caller may not know that either.
        doubts: BTreeSet<Doubt>,
    },
}

impl Completeness {
    /// For `coverages`, by the sources alone.
    #[must_use]
    pub fn of(states: &[SourceState], coverages: &[FactKind]) -> Self {
        let mut completeness = Self::Complete;
        for coverage in coverages {
            if !states.iter().any(|state| state.covers.contains(coverage)) {
                completeness = completeness.doubt(Doubt::NothingConnected, None);
            }
            for state in states.iter().filter(|state| state.may_state(*coverage)) {
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

    /// Withheld: the same answer as for an unknown person.
    #[must_use]
    pub fn withheld() -> Self {
        Self::NotKnown { since: None, doubts: BTreeSet::new() }
    }

    /// Part of the data is withheld too: neither that reason nor the time is disclosed.
    #[must_use]
    pub fn and_withheld(self) -> Self {
        match self {
            Self::Complete => Self::withheld(),
            Self::NotKnown { since: _, doubts } => Self::NotKnown { since: None, doubts },
        }
    }

    /// Adds a doubt; the earliest time stands.
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

    /// True if "none" may be answered.
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

    fn source(name: &str, covers: FactKind) -> Source {
        Source {
            name: name.into(),
            register: None,
            covers: BTreeSet::from([covers]),
            silence_seconds: 600,
            contact: None,
        }
    }

    #[test]
    fn none_is_answered_only_when_every_source_that_covers_it_has_reported() {
        let sources = [source("kys", FactKind::Stays), source("tk", FactKind::Stays), source("sos", FactKind::Workers)];
        let reported_until = |minutes: [Option<i64>; 3]| -> BTreeMap<String, Instant> {
            let named = sources.iter().zip(minutes);
            named.filter_map(|(source, minute)| Some((source.name.clone(), at(minute?)))).collect()
        };
        let completeness = |minutes, coverages: &[FactKind]| {
            let reports = Reports { reported_until: reported_until(minutes), ..Reports::default() };
            Completeness::of(&SourceState::all(&sources, &reports, at(20)), coverages)
        };
        let not_known = |since: Option<i64>, doubt| Completeness::NotKnown {
            since: since.map(at),
            doubts: BTreeSet::from([doubt]),
        };
        let stays = &[FactKind::Stays][..];
        assert_eq!(
            completeness([Some(15), Some(10), None], stays),
            Completeness::Complete,
            "the silence of other sources does not matter"
        );
        assert_eq!(completeness([Some(15), Some(9), None], stays), not_known(Some(9), Doubt::SourceSilent));
        assert_eq!(
            completeness([Some(5), Some(9), None], stays),
            not_known(Some(5), Doubt::SourceSilent),
            "the oldest stands"
        );
        assert_eq!(completeness([Some(5), None, None], stays), not_known(None, Doubt::SourceSilent), "never reported");
        let duty = &[FactKind::DutyContacts][..];
        assert_eq!(completeness([Some(19); 3], duty), not_known(None, Doubt::NothingConnected));
    }

    /// What may concern anybody is in no client's record. So no answer about what that source covers is "none".
    #[test]
    fn what_may_concern_anybody_makes_none_unknown() {
        let sources =
            ["kys", "sos", "tsos"].into_iter().zip([FactKind::Stays, FactKind::Workers, FactKind::HealthSocialWork]);
        let sources: Vec<_> = sources.map(|(name, covers)| source(name, covers)).collect();
        let reported_until = || sources.iter().map(|source| (source.name.clone(), at(19))).collect();
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
        let (stays, workers, social_work) = (FactKind::Stays, FactKind::Workers, FactKind::HealthSocialWork);
        for (reports, asked, doubt, why) in [
            (rejected("kys"), stays, Some(Doubt::RejectedUnnamed), "from a source that covers it"),
            (rejected("kys"), workers, None, "another kind of fact"),
            (rejected("unknown-sender"), stays, None, "a sender that is not configured covers nothing"),
            (somebody("kys", stays, None), stays, Some(Doubt::Unidentified), "somebody has a stay"),
            (somebody("kys", stays, Some(at(21))), stays, Some(Doubt::Unidentified), "current until later"),
            (somebody("kys", stays, Some(at(20))), stays, None, "current until now"),
            (somebody("kys", stays, None), workers, None, "no fact about workers"),
            (somebody("kys", workers, None), workers, None, "a kind that it does not cover"),
            (rejected("sos"), social_work, Some(Doubt::RejectedUnnamed), "a worker may do health social work"),
            (somebody("sos", social_work, None), social_work, Some(Doubt::Unidentified), "and so does somebody's"),
            (somebody("sos", workers, None), social_work, None, "another kind of worker"),
            (somebody("tk", stays, None), stays, None, "a source that is no longer configured"),
        ] {
            assert_eq!(of(reports, asked), doubt, "{why}");
        }
    }
}
