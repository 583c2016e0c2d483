//! Provenance: where a resource comes from (hl7.org/fhir/R4/provenance.html).

use super::element::{CodeableConcept, Period, Reference};
use serde::Deserialize;

/// Where something comes from.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Provenance {
    pub(in crate::fhir) target: Option<Vec<Reference>>,
    #[serde(rename = "occurredDateTime")]
    pub(in crate::fhir) occurred: Option<String>,
    #[serde(rename = "occurredPeriod")]
    pub(in crate::fhir) occurred_period: Option<Period>,
    pub(in crate::fhir) recorded: Option<String>,
    pub(in crate::fhir) activity: Option<CodeableConcept>,
    pub(in crate::fhir) agent: Option<Vec<Agent>>,
    pub(in crate::fhir) entity: Option<Vec<ProvenanceEntity>>,
}

/// `Provenance.agent`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Agent {
    #[serde(rename = "type")]
    pub(in crate::fhir) kind: Option<CodeableConcept>,
    pub(in crate::fhir) role: Option<Vec<CodeableConcept>>,
    pub(in crate::fhir) who: Option<Reference>,
}

/// `Provenance.entity`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct ProvenanceEntity {
    pub(in crate::fhir) role: Option<String>,
    pub(in crate::fhir) what: Option<Reference>,
}
