//! What the client permits and forbids.

use super::draw::{Row, code};
use event::{
    Body, Direction, PatientData, PermissionGiven, PermissionKind, PermissionWithdrawn, ProhibitionLifted,
    ProhibitionSet, ProhibitionTarget,
};

pub(super) const ROWS: &[Row] = &[
    (1, |draw| {
        Body::from(PermissionGiven {
            permission: draw.key("permission"),
            kind: PermissionKind::DisclosurePermission,
            direction: Direction::ToHealthCare,
            organisation: code("1.2.246.10.99999999.10.0"),
            service_tasks: code("adults").into_iter().collect(),
            patient_data: Some(PatientData::Summary),
            recorded_from: Some(draw.recorded),
            recorded_to: Some(draw.later()),
            until: draw.maybe_later(),
        })
    }),
    (1, |draw| Body::from(PermissionWithdrawn { permission: draw.key("permission") })),
    (1, |draw| {
        Body::from(ProhibitionSet {
            prohibition: draw.key("prohibition"),
            target: ProhibitionTarget::Stay,
            controller: None,
            service_task: None,
            stay: Some(draw.key("stay")),
            document: None,
        })
    }),
    (1, |draw| Body::from(ProhibitionLifted { prohibition: draw.key("prohibition") })),
];
