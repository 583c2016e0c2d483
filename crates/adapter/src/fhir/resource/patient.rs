//! Patient: a client (hl7.org/fhir/R4/patient.html).

use super::element::{CodeableConcept, HumanName, Identifier, Meta, Reference};
use serde::Deserialize;

/// A client. Contact data are not read at all, so that none can be shown in spite of a turvakielto.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Patient {
    pub(in crate::fhir) meta: Option<Meta>,
    pub(in crate::fhir) identifier: Option<Vec<Identifier>>,
    pub(in crate::fhir) name: Option<Vec<HumanName>>,
    #[serde(rename = "birthDate")]
    pub(in crate::fhir) birth_date: Option<String>,
    #[serde(rename = "deceasedBoolean")]
    pub(in crate::fhir) deceased_boolean: Option<bool>,
    #[serde(rename = "deceasedDateTime")]
    pub(in crate::fhir) deceased_date_time: Option<String>,
    pub(in crate::fhir) communication: Option<Vec<Communication>>,
    pub(in crate::fhir) link: Option<Vec<PatientLink>>,
}

impl Patient {
    /// Patient.deceased, of either type.
    pub(in crate::fhir) fn is_deceased(&self) -> bool {
        self.deceased_boolean == Some(true) || self.deceased_date_time.is_some()
    }

    /// fi-base's security label for a turvakielto (661/2009 36 §).
    pub(in crate::fhir) fn is_under_non_disclosure(&self) -> bool {
        let labels = self.meta.iter().flat_map(|meta| meta.security.iter().flatten());
        labels.filter_map(|label| label.code.as_deref()).any(|code| code == "TURVAKIELTO")
    }
}

/// `Patient.link`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct PatientLink {
    pub(in crate::fhir) other: Option<Reference>,
    #[serde(rename = "type")]
    pub(in crate::fhir) kind: Option<String>,
}

/// `Patient.communication`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Communication {
    pub(in crate::fhir) language: Option<CodeableConcept>,
    pub(in crate::fhir) preferred: Option<bool>,
}
