//! What the client permits and forbids (703/2023 6 §, 53 §–59 §): disclosure permissions, consents, prohibitions.

use crate::wire::{numbered, wire};
use crate::{Code, Instant, Token};
use serde::{Deserialize, Serialize};

numbered! {
    /// What was given.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    pub enum PermissionKind {
        /// Luovutuslupa (703/2023 58 §).
        DisclosurePermission = 1,
        /// Suostumus (703/2023 6 §), such as at the bedside.
        Consent = 2,
    }
}

numbered! {
    /// Which way data may go: a permission is given for each way separately (703/2023 53 § 2 mom., 3 mom.).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    pub enum Direction {
        /// Data of the patient register to social care.
        ToSocialCare = 1,
        /// Data of the social register to health care.
        ToHealthCare = 2,
    }
}

numbered! {
    /// Which patient data a permission names (STM 457/2024 25 §).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    pub enum PatientData {
        /// A summary: stays, and who works with the patient.
        Summary = 1,
        /// All that is in the record here.
        All = 2,
        /// Statements and certificates only: the record here has none.
        Statements = 3,
    }
}

numbered! {
    /// What a prohibition covers (703/2023 59 §).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    pub enum ProhibitionTarget {
        /// All data of the register.
        All = 1,
        /// The register of one controller.
        Controller = 2,
        /// One service task (palvelutehtävä).
        ServiceTask = 3,
        /// One stay (palvelutapahtuma).
        Stay = 4,
        /// One document: a plan, an assessment, a decision.
        Document = 5,
    }
}

/// The client permits a disclosure. It is stated whole: given again under its key, it replaces what was given before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionGiven {
    /// Which permission.
    pub permission: Token,
    /// What was given.
    pub kind: PermissionKind,
    /// Which way data may go.
    pub direction: Direction,
    /// The organisation that may receive, by its OID; `None`: those of the county.
    pub organisation: Option<Code>,
    /// The service tasks whose data it names, sorted and distinct; none: it names no social data (703/2023 53 § 3 mom.).
    pub service_tasks: Vec<Code>,
    /// The patient data that it names.
    pub patient_data: Option<PatientData>,
    /// Only what happened from then on.
    pub recorded_from: Option<Instant>,
    /// Only what happened until then.
    pub recorded_to: Option<Instant>,
    /// When it ends by itself; `None`: it holds until it is withdrawn (58 §).
    pub until: Option<Instant>,
}

/// The client withdraws it (703/2023 58 §).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionWithdrawn {
    /// Which permission.
    pub permission: Token,
}

/// The client forbids the disclosure of data of the event's register (703/2023 59 §). Stated whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProhibitionSet {
    /// Which prohibition.
    pub prohibition: Token,
    /// What it covers.
    pub target: ProhibitionTarget,
    /// The controller, if it is the target.
    pub controller: Option<Code>,
    /// The service task, if it is the target.
    pub service_task: Option<Code>,
    /// The stay, if it is the target.
    pub stay: Option<Token>,
    /// The plan, assessment or decision, if it is the target.
    pub document: Option<Token>,
}

/// The client lifts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProhibitionLifted {
    /// Which prohibition.
    pub prohibition: Token,
}

// === on the wire ===

wire!(PermissionGiven {
    permission,
    kind,
    direction,
    organisation,
    service_tasks,
    patient_data,
    recorded_from,
    recorded_to,
    until
});
wire!(PermissionWithdrawn { permission });
wire!(ProhibitionSet { prohibition, target, controller, service_task, stay, document });
wire!(ProhibitionLifted { prohibition });
