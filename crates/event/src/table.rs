//! What can have happened: every type of event, once.
//!
//! From this table come [`Body`], the names and the place of each type on the wire. What a type holds stands in its family's
//! file, of what kind of fact it is in `kind`. A type without its proto message, or a message without its type, does not
//! compile.

use crate::wire::{NotKnown, proto};
use bytes::Bytes;

macro_rules! events {
    ($($name:ident,)*) => {
        /// What can have happened.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each variant is its struct, documented there")]
        pub enum Body {
            $($name(crate::$name),)*
            /// A type, or a value of a known type, that this version does not know: the whole event's bytes as they came.
            Unknown(Bytes),
        }

        impl Body {
            /// The names of every type that is known.
            pub const TYPES: &[&'static str] = &[$(stringify!($name)),*];

            /// The type's name, as in the proto: for metrics, timelines and snapshots.
            #[must_use]
            pub fn type_name(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => stringify!($name),)*
                    Self::Unknown(_) => "Unknown",
                }
            }

            pub(crate) fn to_wire(&self) -> Option<proto::event::Body> {
                match self {
                    $(Self::$name(event) => Some(proto::event::Body::$name(event.to_wire())),)*
                    Self::Unknown(_) => None,
                }
            }

            pub(crate) fn from_wire(wire: proto::event::Body) -> Result<Self, NotKnown> {
                match wire {
                    $(proto::event::Body::$name(event) => crate::$name::from_wire(event).map(Self::$name),)*
                }
            }
        }
    };
}

events! {
    // A stay.
    StayPlanned,
    StayPlanCancelled,
    StayStarted,
    StayCorrected,
    StayCancelled,
    StayEnded,
    DischargeCancelled,
    WardChanged,
    WardChangeCancelled,
    ClassChanged,
    PlannedDischargeSet,
    PlannedDischargeCancelled,
    LeaveStarted,
    LeaveEnded,
    LeaveStartCancelled,
    LeaveEndCancelled,
    StayMoved,
    StayStated,

    // A referral, and a request to work together.
    ReferralRequested,
    ReferralAccepted,
    ReferralRejected,
    ReferralStarted,
    ReferralOnHold,
    ReferralCompleted,
    ReferralCancelled,
    ReferralFailed,
    CooperationRequested,

    // Who somebody is.
    PersonUpdated,
    IdentitiesMerged,
    IdentitiesUnmerged,
    NationalIdChanged,
    PersonDied,
    DeathCancelled,
    NonDisclosureSet,
    NonDisclosureLifted,

    // A matter of social care.
    CaseOpened,
    CaseClosed,
    UrgentNeedAssessed,
    AssessmentStarted,
    AssessmentFinished,
    ClientshipOpened,
    ClientshipClosed,
    DecisionMade,
    ServiceStartAgreed,
    ServiceStarted,
    ServiceEnded,
    PlanAgreed,
    PlanRevised,

    // Health social work, the duty service, contacts.
    HealthSocialWorkOpened,
    HealthSocialWorkClosed,
    DutyContactRecorded,
    DutyContactClosed,
    ContactRecorded,
    ContactCancelled,

    // Who works with the client.
    WorkerAssigned,
    WorkerAssignmentEnded,
    WorkerAbsent,
    WorkerReturned,
    WorkerSubstituted,
    ContactPointConfirmed,
    CareTeamStated,

    // In the stream of a source, or of a thing, itself.
    CurrentStaysStated,
    WorkersStated,
    ListConfirmed,
    SourceCoverageDeclared,
    SubjectStated,

    // In any stream.
    ReadingWithdrawn,
}
