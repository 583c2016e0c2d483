//! The table of who may ask what: default deny.

use super::{CallerSide, Purpose, Query, Task};
use event::Register;

/// One row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    pub(super) side: CallerSide,
    pub(super) task: Task,
    pub(super) queries: &'static [Query],
    pub(super) purposes: &'static [Purpose],
    /// The register that is the caller's own: reading it is use.
    pub(super) own: Register,
    /// What must the view show in the own register?
    pub(super) relationship: Relationship,
    /// Has the task the social authority's right to patient data (703/2023 53 § 5 mom.)?
    pub(super) authority: bool,
    /// The provision on the task in the own register, for the access log (703/2023 10 §).
    pub provision: &'static str,
}

/// What must the record show before anything is answered (703/2023 9 §, 57 §)?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relationship {
    /// Nothing.
    Nothing,
    /// A case, or a contact of the duty service.
    Duty,
    /// A client relationship.
    Client,
}

/// What helps at night before there is a case: who to reach, leaving word, and what became of it.
const DUTY: &[Query] = &[
    Query::ListCurrentWorkers,
    Query::GetOwnWorker,
    Query::CheckInvolvement,
    Query::OpenDutyContact,
    Query::CloseDutyContact,
    Query::ListDutyContacts,
];

/// Every question, and what the client permits.
const CLIENT_WORK: &[Query] = &[
    Query::ListCurrentWorkers,
    Query::GetOwnWorker,
    Query::CheckInvolvement,
    Query::GetParallelView,
    Query::ListTimeline,
    Query::RecordConsent,
    Query::WithdrawConsent,
];

/// Every question.
const QUESTIONS: &[Query] = &[
    Query::ListCurrentWorkers,
    Query::GetOwnWorker,
    Query::CheckInvolvement,
    Query::GetParallelView,
    Query::ListTimeline,
];

/// The table.
pub const RULES: &[Rule] = &[
    Rule {
        side: CallerSide::Duty,
        task: Task::DutySocialService,
        queries: DUTY,
        purposes: &[Purpose::UrgentHelp, Purpose::NeedsAssessment],
        own: Register::Social,
        // Whoever meets the duty service at night is its client from that moment (1301/2014 29 §, 34 §).
        relationship: Relationship::Nothing,
        authority: true,
        provision: "703/2023 9 §; 457/2024 12 § 1 mom.",
    },
    Rule {
        side: CallerSide::Duty,
        task: Task::DutySocialService,
        queries: &[Query::GetParallelView, Query::ListTimeline],
        purposes: &[Purpose::UrgentHelp, Purpose::NeedsAssessment],
        own: Register::Social,
        // All that is in the record is necessary only where there is a matter to deal with (906/2019 22 § 2 mom.).
        relationship: Relationship::Duty,
        authority: true,
        provision: "703/2023 9 §; 457/2024 12 § 1 mom.",
    },
    Rule {
        side: CallerSide::Social,
        task: Task::ClientWork,
        queries: CLIENT_WORK,
        purposes: &[Purpose::CareCoordination, Purpose::DischargePlanning, Purpose::UrgentHelp],
        own: Register::Social,
        relationship: Relationship::Client,
        authority: true,
        provision: "703/2023 9 §; 457/2024 12 § 1 mom.",
    },
    Rule {
        side: CallerSide::Social,
        task: Task::NeedsAssessment,
        queries: CLIENT_WORK,
        purposes: &[Purpose::NeedsAssessment],
        own: Register::Social,
        relationship: Relationship::Client,
        authority: true,
        provision: "703/2023 9 §; 457/2024 12 § 1 mom.; 1301/2014 36 §",
    },
    Rule {
        side: CallerSide::Social,
        task: Task::ServiceArranging,
        queries: QUESTIONS,
        purposes: &[Purpose::CareCoordination, Purpose::DischargePlanning],
        own: Register::Social,
        relationship: Relationship::Client,
        authority: true,
        provision: "703/2023 9 §; 457/2024 13 §",
    },
    Rule {
        side: CallerSide::Social,
        task: Task::ServiceDelivery,
        queries: QUESTIONS,
        purposes: &[Purpose::CareCoordination, Purpose::DischargePlanning],
        own: Register::Social,
        relationship: Relationship::Client,
        // To carry out one service it is not necessary to know where the client is treated: that needs a permission. [our reading]
        authority: false,
        provision: "703/2023 9 §; 457/2024 14 §",
    },
    Rule {
        side: CallerSide::Health,
        task: Task::HealthSocialWork,
        queries: CLIENT_WORK,
        purposes: &[Purpose::CareCoordination, Purpose::DischargePlanning],
        own: Register::Patient,
        relationship: Relationship::Client,
        authority: false,
        provision: "703/2023 9 §; 457/2024 5 §",
    },
];
