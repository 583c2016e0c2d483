//! The JSON Schemas of `data`, one per type, as a sender can have them: `dataschema` is `urn:rinnakkain:social:v1:<Type>`.

/// What `dataschema` begins with.
pub(super) const PREFIX: &str = "urn:rinnakkain:social:v1:";

/// Definitions that the others point to.
pub const COMMON: &str = include_str!("schema/common.json");

/// Every type that is taken, by its name.
pub fn types() -> impl Iterator<Item = &'static str> {
    super::kind::names()
}

/// The schema of a type's `data`.
#[must_use]
pub fn schema(type_name: &str) -> Option<&'static str> {
    SCHEMAS.iter().find(|(known, _)| *known == type_name).map(|(_, schema)| *schema)
}

const SCHEMAS: &[(&str, &str)] = &[
    ("CaseOpened", include_str!("schema/CaseOpened.json")),
    ("CaseClosed", include_str!("schema/CaseClosed.json")),
    ("AssessmentStarted", include_str!("schema/AssessmentStarted.json")),
    ("AssessmentFinished", include_str!("schema/AssessmentFinished.json")),
    ("ClientshipOpened", include_str!("schema/ClientshipOpened.json")),
    ("ClientshipClosed", include_str!("schema/ClientshipClosed.json")),
    ("WorkerAssigned", include_str!("schema/WorkerAssigned.json")),
    ("WorkerAssignmentEnded", include_str!("schema/WorkerAssignmentEnded.json")),
    ("HealthSocialWorkOpened", include_str!("schema/HealthSocialWorkOpened.json")),
    ("HealthSocialWorkClosed", include_str!("schema/HealthSocialWorkClosed.json")),
    ("DutyContactRecorded", include_str!("schema/DutyContactRecorded.json")),
    ("DutyContactClosed", include_str!("schema/DutyContactClosed.json")),
    ("ReferralRequested", include_str!("schema/ReferralRequested.json")),
    ("ReferralAccepted", include_str!("schema/ReferralAccepted.json")),
    ("ReferralRejected", include_str!("schema/ReferralRejected.json")),
    ("ReferralStarted", include_str!("schema/ReferralStarted.json")),
    ("ReferralOnHold", include_str!("schema/ReferralOnHold.json")),
    ("ReferralCompleted", include_str!("schema/ReferralCompleted.json")),
    ("ReferralCancelled", include_str!("schema/ReferralCancelled.json")),
    ("ReferralFailed", include_str!("schema/ReferralFailed.json")),
    ("UrgentNeedAssessed", include_str!("schema/UrgentNeedAssessed.json")),
    ("DecisionMade", include_str!("schema/DecisionMade.json")),
    ("ServiceStartAgreed", include_str!("schema/ServiceStartAgreed.json")),
    ("ServiceStarted", include_str!("schema/ServiceStarted.json")),
    ("ServiceEnded", include_str!("schema/ServiceEnded.json")),
    ("PlanAgreed", include_str!("schema/PlanAgreed.json")),
    ("PlanRevised", include_str!("schema/PlanRevised.json")),
    ("ContactRecorded", include_str!("schema/ContactRecorded.json")),
    ("ContactCancelled", include_str!("schema/ContactCancelled.json")),
    ("CooperationRequested", include_str!("schema/CooperationRequested.json")),
    ("WorkerSubstituted", include_str!("schema/WorkerSubstituted.json")),
    ("PersonDied", include_str!("schema/PersonDied.json")),
    ("DeathCancelled", include_str!("schema/DeathCancelled.json")),
    ("NonDisclosureSet", include_str!("schema/NonDisclosureSet.json")),
    ("NonDisclosureLifted", include_str!("schema/NonDisclosureLifted.json")),
    ("NationalIdChanged", include_str!("schema/NationalIdChanged.json")),
    ("WorkerAbsent", include_str!("schema/WorkerAbsent.json")),
    ("WorkerReturned", include_str!("schema/WorkerReturned.json")),
    ("ContactPointConfirmed", include_str!("schema/ContactPointConfirmed.json")),
    ("SourceCoverageDeclared", include_str!("schema/SourceCoverageDeclared.json")),
    ("CurrentStaysStated", include_str!("schema/CurrentStaysStated.json")),
    ("WorkersStated", include_str!("schema/WorkersStated.json")),
];
