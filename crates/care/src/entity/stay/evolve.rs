//! How each fact changes a stay.

use super::again::{Start, not_ahead};
use super::{Discharge, Stay, StayFact};
use crate::fact::Origin;
use crate::fact::mark::{CLOCK_TOLERANCE_SECONDS, Mark, is_newest};
use event::{Instant, StayClass, Ward};

impl Stay {
    /// The next fact in the order of the fold. Total: every fact means something in every state.
    pub fn evolve(&mut self, mark: &Mark, origin: &Origin, fact: &StayFact) {
        self.first_seen = self.first_seen.min(origin.happened_at);
        self.origin = origin.clone();
        match fact {
            StayFact::Planned { class, ward, expected_at } => {
                let known = self.plan.in_force().copied().flatten();
                self.plan.report(mark, expected_at.or(known));
                self.place(mark, *class, ward.as_ref());
            }
            StayFact::PlanCancelled => self.plan.revoke(*mark, ()),
            StayFact::Started { class, ward, started_at } => {
                let started_at = not_ahead(*started_at, mark, origin);
                let start = Start { mark: *mark, at: started_at, class: *class, ward: ward.clone() };
                if self.is_back(&start) {
                    self.discharge.clear();
                }
                self.admission.report(mark, ());
                self.seen(mark, origin, started_at);
                self.begin(mark, started_at, origin);
                self.place(mark, *class, ward.as_ref());
                if self.last_start.as_ref().is_none_or(|known| !known.mark.stands_after(mark)) {
                    self.last_start = Some(start);
                }
            }
            StayFact::Corrected { class, ward, started_at, also } => {
                self.also.extend(also);
                if let Some(started_at) = started_at {
                    self.begin(mark, not_ahead(*started_at, mark, origin), origin);
                }
                self.place(mark, *class, ward.as_ref());
            }
            StayFact::Cancelled => self.admission.revoke(*mark, ()),
            StayFact::WardChanged { from, to, class } => {
                self.is_there(mark, origin);
                self.place(mark, *class, None);
                // Cancelled in the same minute, and the cancellation sorts first: the client did not move.
                if self.ward_change_cancelled.is_none_or(|cancelled| mark.stands_after(&cancelled)) {
                    self.prior_ward = from.clone().or_else(|| self.ward.clone());
                    if let Some(from) = from {
                        self.has_left(from.clone(), mark.time());
                    }
                    self.place(mark, None, to.as_ref());
                }
            }
            StayFact::ClassChanged { class, ward } => {
                if self.admission.reported().is_none() {
                    self.changed_first = Some(*mark);
                }
                // A06 after the end of the emergency visit: the client is there again, as an inpatient.
                let at = not_ahead(origin.happened_at, mark, origin);
                let again = Start { mark: *mark, at, class: *class, ward: None };
                if *class != Some(StayClass::Outpatient) && self.is_back(&again) {
                    self.discharge.clear();
                }
                self.is_there(mark, origin);
                self.place(mark, *class, ward.as_ref());
            }
            // It is no report that the client is there: a planned stay may have one.
            StayFact::DischargePlanned { planned_at, class } => {
                self.place(mark, *class, None);
                let known = self.planned_discharge.in_force().copied().flatten();
                self.planned_discharge.report(mark, planned_at.or(known));
            }
            StayFact::DischargePlanCancelled => self.planned_discharge.revoke(*mark, ()),
            StayFact::Ended(discharge) => {
                let comes_later = is_later(discharge.ended_at, origin);
                let known = self.discharge.in_force().and_then(|known| known.disposition.clone());
                let disposition = discharge.disposition.clone().or(known);
                self.discharge.report(mark, Discharge { disposition, comes_later, ..discharge.clone() });
                // Of two in one minute the start may sort first.
                if self.last_start.clone().is_some_and(|start| self.is_back(&start)) {
                    self.discharge.clear();
                }
            }
            StayFact::DischargeCancelled { class } => {
                self.is_there(mark, origin);
                self.place(mark, *class, None);
                self.discharge.revoke(*mark, ());
            }
            StayFact::LeaveStarted { at, corrected, class, .. } if *corrected && self.leave.correct_start(*at) => {
                self.is_there(mark, origin);
                self.place(mark, *class, None);
            }
            StayFact::LeaveStarted { at, expected_return_at, class, .. } => {
                self.is_there(mark, origin);
                self.place(mark, *class, None);
                self.leave.start(*mark, *at, *expected_return_at);
            }
            StayFact::LeaveEnded { class } => {
                self.is_there(mark, origin);
                self.place(mark, *class, None);
                self.leave.end(*mark);
            }
            StayFact::LeaveStartCancelled => {
                self.is_there(mark, origin);
                self.leave.cancel_start(*mark);
            }
            StayFact::LeaveEndCancelled => {
                self.is_there(mark, origin);
                self.leave.cancel_end(*mark);
            }
            StayFact::WardChangeCancelled { to, class } => {
                self.is_there(mark, origin);
                self.place(mark, *class, None);
                self.ward_change_cancelled = Some(*mark);
                self.ward = to.clone().or_else(|| self.prior_ward.take()).or_else(|| self.ward.take());
                self.prior_ward = None;
            }
            StayFact::Reassigned { to } => self.reassigned = Some((*mark, *to)),
            StayFact::Stated { class, ward, started_at } => {
                // On the list after its own end: the cancellation of the discharge was lost.
                let after = self.discharge.mark().is_some_and(|end| mark.stands_after(end));
                let since = |end: &Discharge| {
                    end.ended_at < origin.happened_at || (end.ended_at == origin.happened_at && after)
                };
                if self.discharge.in_force().is_some_and(since) {
                    self.discharge.clear();
                }
                self.admission.report(mark, ());
                self.is_there(mark, origin);
                if let Some(started_at) = started_at {
                    self.begin(mark, not_ahead(*started_at, mark, origin), origin);
                }
                self.place(mark, *class, ward.as_ref());
            }
        }
    }

    /// Implies an admission where none was reported; never lifts a cancellation.
    fn is_there(&mut self, mark: &Mark, origin: &Origin) {
        self.begins_later = false;
        self.seen(mark, origin, origin.happened_at);
        if self.admission.reported().is_none() && self.admission.revoked().is_none() {
            self.admission.report(mark, ());
        }
    }

    fn seen(&mut self, mark: &Mark, origin: &Origin, at: Instant) {
        self.present = Some((*mark, origin.record));
        self.seen_at = self.seen_at.max(Some(not_ahead(at, mark, origin)));
    }

    fn begin(&mut self, mark: &Mark, started_at: Instant, origin: &Origin) {
        if is_newest(&mut self.newest.start, mark) {
            self.started_at = Some(started_at);
            self.begins_later = is_later(started_at, origin);
        }
    }

    fn place(&mut self, mark: &Mark, class: Option<StayClass>, ward: Option<&Ward>) {
        if class.is_some() && is_newest(&mut self.newest.class, mark) {
            self.class = class;
        }
        let Some(ward) = ward else { return };
        if is_newest(&mut self.newest.ward, mark) {
            if self.ward.as_ref() != Some(ward) {
                self.go_from(mark.time());
            }
            self.ward = Some(ward.clone());
        } else if let Some(newest) = self.newest.ward {
            self.has_left(ward.clone(), newest.time());
        }
    }
}

/// Does the source itself report a later time? The time is compared with the source's own clock, not with ours: a clock
/// in 2029, or minutes ahead, does not turn a presence into a plan.
fn is_later(at: Instant, origin: &Origin) -> bool {
    at > origin.recorded_at.plus_seconds(CLOCK_TOLERANCE_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::cases::{at, given};
    use crate::entity::stay::StayStatus::{self, Cancelled, Ended, InProgress, OnLeave, Planned, Unknown};

    #[test]
    fn what_the_facts_of_a_stay_leave() {
        let class = Some(StayClass::Inpatient);
        let ward = |name| Ward::try_new(name);
        let planned = |minute| StayFact::Planned { class, ward: None, expected_at: Some(at(minute)) };
        let started = |name| StayFact::Started { class, ward: ward(name), started_at: at(1) };
        let moved = |name| StayFact::WardChanged { from: None, to: ward(name), class: None };
        let ended = || StayFact::Ended(Discharge { ended_at: at(5), disposition: None, comes_later: false });
        let reopened = || StayFact::DischargeCancelled { class: None };
        let away = || StayFact::LeaveStarted { at: at(3), expected_return_at: None, corrected: false, class: None };
        let back = || StayFact::LeaveEnded { class: None };
        let cases: [(Vec<_>, StayStatus, Option<Ward>); 11] = [
            (vec![(1, planned(20))], Planned, None),
            (vec![(1, planned(8))], Unknown, None),
            (vec![(1, started("A"))], InProgress, ward("A")),
            (vec![(1, started("A")), (3, moved("B"))], InProgress, ward("B")),
            (vec![(3, moved("B")), (1, started("A"))], InProgress, ward("B")),
            (vec![(1, started("A")), (3, moved(""))], InProgress, ward("A")),
            (vec![(1, started("A")), (5, ended())], Ended, ward("A")),
            (vec![(5, ended()), (1, started("A"))], Ended, ward("A")),
            (vec![(1, started("A")), (5, ended()), (6, reopened())], InProgress, ward("A")),
            (vec![(1, started("A")), (2, StayFact::Cancelled)], Cancelled, ward("A")),
            (vec![(1, started("A")), (3, away()), (4, back()), (6, away())], OnLeave, ward("A")),
        ];
        for (facts, status, ward) in cases {
            let (label, none) = (format!("{facts:?}"), None::<Stay>);
            let stay = given(facts).fold(none, |stay, it, fact| {
                stay.get_or_insert_with(|| Stay::new(it.origin.clone(), false)).evolve(&it.mark, &it.origin, fact);
            });
            assert_eq!(stay.map(|it| (it.status(at(9)), it.ward)), Some((status, ward)), "{label}");
        }
    }
}
