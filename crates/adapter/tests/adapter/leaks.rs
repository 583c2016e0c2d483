//! Law 3: no rejection, answer or `Debug` quotes the message.

use crate::support::{give, on_the_wire, sample, samples, source};
use adapter::hl7v2::{Answer, acknowledge};
use adapter::{Format, Outcome};
use event::Instant;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// The values in a sample that differ from our own texts: four characters or more, and not HL7's own.
fn values(format: Format, bytes: &[u8]) -> BTreeSet<String> {
    let text: String = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    };
    let body = match format {
        // The header is the sender's and goes back to it.
        Format::Hl7v2 => text.split('\r').filter(|line| !line.starts_with("MSH")).collect::<Vec<_>>().join("\r"),
        Format::Social | Format::Fhir => text,
    };
    let separators = |c: char| "|^~\\&#*@!%\r\n\"{}[],".contains(c);
    let ours = [
        "data",
        "client",
        "identifiers",
        "system",
        "value",
        "time",
        "source",
        "type",
        "register",
        "worker",
        "name",
        "phone",
        "role",
        "specversion",
        "dataschema",
        "lines",
        "keys",
        "count",
        "stay",
        "decision",
        "sequence",
        "social",
        "patient",
        "null",
        "true",
        "false",
        "1.0",
        "text",
        "urn:oid:1.2.246.21",
    ];
    let values =
        body.split(separators).map(|value| value.trim_matches(|c: char| c == ':' || c.is_whitespace()).to_owned());
    values.filter(|value| value.chars().count() >= 4 && !ours.contains(&value.as_str())).collect()
}

fn leaks(format: Format, bytes: &[u8]) -> Vec<String> {
    let translation = give(&source(format), bytes);
    // Wards, systems and codes are no person's: of an event only the sealed and keyed are looked for, below.
    let mut text = match &translation.outcome {
        Outcome::Rejected(rejection) => format!("{rejection:?} {rejection}"),
        _ => String::new(),
    };
    if let Some(header) = &translation.hl7 {
        for answer in acknowledge(header, Answer::from(&translation.outcome), Instant::MIN, &TimeZone::UTC) {
            text += &String::from_utf8_lossy(&answer);
        }
    }
    values(format, bytes).into_iter().filter(|value| text.contains(value)).collect()
}

#[test]
fn nothing_of_a_sample_is_in_its_rejection_or_answer() {
    let mut rejected = 0;
    for format in [Format::Hl7v2, Format::Social] {
        for (name, bytes) in samples(format) {
            let bytes = on_the_wire(&bytes);
            rejected += usize::from(matches!(give(&source(format), &bytes).outcome, Outcome::Rejected(_)));
            assert_eq!(leaks(format, &bytes), Vec::<String>::new(), "{name}");
        }
    }
    assert!(rejected >= 25, "only {rejected} samples were rejected");
    let looked_for = values(Format::Hl7v2, &on_the_wire(&sample(Format::Hl7v2, "rejected-no-pv1")));
    assert!(looked_for.contains("Meikäläinen") && looked_for.contains("4711"), "nothing was looked for");
}

/// The same with every field of the message broken in turn.
#[test]
fn nothing_of_a_broken_sample_is_quoted() {
    for (name, bytes) in samples(Format::Hl7v2) {
        let wire = on_the_wire(&bytes);
        for at in wire.iter().enumerate().filter(|(_, byte)| **byte == b'|').map(|(at, _)| at).skip(12) {
            let broken = [&wire[..=at], b"SALAISUUS9", &wire[at + 1..]].concat();
            let found = leaks(Format::Hl7v2, &broken);
            assert!(found.is_empty(), "{name} at {at}: {found:?}");
        }
    }
}

/// Names, identifiers and numbers of an event print as their type only.
#[test]
fn an_events_debug_has_no_personal_value() {
    let personal = [
        "Meikäläinen",
        "Maija",
        "Åkerlund",
        "Järvinen",
        "4711",
        "4712",
        "V-1001",
        "L-2001",
        "A-77",
        "Särkkä",
        "50 000",
        "example.org",
        "Örjan",
        "T-5",
        "010594Y",
        "020594X",
        "19940501",
        "1994-05-01",
        "vapaata",
    ];
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for &format in Format::ALL {
        for (name, bytes) in samples(format) {
            let text = format!("{:?}", give(&source(format), &on_the_wire(&bytes)).outcome);
            let found: Vec<_> = personal.iter().filter(|value| text.contains(**value)).collect();
            assert!(found.is_empty(), "{name}: {found:?}");
            seen.extend(personal.iter().filter(|value| String::from_utf8_lossy(&bytes).contains(*value)));
        }
    }
    assert_eq!(seen.len(), personal.len(), "a value is in no sample");
}
