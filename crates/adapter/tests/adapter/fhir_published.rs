//! Published FHIR samples beside the checkout, if they are there: what becomes of each, by folder.

use crate::support::{events, fhir, give, messages};
use adapter::{Outcome, RejectionCode, SourceProfile};
use event::{Body, Event, Relay, StayEvent, SubjectEvent};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/samples/fhir"));
    folder.is_dir().then_some(folder)
}

/// The Danish number is the sender's own: so its messages are of one record.
fn source() -> SourceProfile {
    let mut source = fhir();
    source.own_system = Some("urn:oid:1.2.208.176.1.2".to_owned());
    source
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path.extension().is_some_and(|extension| extension == "json" || extension == "fsh") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Counts and types only. FSH is a notation, not FHIR; the Finnish profiles' instances are single resources.
#[test]
fn what_becomes_of_published_samples() {
    let Some(root) = folder() else { return };
    let mut table: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for file in files(&root) {
        let outcome = match give(&source(), &std::fs::read(&file).unwrap()).outcome {
            Outcome::Ignored => "ignored".to_owned(),
            Outcome::Events(events) => {
                events.iter().map(|event| event.body.type_name()).collect::<Vec<_>>().join(" + ")
            }
            Outcome::Rejected(rejection) => format!("rejected: {} at {}", rejection.code, rejection.place),
        };
        let name = file.parent().unwrap().strip_prefix(&root).unwrap().display().to_string();
        *table.entry(name).or_default().entry(outcome).or_default() += 1;
    }
    let mut text = String::new();
    for (folder, outcomes) in table {
        writeln!(text, "{folder}").unwrap();
        for (outcome, count) in outcomes {
            writeln!(text, "  {count:3}  {outcome}").unwrap();
        }
    }
    println!("{text}");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(messages().join("fhir/published"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("outcomes", text));
}

/// Twelve bundles of several courses share one episode: with `urn:uuid:` before it or not, and beside another identifier.
#[test]
fn twelve_notifications_are_of_one_stay() {
    let Some(root) = folder() else { return };
    let mut stays = Vec::new();
    for file in files(&root.join("medcom")) {
        let given = events(&source(), &std::fs::read(file).unwrap());
        let of_client = |event: &Event| !matches!(event.body, Body::Subject(SubjectEvent::SubjectStated(_)));
        let given: Vec<Event> = given.into_iter().filter(of_client).collect();
        assert!(given.iter().all(|event| event.record == given[0].record && event.presented.is_empty()));
        stays.push(match &given[0].body {
            Body::Stay(StayEvent::StayStarted(it)) => it.stay,
            Body::Stay(StayEvent::StayCorrected(it)) => it.stay,
            Body::Stay(StayEvent::StayCancelled(it)) => it.stay,
            Body::Stay(StayEvent::LeaveStarted(it)) => it.stay,
            Body::Stay(StayEvent::LeaveEnded(it)) => it.stay,
            Body::Stay(StayEvent::StayEnded(it)) => it.stay,
            other => panic!("{}", other.type_name()),
        });
    }
    stays.dedup();
    assert_eq!(stays.len(), 1, "one stay");
    assert!(stays[0].is_some());
}

/// An intermediary's message names the intermediary, and its stay is still the hospital's.
#[test]
fn relayed_notifications_say_so() {
    let Some(root) = folder() else { return };
    let how = |name: &str| {
        let given = events(&source(), &std::fs::read(root.join("davinci").join(name)).unwrap());
        let Body::Stay(StayEvent::StayStarted(started)) = &given[0].body else { panic!("another event") };
        (given[0].relayed.as_ref().map(|relayed| relayed.how), started.stay)
    };
    let (direct, stay) = how("admit-notification-message-bundle-01.json");
    assert_eq!(direct, None);
    assert_eq!(how("admit-notification-intermediate-transmit-bundle.json"), (Some(Relay::Transmitted), stay));
    assert_eq!(how("admit-notification-intermediate-translate-bundle.json"), (Some(Relay::Translated), stay));
}

/// The drafts of 2020 are no instances of the profile: they name nobody who asks.
#[test]
fn drafts_of_a_referral_are_refused() {
    let Some(root) = folder() else { return };
    let draft = |name: &str| -> Value {
        serde_json::from_slice(&std::fs::read(root.join("gravity/json-draft-2020").join(name)).unwrap()).unwrap()
    };
    let patient = json!({ "resourceType": "Patient", "id": "pat-53234", "identifier": [{ "value": "53234" }] });
    let entry = |resource: Value| json!({ "request": { "method": "PUT", "url": "x" }, "resource": resource });
    let bundle = json!({
        "resourceType": "Bundle", "type": "transaction", "timestamp": "2020-11-05T22:41:13Z",
        "entry": [
            entry(patient),
            entry(draft("SDOHCC-ServiceRequest-HungerVitalSign-Example-1.json")),
            entry(draft("SDOHCC-Task-OrderFulfillment-Example-1.json")),
        ],
    });
    let Outcome::Rejected(rejection) = give(&source(), bundle.to_string().as_bytes()).outcome else { panic!("taken") };
    assert_eq!(rejection.code, RejectionCode::RequiredFieldMissing);
    assert_eq!(rejection.place.to_string(), "Bundle.entry[2].resource.requester");
}
