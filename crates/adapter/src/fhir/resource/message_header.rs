//! MessageHeader: who sends what, to whom (hl7.org/fhir/R4/messageheader.html).

use super::element::{Coding, Reference};
use serde::Deserialize;

/// Who sends what, to whom (hl7.org/fhir/R4/messageheader.html).
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct MessageHeader {
    pub(in crate::fhir) id: Option<String>,
    #[serde(rename = "eventCoding")]
    pub(in crate::fhir) event_coding: Option<Coding>,
    #[serde(rename = "eventUri")]
    pub(in crate::fhir) event_uri: Option<String>,
    pub(in crate::fhir) source: Option<MessageSource>,
    pub(in crate::fhir) response: Option<serde::de::IgnoredAny>,
    pub(in crate::fhir) focus: Option<Vec<Reference>>,
}

/// `MessageHeader.source`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct MessageSource {
    pub(in crate::fhir) endpoint: Option<String>,
}
