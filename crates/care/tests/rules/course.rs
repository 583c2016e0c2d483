//! The courses of a referral: a request may be sent more than once.

use crate::{S, Story, key, view};
use ReferralStatus::{Accepted, Cancelled, Rejected, Requested};
use care::ReferralStatus;
use event::{Body, ReferralAccepted, ReferralCancelled, ReferralKind, ReferralRejected, ReferralRequested};

/// A second Task of one request is a course of its own; so is a request after its end.
#[test]
fn each_course_of_a_referral_folds_on_its_own() {
    let referral = Some(key("referral", "1"));
    let task = |n: &str| (!n.is_empty()).then(|| key("task", n));
    let asked = |n: &str| {
        Body::from(ReferralRequested {
            referral,
            course: task(n),
            kind: ReferralKind::Contact,
            priority: None,
            required_by: None,
            expires_at: None,
            source_channel: None,
            requester_unit: None,
            receiver: None,
            basis: None,
        })
    };
    let rejected = |n: &str| Body::from(ReferralRejected { referral, course: task(n), reason: None });
    let accepted =
        |n: &str| Body::from(ReferralAccepted { referral, course: task(n), worker: None, expected_by: None });
    let cancelled = |n: &str| Body::from(ReferralCancelled { referral, course: task(n), reason: None });
    // (reported, one an hour; where it is; how many courses)
    let table: Vec<(&str, Vec<Body>, ReferralStatus, usize)> = vec![
        ("rejected", vec![asked("1"), rejected("1")], Rejected, 1),
        ("a second Task", vec![asked("1"), rejected("1"), asked("2")], Requested, 2),
        ("taken", vec![asked("1"), rejected("1"), asked("2"), accepted("2")], Accepted, 2),
        (
            "the first is cleared away",
            vec![asked("1"), rejected("1"), asked("2"), accepted("2"), cancelled("1")],
            Accepted,
            2,
        ),
        ("the second is cancelled", vec![asked("1"), asked("2"), accepted("1"), cancelled("2")], Cancelled, 2),
        ("without Tasks: again after the end", vec![asked(""), rejected(""), asked("")], Requested, 2),
        ("and taken", vec![asked(""), rejected(""), asked(""), accepted("")], Accepted, 2),
        ("again before the end is the same", vec![asked(""), accepted(""), asked("")], Accepted, 1),
        ("asked with a Task, answered without", vec![asked("1"), accepted("")], Accepted, 1),
        ("asked without, answered with one", vec![asked(""), accepted("1")], Accepted, 1),
        (
            "the answer without a Task belongs to the last",
            vec![asked("1"), rejected("1"), asked("2"), accepted("")],
            Accepted,
            2,
        ),
        ("the second request was lost", vec![asked("1"), rejected("1"), accepted("2")], Rejected, 2),
        ("the same Task asked again after its end", vec![asked("1"), rejected("1"), asked("1")], Requested, 2),
    ];
    for (why, story, status, courses) in table {
        let hours = (1..).map(|n| 100 - n);
        let story: Story = hours.zip(story).map(|(hours, body)| (hours, S, body)).collect();
        let view = view(&story);
        let referral = &view.referrals[&key("referral", "1")];
        assert_eq!((referral.status(), referral.courses.len()), (status, courses), "{why}");
        assert!(referral.latest().unwrap().contradicted.is_none(), "{why}");
    }
}
