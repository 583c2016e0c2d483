//! Versions of one resource meet, whatever identifiers each of them has; two resources do not.

use crate::support::{events, fhir};
use adapter::SourceProfile;
use event::{Body, Event, FactKind, ReferralEvent, StayEvent, SubjectEvent, TeamEvent, Token};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const KNOWN: &str = "urn:oid:1.2.246.10.99999999.10.1";

fn number(system: &str, value: &str) -> Value {
    json!({ "system": system, "value": value })
}

fn of_use(usage: &str, value: &str) -> Value {
    json!({ "use": usage, "system": "https://kys.example/kaynti", "value": value })
}

fn patient(number: &str) -> Value {
    json!({ "resourceType": "Patient", "id": number, "identifier": [{ "system": KNOWN, "value": number }] })
}

/// A transaction of a Patient and one more resource, put to the address `id` or posted to a new one.
fn given(whose: &str, kind: &str, id: &str, method: &str, resource: &Value) -> Vec<Event> {
    let mut resource = resource.clone();
    (resource["resourceType"], resource["id"]) = (json!(kind), json!(id));
    resource["subject"] = json!({ "reference": format!("Patient/{whose}") });
    let entry = |resource: Value, method: &str| {
        let url = format!("{}/{}", resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap());
        json!({ "fullUrl": format!("https://kys.example/fhir/{url}"), "resource": resource, "request": { "method": method, "url": url } })
    };
    let entries = [entry(patient(whose), "PUT"), entry(resource, method)];
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "timestamp": "2026-03-04T10:15:00+02:00", "entry": entries });
    let source = SourceProfile { covers: [FactKind::Stays, FactKind::Workers, FactKind::Referrals].into(), ..fhir() };
    events(&source, bundle.to_string().as_bytes())
}

fn encounter(identifiers: &[Value]) -> Value {
    json!({ "status": "in-progress", "identifier": identifiers, "period": { "start": "2026-03-04T08:00:00+02:00" } })
}

/// The key of the stay, and what else it may be known by.
fn stay(events: &[Event]) -> (Option<Token>, BTreeSet<Token>) {
    let key = events.iter().find_map(|event| match &event.body {
        Body::Stay(StayEvent::StayStated(it)) => Some(it.stay),
        Body::Stay(StayEvent::WardChanged(it)) => Some(it.stay),
        _ => None,
    });
    let also = events.iter().filter_map(|event| match &event.body {
        Body::Stay(StayEvent::StayCorrected(it)) => Some(it.also.clone()),
        _ => None,
    });
    (key.unwrap(), also.flatten().collect())
}

fn meet(one: &[Event], other: &[Event]) -> bool {
    let ((key, also), (other_key, other_also)) = (stay(one), stay(other));
    let has = |also: &BTreeSet<Token>, key: Option<Token>| key.is_some_and(|key| also.contains(&key));
    key == other_key || has(&also, other_key) || has(&other_also, key) || !also.is_disjoint(&other_also)
}

/// Sure or not, whatever is added, left out or replaced.
#[test]
fn a_stay_is_one_under_any_of_its_identifiers() {
    let (x, y) = (number("https://a.example/x", "1"), number("https://0.example/y", "2"));
    let (known, official, other) = (number(KNOWN, "3"), of_use("official", "4"), of_use("official", "5"));
    let old = of_use("old", "4");
    let table = [
        ("one that is official is added", vec![&x], vec![&x, &official]),
        ("it is left out", vec![&x, &official], vec![&x]),
        ("one of a configured system is added", vec![&x], vec![&x, &known]),
        ("it is left out", vec![&x, &known], vec![&x]),
        ("an official one beside it is added", vec![&official], vec![&official, &known]),
        ("one of two that are official is left out", vec![&official, &other], vec![&other]),
        ("it is replaced, and the old one is reported", vec![&official], vec![&other, &old]),
        ("nothing but the old one is reported", vec![&official], vec![&old]),
        ("it is replaced", vec![&official], vec![&other]),
        ("one that nobody knows is added", vec![&x], vec![&y, &x]),
    ];
    let version = |list: &[&Value], method| {
        let list: Vec<Value> = list.iter().map(|it| (*it).clone()).collect();
        given("4711", "Encounter", "e1", method, &encounter(&list))
    };
    for (why, first, second) in &table {
        assert!(meet(&version(first, "PUT"), &version(second, "PUT")), "{why}");
    }
    // Without an address that lasts the identifiers must do.
    for (why, first, second) in &table[..7] {
        assert!(meet(&version(first, "POST"), &version(second, "POST")), "posted: {why}");
    }
}

/// Of one episode, or of one account: one of them ends nothing of the other.
#[test]
fn two_encounters_are_two_stays() {
    let account = number("https://kys.example/tili", "T");
    let with = |identifier: &Value, id: &str| {
        let mut encounter = encounter(&[identifier.clone(), account.clone()]);
        encounter["episodeOfCare"] = json!([{ "identifier": number("https://kys.example/jakso", "J") }]);
        given("4711", "Encounter", id, "PUT", &encounter)
    };
    let table = [
        (of_use("official", "1"), of_use("official", "2")),
        (number(KNOWN, "1"), number(KNOWN, "2")),
        (of_use("official", "1"), number(KNOWN, "2")),
    ];
    for (one, other) in table {
        assert!(!meet(&with(&one, "e1"), &with(&other, "e2")), "{one} {other}");
    }
    // Of identifiers of which none is sure the episode's is not taken either.
    let plain = |value: &str| {
        let mut encounter = encounter(&[number("https://kys.example/kaynti", value)]);
        encounter["episodeOfCare"] = json!([{ "identifier": number("https://kys.example/jakso", "J") }]);
        given("4711", "Encounter", value, "PUT", &encounter)
    };
    assert!(!meet(&plain("1"), &plain("2")));
    let of_episode = json!({ "status": "in-progress", "episodeOfCare": [{ "identifier": number("https://kys.example/jakso", "J") }] });
    let of_episode = |id: &str, method: &str| given("4711", "Encounter", id, method, &of_episode);
    assert!(meet(&of_episode("1", "POST"), &of_episode("2", "POST")), "it is all that there is");
    assert!(!meet(&of_episode("1", "PUT"), &of_episode("2", "PUT")), "each has its address");
    // Without any identifier a version meets the next by the address.
    let bare = |id: &str| given("4711", "Encounter", id, "PUT", &json!({ "status": "in-progress" }));
    assert!(meet(&bare("1"), &bare("1")) && !meet(&bare("1"), &bare("2")));
}

/// A ward's Encounter that was reported alone continues in the stay of which it is a part.
#[test]
fn an_encounter_becomes_a_part_later() {
    let mut part = encounter(&[number("https://kys.example/kaynti", "Q")]);
    part["serviceProvider"] = json!({ "identifier": { "value": "K2301" } });
    let before = given("4711", "Encounter", "q", "PUT", &part);
    part["partOf"] = json!({ "identifier": number("https://kys.example/kaynti", "W") });
    let after = given("4711", "Encounter", "q", "PUT", &part);
    assert_ne!(stay(&before).0, stay(&after).0);
    assert!(meet(&before, &after));
    // Its own official number is not the key either, if the whole has one.
    part["identifier"] = json!([of_use("official", "Q")]);
    assert_eq!(stay(&given("4711", "Encounter", "q", "PUT", &part)).0, stay(&after).0);
}

/// Put again with another client, the stay is theirs under the key that it had before; a number that is not sure is a doubt.
#[test]
fn a_stay_that_moves_is_anothers_under_each_of_its_keys() {
    let (x, official) = (number("https://a.example/x", "1"), of_use("official", "4"));
    let old = of_use("old", "4");
    let table = [
        ("an official one is added", vec![&x], vec![&x, &official], true),
        ("an official one is replaced", vec![&official], vec![&x, &old], true),
        ("nothing changes", vec![&official], vec![&official], false),
    ];
    let version = |whose: &str, list: &[&Value]| {
        let list: Vec<Value> = list.iter().map(|it| (*it).clone()).collect();
        given(whose, "Encounter", "e1", "PUT", &encounter(&list))
    };
    for (why, first, second, is_doubt) in table {
        let (key, moved) = (stay(&version("4711", &first)).0.unwrap(), version("4712", &second));
        let record =
            moved.iter().find(|event| matches!(event.body, Body::Stay(StayEvent::StayStated(_)))).unwrap().record.key;
        let stated = moved.iter().find_map(|event| match &event.body {
            Body::Subject(SubjectEvent::SubjectStated(it)) if it.key == key => Some((it.subject.key, it.ends)),
            _ => None,
        });
        assert_eq!(stated, Some((record, is_doubt)), "{why}");
    }
}

/// What each team of `events` has, by its key.
fn teams(events: &[Event]) -> BTreeMap<Token, BTreeSet<Token>> {
    let stated = events.iter().filter_map(|event| match &event.body {
        Body::Team(TeamEvent::CareTeamStated(it)) => Some((it.team, it.assignments.iter().copied().collect())),
        _ => None,
    });
    stated.collect()
}

/// A member who is missing from the next version has left, whatever identifiers the versions have.
#[test]
fn a_team_is_one_under_any_of_its_identifiers() {
    let (x, official, other) = (number("https://a.example/x", "1"), of_use("official", "4"), of_use("official", "5"));
    let old = of_use("old", "4");
    let version = |list: &[&Value], id: &str, worker: &str| {
        let member =
            json!({ "identifier": { "system": "urn:oid:1.2.246.537.26", "value": worker }, "display": "Tiina Työ" });
        let participant = json!([{ "role": [{ "coding": [{ "code": "own-worker" }] }], "member": member }]);
        let team = json!({ "status": "active", "identifier": list, "participant": participant });
        given("4711", "CareTeam", id, "PUT", &team)
    };
    let leaves = |before: &[Event], after: &[Event]| {
        let (before, after) = (teams(before), teams(after));
        let member = *before.values().flatten().next().unwrap();
        before
            .iter()
            .any(|(team, had)| had.contains(&member) && after.get(team).is_some_and(|has| !has.contains(&member)))
    };
    let table = [
        ("one that is official is added", vec![&x], vec![&x, &official]),
        ("it is left out", vec![&x, &official], vec![&x]),
        ("all are left out", vec![&x, &official], vec![]),
        ("it is replaced, and the old one is reported", vec![&official], vec![&other, &old]),
        ("one of two is left out", vec![&official, &other], vec![&other]),
        ("nothing changes", vec![&official], vec![&official]),
    ];
    for (why, first, second) in table {
        assert!(leaves(&version(&first, "t1", "1"), &version(&second, "t1", "2")), "{why}");
    }
    // Two teams that share a number of which it is not known whose it is: nobody leaves one by the other.
    let (one, two) = (version(&[&official, &x], "t1", "1"), version(&[&other, &x], "t2", "2"));
    assert!(!leaves(&one, &two));
}

/// Whatever its status, a Task reports the client of the referral; a cancelled one may have been another client's.
#[test]
fn a_task_reports_the_client_of_the_referral() {
    let table = [
        ("requested", true),
        ("accepted", true),
        ("rejected", true),
        ("in-progress", true),
        ("on-hold", true),
        ("completed", true),
        ("failed", true),
        ("cancelled", false),
        ("entered-in-error", false),
    ];
    for (status, expected) in table {
        let task = json!({
            "status": status, "intent": "order", "code": { "coding": [{ "code": "fulfill" }] },
            "statusReason": { "text": "-" }, "authoredOn": "2026-03-04T08:00:00+02:00", "requester": { "display": "KYS" },
            "focus": { "type": "ServiceRequest", "identifier": number("https://kys.example/lahete", "L") },
            "for": { "reference": "Patient/4711" },
        });
        let events = given("4711", "Task", "t1", "PUT", &task);
        let record = events
            .iter()
            .find(|event| !matches!(event.body, Body::Subject(SubjectEvent::SubjectStated(_))))
            .unwrap()
            .record
            .key;
        let stated = events.iter().any(|event| match &event.body {
            Body::Subject(SubjectEvent::SubjectStated(it)) => {
                it.kind == FactKind::Referrals && it.subject.key == record && !it.ends
            }
            _ => false,
        });
        assert_eq!(stated, expected, "{status}");
    }
}

/// A request that is over is over under each of its names; while it is open, its answers may stand under another name.
#[test]
fn a_request_that_is_over_is_over_under_each_of_its_names() {
    let (x, y) = (number("https://a.example/x", "1"), number("https://0.example/y", "2"));
    let (official, old) = (of_use("official", "5"), of_use("old", "4"));
    let placer = json!({ "type": { "coding": [{ "code": "PLAC" }] }, "system": KNOWN, "value": "3" });
    let version = |status: &str, list: &[&Value]| {
        let request = json!({
            "status": status, "intent": "order", "identifier": list, "authoredOn": "2026-03-04T08:00:00+02:00",
            "category": [{ "coding": [{ "code": "410606002" }] }],
        });
        given("4711", "ServiceRequest", "s1", "PUT", &request)
    };
    let key = |events: &[Event]| {
        let key = events.iter().find_map(|event| match &event.body {
            Body::Referral(ReferralEvent::ReferralRequested(it)) => it.referral,
            _ => None,
        });
        key.unwrap()
    };
    let before = number("https://kys.example/kaynti", "4");
    let table = [
        ("one that sorts first is added", vec![&x], vec![&x, &y]),
        ("the placer's is added", vec![&x], vec![&x, &placer]),
        ("it is replaced, and the old one is reported", vec![&before], vec![&official, &old]),
    ];
    for (why, first, second) in table {
        let first = version("active", &first);
        let (before, record) = (key(&first), first[0].record.key);
        for (status, is_over) in [("revoked", true), ("completed", true), ("entered-in-error", true), ("active", false)]
        {
            let events = version(status, &second);
            let leaves = events.iter().any(|event| match &event.body {
                Body::Subject(SubjectEvent::SubjectStated(it)) => {
                    it.key == before && it.subject.key != record && !it.ends
                }
                _ => false,
            });
            assert_eq!(leaves, is_over, "{why}: {status}");
        }
    }
}
