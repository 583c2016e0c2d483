//! `GET /fhir/metadata`: what this service accepts, as a CapabilityStatement.

use crate::fhir::event::message_event::MessageEvent;
use bytes::Bytes;
use serde_json::{Value, json};

/// The CapabilityStatement of a server with this software version.
#[must_use]
pub fn metadata(version: &str) -> Bytes {
    /// When its content last changed.
    const DATE: &str = "2026-11-30";
    const TAKEN: &str = "Patient, Encounter, EpisodeOfCare, CareTeam, Consent, ServiceRequest and Task are taken inside message and transaction bundles only. References are resolved inside their bundle. Bundle.timestamp is required where no Provenance and no meta.lastUpdated says when a resource was written.";
    let supported: Vec<Value> = MessageEvent::DEFINITIONS
        .iter()
        .map(|definition| json!({ "mode": "receiver", "definition": definition }))
        .collect();
    let codes: Vec<String> = MessageEvent::TAKEN.iter().map(|(_, system, code)| format!("{system}#{code}")).collect();
    let documentation = format!(
        "The same bundle is stored once, whenever it comes again. Events that are taken: {}. A message is answered in the response of its request, never later: async and response-url are refused.",
        codes.join(", ")
    );
    let statement = json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": DATE,
        "kind": "instance",
        "software": { "name": "Rinnakkain", "version": version },
        "implementation": { "description": "Messages and transactions in; nothing can be read or searched here" },
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [{
            "mode": "server",
            "documentation": TAKEN,
            "security": { "description": "A bearer token for each sender" },
            // Only Bundles are posted: no resource has an address here, so none lists an interaction.
            "resource": [{ "type": "Bundle", "documentation": "POST [base], of type transaction or message" }],
            "interaction": [{ "code": "transaction" }],
            "operation": [{
                "name": "process-message",
                "definition": "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message",
            }],
        }],
        "messaging": [{
            "reliableCache": 0,
            "documentation": documentation,
            "supportedMessage": supported,
        }],
    });
    statement.to_string().into()
}
