//! An identity code that was changed (661/2009 12 §), reported by each format that can: the old one still finds the person
//! for messages, and leads no caller to anybody.

use crate::fhir;
use crate::support::{County, DUTY, HEALTH, Transport, ago};
use api::proto::Doubt;
use api::proto::check_involvement_response::Involvement;
use serde_json::{Value, json};
use testkit::county::{self, Person, Visit, adt, person, social};
use testkit::edit::Edit;

journeys! {
    a_changed_code_of_hl7_finds_messages_and_leads_nobody,
    a_changed_code_of_social_care_finds_messages_and_leads_nobody,
    a_changed_code_of_fhir_finds_messages_and_leads_nobody,
    a_code_that_was_changed_since_leads_to_nobody_of_then,
    an_ended_code_that_somebody_else_has_is_a_doubt,
    who_relayed_a_message_is_told,
}

fn stay(number: &str) -> Visit<'_> {
    Visit { number, class: "I", ward: "OS3", started: Some(ago(3600)), ..Visit::default() }
}

/// What the timeline of whoever has this code tells, in its order.
fn timeline(county: &County, hetu: &str) -> Vec<String> {
    county.settle();
    let entries = county.timeline(DUTY, hetu).unwrap().entries;
    entries.into_iter().map(|entry| entry.event_type).collect()
}

/// The new code's owner has what was reported under either, and nothing of the change itself; the old one's is answered of as
/// somebody nobody knows.
fn check(county: &County, [old, new]: [&Person; 2], expected: &[&str]) {
    let mut all = timeline(county, &new.hetu);
    assert!(!all.iter().any(|it| it == "NationalIdChanged"), "that a code was changed is nobody's business");
    all.retain(|it| expected.contains(&it.as_str()));
    all.sort();
    assert_eq!(all, expected, "by the new code");
    assert_eq!(timeline(county, &old.hetu), Vec::<String>::new(), "by the old code");
    county.heartbeat();
    assert_eq!((county.involved(new), county.involved(old)), ("involved", county.involved(&person(9999))));
}

fn case_opened(county: &County, person: &Person) {
    let opened = social("CaseOpened", &format!("case-{}", person.number), ago(600), person, json!({ "case": "1" }));
    assert_eq!(county.social(&opened).status, 200);
}

fn a_changed_code_of_hl7_finds_messages_and_leads_nobody(way: Transport) {
    let county = County::start_on(way, &fhir::config());
    let (old, new) = (person(70), person(71));
    assert_eq!(county.hl7(&adt("A01", "1", ago(3000), &old, &stay("1"))), "AA");
    let patient = Person { hetu: new.hetu.clone(), ..old.clone() };
    let number = &old.number;
    let mrg = format!("MRG|{number}^^^keskussairaala-potilas~{}^^^&1.2.246.21&ISO^^^^20261101\r", old.hetu);
    assert_eq!(county.hl7(&(adt("A47", "2", ago(2000), &patient, &Visit::default()) + &mrg)), "AA");
    case_opened(&county, &old);
    check(&county, [&old, &new], &["CaseOpened", "StayStarted"]);
}

/// A system that knows its clients by their codes only.
fn a_changed_code_of_social_care_finds_messages_and_leads_nobody(way: Transport) {
    let county = County::start_on(way, &fhir::config());
    let (old, new) = (person(72), person(73));
    case_opened(&county, &old);
    let changed = json!({ "old": old.hetu, "new": new.hetu });
    assert_eq!(county.social(&social("NationalIdChanged", "2", ago(500), &new, changed)).status, 200);
    assert_eq!(county.hl7(&adt("A01", "1", ago(400), &old, &stay("1"))), "AA");
    check(&county, [&old, &new], &["CaseOpened", "StayStarted"]);
}

fn a_changed_code_of_fhir_finds_messages_and_leads_nobody(way: Transport) {
    let county = County::start_on(way, &fhir::config());
    let (old, new) = (person(74), person(75));
    let transaction = |id: &str, at: jiff::Timestamp, codes: &[(&str, &Person)]| -> Value {
        let codes =
            codes.iter().map(|(usage, it)| json!({ "use": usage, "system": "urn:oid:1.2.246.21", "value": it.hetu }));
        let identifiers: Vec<_> = std::iter::once(json!({ "value": "74" })).chain(codes).collect();
        let patient = json!({ "resourceType": "Patient", "id": "p", "identifier": identifiers });
        let stay = json!({
            "resourceType": "Encounter", "id": "e", "status": "in-progress", "class": { "code": "IMP" },
            "identifier": [{ "use": "official", "value": "74" }], "subject": { "reference": "Patient/p" },
            "period": { "start": ago(3600).to_string() },
        });
        let entry = |it: Value| json!({ "request": { "method": "PUT", "url": "x" }, "resource": it });
        let entries = [entry(patient), entry(stay)];
        json!({ "resourceType": "Bundle", "id": id, "type": "transaction", "timestamp": at.to_string(), "entry": entries })
    };
    let send = |bundle: Value| assert_eq!(fhir::send(&county, "/fhir", fhir::JSON, &bundle.to_string()).status, 200);
    send(transaction("1", ago(3000), &[("official", &old)]));
    send(transaction("2", ago(2000), &[("official", &new), ("old", &old)]));
    case_opened(&county, &old);
    check(&county, [&old, &new], &["CaseOpened", "StayStated", "StayStated"]);
}

/// Who looks back by the old code finds nobody of then either, though the change is reported in a record of its own.
fn a_code_that_was_changed_since_leads_to_nobody_of_then(way: Transport) {
    let county = County::start_on(way, &county::config());
    let (old, new, stranger) = (person(76), person(77), person(9999));
    county.heartbeat();
    assert_eq!(county.hl7(&adt("A01", "1", ago(3000), &old, &stay("76"))), "AA");
    case_opened(&county, &old);
    county.settle();
    let before = ago(0);
    let then = |person: &Person| county.involved_then(person, Some(before));
    assert_eq!((then(&old), then(&stranger)), ("involved", "not-known"));
    let changed = json!({ "old": old.hetu, "new": new.hetu });
    assert_eq!(county.social(&social("NationalIdChanged", "2", ago(10), &new, changed)).status, 200);
    county.settle();
    assert_eq!((then(&old), then(&new)), ("not-known", "not-known"), "as of somebody nobody knows");
    assert_eq!(county.involved(&new), "involved");
}

/// Of a sender that may not decide it: the code that has ended is somebody's stay, and may be this person's.
fn an_ended_code_that_somebody_else_has_is_a_doubt(way: Transport) {
    let undecided = county::config().edit_first("decides = [\"identity-codes\", \"merges\"", "decides = [\"merges\"");
    let county = County::start_on(way, &undecided);
    let (ended, holds) = (person(78), person(79));
    let message = adt("A31", "1", ago(3000), &holds, &Visit::default());
    let code = format!("{}^^^&1.2.246.21&ISO", holds.hetu);
    let both = format!("{code}^NNFIN~{}^^^&1.2.246.21&ISO^NNFIN^^^20201101", ended.hetu);
    assert!(message.contains(&code), "{message}");
    assert_eq!(county.hl7(&message.edit_first(&code, &both)), "AA");
    county.heartbeat();
    assert_eq!(county.involved(&holds), "none");
    std::thread::sleep(std::time::Duration::from_millis(20));
    let before = ago(0);
    std::thread::sleep(std::time::Duration::from_millis(20));
    assert_eq!(county.hl7(&adt("A01", "2", ago(2000), &ended, &stay("78"))), "AA");
    county.heartbeat();
    assert_eq!(county.involved(&holds), "not-known");
    // As of a time since then, too; "none" is never answered of the past, so why it is not known tells them apart.
    let is_ambiguous = |then| match county.involvement_then(DUTY, &holds.hetu, Some(then)).unwrap().involvement {
        Some(Involvement::NotKnown(why)) => why.doubts().any(|it| it == Doubt::IdentityAmbiguous),
        _ => panic!("of the past nothing is known"),
    };
    assert_eq!((is_ambiguous(before), is_ambiguous(ago(0))), (false, true));

    // What is reported under the code that holds is answered all the same.
    assert_eq!(county.hl7(&adt("A01", "3", ago(1000), &holds, &stay("79"))), "AA");
    assert_eq!(county.involved(&holds), "involved");
}

/// Da Vinci's intermediary: an event that was translated on its way carries that, and who did it.
fn who_relayed_a_message_is_told(way: Transport) {
    let county = County::start_on(way, &fhir::config());
    let expected = [
        ("davinci-admit-relayed", api::proto::Relay::Transmitted),
        ("davinci-admit-translated", api::proto::Relay::Translated),
    ];
    for (name, _) in expected {
        let path = format!("{}/../../tests/messages/fhir/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let bundle = std::fs::read_to_string(path).unwrap();
        assert_eq!(fhir::send(&county, fhir::MESSAGE, fhir::JSON, &bundle).status, 200);
    }
    county.settle();
    let entries = county.timeline(HEALTH, fhir::HETU).unwrap().entries;
    let started = entries.iter().filter(|it| it.event_type == "StayStarted");
    let relays: std::collections::BTreeSet<_> = started.map(|it| (it.relay, it.relayed_by.clone())).collect();
    let expected = expected.map(|(_, relay)| (relay as i32, "1.2.246.10.88888888.10.0".to_owned()));
    assert_eq!(relays, expected.into());
}
