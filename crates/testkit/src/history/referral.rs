//! Referrals and their courses.

use super::draw::{Row, code};
use event::{
    Body, ReferralAccepted, ReferralCancelled, ReferralCompleted, ReferralFailed, ReferralKind, ReferralOnHold,
    ReferralRejected, ReferralRequested, ReferralStarted,
};

pub(super) const ROWS: &[Row] = &[
    (3, |draw| {
        Body::from(ReferralRequested {
            referral: Some(draw.referral()),
            course: None,
            kind: ReferralKind::Contact,
            priority: code("R"),
            expires_at: None,
            required_by: Some(draw.later()),
            source_channel: None,
            requester_unit: code("OS1"),
            receiver: code("adults"),
            basis: code("consent"),
        })
    }),
    (3, |draw| {
        let worker = Some(draw.worker("Työntekijä 1"));
        Body::from(ReferralAccepted { referral: Some(draw.referral()), course: None, worker, expected_by: None })
    }),
    (3, |draw| {
        Body::from(ReferralRejected { referral: Some(draw.referral()), course: None, reason: code("other-unit") })
    }),
    (1, |draw| Body::from(ReferralStarted { referral: Some(draw.referral()), course: None })),
    (1, |draw| {
        Body::from(ReferralOnHold { referral: Some(draw.referral()), course: None, reason: code("client-away") })
    }),
    (1, |draw| Body::from(ReferralCompleted { referral: Some(draw.referral()), course: None, outcome: None })),
    (1, |draw| {
        Body::from(ReferralCancelled { referral: Some(draw.referral()), course: None, reason: code("mistake") })
    }),
    (1, |draw| Body::from(ReferralFailed { referral: Some(draw.referral()), course: None, reason: None })),
];
