//! What an event reports of a stay, without the key of the stay.

use super::Discharge;
use event::{Instant, StayClass, StayEvent, Token, Ward};
use serde::{Deserialize, Serialize};

/// What an event reports of a stay, without its key.
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
    Reassigned { to: Token },
    Stated { class: Option<StayClass>, ward: Option<Ward>, started_at: Option<Instant> },
}

impl StayFact {
    /// What the event reports.
    #[must_use]
    pub fn of(event: &StayEvent) -> Self {
        match event.clone() {
            StayEvent::StayPlanned(x) => Self::Planned { class: x.class, ward: x.ward, expected_at: x.expected_at },
            StayEvent::StayPlanCancelled(_) => Self::PlanCancelled,
            StayEvent::StayStarted(x) => Self::Started { class: x.class, ward: x.ward, started_at: x.started_at },
            StayEvent::StayCorrected(x) => {
                Self::Corrected { class: x.class, ward: x.ward, started_at: x.started_at, also: x.also }
            }
            StayEvent::StayCancelled(_) => Self::Cancelled,
            StayEvent::WardChanged(x) => Self::WardChanged { from: x.from, to: x.to, class: x.class },
            StayEvent::ClassChanged(x) => Self::ClassChanged { class: x.class, ward: x.ward },
            StayEvent::PlannedDischargeSet(x) => Self::DischargePlanned { planned_at: x.planned_at, class: x.class },
            StayEvent::PlannedDischargeCancelled(_) => Self::DischargePlanCancelled,
            StayEvent::StayEnded(x) => {
                Self::Ended(Discharge { ended_at: x.ended_at, disposition: x.disposition, comes_later: false })
            }
            StayEvent::DischargeCancelled(x) => Self::DischargeCancelled { class: x.class },
            StayEvent::LeaveStarted(x) => {
                let (at, expected_return_at, corrected) = (x.started_at, x.expected_return_at, x.corrected);
                Self::LeaveStarted { at, expected_return_at, corrected, class: x.class }
            }
            StayEvent::LeaveEnded(x) => Self::LeaveEnded { class: x.class },
            StayEvent::LeaveStartCancelled(_) => Self::LeaveStartCancelled,
            StayEvent::LeaveEndCancelled(_) => Self::LeaveEndCancelled,
            StayEvent::WardChangeCancelled(x) => Self::WardChangeCancelled { to: x.to, class: x.class },
            StayEvent::StayReassigned(x) => Self::Reassigned { to: x.to.key },
            StayEvent::StayStated(x) => Self::Stated { class: x.class, ward: x.ward, started_at: x.started_at },
        }
    }

    /// Removes its wards.
    pub(crate) fn forget_wards(&mut self) {
        match self {
            Self::Planned { ward, class: _, expected_at: _ }
            | Self::Started { ward, class: _, started_at: _ }
            | Self::Corrected { ward, class: _, started_at: _, also: _ }
            | Self::ClassChanged { ward, class: _ }
            | Self::Stated { ward, class: _, started_at: _ }
            | Self::WardChangeCancelled { to: ward, class: _ } => *ward = None,
            Self::WardChanged { from, to, class: _ } => (*from, *to) = (None, None),
            Self::PlanCancelled
            | Self::Cancelled
            | Self::DischargePlanned { planned_at: _, class: _ }
            | Self::DischargePlanCancelled
            | Self::Ended(_)
            | Self::DischargeCancelled { class: _ }
            | Self::LeaveStarted { at: _, expected_return_at: _, corrected: _, class: _ }
            | Self::LeaveEnded { class: _ }
            | Self::LeaveStartCancelled
            | Self::LeaveEndCancelled
            | Self::Reassigned { to: _ } => {}
        }
    }
}
