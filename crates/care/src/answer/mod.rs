//! The answer: from a client's view, the county's configuration and a decision.
//!
//! Pure: the store reads the facts, the API renders the answer. An unknown person, a client with whom the caller has no
//! relationship, and a client who may not be shown get the same answer.

mod timeline;

pub use timeline::{Timeline, TimelineEntry};

pub use crate::rule::county::County;

use crate::access::{Grant, Rule};
use crate::rule::directory::Circumstances;
use crate::rule::source::{Completeness, Doubt, SourceState};
use crate::{CurrentWorker, Involvement, LooseEnd, OwnWorker, ParallelView};
use event::{FactKind, Instant, Register};
use std::collections::BTreeMap;

/// What was read about the client.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The client's view; `None`: the identifier finds nobody, or more than one client.
    pub view: Option<&'a ParallelView>,
    /// The identifier finds more than one client.
    pub ambiguous: bool,
    /// Per source: since when a rejected message that names the client waits in the quarantine.
    pub rejected_since: &'a BTreeMap<String, Instant>,
    /// If records may be missing: since when not everything is known (`None` inside: it never was).
    pub gap: Option<Option<Instant>>,
    /// Every source, with what it has reported.
    pub states: &'a [SourceState],
    /// The client's age in years by the identity code that was asked with; `None`: asked with another number.
    pub age: Option<u16>,
    /// The instant that the answer holds for.
    pub at: Instant,
    /// `at` is in the past: until when sources have reported is kept for now only, so "none" cannot be answered for
    /// then.
    pub past: bool,
}

/// An answer, and the flag that goes with its data (661/2009 37 §).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flagged<T> {
    /// The answer.
    pub what: T,
    /// The client has a turvakielto.
    pub protected: bool,
}

/// A list that may be incomplete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workers {
    /// Everybody whom the caller may see.
    pub workers: Vec<CurrentWorker>,
    /// Whether anybody else may be missing.
    pub completeness: Completeness,
    /// The other side's workers are not shown to this caller, whether there are any or not.
    pub other_side_withheld: bool,
    /// The client has a turvakielto: the flag goes with the data (661/2009 37 §).
    pub protected: bool,
}

/// The view, as far as the caller may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Without what the caller may not see; `None`: not known.
    pub view: Option<ParallelView>,
    /// The lanes that are shown.
    pub lanes: Vec<Register>,
    /// Ward names may be shown.
    pub wards: bool,
    /// The client has a turvakielto: the flag goes with the data (661/2009 37 §).
    pub protected: bool,
    /// Whether anything may be missing.
    pub completeness: Completeness,
    /// What nobody has done in time, as far as it is reported. Only for a caller who sees both lanes: it is about what the
    /// other side has not done. With each, whether it may be done without a report.
    pub loose_ends: Vec<(LooseEnd, Completeness)>,
}

const EVERYTHING: &[FactKind] = FactKind::ALL;

impl Facts<'_> {
    /// Whether "none" may be answered for `coverages`. A doubt discloses something about the client too: a doubt in a
    /// register that the caller may not see is withheld, and so is a rejected message that may belong there.
    fn completeness(&self, grant: Grant, coverages: &[FactKind]) -> Completeness {
        let mut completeness = Completeness::of(self.states, coverages);
        let register_of = |name: &str| self.states.iter().find(|state| state.name == name).and_then(|it| it.register);
        let may_know = |name: &str| grant.other || register_of(name) == Some(grant.own);
        if let Some(since) =
            self.rejected_since.iter().filter(|(name, _)| may_know(name)).map(|(_, since)| *since).min()
        {
            completeness = completeness.doubt(Doubt::MessageRejected, Some(since));
        }
        if self.past {
            completeness = completeness.doubt(Doubt::Unclear, None);
        }
        // It concerns no particular client, so every caller gets it.
        if let Some(known_until) = self.gap {
            completeness = completeness.doubt(Doubt::RecordsMissing, known_until);
        }
        if self.ambiguous {
            completeness = completeness.doubt(Doubt::IdentityAmbiguous, None);
        }
        let seen = Register::ALL.iter().filter(|register| grant.sees(**register));
        let lanes = self.view.into_iter().flat_map(|view| seen.clone().map(|register| view.lane(*register)));
        if let Some(since) = lanes.filter_map(|lane| lane.not_understood).min() {
            completeness = completeness.doubt(Doubt::NotUnderstood, Some(since));
        }
        completeness
    }

    /// In which it is asked whom to ring.
    #[must_use]
    pub fn circumstances<'a>(&self, county: &'a County) -> Circumstances<'a> {
        Circumstances { directory: &county.directory, zone: &county.zone, age: self.age, at: self.at }
    }

    /// `ListCurrentWorkers`.
    #[must_use]
    pub fn workers(&self, rule: &Rule, county: &County) -> Workers {
        let Some(grant) = rule.decide(self.view, self.at) else {
            let completeness = Completeness::withheld();
            return Workers { workers: Vec::new(), completeness, other_side_withheld: false, protected: false };
        };
        let all = self.view.map(|view| CurrentWorker::all(view, &self.circumstances(county)));
        let mut workers = all.unwrap_or_default();
        workers.retain(|worker| grant.sees(worker.register));
        let seen = |worker: CurrentWorker| {
            let sight = grant.sight(worker.register);
            worker.seen(sight)
        };
        let workers: Vec<_> = workers.into_iter().map(seen).collect();
        let own = if grant.own == Register::Patient {
            [FactKind::HealthSocialWork, FactKind::Stays]
        } else {
            [FactKind::Workers, FactKind::Clientships]
        };
        let both = [FactKind::Workers, FactKind::Clientships, FactKind::HealthSocialWork, FactKind::Stays];
        let completeness = self.completeness(grant, if grant.other { &both } else { &own });
        let protected = grant.protected && !workers.is_empty();
        Workers { workers, completeness, other_side_withheld: !grant.other, protected }
    }

    /// `GetOwnWorker`. Each worker is shown by the sight of the register in which the assignment stands.
    #[must_use]
    pub fn own_worker(&self, rule: &Rule, county: &County) -> Flagged<OwnWorker> {
        let withheld = Flagged { what: OwnWorker::NotKnown(Completeness::withheld()), protected: false };
        let Some(grant) = rule.decide(self.view, self.at).filter(|grant| grant.sees(Register::Social)) else {
            return withheld;
        };
        let completeness = self.completeness(grant, &[FactKind::Workers, FactKind::Clientships]);
        let circumstances = self.circumstances(county);
        let seen = |workers: Vec<CurrentWorker>| -> Vec<CurrentWorker> {
            let seen = workers.into_iter().filter(|worker| grant.sees(worker.register));
            seen.map(|mut worker| {
                if let Some(view) = self.view {
                    worker.stand_behind(view, &circumstances);
                }
                let sight = grant.sight(worker.register);
                worker.seen(sight)
            })
            .collect()
        };
        let what = match OwnWorker::of(self.view, completeness, self.at) {
            OwnWorker::Named(workers) => match seen(workers) {
                none if none.is_empty() => return withheld,
                workers => OwnWorker::Named(workers),
            },
            OwnWorker::NotNamed { clientship, why, reason, instead } => {
                OwnWorker::NotNamed { clientship, why, reason, instead: seen(instead) }
            }
            not_known @ OwnWorker::NotKnown(_) => return Flagged { what: not_known, protected: false },
        };
        Flagged { what, protected: grant.protected }
    }

    /// `CheckInvolvement`.
    #[must_use]
    pub fn involvement(&self, rule: &Rule, county: &County) -> Involvement {
        let Some(grant) = rule.decide(self.view, self.at).filter(|grant| grant.sees(Register::Patient)) else {
            return Involvement::NotKnown(Completeness::withheld());
        };
        let completeness = self.completeness(grant, &[FactKind::Stays, FactKind::HealthSocialWork]);
        Involvement::of(self.view, grant, county, completeness, &self.circumstances(county))
    }

    /// `GetParallelView`.
    #[must_use]
    pub fn parallel_view(&self, rule: &Rule, county: &County) -> Shown {
        let Some(grant) = rule.decide(self.view, self.at) else {
            let (completeness, loose_ends) = (Completeness::withheld(), Vec::new());
            return Shown { view: None, lanes: Vec::new(), wards: false, protected: false, completeness, loose_ends };
        };
        let lanes: Vec<_> = [Register::Patient, Register::Social].into_iter().filter(|it| grant.sees(*it)).collect();
        let view = self.view.map(|view| {
            let mut seen = view.clone().only(|register| grant.sees(register), county.notices_answered);
            seen.hide_places(|register| grant.sight(register));
            seen
        });
        let both = Register::ALL.iter().all(|register| lanes.contains(register));
        let loose_ends = view.iter().filter(|_| both).flat_map(|view| view.loose_ends(self.at));
        let loose_ends = loose_ends.map(|it| {
            let completeness = self.completeness(grant, it.kind.covered_by());
            (it, completeness)
        });
        Shown {
            loose_ends: loose_ends.collect(),
            view,
            lanes,
            wards: grant.sees_wards(),
            protected: grant.protected,
            completeness: self.completeness(grant, EVERYTHING),
        }
    }
}
