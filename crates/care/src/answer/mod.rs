//! The answer: from a client's view, the county's configuration and a decision.
//!
//! Pure: the store reads the facts, the API renders the answer. An unknown person, a client with whom the caller has no
//! relationship, and a client who may not be shown get the same answer.

mod thing;
mod timeline;
mod view;
mod whole;

pub use timeline::{Timeline, TimelineEntry};

pub use crate::rule::county::County;

use crate::access::{Basis, Data, Decision, Request, decide};
use crate::rule::beside::Beside;
use crate::rule::current_workers::assigned;
use crate::rule::directory::Circumstances;
use crate::rule::involvement;
use crate::rule::reach::{Reach, Ring};
use crate::rule::source::{Completeness, SourceState};
use crate::{CurrentWorker, Involvement, LooseEnd, OwnWorker, ParallelView, Sign};
use event::{FactKind, Instant, Register, Sealed, Token, Worker};
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
    /// `Some`: records may be missing. Inside: since when not everything is known (`None`: everything never was).
    pub gap: Option<Option<Instant>>,
    /// A prohibition or a turvakielto may be missing: a gap is open, or a restored database has not caught up yet.
    pub prohibitions_doubted: bool,
    /// If what was acknowledged after then may not be applied yet.
    pub applied_until: Option<Instant>,
    /// Every source, with what it has reported.
    pub states: &'a [SourceState],
    /// The client's age in years by the identity code that was asked with; `None`: asked with another number.
    pub age: Option<u16>,
    /// When a reported worker can be rung: what the seal hides.
    pub opened: &'a (dyn Fn(&Token, &Sealed<Worker>) -> Ring + Sync),
    /// The instant that the answer holds for.
    pub at: Instant,
    /// `at` is in the past. How far sources have reported is kept for the present only, so "none" cannot be answered
    /// for the past.
    pub past: bool,
    /// If `at` is in the past: what may be shown now. A right ends when its ground ends, so what was permitted then is
    /// shown only if it is permitted now.
    pub now: Option<&'a Decision>,
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
    /// What nobody has done in time, as far as it is reported. Only for a caller who sees both lanes, because it is
    /// about what the other side has not done. Each with its completeness: where that is not complete, it may have been
    /// done without a report.
    pub loose_ends: Vec<(LooseEnd, Completeness)>,
}

/// Whether a hospital is involved, and what is shown beside that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Is it, now?
    pub involvement: Involvement,
    /// Planned stays and recent discharges: they make no yes.
    pub not_now: Vec<Sign>,
    /// Beside it.
    pub beside: Beside,
}

const EVERYTHING: &[FactKind] = FactKind::ALL;

impl Facts<'_> {
    /// What may be shown; `None`: answer as for an unknown person.
    #[must_use]
    pub fn decide(&self, request: &Request, county: &County) -> Option<Decision> {
        let decision = decide(self.view, request, &county.policy, self.at)?;
        let decision = if self.prohibitions_doubted { decision.where_prohibitions_may_be_missing() } else { decision };
        let across = self.view.and_then(|view| county.directory.contacts_across(view, self.at));
        let decision = decision.masking(across);
        Some(match self.now {
            Some(now) => decision.and(now.clone()),
            None => decision,
        })
    }

    /// In which it is asked whom to ring.
    #[must_use]
    pub fn circumstances<'a>(&self, county: &'a County) -> Circumstances<'a> {
        Circumstances { directory: &county.directory, zone: &county.zone, age: self.age, at: self.at }
    }

    /// Everybody who works with the client and may be seen. It is derived from the whole view, because the view that is
    /// shown may have lost the ward that leads to its worker.
    #[must_use]
    pub fn current_workers(&self, decision: &Decision, county: &County) -> Vec<CurrentWorker> {
        let all = self.view.map(|view| CurrentWorker::there(view, &self.circumstances(county), decision.belongs()));
        self.seen(decision, all.unwrap_or_default(), county)
    }

    /// Those of them who may be seen, and for each whom to ring, as far as that may be seen.
    fn seen(&self, decision: &Decision, workers: Vec<CurrentWorker>, county: &County) -> Vec<CurrentWorker> {
        let seen = workers.into_iter().filter(|worker| decision.sees(&worker.item));
        let mut seen: Vec<_> = seen
            .map(|worker| {
                let (sight, across) = (decision.sight_of(&worker.item), decision.masks(worker.register));
                let worker = worker.seen(sight);
                let declared = matches!(decision.basis(&worker.item), Some(Basis::Declared(..)));
                let worker = if declared { worker.least() } else { worker };
                let worker = across.into_iter().fold(worker, CurrentWorker::masked);
                let reach = Reach::of(worker.chain(&county.directory), &self.circumstances(county), self.opened);
                CurrentWorker { reach: Some(Box::new(reach)), ..worker }
            })
            .collect();
        // How many work on a protected ward is a sign of it too.
        seen.dedup_by(|a, b| a == b && decision.masks(a.register).is_some());
        seen
    }

    /// `ListCurrentWorkers`.
    #[must_use]
    pub fn workers(&self, request: &Request, county: &County) -> Workers {
        let sees = |decision: &Decision| decision.sees_any(decision.own, Data::Workers);
        let Some(decision) = self.decide(request, county).filter(sees) else {
            let completeness = Completeness::withheld();
            return Workers { workers: Vec::new(), completeness, other_side_withheld: false, protected: false };
        };
        let workers = self.current_workers(&decision, county);
        // The configuration decides: the states hold only what the sources' own declarations have left of it.
        let covers = county.sources.iter().map(|it| &it.covers).chain(county.not_connected.iter().map(|it| &it.covers));
        let duty_contacts = covers.into_iter().any(|covers| covers.contains(&FactKind::DutyContacts));
        let of = |register| match register {
            Register::Patient => vec![FactKind::HealthSocialWork, FactKind::Stays],
            // A county whose duty service has no system of its own is not asked for it.
            Register::Social if duty_contacts => {
                vec![FactKind::Workers, FactKind::Clientships, FactKind::DutyContacts]
            }
            Register::Social => vec![FactKind::Workers, FactKind::Clientships],
        };
        let other = if decision.own == Register::Patient { Register::Social } else { Register::Patient };
        let shown = [Data::Workers, Data::HealthSocialWork, Data::Stays];
        let sees_other = shown.iter().any(|data| decision.sees_any(other, *data));
        let mut covered = of(decision.own);
        if sees_other {
            covered.extend(of(other));
        }
        let whole = |register| self.sees_all(&decision, &whole::workers(register));
        let known = self.completeness(&decision, &covered);
        let stays = self.view.map(|view| involvement::stays_seen(view, &decision)).unwrap_or_default();
        let known = involvement::doubted(&stays, self.at, known);
        let all = whole(decision.own) && (!sees_other || whole(other));
        let completeness = if all { known } else { known.and_withheld() };
        let protected = decision.protected && !workers.is_empty();
        Workers { workers, completeness, other_side_withheld: !sees_other, protected }
    }

    /// `GetOwnWorker`. How much of each worker is shown depends on the register of the assignment.
    #[must_use]
    pub fn own_worker(&self, request: &Request, county: &County) -> Flagged<OwnWorker> {
        let withheld = Flagged { what: OwnWorker::NotKnown(Completeness::withheld()), protected: false };
        let sees = |decision: &Decision| decision.sees_any(Register::Social, Data::Workers);
        let Some(decision) = self.decide(request, county).filter(sees) else { return withheld };
        let completeness = self.completeness(&decision, &[FactKind::Workers, FactKind::Clientships]);
        let circumstances = self.circumstances(county);
        let workers = self.view.map(|view| {
            let mut workers = assigned(view, self.at, decision.belongs());
            for worker in &mut workers {
                worker.stand_behind(view, &circumstances);
            }
            workers
        });
        let what = OwnWorker::of(
            || self.view.map(|view| view.assignments_seen(&decision)),
            self.seen(&decision, workers.unwrap_or_default(), county),
            completeness,
            self.at,
        );
        if matches!(what, OwnWorker::NotNamed { .. }) && !self.sees_all(&decision, whole::OWN_WORKER) {
            return withheld;
        }
        let protected = decision.protected && !matches!(what, OwnWorker::NotKnown(_));
        Flagged { what, protected }
    }

    /// `CheckInvolvement`.
    #[must_use]
    pub fn checked(&self, request: &Request, county: &County) -> Checked {
        let decision = self.decide(request, county);
        let beside = decision.zip(self.view).map(|(decision, view)| Beside::of(view, &decision, self.at));
        let mut beside = beside.unwrap_or_default();
        let (involvement, not_now) = self.hospital(request, county);
        // The flag goes with whatever is shown of the client (661/2009 37 §).
        beside.protected |= !not_now.is_empty() && self.view.is_some_and(|view| view.is_protected_at(self.at));
        Checked { involvement, not_now, beside }
    }

    /// Whether a hospital is involved now.
    #[must_use]
    pub fn involvement(&self, request: &Request, county: &County) -> Involvement {
        self.hospital(request, county).0
    }

    fn hospital(&self, request: &Request, county: &County) -> (Involvement, Vec<Sign>) {
        let nothing = |completeness| (Involvement::NotKnown(completeness), Vec::new());
        let Some(decision) = self.decide(request, county) else { return nothing(Completeness::withheld()) };
        let completeness = self.completeness(&decision, &[FactKind::Stays, FactKind::HealthSocialWork]);
        if !decision.sees_any(Register::Patient, Data::Stays) {
            // Why is no secret: it concerns no particular client.
            let suspended = decision.is_suspended(Register::Patient, Data::Stays);
            return nothing(if suspended { completeness } else { Completeness::withheld() });
        }
        let (mut involvement, mut not_now) =
            Involvement::of(self.view, &decision, county, completeness, &self.circumstances(county));
        if involvement == Involvement::NotInvolved && !self.sees_all(&decision, whole::INVOLVEMENT) {
            involvement = Involvement::NotKnown(Completeness::withheld());
        }
        let of_now = match &mut involvement {
            Involvement::Involved { signs, protected: _ } => signs.as_mut_slice(),
            Involvement::NotInvolved | Involvement::NotKnown(_) => &mut [],
        };
        for sign in of_now.iter_mut().chain(&mut not_now) {
            let chain = sign.chain(&county.directory);
            sign.reach = Some(Box::new(Reach::of(chain, &self.circumstances(county), self.opened)));
        }
        (involvement, not_now)
    }
}
