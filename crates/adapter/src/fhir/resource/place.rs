//! Organization and Location: a unit, and a place.

use super::element::Identifier;
use serde::Deserialize;

/// A unit.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Organization {
    pub(in crate::fhir) identifier: Option<Vec<Identifier>>,
    pub(in crate::fhir) name: Option<String>,
}

/// A place.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Location {
    pub(in crate::fhir) identifier: Option<Vec<Identifier>>,
    pub(in crate::fhir) name: Option<String>,
}
