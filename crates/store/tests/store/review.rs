//! The review list is what the rule gives for all records of the county, and a decision removes an entry from it.

use crate::county::{Chance, County, at, cut};
use crate::law2::{batch, find, history};
use crate::oracle;
use crate::server::TestDatabase;
use care::link::{Crowded, LARGEST, Links};
use event::{
    Authority, Body, Code, CurrentStaysStated, Evidence, HETU_SYSTEM, IdentitiesMerged, Instant, MayEnd,
    NationalIdChanged, PersonUpdated, Presented, ReceivedEvent, Register, Token,
};
use sqlx::Row;
use std::collections::{BTreeMap, BTreeSet};
use store::Door;
use store::review::{self, CodeVerdict, Reason, Verdict};

/// Reason, since when, and each record's key with whether it is decided.
type Entries = BTreeSet<(Reason, Instant, BTreeSet<(Vec<u8>, bool)>)>;

/// From all records at once.
fn expected(events: &[ReceivedEvent]) -> Entries {
    let mut links = Links::default();
    for received in events {
        links.learn(received);
    }
    let entry = |review: care::review::Review| {
        let order_keys = review.open.values().chain(review.decided.values()).flatten();
        let since = order_keys.map(|key| key.received).min().unwrap_or(Instant::MAX);
        let open = review.open.into_keys().map(|key| (key.as_bytes().to_vec(), false));
        let decided = review.decided.into_keys().map(|key| (key.as_bytes().to_vec(), true));
        (review.reason, since, open.chain(decided).collect())
    };
    care::review::open(&links, &links.clients(&Crowded::new())).into_iter().map(entry).collect()
}

async fn keys(pool: &sqlx::PgPool) -> BTreeMap<i64, Vec<u8>> {
    let rows = sqlx::query("SELECT id, key FROM record").fetch_all(pool).await.unwrap();
    rows.into_iter().map(|row| (row.get("id"), row.get("key"))).collect()
}

async fn listed(database: &TestDatabase) -> Entries {
    let keys = keys(&database.pool().await).await;
    let entries = review::list(&database.store).await.unwrap();
    let entry = |entry: review::Entry| {
        let records = entry.records.iter().map(|it| (keys[&it.reference].clone(), it.decided)).collect();
        assert!(entry.records.iter().all(|it| it.sources.len() <= 1), "{entry:?}");
        (entry.reason, entry.since, records)
    };
    entries.into_iter().map(entry).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_what_the_rule_gives_of_all_records() {
    let mut met = BTreeSet::new();
    for seed in 4000..4006 {
        let database = TestDatabase::new().await;
        let (_, copies, mut chance) = history(seed, &format!("r{seed}"));
        for part in cut(&mut chance, copies.clone(), 20) {
            database.projector.apply(&batch(&part)).await.unwrap();
        }
        let expected = expected(&oracle::join(&copies));
        met.extend(expected.iter().map(|(reason, ..)| *reason));
        assert_eq!(listed(&database).await, expected, "seed {seed}");
    }
    let all = [Reason::TwoIdentityCodes, Reason::RefusedIdentityCode, Reason::Crowd, Reason::BirthDatesDiffer];
    assert!(all.iter().all(|reason| met.contains(reason)), "{met:?}");
}

/// What the county's records present, one message each.
fn presenting(county: &County, sets: &[(usize, &str, &[&str])]) -> Vec<ReceivedEvent> {
    let message = |(n, (record, system, values)): (usize, &(usize, &str, &[&str]))| {
        let mut received = county.event(&mut Chance(1), n as u64);
        (received.received_at, received.event.recorded_at) = (at(n as u64), at(n as u64));
        received.event.record = county.records[*record].clone();
        received.event.body = event::Body::from(PersonUpdated::default());
        let mut tokens: Vec<Token> = values.iter().map(|value| county.keys.identifier(HETU_SYSTEM, value)).collect();
        tokens.sort();
        received.event.presented = vec![Presented { system: (*system).to_owned(), tokens }];
        received
    };
    sets.iter().enumerate().map(message).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn so_many_linked_records_that_they_are_no_person() {
    let database = TestDatabase::new().await;
    let county = County::new("large", LARGEST as u64 + 1, 2);
    let names: Vec<String> = (0..=LARGEST + 1).map(|n| n.to_string()).collect();
    let pairs: Vec<[&str; 2]> = names.windows(2).map(|two| [two[0].as_str(), two[1].as_str()]).collect();
    let sets: Vec<(usize, &str, &[&str])> = (0..=LARGEST).map(|n| (n, "urn:number", pairs[n].as_slice())).collect();
    let events = presenting(&county, &sets);
    database.projector.apply(&batch(&events[..LARGEST])).await.unwrap();
    assert_eq!(listed(&database).await, Entries::new());
    database.projector.apply(&batch(&events)).await.unwrap();
    assert_eq!(listed(&database).await, expected(&events));
    assert_eq!(review::list(&database.store).await.unwrap()[0].reason, Reason::TooLarge);
}

/// Each pair was decided, so all are one client: nothing links two clients, and yet the client is too large.
#[tokio::test(flavor = "multi_thread")]
async fn so_many_records_that_were_merged_one_by_one_are_listed() {
    let database = TestDatabase::new().await;
    let county = County::new("merged", LARGEST as u64 + 1, 2);
    let merged = |n: usize| {
        let mut received = county.event(&mut Chance(1), n as u64);
        (received.received_at, received.event.recorded_at) = (at(n as u64), at(n as u64));
        received.event.record = county.records[n - 1].clone();
        received.event.presented = Vec::new();
        let (subsumed, authority) = (county.records[n].clone(), Authority::Source);
        received.event.body = Body::from(IdentitiesMerged { subsumed, authority, decider: None, reason: None });
        received
    };
    let events: Vec<_> = (1..=LARGEST).map(merged).collect();
    database.projector.apply(&batch(&events)).await.unwrap();
    let clients = "SELECT count(DISTINCT client) FROM record";
    assert_eq!(sqlx::query_scalar::<_, i64>(clients).fetch_one(&database.pool().await).await.unwrap(), 1);
    assert_eq!(listed(&database).await, expected(&events));
    assert_eq!(review::list(&database.store).await.unwrap()[0].reason, Reason::TooLarge);
}

/// A refused code, and a number that too many records present. Of each the first records are shown, and a record that a
/// steward has decided never takes the place of an open one.
#[tokio::test(flavor = "multi_thread")]
async fn of_what_hundreds_present_the_first_are_shown() {
    const PRESENTING: usize = 230;
    const SHOWN: usize = 200;
    let database = TestDatabase::new().await;
    let names: Vec<String> = (0..PRESENTING).map(|n| n.to_string()).collect();
    for (system, own, reason) in [
        (Evidence::RefusedCode.system(), false, Reason::RefusedIdentityCode),
        ("urn:number", false, Reason::Crowd),
        (HETU_SYSTEM, true, Reason::TwoIdentityCodes),
    ] {
        let mut county = County::new(&format!("many{reason:?}"), 0, 2);
        let record = |n: usize| county.keys.record(&county.name, "other", &n.to_string());
        county.records = (0..PRESENTING).map(record).collect();
        // Or beside a code of one's own.
        let values: Vec<[&str; 2]> = names.iter().map(|name| ["same", name.as_str()]).collect();
        let values = |n: usize| if own { values[n].as_slice() } else { &values[n][..1] };
        let sets: Vec<(usize, &str, &[&str])> = (0..PRESENTING).map(|n| (n, system, values(n))).collect();
        database.projector.apply(&batch(&presenting(&county, &sets))).await.unwrap();
        let of_reason = async || {
            let list = review::list(&database.store).await.unwrap();
            list.into_iter().find(|entry| entry.reason == reason).unwrap().records
        };
        let first = of_reason().await;
        assert_eq!(first.len(), SHOWN, "{reason:?}");
        let verdict = Verdict {
            together: false,
            by: "Iida Identiteetti".to_owned(),
            reason: Code::try_new("checked").unwrap(),
            register: Register::Patient,
        };
        let [one, other] = [first[0].reference, first[1].reference];
        let (a, b, stands) = review::pair(&database.store, (one, other)).await.unwrap().unwrap();
        let decided = review::decided(&county.keys, (&a, &b), stands.as_ref(), &verdict, at(90)).unwrap();
        database.projector.apply(&batch(&[decided])).await.unwrap();
        let open = of_reason().await.into_iter().filter(|party| !party.decided).count();
        assert_eq!(open, SHOWN, "{reason:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_takes_it_off_the_list_and_answers_follow() {
    let database = TestDatabase::new().await;
    let county = County::new("decide", 3, 2);
    let events = presenting(
        &county,
        &[(0, HETU_SYSTEM, &["a", "b"]), (1, HETU_SYSTEM, &["a"]), (2, Evidence::RefusedCode.system(), &["x"])],
    );
    database.projector.apply(&batch(&events)).await.unwrap();
    let list = review::list(&database.store).await.unwrap();
    let reasons: Vec<_> = list.iter().map(|entry| (entry.reason, entry.records.len())).collect();
    assert_eq!(reasons, [(Reason::TwoIdentityCodes, 2), (Reason::RefusedIdentityCode, 1)]);
    let door = Door::new(database.store.clone());
    let [a, x] = ["a", "x"].map(|code| county.keys.identifier(HETU_SYSTEM, code));
    assert!(find(&door, a, None).await.0, "two present it, one of them with another: ambiguous");
    assert!(find(&door, x, None).await.0, "somebody presents it: never none");

    let [one, other] = [0, 1].map(|n| list[0].records[n].reference);
    let verdict = |together| Verdict {
        together,
        by: "Iida Identiteetti".to_owned(),
        reason: Code::try_new("checked").unwrap(),
        register: Register::Patient,
    };
    for (n, together) in [true, true, false].into_iter().enumerate() {
        let (first, second, stands) = review::pair(&database.store, (one, other)).await.unwrap().unwrap();
        let decided = review::decided(&county.keys, (&first, &second), stands.as_ref(), &verdict(together), at(90));
        assert_eq!(decided.is_some(), n != 1, "decided again it gives no event");
        let events: Vec<_> = decided.into_iter().collect();
        database.projector.apply(&batch(&events)).await.unwrap();
        let list = review::list(&database.store).await.unwrap();
        assert_eq!(list.iter().map(|entry| entry.reason).collect::<Vec<_>>(), [Reason::RefusedIdentityCode]);
        let rows = sqlx::query("SELECT DISTINCT client FROM record WHERE id IN ($1, $2)").bind(one).bind(other);
        let clients = rows.fetch_all(&database.pool().await).await.unwrap().len();
        assert_eq!(clients, if together { 1 } else { 2 });
    }
    assert!(review::pair(&database.store, (one, 1_000_000)).await.unwrap().is_none());
}

/// A list that ends much, and a code that a source reports as changed: each waits, is confirmed once, and leaves the list.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_confirmation_is_confirmed_once() {
    let database = TestDatabase::new().await;
    let county = County::new("confirm", 3, 6);
    let key = |n: u64| county.keys.token("stay", &county.name, &n.to_string());
    let list = |minute: u64, stays: std::ops::Range<u64>| {
        let mut received = county.event(&mut Chance(1), minute);
        (received.received_at, received.event.recorded_at) = (at(minute), at(minute));
        received.event.record = county.keys.record(&county.name, "source", &county.name);
        received.event.presented = Vec::new();
        let mut stays: Vec<_> = stays.map(key).collect();
        stays.sort();
        let may_end = MayEnd::USUAL;
        received.event.body = Body::from(CurrentStaysStated { as_of: at(minute), wards: Vec::new(), stays, may_end });
        received
    };
    database.projector.apply(&batch(&[list(10, 0..40), list(20, 30..40)])).await.unwrap();
    let pending = review::pending_lists(&database.store).await.unwrap();
    let [waits] = pending.as_slice() else { panic!("{pending:?}") };
    let pending = waits.pending.as_ref().unwrap();
    assert_eq!((waits.keys.len(), pending.keys, pending.ends), (40, 10, 30));
    let reason = || Code::try_new("checked").unwrap();
    let confirmed = |now| review::list_confirmed(&county.keys, waits, "Iida Identiteetti", reason(), at(now)).unwrap();
    assert_eq!(confirmed(30).event.id, confirmed(31).event.id);
    database.projector.apply(&batch(&[confirmed(30)])).await.unwrap();
    assert_eq!(review::pending_lists(&database.store).await.unwrap(), []);
    assert_eq!(database.projector.rebuild(true, |_, _| ()).await.unwrap().differing, 0);

    let mut events =
        presenting(&county, &[(0, HETU_SYSTEM, &["a"]), (1, HETU_SYSTEM, &["a"]), (0, HETU_SYSTEM, &["b"])]);
    let [old, new] = ["a", "b"].map(|code| county.keys.identifier(HETU_SYSTEM, code));
    let authority = Authority::Unconfirmed;
    events[2].event.body =
        Body::from(NationalIdChanged { old: vec![old], new: vec![new], authority, decider: None, reason: None });
    database.projector.apply(&batch(&events)).await.unwrap();
    let door = Door::new(database.store.clone());
    let answers = async || {
        let (by_old, by_new) = (find(&door, old, None).await, find(&door, new, None).await);
        [(by_old.0, by_old.1.is_some()), (by_new.0, by_new.1.is_some())]
    };
    assert_eq!(answers().await, [(true, true), (true, true)], "both are found, and both in doubt");
    let entries = review::list(&database.store).await.unwrap();
    assert_eq!(entries.iter().map(|it| it.reason).collect::<Vec<_>>(), [Reason::IdentityCodeChangeProposed]);
    let review::RecordCodes { record, proposed, .. } =
        review::codes(&database.store, entries[0].records[0].reference).await.unwrap().unwrap();
    assert_eq!((record.key, proposed.len()), (county.records[0].key, 2));
    let verdict = CodeVerdict {
        changed: true,
        by: "Iida Identiteetti".to_owned(),
        reason: reason(),
        register: Register::Patient,
    };
    let decided = review::code_decided(&county.keys, &record, &proposed, &verdict, at(50)).unwrap();
    database.projector.apply(&batch(&[decided])).await.unwrap();
    assert_eq!(answers().await, [(false, false), (false, true)], "the old one leads nobody to the new one");
    assert_eq!(review::list(&database.store).await.unwrap(), []);
    assert!(
        review::codes(&database.store, entries[0].records[0].reference).await.unwrap().unwrap().proposed.is_empty()
    );
    assert_eq!(database.projector.rebuild(true, |_, _| ()).await.unwrap().differing, 0);
}
