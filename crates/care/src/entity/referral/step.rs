//! What one event reports of a referral.

use super::answer::Answer;
use super::request::Request;
use super::status::ReferralStatus;
use crate::fact::Reported;
use event::{Code, ReferralEvent, Token};

/// What an event reports of a referral, with the course that it names.
pub(crate) enum Step {
    Asked(Option<Token>, Request),
    Answered(Option<Token>, Answer),
}

impl Step {
    pub(crate) fn of(event: &ReferralEvent, reported: &Reported) -> Self {
        let (mark, origin) = (reported.mark, reported.origin.clone());
        let bare = |status, reason: Option<&Code>| {
            let (origin, reason) = (origin.clone(), reason.cloned());
            Answer { origin, mark, status, reason, worker: None, expected_by: None, without_place: false }
        };
        match event {
            ReferralEvent::ReferralRequested(x) => Self::Asked(x.course, Request::of(x, mark, origin)),
            ReferralEvent::ReferralAccepted(x) => {
                let (worker, expected_by) = (x.worker.clone(), x.expected_by);
                Self::Answered(x.course, Answer { worker, expected_by, ..bare(ReferralStatus::Accepted, None) })
            }
            ReferralEvent::ReferralRejected(x) => {
                Self::Answered(x.course, bare(ReferralStatus::Rejected, x.reason.as_ref()))
            }
            ReferralEvent::ReferralStarted(x) => Self::Answered(x.course, bare(ReferralStatus::InProgress, None)),
            ReferralEvent::ReferralOnHold(x) => {
                Self::Answered(x.course, bare(ReferralStatus::OnHold, x.reason.as_ref()))
            }
            ReferralEvent::ReferralCompleted(x) => {
                Self::Answered(x.course, bare(ReferralStatus::Completed, x.outcome.as_ref()))
            }
            ReferralEvent::ReferralCancelled(x) => {
                Self::Answered(x.course, bare(ReferralStatus::Cancelled, x.reason.as_ref()))
            }
            ReferralEvent::ReferralFailed(x) => {
                Self::Answered(x.course, bare(ReferralStatus::Failed, x.reason.as_ref()))
            }
        }
    }
}
