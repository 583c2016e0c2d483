//! ServiceRequest (hl7.org/fhir/R4/servicerequest.html).

use super::element::{CodeableConcept, Identifier, Meta, Period, Reference};
use serde::Deserialize;

/// A ServiceRequest.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct ServiceRequest {
    pub(in crate::fhir) meta: Option<Meta>,
    pub(in crate::fhir) identifier: Option<Vec<Identifier>>,
    pub(in crate::fhir) status: Option<String>,
    pub(in crate::fhir) intent: Option<String>,
    pub(in crate::fhir) category: Option<Vec<CodeableConcept>>,
    pub(in crate::fhir) code: Option<CodeableConcept>,
    pub(in crate::fhir) priority: Option<String>,
    pub(in crate::fhir) subject: Option<Reference>,
    pub(in crate::fhir) requester: Option<Reference>,
    pub(in crate::fhir) performer: Option<Vec<Reference>>,
    #[serde(rename = "authoredOn")]
    pub(in crate::fhir) authored_on: Option<String>,
    #[serde(rename = "occurrenceDateTime")]
    pub(in crate::fhir) occurrence: Option<String>,
    #[serde(rename = "occurrencePeriod")]
    pub(in crate::fhir) occurrence_period: Option<Period>,
}

impl ServiceRequest {
    /// The organization that asks.
    pub(in crate::fhir) fn requester_unit(&self) -> Option<event::Code> {
        self.requester.as_ref()?.organization()
    }

    /// The organization that is asked.
    pub(in crate::fhir) fn receiver(&self) -> Option<event::Code> {
        self.performer.iter().flatten().find_map(Reference::organization)
    }
}
