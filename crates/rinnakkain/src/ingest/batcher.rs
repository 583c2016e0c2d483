//! The one writer: what queued up during the previous commit is the next batch (design, "Apply").
//!
//! A batch that the database cannot take now is applied again, the same batch, until it is taken: nobody is answered
//! meanwhile, and whoever gives up waiting sends again later, which is then a copy. A batch that no retry mends is
//! applied part by part, so that one message cannot keep all others out.

use super::queue::{Item, Part, Receipt};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::{Applied, ApplyError, Batch, Heard, Projector};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use tokio::time::{Instant, sleep, timeout};

/// A batch is at most so many events …
const MAX_EVENTS: usize = 1_000;
/// … and about so many bytes, unless a single message is larger.
const MAX_BYTES: usize = 4 << 20;

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// A database that says nothing for so long is gone; what came of the batch is not known, so it is applied again.
const SILENCE: Duration = Duration::from_mins(2);

/// Takes from the queue and writes.
pub struct Batcher {
    items: mpsc::Receiver<Item>,
    /// The item that did not fit into the last batch.
    next: Option<Item>,
    projector: Projector,
    /// False while the database does not take batches.
    storing: Arc<AtomicBool>,
}

impl Batcher {
    /// Writes what comes through `items`; `storing` tells others whether it can.
    pub fn new(items: mpsc::Receiver<Item>, projector: Projector, storing: Arc<AtomicBool>) -> Self {
        Self { items, next: None, projector, storing }
    }

    /// Until the queue is closed and empty.
    pub async fn run(mut self) {
        while let Some(pending) = gather(&mut self.next, &mut self.items).await {
            match self.apply(&pending.batch).await {
                Ok(applied) => pending.answer(&applied),
                Err(_) => self.one_by_one(pending).await,
            }
        }
    }

    /// Tries until it is known what came of it.
    async fn apply(&self, batch: &Batch) -> Result<Applied, ApplyError> {
        let mut since = None;
        let mut pause = FIRST_PAUSE;
        loop {
            let silent = |_| Err(ApplyError::Transient { code: "silent".to_owned() });
            let result = timeout(SILENCE, self.projector.apply(batch)).await.unwrap_or_else(silent);
            match &result {
                Err(error) if error.is_transient() => {
                    if since.is_none() {
                        self.storing.store(false, Ordering::Relaxed);
                        tracing::error!(%error, "cannot store: senders wait, the batch is tried again until it is stored");
                    }
                    since.get_or_insert_with(Instant::now);
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                    continue;
                }
                Err(error) => tracing::error!(%error, events = batch.events.len(), "a batch cannot be stored"),
                Ok(applied) if !applied.culprits.is_empty() => {
                    tracing::error!(
                        events = applied.culprits.len(),
                        "the database refuses events: they are in the quarantine"
                    );
                }
                Ok(applied) => tracing::debug!(
                    stored = applied.stored,
                    duplicates = applied.duplicates,
                    late = applied.late,
                    refolds = applied.refolds,
                    "batch stored"
                ),
            }
            if let Some(since) = since {
                tracing::info!(seconds = since.elapsed().as_secs(), "the database answers again");
            }
            self.storing.store(true, Ordering::Relaxed);
            return result;
        }
    }

    async fn one_by_one(&self, pending: Pending) {
        let alone = pending.waiting.len() == 1;
        for waiting in pending.waiting {
            let batch = waiting.batch(&pending.batch);
            // A batch of one has just failed.
            let applied = if alone { None } else { self.apply(&batch).await.ok() };
            waiting.answer(&batch.events, applied.as_ref());
        }
    }
}

/// A batch, and who waits for it.
struct Pending {
    batch: Batch,
    waiting: Vec<Waiting>,
}

/// Whose message is which part of the batch.
struct Waiting {
    events: Range<usize>,
    rejections: Range<usize>,
    heard: Option<Heard>,
    done: oneshot::Sender<Receipt>,
    /// Its share of the queue, until it is answered.
    _share: OwnedSemaphorePermit,
}

/// Waits for an item, then takes what else is there, up to the limits. `None`: the queue is closed and empty.
async fn gather(next: &mut Option<Item>, items: &mut mpsc::Receiver<Item>) -> Option<Pending> {
    let mut item = match next.take() {
        Some(item) => item,
        None => items.recv().await?,
    };
    let mut pending = Pending { batch: Batch::default(), waiting: Vec::new() };
    let mut bytes = 0;
    loop {
        bytes += item.part.weight();
        pending.push(item);
        let Ok(another) = items.try_recv() else { break };
        let fits = pending.batch.events.len() + another.part.events.len() <= MAX_EVENTS
            && pending.waiting.len() < MAX_EVENTS
            && bytes + another.part.weight() <= MAX_BYTES;
        if !fits {
            *next = Some(another);
            break;
        }
        item = another;
    }
    pending.batch.heard = pending.heard();
    Some(pending)
}

impl Pending {
    fn push(&mut self, item: Item) {
        let (Part { events, rejections, heard, .. }, done, share) = item.open();
        let (first_event, first_rejection) = (self.batch.events.len(), self.batch.rejections.len());
        self.batch.events.extend(events);
        self.batch.rejections.extend(rejections);
        self.waiting.push(Waiting {
            events: first_event..self.batch.events.len(),
            rejections: first_rejection..self.batch.rejections.len(),
            heard,
            done,
            _share: share,
        });
    }

    /// Each source once, with its latest time.
    fn heard(&self) -> Vec<Heard> {
        let mut latest = BTreeMap::new();
        for heard in self.waiting.iter().filter_map(|waiting| waiting.heard.as_ref()) {
            let entry = latest.entry(&heard.source).or_insert(heard);
            *entry = (*entry).max(heard);
        }
        latest.into_values().cloned().collect()
    }

    fn answer(self, applied: &Applied) {
        for waiting in self.waiting {
            let events = waiting.events.clone();
            waiting.answer(self.batch.events.get(events).unwrap_or_default(), Some(applied));
        }
    }
}

impl Waiting {
    fn batch(&self, whole: &Batch) -> Batch {
        Batch {
            events: whole.events.get(self.events.clone()).unwrap_or_default().to_vec(),
            rejections: whole.rejections.get(self.rejections.clone()).unwrap_or_default().to_vec(),
            heard: self.heard.iter().cloned().collect(),
            ..Batch::default()
        }
    }

    fn answer(self, events: &[event::Received], applied: Option<&Applied>) {
        let receipt = match applied {
            None => Receipt::NotStored,
            Some(applied) if events.iter().any(|it| applied.culprits.contains(&it.event.id)) => Receipt::Refused,
            Some(_) => Receipt::Stored,
        };
        // Whoever gave up waiting is not told.
        let _ = self.done.send(receipt);
    }
}

#[cfg(test)]
mod tests;
