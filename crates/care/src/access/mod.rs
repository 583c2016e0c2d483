//! Who may see what: a small table of rules, default deny.
//!
//! Two questions, in this order. *May this caller ask this at all?* ([`admit`]) is answered before any look-up; a
//! refusal is explicit. *May it be answered for this client, and what may be shown?* ([`decide`]) needs the client's view:
//! using a register requires a technically verified client relationship (703/2023 9 §); a refusal reads the same as an
//! unknown person. The [`Decision`] has a basis for each register and kind of data, or none, and each thing is shown by
//! it: with its service task, its source and its time.
//!
//! Health and social care are outsiders to each other, even in one county (703/2023 4 §, 18 §): a read across the line
//! is a disclosure and needs its own basis. The table has the social authority's right (53 § 5 mom.), for data that
//! essentially affect the client relationship and are necessary for its task; the configuration may narrow it. Health care
//! has no such right: it sees of the social register what the client's permission names (53 § 3 mom.), and the client may
//! forbid what another basis would permit (59 §). The county's lawyer must confirm that 53 § 5 mom. supports each row; a
//! change of law or of interpretation is a change of this table.

mod account;
mod ban;
mod classes;
mod consent;
mod decide;
mod decision;
mod declared;
mod duty;
mod joint;
mod policy;
mod relationship;
mod request;
mod rule;
mod shown;
mod tasks;

pub use crate::fact::sight::Sight;
pub use crate::thing::{Data, Item, ServiceClass};
pub use account::{AnswerKind, AnswerOutcome, Disclosed, grounds};
pub use consent::{CONSENTS, ConsentRecord, Given, Recording, Stands, given, key as consent_key, withdrawn};
pub use decide::decide;
pub use decision::{Basis, Decision};
pub use declared::{Declarable, Declared};
pub use duty::{Calling, DUTY_CONTACTS, LeftWord, closed, duty_contact_key, duty_worker_key, opened};
pub use policy::{Policy, Serves};
pub use request::{CallerRefused, Request, Requester, admit};
pub use rule::{RULES, Rule};

use serde::{Deserialize, Serialize};

/// The side of a calling system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallerSide {
    /// Health care.
    Health,
    /// Social care.
    Social,
    /// Sosiaalipäivystys.
    Duty,
}

/// The task for which a professional asks (STM 457/2024 3 §, 10 §).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Terveyssosiaalityö.
    HealthSocialWork,
    /// Client work of social care, own worker's work included.
    ClientWork,
    /// Palvelutarpeen arviointi.
    NeedsAssessment,
    /// Sosiaalipäivystys.
    DutySocialService,
    /// Arranging services (STM 457/2024 13 §).
    ServiceArranging,
    /// Delivering a service (STM 457/2024 14 §).
    ServiceDelivery,
}

/// The purpose (906/2019 22 § 2 mom.: necessity is verified case by case).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Working together around the client.
    CareCoordination,
    /// Finding out the need for services (1301/2014 36 §).
    NeedsAssessment,
    /// Urgent help (1301/2014 12 §, 29 §).
    UrgentHelp,
    /// Planning a discharge (980/2012 25 §).
    DischargePlanning,
}

event::listed! {
    /// What is asked.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    #[expect(missing_docs, reason = "named as the rpc that asks")]
    pub enum Query {
        ListCurrentWorkers,
        GetOwnWorker,
        CheckInvolvement,
        GetParallelView,
        ListTimeline,
        RecordConsent,
        WithdrawConsent,
        OpenDutyContact,
        CloseDutyContact,
        ListDutyContacts,
    }
}

impl Query {
    /// Its name in the access log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ListCurrentWorkers => "ListCurrentWorkers",
            Self::GetOwnWorker => "GetOwnWorker",
            Self::CheckInvolvement => "CheckInvolvement",
            Self::GetParallelView => "GetParallelView",
            Self::ListTimeline => "ListTimeline",
            Self::RecordConsent => "RecordConsent",
            Self::WithdrawConsent => "WithdrawConsent",
            Self::OpenDutyContact => "OpenDutyContact",
            Self::CloseDutyContact => "CloseDutyContact",
            Self::ListDutyContacts => "ListDutyContacts",
        }
    }
}
