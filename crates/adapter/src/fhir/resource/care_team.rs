//! CareTeam (hl7.org/fhir/R4/careteam.html).

use super::element::{CodeableConcept, Identifier, Meta, Period, Reference};
use serde::Deserialize;

/// A CareTeam.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct CareTeam {
    pub(in crate::fhir) meta: Option<Meta>,
    pub(in crate::fhir) identifier: Option<Vec<Identifier>>,
    pub(in crate::fhir) status: Option<String>,
    pub(in crate::fhir) subject: Option<Reference>,
    pub(in crate::fhir) period: Option<Period>,
    pub(in crate::fhir) participant: Option<Vec<Participant>>,
}

/// `CareTeam.participant`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Participant {
    pub(in crate::fhir) role: Option<Vec<CodeableConcept>>,
    pub(in crate::fhir) member: Option<Reference>,
    pub(in crate::fhir) period: Option<Period>,
}
