//! The answers to FHIR requests, and the CapabilityStatement.

use crate::fhir::{json_of, now};
use crate::support::{fhir, give, sample, samples, source};
use adapter::fhir::{Answer, Header, answer, metadata};
use adapter::{Format, Outcome};
use serde_json::{Value, json};

/// The answer to a request: the status, and the body if there is one.
fn answered(bytes: &[u8], duplicate: bool) -> (u16, Option<Value>) {
    let outcome = give(&fhir(), bytes).outcome;
    let outcome = match &outcome {
        Outcome::Rejected(rejection) => Answer::Rejected(rejection),
        _ if duplicate => Answer::Duplicate,
        _ => Answer::Accepted,
    };
    let body = answer(&Header::read(bytes), outcome, now());
    (outcome.http_status(), body.map(|body| serde_json::from_slice(&body).unwrap()))
}

#[test]
fn a_stored_message_is_answered_ok() {
    let (status, body) = answered(&sample(Format::Fhir, "medcom-stin"), false);
    let body = body.unwrap();
    assert_eq!((status, &body["type"], &body["timestamp"]), (200, &json!("message"), &json!("2026-03-02T06:15:01Z")));
    let header = &body["entry"][0]["resource"];
    let asked = &json_of("medcom-stin")["entry"][0]["resource"];
    assert_eq!(header["response"], json!({ "identifier": asked["id"], "code": "ok" }));
    assert_eq!(header["eventCoding"]["code"], "hospital-notification-message");
    assert_eq!(header["destination"][0]["endpoint"], asked["source"]["endpoint"]);
    assert_eq!(body["entry"].as_array().unwrap().len(), 1);
    assert_eq!(answered(&sample(Format::Fhir, "medcom-stin"), false).1, Some(body), "the same request and time");
}

#[test]
fn a_duplicate_is_ok_with_an_information_issue() {
    let (status, body) = answered(&sample(Format::Fhir, "medcom-stin"), true);
    let body = body.unwrap();
    assert_eq!((status, &body["entry"][0]["resource"]["response"]["code"]), (200, &json!("ok")));
    let issue = &body["entry"][1]["resource"]["issue"][0];
    assert_eq!((&issue["severity"], &issue["code"]), (&json!("information"), &json!("duplicate")));
    let details = &body["entry"][0]["resource"]["response"]["details"]["reference"];
    assert_eq!(details, &body["entry"][1]["fullUrl"]);
}

/// A message too: clients look for an OperationOutcome under a status of 4xx.
#[test]
fn a_refusal_is_an_operation_outcome() {
    let table = [
        ("medcom-refused-no-start", 422, "required", "101", "Bundle.entry[2].resource.period.start"),
        ("medcom-refused-no-such-time", 422, "value", "102", "Bundle.entry[2].resource.period.start"),
        ("medcom-refused-admitted-and-never-was", 422, "code-invalid", "103", "Bundle.entry[2].resource.status"),
        ("medcom-refused-two-activities", 422, "duplicate", "205", "Bundle.entry[5].resource.activity"),
        ("medcom-refused-focus-not-here", 422, "not-found", "204", "Bundle.entry[0].resource.focus"),
        ("davinci-refused-event", 422, "not-supported", "201", "Bundle.entry[0].resource.event"),
        ("refused-unknown-event", 422, "not-supported", "201", "Bundle.entry[0].resource.event"),
    ];
    for (name, status, issue_type, code, expression) in table {
        let (found, body) = answered(&sample(Format::Fhir, name), false);
        let body = body.unwrap();
        assert_eq!((found, &body["resourceType"]), (status, &json!("OperationOutcome")), "{name}");
        let issue = &body["issue"][0];
        assert_eq!(issue["severity"], "error", "{name}");
        assert_eq!(
            (&issue["code"], &issue["details"]["coding"][0]["code"]),
            (&json!(issue_type), &json!(code)),
            "{name}"
        );
        assert_eq!(issue["expression"], json!([expression]), "{name}");
    }
    let table = [
        ("refused-not-json", 400, "structure"),
        ("refused-too-deep", 400, "too-costly"),
        ("refused-no-bundle", 422, "not-supported"),
        ("refused-batch", 422, "not-supported"),
        ("refused-delete", 422, "not-supported"),
        ("refused-no-header", 422, "structure"),
        ("refused-no-message-id", 422, "required"),
        ("referral-refused-no-requester", 422, "required"),
        ("reference-refused-two-may-be-meant", 422, "duplicate"),
        ("reference-refused-one-address-twice", 422, "duplicate"),
        ("reference-refused-another-server", 422, "not-found"),
    ];
    for (name, status, issue_type) in table {
        let (found, body) = answered(&sample(Format::Fhir, name), false);
        let body = body.unwrap();
        assert_eq!((found, &body["resourceType"]), (status, &json!("OperationOutcome")), "{name}");
        assert_eq!(body["issue"][0]["code"], issue_type, "{name}");
    }
    let large = format!("{{\"resourceType\":\"Bundle\",\"id\":\"{}\"}}", "x".repeat(adapter::fhir::MAX_BUNDLE));
    assert_eq!(answered(large.as_bytes(), false).0, 413);
}

#[test]
fn what_cannot_be_stored_now_is_a_transient_error() {
    let header = Header::read(&sample(Format::Fhir, "medcom-stin"));
    let body: Value = serde_json::from_slice(&answer(&header, Answer::NotStored, now()).unwrap()).unwrap();
    assert_eq!((&body["resourceType"], &body["issue"][0]["code"]), (&json!("OperationOutcome"), &json!("transient")));
    assert_eq!(Answer::NotStored.http_status(), 503);
}

#[test]
fn a_transaction_gets_a_transaction_response() {
    let (status, body) = answered(&sample(Format::Fhir, "referral-requested"), false);
    let body = body.unwrap();
    assert_eq!((status, &body["type"]), (200, &json!("transaction-response")));
    let entries = json_of("referral-requested")["entry"].as_array().unwrap().len();
    assert_eq!(body["entry"].as_array().unwrap().len(), entries);
    assert_eq!(body["entry"][0], json!({ "response": { "status": "200 OK" } }));
}

/// Nothing is read from an Observation: it is accepted, and the outcome of its entry states that.
#[test]
fn the_outcome_of_an_entry_that_gives_nothing_states_that() {
    let mut bundle = json_of("referral-requested");
    let observation =
        json!({ "request": { "method": "POST", "url": "Observation" }, "resource": { "resourceType": "Observation" } });
    bundle["entry"].as_array_mut().unwrap().push(observation);
    let (status, body) = answered(bundle.to_string().as_bytes(), false);
    let entries = body.unwrap()["entry"].as_array().unwrap().clone();
    let (last, others) = entries.split_last().unwrap();
    assert_eq!((status, &last["response"]["status"]), (200, &json!("200 OK")));
    assert_eq!(last["response"]["outcome"]["issue"][0]["code"], "not-supported");
    assert!(others.iter().all(|entry| entry["response"].get("outcome").is_none()));
}

/// An order that is only a draft, and a message of which nothing comes.
#[test]
fn what_is_read_and_gives_nothing_is_reported() {
    let reported = |bundle: &Value| {
        let bytes = bundle.to_string().into_bytes();
        let translation = give(&source(Format::Fhir), &bytes);
        let header = Header::read(&bytes).gave(&translation, &bytes);
        serde_json::from_slice::<Value>(&answer(&header, Answer::Accepted, now()).unwrap()).unwrap()
    };
    let answered = reported(&json_of("referral-draft"));
    let entries = answered["entry"].as_array().unwrap();
    let told_of = |it: &&Value| it["response"]["outcome"]["issue"][0]["code"] == "informational";
    assert_eq!(entries.iter().filter(told_of).count(), 1, "{answered}");
    let answered = reported(&json_of("medcom-empty-message"));
    assert_eq!(answered["entry"][0]["resource"]["response"]["code"], "ok");
    assert_eq!(answered["entry"][1]["resource"]["issue"][0]["severity"], "information", "{answered}");
}

/// The extension `messageheader-response-request`: a refusal is answered in any case.
#[test]
fn a_sender_may_want_no_answer_to_what_is_stored() {
    let ask = |name: &str, code: &str| {
        let mut bundle = json_of(name);
        let url = "http://hl7.org/fhir/StructureDefinition/messageheader-response-request";
        bundle["entry"][0]["resource"]["extension"] = json!([{ "url": url, "valueCode": code }]);
        answered(bundle.to_string().as_bytes(), false)
    };
    for (code, wanted) in [("always", true), ("on-success", true), ("on-error", false), ("never", false)] {
        let (status, body) = ask("medcom-stin", code);
        assert_eq!((status, body.is_some()), (200, wanted), "{code}");
        let (status, body) = ask("medcom-refused-no-start", code);
        assert_eq!((status, &body.unwrap()["resourceType"]), (422, &json!("OperationOutcome")), "{code}");
    }
}

#[test]
fn an_acknowledgement_is_never_answered() {
    let (status, body) = answered(&sample(Format::Fhir, "acknowledgement"), false);
    assert_eq!((status, body), (200, None));
    assert!(Header::read(&sample(Format::Fhir, "acknowledgement")).is_acknowledgement());
    assert!(answered(&sample(Format::Fhir, "medcom-empty-message"), false).1.is_some());
}

/// Law 3: whatever string stands in the request, no answer and no rejection has it, but for the two that go back to the
/// sender: the message's id and its endpoint.
#[test]
fn nothing_of_a_request_is_in_its_answer() {
    const SECRET: &str = "SALAISUUS9";
    fn strings(value: &mut Value, wanted: usize, seen: &mut usize) {
        match value {
            Value::String(text) => {
                if *seen == wanted {
                    SECRET.clone_into(text);
                }
                *seen += 1;
            }
            Value::Array(all) => all.iter_mut().for_each(|one| strings(one, wanted, seen)),
            Value::Object(all) => all.values_mut().for_each(|one| strings(one, wanted, seen)),
            _ => {}
        }
    }
    let (mut looked, mut rejected) = (0, 0);
    for (name, bytes) in samples(Format::Fhir) {
        let Ok(bundle) = serde_json::from_slice::<Value>(&bytes) else { continue };
        for wanted in 0.. {
            let (mut changed, mut seen) = (bundle.clone(), 0);
            strings(&mut changed, wanted, &mut seen);
            if wanted >= seen {
                break;
            }
            let goes_back = ["/entry/0/resource/id", "/entry/0/resource/source/endpoint"]
                .iter()
                .any(|path| changed.pointer(path).is_some_and(|value| value == SECRET));
            let bytes = changed.to_string();
            let outcome = give(&fhir(), bytes.as_bytes()).outcome;
            let mut text = match &outcome {
                Outcome::Rejected(rejection) => format!("{rejection:?} {rejection}"),
                _ => String::new(),
            };
            rejected += usize::from(!text.is_empty());
            let outcome = match &outcome {
                Outcome::Rejected(rejection) => Answer::Rejected(rejection),
                _ => Answer::Duplicate,
            };
            if let Some(body) = answer(&Header::read(bytes.as_bytes()), outcome, now()).filter(|_| !goes_back) {
                text += std::str::from_utf8(&body).unwrap();
            }
            assert!(!text.contains(SECRET), "{name} at string {wanted}");
            looked += 1;
        }
    }
    assert!(looked > 5_000 && rejected > 1_000, "{looked} looked at, {rejected} rejected");
}

#[test]
fn the_capability_statement_lists_what_is_accepted() {
    let statement: Value = serde_json::from_slice(&metadata("1.2.3")).unwrap();
    assert_eq!(
        (&statement["resourceType"], &statement["fhirVersion"]),
        (&json!("CapabilityStatement"), &json!("4.0.1"))
    );
    assert_eq!((&statement["kind"], &statement["software"]["version"]), (&json!("instance"), &json!("1.2.3")));
    assert_eq!(statement["format"], json!(["application/fhir+json"]));
    assert_eq!(statement["rest"][0]["operation"][0]["name"], "process-message");
    let messaging = &statement["messaging"][0];
    assert!(messaging.get("extension").is_none(), "R4 defines none here");
    let supported = messaging["supportedMessage"].as_array().unwrap();
    assert!(
        supported.iter().all(|it| it["mode"] == "receiver" && it["definition"].as_str().unwrap().starts_with("http"))
    );
    let documentation = messaging["documentation"].as_str().unwrap();
    for code in
        ["hospital-notification-message", "notification-admit", "notification-transfer", "notification-discharge"]
    {
        assert!(documentation.contains(&format!("#{code}")), "{code}");
    }
}
