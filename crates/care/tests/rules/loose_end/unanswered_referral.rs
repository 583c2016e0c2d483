//! A referral, contact or notice that nobody answered in time.

use super::Table;
use crate::{P, S, Story, ago, contact, key, started};
use event::{
    Body, Instant, ReferralAccepted, ReferralCancelled, ReferralEvent, ReferralKind, ReferralRejected,
    ReferralRequested, StayClass,
};

fn asked(required_by: Option<Instant>, expires_at: Option<Instant>) -> Body {
    match contact(ReferralKind::Contact) {
        Body::Referral(ReferralEvent::ReferralRequested(it)) => {
            Body::from(ReferralRequested { required_by, expires_at, ..it })
        }
        other => other,
    }
}

/// Of a client whom both sides know.
pub(super) fn forgotten() -> Story {
    vec![(800, P, started(StayClass::Inpatient, 800)), (9, P, asked(Some(ago(2)), None))]
}

pub(super) fn table() -> Table {
    let (referral, course, reason) = (Some(key("referral", "1")), None, None);
    let accepted = || Body::from(ReferralAccepted { referral, course, worker: None, expected_by: None });
    let rejected = || Body::from(ReferralRejected { referral, course, reason: reason.clone() });
    let cancelled = || Body::from(ReferralCancelled { referral, course, reason: None });
    let asked_at = |hours: i64, required_by, expires_at| (hours, P, asked(required_by, expires_at));
    vec![
        ("nobody asked", vec![], None),
        ("asked, and there is time", vec![asked_at(9, None, None)], None),
        ("the answer is needed later", vec![asked_at(9, Some(ago(-1)), None)], None),
        ("the answer was needed", vec![asked_at(9, Some(ago(2)), None)], Some(2)),
        ("it expired (RF1-8)", vec![asked_at(9, None, Some(ago(3)))], Some(3)),
        ("the first of the two", vec![asked_at(9, Some(ago(2)), Some(ago(3)))], Some(3)),
        ("nobody answered for ninety days", vec![asked_at(91 * 24, None, None)], Some(24)),
        ("accepted, and late", vec![asked_at(9, Some(ago(2)), None), (1, S, accepted())], None),
        ("the answer came before the request", vec![asked_at(8, Some(ago(2)), None), (9, S, accepted())], None),
        ("rejected", vec![asked_at(9, Some(ago(2)), None), (1, S, rejected())], None),
        ("the requester cancelled it", vec![asked_at(9, Some(ago(2)), None), (1, P, cancelled())], None),
        (
            "asked again after a rejection",
            vec![asked_at(9, Some(ago(4)), None), (8, S, rejected()), asked_at(7, Some(ago(2)), None)],
            Some(2),
        ),
    ]
}
