//! Stays, their leaves, and visits that are expected.

use super::draw::{Row, code};
use event::{
    Body, ClassChanged, DischargeCancelled, LeaveEndCancelled, LeaveEnded, LeaveStartCancelled, LeaveStarted,
    PlannedDischargeCancelled, PlannedDischargeSet, StayCancelled, StayClass, StayCorrected, StayEnded,
    StayPlanCancelled, StayPlanned, StayReassigned, StayStarted, StayStated, WardChangeCancelled, WardChanged,
};

pub(super) const ROWS: &[Row] = &[
    (9, |draw| {
        let (stay, class, ward) = (draw.stay(), class(draw), draw.ward());
        Body::from(StayStarted {
            stay,
            class,
            ward,
            started_at: draw.recorded,
            protected_speciality: Some(draw.chance.once_in(4)),
            unit: code("PSY"),
            facility: code("KYS"),
        })
    }),
    (3, |draw| {
        let (stay, class, ward) = (draw.stay(), class(draw), draw.ward());
        let also = if draw.chance.once_in(2) { vec![draw.key("stay")] } else { Vec::new() };
        Body::from(StayCorrected { stay, class, ward, started_at: None, also })
    }),
    (3, |draw| Body::from(StayCancelled { stay: draw.stay() })),
    (3, |draw| Body::from(WardChanged { stay: draw.stay(), from: None, to: draw.ward(), class: None })),
    (1, |draw| Body::from(WardChangeCancelled { stay: draw.stay(), to: draw.ward(), class: None })),
    (3, |draw| Body::from(ClassChanged { stay: draw.stay(), class: class(draw), ward: None })),
    (3, |draw| {
        Body::from(PlannedDischargeSet {
            stay: draw.stay(),
            planned_at: Some(draw.later()),
            class: None,
            destination: code("home"),
            reported_at: Some(draw.recorded),
        })
    }),
    (3, |draw| Body::from(PlannedDischargeCancelled { stay: draw.stay() })),
    (6, |draw| Body::from(StayEnded { stay: draw.stay(), ended_at: draw.recorded, disposition: code("01") })),
    (3, |draw| Body::from(DischargeCancelled { stay: draw.stay(), class: None })),
    (2, |draw| {
        let (stay, ward, expected_at) = (draw.stay(), draw.ward(), draw.maybe_later());
        Body::from(StayPlanned { stay, class: None, ward, expected_at })
    }),
    (1, |draw| Body::from(StayPlanCancelled { stay: draw.stay() })),
    (3, |draw| {
        let (stay, corrected) = (draw.stay(), draw.chance.once_in(4));
        let expected_return_at = Some(draw.later());
        Body::from(LeaveStarted { stay, started_at: draw.recorded, expected_return_at, corrected, class: None })
    }),
    (1, |draw| Body::from(LeaveEnded { stay: draw.stay(), ended_at: draw.recorded, class: None })),
    (1, |draw| Body::from(LeaveStartCancelled { stay: draw.stay() })),
    (1, |draw| Body::from(LeaveEndCancelled { stay: draw.stay() })),
    (1, |draw| Body::from(StayReassigned { stay: draw.stay(), to: draw.other.clone() })),
    (1, |draw| {
        Body::from(StayStated {
            stay: draw.stay(),
            class: None,
            ward: draw.ward(),
            started_at: None,
            protected_speciality: None,
            unit: None,
            facility: None,
        })
    }),
];

fn class(draw: &mut super::draw::Draw<'_>) -> Option<StayClass> {
    let class = draw.chance.pick(StayClass::ALL).copied();
    class.filter(|_| !draw.chance.once_in(6))
}
