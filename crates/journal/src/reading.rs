//! The reader's loop.
//!
//! While the database is away the loop goes on polling, so the group keeps its member. What is revoked is let go at
//! once: what of it is still on its way either is applied in time or finds that its position has moved, and nothing of
//! it is stored.
//!
//! Back-pressure: while a chunk waits to be taken, one more is gathered; then nothing is polled, and the client library
//! stops fetching at its own bound.

use crate::chunk::{Chunk, Content, Gathering, Got};
use crate::client::Client;
use crate::error::JournalError;
use crate::header;
use crate::looker::Looker;
use crate::membership::Membership;
use crate::reader::{Command, Keeper};
use bytes::Bytes;
use event::{Entry, Keyring};
use rdkafka::TopicPartitionList;
use rdkafka::config::FromClientConfigAndContext;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Message};
use rdkafka::topic_partition_list::Offset;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::error::TrySendError;

/// How long a poll waits.
const POLL: Duration = Duration::from_millis(100);
/// The same while a chunk is in the making: it is given as soon as it is taken.
const SOON: Duration = Duration::from_millis(1);
/// How often what is stored is told to Kafka, at most.
const COMMIT: Duration = Duration::from_secs(1);
/// How often brokers that are away are asked whether they are back.
const ASK: Duration = Duration::from_secs(2);
/// After what could not be started.
pub(crate) const PAUSE: Duration = Duration::from_millis(500);

pub(crate) struct Reading {
    pub consumer: BaseConsumer<Membership>,
    pub looker: Looker,
    pub topic: String,
    keys: String,
    pub keeper: Keeper,
    sender: tokio::sync::mpsc::Sender<Chunk>,
    orders: mpsc::Receiver<Command>,
    pub gathering: Gathering,
    pub generation: u64,
    /// Known to be another journal, and not noted yet. Kept when the group gives them to others, who cannot know.
    pub replaced: BTreeSet<i32>,
    /// Stored, and not told to Kafka; and when to tell it.
    stored: BTreeMap<i32, i64>,
    commit_at: Instant,
    /// When to try to start what waits.
    pub try_at: Instant,
    /// When to look at what runs, and how often.
    look_at: Instant,
    look: Duration,
    /// While the brokers are away: when to see whether they are back.
    ask_at: Instant,
}

impl Reading {
    /// With where its chunks come out, and where its commands go in.
    pub fn try_new(
        client: &Client,
        topic: &str,
        group: &str,
        keyring: &Keyring,
        keeper: Keeper,
        look: Duration,
    ) -> Result<(Self, tokio::sync::mpsc::Receiver<Chunk>, mpsc::Sender<Command>), JournalError> {
        let (sender, chunks) = tokio::sync::mpsc::channel(1);
        let (commands, orders) = mpsc::channel();
        let consumer = BaseConsumer::from_config_and_context(&client.reading(group), Membership::default())?;
        let looker = Looker::try_new(client, topic, group)?;
        consumer.subscribe(&[topic])?;
        let reading = Self {
            consumer,
            looker,
            topic: topic.to_owned(),
            keys: header::keys(keyring),
            keeper,
            sender,
            orders,
            gathering: Gathering::default(),
            generation: 0,
            replaced: BTreeSet::new(),
            stored: BTreeMap::new(),
            commit_at: Instant::now(),
            try_at: Instant::now(),
            look_at: Instant::now() + look,
            look,
            ask_at: Instant::now(),
        };
        Ok((reading, chunks, commands))
    }

    /// What the group has given to it.
    pub fn membership(&self) -> Arc<Membership> {
        Arc::clone(self.consumer.context())
    }

    /// Until nobody takes chunks any more, or an error that no retry mends.
    pub fn run(mut self) {
        while !self.sender.is_closed() {
            self.obey();
            self.commit();
            if self.try_at <= Instant::now() {
                self.start_waiting();
            }
            if self.look_at <= Instant::now() {
                self.look_at_running();
                self.look_at = Instant::now() + self.look;
            }
            self.ask();
            match self.consumer.poll(if self.gathering.is_empty() { POLL } else { SOON }) {
                None => {
                    if !self.give(false) {
                        break;
                    }
                }
                Some(Ok(message)) => {
                    let got = self.take(&message);
                    drop(message);
                    if let Some((from, offset, size, got)) = got {
                        self.gathering.push(from, offset, size, got);
                    }
                    self.back();
                    let full = self.gathering.is_full();
                    if !self.give(full) {
                        break;
                    }
                }
                Some(Err(error)) => {
                    if self.failed(&error) {
                        break;
                    }
                }
            }
        }
        // Leaves the group before the consumer is gone.
        self.consumer.unsubscribe();
    }

    /// The brokers answer.
    fn back(&mut self) {
        if self.consumer.context().away.swap(false, Ordering::Relaxed) {
            tracing::info!("the journal can be read again");
        }
    }

    /// Who has nothing to read hears of brokers that are back only by asking.
    fn ask(&mut self) {
        if self.consumer.context().away.load(Ordering::Relaxed) && self.ask_at <= Instant::now() {
            if self.looker.answers() {
                self.back();
            }
            self.ask_at = Instant::now() + ASK;
        }
    }

    /// Gives what was gathered, if it is taken; `wait`: waits until it is. False: nobody takes any more.
    fn give(&mut self, wait: bool) -> bool {
        if self.gathering.is_empty() {
            return true;
        }
        match self.sender.try_reserve() {
            Ok(place) => place.send(self.gathering.take(self.generation)),
            Err(TrySendError::Closed(())) => return false,
            Err(TrySendError::Full(())) if wait => {
                return self.sender.blocking_send(self.gathering.take(self.generation)).is_ok();
            }
            // More may come while the other chunk is applied.
            Err(TrySendError::Full(())) => {}
        }
        true
    }

    fn obey(&mut self) {
        while let Ok(command) = self.orders.try_recv() {
            match command {
                Command::Again => self.again(),
                Command::Stored(positions) => {
                    let mut members = self.consumer.context().partitions();
                    for (partition, next) in positions {
                        self.stored.insert(partition, next);
                        if let Some(running) = members.running.get_mut(&partition) {
                            running.stored = running.stored.max(next);
                        }
                    }
                }
            }
        }
    }

    /// Tells Kafka what is stored. Only watched by tools: one that is lost is followed by the next.
    fn commit(&mut self) {
        let committing = &self.consumer.context().committing;
        if self.stored.is_empty() || self.commit_at > Instant::now() || committing.swap(true, Ordering::Relaxed) {
            return;
        }
        self.commit_at = Instant::now() + COMMIT;
        let mut list = TopicPartitionList::new();
        for (partition, next) in std::mem::take(&mut self.stored) {
            let _ = list.add_partition_offset(&self.topic, partition, Offset::Offset(next));
        }
        if self.consumer.commit(&list, CommitMode::Async).is_err() {
            self.consumer.context().committing.store(false, Ordering::Relaxed);
        }
    }

    /// True if it is the end.
    fn failed(&mut self, error: &KafkaError) -> bool {
        use RDKafkaErrorCode as C;
        if matches!(error, KafkaError::MessageConsumptionFatal(_)) {
            tracing::error!(%error, "the reader of the journal cannot go on");
            return true;
        }
        match error.rdkafka_error_code() {
            // The position is outside the log, or the log is another one: look where everything stands.
            Some(
                C::AutoOffsetReset
                | C::OffsetOutOfRange
                | C::UnknownTopic
                | C::UnknownPartition
                | C::UnknownTopicOrPartition
                | C::UnknownTopicId,
            ) => {
                tracing::debug!(%error, "a partition is not where it was");
                self.again();
                self.try_at = Instant::now() + PAUSE;
            }
            _ => {
                if !self.consumer.context().away.swap(true, Ordering::Relaxed) {
                    tracing::warn!(%error, "the journal cannot be read now: it is tried until it can");
                }
            }
        }
        false
    }

    /// The record, and what of its partition it is: from where, its offset, its size. `None`: its partition is let go.
    fn take(&self, message: &BorrowedMessage<'_>) -> Option<(i64, i64, usize, Got)> {
        let (partition, offset) = (message.partition(), message.offset());
        let payload = message.payload().unwrap_or_default();
        let id = header::record_id(message.headers(), payload);
        let mut members = self.consumer.context().partitions();
        // Fetched before the partition was started again: not of it.
        let running = members.running.get_mut(&partition).filter(|running| offset >= running.seen.next)?;
        let from = running.read(offset, id);
        drop(members);
        let bytes = Bytes::copy_from_slice(payload);
        let content = match Entry::decode(&bytes) {
            Err(_) => Content::Unreadable(bytes),
            Ok(_) if !header::is_under(message.headers(), &self.keys) => Content::OtherKeys(bytes),
            Ok(entry) => Content::Entry(entry),
        };
        let written_at = message.timestamp().to_millis();
        let got = Got { partition, id, written_at, trace: header::trace(message.headers()), content };
        Some((from, offset, payload.len(), got))
    }
}
