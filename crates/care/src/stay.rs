//! A stay: osastojakso or päivystyskäynti, as its events leave it.
//!
//! ADT → status follows HL7's v2-to-FHIR map (Event\[EncounterStatus\]): A01, A02, A13 in progress; A03 finished; A05
//! planned, and not known once its time has passed without another word; A11 cancelled; A08 leaves it as it is. A finished
//! stay may be in progress again (A13). A21 and A22: on leave, and back.
//!
//! What an event says of a value (class, ward, start) replaces what stood unless that stands after it ([`Mark`]); what it
//! leaves out it keeps.

use crate::leave::Leave;
use crate::limits::Limits;
use crate::mark::{CLOCK_TOLERANCE_SECONDS, Mark, is_newest};
use crate::revocable::Revocable;
use crate::stated::OnList;
use crate::view::Origin;
use event::{Body, Code, Instant, StayClass, Token, Ward};
use serde::{Deserialize, Serialize};

/// One stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    /// The last event that touched it.
    pub origin: Origin,
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
    pub moved: Option<(Mark, Token)>,
    /// The last word that the client is there, and the record in whose stream it stands.
    pub present: Option<(Mark, Token)>,
    /// What its source's lists say: see [`ParallelView::heal`](crate::ParallelView::heal). Not part of the view's bytes.
    #[serde(skip)]
    pub on_list: OnList,
    /// By the stay's own stream it is another's: see [`crate::StaySubject`]. Not part of the view's bytes.
    #[serde(skip)]
    pub of_another: bool,
    /// True if it had no visit number and was put together from what its record told.
    pub inferred: bool,
    /// What facts without a visit number leave of it: see [`crate::Unplaced`]. Not part of the view's bytes.
    #[serde(skip)]
    pub certainty: Certainty,
    /// How long what nobody ends counts. Not part of the view's bytes.
    #[serde(skip)]
    pub limits: Limits,
}

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

/// How certain it is that the client is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certainty {
    /// As certain as its own facts are.
    #[default]
    Told,
    /// An end without a visit number may be this stay's.
    MayHaveEnded,
    /// Only a fact that tells no start says that the client was there.
    HintOnly,
}

/// What its events leave of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StayStatus {
    /// The client is not there yet.
    Planned,
    /// The client is there.
    InProgress,
    /// The client is away for a while, and the stay goes on.
    OnLeave,
    /// The client has left.
    Ended,
    /// It never was.
    Cancelled,
    /// Something was told of it, but nothing that says whether the client is there.
    Unknown,
}

/// What an event says of a stay, apart from which stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "named and documented as the events of the same name")]
pub enum StayFact {
    Planned { class: Option<StayClass>, ward: Option<Ward>, expected_at: Option<Instant> },
    PlanCancelled,
    Started { class: Option<StayClass>, ward: Option<Ward>, started_at: Instant },
    Corrected { class: Option<StayClass>, ward: Option<Ward>, started_at: Option<Instant> },
    Cancelled,
    WardChanged { from: Option<Ward>, to: Option<Ward> },
    ClassChanged { class: Option<StayClass>, ward: Option<Ward> },
    DischargePlanned { planned_at: Option<Instant> },
    DischargePlanCancelled,
    Ended(Discharge),
    DischargeCancelled,
    LeaveStarted { at: Instant, expected_return_at: Option<Instant>, corrected: bool },
    LeaveEnded,
    LeaveStartCancelled,
    LeaveEndCancelled,
    WardChangeCancelled { to: Option<Ward> },
    Moved { to: Token },
    Stated { class: Option<StayClass>, ward: Option<Ward>, started_at: Option<Instant> },
}

impl StayStatus {
    /// The client is a patient there now, away for a while or not.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::InProgress | Self::OnLeave)
    }
}

impl StayFact {
    /// The stay and the fact, if `body` is about a stay.
    #[must_use]
    pub fn of(body: &Body) -> Option<(Option<Token>, Self)> {
        Some(match body.clone() {
            Body::StayPlanned(x) => {
                (x.stay, Self::Planned { class: x.class, ward: x.ward, expected_at: x.expected_at })
            }
            Body::StayPlanCancelled(x) => (x.stay, Self::PlanCancelled),
            Body::StayStarted(x) => (x.stay, Self::Started { class: x.class, ward: x.ward, started_at: x.started_at }),
            Body::StayCorrected(x) => {
                (x.stay, Self::Corrected { class: x.class, ward: x.ward, started_at: x.started_at })
            }
            Body::StayCancelled(x) => (x.stay, Self::Cancelled),
            Body::WardChanged(x) => (x.stay, Self::WardChanged { from: x.from, to: x.to }),
            Body::ClassChanged(x) => (x.stay, Self::ClassChanged { class: x.class, ward: x.ward }),
            Body::PlannedDischargeSet(x) => (x.stay, Self::DischargePlanned { planned_at: x.planned_at }),
            Body::PlannedDischargeCancelled(x) => (x.stay, Self::DischargePlanCancelled),
            Body::StayEnded(x) => (
                x.stay,
                Self::Ended(Discharge { ended_at: x.ended_at, disposition: x.disposition, comes_later: false }),
            ),
            Body::DischargeCancelled(x) => (x.stay, Self::DischargeCancelled),
            Body::LeaveStarted(x) => {
                let (at, expected_return_at, corrected) = (x.started_at, x.expected_return_at, x.corrected);
                (x.stay, Self::LeaveStarted { at, expected_return_at, corrected })
            }
            Body::LeaveEnded(x) => (x.stay, Self::LeaveEnded),
            Body::LeaveStartCancelled(x) => (x.stay, Self::LeaveStartCancelled),
            Body::LeaveEndCancelled(x) => (x.stay, Self::LeaveEndCancelled),
            Body::WardChangeCancelled(x) => (x.stay, Self::WardChangeCancelled { to: x.to }),
            Body::StayMoved(x) => (x.stay, Self::Moved { to: x.to.key }),
            Body::StayStated(x) => (x.stay, Self::Stated { class: x.class, ward: x.ward, started_at: x.started_at }),
            _ => return None,
        })
    }
}

impl StayFact {
    /// Without the wards that it tells.
    pub(crate) fn forget_wards(&mut self) {
        match self {
            Self::Planned { ward, .. }
            | Self::Started { ward, .. }
            | Self::Corrected { ward, .. }
            | Self::ClassChanged { ward, .. }
            | Self::Stated { ward, .. }
            | Self::WardChangeCancelled { to: ward } => *ward = None,
            Self::WardChanged { from, to } => (*from, *to) = (None, None),
            Self::PlanCancelled
            | Self::Cancelled
            | Self::DischargePlanned { .. }
            | Self::DischargePlanCancelled
            | Self::Ended(_)
            | Self::DischargeCancelled
            | Self::LeaveStarted { .. }
            | Self::LeaveEnded
            | Self::LeaveStartCancelled
            | Self::LeaveEndCancelled
            | Self::Moved { .. } => {}
        }
    }
}

impl Stay {
    /// Nothing known but that `origin` spoke of it.
    #[must_use]
    pub fn new(origin: Origin, inferred: bool) -> Self {
        Self {
            first_seen: origin.happened_at,
            origin,
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
            moved: None,
            present: None,
            on_list: OnList::AsTold,
            of_another: false,
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
                // The same visit number with a start after its own end: back again, without an A13.
                if self.ended_before(*started_at) && self.discharge.mark().is_some_and(|end| mark.stands_after(end)) {
                    self.discharge.clear();
                }
                self.admission.say(mark, ());
                self.present = Some((*mark, origin.record));
                self.begin(mark, *started_at, origin);
                self.place(mark, *class, ward.as_ref());
            }
            StayFact::Corrected { class, ward, started_at } => {
                if let Some(started_at) = started_at {
                    self.begin(mark, *started_at, origin);
                }
                self.place(mark, *class, ward.as_ref());
            }
            StayFact::Cancelled => self.admission.revoke(*mark, ()),
            StayFact::WardChanged { from, to } => {
                self.is_there(mark, origin);
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
                self.is_there(mark, origin);
                self.place(mark, *class, ward.as_ref());
            }
            // Says nothing of whether the client is there: it may be written of a stay that is planned itself.
            StayFact::DischargePlanned { planned_at } => {
                let known = self.planned_discharge.in_force().copied().flatten();
                self.planned_discharge.say(mark, planned_at.or(known));
            }
            StayFact::DischargePlanCancelled => self.planned_discharge.revoke(*mark, ()),
            StayFact::Ended(discharge) => {
                let comes_later = is_later(discharge.ended_at, origin);
                let known = self.discharge.in_force().and_then(|known| known.disposition.clone());
                let disposition = discharge.disposition.clone().or(known);
                self.discharge.say(mark, Discharge { disposition, comes_later, ..discharge.clone() });
            }
            StayFact::DischargeCancelled => {
                self.is_there(mark, origin);
                self.discharge.revoke(*mark, ());
            }
            StayFact::LeaveStarted { at, corrected, .. } if *corrected && self.leave.correct_start(*at) => {
                self.is_there(mark, origin);
            }
            StayFact::LeaveStarted { at, expected_return_at, .. } => {
                self.is_there(mark, origin);
                self.leave.start(*mark, *at, *expected_return_at);
            }
            StayFact::LeaveEnded => {
                self.is_there(mark, origin);
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
            StayFact::WardChangeCancelled { to } => {
                self.is_there(mark, origin);
                self.ward_change_cancelled = Some(*mark);
                self.ward = to.clone().or_else(|| self.prior_ward.take()).or_else(|| self.ward.take());
                self.prior_ward = None;
            }
            StayFact::Moved { to } => self.moved = Some((*mark, *to)),
            StayFact::Stated { class, ward, started_at } => {
                // On the list after its own end: the cancellation of the discharge was lost.
                if self.discharge.in_force().is_some_and(|discharge| discharge.ended_at < origin.happened_at) {
                    self.discharge.clear();
                }
                self.admission.say(mark, ());
                self.is_there(mark, origin);
                if let Some(started_at) = started_at {
                    self.begin(mark, *started_at, origin);
                }
                self.place(mark, *class, ward.as_ref());
            }
        }
    }

    /// Another record's visit (A45, or by its own stream), and nothing since says that it is here: neither a later report,
    /// nor one of the record that got it where both are one person.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        let moved = self.moved.is_some_and(|(moved, to)| {
            self.present.is_none_or(|(present, record)| record != to && !present.stands_after(&moved))
        });
        moved || self.of_another
    }

    /// Implies an admission where none was told; never lifts a cancellation.
    fn is_there(&mut self, mark: &Mark, origin: &Origin) {
        self.begins_later = false;
        self.present = Some((*mark, origin.record));
        if self.admission.said().is_none() && self.admission.revoked().is_none() {
            self.admission.say(mark, ());
        }
    }

    /// It ended, and `at` is later than clocks that differ would explain.
    fn ended_before(&self, at: Instant) -> bool {
        self.discharge.in_force().is_some_and(|end| at > end.ended_at.plus_seconds(CLOCK_TOLERANCE_SECONDS))
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

    /// What its events leave of it at `now`.
    #[must_use]
    pub fn status(&self, now: Instant) -> StayStatus {
        if self.admission.revoked().is_some() || self.is_elsewhere() {
            StayStatus::Cancelled
        } else if self.discharge.in_force().is_some_and(|it| !it.comes_later || it.ended_at <= now) {
            StayStatus::Ended
        } else if self.admission.in_force().is_none() && self.discharge.in_force().is_none() {
            self.status_of_plan(now)
        } else if self.begins_later && self.since() > now {
            StayStatus::Planned
        } else if self.is_lapsed(now) || matches!(self.on_list, OnList::Gone(_)) || self.is_faded(now) {
            StayStatus::Ended
        } else if matches!(self.on_list, OnList::NotOnWard(_))
            || self.certainty != Certainty::Told
            || self.is_overdue(now)
        {
            StayStatus::Unknown
        } else if self.leave.in_force().is_some() {
            StayStatus::OnLeave
        } else {
            StayStatus::InProgress
        }
    }

    /// A visit to a clinic that nobody has ended.
    fn is_lapsed(&self, now: Instant) -> bool {
        let until = self.since().plus_seconds(self.limits.clinic_visit_seconds);
        self.class == Some(StayClass::Outpatient) && until <= now
    }

    /// Nothing says that the client came. That the planned time has passed does not say so either. A visit to a clinic is no
    /// involvement, come or not: it is over when one that had begun would be.
    fn status_of_plan(&self, now: Instant) -> StayStatus {
        if self.class == Some(StayClass::Outpatient)
            && let Some(Some(expected_at)) = self.plan.in_force()
        {
            let over = expected_at.plus_seconds(self.limits.clinic_visit_seconds) <= now;
            return if over { StayStatus::Ended } else { StayStatus::Planned };
        }
        match (self.plan.in_force(), self.plan.revoked()) {
            (Some(Some(expected_at)), _) if *expected_at <= now => StayStatus::Unknown,
            (Some(None), _) if self.is_plan_old(now) => StayStatus::Unknown,
            (Some(_), _) => StayStatus::Planned,
            (None, Some(())) => StayStatus::Cancelled,
            (None, None) => StayStatus::Unknown,
        }
    }

    /// Expected at no told time, for so long that it says nothing of now.
    fn is_plan_old(&self, now: Instant) -> bool {
        self.plan.mark().is_some_and(|mark| mark.time().plus_seconds(self.limits.unplaced_seconds) <= now)
    }

    /// A visit of a kind that does not last so long, which nobody has ended: a "yes" for ever would be wrong, and so would a
    /// "none".
    fn is_overdue(&self, now: Instant) -> bool {
        let limit = match self.class {
            Some(StayClass::Emergency) => self.limits.emergency_visit_seconds,
            None => self.limits.class_not_told_seconds,
            Some(StayClass::Inpatient | StayClass::Outpatient) => return false,
        };
        let last = self.present.map_or(self.since(), |(mark, _)| mark.time().max(self.since()));
        last.plus_seconds(limit) <= now
    }

    /// Only a hint, and nothing has been reported for so long that it says nothing of now.
    fn is_faded(&self, now: Instant) -> bool {
        let last = self.present.map_or(self.first_seen, |(mark, _)| mark.time());
        self.certainty == Certainty::HintOnly && last.plus_seconds(self.limits.unplaced_seconds) <= now
    }

    /// The client is expected, and nothing says that they came.
    pub(crate) fn is_planned_only(&self) -> bool {
        self.plan.in_force().is_some() && self.admission.said().is_none() && self.admission.revoked().is_none()
    }

    /// Ended, or cancelled.
    pub(crate) fn is_over(&self) -> bool {
        let cancelled = self.admission.revoked().is_some();
        let never_came = self.admission.said().is_none() && self.plan.revoked().is_some();
        cancelled || never_came || self.discharge.in_force().is_some()
    }

    /// The A06 or A07 that is the first that is known of it: it went on from a visit of another number.
    pub(crate) fn taken_over(&self) -> Option<&Mark> {
        self.changed_first.as_ref().filter(|_| self.started_at.is_none())
    }

    /// Until when at most it says something of whether the client is there: the beginning of time if it says nothing, and
    /// `None` if no end is known.
    pub(crate) fn lasts_until(&self) -> Option<Instant> {
        if self.is_elsewhere() {
            Some(Instant::MIN)
        } else if self.is_over() {
            let later = self.discharge.in_force().filter(|end| end.comes_later);
            Some(later.map_or(Instant::MIN, |end| end.ended_at))
        } else if self.class == Some(StayClass::Outpatient) {
            Some(self.since().plus_seconds(self.limits.clinic_visit_seconds))
        } else if self.certainty == Certainty::HintOnly {
            let last = self.present.map_or(self.first_seen, |(mark, _)| mark.time());
            Some(last.plus_seconds(self.limits.unplaced_seconds))
        } else {
            None
        }
    }

    /// Where its end stands, or its cancellation.
    pub(crate) fn end_mark(&self) -> Option<&Mark> {
        self.admission.revocation().or(self.discharge.mark().filter(|_| self.discharge.in_force().is_some()))
    }

    /// Since when, at the latest.
    #[must_use]
    pub fn since(&self) -> Instant {
        self.started_at.unwrap_or(self.first_seen)
    }
}

/// Does the source itself, by its own clock, speak of a later time? Compared with when it wrote, not with our clock: a
/// clock in 2029, or minutes ahead, makes no plan of a presence.
fn is_later(at: Instant, origin: &Origin) -> bool {
    at > origin.recorded_at.plus_seconds(CLOCK_TOLERANCE_SECONDS)
}
