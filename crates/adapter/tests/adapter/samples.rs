//! Every sample and what it gives.

use crate::support::{FORMATS, events, give, messages, on_the_wire, place, sample, samples, source};
use adapter::{Format, Outcome, RejectionCode, Translation};
use event::{Event, Instant};
use std::fmt::Write;

#[test]
fn each_sample_gives_what_its_snapshot_says() {
    for format in FORMATS {
        let (folder, _) = place(format);
        for (name, bytes) in samples(format) {
            let bytes = if format == Format::Hl7v2 { on_the_wire(&bytes) } else { bytes };
            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path(messages().join(folder).join("snapshots"));
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            settings.bind(|| insta::assert_snapshot!(name, told(&give(&source(format), &bytes))));
        }
    }
}

/// Types, times and codes; nothing that is a person's.
pub fn told(translation: &Translation) -> String {
    match &translation.outcome {
        Outcome::Ignored => "ignored".to_owned(),
        Outcome::Rejected(rejection) => {
            let (named, refusal) = (rejection.named.len(), rejection.acknowledgement);
            format!("rejected ({refusal:?}, names {named}): {rejection}")
        }
        Outcome::Events(events) => events.iter().map(line).collect::<Vec<_>>().join("\n"),
    }
}

fn line(event: &Event) -> String {
    let mut line = String::new();
    let presented: Vec<_> = event.presented.iter().map(|one| format!("{}×{}", one.system, one.tokens.len())).collect();
    write!(line, "{} happened={} recorded={}", event.body.type_name(), event.happened_at, event.recorded_at).unwrap();
    if let Some(sequence) = event.sequence {
        write!(line, " sequence={sequence}").unwrap();
    }
    if let Some(relayed) = &event.relayed {
        write!(line, " {:?} by {}", relayed.how, relayed.by.as_ref().map_or("?", event::Code::as_str)).unwrap();
    }
    write!(line, "\n  {:?}, record by {}, presents [{}]", event.register, event.record.system, presented.join(", "))
        .unwrap();
    write!(line, "\n  {}", readable_times(&format!("{:?}", event.body))).unwrap();
    line
}

fn readable_times(debug: &str) -> String {
    let (mut out, mut rest) = (String::new(), debug);
    while let Some((before, after)) = rest.split_once("Instant(") {
        let (micros, after) = after.split_once(')').unwrap();
        write!(out, "{before}{}", Instant::from_micros(micros.parse().unwrap()).unwrap()).unwrap();
        rest = after;
    }
    out + rest
}

#[test]
fn a_file_with_line_feeds_says_the_same() {
    for (name, bytes) in samples(Format::Hl7v2) {
        let (file, wire) = (give(&source(Format::Hl7v2), &bytes), give(&source(Format::Hl7v2), &on_the_wire(&bytes)));
        assert_eq!(told(&file), told(&wire), "{name}");
        let crlf: Vec<u8> =
            on_the_wire(&bytes).split_inclusive(|b| *b == b'\r').flat_map(|line| [line, b"\n"].concat()).collect();
        assert_eq!(told(&give(&source(Format::Hl7v2), &crlf)), told(&wire), "{name}");
    }
}

/// R5: the hospital's referral and the county's answer meet by (authority, number).
#[test]
fn an_answer_meets_its_referral() {
    let asked = events(&source(Format::Hl7v2), &sample(Format::Hl7v2, "ref-i12-contact"));
    let answered = events(&source(Format::Social), &sample(Format::Social, "referral-accepted"));
    let (event::Body::ReferralRequested(asked), event::Body::ReferralAccepted(answered)) =
        (&asked[0].body, &answered[0].body)
    else {
        panic!("other events");
    };
    assert!(asked.referral.is_some() && asked.referral == answered.referral);
    let client = |format, name| events(&source(format), &sample(format, name))[0].presented.clone();
    assert_eq!(client(Format::Hl7v2, "ref-i12-contact"), client(Format::Social, "referral-accepted"));
}

/// å ä ö are the same letters in UTF-8 and in ISO 8859-1.
#[test]
fn names_survive_their_character_set() {
    let keys = &*crate::support::KEYS;
    for (charset, encoded) in
        [("UNICODE UTF-8", "Åkerlund^Öyvind Ä".as_bytes()), ("8859/1", b"\xC5kerlund^\xD6yvind \xC4")]
    {
        let mut message = format!("MSH|^~\\&|A|B|C|D|20260302||ADT^A31|1|P|2.5||||||{charset}\rPID|||1||").into_bytes();
        message.extend_from_slice(encoded);
        let events = events(&source(Format::Hl7v2), &message);
        let event::Body::PersonUpdated(person) = &events[0].body else { panic!("another event") };
        let name = keys.open(&events[0].record.key, person.name.as_ref().unwrap()).unwrap();
        assert_eq!((name.expose().family.as_str(), name.expose().given.as_str()), ("Åkerlund", "Öyvind Ä"));
    }
}

/// Published messages beside the checkout, if they are there: each gives events, nothing, or one clear rejection.
#[test]
fn published_messages_are_understood_or_refused() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/samples/hl7v2/fhir-converter");
    let Ok(files) = std::fs::read_dir(folder) else { return };
    let mut source = source(Format::Hl7v2);
    for (written, system) in [("M11", "m11"), ("BCBS", "m11"), ("1", "m11"), ("test1", "m11"), ("MR", "m11")] {
        source.authorities.insert(written.to_owned(), system.to_owned());
    }
    source.own_system = Some("m11".to_owned());
    let mut given = 0;
    for file in files {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let wire = on_the_wire(&bytes);
        let translation = give(&source, &wire);
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        match &translation.outcome {
            Outcome::Events(events) => given += events.len(),
            Outcome::Ignored => assert!(name.starts_with("ADT"), "{name}"),
            Outcome::Rejected(rejection) => {
                let expected = ["OMG", "SIU", "REF-I14", "ADT04-28"].iter().any(|start| name.starts_with(start));
                let later = rejection.code == RejectionCode::UnsupportedEventCode;
                assert!(expected || later, "{name}: {rejection}");
            }
        }
        assert_eq!(told(&translation), told(&give(&source, &bytes)), "{name}: line ends");
    }
    assert!(given >= 18, "only {given} events");
}
