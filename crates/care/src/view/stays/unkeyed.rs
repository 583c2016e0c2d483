//! Stays from facts without a key: derived after the fold, and marked as inferred (rule R5).
//!
//! A fact without a visit number is never bound to a stay with one. The facts are put together record by record:
//!
//! - A start begins a stay of its own, unless it repeats one: the same class, and about the same time.
//! - An end ends the only open stay. If several are open it may belong to any of them: until there are as many ends as
//!   starts, it is *unclear* whether the client is there, unless something has been reported of the stay since. It does
//!   not belong to a stay that began after it, or that is only planned.
//! - An end without a start may belong to a stay with a number: that stay is unclear too, unless something has been
//!   reported of it since.
//! - A move, a leave and the like report that the client was there, until a later start or end of the record, and at most
//!   for [`Limits::unplaced_seconds`](crate::Limits). A correction (A08) is no such report: after a discharge there are some
//!   too. But if no known stay of the record goes on or was still going on when the corrected one began, it is the only sign of
//!   that one, and counts like a move. A correction without a start is of a stay at its own time. If several stays are open, a
//!   correction belongs to the one that began at its start time, or to none.
//! - A start at about its time fulfils a plan, with a number or without; an emergency visit fulfils none.

use super::alike::{fulfils, had_begun, is_repeated, may_be_corrected, may_end, near, repeats};
use crate::entity::stay::{Certainty, Stay, StayFact};
use crate::fact::Origin;
use crate::fact::limits::Limits;
use crate::fact::mark::{CLOCK_TOLERANCE_SECONDS, Mark};
use event::{Instant, StayClass, Ward};
use std::collections::BTreeSet;

/// What one record's facts without a visit number leave.
#[derive(Default)]
pub(super) struct Unkeyed {
    over: Vec<Stay>,
    open: Vec<Stay>,
    /// Ends that may belong to any open stay; fewer than those.
    ends: Vec<(Mark, Origin, StayFact)>,
    /// Ends for which nothing was open.
    loose: Vec<Mark>,
    /// The client was there, by a fact without a start.
    hint: Option<Stay>,
    /// A correction of what began then hints that the client is there. It counts only if no known stay may be that one.
    corrected: Vec<(Instant, Mark, Origin, StayFact)>,
    limits: Limits,
}

impl Unkeyed {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    pub(super) fn take(&mut self, mark: &Mark, origin: &Origin, fact: &StayFact) {
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
            StayFact::Stated { class, started_at: Some(started_at), .. }
            | StayFact::Started { class, started_at, .. } => self.start(mark, origin, fact, (*class, *started_at)),
            StayFact::Ended(_) | StayFact::Cancelled => self.end((*mark, origin.clone(), fact.clone())),
            StayFact::DischargeCancelled { .. } => self.reopen(mark, origin, fact),
            StayFact::Corrected { class, ward, started_at, also: _ } => {
                let began = started_at.unwrap_or(origin.happened_at);
                if let Some(stay) = self.corrected(*started_at, began) {
                    stay.evolve(mark, origin, fact);
                } else if is_sign(*class, ward.as_ref()) {
                    let there = StayFact::Stated { class: *class, ward: ward.clone(), started_at: *started_at };
                    self.corrected.push((began, *mark, origin.clone(), there));
                }
            }
            StayFact::DischargePlanned { .. } | StayFact::DischargePlanCancelled => {
                if let Some(stay) = self.open.last_mut() {
                    stay.evolve(mark, origin, fact);
                }
            }
            StayFact::WardChanged { .. }
            | StayFact::ClassChanged { .. }
            | StayFact::LeaveStarted { .. }
            | StayFact::LeaveEnded { .. }
            | StayFact::LeaveStartCancelled
            | StayFact::LeaveEndCancelled
            | StayFact::WardChangeCancelled { .. }
            | StayFact::Reassigned { .. }
            | StayFact::Stated { started_at: None, .. } => match self.open.last_mut().or(self.hint.as_mut()) {
                Some(stay) => stay.evolve(mark, origin, fact),
                None => self.hint = Some(new(mark, origin, fact)),
            },
        }
    }

    /// The stay that began at the correction's start; else the only open one.
    fn corrected(&mut self, started_at: Option<Instant>, began: Instant) -> Option<&mut Stay> {
        let limits = self.limits;
        let of_it = |it: &Stay| started_at.is_some_and(|at| near(at, it.since()));
        if let Some(at) = self.open.iter().rposition(of_it) {
            return self.open.get_mut(at);
        }
        match (self.over.iter().rposition(of_it), &mut self.open[..]) {
            (Some(at), _) => self.over.get_mut(at),
            (None, [stay]) if may_be_corrected(stay, began, limits) => Some(stay),
            (None, _) => None,
        }
    }

    fn start(&mut self, mark: &Mark, origin: &Origin, fact: &StayFact, start: (Option<StayClass>, Instant)) {
        self.hint = None;
        // Its end or cancellation was received first: it stands after the start, or its own time shows that it does.
        let awaited = |it: &Stay| {
            let before_its_end = || it.discharge.in_force().is_some_and(|end| start.1 <= end.ended_at);
            let stands_before = it.end_mark().is_some_and(|end| !mark.stands_after(end));
            it.admission.reported().is_none() && (stands_before || before_its_end())
        };
        if let Some(at) = self.over.iter().rposition(|it| awaited(it) || is_repeated(it, start)) {
            let end = self.over[at].end_mark().copied();
            self.loose.retain(|loose| Some(*loose) != end);
            let mut stay = self.over.remove(at);
            stay.evolve(mark, origin, fact);
            self.keep(stay);
            return;
        }
        let same = |it: &Stay| if it.is_planned_only() { fulfils(it, start) } else { repeats(it, start) };
        match self.open.iter_mut().find(|it| same(it)) {
            Some(stay) => stay.evolve(mark, origin, fact),
            None => self.open.push(new(mark, origin, fact)),
        }
    }

    fn end(&mut self, end: (Mark, Origin, StayFact)) {
        let (mark, origin, fact) = &end;
        if !self.may_be_of(fact).is_empty() {
            self.ends.push(end);
            return self.settle();
        }
        // Some sources cancel a plan by cancelling the admission.
        let plan = self.open.iter().rposition(Stay::is_planned_only).filter(|_| *fact == StayFact::Cancelled);
        if let Some(at) = plan {
            return self.close(at, &end);
        }
        // A repeated end, or a cancellation of what has ended, belongs to the same stay.
        match self.over.last_mut().filter(|it| it.admission.reported().is_some()) {
            Some(stay) => stay.evolve(mark, origin, fact),
            None => self.over.push(new(mark, origin, fact)),
        }
        self.loose.push(*mark);
        self.hint = None;
    }

    /// The open stays that the end or cancellation may belong to: those that had begun.
    fn may_be_of(&self, fact: &StayFact) -> Vec<usize> {
        let may_be = |it: &Stay| !it.is_planned_only() && had_begun(it, fact);
        self.open.iter().enumerate().filter(|(_, it)| may_be(it)).map(|(at, _)| at).collect()
    }

    /// Closes stays where there is no doubt: an end that may belong to one stay only, or as many ends as stays.
    fn settle(&mut self) {
        let of_one = |it: &Self| {
            it.ends.iter().enumerate().find_map(|(n, (.., fact))| match it.may_be_of(fact)[..] {
                [at] => Some((n, at)),
                _ => None,
            })
        };
        while let Some((n, at)) = of_one(self) {
            let end = self.ends.remove(n);
            self.close(at, &end);
        }
        let candidates: BTreeSet<usize> = self.ends.iter().flat_map(|(.., fact)| self.may_be_of(fact)).collect();
        if self.ends.len() >= candidates.len() {
            let ends = std::mem::take(&mut self.ends);
            // The last first, so that the positions before it stay valid.
            for (at, end) in candidates.iter().rev().zip(ends.iter().rev()) {
                self.close(*at, end);
            }
        }
    }

    fn close(&mut self, at: usize, (mark, origin, fact): &(Mark, Origin, StayFact)) {
        let mut stay = self.open.remove(at);
        stay.evolve(mark, origin, fact);
        self.keep(stay);
    }

    /// An end that does not stand after its start ends nothing.
    fn keep(&mut self, stay: Stay) {
        let list = if stay.is_over() { &mut self.over } else { &mut self.open };
        list.push(stay);
    }

    fn reopen(&mut self, mark: &Mark, origin: &Origin, fact: &StayFact) {
        if self.ends.pop().is_some() {
            return;
        }
        match self.over.iter().rposition(|it| it.discharge.in_force().is_some()) {
            Some(at) => {
                let mut stay = self.over.remove(at);
                stay.evolve(mark, origin, fact);
                self.keep(stay);
            }
            // The ended stay may have a number: so this is only a hint.
            None => match self.open.iter_mut().rfind(|it| !it.is_planned_only()).or(self.hint.as_mut()) {
                Some(stay) => stay.evolve(mark, origin, fact),
                None => self.hint = Some(new(mark, origin, fact)),
            },
        }
    }

    /// Compares with a stay of the same record that has a number.
    pub(super) fn against(&mut self, stay: &mut Stay) {
        self.corrected.retain(|(began, ..)| !may_be_corrected(stay, *began, self.limits));
        if stay.admission.in_force().is_some() && !stay.is_over() && self.loose.iter().any(|end| may_end(stay, end)) {
            stay.certainty = Certainty::MayHaveEnded;
        }
        if stay.admission.reported().is_some() {
            let start = (stay.class, stay.since());
            self.open.retain(|plan| !(plan.is_planned_only() && fulfils(plan, start)));
        }
        // Its start may also have been sent without the number: then the end of one is the end of both.
        let one = (stay.class, stay.since());
        if let Some(end) = stay.end_mark() {
            // If only later facts have the number, any start may be its own.
            let ended_at = stay.discharge.in_force().map_or(end.time(), |it| it.ended_at);
            let started = |it: &Stay| {
                let before = it.since() <= ended_at.plus_seconds(CLOCK_TOLERANCE_SECONDS);
                repeats(it, one) || (stay.started_at.is_none() && before)
            };
            let may_be_it = |it: &&mut Stay| !it.is_planned_only() && started(it) && may_end(it, end);
            self.open.iter_mut().filter(may_be_it).for_each(|it| it.certainty = Certainty::MayHaveEnded);
        } else if stay.admission.in_force().is_some() {
            // It continued a visit with another number, or with none. So an end without a number may belong to either.
            let taken = |it: &Stay| stay.taken_over().is_some() && !repeats(it, one);
            let ends_it =
                |it: &Stay| (repeats(it, one) || taken(it)) && it.end_mark().is_some_and(|end| may_end(stay, end));
            if self.over.iter().any(|it| it.admission.reported().is_some() && ends_it(it)) {
                stay.certainty = Certainty::MayHaveEnded;
            }
        }
        // A07 without the number: the continuing stay may be of another class now.
        let changed = self.hint.as_ref().filter(|hint| hint.taken_over().is_some() && hint.class != stay.class);
        if changed.and_then(|hint| hint.present).is_some_and(|(mark, _)| may_end(stay, &mark)) && !stay.is_over() {
            stay.certainty = Certainty::MayHaveEnded;
        }
        let hint = self.hint.as_ref().and_then(|hint| hint.present.map(|(mark, _)| mark));
        if let Some(hint) = hint {
            // While that stay continues, the hint belongs to it. An end or start that was reported after the hint ends
            // the hint.
            let ended = stay.end_mark().is_some_and(|end| !hint.stands_after(end));
            let open = stay.admission.in_force().is_some() && !stay.is_over();
            if ended || open {
                self.hint = None;
            }
        }
    }

    pub(super) fn stays(mut self) -> impl Iterator<Item = Stay> {
        let may_be_its = |it: &Stay, (end, _, fact): &(Mark, Origin, StayFact)| had_begun(it, fact) && may_end(it, end);
        // A clinic visit is no involvement, so it is never in doubt.
        let may_matter = |it: &Stay| !it.is_planned_only() && it.class != Some(StayClass::Outpatient);
        // By its own time the end is before the beginning: one of the two is mistyped.
        let loose = |it: &Stay| self.loose.iter().any(|end| may_end(it, end));
        let doubted = |it: &&mut Stay| may_matter(it) && (self.ends.iter().any(|end| may_be_its(it, end)) || loose(it));
        self.open.iter_mut().filter(doubted).for_each(|it| it.certainty = Certainty::MayHaveEnded);
        if let Some(hint) = &mut self.hint {
            hint.certainty = Certainty::HintOnly;
        }
        let corrected = self.sign().map(|it| Stay { certainty: Certainty::HintOnly, ..it });
        // Of two hints the later one: it counts for longer.
        let later = |a: &Stay, b: &Stay| a.present.zip(b.present).is_some_and(|((a, _), (b, _))| a.stands_after(&b));
        let hints = self.hint.into_iter().chain(corrected);
        let hint = hints.reduce(|hint, other| if later(&other, &hint) { other } else { hint });
        self.over.into_iter().chain(self.open).chain(hint)
    }

    /// The stay that only corrections tell of.
    fn sign(&self) -> Option<Stay> {
        let known = |began| self.over.iter().chain(&self.open).any(|it| may_be_corrected(it, began, self.limits));
        let signs = self.corrected.iter().filter(|(began, ..)| !known(*began));
        signs.fold(None, |stay: Option<Stay>, (_, mark, origin, there)| {
            let mut stay = stay.unwrap_or_else(|| Stay::new(origin.clone(), true));
            stay.evolve(mark, origin, there);
            Some(stay)
        })
    }
}

/// Whether a correction is about a client who is there: its class shows it. Without a class, as with HL7's "N" (not
/// applicable), its ward shows it.
fn is_sign(class: Option<StayClass>, ward: Option<&Ward>) -> bool {
    match class {
        Some(StayClass::Emergency | StayClass::Inpatient) => true,
        Some(StayClass::Outpatient) => false,
        None | Some(StayClass::Unknown) => ward.is_some(),
    }
}

fn new(mark: &Mark, origin: &Origin, fact: &StayFact) -> Stay {
    let mut stay = Stay::new(origin.clone(), true);
    stay.evolve(mark, origin, fact);
    stay
}
