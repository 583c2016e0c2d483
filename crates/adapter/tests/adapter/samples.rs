//! Every sample and what it gives.

use crate::support::{events, give, messages, on_the_wire, place, sample, samples, source};
use adapter::{Format, Outcome, Translation};
use event::{AssignmentEvent, Body, Event, Instant, PersonEvent, ReferralEvent};
use std::collections::BTreeSet;
use std::fmt::Write;

#[test]
fn each_sample_gives_its_snapshot() {
    for &format in Format::ALL {
        let (folder, _) = place(format);
        for (name, bytes) in samples(format) {
            let bytes = if format == Format::Hl7v2 { on_the_wire(&bytes) } else { bytes };
            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path(messages().join(folder).join("snapshots"));
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            settings.bind(|| insta::assert_snapshot!(name, summary(&give(&source(format), &bytes))));
        }
    }
}

/// Types, times and codes; nothing that is a person's.
pub fn summary(translation: &Translation) -> String {
    match &translation.outcome {
        Outcome::Ignored => "ignored".to_owned(),
        Outcome::Rejected(rejection) => {
            let (named, refusal) = (rejection.named.len(), rejection.acknowledgement);
            format!("rejected ({refusal:?}, names {named}): {rejection}")
        }
        Outcome::Events(events) => {
            let came = Instant::from_timestamp("2026-03-31T00:00:00Z".parse().unwrap());
            let remarks =
                translation.remarks_at(came).map(|remark| format!("remark: {} at {}", remark.code, remark.place));
            events.iter().map(line).chain(remarks).collect::<Vec<_>>().join("\n")
        }
    }
}

fn line(event: &Event) -> String {
    let mut line = String::new();
    let presented: Vec<_> = event.presented.iter().map(|one| format!("{}×{}", one.system, one.tokens.len())).collect();
    write!(line, "{} happened={} recorded={}", event.body.type_name(), event.happened_at, event.recorded_at).unwrap();
    if let Some(sequence) = event.sequence {
        write!(line, " sequence={sequence}").unwrap();
    }
    for (name, code) in [("controller", &event.controller), ("author", &event.author_role)] {
        if let Some(code) = code {
            write!(line, " {name}={}", code.as_str()).unwrap();
        }
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
fn a_file_with_line_feeds_gives_the_same() {
    for (name, bytes) in samples(Format::Hl7v2) {
        let (file, wire) = (give(&source(Format::Hl7v2), &bytes), give(&source(Format::Hl7v2), &on_the_wire(&bytes)));
        assert_eq!(summary(&file), summary(&wire), "{name}");
        let crlf: Vec<u8> =
            on_the_wire(&bytes).split_inclusive(|b| *b == b'\r').flat_map(|line| [line, b"\n"].concat()).collect();
        assert_eq!(summary(&give(&source(Format::Hl7v2), &crlf)), summary(&wire), "{name}");
    }
}

/// R5: the hospital's referral and the county's answer meet by (authority, number).
#[test]
fn an_answer_meets_its_referral() {
    let asked = events(&source(Format::Hl7v2), &sample(Format::Hl7v2, "ref-i12-contact"));
    let answered = events(&source(Format::Social), &sample(Format::Social, "referral-accepted"));
    let (
        event::Body::Referral(ReferralEvent::ReferralRequested(asked)),
        event::Body::Referral(ReferralEvent::ReferralAccepted(answered)),
    ) = (&asked[0].body, &answered[0].body)
    else {
        panic!("other events");
    };
    assert!(asked.referral.is_some() && asked.referral == answered.referral);
    let client = |format, name| events(&source(format), &sample(format, name))[0].presented.clone();
    assert_eq!(client(Format::Hl7v2, "ref-i12-contact"), client(Format::Social, "referral-accepted"));
}

/// Escapes and a second character set are decoded.
#[test]
fn names_survive_escapes_and_switches() {
    for (name, family, given) in
        [("a31-escapes", "Meikäläinen & Co", "Maija"), ("a31-switched-character-set", "Młosz", "Äijö")]
    {
        let events = events(&source(Format::Hl7v2), &sample(Format::Hl7v2, name));
        let event::Body::Person(PersonEvent::PersonUpdated(person)) = &events[0].body else { panic!("another event") };
        let opened = crate::support::KEYS.open(&events[0].record.key, person.name.as_ref().unwrap()).unwrap();
        assert_eq!((opened.expose().family.as_str(), opened.expose().given.as_str()), (family, given));
    }
}

/// ROL and PRT, PRD, ORC-12: who it is, and how to reach them.
#[test]
fn workers_are_those_of_the_message() {
    let worker = |name: &str| {
        let events = events(&source(Format::Hl7v2), &sample(Format::Hl7v2, name));
        let sealed = events.iter().find_map(|event| match &event.body {
            event::Body::Assignment(AssignmentEvent::WorkerAssigned(assigned)) => {
                Some((event.record.key, assigned.worker.clone()))
            }
            event::Body::Referral(ReferralEvent::ReferralAccepted(accepted)) => {
                Some((event.record.key, accepted.worker.clone()?))
            }
            _ => None,
        });
        let (key, sealed) = sealed.unwrap();
        let opened = crate::support::KEYS.open(&key, &sealed).unwrap();
        let event::Worker { name, phone, email, unit, .. } = opened.expose().clone();
        [name, phone, email, unit]
    };
    let tiina = ["Tiina Esimerkki", "044 000 0021", "tiina.esimerkki@example.org", "Terveyssosiaalityö"];
    assert_eq!(worker("a01-health-social-worker"), tiina);
    assert_eq!(worker("a31-case-manager-prt"), ["Örjan Järvinen", "044 000 0022", "", ""]);
    assert_eq!(worker("rri-i12-accepted"), ["Otto Ohjaaja", "044 000 0031", "", ""]);
    assert_eq!(worker("osu-o51-accepted"), ["Otto Ohjaaja", "044 000 0031", "", ""]);
}

/// An assignment ends by the same key, in another message, and other clients have others.
#[test]
fn an_assignment_meets_its_end() {
    let of = |name: &str| events(&source(Format::Hl7v2), &sample(Format::Hl7v2, name));
    let assigned = of("a01-health-social-worker").into_iter().find_map(|event| match event.body {
        event::Body::Assignment(AssignmentEvent::WorkerAssigned(assigned)) => Some(assigned.assignment),
        _ => None,
    });
    let ended = of("a08-worker-ended").into_iter().find_map(|event| match event.body {
        event::Body::Assignment(AssignmentEvent::WorkerAssignmentEnded(ended)) => Some(ended.assignment),
        _ => None,
    });
    assert!(assigned.is_some() && assigned == ended);
    let other = String::from_utf8(sample(Format::Hl7v2, "a08-worker-ended")).unwrap().replace("|4711^", "|4799^");
    let event::Body::Assignment(AssignmentEvent::WorkerAssignmentEnded(other)) =
        events(&source(Format::Hl7v2), other.as_bytes()).remove(0).body
    else {
        panic!("another event")
    };
    assert_ne!(Some(other.assignment), assigned);
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
        let event::Body::Person(PersonEvent::PersonUpdated(person)) = &events[0].body else { panic!("another event") };
        let name = keys.open(&events[0].record.key, person.name.as_ref().unwrap()).unwrap();
        assert_eq!((name.expose().family.as_str(), name.expose().given.as_str()), ("Åkerlund", "Öyvind Ä"));
    }
}

/// No type of event without a message that gives it: a steward's decisions, and translations that a later version
/// withdraws, are in none.
#[test]
fn every_type_of_event_is_in_a_sample() {
    let mut types: BTreeSet<&str> = ["ListConfirmed", "TranslationWithdrawn"].into();
    for &format in Format::ALL {
        for (_, bytes) in samples(format) {
            let bytes = if format == Format::Hl7v2 { on_the_wire(&bytes) } else { bytes };
            if let Outcome::Events(events) = give(&source(format), &bytes).outcome {
                types.extend(events.iter().map(|event| event.body.type_name()));
            }
        }
    }
    assert_eq!(types, Body::TYPES.iter().copied().collect());
}
