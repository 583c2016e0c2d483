//! The rule of `event` for absent fields, tried on every type: a report without a field keeps it, a report with the
//! field replaces it.

mod author;

use crate::{P, view};
use author::{Author, Fields};
use care::ParallelView;
use event::Body;
use std::collections::BTreeSet;

/// Types without a field that may be absent, or whose absence has a meaning of its own.
const NOT_HERE: [&str; 31] = [
    // Only the key may be absent.
    "CareTeamStated",
    "CurrentStaysStated",
    "DeathCancelled",
    "DischargeCancelled",
    "LeaveEnded",
    "LeaveEndCancelled",
    "LeaveStartCancelled",
    "ListConfirmed",
    "NationalIdChanged",
    "NonDisclosureLifted",
    "PlannedDischargeCancelled",
    "TranslationWithdrawn",
    "ReferralStarted",
    "StayCancelled",
    "StayReassigned",
    "StayPlanCancelled",
    "SubjectStated",
    "WorkerReturned",
    "WorkersStated",
    "Unknown",
    // Stated whole: without a silence the configured one holds.
    "SourceCoverageDeclared",
    // Stated whole, and without a field that may be absent.
    "PermissionGiven",
    "PermissionWithdrawn",
    "ProhibitionSet",
    "ProhibitionLifted",
    // Without an end it holds until further notice.
    "NonDisclosureSet",
    // Each is a step of its own: without its ward it is from, or back to, where the client was.
    "WardChanged",
    "WardChangeCancelled",
    // Of links, not of the view.
    "IdentitiesMerged",
    "RecordsLinked",
    "IdentitiesUnmerged",
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

#[test]
fn an_absent_field_keeps_and_a_present_one_replaces() {
    let (these, others, none) =
        (Author(Fields::These).bodies(), Author(Fields::Others).bodies(), Author(Fields::None).bodies());
    for ((these, others), none) in these.iter().zip(&others).zip(&none) {
        let twice = |first: &Body, second: &Body| fields(&view(&[(9, P, first.clone()), (5, P, second.clone())]));
        let name = these.type_name();
        assert!(twice(these, none) == twice(these, these), "{name}: an absent field keeps");
        assert!(twice(others, these) == twice(these, these), "{name}: a field that is there replaces");
        assert!(twice(these, others) != twice(these, these), "{name}: the test sees a difference where there is one");
        assert!(twice(none, these) != twice(none, none), "{name}: a field that was absent is learnt");
    }
}

/// A new type must declare what its absent fields do.
#[test]
fn every_type_is_tried_or_exempt_for_a_reason() {
    let mut here: BTreeSet<&str> = Author(Fields::None).bodies().iter().map(Body::type_name).collect();
    here.extend(NOT_HERE);
    assert_eq!(here, Body::TYPES.iter().copied().chain(["Unknown"]).collect());
}
