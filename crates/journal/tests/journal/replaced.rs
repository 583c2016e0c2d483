//! A journal that is not where it was left off: each time a gap is told once, and what is there is read whole.

use crate::keeper::{Projector, Record};
use crate::support::{PATIENCE, Place, until};
use journal::{Gap, GapReason, LeftOff};
use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;
use tokio::time::timeout;
use uuid::Uuid;

fn set(ids: &[Uuid]) -> BTreeSet<Uuid> {
    ids.iter().copied().collect()
}

/// A partition of ten records, all applied.
async fn ten(place: &Place, record: &Record) -> (Projector, LeftOff) {
    let ids = place.write(0, 0..10).await;
    let projector = Projector::start(place, record);
    until("ten are applied", || record.next(0) == 10).await;
    (projector, LeftOff { next: 10, last_id: Some(ids[9]) })
}

async fn made_again(place: &Place, numbers: Range<u32>) -> Vec<Uuid> {
    place.delete().await;
    place.create(1, 1, &[]).await;
    place.write(0, numbers).await
}

/// After a while nothing more happens.
async fn settled(record: &Record, gaps: &[Gap]) {
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert_eq!(record.gaps(), gaps);
}

/// Made again with so many records while nobody reads.
async fn while_nobody_reads(records: u32) {
    let (place, record) = (Place::new(1).await, Record::default());
    let (projector, found) = ten(&place, &record).await;
    projector.stop().await;
    let new = made_again(&place, 100..100 + records).await;
    let projector = Projector::start(&place, &record);
    until("the new ones are applied", || set(&new).is_subset(&record.ids(0))).await;
    let gap = Gap { partition: 0, reason: GapReason::JournalReplaced, found: Some(found), beginning: 0 };
    settled(&record, &[gap]).await;
    assert_eq!((record.next(0), &record.applied(0)[10..]), (i64::from(records), new.as_slice()));
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
    let (place, record) = (Place::new(1).await, Record::default());
    let (projector, _) = ten(&place, &record).await;
    // One look knows what was read.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let new = made_again(&place, 100..100 + records).await;
    until("the new ones are applied", || set(&new).is_subset(&record.ids(0))).await;
    until("a gap is told", || !record.gaps().is_empty()).await;
    let gaps = record.gaps();
    settled(&record, &gaps).await;
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    assert_eq!((gaps[0].reason, gaps[0].beginning), (GapReason::JournalReplaced, 0));
    assert_eq!(record.next(0), i64::from(records));
    // The last time whole and in order.
    let applied = record.applied(0);
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
async fn what_a_reader_knew_of_another_journal_outlasts_its_partition_and_an_absent_keeper() {
    let (place, record) = (Place::new(2).await, Record::default());
    place.write(0, 0..10).await;
    place.write(1, 1_000..1_010).await;
    let projector = Projector::start(&place, &record);
    until("ten of each are applied", || record.next(0) == 10 && record.next(1) == 10).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    place.delete().await;
    place.create(2, 1, &[]).await;
    let new = [place.write(0, 5_000..5_400).await, place.write(1, 6_000..6_400).await];
    // It has read on in the other journal, and sees so while the keeper is away; before that is back, another reader has
    // one of the partitions, and cannot know.
    until("it reads on", || record.next(0) > 10 && record.next(1) > 10 || !record.gaps().is_empty()).await;
    record.away(true);
    tokio::time::sleep(Duration::from_millis(2500)).await;
    let other = Projector::start(&place, &record);
    until("two are in the group", || place.members() == 2).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    record.away(false);
    until("the new ones are applied", || {
        (0..).zip(&new).all(|(partition, new)| set(new).is_subset(&record.ids(partition)))
    })
    .await;
    until("a gap of each is told", || record.gaps().len() == 2).await;
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert_eq!(record.gaps().iter().map(|gap| gap.partition).collect::<BTreeSet<_>>(), BTreeSet::from([0, 1]));
    assert_eq!((record.gaps().len(), record.next(0), record.next(1)), (2, 400, 400));
    projector.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_retention_took_unread_is_a_gap_and_what_it_took_read_is_none() {
    let (place, record) = (Place::new(1).await, Record::default());
    let (projector, _) = ten(&place, &record).await;
    projector.stop().await;
    let more = place.write(0, 10..20).await;
    // Just what was read.
    place.retain_from(0, 10).await;
    let projector = Projector::start(&place, &record);
    until("the rest is applied", || record.next(0) == 20).await;
    assert_eq!((record.gaps(), &record.applied(0)[10..]), (vec![], more.as_slice()));
    projector.stop().await;

    // More than was read.
    let more = place.write(0, 20..30).await;
    place.retain_from(0, 25).await;
    let found = record.state().positions[&0];
    let projector = Projector::start(&place, &record);
    until("what is left is applied", || record.next(0) == 30).await;
    let gap = Gap { partition: 0, reason: GapReason::RetentionPassed, found: Some(found), beginning: 25 };
    settled(&record, &[gap]).await;
    assert_eq!(record.applied(0)[20..], more[5..]);
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_retention_took_before_anybody_read_is_a_gap() {
    let (place, record) = (Place::new(1).await, Record::default());
    let ids = place.write(0, 0..10).await;
    place.retain_from(0, 3).await;
    let projector = Projector::start(&place, &record);
    until("what is left is applied", || record.next(0) == 10).await;
    let gap = Gap { partition: 0, reason: GapReason::RetentionPassed, found: None, beginning: 3 };
    settled(&record, &[gap]).await;
    assert_eq!(record.applied(0), ids[3..]);
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_retention_takes_from_under_a_reader_that_is_behind_is_a_gap() {
    // So small a queue that the reader has only the first of it when retention comes.
    let small =
        [("queued.max.messages.kbytes", "1"), ("fetch.message.max.bytes", "1000"), ("queued.min.messages", "1")];
    let (place, record) = (Place::with(1, &small).await, Record::default());
    let ids = place.write(0, 0..5_000).await;
    let mut reader = crate::keeper::start(&place, &record);
    let first = timeout(PATIENCE, reader.next()).await.unwrap().unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    place.retain_from(0, 4_990).await;
    assert!(record.apply(&first));
    while record.next(0) < 5_000 {
        let chunk = timeout(PATIENCE, reader.next()).await.unwrap().unwrap();
        if record.apply(&chunk) { reader.stored(&chunk.spans) } else { reader.again(chunk.generation) }
    }
    let gaps = record.gaps();
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    assert_eq!((gaps[0].reason, gaps[0].beginning), (GapReason::RetentionPassed, 4_990));
    // Nothing is missing without being told.
    let before = usize::try_from(gaps[0].found.unwrap().next).unwrap();
    let applied = record.ids(0);
    assert!(ids[..before].iter().chain(&ids[4_990..]).all(|id| applied.contains(id)));
    reader.stop().await;
}
