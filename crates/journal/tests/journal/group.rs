//! The group: who reads what changes, and nothing is lost or waited for.

use crate::keeper::{Projector, Record, start};
use crate::support::{PATIENCE, Place, mark, trace, until};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use testkit::kafka::{Cluster, Size};
use tokio::time::timeout;
use uuid::Uuid;

fn has(record: &Record, ids: &[Uuid]) -> bool {
    let state = record.state();
    let all: BTreeSet<_> = state.applied.values().flatten().collect();
    ids.iter().all(|id| all.contains(id))
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_keeper_is_away_nothing_is_read_and_others_may_join() {
    let place = Place::new(2).await;
    let ids = [place.write(0, 0..50).await, place.write(1, 50..100).await].concat();
    let record = Record::default();
    record.away(true);
    let mut reader = start(&place, &record);
    until("it is asked, in vain", || record.state().asked > 2).await;
    assert!(timeout(Duration::from_secs(1), reader.next()).await.is_err(), "nothing is given");
    let other = Projector::start(&place, &record);
    // Longer than a session without a heartbeat.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(place.members(), 2);
    record.away(false);
    until("each has its part of it", || {
        if let Some(chunk) = poll(&mut reader) {
            if record.apply(&chunk) { reader.stored(&chunk.spans) } else { reader.again(chunk.generation) }
        }
        has(&record, &ids)
    })
    .await;
    assert_eq!(record.gaps(), []);
    reader.stop().await;
    other.stop().await;
}

/// The next chunk, if one is there soon.
fn poll(reader: &mut journal::Reader) -> Option<journal::Chunk> {
    let handle = tokio::runtime::Handle::current();
    handle.block_on(async { timeout(Duration::from_millis(20), reader.next()).await.ok()? })
}

#[tokio::test(flavor = "multi_thread")]
async fn new_partitions_are_read_and_written_by_those_who_live() {
    let place = Place::new(1).await;
    let record = Record::default();
    let projector = Projector::start(&place, &record);
    let writer = place.writer(PATIENCE);
    writer.send_to(0, &mark(0), &trace()).await.report().await.unwrap();
    until("the first is read", || record.next(0) == 1).await;
    place.grow(3).await;
    let mut ids = Vec::new();
    until("the writer sees them", || tokio::runtime::Handle::current().block_on(writer.partitions()) == Ok(3)).await;
    for (partition, number) in [(1, 1), (2, 2)] {
        while writer.send_to(partition, &mark(number), &trace()).await.report().await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        ids.push(mark(number).id());
    }
    until("they are read", || has(&record, &ids)).await;
    assert_eq!((record.next(1), record.gaps()), (1, vec![]));
    projector.stop().await;
}

/// Two share; one goes, and what it had is the other's within `soon`.
async fn one_goes(in_order: bool, soon: Duration) {
    let place = Place::new(4).await;
    let record = Record::default();
    let (one, other) = (Projector::start(&place, &record), Projector::start(&place, &record));
    until("two are in the group", || place.members() == 2).await;
    let write = async |from: u32| {
        let mut ids = Vec::new();
        for partition in 0..4 {
            let from = from + u32::try_from(partition).unwrap() * 100;
            ids.extend(place.write(partition, from..from + 100).await);
        }
        ids
    };
    let first = write(0).await;
    until("they read it all", || has(&record, &first)).await;
    let since = Instant::now();
    if in_order {
        one.stop().await;
    } else {
        drop(one);
    }
    let then = write(1_000).await;
    until("the other reads it all", || has(&record, &then)).await;
    let took = since.elapsed();
    assert!(took < soon, "{took:?}");
    for partition in 0..4 {
        assert_eq!(record.next(partition), 200);
    }
    assert_eq!(record.gaps(), []);
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_stops_leaves_its_partitions_at_once() {
    // Before its session ends, on a busy machine.
    one_goes(true, Duration::from_secs(10)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_dropped_leaves_its_partitions_too() {
    one_goes(false, PATIENCE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_that_stops_is_gone_when_it_says_so() {
    // Missed only after a minute, so that it is the leaving that is seen.
    let place = Place::with(1, &[("session.timeout.ms", "60000")]).await;
    let reader = start(&place, &Record::default());
    until("it is in the group", || place.members() == 1).await;
    let since = Instant::now();
    reader.stop().await;
    assert!(since.elapsed() < Duration::from_secs(5), "{:?}", since.elapsed());
    assert_eq!(place.members(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_takes_nothing_holds_little_and_one_that_was_put_out_comes_back() {
    let settings =
        [("queued.max.messages.kbytes", "256"), ("fetch.message.max.bytes", "65536"), ("max.poll.interval.ms", "3000")];
    let (place, record) = (Place::with(1, &settings).await, Record::default());
    let ids = place.write(0, 0..20_000).await;
    let mut reader = start(&place, &record);
    let first = timeout(PATIENCE, reader.next()).await.unwrap().unwrap();
    until("it is put out of the group", || place.members() == 0).await;
    // A chunk waits and one is gathered; the rest is still the broker's.
    assert!(record.apply(&first));
    reader.stored(&first.spans);
    while record.next(0) < 20_000 {
        let chunk = timeout(PATIENCE, reader.next()).await.unwrap().unwrap();
        if record.apply(&chunk) { reader.stored(&chunk.spans) } else { reader.again(chunk.generation) }
    }
    assert_eq!((record.applied(0), record.gaps()), (ids, vec![]));
    until("it is back in the group", || place.members() == 1).await;
    reader.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn brokers_that_are_away_are_waited_for_by_a_reader_but_not_when_it_stops() {
    let mut cluster = tokio::task::block_in_place(|| Cluster::start(Size::One)).unwrap();
    let place = Place::on(&cluster, 2, 1, &[]).await;
    let record = Record::default();
    let mut ids = place.write(0, 0..20).await;
    let projector = Projector::start(&place, &record);
    until("it reads", || has(&record, &ids)).await;
    tokio::task::block_in_place(|| cluster.kill(0)).unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    tokio::task::block_in_place(|| cluster.restart(0)).unwrap();
    ids.extend(place.write(0, 20..40).await);
    ids.extend(place.write(1, 40..60).await);
    until("it goes on", || has(&record, &ids)).await;
    assert_eq!(record.gaps(), []);

    // Not there any more, and there without answering; each with a position on its way to it.
    let second = Projector::start(&place, &record);
    until("two are in the group", || place.members() == 2).await;
    tokio::task::block_in_place(|| cluster.pause(0)).unwrap();
    let since = Instant::now();
    projector.stop().await;
    let paused = since.elapsed();
    tokio::task::block_in_place(|| cluster.kill(0)).unwrap();
    let since = Instant::now();
    second.stop().await;
    let killed = since.elapsed();
    assert!(paused < Duration::from_secs(12) && killed < Duration::from_secs(12), "{paused:?} {killed:?}");
}
