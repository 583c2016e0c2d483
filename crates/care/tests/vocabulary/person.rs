//! Death, turvakielto, another identity code.

use crate::{assigned, at, reported, started, views};
use care::link::{Crowded, Links};
use event::{
    Authority, Body, DeathCancelled, HETU_SYSTEM, IdentityEvent, NationalIdChanged, NonDisclosureLifted,
    NonDisclosureSet, PersonDied, Presented, ReceivedEvent,
};
use std::collections::BTreeSet;
use testkit::history::{Chance, keyring};

#[test]
fn death_and_turvakielto() {
    let record = keyring().record("test", "own", "1").key;
    let died = || Body::from(PersonDied { died_at: Some(at(1)) });
    let alive = || Body::from(DeathCancelled);
    for (story, deceased) in [
        (vec![(1, died())], Some(true)),
        (vec![(1, died()), (2, alive())], Some(false)),
        (vec![(1, died()), (1, alive())], Some(false)),
        (vec![(1, alive()), (2, died())], Some(true)),
    ] {
        for view in views(&story) {
            assert_eq!(view.health.persons[&record].is_deceased(), deceased);
        }
    }
    let set = |until| Body::from(NonDisclosureSet { until });
    let lifted = || Body::from(NonDisclosureLifted);
    for (story, in_force) in [
        (vec![(1, set(None))], true),
        (vec![(1, set(Some(at(50))))], false),
        (vec![(1, set(Some(at(150))))], true),
        (vec![(1, set(None)), (2, lifted())], false),
        // An extension lifts and sets in one minute: it protects, in either order.
        (vec![(1, set(None)), (2, lifted()), (2, set(Some(at(150))))], true),
        (vec![(2, set(Some(at(50)))), (2, set(Some(at(150))))], true),
        (vec![(2, set(Some(at(50)))), (2, set(None))], true),
    ] {
        for view in views(&story) {
            assert_eq!(view.health.persons[&record].non_disclosure.in_force_at(at(100)), in_force, "{story:?}");
            assert_eq!(view.is_protected_at(at(100)), in_force);
        }
    }
}

/// 661/2009 12 §: the old code still joins, and finds nobody; changed back, it finds again.
#[test]
fn a_changed_identity_code_joins_and_finds_nobody() {
    let keys = keyring();
    let [old, new] = ["020516C903K", "020516C902J"].map(|code| keys.identifier(HETU_SYSTEM, code));
    let presenting = |record: &str, minute, n, token, body: Body| {
        let mut received = reported(record, minute, n, body);
        received.event.presented = vec![Presented { system: HETU_SYSTEM.into(), tokens: vec![token] }];
        received
    };
    let change = |from, to| {
        Body::from(NationalIdChanged {
            old: vec![from],
            new: vec![to],
            authority: Authority::Source,
            decider: None,
            reason: None,
        })
    };
    let mut events = vec![
        presenting("hospital", 1, 1, old, started()),
        presenting("hospital", 5, 2, new, change(old, new)),
        // Another system still sends the old one.
        presenting("social", 9, 3, old, assigned()),
    ];
    let learn = |events: &[ReceivedEvent]| {
        let mut links = Links::default();
        for received in events {
            links.learn(received);
        }
        links
    };
    for seed in 0..6 {
        Chance::new(seed).shuffle(&mut events);
        let links = learn(&events);
        let clients = links.clients(&Crowded::new());
        assert_eq!(clients.len(), 1, "what arrives under the old code belongs to the same person");
        assert_eq!(links.finding(&clients[0]), BTreeSet::from([new]));
    }
    // By a source that may not decide it: nothing is hidden, and nothing is joined.
    let mut proposed = events.clone();
    for received in &mut proposed {
        if let Body::Identity(IdentityEvent::NationalIdChanged(changed)) = &mut received.event.body {
            changed.authority = Authority::Unconfirmed;
        }
    }
    let links_then = learn(&proposed);
    let clients = links_then.clients(&Crowded::new());
    let found: BTreeSet<_> = clients.iter().flat_map(|client| links_then.finding(client)).collect();
    assert_eq!((clients.len(), found), (2, BTreeSet::from([old, new])));
    assert!(clients.iter().any(|client| links_then.is_in_doubt(client)), "until somebody has decided");

    events.push(presenting("hospital", 20, 4, old, change(new, old)));
    let links = learn(&events);
    assert_eq!(
        links.finding(&links.clients(&Crowded::new())[0]),
        BTreeSet::from([old]),
        "changed back after a mistake"
    );
}
