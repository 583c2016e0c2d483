//! A position store in memory, and a projector that applies to it: what PostgreSQL does, as far as positions go.
//!
//! Positions are compared and set together with the records, as in `store::progress`. The store can be unavailable, and
//! can be restored to an older state.

use crate::support::{Fixture, keys};
use event::Checkpoint;
use journal::{Gap, PositionStore, Reader, RecordBatch};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use uuid::Uuid;

#[derive(Clone, Default)]
pub struct MemoryStore(Arc<Mutex<State>>);

#[derive(Clone, Default)]
pub struct State {
    pub positions: BTreeMap<i32, Checkpoint>,
    /// What was applied of each partition, each time.
    pub applied: BTreeMap<i32, Vec<Uuid>>,
    pub gaps: Vec<Gap>,
    /// How often a batch did not begin where its partition stood.
    pub moved: usize,
    pub away: bool,
    /// How often its checkpoints were asked for.
    pub asked: usize,
}

impl MemoryStore {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub fn position_store(&self) -> PositionStore {
        let (asked, opened) = (self.clone(), self.clone());
        let checkpoints = move || {
            let mut state = asked.state();
            state.asked += 1;
            (!state.away).then(|| state.positions.clone())
        };
        let open_gap = move |gap: Gap| {
            let mut state = opened.state();
            if state.away {
                return None;
            }
            if state.positions.get(&gap.partition).copied() != gap.expected {
                return Some(false);
            }
            state.positions.insert(gap.partition, Checkpoint { next: gap.beginning, last_id: None });
            state.gaps.push(gap);
            Some(true)
        };
        PositionStore { checkpoints: Box::new(checkpoints), open_gap: Box::new(open_gap) }
    }

    /// Applies a batch, whole or not at all; false: a partition is not where its part begins.
    pub fn apply(&self, batch: &RecordBatch) -> bool {
        let mut state = self.state();
        let stands = |state: &State, partition| state.positions.get(&partition).map_or(0, |it| it.next);
        if batch.spans.iter().any(|span| stands(&state, span.partition) != span.from) {
            state.moved += 1;
            return false;
        }
        for span in &batch.spans {
            let ids = batch.records.iter().filter(|it| it.partition == span.partition).map(|it| it.id);
            let ids: Vec<_> = ids.collect();
            // The topics here have no holes: the batch has every offset of the span.
            assert_eq!(i64::try_from(ids.len()).unwrap(), span.to - span.from, "{span:?}");
            assert_eq!(ids.last(), Some(&span.last_id));
            state.applied.entry(span.partition).or_default().extend(ids);
            state.positions.insert(span.partition, Checkpoint { next: span.to, last_id: Some(span.last_id) });
        }
        true
    }

    pub fn away(&self, away: bool) {
        self.state().away = away;
    }

    /// The ids of a partition that were applied.
    pub fn ids(&self, partition: i32) -> BTreeSet<Uuid> {
        self.state().applied.get(&partition).into_iter().flatten().copied().collect()
    }

    pub fn next(&self, partition: i32) -> i64 {
        self.state().positions.get(&partition).map_or(0, |it| it.next)
    }

    pub fn gaps(&self) -> Vec<Gap> {
        self.state().gaps.clone()
    }

    /// What was applied of a partition, in order, since the last time it was set back.
    pub fn applied(&self, partition: i32) -> Vec<Uuid> {
        self.state().applied.get(&partition).cloned().unwrap_or_default()
    }
}

/// A reader whose batches are applied. Dropped, it ends as a crashed one does, except for what its threads still do.
pub struct Projector {
    task: JoinHandle<()>,
    stop: Option<oneshot::Sender<()>>,
}

/// How often running partitions are checked.
pub const RECHECK_INTERVAL: Duration = Duration::from_secs(1);

impl Projector {
    pub fn start(fixture: &Fixture, store: &MemoryStore) -> Self {
        let mut reader = start(fixture, store);
        let (store, (stop, mut stopped)) = (store.clone(), oneshot::channel());
        let task = tokio::spawn(async move {
            loop {
                tokio::select! {
                    biased;
                    _ = &mut stopped => break,
                    batch = reader.next() => {
                        let batch = batch.expect("the reader goes on");
                        while store.state().away {
                            tokio::time::sleep(Duration::from_millis(20)).await;
                        }
                        if store.apply(&batch) { reader.stored(&batch.spans) } else { reader.restart(batch.generation) }
                    }
                }
            }
            reader.stop().await;
        });
        Self { task, stop: Some(stop) }
    }

    /// In order.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        (&mut self.task).await.unwrap();
    }
}

impl Drop for Projector {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub fn start(fixture: &Fixture, store: &MemoryStore) -> Reader {
    Reader::start(&fixture.client, &fixture.topic, &fixture.group, &keys(), store.position_store(), RECHECK_INTERVAL)
        .unwrap()
}
