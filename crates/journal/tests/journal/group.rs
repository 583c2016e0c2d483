//! The group: partitions move between readers, and nothing is lost or blocked.

use crate::position_store::{MemoryStore, Projector, start};
use crate::support::{Fixture, PATIENCE, mark, trace, until};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use testkit::kafka::{Cluster, Size};
use tokio::time::timeout;
use uuid::Uuid;

fn has(store: &MemoryStore, ids: &[Uuid]) -> bool {
    let state = store.state();
    let all: BTreeSet<_> = state.applied.values().flatten().collect();
    ids.iter().all(|id| all.contains(id))
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_position_store_is_away_nothing_is_read_and_others_may_join() {
    let fixture = Fixture::new(2).await;
    let ids = [fixture.write(0, 0..50).await, fixture.write(1, 50..100).await].concat();
    let store = MemoryStore::default();
    store.away(true);
    let mut reader = start(&fixture, &store);
    until("it is asked, in vain", || store.state().asked > 2).await;
    assert!(timeout(Duration::from_secs(1), reader.next()).await.is_err(), "nothing is given");
    let other = Projector::start(&fixture, &store);
    // Longer than a session without a heartbeat.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(fixture.members(), 2);
    store.away(false);
    until("each has its part of it", || {
        if let Some(batch) = poll(&mut reader) {
            if store.apply(&batch) { reader.stored(&batch.spans) } else { reader.restart(batch.generation) }
        }
        has(&store, &ids)
    })
    .await;
    assert_eq!(store.gaps(), []);
    reader.stop().await;
    other.stop().await;
}

/// The next batch, if one is there soon.
fn poll(reader: &mut journal::Reader) -> Option<journal::RecordBatch> {
    let handle = tokio::runtime::Handle::current();
    handle.block_on(async { timeout(Duration::from_millis(20), reader.next()).await.ok()? })
}

#[tokio::test(flavor = "multi_thread")]
async fn new_partitions_are_read_and_written_by_those_who_live() {
    let fixture = Fixture::new(1).await;
    let store = MemoryStore::default();
    let projector = Projector::start(&fixture, &store);
    let writer = fixture.writer(PATIENCE);
    writer.send_to(0, &mark(0), &trace()).await.report().await.unwrap();
    until("the first is read", || store.next(0) == 1).await;
    fixture.grow(3).await;
    let mut ids = Vec::new();
    until("the writer sees them", || tokio::runtime::Handle::current().block_on(writer.partitions()) == Ok(3)).await;
    for (partition, number) in [(1, 1), (2, 2)] {
        while writer.send_to(partition, &mark(number), &trace()).await.report().await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        ids.push(mark(number).id());
    }
    until("they are read", || has(&store, &ids)).await;
    assert_eq!((store.next(1), store.gaps()), (1, vec![]));
    projector.stop().await;
}

/// Two share the partitions; one leaves, and the other has its partitions within `soon`.
async fn one_goes(in_order: bool, soon: Duration) {
    let fixture = Fixture::new(4).await;
    let store = MemoryStore::default();
    let (one, other) = (Projector::start(&fixture, &store), Projector::start(&fixture, &store));
    until("two are in the group", || fixture.members() == 2).await;
    let write = async |from: u32| {
        let mut ids = Vec::new();
        for partition in 0..4 {
            let from = from + u32::try_from(partition).unwrap() * 100;
            ids.extend(fixture.write(partition, from..from + 100).await);
        }
        ids
    };
    let first = write(0).await;
    until("they read it all", || has(&store, &first)).await;
    let since = Instant::now();
    if in_order {
        one.stop().await;
    } else {
        drop(one);
    }
    let then = write(1_000).await;
    until("the other reads it all", || has(&store, &then)).await;
    let took = since.elapsed();
    assert!(took < soon, "{took:?}");
    for partition in 0..4 {
        assert_eq!(store.next(partition), 200);
    }
    assert_eq!(store.gaps(), []);
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
async fn a_member_that_has_stopped_has_left_the_group() {
    // A silent member is removed only after a minute, so that only leaving in order is seen.
    let fixture = Fixture::with(1, &[("session.timeout.ms", "60000")]).await;
    let reader = start(&fixture, &MemoryStore::default());
    until("it is in the group", || fixture.members() == 1).await;
    let since = Instant::now();
    reader.stop().await;
    assert!(since.elapsed() < Duration::from_secs(5), "{:?}", since.elapsed());
    assert_eq!(fixture.members(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_takes_nothing_buffers_little_and_a_removed_one_comes_back() {
    let settings =
        [("queued.max.messages.kbytes", "256"), ("fetch.message.max.bytes", "65536"), ("max.poll.interval.ms", "3000")];
    let (fixture, store) = (Fixture::with(1, &settings).await, MemoryStore::default());
    let ids = fixture.write(0, 0..20_000).await;
    let mut reader = start(&fixture, &store);
    let first = timeout(PATIENCE, reader.next()).await.unwrap().unwrap();
    until("it is put out of the group", || fixture.members() == 0).await;
    // A batch waits and one is gathered; the rest is still the broker's.
    assert!(store.apply(&first));
    reader.stored(&first.spans);
    while store.next(0) < 20_000 {
        let batch = timeout(PATIENCE, reader.next()).await.unwrap().unwrap();
        if store.apply(&batch) { reader.stored(&batch.spans) } else { reader.restart(batch.generation) }
    }
    assert_eq!((store.applied(0), store.gaps()), (ids, vec![]));
    until("it is back in the group", || fixture.members() == 1).await;
    reader.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn brokers_that_are_away_are_waited_for_by_a_reader_but_not_when_it_stops() {
    let mut cluster = tokio::task::block_in_place(|| Cluster::start(Size::One)).unwrap();
    let fixture = Fixture::on(&cluster, 2, 1, &[]).await;
    let store = MemoryStore::default();
    let mut ids = fixture.write(0, 0..20).await;
    let projector = Projector::start(&fixture, &store);
    until("it reads", || has(&store, &ids)).await;
    tokio::task::block_in_place(|| cluster.kill(0)).unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    tokio::task::block_in_place(|| cluster.restart(0)).unwrap();
    ids.extend(fixture.write(0, 20..40).await);
    ids.extend(fixture.write(1, 40..60).await);
    until("it goes on", || has(&store, &ids)).await;
    assert_eq!(store.gaps(), []);

    // Brokers that are gone, and brokers that do not answer; each with a commit on its way.
    let second = Projector::start(&fixture, &store);
    until("two are in the group", || fixture.members() == 2).await;
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
