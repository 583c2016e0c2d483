//! Whatever happens to readers and keeper: every acknowledged record is applied, and no position skips one.

use crate::keeper::{Projector, Record, State, start};
use crate::support::{PATIENCE, Place, mark, trace, until};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::history::Chance;
use uuid::Uuid;

const PARTITIONS: i32 = 3;

/// A reader whose user is moody: it starts again without need, applies the same twice, is slow, and is gone after a while.
async fn moody(place: &Place, record: &Record, chance: &mut Chance) {
    let mut reader = start(place, record);
    let life = tokio::time::sleep(Duration::from_millis(500 + chance.below(2500)));
    tokio::pin!(life);
    loop {
        tokio::select! {
            () = &mut life => break,
            chunk = reader.next() => {
                let chunk = chunk.expect("the reader goes on");
                if chance.once_in(8) {
                    reader.again(chunk.generation);
                    continue;
                }
                if chance.once_in(4) {
                    tokio::time::sleep(Duration::from_millis(chance.below(300))).await;
                }
                if !record.apply(&chunk) {
                    reader.again(chunk.generation);
                    continue;
                }
                // The answer to its commit was lost: the same batch again, which now does not fit.
                if chance.once_in(6) {
                    assert!(!record.apply(&chunk));
                    reader.again(chunk.generation);
                } else if !chance.once_in(10) {
                    reader.stored(&chunk.spans);
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
    let (place, record) = (Arc::new(Place::new(PARTITIONS).await), Record::default());
    let (done, number) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let acknowledged: Arc<Mutex<Vec<(i32, Uuid)>>> = Arc::default();
    let mut tasks = Vec::new();
    for partition in 0..PARTITIONS {
        let (place, done, number, acknowledged) = (place.clone(), done.clone(), number.clone(), acknowledged.clone());
        tasks.push(tokio::spawn(async move {
            let writer = place.writer(PATIENCE);
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
        let (place, done, record) = (place.clone(), done.clone(), record.clone());
        tasks.push(tokio::spawn(async move {
            let mut chance = Chance::new(seed);
            while !done.load(Ordering::Relaxed) {
                moody(&place, &record, &mut chance).await;
            }
        }));
    }
    let mut chance = Chance::new(99);
    for _ in 0..8 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if chance.once_in(3) {
            record.away(true);
            tokio::time::sleep(Duration::from_millis(chance.below(700))).await;
            record.away(false);
        }
        if chance.once_in(4) {
            // A backup of a while ago.
            let backup = record.state().clone();
            tokio::time::sleep(Duration::from_millis(500)).await;
            let mut state = record.state();
            let (moved, gaps) = (state.moved, state.gaps.clone());
            *state = State { gaps, moved, ..backup };
        }
    }
    done.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.unwrap();
    }
    let last = Projector::start(&place, &record);
    let acknowledged = acknowledged.lock().unwrap().clone();
    for partition in 0..PARTITIONS {
        let (_, high) = place.extent(partition).unwrap();
        until("it is read to its end", || record.next(partition) == high).await;
        let wanted: BTreeSet<_> = acknowledged.iter().filter(|it| it.0 == partition).map(|it| it.1).collect();
        assert!(wanted.len() > 200, "{}", wanted.len());
        // Applied once, since the positions are compared and set with what is applied.
        let applied = record.applied(partition);
        assert_eq!(applied.iter().copied().collect::<BTreeSet<_>>(), wanted);
        assert_eq!(applied.len(), wanted.len());
    }
    assert_eq!(record.gaps(), []);
    assert!(record.state().moved > 0, "nobody was in another's way");
    last.stop().await;
}
