//! Rule R6 and its guards, one by one.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

#[cfg(test)]
mod change;
#[cfg(test)]
mod guard;

use care::link::{CROWD, Crowded, Links};
use event::{
    Authority, Body, Event, Evidence, HETU_SYSTEM, IdentitiesMerged, IdentitiesUnmerged, Instant, NationalIdChanged,
    PersonUpdated, Presented, ReceivedEvent, StreamId, Token, event_id,
};
use std::collections::BTreeSet;
use testkit::history::keyring;

/// A message at a minute: its record, and the identity codes that it presents (`None`: it does not have that system).
struct Message<'a>(u32, &'a str, Option<&'a [&'a str]>);

fn record(name: &str) -> StreamId {
    let (system, _) = name.rsplit_once('-').unwrap();
    keyring().record("test", system, name)
}

fn received(minute: u32, record: StreamId, presented: Vec<Presented>, body: Body) -> ReceivedEvent {
    let at = Instant::from_micros(1_772_431_200_000_000).unwrap().plus_seconds(i64::from(minute) * 60);
    let event = Event {
        id: event_id("test", &format!("{} {minute}", record.system), &digest(&record.key), minute),
        presented,
        ..testkit::case::reported("1", at, record, body)
    };
    ReceivedEvent { received_at: at, event }
}

fn digest(token: &Token) -> [u8; 32] {
    let mut digest = [0; 32];
    digest[..Token::LEN].copy_from_slice(token.as_bytes());
    digest
}

fn links(messages: &[Message<'_>]) -> Links {
    let mut links = Links::default();
    for Message(minute, name, codes) in messages {
        let presented = codes.map(|codes| {
            let mut tokens: Vec<_> = codes.iter().map(|code| keyring().identifier(HETU_SYSTEM, code)).collect();
            tokens.sort();
            Presented { system: HETU_SYSTEM.into(), tokens }
        });
        let body = Body::from(PersonUpdated::default());
        links.learn(&received(*minute, record(name), presented.into_iter().collect(), body));
    }
    links
}

fn decide(links: &mut Links, minute: u32, a: &str, b: &str, together: bool, authority: Authority) {
    let body = if together {
        Body::from(IdentitiesMerged { subsumed: record(b), authority, decider: None, reason: None })
    } else {
        Body::from(IdentitiesUnmerged { separated: record(b), authority, decider: None, reason: None })
    };
    links.learn(&received(minute, record(a), Vec::new(), body));
}

/// The clients as names, sorted.
fn clients(links: &Links, names: &[&str]) -> String {
    let name = |key: &Token| names.iter().find(|name| record(name).key == *key).copied().unwrap_or("?");
    let mut clients: Vec<_> = links
        .clients(&Crowded::new())
        .iter()
        .map(|keys| {
            let mut names: Vec<_> = keys.iter().map(name).collect();
            names.sort_unstable();
            names.join("+")
        })
        .collect();
    clients.sort();
    clients.join(" ")
}

#[test]
fn records_that_present_one_identifier_are_linked() {
    let names = ["kys-1", "tk-1", "sos-1"];
    let table: &[(&str, &[Message<'_>], &str)] = &[
        ("the same code", &[Message(1, "kys-1", Some(&["a"])), Message(2, "sos-1", Some(&["a"]))], "kys-1+sos-1"),
        ("different codes", &[Message(1, "kys-1", Some(&["a"])), Message(2, "sos-1", Some(&["b"]))], "kys-1 sos-1"),
        ("no code", &[Message(1, "kys-1", None), Message(2, "sos-1", Some(&["a"]))], "kys-1 sos-1"),
        (
            "the next message that has the system replaces it whole",
            &[Message(1, "kys-1", Some(&["a"])), Message(2, "sos-1", Some(&["a"])), Message(3, "kys-1", Some(&["b"]))],
            "kys-1 sos-1",
        ),
        (
            "a message without the system keeps it",
            &[Message(1, "kys-1", Some(&["a"])), Message(2, "sos-1", Some(&["a"])), Message(3, "kys-1", None)],
            "kys-1+sos-1",
        ),
        (
            "a message that empties the system unlinks",
            &[Message(1, "kys-1", Some(&["a"])), Message(2, "sos-1", Some(&["a"])), Message(3, "kys-1", Some(&[]))],
            "kys-1 sos-1",
        ),
        (
            "two identity codes in one message link nothing",
            &[
                Message(1, "kys-1", Some(&["a", "b"])),
                Message(2, "sos-1", Some(&["a"])),
                Message(3, "tk-1", Some(&["b"])),
            ],
            "kys-1 sos-1 tk-1",
        ),
    ];
    for (why, messages, expected) in table {
        assert_eq!(clients(&links(messages), &names), *expected, "{why}");
    }
}

#[test]
fn a_decision_outranks_what_is_presented() {
    let names = ["kys-1", "kys-2", "sos-1"];
    let apart =
        [Message(1, "kys-1", Some(&["a"])), Message(1, "kys-2", Some(&["b"])), Message(1, "sos-1", Some(&["a"]))];
    let mut it = links(&apart);
    assert_eq!(clients(&it, &names), "kys-1+sos-1 kys-2");
    decide(&mut it, 5, "kys-1", "kys-2", true, Authority::Source);
    assert_eq!(clients(&it, &names), "kys-1+kys-2+sos-1");
    decide(&mut it, 4, "kys-2", "kys-1", false, Authority::Source);
    assert_eq!(clients(&it, &names), "kys-1+kys-2+sos-1", "the later decision stands, whichever record is named first");
    decide(&mut it, 3, "kys-1", "kys-2", false, Authority::Steward);
    assert_eq!(clients(&it, &names), "kys-1+sos-1 kys-2", "a steward outranks a source, whichever decided later");
    decide(&mut it, 9, "kys-1", "sos-1", false, Authority::Steward);
    assert_eq!(clients(&it, &names), "kys-1 kys-2 sos-1", "a pair decided apart undoes what is presented");
    // Chains and cycles of merges are harmless.
    decide(&mut it, 10, "kys-1", "kys-2", true, Authority::Steward);
    decide(&mut it, 11, "kys-2", "sos-1", true, Authority::Steward);
    decide(&mut it, 12, "sos-1", "kys-1", true, Authority::Steward);
    assert_eq!(clients(&it, &names), "kys-1+kys-2+sos-1");
    decide(&mut it, 13, "kys-1", "kys-1", false, Authority::Steward);
    assert_eq!(clients(&it, &names), "kys-1+kys-2+sos-1", "a record is never apart from itself");
}

/// A source that is not configured to decide joins nobody and separates nobody, at any time.
#[test]
fn a_proposal_decides_nothing() {
    let names = ["kys-1", "kys-2", "sos-1"];
    let apart =
        [Message(1, "kys-1", Some(&["a"])), Message(1, "kys-2", Some(&["b"])), Message(1, "sos-1", Some(&["a"]))];
    let doubted = |links: &Links| {
        let clients = links.clients(&Crowded::new());
        clients.iter().filter(|client| links.is_in_doubt(client)).count()
    };
    let proposed = Authority::Unconfirmed;
    let mut it = links(&apart);
    assert_eq!(doubted(&it), 0);
    decide(&mut it, 9, "kys-1", "kys-2", true, proposed);
    assert_eq!(clients(&it, &names), "kys-1+sos-1 kys-2");
    assert_eq!(doubted(&it), 2, "more may belong to either");
    decide(&mut it, 5, "kys-1", "kys-2", false, Authority::Steward);
    assert_eq!((clients(&it, &names).as_str(), doubted(&it)), ("kys-1+sos-1 kys-2", 0), "a steward has decided");

    let mut it = links(&apart);
    decide(&mut it, 9, "kys-1", "sos-1", false, proposed);
    assert_eq!((clients(&it, &names).as_str(), doubted(&it)), ("kys-1+sos-1 kys-2", 0));
    decide(&mut it, 3, "kys-1", "kys-2", true, Authority::Source);
    decide(&mut it, 8, "kys-1", "kys-2", false, proposed);
    assert_eq!(clients(&it, &names), "kys-1+kys-2+sos-1", "it outranks nobody");
}

/// A code has ended, as reported by a source that may not decide it: another record that presents it may be the same
/// person.
#[test]
fn an_ended_code_that_somebody_else_presents_is_a_doubt() {
    let code = |code: &str| keyring().identifier(HETU_SYSTEM, code);
    let present = |links: &mut Links, minute, name: &str, system: &str, codes: &[&str]| {
        let set = Presented { system: system.into(), tokens: codes.iter().map(|it| code(it)).collect() };
        links.learn(&received(minute, record(name), vec![set], Body::from(PersonUpdated::default())));
    };
    let doubt = |links: &Links| {
        let is_in_doubt = |name: &str| links.is_in_doubt(&BTreeSet::from([record(name).key]));
        (is_in_doubt("kys-1"), is_in_doubt("tk-1"))
    };
    let mut it = links(&[Message(1, "kys-1", Some(&["h"])), Message(1, "tk-2", Some(&["x"]))]);
    present(&mut it, 2, "kys-1", Evidence::EndedCode.system(), &["g"]);
    assert_eq!(doubt(&it), (false, false), "nobody else presents it");
    present(&mut it, 3, "tk-1", Evidence::EndedCode.system(), &["g"]);
    assert_eq!(doubt(&it), (false, false), "it has ended there too");
    present(&mut it, 4, "tk-1", HETU_SYSTEM, &["g"]);
    present(&mut it, 4, "tk-1", Evidence::EndedCode.system(), &[]);
    assert_eq!(doubt(&it), (true, false), "it holds there");
    let (old, new) = (vec![code("g")], vec![code("h")]);
    let changed = NationalIdChanged { old, new, authority: Authority::Steward, decider: None, reason: None };
    it.learn(&received(5, record("kys-1"), Vec::new(), Body::from(changed)));
    assert_eq!(doubt(&it), (false, false), "a steward has decided");
}

/// By which of its records a client is found. The last one presents an identifier that appears on many records.
#[test]
fn a_client_is_found_by_an_identifier_of_its_own_or_not_at_all() {
    let crowd: Vec<String> = (0..=CROWD).map(|n| format!("kys-{n}")).collect();
    let mut messages: Vec<_> = crowd.iter().map(|name| Message(1, name, Some(&["999"][..]))).collect();
    messages.push(Message(2, "kys-0", Some(&["999", "a"])));
    messages.push(Message(1, "tk-none", None));
    messages.push(Message(1, "tk-two", Some(&["b", "c"])));
    messages.push(Message(1, "sos-1", Some(&["999"])));
    messages.push(Message(1, "sos-2", Some(&["d"])));
    messages.push(Message(1, "kys-6", Some(&["999"])));
    let mut links = links(&messages);
    let mut present = |name: &str, system: &str, number: &str| {
        let set = Presented { system: system.into(), tokens: vec![keyring().identifier(system, number)] };
        links.learn(&received(3, record(name), vec![set], Body::from(PersonUpdated::default())));
    };
    let own = record("tk-own").system;
    present("tk-own", &own, "1");
    present("tk-region", "region", "1");
    present("tk-shared", &own, "2");
    present("sos-3", &own, "2");
    present("recorded-consents-1", &own, "1");
    present("recorded-consents-2", HETU_SYSTEM, "e");
    present("tk-codeless", &own, "3");
    present("tk-codeless", Evidence::NoIdentityCode.system(), "3");
    let found = |name: &str| {
        let clients = links.clients(&Crowded::new());
        let client = clients.iter().find(|it| it.contains(&record(name).key)).unwrap();
        links.is_found(client, &links.crowded())
    };
    for (name, is_found, why) in [
        ("tk-none", false, "it presents nothing"),
        ("tk-two", false, "two codes contradict each other"),
        ("kys-1", false, "one of a crowd"),
        ("sos-1", true, "the same number, of a system without a crowd"),
        ("sos-2", true, "a code of its own"),
        ("tk-own", false, "nobody else knows its own number, also if somebody left word or recorded a consent with it"),
        ("recorded-consents-2", true, "a consent that was recorded with an identity code"),
        ("tk-region", true, "a number of another system"),
        ("tk-shared", true, "its own number, which another system has too"),
        ("tk-codeless", true, "it has no code: its source has asked"),
    ] {
        assert_eq!(found(name), is_found, "{why}");
    }
}
