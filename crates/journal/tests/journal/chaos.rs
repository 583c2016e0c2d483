//! Whatever happens to readers and the position store: every acknowledged record is applied, and none is skipped.

use crate::position_store::{MemoryStore, Projector, State, start};
use crate::support::{Fixture, PATIENCE, mark, trace, until};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::history::Chance;
use uuid::Uuid;

const PARTITIONS: i32 = 3;

/// A reader with an erratic user: restarts without need, applies a batch twice, is slow, and ends after a while.
async fn moody(fixture: &Fixture, store: &MemoryStore, chance: &mut Chance) {
    let mut reader = start(fixture, store);
    let life = tokio::time::sleep(Duration::from_millis(500 + chance.below(2500)));
    tokio::pin!(life);
    loop {
        tokio::select! {
            () = &mut life => break,
            batch = reader.next() => {
                let batch = batch.expect("the reader goes on");
                if chance.once_in(8) {
                    reader.restart(batch.generation);
                    continue;
                }
                if chance.once_in(4) {
                    tokio::time::sleep(Duration::from_millis(chance.below(300))).await;
                }
                if !store.apply(&batch) {
                    reader.restart(batch.generation);
                    continue;
                }
                // The answer to its commit was lost: the same batch again, which no longer fits.
                if chance.once_in(6) {
                    assert!(!store.apply(&batch));
                    reader.restart(batch.generation);
                } else if !chance.once_in(10) {
                    reader.stored(&batch.spans);
                }
            }
        }
    }
    if chance.once_in(2) {
        reader.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_missed() {
    let (fixture, store) = (Arc::new(Fixture::new(PARTITIONS).await), MemoryStore::default());
    let (done, number) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let acknowledged: Arc<Mutex<Vec<(i32, Uuid)>>> = Arc::default();
    let mut tasks = Vec::new();
    for partition in 0..PARTITIONS {
        let (fixture, done, number, acknowledged) =
            (fixture.clone(), done.clone(), number.clone(), acknowledged.clone());
        tasks.push(tokio::spawn(async move {
            let writer = fixture.writer(PATIENCE);
            while !done.load(Ordering::Relaxed) {
                let mut given = Vec::new();
                for _ in 0..20 {
                    let entry = mark(number.fetch_add(1, Ordering::Relaxed));
                    given.push((entry.id(), writer.send_to(partition, &entry, &trace()).await));
                }
                for (id, delivered) in given {
                    delivered.report().await.unwrap();
                    acknowledged.lock().unwrap().push((partition, id));
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }));
    }
    for seed in 0..2 {
        let (fixture, done, store) = (fixture.clone(), done.clone(), store.clone());
        tasks.push(tokio::spawn(async move {
            let mut chance = Chance::new(seed);
            while !done.load(Ordering::Relaxed) {
                moody(&fixture, &store, &mut chance).await;
            }
        }));
    }
    let mut chance = Chance::new(99);
    for _ in 0..8 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if chance.once_in(3) {
            store.away(true);
            tokio::time::sleep(Duration::from_millis(chance.below(700))).await;
            store.away(false);
        }
        if chance.once_in(4) {
            // A backup of a while ago.
            let backup = store.state().clone();
            tokio::time::sleep(Duration::from_millis(500)).await;
            let mut state = store.state();
            let (moved, gaps) = (state.moved, state.gaps.clone());
            *state = State { gaps, moved, ..backup };
        }
    }
    done.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.unwrap();
    }
    let last = Projector::start(&fixture, &store);
    let acknowledged = acknowledged.lock().unwrap().clone();
    for partition in 0..PARTITIONS {
        let (_, high) = fixture.extent(partition).unwrap();
        until("it is read to its end", || store.next(partition) == high).await;
        let wanted: BTreeSet<_> = acknowledged.iter().filter(|it| it.0 == partition).map(|it| it.1).collect();
        assert!(wanted.len() > 200, "{}", wanted.len());
        // Applied once, since the positions are compared and set with what is applied.
        let applied = store.applied(partition);
        assert_eq!(applied.iter().copied().collect::<BTreeSet<_>>(), wanted);
        assert_eq!(applied.len(), wanted.len());
    }
    assert_eq!(store.gaps(), []);
    assert!(store.state().moved > 0, "nobody was in another's way");
    last.stop().await;
}
