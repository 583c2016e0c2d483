//! What the store keeps of the journal: positions, watermarks, gaps.

use crate::county::{County, at};
use crate::law2::access;
use crate::server::TestDatabase;
use event::{Checkpoint, Code, GapReason, Instant, SourceWatermark, Watermark};
use std::collections::BTreeMap;
use store::gap::{self, Gap};
use store::watermark::{self, DIRECT};
use store::{ApplyError, Ask, Batch, ClientFacts, Decided, Door, Marked, Position};
use uuid::Uuid;

const TOPIC: &str = "care-events";

/// The watermark of `ingest`, of one partition, after a report of `source`.
pub fn marked(source: &str, ingest: &str, when: Instant) -> Marked {
    let sources = vec![SourceWatermark { source: source.into(), at: when }];
    Marked {
        partition: 0,
        watermark: Watermark { ingest: ingest.into(), at: when, partitions: 1, sources, leaving: false },
    }
}

fn position(partition: i32, from: i64, to: i64) -> Position {
    Position { topic: TOPIC.into(), partition, from, to, last_id: id(to) }
}

fn id(of: i64) -> Uuid {
    Uuid::from_u128(u128::try_from(of).unwrap())
}

async fn found(database: &TestDatabase) -> ClientFacts {
    let ask = Ask {
        token: County::new("x", 1, 1).identifiers[0].1,
        as_of: None,
        timeline: false,
        at: at(50),
        limits: care::Limits::default(),
    };
    let decide = |found: &ClientFacts| Decided {
        answer: found.clone(),
        decision: "granted",
        outcome: "shown",
        rule: "703/2023".to_owned(),
        shown: Vec::new(),
        grounds: Vec::new(),
    };
    Door::new(database.store.clone()).ask(ask, access(), decide).await.unwrap().into_inner()
}

/// The minute at which an ingest leaves in order.
const LEAVING: u64 = 65;

/// (ingest, partition of 2, written, sources that reported)
type Mark<'a> = (&'a str, i32, u64, &'a [(&'a str, u64)]);

async fn report(database: &TestDatabase, marks: &[Mark<'_>]) {
    let mark = |(ingest, partition, written, sources): &Mark<'_>| Marked {
        partition: *partition,
        watermark: Watermark {
            ingest: (*ingest).to_owned(),
            at: at(*written),
            partitions: 2,
            sources: sources
                .iter()
                .map(|(source, minute)| SourceWatermark { source: (*source).into(), at: at(*minute) })
                .collect(),
            leaving: *written == LEAVING,
        },
    };
    let batch = Batch { watermarks: marks.iter().map(mark).collect(), ..Batch::default() };
    database.projector.apply(&batch).await.unwrap();
}

async fn ages(database: &TestDatabase) -> BTreeMap<String, Instant> {
    found(database).await.reported_until
}

fn aged(ages: &[(&str, u64)]) -> BTreeMap<String, Instant> {
    ages.iter().map(|(source, minute)| ((*source).to_owned(), at(*minute))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_as_old_as_the_oldest_partition_and_ingest() {
    let database = TestDatabase::new().await;
    report(&database, &[("a", 0, 10, &[("kys", 10)])]).await;
    assert_eq!(ages(&database).await, aged(&[]), "nothing was read of the other partition");
    report(&database, &[("a", 1, 10, &[("kys", 10)])]).await;
    assert_eq!(ages(&database).await, aged(&[("kys", 10)]));
    report(&database, &[("a", 0, 20, &[("kys", 20)])]).await;
    assert_eq!(ages(&database).await, aged(&[("kys", 10)]), "a partition stands still");
    report(&database, &[("a", 1, 20, &[("kys", 20)])]).await;
    assert_eq!(ages(&database).await, aged(&[("kys", 20)]));
    report(&database, &[("a", 0, 15, &[("kys", 15)])]).await;
    assert_eq!(ages(&database).await, aged(&[("kys", 20)]), "an earlier one changes nothing");

    // The source moves to another ingest. The first one stays, and its watermarks show that it has nothing in hand.
    report(&database, &[("b", 0, 30, &[("kys", 30)]), ("b", 1, 30, &[("kys", 30)])]).await;
    assert_eq!(ages(&database).await, aged(&[("kys", 20)]), "the first may be cut off with messages in hand");
    report(&database, &[("a", 0, 31, &[("kys", 20)]), ("a", 1, 31, &[("kys", 20)])]).await;
    assert_eq!(ages(&database).await, aged(&[("kys", 30)]));
    assert_eq!(watermark::written_until(&database.store).await.unwrap(), Some(at(30)));

    // An ingest that left in order is not waited for; one that is gone is, until it is retired.
    report(&database, &[("b", 0, 60, &[("kys", 60)]), ("b", 1, 60, &[("kys", 60)])]).await;
    assert_eq!(ages(&database).await, aged(&[("kys", 31)]));
    assert!(watermark::retire(&database.store, "a").await.unwrap());
    assert!(!watermark::retire(&database.store, "a").await.unwrap());
    assert_eq!(ages(&database).await, aged(&[("kys", 60)]));
    report(&database, &[("b", 0, LEAVING, &[]), ("b", 1, LEAVING, &[])]).await;
    report(&database, &[("c", 0, 70, &[]), ("c", 1, 70, &[])]).await;
    assert_eq!(ages(&database).await, aged(&[("kys", 60)]), "its reports still count");
}

#[tokio::test(flavor = "multi_thread")]
async fn partitions_added_make_everything_unreported_until_they_are_read() {
    let database = TestDatabase::new().await;
    let mark = |partition, partitions, minute| Marked {
        partition,
        watermark: Watermark { partitions, ..marked("kys", "a", at(minute)).watermark },
    };
    let apply = async |marks: Vec<Marked>| {
        database.projector.apply(&Batch { watermarks: marks, ..Batch::default() }).await.unwrap();
    };
    apply(vec![mark(0, 2, 5), mark(1, 2, 5)]).await;
    assert_eq!(ages(&database).await, aged(&[("kys", 5)]));
    apply(vec![mark(0, 3, 6), mark(1, 3, 6)]).await;
    assert_eq!(ages(&database).await, aged(&[]));
    assert_eq!(watermark::written_until(&database.store).await.unwrap(), None);
    apply(vec![mark(2, 3, 6)]).await;
    assert_eq!(ages(&database).await, aged(&[("kys", 6)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_reported_directly_is_not_waited_for_and_the_journals_ingests_are() {
    let database = TestDatabase::new().await;
    let direct = |minute| Batch { watermarks: vec![marked("kys", DIRECT, at(minute))], ..Batch::default() };
    database.projector.apply(&direct(5)).await.unwrap();
    assert_eq!(ages(&database).await, aged(&[("kys", 5)]));
    database.projector.through_journal().await.unwrap();
    assert_eq!(ages(&database).await, aged(&[]));
    report(&database, &[("a", 0, 10, &[("kys", 10)]), ("a", 1, 10, &[("kys", 10)])]).await;
    let waited_for = watermark::active_ingests(&database.store).await.unwrap();
    assert_eq!(waited_for, [("a".to_owned(), at(10))]);

    // Directly again, and the journal may hold what is not applied: its ingest has not left.
    database.projector.apply(&direct(60)).await.unwrap();
    assert_eq!(ages(&database).await, aged(&[("kys", 10)]));
    report(&database, &[("a", 0, LEAVING, &[]), ("a", 1, LEAVING, &[])]).await;
    assert_eq!(ages(&database).await, aged(&[("kys", 60)]), "it left in order, and that is applied");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_partition_of_a_batch_moves_or_none_does() {
    let database = TestDatabase::new().await;
    let apply = async |positions: Vec<Position>| {
        database.projector.apply(&Batch { positions, ..Batch::default() }).await.map(drop)
    };
    let next = async || -> Vec<(i32, i64)> {
        let progress = database.projector.progress(TOPIC).await.unwrap();
        progress.iter().map(|it| (it.partition, it.checkpoint.next)).collect()
    };
    apply(vec![position(1, 0, 5), position(0, 0, 3)]).await.unwrap();
    assert_eq!(next().await, [(0, 3), (1, 5)]);
    assert_eq!(apply(vec![position(0, 3, 4), position(1, 4, 6)]).await, Err(ApplyError::Moved));
    assert_eq!(apply(vec![position(0, 3, 4), position(2, 1, 6)]).await, Err(ApplyError::Moved));
    assert_eq!(next().await, [(0, 3), (1, 5)]);
    apply(vec![position(0, 3, 4), position(2, 0, 6)]).await.unwrap();
    assert_eq!(next().await, [(0, 4), (1, 5), (2, 6)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_is_a_doubt_until_it_is_closed() {
    let database = TestDatabase::new().await;
    let batch =
        Batch { positions: vec![position(0, 0, 9)], watermarks: vec![marked("kys", "a", at(5))], ..Batch::default() };
    database.projector.apply(&batch).await.unwrap();
    assert_eq!(found(&database).await.gap, None);

    let checkpoint = Checkpoint { next: 9, last_id: Some(id(9)) };
    let gap = |checkpoint| Gap {
        topic: TOPIC.into(),
        partition: 0,
        reason: GapReason::JournalReplaced,
        expected: Some(checkpoint),
        beginning: 2,
    };
    let elsewhere = gap(Checkpoint { next: 8, last_id: Some(id(9)) });
    assert!(!database.projector.open_gap(&elsewhere).await.unwrap(), "somebody else was there");
    assert!(!database.projector.open_gap(&gap(Checkpoint { next: 9, last_id: Some(id(8)) })).await.unwrap());
    assert_eq!(found(&database).await.gap, None);
    assert!(database.projector.open_gap(&gap(checkpoint)).await.unwrap());
    assert!(!database.projector.open_gap(&gap(checkpoint)).await.unwrap());
    assert_eq!(found(&database).await.gap, Some(Some(at(5))), "not known since what was last read of the partition");
    let progress = database.projector.progress(TOPIC).await.unwrap();
    assert_eq!(progress[0].checkpoint, Checkpoint { next: 2, last_id: None });
    database.projector.apply(&Batch { positions: vec![position(0, 2, 4)], ..Batch::default() }).await.unwrap();

    // A partition of which nothing was ever known.
    let never = Gap { partition: 1, reason: GapReason::RetentionPassed, expected: None, ..gap(checkpoint) };
    assert!(database.projector.open_gap(&never).await.unwrap());
    assert_eq!(found(&database).await.gap, Some(None));

    let open = gap::open(&database.store).await.unwrap();
    let shown: Vec<_> = open.iter().map(|it| (it.partition, it.reason.as_str(), it.expected, it.resumed)).collect();
    assert_eq!(shown, [(0, "journal-replaced", 9, 2), (1, "retention-passed", 0, 2)]);
    let reason = Code::try_new("sent-again").unwrap();
    assert_eq!(gap::close(&database.store, &[open[1].id, 99], &reason).await.unwrap(), [open[1].id]);
    assert_eq!(found(&database).await.gap, Some(Some(at(5))));
    gap::close(&database.store, &[open[0].id], &reason).await.unwrap();
    assert_eq!(found(&database).await.gap, None);
}

/// A withdrawal may stand in what the journal holds and is not applied yet, or in what is missing.
#[tokio::test(flavor = "multi_thread")]
async fn permissions_are_doubted_in_a_gap_and_after_a_restore_until_the_journal_is_applied() {
    let database = TestDatabase::new().await;
    let applied = async |from, to| {
        let batch = Batch { positions: vec![position(0, from, to)], ..Batch::default() };
        database.projector.apply(&batch).await.unwrap();
    };
    let doubted = async || found(&database).await.permissions_doubted.is_some();
    applied(0, 9).await;
    gap::restored_to(&database.store, TOPIC, &[(0, 9), (1, 0)]).await.unwrap();
    assert!(!doubted().await, "nothing came since the backup");
    gap::restored_to(&database.store, TOPIC, &[(0, 12), (1, 0)]).await.unwrap();
    assert!(doubted().await);
    assert_eq!(found(&database).await.gap, None, "nothing is missing");
    applied(9, 11).await;
    assert!(doubted().await, "one record is left");
    applied(11, 12).await;
    assert!(!doubted().await);
    gap::restored_to(&database.store, TOPIC, &[(1, 1)]).await.unwrap();
    assert!(doubted().await, "a partition that the backup had never read");
    gap::restored_to(&database.store, TOPIC, &[]).await.unwrap();
    let id = gap::restored(&database.store).await.unwrap();
    assert!(doubted().await);
    gap::close(&database.store, &[id], &Code::try_new("sent-again").unwrap()).await.unwrap();
    assert!(!doubted().await);
}
