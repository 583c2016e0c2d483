//! Encounter, as far as it is read (hl7.org/fhir/R4/encounter.html).

use super::element::{CodeableConcept, Coding, Extension, Identifier, Meta, Period, Reference};
use serde::Deserialize;

/// An Encounter.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Encounter {
    pub(in crate::fhir) meta: Option<Meta>,
    pub(in crate::fhir) extension: Option<Vec<Extension>>,
    pub(in crate::fhir) identifier: Option<Vec<Identifier>>,
    pub(in crate::fhir) status: Option<String>,
    pub(in crate::fhir) class: Option<Coding>,
    pub(in crate::fhir) subject: Option<Reference>,
    #[serde(rename = "episodeOfCare")]
    pub(in crate::fhir) episode_of_care: Option<Vec<Reference>>,
    pub(in crate::fhir) period: Option<Period>,
    pub(in crate::fhir) hospitalization: Option<Hospitalization>,
    #[serde(rename = "statusHistory")]
    pub(in crate::fhir) status_history: Option<Vec<StatusHistory>>,
    pub(in crate::fhir) location: Option<Vec<EncounterLocation>>,
    #[serde(rename = "serviceType")]
    pub(in crate::fhir) service_type: Option<CodeableConcept>,
    #[serde(rename = "serviceProvider")]
    pub(in crate::fhir) service_provider: Option<Reference>,
    #[serde(rename = "partOf")]
    pub(in crate::fhir) part_of: Option<Reference>,
    pub(in crate::fhir) participant: Option<Vec<EncounterParticipant>>,
}

/// `Encounter.participant`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct EncounterParticipant {
    #[serde(rename = "type")]
    pub(in crate::fhir) role: Option<Vec<CodeableConcept>>,
    pub(in crate::fhir) individual: Option<Reference>,
    pub(in crate::fhir) period: Option<Period>,
}

/// `Encounter.hospitalization`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Hospitalization {
    pub(in crate::fhir) origin: Option<Reference>,
    #[serde(rename = "admitSource")]
    pub(in crate::fhir) admit_source: Option<CodeableConcept>,
    #[serde(rename = "dischargeDisposition")]
    pub(in crate::fhir) discharge_disposition: Option<CodeableConcept>,
}

/// `Encounter.statusHistory`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct StatusHistory {
    pub(in crate::fhir) status: Option<String>,
    pub(in crate::fhir) period: Option<Period>,
}

/// `Encounter.location`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct EncounterLocation {
    pub(in crate::fhir) location: Option<Reference>,
    pub(in crate::fhir) status: Option<String>,
}

/// `Encounter.status` by its meaning (HL7's v2-to-FHIR map, Event\[EncounterStatus\], read backwards).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::fhir) enum Status {
    /// planned: the client is not there.
    Planned,
    /// arrived, triaged, in-progress: the client is there.
    InProgress,
    OnLeave,
    Finished,
    /// cancelled, entered-in-error: the stay did not take place.
    Cancelled,
    /// unknown: the state does not change.
    Unknown,
}

impl Encounter {
    /// `Encounter.period.start`, as written.
    pub(in crate::fhir) fn start(&self) -> Option<&str> {
        self.period.as_ref()?.start.as_deref()
    }

    /// `Encounter.period.end`, as written.
    pub(in crate::fhir) fn end(&self) -> Option<&str> {
        self.period.as_ref()?.end.as_deref()
    }

    /// The Encounter that it is a part of, if the client is present in this part.
    pub(in crate::fhir) fn present_part_of(&self) -> Option<&Reference> {
        let present = matches!(self.status.as_deref(), Some("arrived" | "triaged" | "in-progress"));
        self.part_of.as_ref().filter(|_| present)
    }
}

impl Status {
    /// `None`: no status of an Encounter.
    pub(in crate::fhir) fn of(code: &str) -> Option<Self> {
        Some(match code {
            "planned" => Self::Planned,
            "arrived" | "triaged" | "in-progress" => Self::InProgress,
            "onleave" => Self::OnLeave,
            "finished" => Self::Finished,
            "cancelled" | "entered-in-error" => Self::Cancelled,
            "unknown" => Self::Unknown,
            _ => return None,
        })
    }
}
