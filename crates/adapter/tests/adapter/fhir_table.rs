//! `tests/messages/fhir/EVENTS.md` lists which source gives which event: each row is read, and tried on its samples.

use crate::support::{fhir, give, messages, samples};
use adapter::{Format, Outcome};
use event::{Body, PersonEvent, StayEvent, SubjectEvent};
use std::collections::{BTreeMap, BTreeSet};

/// A row's samples and events; the first columns describe the message.
fn rows() -> Vec<(Vec<String>, String)> {
    let text = std::fs::read_to_string(messages().join("fhir/EVENTS.md")).unwrap();
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let rows = text.lines().filter(|line| line.starts_with('|')).map(cells);
    let rows = rows.filter(|cells| cells.last().is_some_and(|cell| cell.starts_with('`')));
    let samples = |cell: &str| cell.split(", ").map(|name| name.trim_matches('`').to_owned()).collect();
    rows.map(|cells| (samples(&cells[cells.len() - 1]), cells[cells.len() - 2].clone())).collect()
}

/// Listed once above the tables: events of the Patient, of the client of a thing, and of the keys that another version
/// may have.
fn is_listed_once(body: &Body) -> bool {
    match body {
        Body::Person(PersonEvent::PersonUpdated(_)) | Body::Subject(SubjectEvent::SubjectStated(_)) => true,
        Body::Stay(StayEvent::StayCorrected(it)) => !it.also.is_empty(),
        _ => false,
    }
}

#[test]
fn the_table_is_what_the_code_does() {
    let samples: BTreeMap<String, Vec<u8>> = samples(Format::Fhir).into_iter().collect();
    let mut listed = BTreeSet::new();
    for (names, expected) in rows() {
        for name in names {
            let bytes = samples.get(&name).unwrap_or_else(|| panic!("no sample {name}"));
            let given = match give(&fhir(), bytes).outcome {
                Outcome::Ignored => "none".to_owned(),
                Outcome::Rejected(_) => "rejected".to_owned(),
                Outcome::Events(events) => {
                    let types = events.iter().filter(|event| !is_listed_once(&event.body));
                    let mut types: Vec<_> = types.map(|event| event.body.type_name()).collect();
                    types.dedup_by(|one, other| one == other && *one == "CareTeamStated");
                    if types.is_empty() { "none".to_owned() } else { types.join(", ") }
                }
            };
            assert_eq!(given, expected, "{name}");
            assert!(listed.insert(name.clone()), "{name} is listed twice");
        }
    }
    let unlisted: Vec<_> = samples.keys().filter(|name| !listed.contains(*name)).collect();
    assert!(unlisted.is_empty(), "in no row: {unlisted:?}");
}
