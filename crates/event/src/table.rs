//! What can have happened: every type of event, once, by family.
//!
//! A family is the events of one kind of thing, with the name of the field that is its key, and of what kinds of fact it is.
//! From this table come [`Body`], the families' enums, the names and the place of each type on the wire. What a type holds
//! stands in its family's file. A type without its proto message, or a message without its type, does not compile.

use crate::FactKind::{Clientships, DutyContacts, HealthSocialWork, Referrals, Stays};
use crate::wire::{NotKnown, proto};
use crate::{FactKind, Token, kind};
use bytes::Bytes;

macro_rules! events {
    ($($(#[$doc:meta])* $family:ident($event:ident) $key:tt of $kinds:expr; { $($name:ident),* $(,)? })*) => {
        /// What can have happened.
        #[derive(Clone, PartialEq, Eq)]
        pub enum Body {
            $($(#[$doc])* $family($event),)*
            /// A type, or a value of a known type, that this version does not know: the whole event's bytes as they came.
            Unknown(Bytes),
        }

        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq)]
            #[expect(missing_docs, reason = "each variant is its struct, documented there")]
            pub enum $event {
                $($name(crate::$name),)*
            }

            key!($event $key $($name)*);

            $(
                impl From<crate::$name> for Body {
                    fn from(event: crate::$name) -> Self {
                        Self::$family($event::$name(event))
                    }
                }
            )*
        )*

        /// As its type: each type is of one family.
        impl std::fmt::Debug for Body {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $(Self::$family(event) => event.fmt(f),)*
                    Self::Unknown(bytes) => f.debug_tuple("Unknown").field(bytes).finish(),
                }
            }
        }

        impl Body {
            /// The names of every type that is known.
            pub const TYPES: &[&'static str] = &[$($(stringify!($name)),*),*];

            /// The type's name, as in the proto: for metrics, timelines and snapshots.
            #[must_use]
            pub fn type_name(&self) -> &'static str {
                match self {
                    $($(Self::$family($event::$name(_)) => stringify!($name),)*)*
                    Self::Unknown(_) => "Unknown",
                }
            }

            /// The kinds of fact that it belongs to: a source that covers any of them may state it. Empty: any source
            /// may, as with who a person is.
            #[must_use]
            pub fn kinds(&self) -> &'static [FactKind] {
                match self {
                    $(Self::$family(event) => {
                        let kinds: fn(&$event) -> &'static [FactKind] = $kinds;
                        kinds(event)
                    })*
                    Self::Unknown(_) => &[],
                }
            }

            pub(crate) fn to_wire(&self) -> Option<proto::event::Body> {
                match self {
                    $($(Self::$family($event::$name(event)) => Some(proto::event::Body::$name(event.to_wire())),)*)*
                    Self::Unknown(_) => None,
                }
            }

            pub(crate) fn from_wire(wire: proto::event::Body) -> Result<Self, NotKnown> {
                match wire {
                    $($(proto::event::Body::$name(event) => crate::$name::from_wire(event).map(Self::from),)*)*
                }
            }
        }
    };
}

/// The key of the thing that a family's events are of: the field `stay` in each of them.
macro_rules! key {
    ($event:ident [] $($name:ident)*) => {};
    ($event:ident [$key:ident: $type:ty] $($name:ident)*) => {
        impl $event {
            /// The key of the thing that it is about.
            #[must_use]
            pub fn key(&self) -> $type {
                match self {
                    $(Self::$name(event) => event.$key,)*
                }
            }
        }
    };
}

events! {
    /// A stay; without a key where the message has no visit number.
    Stay(StayEvent) [stay: Option<Token>] of |_| &[Stays]; {
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
        StayReassigned,
        StayStated,
    }

    /// A referral, contact or notice; without a key where the message has no id of it.
    Referral(ReferralEvent) [referral: Option<Token>] of kind::of_referral; {
        ReferralRequested,
        ReferralAccepted,
        ReferralRejected,
        ReferralStarted,
        ReferralOnHold,
        ReferralCompleted,
        ReferralCancelled,
        ReferralFailed,
    }

    /// A request to work together.
    Cooperation(CooperationEvent) [request: Token] of |_| &[Referrals, Clientships]; { CooperationRequested, CooperationAnswered }

    /// The person, as one record reports it.
    Person(PersonEvent) [] of |_| &[]; { PersonUpdated, PersonDied, DeathCancelled, NonDisclosureSet, NonDisclosureLifted }

    /// Which records are one person, and by which codes.
    Identity(IdentityEvent) [] of |_| &[]; {
        IdentitiesMerged,
        RecordsLinked,
        IdentitiesUnmerged,
        NationalIdChanged,
    }

    /// A case; its urgent need may be assessed by the duty service too.
    Case(CaseEvent) [case: Token] of |event| match event {
        CaseEvent::CaseOpened(_) | CaseEvent::CaseClosed(_) => &[Clientships],
        CaseEvent::UrgentNeedAssessed(_) => &[Clientships, DutyContacts],
    }; {
        CaseOpened,
        CaseClosed,
        UrgentNeedAssessed,
    }

    /// An assessment of the need for services.
    Assessment(AssessmentEvent) [assessment: Token] of |_| &[Clientships]; { AssessmentStarted, AssessmentFinished }

    /// A clientship.
    Clientship(ClientshipEvent) [clientship: Token] of |_| &[Clientships]; { ClientshipOpened, ClientshipClosed }

    /// A decision.
    Decision(DecisionEvent) [decision: Token] of |_| &[Clientships]; { DecisionMade }

    /// A service.
    Service(ServiceEvent) [service: Token] of |_| &[Clientships]; { ServiceStartAgreed, ServiceStarted, ServiceEnded }

    /// A plan.
    Plan(PlanEvent) [plan: Token] of |_| &[Clientships]; { PlanAgreed, PlanRevised }

    /// Social work in health care.
    HealthSocialWork(HealthSocialWorkEvent) [work: Token] of |_| &[HealthSocialWork]; { HealthSocialWorkOpened, HealthSocialWorkClosed }

    /// A contact of the duty social service.
    DutyContact(DutyContactEvent) [contact: Token] of |_| &[DutyContacts]; { DutyContactRecorded, DutyContactClosed }

    /// A contact with the client: a booked visit belongs to the service that the client visits.
    Contact(ContactEvent) [contact: Token] of |_| &[Clientships, HealthSocialWork, DutyContacts, Stays, Referrals]; { ContactRecorded, ContactCancelled }

    /// An assignment of a worker to the client.
    Assignment(AssignmentEvent) [assignment: Token] of kind::of_assignment; { WorkerAssigned, WorkerAssignmentEnded, WorkerSubstituted }

    /// A permission of the client to disclose.
    Permission(PermissionEvent) [permission: Token] of |_| &[]; { PermissionGiven, PermissionWithdrawn }

    /// A prohibition of the client to disclose.
    Prohibition(ProhibitionEvent) [prohibition: Token] of |_| &[]; { ProhibitionSet, ProhibitionLifted }

    /// A whole team.
    Team(TeamEvent) [team: Token] of |_| kind::ANY_WORKER; { CareTeamStated }

    /// A worker, in the worker's own stream.
    Worker(WorkerEvent) [worker_key: Token] of |_| kind::ANY_WORKER; { WorkerAbsent, WorkerReturned, ContactPointConfirmed }

    /// A whole list, in the stream of its source.
    List(ListEvent) [] of kind::of_list; { CurrentStaysStated, WorkersStated, DirectoryStated, ListConfirmed }

    /// A source, in its own stream.
    Source(SourceEvent) [] of |_| &[]; { SourceCoverageDeclared }

    /// Whose a thing is, in the stream of that thing.
    Subject(SubjectEvent) [key: Token] of kind::of_subject; { SubjectStated }

    /// What an earlier translation reported; in any stream.
    Translation(TranslationEvent) [] of |_| &[]; { TranslationWithdrawn }
}
