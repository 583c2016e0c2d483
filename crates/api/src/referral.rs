//! A referral, rendered: the request, the receiver's answer, and its status since.

use crate::contact::contact;
use crate::proto::{self, referral::Answer as Out};
use crate::value::{code, provenance, timestamp};
use care::{Answer, ContactPoint, Course, Origin, Referral, ReferralStatus, Request};
use event::{Instant, Keyring, ReferralKind};

pub(crate) fn referral(referral: &Referral, at: Instant, keyring: &Keyring) -> proto::Referral {
    let nothing = Course::default();
    let latest = referral.latest().unwrap_or(&nothing);
    let status = latest.status();
    let rejected = latest.answer.as_ref().filter(|it| it.status == ReferralStatus::Rejected);
    let moved_on =
        latest.answer.as_ref().filter(|it| !matches!(it.status, ReferralStatus::Accepted | ReferralStatus::Rejected));
    // Work that has begun or is done was accepted, whether that was reported or not.
    let implied = || moved_on.filter(|_| !matches!(status, ReferralStatus::Cancelled | ReferralStatus::Failed));
    let answer = if let Some(answer) = rejected {
        Out::Rejected(proto::ReferralRejected {
            reason: code(answer.reason.as_ref()),
            provenance: Some(provenance(&answer.origin)),
        })
    } else if let Some(answer) = latest.acceptance.as_ref().or_else(implied) {
        Out::Accepted(proto::ReferralAccepted {
            contact: answer.worker.clone().map(|worker| {
                let (record, place) = (answer.origin.record, !answer.without_place);
                contact(ContactPoint::Sealed { record, worker, place }, keyring)
            }),
            expected_by: answer.expected_by.map(timestamp),
            provenance: Some(provenance(&answer.origin)),
        })
    } else {
        Out::Pending(proto::ReferralPending { expired: latest.is_expired_at(at) })
    };
    let earlier = referral.courses.iter().filter(|course| !std::ptr::eq(*course, latest));
    proto::Referral {
        request: referral.request().map(request),
        answer: Some(answer),
        course: moved_on.map(course),
        contradicted: latest.contradicted.as_ref().map(course),
        earlier: earlier.filter_map(earlier_course).collect(),
    }
}

/// A referral belongs to the lane of its request; without a request, to that of its answer.
pub(crate) fn origin(referral: &Referral) -> Option<&Origin> {
    let answer = || referral.courses.iter().rev().find_map(|course| course.answer.as_ref());
    referral.request().map(|it| &it.origin).or_else(|| answer().map(|it| &it.origin))
}

/// The provenance of a referral without an answer is that of its request.
fn earlier_course(course: &Course) -> Option<proto::ReferralCourse> {
    let asked = || {
        let provenance = Some(provenance(&course.request.as_ref()?.origin));
        let status = proto::ReferralStatus::Requested.into();
        Some(proto::ReferralCourse { status, reason: String::new(), provenance })
    };
    course.answer.as_ref().map(self::course).or_else(asked)
}

fn request(request: &Request) -> proto::ReferralRequest {
    let kind = match request.kind {
        ReferralKind::Referral => proto::ReferralKind::Referral,
        ReferralKind::Contact => proto::ReferralKind::Contact,
        ReferralKind::Notice => proto::ReferralKind::Notice,
    };
    proto::ReferralRequest {
        kind: kind.into(),
        priority: code(request.priority.as_ref()),
        required_by: request.required_by.map(timestamp),
        expires_at: request.expires_at.map(timestamp),
        provenance: Some(provenance(&request.origin)),
        source_channel: code(request.source_channel.as_ref()),
    }
}

fn course(answer: &Answer) -> proto::ReferralCourse {
    let status = match answer.status {
        ReferralStatus::Requested => proto::ReferralStatus::Requested,
        ReferralStatus::Accepted => proto::ReferralStatus::Accepted,
        ReferralStatus::Rejected => proto::ReferralStatus::Rejected,
        ReferralStatus::InProgress => proto::ReferralStatus::InProgress,
        ReferralStatus::OnHold => proto::ReferralStatus::OnHold,
        ReferralStatus::Completed => proto::ReferralStatus::Completed,
        ReferralStatus::Cancelled => proto::ReferralStatus::Cancelled,
        ReferralStatus::Failed => proto::ReferralStatus::Failed,
    };
    proto::ReferralCourse {
        status: status.into(),
        reason: code(answer.reason.as_ref()),
        provenance: Some(provenance(&answer.origin)),
    }
}
