//! Law 2: the record is a function of the set of events, however they come.

use crate::county::{Chance, County, at, cut};
use crate::oracle::{self, views};
use crate::server::TestDatabase;
use care::ParallelView;
use care::link::Crowded;
use event::{Body, HETU_SYSTEM, ReceivedEvent, Token};
use std::collections::BTreeSet;
use store::{Access, Ask, Batch, Decided, Door};

/// Random histories per property.
const CASES: u64 = 30;

pub fn batch(events: &[ReceivedEvent]) -> Batch {
    Batch { events: events.to_vec(), ..Batch::default() }
}

/// A county of chance with its events and their copies, in an order of chance.
pub fn history(seed: u64, name: &str) -> (County, Vec<ReceivedEvent>, Chance) {
    let mut chance = Chance(seed);
    let (records, identifiers) = (3 + chance.below(18), 2 + chance.below(8));
    let county = County::new(name, records, identifiers);
    let mut copies: Vec<ReceivedEvent> = Vec::new();
    for n in 0..10 + chance.below(60) {
        let event = county.event(&mut chance, n);
        for _ in 0..chance.below(3) {
            copies.push(county.copy(&mut chance, &event));
        }
        copies.push(event);
    }
    // Mostly as they were received, or any order at all.
    if chance.one_in(2) {
        copies.sort_by_key(|copy| copy.received_at);
    } else {
        chance.shuffle(&mut copies);
    }
    (county, copies, chance)
}

fn keys(county: &County) -> BTreeSet<Token> {
    county.records.iter().map(|record| record.key).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn any_order_copies_and_cuts_give_the_oracles_views_and_rows() {
    let database = TestDatabase::new().await;
    let pool = database.pool().await;
    for seed in 0..CASES {
        let (county, copies, mut chance) = history(seed, &format!("a{seed}"));
        let (mut stored, mut news) = (0, 0);
        let mut so_far = Vec::new();
        for part in cut(&mut chance, copies.clone(), 12) {
            let applied = database.projector.apply(&batch(&part)).await.unwrap();
            stored += applied.stored;
            news += applied.stored + applied.duplicates;
            so_far.extend(part);
            if chance.one_in(4) {
                let expected = oracle::clients(&so_far);
                assert_eq!(oracle::stored(&pool, &keys(&county)).await, expected, "seed {seed} after {news}");
            }
        }
        assert_eq!(stored, oracle::join(&copies).len() as u64, "seed {seed}");
        assert_eq!(news, copies.len() as u64, "seed {seed}");
        assert_eq!(oracle::stored(&pool, &keys(&county)).await, oracle::clients(&copies), "seed {seed}");
        // All of it once more changes nothing.
        let again = database.projector.apply(&batch(&copies)).await.unwrap();
        assert_eq!((again.stored, again.late, again.refolds), (0, 0, 0), "seed {seed}");
    }
    let rebuilt = database.projector.rebuild(true, |_, _| ()).await.unwrap();
    assert!(rebuilt.clients > CASES && rebuilt.differing == 0, "{rebuilt:?}");
}

/// The histories of the pure laws, which have every kind of event, on the real database.
#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_event_gives_the_oracles_views_and_rows() {
    for seed in 0..3 {
        let database = TestDatabase::new().await;
        let pool = database.pool().await;
        let mut copies = testkit::history::history(seed, 120);
        let mut chance = Chance(seed);
        chance.shuffle(&mut copies);
        for part in cut(&mut chance, copies.clone(), 40) {
            database.projector.apply(&batch(&part)).await.unwrap();
        }
        let keys = copies.iter().map(|received| received.event.record.key).collect();
        assert_eq!(oracle::stored(&pool, &keys).await, oracle::clients(&copies), "seed {seed}");
        let rebuilt = database.projector.rebuild(true, |_, _| ()).await.unwrap();
        assert_eq!(rebuilt.differing, 0, "seed {seed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_appliers_give_the_same() {
    let database = TestDatabase::new().await;
    let pool = database.pool().await;
    for seed in 1000..1000 + CASES {
        let (county, copies, mut chance) = history(seed, &format!("c{seed}"));
        let mut lanes: [Vec<Vec<ReceivedEvent>>; 3] = Default::default();
        for part in cut(&mut chance, copies.clone(), 8) {
            lanes[usize::try_from(chance.below(3)).unwrap()].push(part);
        }
        let tasks = lanes.map(|parts| {
            let projector = database.projector.clone();
            tokio::spawn(async move {
                for part in parts {
                    // Transient is to be tried again, as its callers do.
                    while let Err(error) = projector.apply(&batch(&part)).await {
                        assert!(error.is_transient(), "{error}");
                    }
                }
            })
        });
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(oracle::stored(&pool, &keys(&county)).await, oracle::clients(&copies), "seed {seed}");
    }
    let rebuilt = database.projector.rebuild(true, |_, _| ()).await.unwrap();
    assert_eq!(rebuilt.differing, 0);
}

/// Several pages are folded at once: of pairs, whose records lie in two pages, and at the end of others.
#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_of_many_pages_folds_every_client() {
    const PAIRS: u64 = 600;
    const OTHERS: u64 = 400;
    let database = TestDatabase::new().await;
    let pool = database.pool().await;
    let (county, mut chance) = (County::new("pages", 2 * PAIRS + OTHERS, 1), Chance(7));
    let event = |(n, record): (u64, &event::StreamId)| {
        let mut received = county.event(&mut chance, n);
        let person = if n < 2 * PAIRS { n % PAIRS } else { n };
        let tokens = vec![county.keys.identifier(HETU_SYSTEM, &person.to_string())];
        received.event.presented = vec![event::Presented { system: HETU_SYSTEM.to_owned(), tokens }];
        received.event.record = record.clone();
        // What would change whose the record is.
        let links = |body: &Body| matches!(body, Body::Identity(_));
        if links(&received.event.body) {
            received.event.body = Body::from(event::PersonUpdated::default());
        }
        received
    };
    let events: Vec<ReceivedEvent> = (0..).zip(&county.records).map(event).collect();
    for part in events.chunks(500) {
        database.projector.apply(&batch(part)).await.unwrap();
    }
    let right = oracle::clients(&events);
    database.execute("UPDATE view SET version = 0");
    let rebuilt = database.projector.rebuild(false, |_, _| ()).await.unwrap();
    assert_eq!((rebuilt.clients, rebuilt.differing), (PAIRS + OTHERS, PAIRS + OTHERS));
    assert_eq!(oracle::stored(&pool, &keys(&county)).await, right);
    assert_eq!(database.projector.rebuild(true, |_, _| ()).await.unwrap().differing, 0);
}

/// Two strangers whose first messages present the same new identifier, at the same moment.
#[tokio::test(flavor = "multi_thread")]
async fn two_appliers_that_meet_in_a_new_identifier_link_its_records() {
    let database = TestDatabase::new().await;
    let pool = database.pool().await;
    for seed in 2000..2000 + 2 * CASES {
        let mut chance = Chance(seed);
        let county = County::new(&format!("m{seed}"), 4, 2);
        let mut events: Vec<ReceivedEvent> = (0..4).map(|n| county.event(&mut chance, n)).collect();
        for (received, record) in events.iter_mut().zip(&county.records) {
            received.event.record = record.clone();
            received.event.body = event::Body::from(event::PersonUpdated::default());
            let (system, token) = county.identifiers[0];
            received.event.presented = vec![event::Presented { system: system.to_owned(), tokens: vec![token] }];
        }
        let tasks: Vec<_> = events
            .iter()
            .map(|received| {
                let (projector, batch) = (database.projector.clone(), batch(std::slice::from_ref(received)));
                tokio::spawn(async move { projector.apply(&batch).await.unwrap() })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(oracle::stored(&pool, &keys(&county)).await, oracle::clients(&events), "seed {seed}");
    }
}

pub fn access() -> Access {
    Access {
        system: "test".into(),
        side: "duty".into(),
        user: "u".into(),
        identified: None,
        task: "t".into(),
        purpose: "p".into(),
        case_reference: None,
        query: "view",
        declaration: None,
    }
}

/// What the door finds: whether it is ambiguous, and the view.
pub async fn find(door: &Door, token: Token, as_of: Option<event::Instant>) -> (bool, Option<ParallelView>) {
    let ask = Ask { token, as_of, timeline: false, at: at(100), limits: care::Limits::default() };
    let answer = door.ask(ask, access(), |found| Decided {
        answer: (found.ambiguous, found.view.clone()),
        decision: "granted",
        rule: "test".to_owned(),
        outcome: "shown",
        shown: Vec::new(),
        grounds: Vec::new(),
    });
    answer.await.unwrap().into_inner()
}

/// The same from scratch: of what was known then, with the codes that are former now.
fn found(events: &[ReceivedEvent], now: &[ReceivedEvent], token: Token) -> (bool, Option<ParallelView>) {
    let links_now = oracle::links(now);
    // In any record of whom these records are now.
    let clients_now = links_now.clients(&Crowded::new());
    let changed_since = |keys: &BTreeSet<Token>| {
        let of_now = clients_now.iter().filter(|client| !client.is_disjoint(keys)).flatten();
        of_now.filter_map(|key| links_now.records.get(key)).any(|it| it.former().any(|it| it == token))
    };
    let links = oracle::links(events);
    let crowded = links.crowded();
    let presents = |key: &Token| {
        let record = &links.records[key];
        !crowded.contains(&(token, record.system.clone())) && record.linking().any(|it| it == token)
    };
    // A code that was changed finds nobody in any record of the client.
    let changed = |keys: &BTreeSet<Token>| keys.iter().any(|key| links.records[key].former().any(|it| it == token));
    let finds = |keys: &BTreeSet<Token>| keys.iter().any(presents) && !changed(keys) && !changed_since(keys);
    let mut views: Vec<_> = views(events).into_iter().filter(|(keys, _)| finds(keys)).collect();
    // Nobody has decided yet what belongs to the client that is found, or by which code.
    let in_doubt = views.iter().any(|(keys, _)| links.is_in_doubt(keys))
        || links.records.values().any(|record| record.proposed().any(|(it, _)| it == token));
    // Somebody presents it and is not found by it: one of a crowd, or with two identity codes at once.
    let unlinked = links
        .records
        .iter()
        .any(|(key, record)| record.presented.values().any(|set| set.tokens.contains(&token)) && !presents(key));
    let one = views.len() == 1;
    let many = views.len() > 1;
    (many || unlinked || in_doubt, views.pop().map(|(_, view)| view).filter(|_| one))
}

#[tokio::test(flavor = "multi_thread")]
async fn now_and_as_of_any_time_the_door_finds_what_the_oracle_finds() {
    let database = TestDatabase::new().await;
    let door = Door::new(database.store.clone());
    let (mut one, mut many, mut none) = (0, 0, 0);
    for seed in 3000..3000 + CASES {
        let (county, copies, mut chance) = history(seed, &format!("d{seed}"));
        for part in cut(&mut chance, copies.clone(), 30) {
            database.projector.apply(&batch(&part)).await.unwrap();
        }
        let events = oracle::join(&copies);
        for (_, token) in &county.identifiers {
            let expected = found(&events, &events, *token);
            match expected {
                (true, _) => many += 1,
                (_, Some(_)) => one += 1,
                _ => none += 1,
            }
            assert_eq!(find(&door, *token, None).await, expected, "seed {seed}");
            for _ in 0..3 {
                let then = at(chance.below(41));
                let past: Vec<ReceivedEvent> = events.iter().filter(|it| it.received_at <= then).cloned().collect();
                assert_eq!(find(&door, *token, Some(then)).await, found(&past, &events, *token), "seed {seed} {then}");
            }
        }
    }
    // Most records present one code after another here, so most are in doubt.
    assert!(one > 2 && many > 2 && none > 2, "{one} {many} {none}");
}

/// Many present a code that is refused, and it links nobody. One of the last of them has it as a valid code later, and
/// another is reached by another number: a record that was forgotten on the way is read again.
#[tokio::test(flavor = "multi_thread")]
async fn as_of_an_earlier_time_among_many_who_present_what_links_nobody() {
    const PRESENTING: u64 = 300;
    let database = TestDatabase::new().await;
    let door = Door::new(database.store.clone());
    let county = County::new("refused", PRESENTING, 1);
    let code = county.keys.identifier(HETU_SYSTEM, "refused");
    let number = county.keys.identifier("urn:number", "of two");
    let report = |n: u64, record: u64, (system, token): (&str, event::Token), minute: u64| {
        let mut received = county.event(&mut Chance(n), n);
        (received.received_at, received.event.recorded_at) = (at(minute), at(minute));
        received.event.record = county.records[usize::try_from(record).unwrap()].clone();
        received.event.presented = vec![event::Presented { system: system.to_owned(), tokens: vec![token] }];
        received.event.body = Body::from(event::PersonUpdated::default());
        received
    };
    let refused = event::Evidence::RefusedCode.system();
    let mut all: Vec<ReceivedEvent> = (0..PRESENTING).map(|n| report(n, n, (refused, code), 1)).collect();
    // The only record that is found by it, and another that a number makes the same person.
    all.push(report(1000, PRESENTING - 1, (HETU_SYSTEM, code), 2));
    all.push(report(1001, PRESENTING - 1, ("urn:number", number), 3));
    all.push(report(1002, PRESENTING - 3, ("urn:number", number), 4));
    for part in all.chunks(100) {
        database.projector.apply(&batch(part)).await.unwrap();
    }
    for minute in 0..6 {
        let past: Vec<ReceivedEvent> = all.iter().filter(|it| it.received_at <= at(minute)).cloned().collect();
        for token in [code, number] {
            assert_eq!(find(&door, token, Some(at(minute))).await, found(&past, &all, token), "minute {minute}");
        }
    }
}
