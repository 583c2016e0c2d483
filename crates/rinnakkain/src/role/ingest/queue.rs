//! The one queue between the listeners and the database: bounded in bytes and in number.

use crate::telemetry::spans::Receiving;
use event::{Receipt, ReceivedEvent, Rejected, SourceWatermark};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

/// What is stored of one message.
#[derive(Default)]
pub struct Part {
    pub events: Vec<ReceivedEvent>,
    /// At most one.
    pub rejections: Vec<Rejected>,
    /// The receipt; `None`: a heartbeat.
    pub receipt: Option<Receipt>,
    /// A heartbeat. A message's receipt shows by itself that its source has reported.
    pub heartbeat: Option<SourceWatermark>,
    /// Its trace, and how long it takes.
    pub receiving: Receiving,
    /// How long the message is.
    pub bytes: usize,
}

/// The outcome of one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// Committed.
    Stored,
    /// All of its events were stored before.
    Duplicate,
    /// The database rejected one of its events, which is in the quarantine now.
    Refused,
    /// Not stored, and not retried.
    NotStored,
}

/// A part in the queue. It keeps its share of the queue's bytes until it is answered.
pub struct Item {
    pub part: Part,
    pub done: oneshot::Sender<Done>,
    share: OwnedSemaphorePermit,
}

/// Waits for what was queued. Dropping it drops the wait only: what is queued is stored.
pub struct Queued(oneshot::Receiver<Done>);

/// The way into the queue.
#[derive(Clone)]
pub struct Queue {
    items: mpsc::Sender<Item>,
    kibibytes: Arc<Semaphore>,
    most: u32,
}

impl Queue {
    /// A queue of at most `kibibytes` and `items`.
    pub fn new(kibibytes: u32, items: usize) -> (Self, mpsc::Receiver<Item>) {
        let (sender, receiver) = mpsc::channel(items);
        let permits = Arc::new(Semaphore::new(kibibytes as usize));
        (Self { items: sender, kibibytes: permits, most: kibibytes }, receiver)
    }

    /// Waits for room. `None`: the service stops.
    pub async fn enqueue(&self, part: Part) -> Option<Queued> {
        let share = u32::try_from(part.weight() / 1024 + 1).unwrap_or(u32::MAX).min(self.most);
        let share = Arc::clone(&self.kibibytes).acquire_many_owned(share).await.ok()?;
        let (done, waiting) = oneshot::channel();
        self.items.send(Item { part, done, share }).await.ok()?;
        Some(Queued(waiting))
    }

    /// Waits until it is stored. `None`: the service stops.
    pub async fn store(&self, part: Part) -> Option<Done> {
        self.enqueue(part).await?.done().await
    }
}

impl Queued {
    /// `None`: the service stops.
    pub async fn done(self) -> Option<Done> {
        self.0.await.ok()
    }
}

impl Part {
    /// About how many bytes it takes in memory and in a statement.
    pub fn weight(&self) -> usize {
        self.bytes + 512 * (self.events.len() + 1)
    }
}

impl Item {
    /// What is stored, where the outcome goes, and its share of the queue.
    pub fn open(self) -> (Part, oneshot::Sender<Done>, OwnedSemaphorePermit) {
        (self.part, self.done, self.share)
    }
}
