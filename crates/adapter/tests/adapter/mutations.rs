//! A hundred thousand damaged messages of each format: no panic, no loop, at most one answer of each level, and time that
//! grows with the size. The damage is a function of a fixed seed, so that a failure comes again.

use crate::support::{county, give, hospital, on_the_wire, samples, source};
use adapter::hl7v2::{Answer, acknowledge, split};
use adapter::{Format, SourceProfile, social};
use event::Instant;
use jiff::tz::TimeZone;
use std::time::{Duration, Instant as Clock};

const MESSAGES: u64 = 100_000;

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Less than `n`; 0 if there is nothing to choose from.
    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.roll() % (n.max(1) as u64)).unwrap()
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// A stretch between two of `signs`, to be put elsewhere.
fn stretch<'m>(message: &'m [u8], signs: &[u8], dice: &mut Dice) -> &'m [u8] {
    let from = dice.below(message.len());
    let end =
        message[from..].iter().skip(1).position(|byte| signs.contains(byte)).map_or(message.len(), |n| from + n + 1);
    &message[from..end]
}

fn damage(message: &mut Vec<u8>, other: &[u8], signs: &[u8], dice: &mut Dice) {
    if message.is_empty() {
        return;
    }
    let at = dice.below(message.len());
    match dice.below(8) {
        0 => message[at] ^= 1 << dice.below(8),
        1 => message.truncate(at),
        2 => drop(message.drain(at..(at + dice.below(80)).min(message.len()))),
        // A field, segment or member of another message in the middle of this one.
        3 => drop(message.splice(at..at, stretch(other, signs, dice).iter().copied())),
        4 => {
            let (one, two) = (dice.one(signs), dice.one(signs));
            for byte in message.iter_mut() {
                *byte = if *byte == one {
                    two
                } else if *byte == two {
                    one
                } else {
                    *byte
                };
            }
        }
        // Deep: one sign, or two in turn, many times over.
        5 => {
            let (one, two, depth) = (dice.one(signs), dice.one(signs), dice.below(400));
            drop(message.splice(at..at, [one, two].into_iter().cycle().take(depth)));
        }
        6 => message[at] = dice.one(b"\0\x0B\x1C\xE5\xFF\"0A\\"),
        _ => {
            let again = stretch(message, signs, dice).to_vec();
            message.extend_from_slice(&again);
        }
    }
}

/// The two letters after the second segment's name and separator.
fn msa_1(answer: &[u8]) -> &[u8; 2] {
    let msa = answer.iter().position(|byte| *byte == b'\r').unwrap() + 1;
    assert!(answer[msa..].starts_with(b"MSA"));
    answer[msa + 4..msa + 6].try_into().unwrap()
}

fn no_message_does_harm(format: Format, signs: &[u8], seed: u64) {
    let (source, dice) = (source(format), &mut Dice(seed));
    let all: Vec<Vec<u8>> = samples(format).into_iter().map(|(_, bytes)| on_the_wire(&bytes)).collect();
    let (mut answered, mut slowest) = (0, Duration::ZERO);
    for _ in 0..MESSAGES {
        let mut message = all[dice.below(all.len())].clone();
        for _ in 0..=dice.below(4) {
            damage(&mut message, &all[dice.below(all.len())], signs, dice);
        }
        let began = Clock::now();
        let translation = give(&source, &message);
        slowest = slowest.max(began.elapsed());
        if let Some(header) = &translation.hl7 {
            let answers = acknowledge(header, Answer::from(&translation.outcome), Instant::MIN, &TimeZone::UTC);
            let of_level = |codes: [&[u8; 2]; 3]| {
                let has_code = |answer: &&bytes::Bytes| codes.contains(&msa_1(answer));
                answers.iter().filter(has_code).count()
            };
            assert!(of_level([b"CA", b"CE", b"CR"]) <= 1 && of_level([b"AA", b"AE", b"AR"]) <= 1);
            answered += answers.len();
            assert!(split(&message).count() <= message.len() / 3 + 1);
        }
    }
    assert!(format != Format::Hl7v2 || answered > 50_000, "{answered} answers");
    assert!(slowest < Duration::from_secs(10), "one message took {slowest:?}");
}

#[test]
fn no_damaged_hl7_message_does_harm() {
    no_message_does_harm(Format::Hl7v2, b"|^~\\&\r\n#*@", 7);
}

#[test]
fn no_damaged_cloud_event_does_harm() {
    no_message_does_harm(Format::Social, b"{}[]\",:", 8);
}

/// Time of this thread on a processor, to some milliseconds: others that run beside do not count (Linux, proc(5)).
fn processor_time() -> Duration {
    let read = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(read.split(' ').next().unwrap().parse().unwrap())
}

/// The least that `times` readings of one message take, of three attempts.
fn best(source: &SourceProfile, message: &[u8], times: usize) -> Duration {
    let spent = |_| {
        let began = processor_time();
        for _ in 0..times {
            give(source, message);
        }
        processor_time().saturating_sub(began)
    };
    (0..3).map(spent).min().unwrap()
}

/// Eight small messages take about as long as one of eight times the size: of each evil kind, the best of three.
#[test]
fn time_grows_with_the_size() {
    let hospital = hospital();
    let kinds: [(&str, &str); 12] = [
        ("ADT^A40", "PID|||1^^^KYS\rMRG|2^^^KYS\r"),
        ("ADT^A31", "PID|||1||A\r"),
        ("ADT^A31", "\r"),
        ("ADT^A31", "|"),
        ("ADT^A31", "PID|||1~2~3~4^^^KYS~"),
        ("ADT^A31", "^&~"),
        ("ADT^A31", "\\"),
        ("ADT^A31", "\\C2D42\\\u{A0}"),
        ("ADT^A31", "\\X41"),
        ("ADT^A01", "PV1||I|K1\r"),
        ("ADT^A01", "ROL|1|AD|TSOS|7^A^B\r"),
        ("OMG^O19", "ORC|NW\rOBR|1|||57133-1\r"),
    ];
    for (kind, unit) in kinds {
        let message = |bytes: usize| {
            let head = format!("MSH|^~\\&|A|B|C|D|20260101||{kind}|7|P|2.5\rPID|||1||");
            format!("{head}{}", unit.repeat(bytes / unit.len())).into_bytes()
        };
        let (small, large) = (best(&hospital, &message(128 << 10), 8), best(&hospital, &message(1 << 20), 1));
        let bound = small * 3 + Duration::from_millis(20);
        assert!(large < bound, "{kind} {unit:?}: eight of 128 KiB {small:?}, one of 1 MiB {large:?}");
    }
}

/// The same of CloudEvents, up to the largest that is taken: lists and their keys, strings, what is passed over.
#[test]
fn time_of_cloud_events_grows_with_the_size() {
    type Kind = (&'static str, &'static str, fn(usize) -> String);
    let county = county();
    // So long that the longest lists that are read are as long as the longest event.
    let pad = "x".repeat(40);
    let wide = "x".repeat(social::MAX_EVENT / social::MAX_LINES);
    let message = |(kind, member, unit): Kind, bytes: usize| {
        let head = format!(
            r#"{{"specversion":"1.0","id":"1","source":"//pohde.example/asiakastieto","time":"2026-03-04T10:15:00+02:00",
            "type":"rinnakkain.social.v1.{kind}","data":{{"register":"social","as_of":"2026-03-04T02:00:00+02:00",
            "count":1,"case":"1","client":{{"identifiers":[{{"system":"apollo-asiakas","value":"A-77"}}]}},"{member}":["#
        );
        let mut message = head;
        for n in 0.. {
            let unit = unit(n).replace("PAD", &pad).replace("WIDE", &wide);
            if message.len() + unit.len() + 16 > bytes {
                break;
            }
            message += if n == 0 { "" } else { "," };
            message += &unit;
        }
        (message + "]}}").into_bytes()
    };
    let kinds: [Kind; 8] = [
        ("CurrentStaysStated", "keys", |n| format!(r#"{{"value":"{n}PAD"}}"#)),
        ("CurrentStaysStated", "lines", |n| {
            let client = r#"{"identifiers":[{"system":"apollo-asiakas","value":"A-77"}]}"#;
            format!(r#"{{"stay":{{"value":"{n}"}},"client":{client},"x":"WIDE"}}"#)
        }),
        ("CurrentStaysStated", "wards", |n| format!(r#""OS{n}""#)),
        ("WorkersStated", "keys", |n| format!(r#""{n}PAD""#)),
        ("WorkersStated", "roles", |_| r#""own-worker""#.to_owned()),
        ("CaseOpened", "passed_over", |_| r#"{"a":[{}]}"#.to_owned()),
        ("CaseOpened", "passed_over", |_| r#""\u00e4\n\"""#.to_owned()),
        ("CaseOpened", "passed_over", |_| "[[[[[[[[]]]]]]]]".to_owned()),
    ];
    for kind in kinds {
        let (small, large) = (message(kind, social::MAX_EVENT / 8), message(kind, social::MAX_EVENT));
        let (small, large) = (best(&county, &small, 8), best(&county, &large, 1));
        let (bound, (kind, member, _)) = (small * 3 + Duration::from_millis(20), kind);
        assert!(large < bound, "{kind} {member}: eight small {small:?}, one large {large:?}");
    }
}
