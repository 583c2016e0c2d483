//! The JSON Schemas describe what the reader accepts: tried on every sample, and on every sample with a change.

use crate::samples::summary;
use crate::support::{county, give, kept, messages, samples};
use crate::validator::{definition, fits, objects};
use adapter::{Format, Outcome, social};
use event::{Body, ListEvent};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn schema(type_name: &str) -> Value {
    social::schema(type_name).unwrap()
}

/// Every sample that is taken, with its type.
fn taken() -> Vec<(String, String, Value)> {
    let mut taken = Vec::new();
    for (name, bytes) in samples(Format::Social).into_iter().filter(|(name, _)| !name.starts_with("rejected-")) {
        let event: Value = serde_json::from_slice(&bytes).unwrap();
        let type_name = event["type"].as_str().unwrap().rsplit('.').next().unwrap().to_owned();
        taken.push((name, type_name, event));
    }
    taken
}

fn is_taken(event: &Value) -> bool {
    matches!(give(&county(), &serde_json::to_vec(event).unwrap()).outcome, Outcome::Events(_))
}

#[test]
fn every_type_has_a_schema_and_a_sample_that_fits() {
    let taken = taken();
    let tried: BTreeSet<&str> = taken.iter().map(|(_, type_name, _)| type_name.as_str()).collect();
    assert_eq!(tried, social::types().collect(), "each type has a sample: INSTA_UPDATE=always makes one");
    for type_name in social::types() {
        let schema = schema(type_name);
        assert_eq!(schema["$id"], json!(format!("urn:rinnakkain:social:v1:{type_name}")));
    }
    for (name, type_name, event) in &taken {
        assert!(fits(&schema(type_name), &event["data"]), "{name}");
        assert!(fits(&social::envelope(), event), "{name}");
        assert!(is_taken(event), "{name}");
    }
}

/// What is served stands in `tests/messages/social/schema` too, so that a change of the contract is seen in review: a schema
/// only ever gets optional members.
#[test]
fn the_schemas_are_as_they_are_kept() {
    for type_name in social::types() {
        kept(&format!("social/schema/{type_name}.json"), &format!("{:#}\n", schema(type_name)));
    }
    kept("social/schema/Envelope.json", &format!("{:#}\n", social::envelope()));
    let files = std::fs::read_dir(messages().join("social/schema")).unwrap();
    let files: BTreeSet<String> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(files, social::types().chain(["Envelope"]).map(|name| format!("{name}.json")).collect());
}

/// A member that the schema requires is required, one that it does not may be left out or be null, which is the same;
/// and each code that it lists is known, and no other. In every object of every sample.
#[test]
fn the_reader_accepts_what_the_schema_allows() {
    let (mut required_tried, mut optional_tried, mut values_tried) = (0, 0, 0);
    for (name, type_name, event) in taken() {
        let schema = schema(&type_name);
        let holds = |data: &Value| fits(&schema, data);
        for (at, members, required) in objects(&schema, &event["data"]) {
            for (member, description) in &members {
                let with = |value: Option<Value>| {
                    let mut changed = event.clone();
                    let object = changed.pointer_mut(&at).unwrap().as_object_mut().unwrap();
                    match value {
                        Some(value) => drop(object.insert(member.clone(), value)),
                        None => drop(object.remove(member)),
                    }
                    changed
                };
                let (without, null) = (with(None), with(Some(Value::Null)));
                let place = format!("{name}: {at}/{member}");
                if required.contains(member) {
                    assert!(!holds(&without["data"]) && !holds(&null["data"]), "{place}");
                    assert!(!is_taken(&without) && !is_taken(&null), "{place}");
                    required_tried += 1;
                } else {
                    assert!(holds(&without["data"]) && holds(&null["data"]), "{place}");
                    // What a list leaves out its count misses, and a key without its system is another.
                    assert_eq!(is_taken(&without), is_taken(&null), "{place}");
                    let entries = ["units", "wards", "workers"].contains(&member.as_str());
                    let counted = (entries && type_name == "DirectoryStated")
                        || ["keys", "lines"].contains(&member.as_str())
                        || at.contains("/keys")
                        || at.ends_with("/stay");
                    assert!(is_taken(&null) || counted, "{place}");
                    assert_eq!(gives(&without), gives(&null), "{place}");
                    optional_tried += 1;
                }
                for code in codes(&schema, description) {
                    assert!(is_taken(&with(Some(json!(code)))), "{place}: {code}");
                    let unknown = with(Some(json!(format!("no-{code}"))));
                    assert!(!is_taken(&unknown) && !holds(&unknown["data"]), "{place}: no-{code}");
                    values_tried += 1;
                }
            }
        }
    }
    assert!(
        required_tried > 300 && optional_tried > 150 && values_tried > 100,
        "{required_tried} {optional_tried} {values_tried}"
    );
}

/// What a summary does not show, or what has no effect by design.
const NOT_SEEN: [&str; 14] = [
    // Sealed.
    "worker/phone",
    "worker/email",
    "worker/hours",
    "worker/unit",
    "substitute/phone",
    "substitute/email",
    "substitute/hours",
    "substitute/unit",
    // In a token.
    "referral/system",
    "ProhibitionSet/stay/system",
    "WorkersStated/keys",
    // A list holds as of its own time.
    "WorkersStated/happened_at",
    "CurrentStaysStated/happened_at",
    "DirectoryStated/happened_at",
];

/// A member that changes nothing would be dropped in silence. Each is tried as the sample has it, and with values of its kind.
#[test]
fn each_optional_member_changes_what_an_event_gives() {
    let (mut changing, mut all) = (BTreeSet::new(), BTreeSet::new());
    for (_, type_name, event) in taken() {
        let schema = schema(&type_name);
        for (at, members, required) in objects(&schema, &event["data"]) {
            for (member, description) in members.iter().filter(|(name, _)| !required.contains(name)) {
                let gives_with = |value: Value| {
                    let mut changed = event.clone();
                    changed.pointer_mut(&at).unwrap()[member] = value;
                    gives(&changed)
                };
                let of_its_kind = [json!("a-code"), json!("2026-03-01T10:00:00+02:00"), json!(true), json!(5)];
                let values = codes(&schema, description).into_iter().map(Value::from).chain(of_its_kind);
                let absent = gives_with(Value::Null);
                let given = event.pointer(&at).unwrap().get(member).cloned();
                let has_effect = |value| {
                    let with = gives_with(value);
                    with != absent && !with.starts_with("rejected")
                };
                let places = at.split('/').skip(2).filter(|part| part.parse::<usize>().is_err());
                let place = places.chain([member.as_str()]).collect::<Vec<_>>().join("/");
                if given.into_iter().chain(values).any(has_effect) {
                    changing.insert(format!("{type_name}/{place}"));
                }
                all.insert(format!("{type_name}/{place}"));
            }
        }
    }
    let without_effect = all.difference(&changing).filter(|place| !NOT_SEEN.iter().any(|end| place.ends_with(end)));
    assert_eq!(without_effect.collect::<Vec<_>>(), [""; 0]);
    for end in NOT_SEEN {
        assert!(all.iter().any(|place| place.ends_with(end) && !changing.contains(place)), "{end} is seen");
    }
}

/// The codes that a member may have.
pub fn codes(schema: &Value, description: &Value) -> Vec<String> {
    if let Some(path) = description["$ref"].as_str() {
        return codes(schema, &definition(schema, path));
    }
    let inner = description["anyOf"].as_array().into_iter().flatten().flat_map(|one| codes(schema, one));
    let own = description["enum"].as_array().into_iter().flatten().map(|code| code.as_str().unwrap().to_owned());
    inner.chain(own).collect()
}

/// What an event gives, without what follows from its bytes. Of a directory, which is sealed as one, how long it is.
fn gives(event: &Value) -> String {
    let translation = give(&county(), &serde_json::to_vec(event).unwrap());
    let events = if let Outcome::Events(events) = &translation.outcome { &events[..] } else { &[] };
    let sealed = events.iter().filter_map(|it| match &it.body {
        Body::List(ListEvent::DirectoryStated(stated)) => Some(stated.directory.ciphertext().len()),
        _ => None,
    });
    let sealed: Vec<_> = sealed.collect();
    format!("{} {sealed:?}", summary(&translation))
}

/// A text over the schema's limit is over the reader's.
#[test]
fn the_limits_are_the_same() {
    for (member, length, taken) in [("case", 200, true), ("case", 201, false)] {
        let mut event = taken_named("case-opened");
        event["data"][member] = json!("x".repeat(length));
        assert_eq!((fits(&schema("CaseOpened"), &event["data"]), is_taken(&event)), (taken, taken));
    }
    for (field, length, taken) in [("name", 200, true), ("name", 201, false), ("phone", 50, true), ("phone", 51, false)]
    {
        let mut event = taken_named("worker-assigned");
        event["data"]["worker"][field] = json!("1".repeat(length));
        assert_eq!((fits(&schema("WorkerAssigned"), &event["data"]), is_taken(&event)), (taken, taken), "{field}");
    }
    for (seconds, taken) in [(0, false), (1, true), (31_622_400, true), (31_622_401, false)] {
        let mut event = taken_named("source-coverage-declared");
        event["data"]["silence_seconds"] = json!(seconds);
        let found = (fits(&schema("SourceCoverageDeclared"), &event["data"]), is_taken(&event));
        assert_eq!(found, (taken, taken), "{seconds}");
    }
}

fn taken_named(wanted: &str) -> Value {
    taken().into_iter().find(|(name, _, _)| name == wanted).unwrap().2
}
