//! FHIR over HTTP: each bundle is answered once it is stored, and changes what is answered over gRPC.

use crate::support::{County, DUTY, Transport, ago};
use api::proto::check_involvement_response::Involvement;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use testkit::county::{self, Visit, adt, person};
use testkit::wire::{EVENT, Response, post, request};

journeys! {
    a_notification_is_answered_once_it_is_stored_and_again_as_a_duplicate,
}

const TOKEN: &str = "made-up-token-of-kys-fhir";
pub const JSON: &str = "application/fhir+json";
pub const MESSAGE: &str = "/fhir/$process-message";
pub const HETU: &str = "010594Y9032";

/// The county with one source more: its token's SHA-256 is of [`TOKEN`].
pub fn config() -> String {
    format!(
        "{}\n[[source]]\nname = \"kys-fhir\"\nformat = \"fhir\"\nregister = \"patient\"\ncovers = [\"stays\", \"referrals\", \"workers\"]\n\
         decides = [\"identity-codes\", \"merges\"]\nsilence = \"30m\"\nartificial_identity_codes = true\ntoken_sha256 = \"0dea142c28c1146dd84cacbed729ac485e1bb14735ea4da46229bbf8d9c4e101\"\n",
        county::config()
    )
}

pub fn send(county: &County, path: &str, content_type: &str, body: &str) -> Response {
    post(county.product().ports.http, path, TOKEN, content_type, body).unwrap()
}

fn answer(response: &Response) -> Value {
    serde_json::from_str(&response.body).unwrap()
}

fn notification(id: &str, activity: &str, status: &str, end: Option<&str>) -> Value {
    let started = ago(7200).to_string();
    let mut period = json!({ "start": started });
    if let Some(end) = end {
        period["end"] = json!(end);
    }
    let now = ago(60).to_string();
    let entry = |kind: &str, id: &str, members: Value| {
        let mut resource = json!({ "resourceType": kind, "id": id });
        resource.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        json!({ "fullUrl": format!("https://kys.example/fhir/{kind}/{id}"), "resource": resource })
    };
    json!({
        "resourceType": "Bundle",
        "id": format!("b-{id}"),
        "type": "message",
        "timestamp": now,
        "entry": [
            entry("MessageHeader", id, json!({
                "eventCoding": {
                    "system": "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-messaging-eventCodes",
                    "code": "hospital-notification-message",
                },
                "source": { "endpoint": "https://kys.example/fhir" },
                "focus": [{ "reference": "Encounter/e1" }],
            })),
            entry("Patient", "p1", json!({
                "identifier": [{ "system": "urn:oid:1.2.246.21", "value": HETU }],
                "name": [{ "family": "Meikäläinen", "given": ["Maija"] }],
            })),
            entry("Encounter", "e1", json!({
                "status": status,
                "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP" },
                "subject": { "reference": "Patient/p1" },
                "episodeOfCare": [{ "identifier": { "system": "https://kys.example/jakso", "value": "J-1" } }],
                "period": period,
            })),
            entry("Provenance", "pr", json!({
                "target": [{ "reference": format!("MessageHeader/{id}") }],
                "activity": { "coding": [{ "code": activity }] },
            })),
        ],
    })
}

fn a_notification_is_answered_once_it_is_stored_and_again_as_a_duplicate(way: Transport) {
    let county = County::start_on(way, &config());
    let admitted = notification("m1", "admit-inpatient", "in-progress", None).to_string();
    for (turn, duplicate) in [("first", false), ("second", true)] {
        let response = send(&county, MESSAGE, JSON, &admitted);
        let answer = answer(&response);
        assert_eq!(response.status, 200, "{turn}: {answer}");
        assert_eq!(answer["entry"][0]["resource"]["response"]["code"], "ok", "{turn}");
        assert_eq!(answer["entry"][0]["resource"]["response"]["identifier"], "m1", "{turn}");
        let issue = &answer["entry"][1]["resource"]["issue"][0];
        assert_eq!(issue["code"] == "duplicate" && issue["severity"] == "information", duplicate, "{turn}: {answer}");
    }
    county.settle();
    // By the id of either: a sender that keeps only what the answer names asks by MessageHeader.id.
    for id in ["b-m1", "m1"] {
        let asked = json!({ "id": id }).to_string();
        let told = answer(&post(county.product().ports.http, "/receipts", TOKEN, "application/json", &asked).unwrap());
        assert_eq!(
            (&told["receipts"][0]["outcome"], &told["receipts"][0]["duplicates"]),
            (&json!("stored"), &json!(1)),
            "{id}: {told}"
        );
    }
    let involved = || matches!(county.involvement(DUTY, HETU).unwrap().involvement, Some(Involvement::Involved(_)));
    assert!(involved(), "the stay is in progress");
    let end = ago(90).to_string();
    let discharged = notification("m2", "discharge-inpatient-home", "finished", Some(&end)).to_string();
    assert_eq!(send(&county, "/fhir/%24process-message", JSON, &discharged).status, 200);
    county.settle();
    assert!(!involved(), "the stay has ended");
}

#[test]
fn what_is_wrong_is_answered_once_by_code_and_place() {
    let county = County::start_with(&config());
    let contradicts = notification("m3", "admit-inpatient", "entered-in-error", None).to_string();
    let table = [
        (MESSAGE, JSON, contradicts.as_str(), 422, "Bundle.entry[2].resource.status"),
        (MESSAGE, JSON, "{\"resourceType\":", 400, "message"),
        ("/fhir", JSON, "{\"resourceType\":\"Bundle\",\"type\":\"searchset\"}", 422, "Bundle.type"),
        ("/fhir", "application/json; charset=utf-8", "{\"resourceType\":\"Patient\"}", 422, "resourceType"),
        (MESSAGE, JSON, "{\"resourceType\":\"Parameters\"}", 422, "resourceType"),
    ];
    for (path, content_type, body, status, place) in table {
        let response = send(&county, path, content_type, body);
        let answer = answer(&response);
        assert_eq!(response.status, status, "{answer}");
        assert_eq!(answer["issue"][0]["expression"], json!([place]), "{answer}");
    }
    // As parameters of the request's body, too, and by its name.
    for (parameter, here) in [
        (json!({ "name": "async", "valueBoolean": true }), false),
        (json!({ "name": "response-url", "valueUrl": "https://kys.example" }), false),
        (json!({ "name": "async", "valueBoolean": false }), true),
    ] {
        let parameters = json!({ "resourceType": "Parameters", "parameter": [parameter] });
        let answer = answer(&send(&county, MESSAGE, JSON, &parameters.to_string()));
        let text = answer["issue"][0]["diagnostics"].as_str().unwrap();
        assert_eq!(text.starts_with("async and response-url are not served"), !here, "{parameters}: {text}");
    }
    let elsewhere = format!("{MESSAGE}?async=true");
    assert_eq!(send(&county, &elsewhere, JSON, &contradicts).status, 400);
    assert_eq!(send(&county, MESSAGE, "application/fhir+xml", "<Bundle/>").status, 415);
    assert_eq!(send(&county, MESSAGE, JSON, &"x".repeat((2 << 20) + 1)).status, 413);
    let ports = &county.product().ports;
    assert_eq!(post(ports.http, MESSAGE, "somebody", JSON, "{}").unwrap().status, 401);
    assert_eq!(post(ports.http, MESSAGE, county::SOCIAL_TOKEN, JSON, "{}").unwrap().status, 403);
    let acknowledgement = json!({
        "resourceType": "Bundle", "id": "a", "type": "message", "timestamp": "2026-03-02T08:00:00Z",
        "entry": [{ "resource": { "resourceType": "MessageHeader", "id": "a", "response": { "code": "ok" } } }],
    });
    let response = send(&county, MESSAGE, JSON, &acknowledgement.to_string());
    assert_eq!((response.status, response.body.as_str()), (204, ""));
}

/// Whoever stands in what is refused for its form, or was sent to another place, is in doubt: it is kept like all that is refused,
/// and can be redriven.
#[test]
fn whoever_stands_in_what_is_refused_for_its_form_is_not_answered_as_none() {
    let county = County::start_with(&config());
    let http = county.product().ports.http;
    let authorization = format!("Bearer {TOKEN}");
    county.heartbeat();
    assert_eq!(post(http, "/heartbeat", TOKEN, "text/plain", "").unwrap().status, 204);
    assert_eq!(county.hl7(&adt("A31", "1", ago(60), &person(700), &Visit::default())), "AA");
    let forms = [
        ("POST /fhir/$process-message?async=true", JSON, "*/*", 400),
        ("POST /fhir/$process-message", "application/fhir+xml", "*/*", 415),
        ("POST /fhir/$process-message", "application/fhir+json; fhirVersion=5.0", "*/*", 415),
        ("POST /fhir/$process-message", JSON, "application/fhir+xml", 406),
        ("POST /fhir/Bundle", JSON, "*/*", 404),
        ("PUT /fhir/Bundle/b", JSON, "*/*", 404),
    ];
    for (n, (place, media, accept, status)) in (701..).zip(forms) {
        let client = person(n);
        assert_eq!(county.involved(&client), "none", "{place}");
        let bundle = notification(&format!("f{n}"), "admit-inpatient", "in-progress", None);
        let bundle = bundle.to_string().replace(HETU, &client.hetu).replace("J-1", &format!("J-{n}"));
        let headers = [("Authorization", authorization.as_str()), ("Content-Type", media), ("Accept", accept)];
        assert_eq!(request(http, place, &headers, &bundle).unwrap().status, status, "{place}");
        assert_eq!(county.involved(&client), "not-known", "{place} {media} {accept}");
    }
    county.operator(&["quarantine", "redrive", "--source", "kys-fhir"]);
    assert_eq!(county.involved(&person(701)), "involved", "its content was right");
    // Of somebody who has no token nothing is kept.
    let headers = [("Authorization", "Bearer x"), ("Content-Type", JSON)];
    let bundle = notification("nobody", "admit-inpatient", "in-progress", None).to_string();
    assert_eq!(request(http, "POST /fhir/Bundle", &headers, &bundle).unwrap().status, 404);
    assert!(county.operator(&["quarantine", "list"]).lines().count() <= 1);
}

/// Nothing of it is kept, for it is not whole; that it came is known all the same, of either format.
#[test]
fn a_body_over_the_limit_is_counted() {
    let county = County::start_with(&config());
    let long = "x".repeat((2 << 20) + 1);
    for _ in 0..2 {
        let response = send(&county, MESSAGE, JSON, &long);
        let issue = &answer(&response)["issue"][0];
        assert_eq!(
            (response.status, &issue["code"], &issue["expression"]),
            (413, &json!("too-long"), &json!(["message"]))
        );
        let http = county.product().ports.http;
        assert_eq!(post(http, "/events", county::SOCIAL_TOKEN, EVENT, &long).unwrap().status, 413);
    }
    let lines = county.operator(&["sources", "--json"]);
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let sent: Vec<Value> = lines.filter(|line| line["source"] != "keskussairaala").collect();
    for line in &sent {
        let numbers = ["received", "stored", "duplicate", "ignored", "rejected"].map(|it| line[it].as_u64().unwrap());
        assert_eq!(numbers, [2, 0, 1, 0, 1], "{line}");
    }
    assert_eq!(sent.len(), 2);
}

#[test]
fn a_transaction_is_answered_by_one() {
    let county = County::start_with(&config());
    let patient =
        json!({ "resourceType": "Patient", "id": "p1", "identifier": [{ "value": "1" }], "birthDate": "1994-05-01" });
    let bundle = json!({
        "resourceType": "Bundle", "type": "transaction", "timestamp": ago(60).to_string(),
        "entry": [{ "request": { "method": "PUT", "url": "Patient/p1" }, "resource": patient }],
    });
    let response = send(&county, "/fhir", JSON, &bundle.to_string());
    assert_eq!((response.status, &answer(&response)["type"]), (200, &json!("transaction-response")));
    // As deploy/README.md has operators try it.
    let first = std::fs::read_to_string(testkit::root().join("deploy/bundle.json")).unwrap();
    let response = send(&county, "/fhir", JSON, &first);
    assert_eq!((response.status, &answer(&response)["type"]), (200, &json!("transaction-response")));
}

/// Whatever is wrong, what is below `/fhir` is answered in FHIR, in the form that is asked for or not at all.
#[test]
fn every_refusal_is_an_operation_outcome() {
    let county = County::start_with(&config());
    let ask = |request: &str, headers: &str, body: &str| {
        let mut stream = TcpStream::connect(("127.0.0.1", county.product().ports.http)).unwrap();
        let length = body.len();
        write!(
            stream,
            "{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_ascii_lowercase(), serde_json::from_str::<Value>(body).unwrap_or_default())
    };
    let authorized = format!("Authorization: Bearer {TOKEN}\r\n");
    let typed = |media: &str| format!("{authorized}Content-Type: {media}\r\n");
    let table = [
        ("POST /fhir", "Content-Type: application/fhir+json\r\n".to_owned(), 401, "login", "www-authenticate: bearer"),
        ("GET /fhir/Patient/p1", authorized.clone(), 404, "not-found", ""),
        ("PUT /fhir/Patient/p1", typed(JSON), 404, "not-found", ""),
        ("DELETE /fhir", authorized.clone(), 405, "not-supported", "allow: post"),
        ("POST /fhir/metadata", typed(JSON), 405, "not-supported", "allow: get"),
        ("POST /fhir", typed("application/fhir+xml"), 415, "not-supported", ""),
        ("POST /fhir", typed("application/fhir+json; fhirVersion=5.0"), 415, "not-supported", ""),
        ("POST /fhir", format!("{}Accept: application/fhir+xml\r\n", typed(JSON)), 406, "not-supported", ""),
        ("GET /fhir/metadata?_format=xml", String::new(), 406, "not-supported", ""),
    ];
    for (request, headers, status, code, header) in table {
        let (head, body) = ask(request, &headers, "{}");
        assert!(head.starts_with(&format!("http/1.1 {status} ")) && head.contains(header), "{request}: {head}");
        assert_eq!((&body["resourceType"], &body["issue"][0]["code"]), (&json!("OperationOutcome"), &json!(code)));
        assert!(head.contains("content-type: application/fhir+json; fhirversion=4.0"), "{request}: {head}");
    }
    let (head, body) = ask("GET /fhir/metadata", "Accept: application/json\r\n", "");
    assert!(head.contains("content-type: application/json\r"), "{head}");
    let resources = body["rest"][0]["resource"].as_array().unwrap();
    assert!(resources.iter().all(|resource| resource.get("interaction").is_none()), "{body}");
}

#[test]
fn what_is_taken_is_told_to_anybody() {
    let county = County::start_with(&config());
    let mut stream = TcpStream::connect(("127.0.0.1", county.product().ports.http)).unwrap();
    stream.write_all(b"GET /fhir/metadata HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_mins(1))).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200") && head.contains("application/fhir+json"), "{head}");
    assert_eq!(serde_json::from_str::<Value>(body).unwrap()["resourceType"], "CapabilityStatement");
}
