//! `GET /fhir/metadata`: what this service accepts, as a CapabilityStatement.

use crate::fhir::event::message_event::MessageEvent;
use bytes::Bytes;
use serde_json::{Value, json};

/// The CapabilityStatement of a server with this software version.
#[must_use]
pub fn metadata(version: &str) -> Bytes {
    /// When its content last changed.
    const DATE: &str = "2026-12-07";
    const TAKEN: &str = "Patient, Encounter, EpisodeOfCare, CareTeam, ServiceRequest and Task are taken inside message and transaction bundles only. References are resolved inside their bundle.";
    let events: Vec<Value> = MessageEvent::TAKEN
        .iter()
        .map(|(_, system, code)| json!({ "url": "http://hl7.org/fhir/StructureDefinition/capabilitystatement-messaging-event", "valueCoding": { "system": system, "code": code } }))
        .collect();
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
            // A Bundle is all that is posted: no resource has an address here, so none lists an interaction.
            "resource": [{ "type": "Bundle", "documentation": "POST [base], of type transaction or message" }],
            "interaction": [{ "code": "transaction" }],
            "operation": [{
                "name": "process-message",
                "definition": "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message",
            }],
        }],
        "messaging": [{
            "extension": events,
            "reliableCache": 0,
            "documentation": "The same bundle is stored once, whenever it comes again.",
        }],
    });
    statement.to_string().into()
}
