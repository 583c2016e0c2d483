//! EpisodeOfCare (hl7.org/fhir/R4/episodeofcare.html).

use super::element::{Identifier, Meta, Period, Reference};
use serde::Deserialize;

/// An EpisodeOfCare.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct EpisodeOfCare {
    pub(in crate::fhir) meta: Option<Meta>,
    pub(in crate::fhir) identifier: Option<Vec<Identifier>>,
    pub(in crate::fhir) status: Option<String>,
    pub(in crate::fhir) patient: Option<Reference>,
    pub(in crate::fhir) period: Option<Period>,
    #[serde(rename = "careManager")]
    pub(in crate::fhir) care_manager: Option<Reference>,
}
