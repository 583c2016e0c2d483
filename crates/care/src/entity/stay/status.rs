//! Is the client there at a time, by the events of the stay?

use super::{Discharge, Stay};
use crate::entity::list::OnList;
use crate::fact::mark::Mark;
use event::{Instant, StayClass};

/// How certain it is that the client is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certainty {
    /// As certain as its own facts are.
    #[default]
    AsReported,
    /// An end without a visit number may belong to this stay.
    MayHaveEnded,
    /// A message without a client reports the client there, later than what is known here: at this time.
    MayBeThere(Instant),
    /// The only evidence that the client was there is a fact without a start.
    HintOnly,
}

/// The status of a stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StayStatus {
    /// The client has not come yet.
    Planned,
    /// The client is there.
    InProgress,
    /// The client is away for a while, and the stay goes on.
    OnLeave,
    /// The client has left.
    Ended,
    /// It never took place.
    Cancelled,
    /// Something was reported of it, but not whether the client is there.
    Unknown,
}

impl StayStatus {
    /// The client is a patient there now, on leave or not.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::InProgress | Self::OnLeave)
    }
}

impl Stay {
    /// The status at `now`.
    #[must_use]
    pub fn status(&self, now: Instant) -> StayStatus {
        if self.admission.revoked().is_some() || self.is_elsewhere() {
            StayStatus::Cancelled
        } else if let Certainty::MayBeThere(at) = self.certainty
            && now < at.plus_seconds(self.limits.unplaced_seconds)
        {
            StayStatus::Unknown
        } else if self.discharge.in_force().is_some_and(|it| !it.comes_later || it.ended_at <= now) {
            // A later report contradicts the end, until that report is too old for now.
            let contradicted = self.is_seen_since_its_end();
            let lasts = self.last_reported().plus_seconds(self.limits.unplaced_seconds) > now;
            if contradicted && lasts { StayStatus::Unknown } else { StayStatus::Ended }
        } else if self.is_end_too_far(now) {
            StayStatus::Unknown
        } else if self.admission.in_force().is_none() && self.discharge.in_force().is_none() {
            self.status_of_plan(now)
        } else if self.begins_later && self.since() > now {
            StayStatus::Planned
        } else if self.is_lapsed(now) || matches!(self.on_list, OnList::Gone(_)) || self.is_faded(now) {
            StayStatus::Ended
        } else if matches!(self.on_list, OnList::NotOnWard(_))
            || self.certainty != Certainty::AsReported
            || self.is_overdue(now)
        {
            StayStatus::Unknown
        } else if self.leave.in_force().is_some() {
            StayStatus::OnLeave
        } else {
            StayStatus::InProgress
        }
    }

    /// The reported end is so far after its report that it is no plan.
    fn is_end_too_far(&self, now: Instant) -> bool {
        const WEEK: i64 = 7 * 24 * 3600;
        let reported = self.discharge.mark().map(Mark::time);
        let far = |(end, reported): (&Discharge, Instant)| end.ended_at > reported.plus_seconds(WEEK);
        self.discharge.in_force().zip(reported).is_some_and(far) && reported.is_some_and(|at| at <= now)
    }

    /// A clinic visit that nobody has ended.
    fn is_lapsed(&self, now: Instant) -> bool {
        let until = self.since().plus_seconds(self.limits.clinic_visit_seconds);
        self.class == Some(StayClass::Outpatient) && until <= now
    }

    /// Nothing reports that the client came, and passing the planned time does not mean that the client came. A clinic
    /// visit is no involvement either way: it is over when one that had begun would be.
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

    /// Expected at no reported time, for so long that the plan is too old for now.
    fn is_plan_old(&self, now: Instant) -> bool {
        self.plan.mark().is_some_and(|mark| mark.time().plus_seconds(self.limits.unplaced_seconds) <= now)
    }

    /// A visit that nobody has ended and that has lasted longer than such visits do: a lasting "yes" would be wrong,
    /// and so would "none".
    fn is_overdue(&self, now: Instant) -> bool {
        let limit = match self.class {
            Some(StayClass::Emergency) => self.limits.emergency_visit_seconds,
            None | Some(StayClass::Unknown) => self.limits.unknown_class_seconds,
            Some(StayClass::Inpatient) => self.limits.inpatient_stay_seconds,
            Some(StayClass::Outpatient) => return false,
        };
        self.last_reported().plus_seconds(limit) <= now
    }

    /// Only a hint, and the last report is too old for now.
    fn is_faded(&self, now: Instant) -> bool {
        self.certainty == Certainty::HintOnly && self.last_reported().plus_seconds(self.limits.unplaced_seconds) <= now
    }

    /// The client is expected, and nothing reports that they came.
    pub(crate) fn is_planned_only(&self) -> bool {
        self.plan.in_force().is_some() && self.admission.reported().is_none() && self.admission.revoked().is_none()
    }

    /// Ended, or cancelled.
    pub(crate) fn is_over(&self) -> bool {
        let cancelled = self.admission.revoked().is_some();
        let never_came = self.admission.reported().is_none() && self.plan.revoked().is_some();
        cancelled || never_came || self.discharge.in_force().is_some()
    }

    /// The A06 or A07, if it is the first report of this stay: then the stay continued a visit with another number.
    pub(crate) fn taken_over(&self) -> Option<&Mark> {
        self.changed_first.as_ref().filter(|_| self.started_at.is_none())
    }

    /// Its start, if the same message ends a visit of which nothing else is known. Then MRG-5 named another visit than
    /// the one that continues.
    pub(crate) fn taken_from_nobody(&self, all: &[Self]) -> Option<&Mark> {
        let start = self.last_start()?;
        let of_nobody = |it: &Self| {
            it.admission.reported().is_none() && it.end_mark().is_some_and(|end| end.is_of_one_message(start))
        };
        all.iter().any(of_nobody).then_some(start)
    }

    /// Until when at most it is evidence of whether the client is there. The beginning of time: it is no evidence.
    /// `None`: no end is known.
    pub(crate) fn lasts_until(&self) -> Option<Instant> {
        if self.is_elsewhere() {
            Some(Instant::MIN)
        } else if self.is_over() {
            let later = self.discharge.in_force().filter(|end| end.comes_later);
            Some(later.map_or(Instant::MIN, |end| end.ended_at))
        } else if self.class == Some(StayClass::Outpatient) {
            Some(self.since().plus_seconds(self.limits.clinic_visit_seconds))
        } else if self.is_planned_only() {
            let expected_at = self.plan.in_force().copied().flatten().or(self.plan.mark().map(Mark::time));
            expected_at.map(|at| at.plus_seconds(self.limits.unplaced_seconds))
        } else if self.certainty == Certainty::HintOnly || self.class != Some(StayClass::Inpatient) {
            // An emergency visit, or a stay of unknown class, does not last for ever, even if nobody ends it.
            Some(self.last_reported().plus_seconds(self.limits.unplaced_seconds))
        } else {
            // Nor does an inpatient stay.
            Some(self.last_reported().plus_seconds(self.limits.inpatient_stay_seconds))
        }
    }

    /// When the client was last reported there, at the earliest its start.
    fn last_reported(&self) -> Instant {
        self.present.map_or(self.since(), |(mark, _)| mark.time().max(self.since()))
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
