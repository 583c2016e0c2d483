//! A stay: osastojakso or päivystyskäynti, as its events leave it.
//!
//! ADT → status follows HL7's v2-to-FHIR map (Event\[EncounterStatus\]): A01, A02, A13 in progress; A03 finished; A05
//! planned, and not known once its time has passed without another word; A11 cancelled; A08 leaves it as it is. A finished
//! stay may be in progress again (A13). A21 and A22: on leave, and back.
//!
//! What an event says of a value (class, ward, start) replaces what stood unless that stands after it ([`Mark`]); what it
//! leaves out it keeps. What all of it says of whether the client is there: `status`.

mod again;
mod fact;
pub(crate) mod leave;
mod status;

use again::{Start, not_ahead};
pub use fact::StayFact;
pub use status::{Certainty, StayStatus};

use crate::entity::entity;
use crate::fact::Origin;
use crate::fact::mark::{CLOCK_TOLERANCE_SECONDS, Mark, is_newest};
use crate::fact::revocable::Revocable;
use crate::rule::limits::Limits;
use crate::view::OnList;
use event::{Code, Instant, StayClass, Token, Ward};
use leave::Leave;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    /// The last event that touched it.
    pub origin: Origin,
    /// Its key in the view; `None`: it has none. Not part of the view's bytes.
    #[serde(skip)]
    pub key: Option<Token>,
    /// PV1-2, as last said; `None`: not told.
    pub class: Option<StayClass>,
    /// PV1-3, as last said.
    pub ward: Option<Ward>,
    /// PV1-44, as last said.
    pub started_at: Option<Instant>,
    /// Where what was last said of the class, the ward and the start stands.
    told: Told,
    /// The earliest time at which something of it happened.
    pub first_seen: Instant,
    /// A05; A38 revokes. When the client is expected, if told.
    pub plan: Revocable<Option<Instant>>,
    /// A01, A04 and what implies them; A11 revokes.
    pub admission: Revocable<()>,
    /// A16, PV2-9; A25 revokes. `None` inside: pending, no time told.
    pub planned_discharge: Revocable<Option<Instant>>,
    /// A03; A13 revokes.
    pub discharge: Revocable<Discharge>,
    /// The source said that it begins later than it wrote so: the client is not there yet.
    pub begins_later: bool,
    /// A21, A22 and their cancellations.
    pub leave: Leave,
    /// A06 or A07 before anything that says that the client is there.
    changed_first: Option<Mark>,
    /// Where the client was before the last A02.
    pub prior_ward: Option<Ward>,
    /// A12.
    pub ward_change_cancelled: Option<Mark>,
    /// A45: whose record it is said to be instead.
    pub reassigned: Option<(Mark, Token)>,
    /// Its other keys ([`event::StayCorrected::also`]): a stay that has one of them may be this one.
    pub also: BTreeSet<Token>,
    /// The last word that the client is there, and the record in whose stream it stands.
    pub present: Option<(Mark, Token)>,
    /// When the client was there at the latest, by any word of it.
    seen_at: Option<Instant>,
    /// The last start that was reported.
    last_start: Option<Start>,
    /// What its source's lists say: see [`ParallelView::heal`](crate::ParallelView::heal). Not part of the view's bytes.
    #[serde(skip)]
    pub on_list: OnList,
    /// It is another's by its own stream ([`crate::StatedSubject`]), or goes on under another of its keys. Not part of the
    /// view's bytes.
    #[serde(skip)]
    pub superseded: bool,
    /// True if it had no visit number and was put together from what its record told.
    pub inferred: bool,
    /// What facts without a visit number leave of it: see [`crate::Unplaced`]. Not part of the view's bytes.
    #[serde(skip)]
    pub certainty: Certainty,
    /// How long what nobody ends counts. Not part of the view's bytes.
    #[serde(skip)]
    pub limits: Limits,
}

entity!(Stay {
    key, class, started_at, told, first_seen, plan, admission, planned_discharge, discharge, begins_later, leave, changed_first,
    ward_change_cancelled, reassigned, also, present, seen_at, on_list, superseded, inferred, certainty, limits
}
place ward => *ward = None,
place prior_ward => *prior_ward = None,
place last_start => if let Some(start) = last_start { start.ward = None });

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Told {
    class: Option<Mark>,
    ward: Option<Mark>,
    start: Option<Mark>,
}

/// An end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discharge {
    /// PV1-45.
    pub ended_at: Instant,
    /// PV1-36.
    pub disposition: Option<Code>,
    /// The source said that it comes later than it wrote so: until then the client is there.
    pub comes_later: bool,
}

impl Stay {
    /// Nothing known but that `origin` spoke of it.
    #[must_use]
    pub fn new(origin: Origin, inferred: bool) -> Self {
        Self {
            first_seen: origin.happened_at,
            origin,
            key: None,
            class: None,
            ward: None,
            started_at: None,
            told: Told::default(),
            plan: Revocable::default(),
            admission: Revocable::default(),
            planned_discharge: Revocable::default(),
            discharge: Revocable::default(),
            begins_later: false,
            leave: Leave::default(),
            changed_first: None,
            prior_ward: None,
            ward_change_cancelled: None,
            reassigned: None,
            also: BTreeSet::new(),
            present: None,
            seen_at: None,
            last_start: None,
            on_list: OnList::AsReported,
            superseded: false,
            inferred,
            certainty: Certainty::Told,
            limits: Limits::default(),
        }
    }

    /// The next fact in the order of the fold. Total: every fact means something in every state.
    pub fn evolve(&mut self, mark: &Mark, origin: &Origin, fact: &StayFact) {
        self.first_seen = self.first_seen.min(origin.happened_at);
        self.origin = origin.clone();
        match fact {
            StayFact::Planned { class, ward, expected_at } => {
                let known = self.plan.in_force().copied().flatten();
                self.plan.say(mark, expected_at.or(known));
                self.place(mark, *class, ward.as_ref());
            }
            StayFact::PlanCancelled => self.plan.revoke(*mark, ()),
            StayFact::Started { class, ward, started_at } => {
                let started_at = not_ahead(*started_at, mark, origin);
                let start = Start { mark: *mark, at: started_at, class: *class, ward: ward.clone() };
                if self.is_back(&start) {
                    self.discharge.clear();
                }
                self.admission.say(mark, ());
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
                // Cancelled in the same minute, and the cancellation sorts first: the client never moved.
                if self.ward_change_cancelled.is_none_or(|cancelled| mark.stands_after(&cancelled)) {
                    self.prior_ward = from.clone().or_else(|| self.ward.clone());
                    self.place(mark, None, to.as_ref());
                }
            }
            StayFact::ClassChanged { class, ward } => {
                if self.admission.said().is_none() {
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
            // Says nothing of whether the client is there: it may be written of a stay that is planned itself.
            StayFact::DischargePlanned { planned_at, class } => {
                self.place(mark, *class, None);
                let known = self.planned_discharge.in_force().copied().flatten();
                self.planned_discharge.say(mark, planned_at.or(known));
            }
            StayFact::DischargePlanCancelled => self.planned_discharge.revoke(*mark, ()),
            StayFact::Ended(discharge) => {
                let comes_later = is_later(discharge.ended_at, origin);
                let known = self.discharge.in_force().and_then(|known| known.disposition.clone());
                let disposition = discharge.disposition.clone().or(known);
                self.discharge.say(mark, Discharge { disposition, comes_later, ..discharge.clone() });
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
                self.admission.say(mark, ());
                self.is_there(mark, origin);
                if let Some(started_at) = started_at {
                    self.begin(mark, not_ahead(*started_at, mark, origin), origin);
                }
                self.place(mark, *class, ward.as_ref());
            }
        }
    }

    /// A message that names nobody reports the client there: where, is not known, and if this says that they are not,
    /// neither is whether they are.
    pub(crate) fn is_reported_there(&mut self, reported: &Mark) {
        if self.end_mark().is_some_and(|end| end.stands_after(reported)) {
            return;
        }
        if !self.told.ward.is_some_and(|told| told.stands_after(reported)) {
            self.ward = None;
        }
        let clinic = self.class == Some(StayClass::Outpatient);
        if self.admission.in_force().is_none() || self.is_over() || clinic {
            self.certainty = Certainty::MayBeThere(reported.time());
        }
        self.class = self.class.filter(|_| !clinic);
    }

    /// Another record's visit (A45, or by its own stream), and nothing since says that it is here: neither a later report,
    /// nor one of the record that got it where both are one person.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        let reassigned = self.reassigned.is_some_and(|(moved, to)| {
            self.present.is_none_or(|(present, record)| record != to && !present.stands_after(&moved))
        });
        reassigned || self.superseded
    }

    /// Implies an admission where none was told; never lifts a cancellation.
    fn is_there(&mut self, mark: &Mark, origin: &Origin) {
        self.begins_later = false;
        self.seen(mark, origin, origin.happened_at);
        if self.admission.said().is_none() && self.admission.revoked().is_none() {
            self.admission.say(mark, ());
        }
    }

    fn seen(&mut self, mark: &Mark, origin: &Origin, at: Instant) {
        self.present = Some((*mark, origin.record));
        self.seen_at = self.seen_at.max(Some(not_ahead(at, mark, origin)));
    }

    fn begin(&mut self, mark: &Mark, started_at: Instant, origin: &Origin) {
        if is_newest(&mut self.told.start, mark) {
            self.started_at = Some(started_at);
            self.begins_later = is_later(started_at, origin);
        }
    }

    fn place(&mut self, mark: &Mark, class: Option<StayClass>, ward: Option<&Ward>) {
        if class.is_some() && is_newest(&mut self.told.class, mark) {
            self.class = class;
        }
        if ward.is_some() && is_newest(&mut self.told.ward, mark) {
            self.ward = ward.cloned();
        }
    }
}

/// Does the source itself, by its own clock, speak of a later time? Compared with when it wrote, not with our clock: a
/// clock in 2029, or minutes ahead, makes no plan of a presence.
fn is_later(at: Instant, origin: &Origin) -> bool {
    at > origin.recorded_at.plus_seconds(CLOCK_TOLERANCE_SECONDS)
}
