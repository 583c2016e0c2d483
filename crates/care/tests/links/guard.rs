//! The guards that keep one bad number from joining strangers.

use crate::{Message, decide, links, received, record};
use care::access::{ConsentRecord, Given, Recording, given};
use care::link::{CROWD, Crowded, LARGEST, Links};
use event::{Authority, Body, Direction, HETU_SYSTEM, PermissionKind, PersonEvent, PersonUpdated, Presented, Register};
use testkit::history::keyring;

#[test]
fn a_placeholder_links_nobody() {
    let names: Vec<String> = (0..=CROWD).map(|n| format!("kys-{n}")).collect();
    let present = |count: usize| {
        let mut messages: Vec<_> = names[..count].iter().map(|name| Message(1, name, Some(&["999"][..]))).collect();
        messages.push(Message(1, "sos-1", Some(&["999"])));
        messages.push(Message(1, "tk-1", Some(&["999"])));
        links(&messages).clients(&Crowded::new())
    };
    assert_eq!(present(CROWD).len(), 1, "as many as may be");
    let crowded = present(CROWD + 1);
    assert_eq!(crowded.len(), CROWD + 2, "one more: none of them is linked; the records of other systems still are");
    assert_eq!(crowded.iter().map(std::collections::BTreeSet::len).max(), Some(2));
}

/// A consent stands in a record of its own, which presents the code that was asked with. It makes no crowd of the others.
#[test]
fn a_consent_breaks_no_link() {
    let codes: Vec<String> = (0..CROWD).map(|n| format!("{HETU_SYSTEM}-{n}")).collect();
    let mut messages: Vec<_> = codes.iter().map(|name| Message(1, name, Some(&["010194-999X"][..]))).collect();
    messages.push(Message(1, "tk-1", Some(&["010294-999Y"])));
    let mut links = links(&messages);
    let code = |value: &str| event::Identifier::new(HETU_SYSTEM, value);
    let at = event::Instant::from_micros(1_772_431_200_000_000).unwrap();
    let permits = Given {
        kind: PermissionKind::Consent,
        direction: Direction::ToHealthCare,
        service_tasks: Vec::new(),
        patient_data: None,
        until: None,
        organisation: None,
    };
    let record = ConsentRecord::of(&keyring(), &code("010194-999X"));
    let by = Recording { caller: "test", consent: "1", register: Register::Patient, record: &record };
    links.learn(&given(&keyring(), by, &permits, at));
    let sizes = |links: &Links| {
        let mut sizes: Vec<_> = links.clients(&Crowded::new()).iter().map(std::collections::BTreeSet::len).collect();
        sizes.sort_unstable();
        sizes
    };
    assert_eq!(sizes(&links), [1, CROWD + 1]);
    // Two clients who are made one and parted again each keep theirs.
    decide(&mut links, 2, &codes[0], "tk-1", true, Authority::Steward);
    let other = ConsentRecord::of(&keyring(), &code("010294-999Y"));
    links.learn(&given(&keyring(), Recording { record: &other, ..by }, &permits, at));
    assert_eq!(sizes(&links), [CROWD + 3]);
    decide(&mut links, 3, &codes[0], "tk-1", false, Authority::Steward);
    assert_eq!(sizes(&links), [2, CROWD + 1]);
}

#[test]
fn a_component_that_is_too_large_keeps_decided_links_only() {
    // A chain over own numbers: each record presents its own and the next one's.
    let chain = |count: usize| {
        let mut links = Links::default();
        for n in 0..count {
            let number = |n: usize| keyring().identifier("number", &n.to_string());
            let mut tokens = vec![number(n), number(n + 1)];
            tokens.sort();
            let presented = vec![Presented { system: "number".into(), tokens }];
            links.learn(&received(
                1,
                record(&format!("kys-{n}")),
                presented,
                Body::Person(PersonEvent::PersonUpdated(PersonUpdated::default())),
            ));
        }
        links
    };
    assert_eq!(chain(LARGEST).clients(&Crowded::new()).len(), 1);
    let mut too_large = chain(LARGEST + 1);
    assert_eq!(too_large.clients(&Crowded::new()).len(), LARGEST + 1);
    decide(&mut too_large, 2, "kys-0", "kys-1", true, Authority::Source);
    assert_eq!(too_large.clients(&Crowded::new()).len(), LARGEST, "what is decided stays");
}
