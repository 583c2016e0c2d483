//! MessageHeader: who sends what, to whom (hl7.org/fhir/R4/messageheader.html).

use super::element::{Coding, Extension, Reference};
use serde::Deserialize;

/// Who sends what, to whom (hl7.org/fhir/R4/messageheader.html).
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct MessageHeader {
    pub(in crate::fhir) id: Option<String>,
    pub(in crate::fhir) extension: Option<Vec<Extension>>,
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

impl MessageHeader {
    /// The sender wants no answer to a message that is stored. A refusal is answered in any case: it is the request's, too
    /// (hl7.org/fhir/R4/extension-messageheader-response-request.html).
    pub(in crate::fhir) fn wants_no_answer(&self) -> bool {
        const RESPONSE_REQUEST: &str = "http://hl7.org/fhir/StructureDefinition/messageheader-response-request";
        let mut wanted = self.extension.iter().flatten().filter(|it| it.url.as_deref() == Some(RESPONSE_REQUEST));
        wanted.any(|it| matches!(it.value_code.as_deref(), Some("on-error" | "never")))
    }
}
