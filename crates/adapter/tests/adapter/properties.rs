//! Whatever the bytes: no panic, the same bytes give the same events, and each event survives its own encoding.

use crate::support::{KEYS, give, on_the_wire, samples, source};
use adapter::hl7v2::{Answer, acknowledge};
use adapter::{Format, Outcome};
use event::{Event, Instant};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::sample::Index;
use std::collections::BTreeSet;

fn check(format: Format, bytes: &[u8]) {
    let source = source(format);
    let (first, second) = (give(&source, bytes), give(&source, bytes));
    assert_eq!(first.message_id, second.message_id);
    match (&first.outcome, &second.outcome) {
        (Outcome::Events(first), Outcome::Events(second)) => {
            assert!(!first.is_empty() && first == second);
            let ids: BTreeSet<_> = first.iter().map(|event| event.id).collect();
            assert_eq!(ids.len(), first.len(), "two events with one id");
            for event in first {
                assert_eq!(Event::decode(&event.encode()).as_ref(), Ok(event));
                assert!(event.presented.is_sorted() && event.presented.iter().all(|one| one.tokens.is_sorted()));
            }
        }
        (Outcome::Rejected(first), Outcome::Rejected(second)) => assert_eq!(first, second),
        (Outcome::Ignored, Outcome::Ignored) => {}
        _ => panic!("two outcomes for the same bytes"),
    }
    if let Some(header) = &first.hl7 {
        let answers = acknowledge(header, Answer::from(&first.outcome), Instant::MIN, &TimeZone::UTC);
        // One of the accept level and one of the application level, at most.
        assert!(answers.len() <= 2);
        for answer in answers {
            assert!(answer.len() < 4096, "a long answer");
            let framing = answer.iter().filter(|byte| byte.is_ascii_control() && **byte != b'\r').count();
            assert_eq!(framing, 0, "a control character in an answer");
            assert!((2..=3).contains(&answer.split(|byte| *byte == b'\r').skip(1).count()));
        }
    }
}

#[derive(Debug, Clone)]
enum Change {
    Put(Index, u8),
    Insert(Index, Vec<u8>),
    Cut(Index, usize),
    Copy(Index, Index, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let signs = prop::sample::select(b"|^~\\&\"\r\n\0\x0b\x1c{}[],:0A9-+.\xE5".to_vec());
    prop_oneof![
        (any::<Index>(), prop_oneof![signs.clone(), any::<u8>()]).prop_map(|(at, byte)| Change::Put(at, byte)),
        (any::<Index>(), prop::collection::vec(signs, 1..20)).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        (any::<Index>(), 1_usize..60).prop_map(|(at, length)| Change::Cut(at, length)),
        (any::<Index>(), any::<Index>(), 1_usize..200).prop_map(|(from, to, length)| Change::Copy(from, to, length)),
    ]
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    if bytes.is_empty() {
        return;
    }
    let length = bytes.len();
    match change {
        Change::Put(at, byte) => bytes[at.index(length)] = *byte,
        Change::Insert(at, new) => drop(bytes.splice(at.index(length)..at.index(length), new.iter().copied())),
        Change::Cut(at, count) => drop(bytes.drain(at.index(length)..(at.index(length) + count).min(length))),
        Change::Copy(from, to, count) => {
            let part = bytes[from.index(length)..(from.index(length) + count).min(length)].to_vec();
            drop(bytes.splice(to.index(length)..to.index(length), part));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for &format in Format::ALL {
            check(format, &bytes);
        }
        check(Format::Hl7v2, &[b"MSH|^~\\&", bytes.as_slice()].concat());
        check(Format::Hl7v2, &[b"MSH", bytes.as_slice()].concat());
    }

    #[test]
    fn changed_samples(which in any::<Index>(), changes in prop::collection::vec(change(), 1..6), format in any::<Index>()) {
        let format = Format::ALL[format.index(Format::ALL.len())];
        let all = samples(format);
        let file = &all[which.index(all.len())].1;
        let mut bytes = if format == Format::Fhir { file.clone() } else { on_the_wire(file) };
        for change in &changes {
            apply(&mut bytes, change);
        }
        check(format, &bytes);
    }
}

/// Rule R1: other bytes under the same message id are other events; the same bytes are the same.
#[test]
fn a_reused_message_id_is_another_event() {
    let hospital = source(Format::Hl7v2);
    let message = |ward: &str| format!("MSH|^~\\&|A|B|C|D|20260101||ADT^A13|7|P|2.5\rPID|||1\rPV1||I|{ward}\r");
    let ids = |ward| match give(&hospital, message(ward).as_bytes()).outcome {
        Outcome::Events(events) => events.iter().map(|event| event.id).collect::<Vec<_>>(),
        _ => panic!("no events"),
    };
    assert_eq!(ids("K1"), ids("K1"));
    assert_ne!(ids("K1"), ids("K2"));
    let first = |ward| match give(&hospital, message(ward).as_bytes()).outcome {
        Outcome::Events(mut events) => events.remove(0).message,
        _ => panic!("no events"),
    };
    assert_eq!(first("K1"), first("K2"));
    assert_eq!(first("K1"), KEYS.token("message", "kys-adt", "7"));
}

/// Work grows with the length, not with its square: a full-size message of each evil kind ends in good time.
#[test]
fn large_messages_end() {
    let hospital = source(Format::Hl7v2);
    let head = "MSH|^~\\&|A|B|C|D|20260101||ADT^A40|7|P|2.5\r";
    let bodies = [
        "PID|||1^^^KYS\rMRG|2^^^KYS\r".repeat(30_000),
        "\r".repeat(1 << 20),
        format!("PID|||{}", "1^^^KYS~".repeat(100_000)),
        format!("PID|||1||{}", "\\".repeat(1 << 20)),
        format!("PID|||1||{}", "\\X".repeat(1 << 19)),
        "|".repeat(1 << 20),
        "PID\r".repeat(1 << 18),
    ];
    for body in bodies {
        for trigger in ["A40", "A31", "A01"] {
            let message = format!("{}{body}", head.replace("A40", trigger));
            give(&hospital, message.as_bytes());
        }
    }
    let county = source(Format::Social);
    give(&county, "[".repeat(1 << 18).as_bytes());
    give(&county, "{\"a\":".repeat(1 << 15).as_bytes());
    give(&county, &vec![b'"'; 1 << 18]);
}
