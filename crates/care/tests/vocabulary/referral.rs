//! The course of a referral.

use crate::{at, key, views};
use care::ReferralStatus;
use event::{
    Body, ReferralAccepted, ReferralCancelled, ReferralCompleted, ReferralFailed, ReferralOnHold, ReferralRejected,
    ReferralStarted,
};

fn report(status: ReferralStatus) -> Body {
    let (referral, reason) = (Some(key("referral", "1")), None);
    match status {
        ReferralStatus::Requested => unreachable!("no answer"),
        ReferralStatus::Accepted => {
            Body::from(ReferralAccepted { referral, course: None, worker: None, expected_by: Some(at(500)) })
        }
        ReferralStatus::Rejected => Body::from(ReferralRejected { referral, course: None, reason }),
        ReferralStatus::InProgress => Body::from(ReferralStarted { referral, course: None }),
        ReferralStatus::OnHold => Body::from(ReferralOnHold { referral, course: None, reason }),
        ReferralStatus::Completed => Body::from(ReferralCompleted { referral, course: None, outcome: reason }),
        ReferralStatus::Cancelled => Body::from(ReferralCancelled { referral, course: None, reason }),
        ReferralStatus::Failed => Body::from(ReferralFailed { referral, course: None, reason }),
    }
}

#[test]
fn a_referral_goes_forward_only_and_what_contradicts_it_stays_beside_it() {
    use ReferralStatus::{Accepted, Cancelled, Completed, Failed, InProgress, OnHold, Rejected};
    // (reports, one a minute; the status; what contradicts it; was it accepted)
    let cases: &[(&[ReferralStatus], ReferralStatus, Option<ReferralStatus>, bool)] = &[
        (&[Accepted], Accepted, None, true),
        (&[Accepted, InProgress, OnHold, InProgress, Completed], Completed, None, true),
        (&[Accepted, InProgress, Cancelled], Cancelled, None, true),
        (&[Accepted, OnHold, Failed], Failed, None, true),
        (&[Rejected], Rejected, None, false),
        // Not in the table: the status stands, and it needs review.
        (&[Accepted, Rejected], Accepted, Some(Rejected), true),
        (&[InProgress, Rejected], InProgress, Some(Rejected), false),
        (&[Accepted, OnHold, Rejected, Completed], Completed, Some(Rejected), true),
        // The acceptance was lost, or comes last: work that has begun was accepted.
        (&[InProgress], InProgress, None, false),
        (&[InProgress, Accepted], InProgress, None, true),
        (&[Completed, Completed], Completed, None, false),
        // After the end the status stands, and it needs review.
        (&[Rejected, Accepted], Rejected, Some(Accepted), false),
        (&[Accepted, Completed, InProgress], Completed, Some(InProgress), true),
        (&[Cancelled, Completed], Cancelled, Some(Completed), false),
    ];
    for (reports, status, contradicted, accepted) in cases {
        let story: Vec<_> = (1..).zip(*reports).map(|(minute, status)| (minute, report(*status))).collect();
        for view in views(&story) {
            let referral = view.referrals[&key("referral", "1")].latest().unwrap();
            let found = (referral.status(), referral.contradicted.as_ref().map(|it| it.status));
            assert_eq!(found, (*status, *contradicted), "{reports:?}");
            assert_eq!(referral.acceptance.is_some(), *accepted, "{reports:?}");
        }
    }
    // In one minute any order gives the same: forward, and no contradiction.
    for (reports, status) in
        [(&[Accepted, InProgress][..], InProgress), (&[Accepted, InProgress, Completed], Completed)]
    {
        let story: Vec<_> = reports.iter().map(|status| (1, report(*status))).collect();
        for view in views(&story) {
            let referral = view.referrals[&key("referral", "1")].latest().unwrap();
            assert_eq!((referral.status(), &referral.contradicted), (status, &None), "{reports:?}");
        }
    }
}
