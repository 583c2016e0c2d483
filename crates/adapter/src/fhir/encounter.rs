//! Encounter, as far as it is read (hl7.org/fhir/R4/encounter.html).

use super::element::{CodeableConcept, Coding, Extension, Identifier, Meta, Period, Reference};
use crate::rejection::{Fault, Place, RejectionCode};
use serde::Deserialize;

/// An Encounter.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Encounter {
    pub(super) meta: Option<Meta>,
    pub(super) extension: Option<Vec<Extension>>,
    pub(super) identifier: Option<Vec<Identifier>>,
    pub(super) status: Option<String>,
    pub(super) class: Option<Coding>,
    pub(super) subject: Option<Reference>,
    #[serde(rename = "episodeOfCare")]
    pub(super) episode_of_care: Option<Vec<Reference>>,
    pub(super) period: Option<Period>,
    pub(super) hospitalization: Option<Hospitalization>,
    #[serde(rename = "statusHistory")]
    pub(super) status_history: Option<Vec<StatusHistory>>,
    pub(super) location: Option<Vec<EncounterLocation>>,
    #[serde(rename = "serviceProvider")]
    pub(super) service_provider: Option<Reference>,
    #[serde(rename = "partOf")]
    pub(super) part_of: Option<Reference>,
    pub(super) participant: Option<Vec<EncounterParticipant>>,
}

/// `Encounter.participant`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct EncounterParticipant {
    #[serde(rename = "type")]
    pub(super) role: Option<Vec<CodeableConcept>>,
    pub(super) individual: Option<Reference>,
    pub(super) period: Option<Period>,
}

/// `Encounter.hospitalization`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Hospitalization {
    pub(super) origin: Option<Reference>,
    #[serde(rename = "admitSource")]
    pub(super) admit_source: Option<CodeableConcept>,
    #[serde(rename = "dischargeDisposition")]
    pub(super) discharge_disposition: Option<CodeableConcept>,
}

/// `Encounter.statusHistory`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct StatusHistory {
    pub(super) status: Option<String>,
    pub(super) period: Option<Period>,
}

/// `Encounter.location`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct EncounterLocation {
    pub(super) location: Option<Reference>,
    pub(super) status: Option<String>,
}

/// `Encounter.status`, and what each says (HL7's v2-to-FHIR map, Event\[EncounterStatus\], read backwards).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// planned: the client is not there.
    Planned,
    /// arrived, triaged, in-progress: the client is there.
    InProgress,
    OnLeave,
    Finished,
    /// cancelled, entered-in-error: it never was.
    Cancelled,
    /// unknown: it stays as it was.
    Unknown,
}

impl Encounter {
    /// `Encounter.period.start`, as written.
    pub(super) fn start(&self) -> Option<&str> {
        self.period.as_ref()?.start.as_deref()
    }

    /// `Encounter.period.end`, as written.
    pub(super) fn end(&self) -> Option<&str> {
        self.period.as_ref()?.end.as_deref()
    }

    /// What it is a part of, if the client is there now.
    pub(super) fn present_part_of(&self) -> Option<&Reference> {
        let present = matches!(self.status.as_deref(), Some("arrived" | "triaged" | "in-progress"));
        self.part_of.as_ref().filter(|_| present)
    }
}

impl Status {
    pub(super) fn read(written: Option<&str>, place: Place) -> Result<Self, Fault> {
        Ok(match written.ok_or(Fault::missing(place))? {
            "planned" => Self::Planned,
            "arrived" | "triaged" | "in-progress" => Self::InProgress,
            "onleave" => Self::OnLeave,
            "finished" => Self::Finished,
            "cancelled" | "entered-in-error" => Self::Cancelled,
            "unknown" => Self::Unknown,
            _ => {
                let text = "not a status of an Encounter";
                return Err(Fault::new(RejectionCode::TableValueNotFound, place, text));
            }
        })
    }
}
