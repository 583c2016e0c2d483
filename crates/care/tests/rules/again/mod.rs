//! The rule of `event` for absent fields, tried on every type: a report without a field keeps it, a report with the
//! field replaces it.

mod author;

use crate::{P, view};
use author::{Author, Fields};
use care::ParallelView;
use event::Body;
use testkit::body::{BodyType, TYPES};

/// Fields whose absence has a meaning of its own.
const OWN_MEANING: &[(&str, &str)] = &[
    // Without an end it holds until further notice.
    ("HealthSocialWorkOpened", "until"),
    ("WorkerAbsent", "until"),
    ("WorkerAssigned", "until"),
    // In a role that is not mapped.
    ("WorkerAssigned", "role"),
    ("WorkerSubstituted", "until"),
    // It distinguishes the courses of one referral.
    ("ReferralRequested", "course"),
    ("ReferralAccepted", "course"),
    ("ReferralRejected", "course"),
    ("ReferralStarted", "course"),
    ("ReferralOnHold", "course"),
    ("ReferralCompleted", "course"),
    ("ReferralCancelled", "course"),
    ("ReferralFailed", "course"),
];

/// Types to which the rule does not apply.
const EXEMPT: &[&str] = &[
    // Each is whole.
    "CurrentStaysStated",
    "DirectoryStated",
    "PermissionGiven",
    "ProhibitionSet",
    "SourceCoverageDeclared",
    "WorkersStated",
    // Of links, not of a view.
    "IdentitiesMerged",
    "IdentitiesUnmerged",
    "NationalIdChanged",
    "RecordsLinked",
];

/// The fields of a view: its bytes. Of a stay and of a clientship only their values: their bytes also have the place of
/// each field.
fn fields(view: &ParallelView) -> Vec<u8> {
    let clientship = view.health.clientships.values().next().and_then(|it| it.spans.last()).map(|span| {
        let (task, not_named) = (&span.what.service_task, &span.what.own_worker_not_named);
        format!(
            "{:?}",
            (span.from, task, not_named.as_ref().map(|(code, _)| code), span.end().map(|it| (it.at, &it.why)))
        )
    });
    if let Some(clientship) = clientship {
        return clientship.into_bytes();
    }
    let stay = view.health.stays.values().next().map(|it| {
        let (plan, planned, end) = (it.plan.reported(), it.planned_discharge.reported(), it.discharge.reported());
        format!("{:?}", (&it.class, &it.ward, it.started_at, plan, planned, end, it.leave.in_force()))
    });
    stay.map_or_else(|| view.encode(), String::into_bytes)
}

/// The key of what an event is of: its first field.
fn is_key(of: &BodyType, field: &str) -> bool {
    of.first() == Some(field)
}

/// A field whose absence has a meaning of its own.
fn is_left_out(type_name: &str, field: &str) -> bool {
    OWN_MEANING.contains(&(type_name, field))
}

#[test]
fn an_absent_field_keeps_and_a_present_one_replaces() {
    let mut tried = 0;
    for of in TYPES.iter() {
        let name = of.name();
        let may_be_absent = of.optional().any(|field| !is_key(of, field) && !is_left_out(&name, field));
        if !may_be_absent || EXEMPT.contains(&name.as_str()) {
            continue;
        }
        let body = |fields| Author { fields, of }.body().unwrap();
        let (these, others, none) = (body(Fields::These), body(Fields::Others), body(Fields::None));
        let twice = |first: &Body, second: &Body| fields(&view(&[(9, P, first.clone()), (5, P, second.clone())]));
        assert!(twice(&these, &none) == twice(&these, &these), "{name}: an absent field keeps");
        assert!(twice(&others, &these) == twice(&these, &these), "{name}: a field that is there replaces");
        assert!(
            twice(&these, &others) != twice(&these, &these),
            "{name}: the test sees a difference where there is one"
        );
        assert!(twice(&none, &these) != twice(&none, &none), "{name}: a field that was absent is learnt");
        tried += 1;
    }
    assert!(tried > 35, "{tried}");
}

/// What is exempt exists.
#[test]
fn each_exemption_is_of_a_field_that_may_be_absent() {
    for (name, field) in OWN_MEANING {
        let of = TYPES.iter().find(|it| it.name() == *name).unwrap();
        assert!(of.optional().any(|it| it == *field), "{name}.{field}");
    }
    for name in EXEMPT {
        assert!(TYPES.iter().any(|it| it.name() == *name), "{name}");
    }
}
