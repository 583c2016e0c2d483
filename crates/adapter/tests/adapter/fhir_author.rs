//! Whose register a resource is in, and in what role it was written: by the agents of its Provenance.

use crate::fhir_resources::{given, json_of};
use serde_json::{Value, json};

/// The controller and the author's role of the events: the same in all.
fn author(bundle: &Value) -> (Option<String>, Option<String>) {
    let text = |code: &Option<event::Code>| code.as_ref().map(|it| it.as_str().to_owned());
    let mut all: Vec<_> = given(bundle).iter().map(|it| (text(&it.controller), text(&it.author_role))).collect();
    all.dedup();
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

fn of(controller: Option<&str>, role: Option<&str>) -> (Option<String>, Option<String>) {
    (controller.map(str::to_owned), role.map(str::to_owned))
}

fn agent(kind: &str, rest: &Value) -> Value {
    let mut agent = json!({ "type": { "coding": [{ "code": kind }] } });
    agent.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    agent
}

fn custodian(oid: &str) -> Value {
    agent("custodian", &json!({ "who": { "identifier": { "system": "urn:ietf:rfc:3986", "value": oid } } }))
}

const SAMPLE: &str = "finnish-provenance-names-the-controller";
const OWN: &str = "1.2.246.10.99999992.10.0";

#[test]
fn the_custodian_is_the_controller_and_the_author_has_a_role() {
    assert_eq!(author(&json_of(SAMPLE)), of(Some(OWN), Some("laakari")));
    assert_eq!(author(&json_of("finnish-provenance-of-an-earlier-version")), of(None, None));
}

#[test]
fn only_an_oid_names_a_controller_wherever_it_is_written() {
    let table = [
        (custodian("urn:oid:1.2.246.10.9.10.0"), Some("1.2.246.10.9.10.0")),
        (custodian("1.2.246.10.9.10.0"), Some("1.2.246.10.9.10.0")),
        (custodian("KYS"), None),
        (custodian("1234567-8"), None),
        (agent("custodian", &json!({ "who": { "display": "KYS" } })), None),
        (agent("custodian", &json!({ "who": { "reference": "Organization/nowhere" } })), None),
        (agent("custodian", &json!({})), None),
        (agent("performer", &json!({ "who": { "reference": "Organization/o1" } })), None),
    ];
    for (agent, expected) in table {
        let mut bundle = json_of(SAMPLE);
        bundle["entry"][2]["resource"]["agent"] = json!([agent]);
        assert_eq!(author(&bundle), of(expected, None), "{agent}");
    }
}

/// A Provenance of an earlier version may travel along, and that of an intermediary is about the message's way.
#[test]
fn the_newest_provenance_counts_and_no_intermediarys() {
    let with = |recorded: &str, agents: Value| {
        let mut bundle = json_of(SAMPLE);
        let mut other = bundle["entry"][2].clone();
        other["fullUrl"] = json!("https://kys.example/fhir/Provenance/pv2");
        (other["resource"]["id"], other["resource"]["recorded"]) = (json!("pv2"), json!(recorded));
        other["resource"]["agent"] = agents;
        bundle["entry"].as_array_mut().unwrap().insert(2, other);
        author(&bundle).0
    };
    let another = || json!([custodian("1.2.246.10.9.10.0")]);
    assert_eq!(with("2026-03-02T08:06:00+02:00", another()).as_deref(), Some(OWN));
    assert_eq!(with("2026-03-04T10:12:00+02:00", another()).as_deref(), Some("1.2.246.10.9.10.0"));
    let relayed = json!([custodian("1.2.246.10.9.10.0"), agent("transmitter", &json!({}))]);
    assert_eq!(with("2026-03-04T10:12:00+02:00", relayed).as_deref(), Some(OWN));
}

#[test]
fn what_a_resource_leaves_out_the_messages_header_gives() {
    let mut bundle = json_of("medcom-stin");
    let entries = bundle["entry"].as_array_mut().unwrap();
    let provenance = entries.iter_mut().find(|it| it["resource"]["resourceType"] == "Provenance").unwrap();
    provenance["resource"]["agent"] = json!([custodian("1.2.246.10.9.10.0")]);
    assert_eq!(author(&bundle), of(Some("1.2.246.10.9.10.0"), None));
}
