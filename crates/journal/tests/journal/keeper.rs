//! A keeper of positions in memory, and a projector that applies to it: what PostgreSQL does, as far as positions go.
//!
//! Positions are compared and set together with what was read, as in `store::progress`. It can be away, and be restored
//! to an older state.

use crate::support::{Place, keys};
use journal::{Chunk, Gap, Keeper, LeftOff, Reader};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use uuid::Uuid;

#[derive(Clone, Default)]
pub struct Record(Arc<Mutex<State>>);

#[derive(Clone, Default)]
pub struct State {
    pub positions: BTreeMap<i32, LeftOff>,
    /// What was applied of each partition, each time.
    pub applied: BTreeMap<i32, Vec<Uuid>>,
    pub gaps: Vec<Gap>,
    /// How often a chunk did not begin where its partition stood.
    pub moved: usize,
    pub away: bool,
    /// How often it was asked where reading goes on.
    pub asked: usize,
}

impl Record {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub fn keeper(&self) -> Keeper {
        let (asked, opened) = (self.clone(), self.clone());
        let left_off = move || {
            let mut state = asked.state();
            state.asked += 1;
            (!state.away).then(|| state.positions.clone())
        };
        let open_gap = move |gap: Gap| {
            let mut state = opened.state();
            if state.away {
                return None;
            }
            if state.positions.get(&gap.partition).copied() != gap.found {
                return Some(false);
            }
            state.positions.insert(gap.partition, LeftOff { next: gap.beginning, last_id: None });
            state.gaps.push(gap);
            Some(true)
        };
        Keeper { left_off: Box::new(left_off), open_gap: Box::new(open_gap) }
    }

    /// Applies a chunk, whole or not at all; false: a partition is not where its part begins.
    pub fn apply(&self, chunk: &Chunk) -> bool {
        let mut state = self.state();
        let stands = |state: &State, partition| state.positions.get(&partition).map_or(0, |it| it.next);
        if chunk.spans.iter().any(|span| stands(&state, span.partition) != span.from) {
            state.moved += 1;
            return false;
        }
        for span in &chunk.spans {
            let ids = chunk.records.iter().filter(|it| it.partition == span.partition).map(|it| it.id);
            let ids: Vec<_> = ids.collect();
            // The topics here have no holes: what a span says is what the chunk has.
            assert_eq!(i64::try_from(ids.len()).unwrap(), span.to - span.from, "{span:?}");
            assert_eq!(ids.last(), Some(&span.last_id));
            state.applied.entry(span.partition).or_default().extend(ids);
            state.positions.insert(span.partition, LeftOff { next: span.to, last_id: Some(span.last_id) });
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

/// A reader whose chunks are applied. Dropped, it is gone as a crashed one is, but for what its threads still do.
pub struct Projector {
    task: JoinHandle<()>,
    stop: Option<oneshot::Sender<()>>,
}

/// How often what runs is looked at.
pub const LOOK: Duration = Duration::from_secs(1);

impl Projector {
    pub fn start(place: &Place, record: &Record) -> Self {
        let mut reader = start(place, record);
        let (record, (stop, mut stopped)) = (record.clone(), oneshot::channel());
        let task = tokio::spawn(async move {
            loop {
                tokio::select! {
                    biased;
                    _ = &mut stopped => break,
                    chunk = reader.next() => {
                        let chunk = chunk.expect("the reader goes on");
                        while record.state().away {
                            tokio::time::sleep(Duration::from_millis(20)).await;
                        }
                        if record.apply(&chunk) { reader.stored(&chunk.spans) } else { reader.again(chunk.generation) }
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

pub fn start(place: &Place, record: &Record) -> Reader {
    Reader::start(&place.client, &place.topic, &place.group, &keys(), record.keeper(), LOOK).unwrap()
}
