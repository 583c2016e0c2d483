//! Receipts: received = stored + duplicate + ignored + rejected, whatever is read twice, and what goes after its time.

use crate::county::{Chance, County, at};
use crate::faults::rejected;
use crate::server::TestDatabase;
use event::{Code, Instant, Presented, RawMessage, Receipt, ReceiptOutcome, ReceivedEvent};
use std::collections::{BTreeMap, BTreeSet};
use store::quarantine;
use store::receipt::{self, Counts, MessageStatus, Outcome, Reread, Swept};
use store::{ApplyError, Batch, Position};
use uuid::Uuid;

fn receipt(county: &County, message: u128, copy_id: u128, outcome: ReceiptOutcome) -> Receipt {
    let id = Uuid::from_u128(message);
    let raw = RawMessage { bytes: "MSH|".into() };
    let keep = !matches!(outcome, ReceiptOutcome::Rejected { .. });
    Receipt {
        id,
        copy_id: Uuid::from_u128(copy_id),
        source: county.name.clone(),
        message: Some(token(county, message)),
        header: None,
        received_at: at(u64::try_from(copy_id % 1_000).unwrap()),
        adapter_version: 2_000,
        outcome,
        raw: keep.then(|| county.keys.sealer(county.records[0].key, id).seal(&raw)),
    }
}

fn token(county: &County, message: u128) -> event::Token {
    county.keys.token("message", &county.name, &message.to_string())
}

fn stored(events: &[u128]) -> ReceiptOutcome {
    ReceiptOutcome::Stored(events.iter().copied().map(Uuid::from_u128).collect())
}

fn refused() -> ReceiptOutcome {
    ReceiptOutcome::Rejected { code: "101".into(), place: "PID-3".into(), text: "why".into() }
}

async fn apply(database: &TestDatabase, receipts: &[Receipt]) {
    let batch = Batch { receipts: receipts.to_vec(), ..Batch::default() };
    database.projector.apply(&batch).await.unwrap();
}

/// ReceivedEvent, stored, duplicate, ignored, rejected; the sum holds.
async fn counted(database: &TestDatabase, source: &str) -> [u64; 5] {
    let counts = receipt::counts(&database.store).await.unwrap();
    let of = counts.into_iter().find(|it| it.source == source).unwrap_or_default();
    let Counts { received, stored, duplicate, ignored, rejected, .. } = of;
    assert_eq!(received, stored + duplicate + ignored + rejected);
    [received, stored, duplicate, ignored, rejected]
}

async fn find(database: &TestDatabase, county: &County, message: u128) -> Vec<MessageStatus> {
    receipt::find(&database.store, &county.name, &token(county, message)).await.unwrap()
}

/// Any order, any batches, any number of readings: the counts of the set.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_received_is_counted_once_however_often_it_is_read() {
    let database = TestDatabase::new().await;
    for round in 0..12 {
        let county = County::new(&format!("r{round}"), 2, 2);
        let mut chance = Chance(round);
        let mut receipts = Vec::new();
        let (mut messages, mut copies) = (BTreeMap::new(), BTreeSet::new());
        for n in 0..60 {
            let message = u128::from(round * 1_000 + chance.below(20));
            let outcome = match chance.below(3) {
                0 => stored(&[message]),
                1 => ReceiptOutcome::Ignored,
                _ => refused(),
            };
            let rank = match outcome {
                ReceiptOutcome::Stored(_) => 3,
                ReceiptOutcome::Ignored => 2,
                ReceiptOutcome::Rejected { .. } => 1,
            };
            let best: &mut i32 = messages.entry(message).or_default();
            *best = rank.max(*best);
            let copy_id = u128::from(round * 1_000 + n);
            copies.insert((message, copy_id));
            receipts.push(receipt(&county, message, copy_id, outcome));
        }
        // Each is read once, twice or thrice.
        for receipt in receipts.clone() {
            receipts.extend(std::iter::repeat_n(receipt, usize::try_from(chance.below(3)).unwrap()));
        }
        chance.shuffle(&mut receipts);
        for part in receipts.chunks(7) {
            apply(&database, part).await;
        }
        let of = |rank| messages.values().filter(|it| **it == rank).count() as u64;
        let (received, distinct) = (copies.len() as u64, messages.len() as u64);
        let expected = [received, of(3), received - distinct, of(2), of(1)];
        assert_eq!(counted(&database, &county.name).await, expected, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_writers_of_the_same_copies_count_each_once() {
    let database = TestDatabase::new().await;
    let county = County::new("two", 2, 2);
    let receipts: Vec<_> = (0..200).map(|n| receipt(&county, n % 50, n, ReceiptOutcome::Ignored)).collect();
    let mut back = receipts.clone();
    back.reverse();
    let write = async |receipts: Vec<Receipt>| {
        for part in receipts.chunks(9) {
            apply(&database, part).await;
        }
    };
    tokio::join!(write(receipts.clone()), write(back), write(receipts));
    assert_eq!(counted(&database, "two").await, [200, 0, 150, 50, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_there_with_its_batch_or_not_at_all() {
    let database = TestDatabase::new().await;
    let county = County::new("moved", 2, 2);
    let position = |from| Position { topic: "t".into(), partition: 0, from, to: from + 1, last_id: Uuid::from_u128(1) };
    let batch = |from| Batch {
        receipts: vec![receipt(&county, 1, 1, ReceiptOutcome::Ignored)],
        positions: vec![position(from)],
        ..Batch::default()
    };
    assert_eq!(database.projector.apply(&batch(5)).await.err(), Some(ApplyError::Moved));
    assert_eq!(counted(&database, "moved").await, [0; 5]);
    database.projector.apply(&batch(0)).await.unwrap();
    assert_eq!(counted(&database, "moved").await, [1, 0, 0, 1, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_learns_of_its_own_messages_only() {
    let database = TestDatabase::new().await;
    let (county, other) = (County::new("own", 2, 2), County::new("other", 2, 2));
    let mut again = receipt(&county, 1, 4, stored(&[1, 2]));
    again.id = Uuid::from_u128(99);
    let all = [
        receipt(&county, 1, 3, refused()),
        receipt(&county, 1, 5, refused()),
        again,
        receipt(&county, 2, 6, ReceiptOutcome::Ignored),
    ];
    apply(&database, &all).await;
    let why = || Outcome::Rejected { code: "101".into(), place: "PID-3".into(), text: "why".into() };
    let expected = [
        MessageStatus { received_at: at(3), outcome: why(), duplicates: 1 },
        MessageStatus { received_at: at(4), outcome: Outcome::Stored(2), duplicates: 0 },
    ];
    assert_eq!(find(&database, &county, 1).await, expected, "one id, two messages");
    assert_eq!(find(&database, &county, 2).await[0].outcome, Outcome::Ignored);
    assert_eq!(find(&database, &county, 3).await, []);
    assert_eq!(find(&database, &other, 1).await, []);
    let guessed = receipt::find(&database.store, "other", &token(&county, 1)).await.unwrap();
    assert_eq!(guessed, [], "another source's token under this source's name");

    // Read once more, it gives events: what it was refused for is over.
    let reread = Reread { id: Uuid::from_u128(1), adapter_version: 3_000, events: vec![Uuid::from_u128(7)] };
    database.projector.apply(&Batch { reread: vec![reread], ..Batch::default() }).await.unwrap();
    assert_eq!(find(&database, &county, 1).await[0].outcome, Outcome::Stored(1));
    assert_eq!(counted(&database, "own").await, [4, 2, 1, 1, 0]);
}

/// An event that the database refuses makes its message refused, whichever of event and receipt comes first.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_a_refused_event_is_rejected_until_it_is_redriven() {
    let database = TestDatabase::new().await;
    let county = County::new("bad", 3, 2);
    let mut bad: ReceivedEvent = county.event(&mut Chance(5), 5);
    // PostgreSQL takes no NUL in a text.
    bad.event.presented = vec![Presented { system: "a\0b".into(), tokens: vec![county.identifiers[0].1] }];
    let id = bad.event.id;
    let stored = receipt(&county, 1, 1, ReceiptOutcome::Stored(vec![id]));
    let batch = Batch { events: vec![bad], receipts: vec![stored], ..Batch::default() };
    assert_eq!(database.projector.apply(&batch).await.unwrap().culprits, [id]);
    let Outcome::Rejected { code, .. } = &find(&database, &county, 1).await[0].outcome else { panic!("it is refused") };
    assert_eq!(code, "refused-by-database");
    assert_eq!(counted(&database, "bad").await, [1, 0, 0, 0, 1]);
    database.projector.apply(&Batch { redriven: vec![id], ..Batch::default() }).await.unwrap();
    assert_eq!(find(&database, &county, 1).await[0].outcome, Outcome::Stored(1));
    assert_eq!(counted(&database, "bad").await, [1, 1, 0, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_and_receipts_go_after_their_time_and_the_counts_stay() {
    let database = TestDatabase::new().await;
    let county = County::new("swept", 3, 2);
    let receipts: Vec<_> = (0..40)
        .flat_map(|n| {
            let outcome = if n % 4 == 0 { refused() } else { stored(&[n]) };
            [receipt(&county, n, n, outcome.clone()), receipt(&county, n, n + 1_000_000, outcome)]
        })
        .collect();
    apply(&database, &receipts).await;
    let expected = [80, 30, 40, 0, 10];
    assert_eq!(counted(&database, "swept").await, expected);
    let window = (Instant::MIN, Instant::MAX);
    let kept = async || receipt::kept(&database.store, "swept", window, None, 100).await.unwrap().len();
    assert_eq!(kept().await, 30, "what is refused the quarantine keeps");
    assert_eq!(receipt::kept_count(&database.store, "swept", at(10), at(20)).await.unwrap(), 8);

    let sweep = async |bytes, receipts| receipt::sweep(&database.store, at(bytes), at(receipts), 8).await.unwrap();
    assert_eq!(sweep(20, 0).await, Swept { bytes: 8, ..Swept::default() });
    assert_eq!(sweep(20, 0).await, Swept { bytes: 7, ..Swept::default() });
    assert_eq!(sweep(20, 0).await, Swept::default());
    assert_eq!(kept().await, 15);
    assert_eq!(find(&database, &county, 9).await.len(), 1, "the receipt stays");
    while sweep(20, 10).await != Swept::default() {
        assert_eq!(counted(&database, "swept").await, expected);
    }
    assert_eq!(find(&database, &county, 9).await, []);
    assert_eq!(find(&database, &county, 10).await.len(), 1);
    assert_eq!(counted(&database, "swept").await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entrys_content_is_dropped_or_goes_after_its_time_and_later_the_closed_entry() {
    let database = TestDatabase::new().await;
    let county = County::new("dropped", 3, 3);
    let rejections = vec![rejected(1, &county, &[0]), rejected(2, &county, &[0]), rejected(3, &county, &[])];
    database.projector.apply(&Batch { rejections: rejections.clone(), ..Batch::default() }).await.unwrap();
    let (store, id) = (&database.store, Uuid::from_u128);
    let reason = Code::try_new("sent-again").unwrap();
    assert_eq!(quarantine::drop_content(store, &[id(1), id(9)], &reason).await.unwrap(), [id(1)]);
    assert!(quarantine::drop_content(store, &[id(1)], &reason).await.unwrap().is_empty());
    assert_eq!(quarantine::get(store, id(1)).await.unwrap(), None);
    let shown = quarantine::details(store, id(1)).await.unwrap().unwrap();
    assert_eq!(
        (shown.state.as_str(), shown.kept, shown.close_reason.as_deref()),
        ("closed", false, Some("sent-again"))
    );
    // Refused once more, it is the same entry: nothing of it comes back.
    database.projector.apply(&Batch { rejections, ..Batch::default() }).await.unwrap();
    assert_eq!(quarantine::get(store, id(1)).await.unwrap(), None);

    quarantine::close_for(store, &[id(2)], &reason).await.unwrap();
    let swept = receipt::sweep(store, Instant::MAX, Instant::MIN, 10).await.unwrap();
    assert_eq!(swept, Swept { closed: 1, ..Swept::default() });
    assert_eq!(quarantine::get(store, id(2)).await.unwrap(), None);
    assert!(quarantine::get(store, id(3)).await.unwrap().is_some(), "an open entry stays whole, however old");
    assert_eq!(quarantine::details(store, id(9)).await.unwrap(), None);

    // The access log has who read a content, with the clients that it names.
    database
        .projector
        .apply(&Batch { events: vec![county.event(&mut Chance(1), 1)], ..Batch::default() })
        .await
        .unwrap();
    assert!(quarantine::read_content(store, id(3), ("operator-1", &reason), at(9)).await.unwrap().is_some());
    assert!(quarantine::read_content(store, id(1), ("operator-1", &reason), at(9)).await.unwrap().is_none());
    let log = "SELECT user_id || ' ' || purpose || ' ' || query || ' ' || case_reference FROM access_log";
    let log: Vec<String> = sqlx::query_scalar(log).fetch_all(&database.pool().await).await.unwrap();
    assert_eq!(log, [format!("operator-1 sent-again quarantine-show {}", id(3))]);

    let swept = receipt::sweep(store, Instant::MIN, Instant::MAX, 10).await.unwrap();
    assert_eq!(swept, Swept { entries: 2, ..Swept::default() });
    assert_eq!(quarantine::details(store, id(1)).await.unwrap(), None);
    assert!(quarantine::details(store, id(3)).await.unwrap().is_some(), "an open entry stays, however old");
}
