//! A source reports (law 5) by a message that is accepted for the first time, and by its heartbeats.

use crate::county::{County, at};
use crate::door::granted;
use crate::law2::access;
use crate::server::TestDatabase;
use care::Limits;
use event::{Instant, Receipt, ReceiptOutcome, SourceWatermark, Watermark};
use std::collections::BTreeMap;
use store::watermark::{self, DIRECT};
use store::{Ask, Batch, ClientFacts, Door, Marked};
use uuid::Uuid;

fn receipt(source: &str, message: u128, minute: u64, outcome: ReceiptOutcome) -> Receipt {
    Receipt {
        id: Uuid::from_u128(message),
        copy_id: Uuid::from_u128(u128::from(minute)),
        source: source.to_owned(),
        message: None,
        header: None,
        received_at: at(minute),
        adapter_version: 1,
        outcome,
        raw: None,
    }
}

fn refused() -> ReceiptOutcome {
    ReceiptOutcome::Rejected { code: "malformed".into(), place: "message".into(), text: "why".into() }
}

fn stored() -> ReceiptOutcome {
    ReceiptOutcome::Stored(vec![Uuid::from_u128(77)])
}

fn mark(ingest: &str, partition: i32, partitions: u32, minute: u64, sources: &[&str]) -> Marked {
    let sources =
        sources.iter().map(|source| SourceWatermark { source: (*source).to_owned(), at: at(minute) }).collect();
    let leaving = minute == LEAVING;
    Marked { partition, watermark: Watermark { ingest: ingest.into(), at: at(minute), partitions, sources, leaving } }
}

/// The minute at which an ingest leaves in order.
const LEAVING: u64 = 50;

async fn apply(database: &TestDatabase, receipts: Vec<Receipt>, watermarks: Vec<Marked>) {
    let batch = Batch { receipts, watermarks, ..Batch::default() };
    database.projector.apply(&batch).await.unwrap();
}

async fn ages(database: &TestDatabase) -> BTreeMap<String, Instant> {
    watermark::reports(&database.store).await.unwrap().0.reported_until
}

fn aged(ages: &[(&str, u64)]) -> BTreeMap<String, Instant> {
    ages.iter().map(|(source, minute)| ((*source).to_owned(), at(*minute))).collect()
}

/// What was received, and the source watermark after it: directly, and through a journal of one partition.
#[tokio::test(flavor = "multi_thread")]
async fn a_source_has_reported_by_what_is_taken_for_the_first_time() {
    let steps: &[(&str, u128, u64, ReceiptOutcome, Option<u64>)] = &[
        ("rubbish", 1, 1, refused(), None),
        ("a message of use", 2, 2, stored(), Some(2)),
        ("rubbish", 3, 3, refused(), Some(2)),
        ("rubbish, once more", 3, 4, refused(), Some(2)),
        ("the message of use, once more", 2, 5, stored(), Some(2)),
        ("a message of no use", 4, 6, ReceiptOutcome::Ignored, Some(6)),
        ("the message of no use, once more", 4, 7, ReceiptOutcome::Ignored, Some(6)),
        ("what was refused, taken after a mend", 3, 8, stored(), Some(8)),
        ("that, once more", 3, 9, stored(), Some(8)),
        ("an earlier one, late", 5, 0, stored(), Some(8)),
    ];
    for ingest in [DIRECT, "a"] {
        let database = TestDatabase::new().await;
        for (what, message, minute, outcome, expected) in steps {
            let receipts = vec![receipt("kys", *message, *minute, outcome.clone())];
            apply(&database, receipts, vec![mark(ingest, 0, 1, *minute, &[])]).await;
            let expected = expected.map(|minute| ("kys", minute));
            assert_eq!(ages(&database).await, aged(&expected.into_iter().collect::<Vec<_>>()), "{ingest}: {what}");
        }
        // The same copies within one batch; and one that is applied again because its commit was in doubt.
        for _ in 0..2 {
            let both = vec![receipt("tk", 10, 11, stored()), receipt("tk", 10, 12, stored())];
            apply(&database, both, vec![mark(ingest, 0, 1, 12, &[])]).await;
            assert_eq!(ages(&database).await, aged(&[("kys", 8), ("tk", 11)]), "{ingest}");
        }
        apply(&database, Vec::new(), vec![mark(ingest, 0, 1, 20, &["kys"])]).await;
        assert_eq!(ages(&database).await, aged(&[("kys", 20), ("tk", 11)]), "{ingest}: a heartbeat");
    }
}

/// Known events show nothing about the present, even after the receipt of their message is deleted.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_events_are_known_is_sent_again() {
    let database = TestDatabase::new().await;
    let county = County::new("kys", 2, 2);
    let received = crate::faults::events(&county, 1, 2);
    let outcome = || ReceiptOutcome::Stored(received.iter().map(|it| it.event.id).collect());
    let batch = |message, minute| Batch {
        events: received.clone(),
        receipts: vec![receipt("kys", message, minute, outcome())],
        watermarks: vec![mark(DIRECT, 0, 1, minute, &[])],
        ..Batch::default()
    };
    database.projector.apply(&batch(1, 1)).await.unwrap();
    database.projector.apply(&batch(2, 2)).await.unwrap();
    assert_eq!(ages(&database).await, aged(&[("kys", 1)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn by_a_journal_a_source_has_reported_no_further_than_every_partition_is_read() {
    let database = TestDatabase::new().await;
    apply(&database, vec![receipt("kys", 1, 10, stored())], Vec::new()).await;
    assert_eq!(ages(&database).await, aged(&[]), "it is not known what the other partitions hold");
    apply(&database, Vec::new(), vec![mark("a", 0, 2, 12, &[])]).await;
    assert_eq!(ages(&database).await, aged(&[]), "nothing was read of the other partition");
    apply(&database, Vec::new(), vec![mark("a", 1, 2, 9, &[])]).await;
    assert_eq!(ages(&database).await, aged(&[("kys", 9)]), "what came until then is read");
    apply(&database, Vec::new(), vec![mark("a", 1, 2, 12, &[])]).await;
    assert_eq!(ages(&database).await, aged(&[("kys", 10)]));

    // Nothing waits for an ingest that has left in order, until it is back. Its reports still count.
    apply(&database, vec![receipt("kys", 2, 49, stored())], Vec::new()).await;
    apply(&database, Vec::new(), vec![mark("a", 0, 2, LEAVING, &[]), mark("a", 1, 2, LEAVING, &[])]).await;
    assert_eq!(ages(&database).await, aged(&[("kys", 49)]));
    assert_eq!(watermark::written_until(&database.store).await.unwrap(), None);
    assert!(watermark::active_ingests(&database.store).await.unwrap().is_empty());
    assert!(!watermark::retire(&database.store, "a").await.unwrap(), "nobody waits for it");
    apply(&database, vec![receipt("kys", 3, 58, stored())], vec![mark("a", 0, 2, 55, &[]), mark("a", 1, 2, 56, &[])])
        .await;
    assert_eq!(ages(&database).await, aged(&[("kys", 55)]));
    assert_eq!(watermark::written_until(&database.store).await.unwrap(), Some(at(55)));
}

/// In each partition what stands before the latest watermark is applied, whoever wrote it; more than a quarter of a minute behind,
/// nobody knows what was acknowledged since.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_applied_is_known_by_the_latest_watermark_of_each_partition() {
    let database = TestDatabase::new().await;
    let door = Door::new(database.store.clone());
    let applied_until = async |minute| {
        let token = testkit::history::keyring().identifier("test", "nobody");
        let ask = Ask { token, as_of: None, timeline: false, at: at(minute), limits: Limits::default() };
        let found = door.ask(ask, access(), |found: &ClientFacts| granted(found.applied_until)).await;
        found.unwrap().into_inner()
    };
    apply(&database, Vec::new(), vec![mark(DIRECT, 0, 1, 1, &[])]).await;
    assert_eq!(applied_until(30).await, None, "without a journal what is acknowledged is applied");
    apply(&database, Vec::new(), vec![mark("a@care", 0, 2, 10, &[]), mark("a@care", 1, 2, 10, &[])]).await;
    assert_eq!(applied_until(10).await, None);
    assert_eq!(applied_until(11).await, Some(at(10)));
    apply(&database, Vec::new(), vec![mark("b@care", 0, 2, 20, &[]), mark("b@care", 1, 2, 15, &[])]).await;
    assert_eq!(applied_until(20).await, Some(at(15)), "a partition stands still");
    apply(&database, Vec::new(), vec![mark("b@care", 1, 2, 20, &[])]).await;
    assert_eq!(applied_until(20).await, None, "the first ingest is gone, and what it wrote is read");
    apply(&database, Vec::new(), vec![mark("c@new", 0, 1, 21, &[])]).await;
    assert_eq!(applied_until(21).await, Some(at(20)), "another topic is another journal");
}
