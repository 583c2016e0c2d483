//! The event types that are taken, and in whose stream each stands.

/// One event type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    CaseOpened,
    CaseClosed,
    AssessmentStarted,
    AssessmentFinished,
    ClientshipOpened,
    ClientshipClosed,
    WorkerAssigned,
    WorkerAssignmentEnded,
    HealthSocialWorkOpened,
    HealthSocialWorkClosed,
    DutyContactRecorded,
    DutyContactClosed,
    ReferralRequested,
    ReferralAccepted,
    ReferralRejected,
    ReferralStarted,
    ReferralOnHold,
    ReferralCompleted,
    ReferralCancelled,
    ReferralFailed,
    UrgentNeedAssessed,
    DecisionMade,
    ServiceStartAgreed,
    ServiceStarted,
    ServiceEnded,
    PlanAgreed,
    PlanRevised,
    ContactRecorded,
    ContactCancelled,
    CooperationRequested,
    WorkerSubstituted,
    PersonDied,
    DeathCancelled,
    NonDisclosureSet,
    NonDisclosureLifted,
    NationalIdChanged,
    WorkerAbsent,
    WorkerReturned,
    ContactPointConfirmed,
    SourceCoverageDeclared,
    CurrentStaysStated,
    WorkersStated,
}

/// In whose stream an event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    /// The client that `data.client` names.
    Client,
    /// The worker that `data.worker` names: a fact of all of the worker's clients.
    Worker,
    /// The source itself.
    Source,
    /// A list: lines in the streams of their clients, and the list in the source's own.
    List,
}

/// By name.
const KINDS: &[(&str, Kind)] = &[
    ("CaseOpened", Kind::CaseOpened),
    ("CaseClosed", Kind::CaseClosed),
    ("AssessmentStarted", Kind::AssessmentStarted),
    ("AssessmentFinished", Kind::AssessmentFinished),
    ("ClientshipOpened", Kind::ClientshipOpened),
    ("ClientshipClosed", Kind::ClientshipClosed),
    ("WorkerAssigned", Kind::WorkerAssigned),
    ("WorkerAssignmentEnded", Kind::WorkerAssignmentEnded),
    ("HealthSocialWorkOpened", Kind::HealthSocialWorkOpened),
    ("HealthSocialWorkClosed", Kind::HealthSocialWorkClosed),
    ("DutyContactRecorded", Kind::DutyContactRecorded),
    ("DutyContactClosed", Kind::DutyContactClosed),
    ("ReferralRequested", Kind::ReferralRequested),
    ("ReferralAccepted", Kind::ReferralAccepted),
    ("ReferralRejected", Kind::ReferralRejected),
    ("ReferralStarted", Kind::ReferralStarted),
    ("ReferralOnHold", Kind::ReferralOnHold),
    ("ReferralCompleted", Kind::ReferralCompleted),
    ("ReferralCancelled", Kind::ReferralCancelled),
    ("ReferralFailed", Kind::ReferralFailed),
    ("UrgentNeedAssessed", Kind::UrgentNeedAssessed),
    ("DecisionMade", Kind::DecisionMade),
    ("ServiceStartAgreed", Kind::ServiceStartAgreed),
    ("ServiceStarted", Kind::ServiceStarted),
    ("ServiceEnded", Kind::ServiceEnded),
    ("PlanAgreed", Kind::PlanAgreed),
    ("PlanRevised", Kind::PlanRevised),
    ("ContactRecorded", Kind::ContactRecorded),
    ("ContactCancelled", Kind::ContactCancelled),
    ("CooperationRequested", Kind::CooperationRequested),
    ("WorkerSubstituted", Kind::WorkerSubstituted),
    ("PersonDied", Kind::PersonDied),
    ("DeathCancelled", Kind::DeathCancelled),
    ("NonDisclosureSet", Kind::NonDisclosureSet),
    ("NonDisclosureLifted", Kind::NonDisclosureLifted),
    ("NationalIdChanged", Kind::NationalIdChanged),
    ("WorkerAbsent", Kind::WorkerAbsent),
    ("WorkerReturned", Kind::WorkerReturned),
    ("ContactPointConfirmed", Kind::ContactPointConfirmed),
    ("SourceCoverageDeclared", Kind::SourceCoverageDeclared),
    ("CurrentStaysStated", Kind::CurrentStaysStated),
    ("WorkersStated", Kind::WorkersStated),
];

impl Kind {
    pub(super) fn read(name: &str) -> Option<Self> {
        KINDS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }

    /// True if it says that something has ended: on a day without a time, by the end of that day.
    pub(super) fn ends(self) -> bool {
        matches!(
            self,
            Self::CaseClosed
                | Self::AssessmentFinished
                | Self::ClientshipClosed
                | Self::WorkerAssignmentEnded
                | Self::HealthSocialWorkClosed
                | Self::DutyContactClosed
                | Self::ReferralRejected
                | Self::ReferralCompleted
                | Self::ReferralCancelled
                | Self::ReferralFailed
                | Self::ServiceEnded
        )
    }

    pub(super) fn stream(self) -> Stream {
        match self {
            Self::WorkerAbsent | Self::WorkerReturned | Self::ContactPointConfirmed => Stream::Worker,
            Self::SourceCoverageDeclared => Stream::Source,
            Self::CurrentStaysStated | Self::WorkersStated => Stream::List,
            _ => Stream::Client,
        }
    }
}

/// Every type's name.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(name, _)| *name)
}
