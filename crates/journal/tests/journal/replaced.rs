//! A log that does not continue from its checkpoint: each time one gap is opened, and the log is read from its beginning.

use crate::position_store::{MemoryStore, Projector};
use crate::support::{Fixture, PATIENCE, until};
use event::{Checkpoint, GapReason};
use journal::Gap;
use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;
use tokio::time::timeout;
use uuid::Uuid;

fn set(ids: &[Uuid]) -> BTreeSet<Uuid> {
    ids.iter().copied().collect()
}

/// A partition of ten records, all applied.
async fn ten(fixture: &Fixture, store: &MemoryStore) -> (Projector, Checkpoint) {
    let ids = fixture.write(0, 0..10).await;
    let projector = Projector::start(fixture, store);
    until("ten are applied", || store.next(0) == 10).await;
    (projector, Checkpoint { next: 10, last_id: Some(ids[9]) })
}

async fn made_again(fixture: &Fixture, numbers: Range<u32>) -> Vec<Uuid> {
    fixture.delete().await;
    fixture.create(1, 1, &[]).await;
    fixture.write(0, numbers).await
}

/// After a while nothing more happens.
async fn settled(store: &MemoryStore, gaps: &[Gap]) {
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert_eq!(store.gaps(), gaps);
}

/// Made again with so many records while nobody reads.
async fn while_nobody_reads(records: u32) {
    let (fixture, store) = (Fixture::new(1).await, MemoryStore::default());
    let (projector, found) = ten(&fixture, &store).await;
    projector.stop().await;
    let new = made_again(&fixture, 100..100 + records).await;
    let projector = Projector::start(&fixture, &store);
    until("the new ones are applied", || set(&new).is_subset(&store.ids(0))).await;
    let gap = Gap { partition: 0, reason: GapReason::JournalReplaced, expected: Some(found), beginning: 0 };
    settled(&store, &[gap]).await;
    assert_eq!((store.next(0), &store.applied(0)[10..]), (i64::from(records), new.as_slice()));
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn made_again_shorter_while_nobody_reads() {
    while_nobody_reads(4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn made_again_as_long_while_nobody_reads() {
    while_nobody_reads(10).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn made_again_longer_while_nobody_reads() {
    while_nobody_reads(17).await;
}

/// The same under a reader, which may have read on in the new one before it knew.
async fn under_a_reader(records: u32) {
    let (fixture, store) = (Fixture::new(1).await, MemoryStore::default());
    let (projector, _) = ten(&fixture, &store).await;
    // Time for one check.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let new = made_again(&fixture, 100..100 + records).await;
    until("the new ones are applied", || set(&new).is_subset(&store.ids(0))).await;
    until("a gap is opened", || !store.gaps().is_empty()).await;
    let gaps = store.gaps();
    settled(&store, &gaps).await;
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    assert_eq!((gaps[0].reason, gaps[0].beginning), (GapReason::JournalReplaced, 0));
    assert_eq!(store.next(0), i64::from(records));
    // The last time whole and in order.
    let applied = store.applied(0);
    assert_eq!(applied[applied.len() - new.len()..], new);
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn made_again_shorter_under_a_reader() {
    under_a_reader(4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn made_again_as_long_under_a_reader() {
    under_a_reader(10).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn made_again_longer_under_a_reader() {
    under_a_reader(400).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_reader_knew_of_a_replaced_log_outlasts_its_partition_and_an_absent_position_store() {
    let (fixture, store) = (Fixture::new(2).await, MemoryStore::default());
    fixture.write(0, 0..10).await;
    fixture.write(1, 1_000..1_010).await;
    let projector = Projector::start(&fixture, &store);
    until("ten of each are applied", || store.next(0) == 10 && store.next(1) == 10).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    fixture.delete().await;
    fixture.create(2, 1, &[]).await;
    let new = [fixture.write(0, 5_000..5_400).await, fixture.write(1, 6_000..6_400).await];
    // It has read on in the new log, and finds that out while the position store is away. Before that is back, another
    // reader has one of the partitions, and cannot know.
    until("it reads on", || store.next(0) > 10 && store.next(1) > 10 || !store.gaps().is_empty()).await;
    store.away(true);
    tokio::time::sleep(Duration::from_millis(2500)).await;
    let other = Projector::start(&fixture, &store);
    until("two are in the group", || fixture.members() == 2).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    store.away(false);
    until("the new ones are applied", || {
        (0..).zip(&new).all(|(partition, new)| set(new).is_subset(&store.ids(partition)))
    })
    .await;
    until("a gap of each is opened", || store.gaps().len() == 2).await;
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert_eq!(store.gaps().iter().map(|gap| gap.partition).collect::<BTreeSet<_>>(), BTreeSet::from([0, 1]));
    assert_eq!((store.gaps().len(), store.next(0), store.next(1)), (2, 400, 400));
    projector.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_retention_took_unread_is_a_gap_and_what_it_took_read_is_none() {
    let (fixture, store) = (Fixture::new(1).await, MemoryStore::default());
    let (projector, _) = ten(&fixture, &store).await;
    projector.stop().await;
    let more = fixture.write(0, 10..20).await;
    // Just what was read.
    fixture.retain_from(0, 10).await;
    let projector = Projector::start(&fixture, &store);
    until("the rest is applied", || store.next(0) == 20).await;
    assert_eq!((store.gaps(), &store.applied(0)[10..]), (vec![], more.as_slice()));
    projector.stop().await;

    // More than was read.
    let more = fixture.write(0, 20..30).await;
    fixture.retain_from(0, 25).await;
    let found = store.state().positions[&0];
    let projector = Projector::start(&fixture, &store);
    until("what is left is applied", || store.next(0) == 30).await;
    let gap = Gap { partition: 0, reason: GapReason::RetentionPassed, expected: Some(found), beginning: 25 };
    settled(&store, &[gap]).await;
    assert_eq!(store.applied(0)[20..], more[5..]);
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_retention_took_before_anybody_read_is_a_gap() {
    let (fixture, store) = (Fixture::new(1).await, MemoryStore::default());
    let ids = fixture.write(0, 0..10).await;
    fixture.retain_from(0, 3).await;
    let projector = Projector::start(&fixture, &store);
    until("what is left is applied", || store.next(0) == 10).await;
    let gap = Gap { partition: 0, reason: GapReason::RetentionPassed, expected: None, beginning: 3 };
    settled(&store, &[gap]).await;
    assert_eq!(store.applied(0), ids[3..]);
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_retention_takes_from_under_a_reader_that_is_behind_is_a_gap() {
    // So small a queue that the reader has only the first of it when retention comes.
    let small =
        [("queued.max.messages.kbytes", "1"), ("fetch.message.max.bytes", "1000"), ("queued.min.messages", "1")];
    let (fixture, store) = (Fixture::with(1, &small).await, MemoryStore::default());
    let ids = fixture.write(0, 0..5_000).await;
    let mut reader = crate::position_store::start(&fixture, &store);
    let first = timeout(PATIENCE, reader.next()).await.unwrap().unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    fixture.retain_from(0, 4_990).await;
    assert!(store.apply(&first));
    while store.next(0) < 5_000 {
        let batch = timeout(PATIENCE, reader.next()).await.unwrap().unwrap();
        if store.apply(&batch) { reader.stored(&batch.spans) } else { reader.restart(batch.generation) }
    }
    let gaps = store.gaps();
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    assert_eq!((gaps[0].reason, gaps[0].beginning), (GapReason::RetentionPassed, 4_990));
    // Nothing is missing outside the gap.
    let before = usize::try_from(gaps[0].expected.unwrap().next).unwrap();
    let applied = store.ids(0);
    assert!(ids[..before].iter().chain(&ids[4_990..]).all(|id| applied.contains(id)));
    reader.stop().await;
}
