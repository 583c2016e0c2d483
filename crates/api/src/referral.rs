//! A referral, rendered: the request, the receiver's yes or no, and what has become of it since.

use crate::proto::{self, referral::Answer as Said};
use crate::value::{code, provenance, sealed, timestamp};
use care::{Answer, Origin, Referral, ReferralStatus, Request};
use event::{Keyring, ReferralKind};

pub(crate) fn referral(referral: &Referral, keyring: &Keyring) -> proto::Referral {
    let status = referral.status();
    let rejected = referral.answer.as_ref().filter(|it| it.status == ReferralStatus::Rejected);
    let moved_on =
        referral.answer.as_ref().filter(|it| !matches!(it.status, ReferralStatus::Accepted | ReferralStatus::Rejected));
    // Work that has begun or is done was accepted, whether that was told or not.
    let implied = || moved_on.filter(|_| !matches!(status, ReferralStatus::Cancelled | ReferralStatus::Failed));
    let answer = if let Some(answer) = rejected {
        Said::Rejected(proto::ReferralRejected {
            reason: code(answer.reason.as_ref()),
            provenance: Some(provenance(&answer.origin)),
        })
    } else if let Some(answer) = referral.acceptance.as_ref().or_else(implied) {
        Said::Accepted(proto::ReferralAccepted {
            contact: answer.worker.as_ref().map(|worker| sealed(&answer.origin.record, worker, keyring)),
            expected_by: answer.expected_by.map(timestamp),
            provenance: Some(provenance(&answer.origin)),
        })
    } else {
        Said::Pending(proto::ReferralPending {})
    };
    proto::Referral {
        request: referral.request.as_ref().map(request),
        answer: Some(answer),
        course: moved_on.map(course),
        contradicted: referral.contradicted.as_ref().map(course),
    }
}

/// A referral stands in the lane of its request; without one, of its answer.
pub(crate) fn origin(referral: &Referral) -> Option<&Origin> {
    referral.request.as_ref().map(|it| &it.origin).or_else(|| referral.answer.as_ref().map(|it| &it.origin))
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
        provenance: Some(provenance(&request.origin)),
        source_channel: code(request.source_channel.as_ref()),
    }
}

fn course(word: &Answer) -> proto::ReferralCourse {
    let status = match word.status {
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
        reason: code(word.reason.as_ref()),
        provenance: Some(provenance(&word.origin)),
    }
}
