//! Task (hl7.org/fhir/R4/task.html).

use super::element::{CodeableConcept, Identifier, Meta, Period, Reference};
use serde::Deserialize;

/// A Task.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Task {
    pub(in crate::fhir) meta: Option<Meta>,
    pub(in crate::fhir) identifier: Option<Vec<Identifier>>,
    pub(in crate::fhir) status: Option<String>,
    #[serde(rename = "statusReason")]
    pub(in crate::fhir) status_reason: Option<CodeableConcept>,
    pub(in crate::fhir) intent: Option<String>,
    pub(in crate::fhir) priority: Option<String>,
    pub(in crate::fhir) code: Option<CodeableConcept>,
    pub(in crate::fhir) focus: Option<Reference>,
    #[serde(rename = "for")]
    pub(in crate::fhir) subject: Option<Reference>,
    #[serde(rename = "authoredOn")]
    pub(in crate::fhir) authored_on: Option<String>,
    #[serde(rename = "lastModified")]
    pub(in crate::fhir) last_modified: Option<String>,
    pub(in crate::fhir) requester: Option<Reference>,
    pub(in crate::fhir) owner: Option<Reference>,
    #[serde(rename = "executionPeriod")]
    pub(in crate::fhir) execution_period: Option<Period>,
    pub(in crate::fhir) restriction: Option<Restriction>,
    pub(in crate::fhir) output: Option<Vec<Output>>,
}

/// `Task.restriction`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Restriction {
    pub(in crate::fhir) period: Option<Period>,
}

/// `Task.output`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Output {
    #[serde(rename = "valueCodeableConcept")]
    pub(in crate::fhir) value: Option<CodeableConcept>,
}
