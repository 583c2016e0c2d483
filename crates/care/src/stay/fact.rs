//! What an event says of a stay, apart from which stay it is.

use super::Discharge;
use event::{Body, Instant, StayClass, StayEvent, Token, Ward};
use serde::{Deserialize, Serialize};

/// What an event says of a stay, apart from which stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "named and documented as the events of the same name")]
pub enum StayFact {
    Planned { class: Option<StayClass>, ward: Option<Ward>, expected_at: Option<Instant> },
    PlanCancelled,
    Started { class: Option<StayClass>, ward: Option<Ward>, started_at: Instant },
    Corrected { class: Option<StayClass>, ward: Option<Ward>, started_at: Option<Instant>, also: Vec<Token> },
    Cancelled,
    WardChanged { from: Option<Ward>, to: Option<Ward>, class: Option<StayClass> },
    ClassChanged { class: Option<StayClass>, ward: Option<Ward> },
    DischargePlanned { planned_at: Option<Instant>, class: Option<StayClass> },
    DischargePlanCancelled,
    Ended(Discharge),
    DischargeCancelled { class: Option<StayClass> },
    LeaveStarted { at: Instant, expected_return_at: Option<Instant>, corrected: bool, class: Option<StayClass> },
    LeaveEnded { class: Option<StayClass> },
    LeaveStartCancelled,
    LeaveEndCancelled,
    WardChangeCancelled { to: Option<Ward>, class: Option<StayClass> },
    Moved { to: Token },
    Stated { class: Option<StayClass>, ward: Option<Ward>, started_at: Option<Instant> },
}

impl StayFact {
    /// The stay and the fact, if `body` is about a stay.
    #[must_use]
    pub fn of(body: &Body) -> Option<(Option<Token>, Self)> {
        Some(match body.clone() {
            Body::Stay(StayEvent::StayPlanned(x)) => {
                (x.stay, Self::Planned { class: x.class, ward: x.ward, expected_at: x.expected_at })
            }
            Body::Stay(StayEvent::StayPlanCancelled(x)) => (x.stay, Self::PlanCancelled),
            Body::Stay(StayEvent::StayStarted(x)) => {
                (x.stay, Self::Started { class: x.class, ward: x.ward, started_at: x.started_at })
            }
            Body::Stay(StayEvent::StayCorrected(x)) => {
                (x.stay, Self::Corrected { class: x.class, ward: x.ward, started_at: x.started_at, also: x.also })
            }
            Body::Stay(StayEvent::StayCancelled(x)) => (x.stay, Self::Cancelled),
            Body::Stay(StayEvent::WardChanged(x)) => {
                (x.stay, Self::WardChanged { from: x.from, to: x.to, class: x.class })
            }
            Body::Stay(StayEvent::ClassChanged(x)) => (x.stay, Self::ClassChanged { class: x.class, ward: x.ward }),
            Body::Stay(StayEvent::PlannedDischargeSet(x)) => {
                (x.stay, Self::DischargePlanned { planned_at: x.planned_at, class: x.class })
            }
            Body::Stay(StayEvent::PlannedDischargeCancelled(x)) => (x.stay, Self::DischargePlanCancelled),
            Body::Stay(StayEvent::StayEnded(x)) => (
                x.stay,
                Self::Ended(Discharge { ended_at: x.ended_at, disposition: x.disposition, comes_later: false }),
            ),
            Body::Stay(StayEvent::DischargeCancelled(x)) => (x.stay, Self::DischargeCancelled { class: x.class }),
            Body::Stay(StayEvent::LeaveStarted(x)) => {
                let (at, expected_return_at, corrected) = (x.started_at, x.expected_return_at, x.corrected);
                (x.stay, Self::LeaveStarted { at, expected_return_at, corrected, class: x.class })
            }
            Body::Stay(StayEvent::LeaveEnded(x)) => (x.stay, Self::LeaveEnded { class: x.class }),
            Body::Stay(StayEvent::LeaveStartCancelled(x)) => (x.stay, Self::LeaveStartCancelled),
            Body::Stay(StayEvent::LeaveEndCancelled(x)) => (x.stay, Self::LeaveEndCancelled),
            Body::Stay(StayEvent::WardChangeCancelled(x)) => {
                (x.stay, Self::WardChangeCancelled { to: x.to, class: x.class })
            }
            Body::Stay(StayEvent::StayReassigned(x)) => (x.stay, Self::Moved { to: x.to.key }),
            Body::Stay(StayEvent::StayStated(x)) => {
                (x.stay, Self::Stated { class: x.class, ward: x.ward, started_at: x.started_at })
            }
            _ => return None,
        })
    }

    /// Without the wards that it tells.
    pub(crate) fn forget_wards(&mut self) {
        match self {
            Self::Planned { ward, .. }
            | Self::Started { ward, .. }
            | Self::Corrected { ward, .. }
            | Self::ClassChanged { ward, .. }
            | Self::Stated { ward, .. }
            | Self::WardChangeCancelled { to: ward, .. } => *ward = None,
            Self::WardChanged { from, to, .. } => (*from, *to) = (None, None),
            Self::PlanCancelled
            | Self::Cancelled
            | Self::DischargePlanned { .. }
            | Self::DischargePlanCancelled
            | Self::Ended(_)
            | Self::DischargeCancelled { .. }
            | Self::LeaveStarted { .. }
            | Self::LeaveEnded { .. }
            | Self::LeaveStartCancelled
            | Self::LeaveEndCancelled
            | Self::Moved { .. } => {}
        }
    }
}
