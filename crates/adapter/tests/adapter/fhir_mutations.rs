//! Mutated bundles: no panic, one outcome and at most one short answer each, and time that grows with the size.
//!
//! The changes follow from a counter (SplitMix64), so that each run tries the same hundred thousand.

use crate::support::{fhir, give, samples};
use adapter::fhir::{Answer, Header, answer};
use adapter::{Format, Outcome};
use event::{Event, Instant};
use serde_json::{Value, json};
use std::time::Duration;

const MUTATIONS: u64 = 100_000;

struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }
}

fn mutate(chance: &mut Chance, bytes: &mut Vec<u8>, all: &[(String, Vec<u8>)]) {
    let at = chance.below(bytes.len());
    match chance.below(7) {
        0 => {
            let bit = chance.below(8);
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << bit;
            }
        }
        1 => bytes.truncate(at),
        2 => drop(bytes.drain(at..(at + chance.below(200)).min(bytes.len()))),
        // A piece of another bundle: a member, half a string, a resource.
        3 => {
            let other = &all[chance.below(all.len())].1;
            let from = chance.below(other.len());
            let piece = other[from..(from + chance.below(400)).min(other.len())].to_vec();
            drop(bytes.splice(at..at, piece));
        }
        4 => {
            let depth = 1 + chance.below(64);
            drop(bytes.splice(at..at, b"[{\"a\":".repeat(depth)));
        }
        // Two members change places.
        5 => {
            let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
            let (a, b) = (chance.below(lines.len()), chance.below(lines.len()));
            lines.swap(a, b);
            *bytes = lines.join(&b'\n');
        }
        _ => bytes.insert(at, u8::try_from(chance.below(256)).unwrap()),
    }
}

/// The `n`th value inside, counted from 0 in depth.
fn nth<'v>(value: &'v mut Value, n: &mut usize) -> Option<&'v mut Value> {
    if *n == 0 {
        return Some(value);
    }
    *n -= 1;
    match value {
        Value::Array(all) => all.iter_mut().find_map(|one| nth(one, n)),
        Value::Object(all) => all.values_mut().find_map(|one| nth(one, n)),
        _ => None,
    }
}

fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(all) => all.iter().map(size).sum(),
        Value::Object(all) => all.values().map(size).sum::<usize>(),
        _ => 0,
    }
}

/// A value becomes one of another type, a strange one, one of another bundle, or comes twice.
fn splice(chance: &mut Chance, bundle: &mut Value, all: &[Value]) {
    let other = &mut all[chance.below(all.len())].clone();
    let mut from = chance.below(size(other));
    let piece = nth(other, &mut from).map(|piece| piece.clone()).unwrap_or_default();
    let strange = [
        json!(null),
        json!(true),
        json!(-1e300),
        json!([]),
        json!({}),
        json!(""),
        json!("\0"),
        json!("#"),
        json!("9999-12-31"),
        json!("Patient/p1"),
        json!("entered-in-error"),
        json!(["#", [], {}]),
    ];
    let mut at = chance.below(size(bundle));
    let Some(value) = nth(bundle, &mut at) else { return };
    match (chance.below(4), value) {
        (0, value) => *value = piece,
        (1, Value::Array(all)) => {
            let twice = all.clone();
            all.extend(twice);
        }
        (2, Value::Object(all)) => {
            let name = all.keys().nth(chance.below(all.len())).cloned();
            all.remove(&name.unwrap_or_default());
        }
        (_, value) => *value = strange[chance.below(strange.len())].clone(),
    }
}

/// True if it gives events.
fn check(bytes: &[u8]) -> bool {
    let outcome = give(&fhir(), bytes).outcome;
    let stored = match &outcome {
        Outcome::Rejected(rejection) => Answer::Rejected(rejection),
        Outcome::Ignored => Answer::Accepted,
        Outcome::Events(events) => {
            assert!(!events.is_empty());
            for event in events {
                assert_eq!(Event::decode(&event.encode()).as_ref(), Ok(event));
            }
            Answer::Accepted
        }
    };
    if let Some(body) = answer(&Header::read(bytes), stored, Instant::MIN) {
        assert!(body.len() < 4096 + bytes.len(), "a long answer");
        serde_json::from_slice::<serde::de::IgnoredAny>(&body).unwrap();
    }
    matches!(outcome, Outcome::Events(_))
}

#[test]
fn a_hundred_thousand_mutated_bundles() {
    let all = samples(Format::Fhir);
    let values: Vec<Value> = all.iter().filter_map(|(_, bytes)| serde_json::from_slice(bytes).ok()).collect();
    let gave_events: u64 = std::thread::scope(|scope| {
        let (all, values) = (&all, &values);
        let of = |part: u64| {
            move || {
                let mut gave_events = 0;
                for n in (part..MUTATIONS).step_by(2) {
                    let mut chance = Chance(n);
                    let mut bytes = all[chance.below(all.len())].1.clone();
                    if chance.below(2) == 0 {
                        let mut bundle = values[chance.below(values.len())].clone();
                        for _ in 0..=chance.below(3) {
                            splice(&mut chance, &mut bundle, values);
                        }
                        bytes = bundle.to_string().into_bytes();
                    } else {
                        for _ in 0..=chance.below(3) {
                            mutate(&mut chance, &mut bytes, all);
                        }
                    }
                    gave_events += u64::from(check(&bytes));
                }
                gave_events
            }
        };
        [0, 1].map(|part| scope.spawn(of(part))).into_iter().map(|part| part.join().unwrap()).sum()
    });
    // Changes that hit only what is passed over leave the events; most hit what matters.
    assert!((8_000..60_000).contains(&gave_events), "{gave_events} of {MUTATIONS} gave events");
}

/// What this thread has had of a processor: the machine is shared, and a clock on the wall would count others' work.
fn worked() -> Duration {
    let schedstat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(schedstat.split(' ').next().unwrap().parse().unwrap())
}

/// A name, a bundle by the number of its parts, and that number.
type Kind<'a> = (&'a str, &'a dyn Fn(usize) -> String, usize);

/// Eight times the bundle is not sixty-four times the work; and every evil kind of full size ends in good time.
#[test]
fn time_grows_with_the_size() {
    let patient = r#"{"fullUrl":"urn:uuid:p","request":{"method":"POST"},"resource":{"resourceType":"Patient","id":"p","identifier":[{"system":"urn:oid:1.2.246.21","value":"010594Y9032"}]}}"#;
    let many = |entry: &str, count: usize| {
        let entries = vec![entry; count].join(",");
        format!(
            r#"{{"resourceType":"Bundle","type":"transaction","timestamp":"2026-03-02T08:00:00Z","entry":[{patient},{entries}]}}"#
        )
    };
    let contained = |count: usize| {
        let one = r#"{"resourceType":"Practitioner","id":"x","name":[{"family":"Järvinen"}]}"#;
        let member = r##"{"role":[{"coding":[{"code":"own-worker"}]}],"member":{"reference":"#x"}}"##;
        let team = format!(
            r#"{{"request":{{"method":"PUT"}},"resource":{{"resourceType":"CareTeam","subject":{{"reference":"urn:uuid:p"}},"contained":[{}],"participant":[{}]}}}}"#,
            vec![one; count].join(","),
            vec![member; 100].join(","),
        );
        many(&team, 1)
    };
    let encounter = r#"{"request":{"method":"PUT"},"resource":{"resourceType":"Encounter","id":"e","status":"in-progress","subject":{"reference":"urn:uuid:p"},"partOf":{"reference":"Encounter/e"},"serviceProvider":{"identifier":{"value":"K1"}}}}"#;
    let identifiers = |count: usize| {
        let list = vec![r#"{"system":"urn:oid:1.2.246.21","value":"010594Y9032"}"#; count].join(",");
        many(
            &format!(
                r#"{{"request":{{"method":"PUT"}},"resource":{{"resourceType":"Patient","identifier":[{list}]}}}}"#
            ),
            1,
        )
    };
    let took = |bytes: &str| {
        let begun = worked();
        give(&fhir(), bytes.as_bytes());
        worked().saturating_sub(begun)
    };
    let kinds: [Kind<'_>; 5] = [
        ("encounters", &|count| many(encounter, count), 120),
        ("contained", &contained, 2_000),
        ("identifiers", &identifiers, 3_000),
        ("a long string", &|count| many(&format!("{{\"a\":\"{}\"}}", "\\u00e4".repeat(count)), 1), 40_000),
        (
            "empty objects",
            &|count| format!("{{\"resourceType\":\"Bundle\",\"x\":[{}]}}", vec!["{}"; count].join(",")),
            80_000,
        ),
    ];
    for (name, kind, count) in kinds {
        let (small, large) = (kind(count), kind(8 * count));
        assert!(large.len() <= adapter::fhir::MAX_BUNDLE, "{name}: {}", large.len());
        // The best of three, a wide bound for memory that is not in the cache, and a floor for what is too short to measure.
        let best = |bytes: &str| (0..3).map(|_| took(bytes)).min().unwrap();
        let (small, large) = (best(&small).max(Duration::from_millis(2)), best(&large));
        assert!(large < small * 32, "{name}: {small:?} for one, {large:?} for eight");
    }
}
