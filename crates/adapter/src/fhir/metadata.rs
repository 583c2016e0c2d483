//! `GET /fhir/metadata`: what is taken here, as a CapabilityStatement.

use super::message::Event;
use bytes::Bytes;
use serde_json::{Value, json};

/// The CapabilityStatement of a server with this software version.
#[must_use]
pub fn metadata(version: &str) -> Bytes {
    /// When what it says last changed.
    const DATE: &str = "2026-11-24";
    let events: Vec<Value> = Event::TAKEN
        .iter()
        .map(|(_, system, code)| json!({ "url": "http://hl7.org/fhir/StructureDefinition/capabilitystatement-messaging-event", "valueCoding": { "system": system, "code": code } }))
        .collect();
    let kinds = ["Patient", "Encounter", "EpisodeOfCare", "CareTeam", "ServiceRequest", "Task"];
    let resources: Vec<Value> = kinds
        .iter()
        .map(|kind| json!({ "type": kind, "interaction": [{ "code": "create" }, { "code": "update" }], "referencePolicy": ["literal", "logical", "local"], "conditionalCreate": false, "conditionalUpdate": false }))
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
            "documentation": "Resources are taken inside message and transaction bundles only. References are resolved inside their bundle.",
            "security": { "description": "A bearer token for each sender" },
            "resource": resources,
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
