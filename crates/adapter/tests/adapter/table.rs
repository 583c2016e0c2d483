//! Which message gives which event: made from the samples, kept in `tests/messages/hl7v2/EVENTS.md`, and whole.

use crate::schemas::codes;
use crate::support::{county, give, hospital, kept, on_the_wire, samples};
use adapter::hl7v2::split;
use adapter::{AcknowledgementCode, Format, Outcome, RejectionCode, SourceProfile, Translation, social};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// What must be taken: each of these has a sample that gives an event, except those that have no news by themselves.
const TAKEN: &[(&str, &[&str])] = &[
    (
        "ADT",
        &[
            "A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A11", "A12", "A13", "A14", "A16", "A17", "A18",
            "A21", "A22", "A23", "A24", "A25", "A27", "A28", "A30", "A31", "A34", "A36", "A37", "A38", "A39", "A40",
            "A42", "A45", "A47", "A50", "A52", "A53",
        ],
    ),
    ("REF", &["I12", "I13", "I14"]),
    ("RRI", &["I12", "I13", "I14", "I15"]),
    ("OMG", &["O19"]),
    ("OSU", &["O51"]),
    ("SIU", &["S12", "S13", "S14", "S15", "S16", "S17", "S26"]),
];

const HEAD: &str = "# HL7 v2: which message gives which event

Made from the messages beside this file; a test fails when it is no longer true. To make it anew:
`INSTA_UPDATE=always cargo test -p adapter`, and read the difference before it is committed.

PV2-9 in A01, A02 and A08 adds a planned discharge; PID-29 and PID-30 a death or its cancellation; ROL and PRT a worker in a
role that the configuration lists or does not know, or the end of the assignment. What is about the person (A28, A31), a referral (REF^I12,
I13) or something beside the stay (A09, A10, A15, A20, A26, A32, A33, A54, A55, A60–A62) gives StayCorrected too where its
PV1 shows a client who is there: PV1-19, a PV1-2 that is neither a clinic visit nor `N`, and no PV1-45. Where \"nothing\" stands beside an event, a message may be
of no use: an A08 or A31 without news, an RRI without an answer yet, an order that is no referral, an appointment without
a patient.

| message | gives | samples |
|---|---|---|
";

/// MSH-9.1 and MSH-9.2.
fn kind(message: &[u8]) -> Option<String> {
    let line = message.split(|byte| matches!(byte, b'\r' | b'\n')).next()?;
    let field = line.split(|byte| *byte == line[3]).nth(8)?;
    let parts: Vec<_> = field.split(|byte| *byte == line[4]).take(2).map(String::from_utf8_lossy).collect();
    (!parts[0].is_empty()).then(|| parts.join("^"))
}

fn gives(translation: &Translation) -> BTreeSet<String> {
    match &translation.outcome {
        Outcome::Events(events) => events.iter().map(|event| event.body.type_name().to_owned()).collect(),
        Outcome::Ignored => BTreeSet::from(["nothing".to_owned()]),
        Outcome::Rejected(rejection) => {
            let (number, _) = rejection.code.hl7();
            let text = if rejection.acknowledgement == AcknowledgementCode::Error { "AE" } else { "AR" };
            BTreeSet::from([format!("{text} {number} at {}", rejection.place)])
        }
    }
}

#[test]
fn each_message_gives_the_events_of_the_table() {
    let mut rows: BTreeMap<String, (BTreeSet<String>, usize)> = BTreeMap::new();
    for (_, bytes) in samples(Format::Hl7v2) {
        let translation = give(&hospital(), &on_the_wire(&bytes));
        let Some(kind) = bytes.starts_with(b"MSH").then(|| kind(&bytes)).flatten() else { continue };
        let unsupported =
            matches!(&translation.outcome, Outcome::Rejected(it) if it.place.to_string().starts_with("MSH-9"));
        // What else is refused is a fault of the one message.
        if unsupported || !matches!(translation.outcome, Outcome::Rejected(_)) {
            let row = rows.entry(kind).or_default();
            row.0.extend(gives(&translation));
            row.1 += 1;
        }
    }
    for (kind, triggers) in TAKEN {
        for trigger in *triggers {
            let row = rows.get(&format!("{kind}^{trigger}"));
            let events =
                row.map_or(0, |(gives, _)| gives.iter().filter(|it| !it.contains(' ') && *it != "nothing").count());
            assert!(events > 0, "{kind}^{trigger} gives no event");
        }
    }
    let mut table = HEAD.to_owned();
    for (kind, (gives, count)) in rows {
        let gives: Vec<_> = gives.into_iter().collect();
        writeln!(table, "| {kind} | {} | {count} |", gives.join(", ")).unwrap();
    }
    let (of_no_use, refused) = other_triggers();
    let list = |triggers: Vec<String>| triggers.join(", ");
    writeln!(
        table,
        "\nADT that changes no answer, acknowledged and of no use if its PV1 does not show a client who is there: {}.",
        list(of_no_use)
    )
    .unwrap();
    writeln!(table, "\nADT that would, and is not kept, refused by AR 201: {}, and any other.", list(refused)).unwrap();
    kept("hl7v2/EVENTS.md", &table);
}

const SOCIAL_HEAD: &str = "# Social care: which CloudEvent gives which event

Made from the samples beside this file; a test fails when it is no longer true. To make it anew:
`INSTA_UPDATE=always cargo test -p adapter`, and read the difference before it is committed.

A `type` is `rinnakkain.social.v1.` and the name here; its data's JSON Schema is served at `GET /schemas/NAME.json`. A list
gives itself, and an event for each of its lines.

| type | gives | samples |
|---|---|---|
";

/// `schemas` tests that the reader knows each code, and no other.
const SOCIAL_FORMS: &str = "
A member that is not required may be left out or `null`, which is the same. A time has its offset. Where a day does, the time
may be left out: what begins on a day begins with it, what lasts until it or is due on it ends with it, and what has ended on
the day of writing has ended when it was written. `data_base64` may stand for `data`.

| member | is one of |
|---|---|
";

/// Every type that is taken has a schema (tested by `schemas`), and here a sample that gives its events.
#[test]
fn each_cloud_event_gives_the_events_of_the_table() {
    const PREFIX: &str = "rinnakkain.social.v1.";
    let mut rows: BTreeMap<String, (BTreeSet<String>, usize)> =
        social::types().map(|name| (name.to_owned(), (BTreeSet::new(), 0))).collect();
    for (_, bytes) in samples(Format::Social) {
        let translation = give(&county(), &bytes);
        if matches!(translation.outcome, Outcome::Rejected(_)) {
            continue;
        }
        let event: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let row = rows.get_mut(event["type"].as_str().unwrap().strip_prefix(PREFIX).unwrap()).unwrap();
        row.0.extend(gives(&translation));
        row.1 += 1;
    }
    let mut table = SOCIAL_HEAD.to_owned();
    for (name, (gives, count)) in rows {
        assert!(gives.contains(&name), "{name} has no sample that gives it");
        let gives: Vec<_> = gives.into_iter().collect();
        writeln!(table, "| {name} | {} | {count} |", gives.join(", ")).unwrap();
    }
    table += SOCIAL_FORMS;
    for (type_name, member) in [("WorkerAssigned", "register"), ("WorkerAssigned", "role")] {
        let schema = social::schema(type_name).unwrap();
        writeln!(table, "| {member} | {} |", codes(&schema, &schema["properties"][member]).join(", ")).unwrap();
    }
    let stays = social::schema("CurrentStaysStated").unwrap();
    writeln!(table, "| class | {} |", codes(&stays, &stays["$defs"]["class"]).join(", ")).unwrap();
    kept("social/EVENTS.md", &table);
}

/// The triggers of A01–A62 that are not taken: of no use, and refused.
fn other_triggers() -> (Vec<String>, Vec<String>) {
    let (mut of_no_use, mut refused) = (Vec::new(), Vec::new());
    for trigger in (1..=62).map(|n| format!("A{n:02}")) {
        // With nothing in it but a header a taken one is refused for what is missing.
        let message = format!("MSH|^~\\&|A|B|C|D|20260302||ADT^{trigger}|1|P|2.5\r");
        match give(&hospital(), message.as_bytes()).outcome {
            Outcome::Ignored => of_no_use.push(trigger),
            Outcome::Rejected(it) if it.code == RejectionCode::UnsupportedEventCode => refused.push(trigger),
            _ => assert!(TAKEN[0].1.contains(&trigger.as_str()), "{trigger}"),
        }
    }
    assert_eq!(of_no_use.len() + refused.len() + TAKEN[0].1.len(), 62);
    (of_no_use, refused)
}

/// Published messages beside the checkout, if they are there: of each folder, how many gave which events, how many were of
/// no use, and what was refused where. Counts and types only.
#[test]
fn published_messages_are_understood_or_refused() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/samples/hl7v2");
    let Ok(folders) = std::fs::read_dir(root) else { return };
    let source = a_hospital_elsewhere();
    let mut text = String::new();
    let mut folders: Vec<_> = folders.map(|it| it.unwrap().path()).filter(|it| it.is_dir()).collect();
    folders.sort();
    for folder in folders {
        let (mut outcomes, mut types) = (BTreeMap::<String, usize>::new(), BTreeMap::<String, usize>::new());
        let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|it| it.unwrap().path()).collect();
        files.sort();
        for bytes in files.iter().map(|file| std::fs::read(file).unwrap()) {
            assert_eq!(split(&bytes).count(), 1, "one message a file, whatever the text in it");
            for message in split(&bytes) {
                let (file, wire) = (give(&source, message), give(&source, &on_the_wire(message)));
                assert_eq!(gives(&file), gives(&wire), "line ends");
                let kind = kind(message).unwrap_or_default();
                let what = match &file.outcome {
                    Outcome::Events(events) => {
                        for event in events {
                            *types.entry(event.body.type_name().to_owned()).or_default() += 1;
                        }
                        "events".to_owned()
                    }
                    _ => gives(&file).into_iter().collect(),
                };
                *outcomes.entry(format!("{kind} | {what}")).or_default() += 1;
            }
        }
        writeln!(text, "{}: {} messages\n\n| message | outcome | count |", name(&folder), files.len()).unwrap();
        text += "|---|---|---|\n";
        for (outcome, count) in outcomes {
            writeln!(text, "| {outcome} | {count} |").unwrap();
        }
        text += "\n| event | count |\n|---|---|\n";
        for (event, count) in types {
            writeln!(text, "| {event} | {count} |").unwrap();
        }
        text.push('\n');
    }
    println!("{text}");
    kept(
        "hl7v2/PUBLISHED.md",
        &format!(
            "# Published HL7 v2 messages: outcomes\n\nMade by the test that reads them.\n\n{}",
            text.trim_end().to_owned() + "\n"
        ),
    );
}

/// The sender of the published messages: their assigning authorities are all its own.
fn a_hospital_elsewhere() -> SourceProfile {
    let mut source = SourceProfile::new("elsewhere", Format::Hl7v2);
    for written in ["M11", "BCBS", "1", "test1", "MR", "ADT1", "GOOD HEALTH HOSPITAL"] {
        source.authorities.insert(written.to_owned(), "m11".to_owned());
    }
    source.own_system = Some("m11".to_owned());
    source
}

fn name(folder: &std::path::Path) -> String {
    folder.file_name().unwrap().to_string_lossy().into_owned()
}
