//! Facts without a key, and what they leave of stays: derived after the fold, and marked as inferred (rule R5).
//!
//! What has no visit number is never bound to a stay that has one. Put together, record by record:
//!
//! - a start begins a stay of its own, unless it repeats one;
//! - an end of the only open one ends it; with more of them open it may be either's, and until there are as many ends as
//!   starts whether the client is there is *unclear*;
//! - an end with no start of its kind may be that of a stay with a number: that one is unclear too, unless something has
//!   been reported of it since;
//! - a correction alone (A08) says nothing of whether the client is there; a move, a leave and the like say that they were,
//!   until a later start or end of the record, and never longer than [`Limits::unplaced_seconds`](crate::Limits).

use crate::mark::{CLOCK_TOLERANCE_SECONDS, Mark};
use crate::referral::{Answer, Request};
use crate::stay::{Certainty, Stay, StayFact};
use crate::view::{Origin, ParallelView};
use event::{Instant, Token};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A fact that names nothing it could be bound to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unplaced {
    /// Of a stay without a visit number.
    Stay {
        /// Its place in the order.
        mark: Mark,
        /// Who told it.
        origin: Origin,
        /// What.
        fact: StayFact,
    },
    /// A request without an id: nobody's answer can ever be bound to it.
    Referral(Request),
    /// An answer without the request's id.
    ReferralAnswer(Answer),
}

impl ParallelView {
    /// Every stay: those with a visit number, and those put together from a record's facts without one (inferred).
    #[must_use]
    pub fn all_stays(&self) -> Vec<Stay> {
        let mut records: BTreeMap<Token, Unkeyed> = BTreeMap::new();
        for unplaced in &self.unplaced {
            if let Unplaced::Stay { mark, origin, fact } = unplaced {
                records.entry(origin.record).or_default().take(mark, origin, fact);
            }
        }
        let mut stays: Vec<Stay> = self.stays.values().cloned().collect();
        for (record, mut unkeyed) in records {
            for stay in stays.iter_mut().filter(|stay| stay.origin.record == record) {
                unkeyed.against(stay);
            }
            stays.extend(unkeyed.stays());
        }
        for stay in &mut stays {
            stay.limits = self.limits;
        }
        stays
    }
}

/// What one record's facts without a visit number leave.
#[derive(Default)]
struct Unkeyed {
    over: Vec<Stay>,
    open: Vec<Stay>,
    /// Ends that may be any open one's; fewer than those.
    ends: Vec<(Mark, Origin, StayFact)>,
    /// Ends where nothing was open.
    loose: Vec<Mark>,
    /// Somebody was there, by a fact that tells no start.
    hint: Option<Stay>,
}

impl Unkeyed {
    fn take(&mut self, mark: &Mark, origin: &Origin, fact: &StayFact) {
        match fact {
            StayFact::Planned { .. } => match self.open.iter_mut().find(|it| it.is_planned_only()) {
                Some(stay) => stay.evolve(mark, origin, fact),
                None => self.open.push(new(mark, origin, fact)),
            },
            StayFact::PlanCancelled => {
                if let Some(at) = self.open.iter().position(Stay::is_planned_only) {
                    self.close(at, &(*mark, origin.clone(), fact.clone()));
                }
            }
            StayFact::Started { started_at, .. } => self.start(mark, origin, fact, *started_at),
            StayFact::Ended(_) | StayFact::Cancelled => self.end((*mark, origin.clone(), fact.clone())),
            StayFact::DischargeCancelled => self.reopen(mark, origin, fact),
            StayFact::Corrected { .. } | StayFact::DischargePlanned { .. } | StayFact::DischargePlanCancelled => {
                if let Some(stay) = self.open.last_mut() {
                    stay.evolve(mark, origin, fact);
                }
            }
            StayFact::WardChanged { .. }
            | StayFact::ClassChanged { .. }
            | StayFact::LeaveStarted { .. }
            | StayFact::LeaveEnded
            | StayFact::LeaveStartCancelled
            | StayFact::LeaveEndCancelled
            | StayFact::WardChangeCancelled { .. }
            | StayFact::Moved { .. }
            | StayFact::Stated { .. } => match self.open.last_mut().or(self.hint.as_mut()) {
                Some(stay) => stay.evolve(mark, origin, fact),
                None => self.hint = Some(new(mark, origin, fact)),
            },
        }
    }

    fn start(&mut self, mark: &Mark, origin: &Origin, fact: &StayFact, started_at: Instant) {
        self.hint = None;
        // Its end or cancellation sorts before it, and does not stand before it.
        let awaited =
            |it: &&mut Stay| it.admission.said().is_none() && it.end_mark().is_some_and(|end| !mark.stands_after(end));
        if let Some(stay) = self.over.iter_mut().rfind(awaited) {
            stay.evolve(mark, origin, fact);
            return;
        }
        let near = |other: Instant| {
            let apart = started_at.as_micros().abs_diff(other.as_micros());
            apart <= CLOCK_TOLERANCE_SECONDS.unsigned_abs() * 1_000_000
        };
        let same = |it: &&mut Stay| it.is_planned_only() || near(it.since());
        match self.open.iter_mut().find(same) {
            Some(stay) => stay.evolve(mark, origin, fact),
            None => self.open.push(new(mark, origin, fact)),
        }
    }

    fn end(&mut self, end: (Mark, Origin, StayFact)) {
        let (mark, origin, fact) = &end;
        match self.open.len() {
            0 => {
                // A retelling of the end, or a cancellation of what has ended, is of the same stay.
                match self.over.last_mut().filter(|it| it.admission.said().is_some()) {
                    Some(stay) => stay.evolve(mark, origin, fact),
                    None => self.over.push(new(mark, origin, fact)),
                }
                self.loose.push(*mark);
                self.hint = None;
            }
            1 => self.close(0, &end),
            open => {
                self.ends.push(end);
                if self.ends.len() == open {
                    for end in std::mem::take(&mut self.ends) {
                        self.close(0, &end);
                    }
                }
            }
        }
    }

    fn close(&mut self, at: usize, (mark, origin, fact): &(Mark, Origin, StayFact)) {
        let mut stay = self.open.remove(at);
        stay.evolve(mark, origin, fact);
        // An end that does not stand after its start ends nothing.
        let list = if stay.is_over() { &mut self.over } else { &mut self.open };
        list.push(stay);
    }

    fn reopen(&mut self, mark: &Mark, origin: &Origin, fact: &StayFact) {
        if self.ends.pop().is_some() {
            return;
        }
        match self.over.pop() {
            Some(mut stay) => {
                stay.evolve(mark, origin, fact);
                let list = if stay.is_over() { &mut self.over } else { &mut self.open };
                list.push(stay);
            }
            None => match self.open.last_mut() {
                Some(stay) => stay.evolve(mark, origin, fact),
                None => self.open.push(new(mark, origin, fact)),
            },
        }
    }

    /// Against a stay of the same record that has a number.
    fn against(&mut self, stay: &mut Stay) {
        let since = |end: &Mark| stay.present.is_none_or(|(present, _)| !present.stands_after(end));
        if stay.admission.in_force().is_some() && !stay.is_over() && self.loose.iter().any(since) {
            stay.certainty = Certainty::MayHaveEnded;
        }
        let hint = self.hint.as_ref().and_then(|hint| hint.present.map(|(mark, _)| mark));
        if let Some(hint) = hint {
            // While that stay goes on, the hint is of it; an end, or a start, reported since then outlives it.
            let ended = stay.end_mark().is_some_and(|end| !hint.stands_after(end));
            let open = stay.admission.in_force().is_some() && !stay.is_over();
            if ended || open {
                self.hint = None;
            }
        }
    }

    fn stays(mut self) -> impl Iterator<Item = Stay> {
        if !self.ends.is_empty() {
            self.open.iter_mut().for_each(|it| it.certainty = Certainty::MayHaveEnded);
        }
        if let Some(hint) = &mut self.hint {
            hint.certainty = Certainty::HintOnly;
        }
        self.over.into_iter().chain(self.open).chain(self.hint)
    }
}

fn new(mark: &Mark, origin: &Origin, fact: &StayFact) -> Stay {
    let mut stay = Stay::new(origin.clone(), true);
    stay.evolve(mark, origin, fact);
    stay
}
