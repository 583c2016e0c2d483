//! Practitioner and PractitionerRole: a worker, and a worker in a unit.

use super::element::{CodeableConcept, ContactPoint, HumanName, Identifier, Reference};
use serde::Deserialize;

/// A worker.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Practitioner {
    pub(in crate::fhir) identifier: Option<Vec<Identifier>>,
    pub(in crate::fhir) name: Option<Vec<HumanName>>,
    pub(in crate::fhir) telecom: Option<Vec<ContactPoint>>,
    pub(in crate::fhir) qualification: Option<Vec<Qualification>>,
}

/// `Practitioner.qualification`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Qualification {
    pub(in crate::fhir) code: Option<CodeableConcept>,
}

/// A worker in a unit.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct PractitionerRole {
    pub(in crate::fhir) identifier: Option<Vec<Identifier>>,
    pub(in crate::fhir) practitioner: Option<Reference>,
    pub(in crate::fhir) organization: Option<Reference>,
    pub(in crate::fhir) code: Option<Vec<CodeableConcept>>,
    pub(in crate::fhir) telecom: Option<Vec<ContactPoint>>,
    #[serde(rename = "availableTime")]
    pub(in crate::fhir) available_time: Option<Vec<AvailableTime>>,
}

/// `PractitionerRole.availableTime`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct AvailableTime {
    #[serde(rename = "daysOfWeek")]
    pub(in crate::fhir) days_of_week: Option<Vec<Option<String>>>,
    #[serde(rename = "allDay")]
    pub(in crate::fhir) all_day: Option<bool>,
    #[serde(rename = "availableStartTime")]
    pub(in crate::fhir) start: Option<String>,
    #[serde(rename = "availableEndTime")]
    pub(in crate::fhir) end: Option<String>,
}
