//! The guards that keep one bad number from joining strangers.

use crate::{Message, decide, links, received, record};
use care::link::{CROWD, Crowded, LARGEST, Links};
use event::{Authority, Body, PersonEvent, PersonUpdated, Presented};
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
