//! The reader's loop.
//!
//! While the database is unavailable the loop keeps polling, so the group keeps its member. A revoked partition is
//! released at once. Records of it that are still on their way are either applied in time, or their position has moved
//! and none of them is stored.
//!
//! Back-pressure: while one batch waits to be taken, one more is collected. Then nothing is polled, and the client
//! library stops fetching at its own limit.

use crate::batch::{BatchBuilder, ConsumedRecord, Content, RecordBatch};
use crate::client::{self, Client, LOST_REPORTS};
use crate::error::JournalError;
use crate::header;
use crate::log_inspector::LogInspector;
use crate::membership::{Member, Membership};
use crate::position_store::PositionStore;
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
/// How long a poll waits while a batch is collected: the batch goes out as soon as there is room.
const SOON: Duration = Duration::from_millis(1);
/// How often stored positions are committed to Kafka, at most.
const COMMIT: Duration = Duration::from_secs(1);
/// How often unreachable brokers are tried.
const ASK: Duration = Duration::from_secs(2);
/// The pause after a partition could not be started.
pub(crate) const PAUSE: Duration = Duration::from_millis(500);

/// What a reader is asked to do.
pub(crate) enum Command {
    /// These positions are stored.
    Stored(Vec<(i32, i64)>),
    /// Start every partition again from its stored position.
    Restart,
}

pub(crate) struct Reading {
    pub consumer: BaseConsumer<Member>,
    pub membership: Arc<Membership>,
    client: Client,
    group: String,
    pub inspector: LogInspector,
    pub topic: String,
    keys: String,
    pub position_store: PositionStore,
    sender: tokio::sync::mpsc::Sender<RecordBatch>,
    orders: mpsc::Receiver<Command>,
    pub builder: BatchBuilder,
    pub generation: u64,
    /// Partitions whose log was replaced, with no gap opened yet. Kept when the group assigns them to another reader,
    /// which cannot know.
    pub replaced: BTreeSet<i32>,
    /// Stored positions that are not committed to Kafka yet, and when to commit them.
    stored: BTreeMap<i32, i64>,
    commit_at: Instant,
    /// When to try to start assigned partitions.
    pub try_at: Instant,
    /// When to check running partitions, and how often.
    recheck_at: Instant,
    recheck_interval: Duration,
    /// While the brokers are unreachable: when to try them.
    ask_at: Instant,
}

impl Reading {
    /// Also gives the receiver of its batches and the sender of its commands.
    pub fn try_new(
        client: &Client,
        topic: &str,
        group: &str,
        keyring: &Keyring,
        position_store: PositionStore,
        recheck_interval: Duration,
    ) -> Result<(Self, tokio::sync::mpsc::Receiver<RecordBatch>, mpsc::Sender<Command>), JournalError> {
        let (sender, batches) = tokio::sync::mpsc::channel(1);
        let (commands, orders) = mpsc::channel();
        let membership = Arc::default();
        let inspector = LogInspector::try_new(client, topic, group)?;
        let reading = Self {
            consumer: join(client, topic, group, &membership)?,
            membership,
            client: client.clone(),
            group: group.to_owned(),
            inspector,
            topic: topic.to_owned(),
            keys: header::keys(keyring),
            position_store,
            sender,
            orders,
            builder: BatchBuilder::default(),
            generation: 0,
            replaced: BTreeSet::new(),
            stored: BTreeMap::new(),
            commit_at: Instant::now(),
            try_at: Instant::now(),
            recheck_at: Instant::now() + recheck_interval,
            recheck_interval,
            ask_at: Instant::now(),
        };
        Ok((reading, batches, commands))
    }

    /// The state that it shares with the rebalance callback.
    pub fn membership(&self) -> Arc<Membership> {
        Arc::clone(&self.membership)
    }

    /// Runs until nobody takes batches any more, or until an error that no retry fixes.
    pub fn run(mut self) {
        while !self.sender.is_closed() {
            self.obey();
            self.commit();
            if self.try_at <= Instant::now() {
                self.start_assigned();
            }
            if self.recheck_at <= Instant::now() {
                self.recheck_running();
                self.recheck_at = Instant::now() + self.recheck_interval;
            }
            self.ask();
            match self.consumer.poll(if self.builder.is_empty() { POLL } else { SOON }) {
                None => {
                    if !self.give(false) {
                        break;
                    }
                }
                Some(Ok(message)) => {
                    let record = self.take(&message);
                    drop(message);
                    if let Some((from, offset, size, record)) = record {
                        self.builder.push(from, offset, size, record);
                    }
                    self.back();
                    let full = self.builder.is_full();
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
        // Leaves the group before the consumer is dropped.
        self.consumer.unsubscribe();
    }

    /// The brokers answer.
    fn back(&mut self) {
        if self.membership.away.swap(false, Ordering::Relaxed) {
            tracing::info!("Kafka is reachable again");
        }
    }

    /// A reader with nothing to read notices only by asking that the brokers are back. A consumer that is connected to none of them
    /// for long, while one answers, does not come back by itself.
    fn ask(&mut self) {
        let is_lost = self.membership.unconnected.load(Ordering::Relaxed) >= LOST_REPORTS;
        let is_away = self.membership.away.load(Ordering::Relaxed);
        if !(is_lost || is_away) || self.ask_at > Instant::now() {
            return;
        }
        if self.inspector.answers() {
            self.back();
            if is_lost {
                self.join_again();
            }
        }
        self.ask_at = Instant::now() + ASK;
    }

    /// Another consumer takes the place of this one.
    fn join_again(&mut self) {
        let successor = match join(&self.client, &self.topic, &self.group, &self.membership) {
            Ok(successor) => successor,
            Err(error) => {
                return tracing::warn!(%error, "the client of Kafka could not be made anew: it is tried again");
            }
        };
        tracing::warn!("Kafka answers, but this client has lost all brokers: it is made anew");
        let lost = std::mem::replace(&mut self.consumer, successor);
        lost.context().succeeded.store(true, Ordering::Relaxed);
        self.membership.begin_again();
        client::let_go(lost);
    }

    /// Sends the collected batch if there is room; with `wait` it waits for room. False: nobody takes batches any more.
    fn give(&mut self, wait: bool) -> bool {
        if self.builder.is_empty() {
            return true;
        }
        match self.sender.try_reserve() {
            Ok(place) => place.send(self.builder.take(self.generation)),
            Err(TrySendError::Closed(())) => return false,
            Err(TrySendError::Full(())) if wait => {
                return self.sender.blocking_send(self.builder.take(self.generation)).is_ok();
            }
            // More may come while the other batch is applied.
            Err(TrySendError::Full(())) => {}
        }
        true
    }

    fn obey(&mut self) {
        while let Ok(command) = self.orders.try_recv() {
            match command {
                Command::Restart => self.restart(),
                Command::Stored(positions) => {
                    let mut members = self.membership.partitions();
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

    /// Commits stored positions to Kafka. Only tools read them, so a lost commit does no harm: the next one follows.
    fn commit(&mut self) {
        let committing = &self.membership.committing;
        if self.stored.is_empty() || self.commit_at > Instant::now() || committing.swap(true, Ordering::Relaxed) {
            return;
        }
        self.commit_at = Instant::now() + COMMIT;
        let mut list = TopicPartitionList::new();
        for (partition, next) in std::mem::take(&mut self.stored) {
            let _ = list.add_partition_offset(&self.topic, partition, Offset::Offset(next));
        }
        if self.consumer.commit(&list, CommitMode::Async).is_err() {
            self.membership.committing.store(false, Ordering::Relaxed);
        }
    }

    /// True if the reader must end.
    fn failed(&mut self, error: &KafkaError) -> bool {
        use RDKafkaErrorCode as C;
        if matches!(error, KafkaError::MessageConsumptionFatal(_)) {
            tracing::error!(%error, "fatal consumer error: the reader ends");
            return true;
        }
        match error.rdkafka_error_code() {
            // The position is outside the log, or the log was replaced: check every partition.
            Some(
                C::AutoOffsetReset
                | C::OffsetOutOfRange
                | C::UnknownTopic
                | C::UnknownPartition
                | C::UnknownTopicOrPartition
                | C::UnknownTopicId,
            ) => {
                tracing::debug!(%error, "the position is outside the log, or the log was replaced");
                self.restart();
                self.try_at = Instant::now() + PAUSE;
            }
            _ => {
                if !self.membership.away.swap(true, Ordering::Relaxed) {
                    tracing::warn!(%error, "Kafka is unreachable: the reader keeps trying");
                }
            }
        }
        false
    }

    /// The record with where its part of the partition begins, its offset and its size. `None`: the partition was released.
    fn take(&self, message: &BorrowedMessage<'_>) -> Option<(i64, i64, usize, ConsumedRecord)> {
        let (partition, offset) = (message.partition(), message.offset());
        let payload = message.payload().unwrap_or_default();
        let id = header::record_id(message.headers(), payload);
        let mut members = self.membership.partitions();
        // A lower offset was fetched before the partition was started again.
        let running = members.running.get_mut(&partition).filter(|running| offset >= running.observed.next)?;
        let from = running.read(offset, id);
        drop(members);
        let bytes = Bytes::copy_from_slice(payload);
        let content = match Entry::decode(&bytes) {
            Err(_) => Content::Unreadable(bytes),
            Ok(_) if !header::is_under(message.headers(), &self.keys) => Content::OtherKeys(bytes),
            Ok(entry) => Content::Entry(entry),
        };
        let written_at = message.timestamp().to_millis();
        let record = ConsumedRecord { partition, id, written_at, trace: header::trace(message.headers()), content };
        Some((from, offset, payload.len(), record))
    }
}

/// A new member of the group.
fn join(
    client: &Client,
    topic: &str,
    group: &str,
    membership: &Arc<Membership>,
) -> Result<BaseConsumer<Member>, JournalError> {
    let member = Member { membership: Arc::clone(membership), ..Member::default() };
    let consumer = BaseConsumer::from_config_and_context(&client.reader_config(group), member)?;
    consumer.subscribe(&[topic])?;
    Ok(consumer)
}
