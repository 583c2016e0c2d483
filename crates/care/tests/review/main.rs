//! The reviews that rule R6 leaves to a person, as a table; and a steward's decision.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

#[cfg(test)]
mod steward;

use care::link::{CROWD, Crowded, LARGEST, Links, pair};
use care::review::{Reason, Verdict, decided, open};
use event::{
    Body, Code, Event, Evidence, HETU_SYSTEM, Instant, PersonUpdated, Presented, ReceivedEvent, Register, StreamId,
    event_id,
};
use testkit::history::keyring;

const NUMBER: &str = "number";

/// At a minute, a record presents of one system.
type Message<'a> = (u32, &'a str, &'a str, &'a [&'a str]);

fn record(name: &str) -> StreamId {
    keyring().record("test", name.split('-').next().unwrap(), name)
}

fn minute(n: u32) -> Instant {
    Instant::from_micros(1_772_431_200_000_000).unwrap().plus_seconds(i64::from(n) * 60)
}

fn received((at, name, system, values): Message<'_>) -> ReceivedEvent {
    let keys = keyring();
    // An artificial code is the same code, refused or not.
    let scope = if [Evidence::RefusedCode.system(), Evidence::EndedCode.system()].contains(&system) {
        HETU_SYSTEM
    } else {
        system
    };
    let mut tokens: Vec<_> = values.iter().map(|value| keys.identifier(scope, value)).collect();
    tokens.sort();
    let event = Event {
        id: event_id("test", &format!("{name} {system}"), &[0; 32], at),
        presented: vec![Presented { system: system.to_owned(), tokens }],
        ..testkit::case::reported("1", minute(at), record(name), Body::from(PersonUpdated::default()))
    };
    ReceivedEvent { received_at: minute(at), event }
}

fn links(messages: &[Message<'_>]) -> Links {
    let mut links = Links::default();
    for message in messages {
        links.learn(&received(*message));
    }
    links
}

fn steward(links: &Links, a: &str, b: &str, together: bool, now: u32) -> Option<ReceivedEvent> {
    let (a, b) = (record(a), record(b));
    let verdict = Verdict {
        together,
        by: "Iida Identiteetti".to_owned(),
        reason: Code::try_new("checked").unwrap(),
        register: Register::Patient,
    };
    decided(&keyring(), (&a, &b), links.decided.get(&pair(a.key, b.key)), &verdict, minute(now))
}

fn decide(links: &mut Links, a: &str, b: &str, together: bool) {
    let received = steward(links, a, b, together, 50).unwrap();
    links.learn(&received);
}

/// The reviews: reason and names, those that a steward decided in brackets.
fn reviews(links: &Links, names: &[&str]) -> String {
    let name = |key| *names.iter().find(|name| record(name).key == key).unwrap();
    let entry = |review: &care::review::Review| {
        let open = review.open.keys().map(|key| name(*key).to_owned());
        let mut names: Vec<_> = open.chain(review.decided.keys().map(|key| format!("[{}]", name(*key)))).collect();
        names.sort();
        format!("{}: {}", review.reason.code(), names.join(" "))
    };
    let mut entries: Vec<_> = open(links, &links.clients(&Crowded::new())).iter().map(entry).collect();
    entries.sort();
    entries.join("; ")
}

#[test]
fn what_a_person_must_review() {
    let names = ["kys-1", "kys-2", "sos-1", "tk-1"];
    let table: &[(&str, &[Message<'_>], &str)] = &[
        (
            "a code of one's own each",
            &[(1, "kys-1", HETU_SYSTEM, &["a"]), (1, "sos-1", HETU_SYSTEM, &["a"]), (1, "tk-1", HETU_SYSTEM, &["b"])],
            "",
        ),
        (
            "two codes in one message: that record, and those that present one of them",
            &[
                (1, "kys-1", HETU_SYSTEM, &["a", "b"]),
                (1, "sos-1", HETU_SYSTEM, &["a"]),
                (1, "tk-1", HETU_SYSTEM, &["b"]),
                (1, "kys-2", HETU_SYSTEM, &["c"]),
            ],
            "two-identity-codes: kys-1 sos-1 tk-1",
        ),
        (
            "two codes, until a later message has one",
            &[(1, "kys-1", HETU_SYSTEM, &["a", "b"]), (2, "kys-1", HETU_SYSTEM, &["a"])],
            "",
        ),
        (
            "two numbers of another system contradict nothing",
            &[(1, "kys-1", NUMBER, &["1", "2"]), (1, "sos-1", NUMBER, &["1"])],
            "",
        ),
        (
            "a refused code, and the records that present it",
            &[
                (1, "kys-1", Evidence::RefusedCode.system(), &["x"]),
                (1, "sos-1", Evidence::RefusedCode.system(), &["x"]),
            ],
            "refused-identity-code: kys-1 sos-1",
        ),
        (
            "a refused code, until a later message has a good one",
            &[(1, "kys-1", Evidence::RefusedCode.system(), &["x"]), (2, "kys-1", HETU_SYSTEM, &["a"])],
            "",
        ),
        (
            "a refused code after a good one",
            &[(2, "kys-1", Evidence::RefusedCode.system(), &["x"]), (1, "kys-1", HETU_SYSTEM, &["a"])],
            "refused-identity-code: kys-1",
        ),
        (
            "a code that has ended, by a source that does not decide it",
            &[
                (1, "kys-1", Evidence::EndedCode.system(), &["x"]),
                (1, "kys-1", HETU_SYSTEM, &["a"]),
                (1, "sos-1", HETU_SYSTEM, &["x"]),
            ],
            "identity-code-ended: kys-1",
        ),
        (
            "until it is no longer presented",
            &[(1, "kys-1", Evidence::EndedCode.system(), &["x"]), (2, "kys-1", Evidence::EndedCode.system(), &[])],
            "",
        ),
        (
            "two valid codes in one client, by a number that both present",
            &[
                (1, "kys-1", HETU_SYSTEM, &["a"]),
                (1, "kys-1", NUMBER, &["1"]),
                (1, "sos-1", HETU_SYSTEM, &["b"]),
                (1, "sos-1", NUMBER, &["1"]),
                (1, "tk-1", NUMBER, &["1"]),
            ],
            "identity-codes-joined: kys-1 sos-1",
        ),
        (
            "linked, and born on two days",
            &[
                (1, "kys-1", HETU_SYSTEM, &["a"]),
                (1, "sos-1", HETU_SYSTEM, &["a"]),
                (2, "kys-1", Evidence::BirthDate.system(), &["2000-01-01"]),
                (2, "sos-1", Evidence::BirthDate.system(), &["2010-01-01"]),
            ],
            "birth-dates-differ: kys-1 sos-1",
        ),
        (
            "born on two days, and not linked",
            &[
                (2, "kys-1", Evidence::BirthDate.system(), &["2000-01-01"]),
                (2, "sos-1", Evidence::BirthDate.system(), &["2010-01-01"]),
                (2, "tk-1", Evidence::BirthDate.system(), &["2010-01-01"]),
            ],
            "",
        ),
        (
            "a birth date that differs from the code's",
            &[(2, "kys-1", Evidence::BirthDate.system(), &["2000-01-01", "2010-01-01"])],
            "birth-dates-differ: kys-1",
        ),
    ];
    for (why, messages, expected) in table {
        assert_eq!(reviews(&links(messages), &names), *expected, "{why}");
        let mut turned = messages.to_vec();
        turned.reverse();
        assert_eq!(open(&links(&turned), &[]), open(&links(messages), &[]), "{why}: in whatever order");
    }
}

/// Evidence of who somebody is joins nobody and finds nobody.
#[test]
fn evidence_links_and_finds_nobody() {
    for system in Evidence::ALL.iter().map(|it| it.system()) {
        let links = links(&[(1, "kys-1", system, &["x"]), (1, "sos-1", system, &["x"])]);
        let clients = links.clients(&Crowded::new());
        assert_eq!(clients.len(), 2, "{system}");
        assert!(clients.iter().all(|client| links.finding(client).is_empty()), "{system}");
        assert!(links.crowded().is_empty());
    }
}

#[test]
fn a_crowd_and_a_person_that_is_too_large() {
    let names: Vec<String> = (0..=LARGEST).map(|n| format!("kys-{n}")).collect();
    let present = |count: usize| {
        let mut links = Links::default();
        for name in &names[..count] {
            links.learn(&received((1, name, HETU_SYSTEM, &["x"])));
        }
        open(&links, &[]).iter().map(|review| (review.reason, review.open.len())).collect::<Vec<_>>()
    };
    assert_eq!(present(CROWD), []);
    assert_eq!(present(CROWD + 1), [(Reason::Crowd, CROWD + 1)]);
    let chain = |count: usize| {
        let mut links = Links::default();
        for (n, name) in names[..count].iter().enumerate() {
            links.learn(&received((1, name, NUMBER, &[&n.to_string(), &(n + 1).to_string()])));
        }
        open(&links, &[]).iter().map(|review| (review.reason, review.open.len())).collect::<Vec<_>>()
    };
    assert_eq!(chain(LARGEST), []);
    assert_eq!(chain(LARGEST + 1), [(Reason::TooLarge, LARGEST + 1)]);
}
