//! One course of a referral: a request, and the answers to it.
//!
//! Messages get lost and share minutes. So the fold accepts more than the table of [`ReferralStatus`] allows, and it is
//! total:
//!
//! - A status that skips one implies it: work that has started was accepted.
//! - An acceptance that comes after the work has begun adds its worker and its expected time. It does not change the
//!   status.
//! - Any other step that is not in the table does not change the status either: a rejection after an acceptance, or
//!   anything after the end. It stands beside the course, and somebody must review it: [`Course::contradicted`].

use super::answer::Answer;
use super::request::Request;
use super::status::ReferralStatus;
use crate::fact::mark::Mark;
use event::{Instant, Token};
use serde::{Deserialize, Serialize};

/// One course of a referral. The answer may come before the request: then `request` is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    pub(crate) key: Option<Token>,
    /// The request, if reported.
    pub request: Option<Request>,
    /// The report whose status stands; `None`: no answer yet.
    pub answer: Option<Answer>,
    /// The last acceptance, whatever followed: who accepted, and by when an outcome is expected.
    pub acceptance: Option<Answer>,
    /// A status that the transition table does not allow; it needs review.
    pub contradicted: Option<Answer>,
}

impl Course {
    /// Its status.
    #[must_use]
    pub fn status(&self) -> ReferralStatus {
        self.answer.as_ref().map_or(ReferralStatus::Requested, |answer| answer.status)
    }

    /// Nobody answered it before it expired (RF1-8).
    #[must_use]
    pub fn is_expired_at(&self, now: Instant) -> bool {
        let expires_at = self.request.as_ref().and_then(|request| request.expires_at);
        self.answer.is_none() && expires_at.is_some_and(|at| at <= now)
    }

    /// The next report in the order of the fold. Total: each report means something in every state.
    pub(super) fn evolve(&mut self, report: Answer) {
        let (now, status) = (self.status(), report.status);
        if status == ReferralStatus::Accepted && now != ReferralStatus::Rejected {
            match &mut self.acceptance {
                Some(known) => known.again(report.clone()),
                none => *none = Some(report.clone()),
            }
        }
        if let Some(answer) = self.answer.as_mut().filter(|it| it.status == status) {
            answer.again(report);
            return;
        }
        let stands_before = |known: &Answer| known.mark.stands_after(&report.mark);
        let stands_after = |known: &Answer| report.mark.stands_after(&known.mark);
        if now.is_open() && status == ReferralStatus::Rejected && now != ReferralStatus::Requested {
            if !self.answer.as_ref().is_some_and(stands_before) {
                self.contradicted = Some(report);
            }
        } else if now.is_open() {
            // Not backwards: an acceptance after the start changes no status.
            if status.stage() >= now.stage() {
                self.answer = Some(report);
            }
        } else if self.answer.as_ref().is_some_and(stands_after) {
            self.contradicted = Some(report);
        }
    }

    /// Where the request stands; without a request, where the answer stands.
    pub(super) fn mark(&self) -> Option<&Mark> {
        self.request.as_ref().map(|it| &it.mark).or(self.answer.as_ref().map(|it| &it.mark))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Referral;
    use super::ReferralStatus::{self, Accepted, Cancelled, Completed, InProgress, Rejected, Requested};
    use crate::entity::cases::{given, key};
    use event::{
        ReferralAccepted, ReferralCancelled, ReferralCompleted, ReferralEvent, ReferralKind, ReferralRejected,
        ReferralRequested, ReferralStarted,
    };

    fn report(status: ReferralStatus) -> ReferralEvent {
        let (referral, course, reason) = (Some(key("1")), None, None);
        match status {
            Requested => {
                let (kind, priority, required_by, expires_at) = (ReferralKind::Referral, None, None, None);
                let (source_channel, requester_unit, receiver, basis) = (None, None, None, None);
                ReferralEvent::ReferralRequested(ReferralRequested {
                    referral,
                    course,
                    kind,
                    priority,
                    required_by,
                    expires_at,
                    source_channel,
                    requester_unit,
                    receiver,
                    basis,
                })
            }
            Accepted => {
                let (worker, expected_by) = (None, None);
                ReferralEvent::ReferralAccepted(ReferralAccepted { referral, course, worker, expected_by })
            }
            Rejected => ReferralEvent::ReferralRejected(ReferralRejected { referral, course, reason }),
            InProgress => ReferralEvent::ReferralStarted(ReferralStarted { referral, course }),
            Completed => ReferralEvent::ReferralCompleted(ReferralCompleted { referral, course, outcome: None }),
            Cancelled | ReferralStatus::OnHold | ReferralStatus::Failed => {
                ReferralEvent::ReferralCancelled(ReferralCancelled { referral, course, reason })
            }
        }
    }

    #[test]
    fn where_a_referral_is_and_what_contradicts_it() {
        for (reports, status, contradicted) in [
            (vec![(1, Requested)], Requested, None),
            (vec![(1, Requested), (2, Accepted)], Accepted, None),
            (vec![(2, Accepted), (1, Requested)], Accepted, None),
            // Work that has started was accepted; an acceptance after that does not lead back.
            (vec![(1, Requested), (2, InProgress), (3, Accepted)], InProgress, None),
            (vec![(1, Requested), (2, Accepted), (3, Rejected)], Accepted, Some(Rejected)),
            (vec![(1, Requested), (2, Completed), (3, Cancelled)], Completed, Some(Cancelled)),
            // A request after the end begins another course.
            (vec![(1, Requested), (2, Rejected), (3, Requested)], Requested, None),
        ] {
            let given = given(reports.iter().map(|(at, status)| (*at, report(*status))));
            let referral = given.fold(Referral::default(), Referral::evolve);
            let latest = referral.latest().and_then(|course| course.contradicted.as_ref());
            assert_eq!((referral.status(), latest.map(|it| it.status)), (status, contradicted), "{reports:?}");
        }
    }
}
