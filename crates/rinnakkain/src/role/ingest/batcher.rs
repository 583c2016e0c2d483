//! The one writer without Kafka: the messages that queued up during the previous commit are the next batch, together with
//! those of the senders that the commit answered and that send again at once.
//!
//! While the database takes nothing no sender is answered. A sender that gives up sends again later; that is then a copy.
//! A batch that no retry can store is applied message by message, so that one message cannot keep all others out.

use super::queue::{Done, Item, Part};
use crate::role::apply::Applier;
use crate::telemetry::spans::{self, Receiving};
use event::{Receipt, SourceWatermark, Watermark};
use journal::TraceParent;
use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;
use store::watermark::DIRECT;
use store::{Applied, Batch, Marked};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

/// A batch is at most so many events …
const MAX_EVENTS: usize = 1_000;
/// … and about so many bytes, unless a single message is larger.
const MAX_BYTES: usize = 4 << 20;
/// How long a batch waits for expected messages. A sender has one message on its way, so the senders of a batch send their
/// next ones when it is answered. Without the wait the first of them would be a batch alone, at the cost of a full one.
const TOGETHER: Duration = Duration::from_millis(1);

/// Takes from the queue and writes.
pub struct Batcher {
    items: mpsc::Receiver<Item>,
    /// The item that did not fit into the last batch.
    next: Option<Item>,
    applier: Applier,
}

impl Batcher {
    /// Writes what comes through `items`.
    pub fn new(items: mpsc::Receiver<Item>, applier: Applier) -> Self {
        Self { items, next: None, applier }
    }

    /// Until the queue is closed and empty.
    pub async fn run(mut self) {
        let mut expected = 0;
        while let Some(pending) = gather(&mut self.next, &mut self.items, expected).await {
            let applied = self.applier.apply(&pending.batch, &pending.traces()).await;
            // The senders that are answered now, and the messages that came meanwhile.
            expected = pending.waiting.len() + self.items.len();
            match applied {
                Ok(applied) => pending.answer(&applied),
                Err(_) => self.one_by_one(pending).await,
            }
        }
    }

    async fn one_by_one(&self, pending: Pending) {
        let alone = pending.waiting.len() == 1;
        for waiting in pending.waiting {
            let batch = waiting.batch(&pending.batch);
            // A batch of one has just failed.
            let applied = if alone { None } else { self.applier.apply(&batch, &[]).await.ok() };
            waiting.answer(&batch.events, applied.as_ref());
        }
    }
}

/// A batch, and the messages that wait for it.
struct Pending {
    batch: Batch,
    waiting: Vec<QueuedMessage>,
}

/// One message, as a part of the batch.
struct QueuedMessage {
    events: Range<usize>,
    rejections: Range<usize>,
    receipts: Range<usize>,
    heartbeat: Option<SourceWatermark>,
    receiving: Receiving,
    done: oneshot::Sender<Done>,
    /// Its share of the queue, until it is answered.
    _share: OwnedSemaphorePermit,
}

/// The watermark of a batch: every source that has sent a heartbeat, up to the latest time in the batch, with whose messages
/// it is committed.
fn watermarks<'a>(heartbeats: impl IntoIterator<Item = &'a SourceWatermark>, receipts: &[Receipt]) -> Vec<Marked> {
    let mut latest: BTreeMap<&str, &SourceWatermark> = BTreeMap::new();
    for it in heartbeats {
        let entry = latest.entry(&it.source).or_insert(it);
        *entry = (*entry).max(it);
    }
    let sources: Vec<SourceWatermark> = latest.into_values().cloned().collect();
    let received = receipts.iter().map(|receipt| receipt.received_at);
    let mark = sources.iter().map(|it| it.at).chain(received).max().map(|at| Marked {
        partition: 0,
        watermark: Watermark { ingest: DIRECT.to_owned(), at, partitions: 1, sources, leaving: false },
    });
    mark.into_iter().collect()
}

/// Waits for an item, then takes what else is there, up to the limits; waits shortly for as many as are `expected`.
/// `None`: the queue is closed and empty.
async fn gather(next: &mut Option<Item>, items: &mut mpsc::Receiver<Item>, expected: usize) -> Option<Pending> {
    let mut item = match next.take() {
        Some(item) => item,
        None => items.recv().await?,
    };
    let mut pending = Pending { batch: Batch::default(), waiting: Vec::new() };
    let (mut bytes, until) = (0, Instant::now() + TOGETHER);
    loop {
        bytes += item.part.weight();
        pending.push(item);
        let another = match items.try_recv() {
            Ok(another) => another,
            Err(_) if pending.waiting.len() < expected => match timeout_at(until, items.recv()).await {
                Ok(Some(another)) => another,
                Ok(None) | Err(_) => break,
            },
            Err(_) => break,
        };
        let fits = pending.batch.events.len() + another.part.events.len() <= MAX_EVENTS
            && pending.waiting.len() < MAX_EVENTS
            && bytes + another.part.weight() <= MAX_BYTES;
        if !fits {
            *next = Some(another);
            break;
        }
        item = another;
    }
    pending.batch.watermarks = pending.watermarks();
    Some(pending)
}

impl Pending {
    fn push(&mut self, item: Item) {
        let (Part { events, rejections, receipt, heartbeat, receiving, .. }, done, share) = item.open();
        let Batch { events: before, rejections: refused, receipts, .. } = &self.batch;
        let (first_event, first_rejection, first_receipt) = (before.len(), refused.len(), receipts.len());
        self.batch.events.extend(events);
        self.batch.rejections.extend(rejections);
        self.batch.receipts.extend(receipt);
        self.waiting.push(QueuedMessage {
            events: first_event..self.batch.events.len(),
            rejections: first_rejection..self.batch.rejections.len(),
            receipts: first_receipt..self.batch.receipts.len(),
            heartbeat,
            receiving,
            done,
            _share: share,
        });
    }

    fn traces(&self) -> Vec<TraceParent> {
        spans::recorded(self.waiting.iter().filter_map(|waiting| waiting.receiving.trace()))
    }

    /// Each source once, with its latest time.
    fn watermarks(&self) -> Vec<Marked> {
        watermarks(self.waiting.iter().filter_map(|waiting| waiting.heartbeat.as_ref()), &self.batch.receipts)
    }

    fn answer(self, applied: &Applied) {
        for waiting in self.waiting {
            let events = waiting.events.clone();
            waiting.answer(self.batch.events.get(events).unwrap_or_default(), Some(applied));
        }
    }
}

impl QueuedMessage {
    fn batch(&self, whole: &Batch) -> Batch {
        let receipts = whole.receipts.get(self.receipts.clone()).unwrap_or_default();
        Batch {
            events: whole.events.get(self.events.clone()).unwrap_or_default().to_vec(),
            rejections: whole.rejections.get(self.rejections.clone()).unwrap_or_default().to_vec(),
            receipts: receipts.to_vec(),
            watermarks: watermarks(&self.heartbeat, receipts),
            ..Batch::default()
        }
    }

    fn answer(self, events: &[event::ReceivedEvent], applied: Option<&Applied>) {
        let done = match applied {
            None => Done::NotStored,
            Some(applied) if events.iter().any(|it| applied.culprits.contains(&it.event.id)) => Done::Refused,
            Some(applied) if !events.is_empty() && events.iter().all(|it| applied.copies.contains(&it.event.id)) => {
                Done::Duplicate
            }
            Some(_) => Done::Stored,
        };
        if done != Done::NotStored {
            self.receiving.stored();
        }
        // A listener that gave up waiting gets no result.
        let _ = self.done.send(done);
    }
}

#[cfg(test)]
mod tests;
