//! The one writer with Kafka: a message is answered after its delivery report.
//!
//! The receipt shares a record with the message's only event. If the message yielded several events, its receipt is written
//! after all of them are reported: a message with a receipt is stored completely.
//!
//! Many messages are in flight at a time. Each keeps its share of the queue until it is answered, so the queue bounds the
//! memory. Every partition gets this ingest's watermark at intervals, after everything received before it (law 5): one task
//! hands everything to the client library, which keeps that order.

use super::queue::{Done, Item, Part};
use super::recent::Recent;
use crate::clock;
use crate::telemetry::spans::unrecorded;
use event::{Entry, Instant, SourceWatermark, Watermark};
use journal::{Delivered, JournalError, Writer};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};

/// How often the number of partitions is asked for.
const ASK: Duration = Duration::from_secs(15);
const NOT_LEFT: &str = "the journal did not record that this ingest stops: answers wait for it until it is back";
/// How long the last watermark may take.
const LEAVE: Duration = Duration::from_secs(5);

/// Takes from the queue and writes into the journal.
pub struct Forwarder {
    items: mpsc::Receiver<Item>,
    writer: Writer,
    /// The name of this ingest.
    ingest: String,
    every: Duration,
    /// False while the journal takes nothing.
    storing: Arc<AtomicBool>,
    /// The latest heartbeat of each source.
    heartbeats: BTreeMap<String, Instant>,
    recent: Recent,
    /// How many partitions the topic has; `None`: not known yet.
    partitions: Option<u32>,
    /// When to ask for it again.
    ask_at: tokio::time::Instant,
    /// In flight: so many messages, and the last watermark to so many partitions.
    flying: JoinSet<Flight>,
    messages: usize,
    watermarks: usize,
}

/// What was in flight and has landed.
enum Flight {
    Message,
    Watermark,
    Partitions(Result<u32, JournalError>),
}

impl Forwarder {
    /// Writes what comes through `items`; `storing` shows others whether it can.
    pub fn new(
        items: mpsc::Receiver<Item>,
        writer: Writer,
        ingest: String,
        every: Duration,
        storing: Arc<AtomicBool>,
    ) -> Self {
        let (heartbeats, flying) = (BTreeMap::new(), JoinSet::new());
        let (partitions, ask_at, recent) = (None, tokio::time::Instant::now(), Recent::default());
        Self {
            items,
            writer,
            ingest,
            every,
            storing,
            heartbeats,
            recent,
            partitions,
            ask_at,
            flying,
            messages: 0,
            watermarks: 0,
        }
    }

    /// Until the queue is closed and empty, and everything is reported.
    pub async fn run(mut self) {
        let mut ticks = interval(self.every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                item = self.items.recv() => match item {
                    Some(item) => self.forward(item).await,
                    None => break,
                },
                Some(landed) = self.flying.join_next() => self.land(landed.ok()),
                _ = ticks.tick() => drop(self.write_watermark(false).await),
            }
        }
        while self.messages > 0
            && let Some(landed) = self.flying.join_next().await
        {
            self.land(landed.ok());
        }
        // After it, answers do not wait for this ingest. Without it they do, until the ingest is back or an operator retires it.
        let last = async {
            let known = self.write_watermark(true).await;
            while self.watermarks > 0
                && let Some(landed) = self.flying.join_next().await
            {
                self.land(landed.ok());
            }
            known
        };
        if !timeout(LEAVE, last).await.unwrap_or(false) {
            tracing::warn!("{NOT_LEFT}");
        }
    }

    async fn forward(&mut self, item: Item) {
        let (Part { events, rejections, receipt, heartbeat, receiving, .. }, done, share) = item.open();
        if let Some(SourceWatermark { source, at }) = heartbeat {
            let latest = self.heartbeats.entry(source).or_insert(at);
            *latest = at.max(*latest);
        }
        let events = events.into_iter().map(|it| Entry::Event(it, None));
        let mut entries: Vec<_> = events.chain(rejections.into_iter().map(|it| Entry::Rejected(it, None))).collect();
        let (message, mut receipt) = (receipt.as_ref().map(|receipt| receipt.id), receipt);
        if let [Entry::Event(_, with) | Entry::Rejected(_, with)] = entries.as_mut_slice() {
            *with = receipt.take();
        }
        let trace = receiving.trace().unwrap_or_else(unrecorded);
        let mut given = Vec::new();
        for entry in entries {
            given.push(self.writer.send(&entry, &trace).await);
        }
        let (storing, writer, recent) = (Arc::clone(&self.storing), self.writer.clone(), self.recent.clone());
        self.messages += 1;
        self.flying.spawn(async move {
            let mut stored = reported(given, &storing).await;
            if let Some(receipt) = receipt.filter(|_| stored) {
                let given = vec![writer.send(&Entry::Receipt(receipt), &trace).await];
                stored = reported(given, &storing).await;
            }
            if stored {
                receiving.stored();
            }
            // A listener that gave up waiting gets no result.
            let _ = done.send(match message {
                _ if !stored => Done::NotStored,
                Some(message) if recent.stored(message) => Done::Duplicate,
                _ => Done::Stored,
            });
            drop(share);
            Flight::Message
        });
    }

    fn land(&mut self, landed: Option<Flight>) {
        match landed {
            Some(Flight::Watermark) => self.watermarks = self.watermarks.saturating_sub(1),
            Some(Flight::Partitions(Ok(count))) => self.partitions = Some(count),
            Some(Flight::Partitions(Err(error))) => {
                self.ask_at = tokio::time::Instant::now() + self.every;
                self.not_storing(&error);
            }
            // A task that panicked may have been a message's: counting it as one, none is waited for in vain.
            Some(Flight::Message) | None => self.messages = self.messages.saturating_sub(1),
        }
    }

    /// Writes this ingest's watermark into every partition, unless the previous one is still in flight. False: the number of
    /// partitions is not known.
    async fn write_watermark(&mut self, leaving: bool) -> bool {
        if self.ask_at <= tokio::time::Instant::now() && !leaving {
            // In a task of its own: a broker that does not answer delays nothing.
            self.ask_at += ASK;
            let writer = self.writer.clone();
            self.flying.spawn(async move { Flight::Partitions(writer.partitions().await) });
        }
        let Some(partitions) = self.partitions else { return false };
        if self.watermarks > 0 && !leaving {
            return true;
        }
        let sources = self.heartbeats.iter().map(|(source, at)| SourceWatermark { source: source.clone(), at: *at });
        let (sources, ingest) = (sources.collect(), self.ingest.clone());
        let entry = Entry::Watermark(Watermark { ingest, at: clock::now(), partitions, sources, leaving });
        let trace = unrecorded();
        for partition in 0..i32::try_from(partitions).unwrap_or(i32::MAX) {
            let given = vec![self.writer.send_to(partition, &entry, &trace).await];
            let storing = Arc::clone(&self.storing);
            self.watermarks += 1;
            self.flying.spawn(async move {
                let written = reported(given, &storing).await;
                if leaving && !written {
                    tracing::warn!(partition, "{NOT_LEFT}");
                }
                Flight::Watermark
            });
        }
        true
    }

    fn not_storing(&self, error: &JournalError) {
        if self.storing.swap(false, Ordering::Relaxed) {
            tracing::error!(%error, "the journal takes nothing: senders wait, and keep what is not acknowledged");
        }
    }
}

/// Waits for every report. True: all of it is written.
async fn reported(given: Vec<Delivered>, storing: &AtomicBool) -> bool {
    let nothing = given.is_empty();
    let mut failed = None;
    for delivered in given {
        failed = failed.or(delivered.report().await.err());
    }
    match &failed {
        Some(error) => {
            if storing.swap(false, Ordering::Relaxed) {
                tracing::error!(%error, "the journal takes nothing: senders wait, and keep what is not acknowledged");
            }
        }
        None if nothing => {}
        None => {
            if !storing.swap(true, Ordering::Relaxed) {
                tracing::info!("the journal takes messages again");
            }
        }
    }
    failed.is_none()
}
