//! The reader: one member of an ordinary consumer group, on a thread of its own.
//!
//! The group says who reads what; [`Keeper`], that is PostgreSQL, says from where. In the rebalance callback nothing is
//! waited for: what is assigned is noted, and started from the loop once it is known where it was left off and that the
//! journal still is that one ([`crate::check`]). While the database is away the loop goes on polling, so the group keeps
//! its member. What is revoked is let go at once: what of it is still on its way either is applied in time or finds that
//! its position has moved, and nothing of it is stored.
//!
//! Back-pressure: while a chunk waits to be taken, one more is gathered; then nothing is polled, and the client library
//! stops fetching at its own bound.

use crate::check::{self, LeftOff, Looker, Verdict};
use crate::chunk::{Chunk, Content, Gathering, Got};
use crate::client::{self, Client, Quiet};
use crate::error::JournalError;
use crate::header;
use bytes::Bytes;
use event::{Entry, Keyring};
use rdkafka::TopicPartitionList;
use rdkafka::client::ClientContext;
use rdkafka::config::{FromClientConfigAndContext, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Message};
use rdkafka::topic_partition_list::Offset;
use rdkafka::types::RDKafkaRespErr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::error::TrySendError;

pub use crate::check::GapReason;

/// A partition whose journal is not where it was left off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The partition.
    pub partition: i32,
    /// Why.
    pub reason: GapReason,
    /// Where it was left off.
    pub found: Option<LeftOff>,
    /// The first offset that is there.
    pub beginning: i64,
}

/// Whoever keeps the positions. Called from the reader's thread, and may take its time; `None`: not now.
pub struct Keeper {
    /// Where each partition was left off; one that is not there was never read.
    pub left_off: Box<dyn Fn() -> Option<BTreeMap<i32, LeftOff>> + Send>,
    /// Notes a gap and sets the partition to the beginning of what is there, unless it has moved meanwhile.
    pub open_gap: Box<dyn Fn(Gap) -> Option<()> + Send>,
}

/// A running reader. Dropped, it leaves the group.
pub struct Reader {
    chunks: tokio::sync::mpsc::Receiver<Chunk>,
    commands: mpsc::Sender<Command>,
    thread: Option<JoinHandle<()>>,
    /// What was given of this generation or an earlier one is dropped.
    dropped: Option<u64>,
}

enum Command {
    /// These positions are stored.
    Stored(Vec<(i32, i64)>),
    /// Start every partition again from where the keeper says.
    Again,
}

/// How long a poll waits.
const POLL: Duration = Duration::from_millis(100);
/// The same while something is gathered and cannot be given yet. What is already here is not waited for: a pause after
/// each record would be the pace of a whole projector.
const TURN: Duration = Duration::from_millis(1);
/// After what could not be started.
const PAUSE: Duration = Duration::from_millis(500);
/// How often a running partition's journal is looked at: a topic that was made again under a living reader may be longer
/// than before, and reading goes on in it without an error.
const LOOK: Duration = Duration::from_secs(20);

impl Reader {
    /// Joins the group. Ends by itself only after an error that no retry mends: [`Self::next`] then gives `None`.
    pub fn start(
        client: &Client,
        topic: &str,
        group: &str,
        keyring: &Keyring,
        keeper: Keeper,
    ) -> Result<Self, JournalError> {
        let context = Membership::default();
        let consumer = BaseConsumer::from_config_and_context(&client.reading(group), context)?;
        let looker = Looker::try_new(client, topic, group)?;
        consumer.subscribe(&[topic])?;
        let (sender, chunks) = tokio::sync::mpsc::channel(1);
        let (commands, orders) = mpsc::channel();
        let reading = Reading {
            consumer,
            looker,
            topic: topic.to_owned(),
            keys: header::keys(keyring),
            keeper,
            sender,
            orders,
            gathering: Gathering::default(),
            generation: 0,
            try_at: Instant::now(),
            look_at: Instant::now() + LOOK,
            away: false,
        };
        let thread = std::thread::Builder::new().name("journal-reader".to_owned()).spawn(move || reading.run());
        let thread = thread.map_err(|_| JournalError::Unavailable { code: "thread".to_owned() })?;
        Ok(Self { chunks, commands, thread: Some(thread), dropped: None })
    }

    /// The next chunk; `None`: the reader has ended. Cancel safe.
    pub async fn next(&mut self) -> Option<Chunk> {
        loop {
            let chunk = self.chunks.recv().await?;
            if self.dropped.is_none_or(|dropped| dropped < chunk.generation) {
                return Some(chunk);
            }
        }
    }

    /// The chunk is stored: told to Kafka too, for the tools that watch how far behind a group is.
    pub fn stored(&self, chunk: &Chunk) {
        let positions = chunk.spans.iter().map(|span| (span.partition, span.to)).collect();
        // A reader that has ended says so in `next`.
        let _ = self.commands.send(Command::Stored(positions));
    }

    /// The chunk does not begin where a partition stands: drops everything that was given, and starts again from where
    /// the keeper says.
    pub fn again(&mut self, chunk: &Chunk) {
        self.dropped = Some(chunk.generation);
        let _ = self.commands.send(Command::Again);
    }

    /// Leaves the group, in order, and waits for it.
    pub async fn stop(mut self) {
        self.chunks.close();
        if let Some(thread) = self.thread.take() {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

/// The looker's context.
pub(crate) struct Looking(pub Quiet);

impl ClientContext for Looking {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        self.0.log(level, facility, line);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.0.error(error, reason);
    }
}

impl ConsumerContext for Looking {}

/// What the group has given: changed in the callback, which runs inside `poll`.
#[derive(Default)]
struct Membership(Mutex<Partitions>);

#[derive(Default)]
struct Partitions {
    /// Assigned, and not started.
    waiting: BTreeSet<i32>,
    /// Started: the next offset.
    running: BTreeMap<i32, i64>,
}

impl Membership {
    fn partitions(&self) -> MutexGuard<'_, Partitions> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ClientContext for Membership {
    fn log(&self, _: RDKafkaLogLevel, facility: &str, line: &str) {
        client::log(facility, line);
    }

    fn error(&self, error: KafkaError, _: &str) {
        tracing::debug!(%error, "the Kafka client");
    }
}

impl ConsumerContext for Membership {
    fn rebalance(&self, consumer: &BaseConsumer<Self>, err: RDKafkaRespErr, list: &mut TopicPartitionList) {
        let partitions = || list.elements().into_iter().map(|it| (it.topic().to_owned(), it.partition()));
        let mut members = self.partitions();
        // The client library waits for an answer to each of these, and takes an empty one.
        let mut answer = TopicPartitionList::new();
        let done = if err == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            members.waiting.extend(partitions().map(|(_, partition)| partition));
            consumer.incremental_assign(&answer)
        } else {
            for (topic, partition) in partitions() {
                members.waiting.remove(&partition);
                if members.running.remove(&partition).is_some() {
                    answer.add_partition(&topic, partition);
                }
            }
            consumer.incremental_unassign(&answer)
        };
        drop(members);
        let count = list.count();
        match (done, err) {
            (Ok(()), RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) => {
                tracing::info!(count, "partitions of the journal are this reader's");
            }
            (Ok(()), _) => tracing::info!(count, "partitions of the journal are this reader's no more"),
            (Err(error), _) => tracing::warn!(%error, "a rebalance went wrong: the group will try again"),
        }
    }
}

struct Reading {
    consumer: BaseConsumer<Membership>,
    looker: Looker,
    topic: String,
    keys: String,
    keeper: Keeper,
    sender: tokio::sync::mpsc::Sender<Chunk>,
    orders: mpsc::Receiver<Command>,
    gathering: Gathering,
    generation: u64,
    /// When to try to start what waits.
    try_at: Instant,
    /// When to look at what runs.
    look_at: Instant,
    /// The brokers are away, and it was said.
    away: bool,
}

impl Reading {
    fn run(mut self) {
        while !self.sender.is_closed() {
            self.obey();
            let now = Instant::now();
            if self.try_at <= now {
                self.start_waiting();
            }
            if self.look_at <= now {
                self.look_at = now + LOOK;
                self.look_at_running();
            }
            match self.consumer.poll(if self.gathering.is_empty() { POLL } else { TURN }) {
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
                    self.away = false;
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
            // More records may come while the other chunk is applied.
            Err(TrySendError::Full(())) => {}
        }
        true
    }

    fn obey(&mut self) {
        while let Ok(command) = self.orders.try_recv() {
            match command {
                Command::Again => self.again(),
                Command::Stored(positions) => {
                    let mut list = TopicPartitionList::new();
                    for (partition, next) in positions {
                        let _ = list.add_partition_offset(&self.topic, partition, Offset::Offset(next));
                    }
                    // Only watched by tools: one that is lost is followed by the next.
                    let _ = self.consumer.commit(&list, CommitMode::Async);
                }
            }
        }
    }

    /// Lets go of everything that runs, so that it is started again.
    fn again(&mut self) {
        self.generation += 1;
        self.gathering = Gathering::default();
        let mut members = self.consumer.context().partitions();
        let running = std::mem::take(&mut members.running);
        members.waiting.extend(running.keys());
        drop(members);
        if let Err(error) = self.consumer.incremental_unassign(&self.list(running.keys())) {
            tracing::warn!(%error, "partitions could not be let go: the group will try again");
        }
        self.try_at = Instant::now();
    }

    fn list<'a>(&self, partitions: impl IntoIterator<Item = &'a i32>) -> TopicPartitionList {
        let mut list = TopicPartitionList::new();
        for partition in partitions {
            list.add_partition(&self.topic, *partition);
        }
        list
    }

    /// Starts what waits, as far as it can be started now.
    fn start_waiting(&mut self) {
        self.try_at = Instant::now() + PAUSE;
        let waiting = self.consumer.context().partitions().waiting.clone();
        let Some(found) = (!waiting.is_empty()).then(|| self.look(&waiting)).flatten() else {
            return;
        };
        let mut start = TopicPartitionList::new();
        let mut members = self.consumer.context().partitions();
        for (partition, (_, verdict)) in found {
            if let Verdict::Go(next) = verdict
                && start.add_partition_offset(&self.topic, partition, Offset::Offset(next)).is_ok()
            {
                members.waiting.remove(&partition);
                members.running.insert(partition, next);
            }
        }
        drop(members);
        if start.count() > 0
            && let Err(error) = self.consumer.incremental_assign(&start)
        {
            tracing::warn!(%error, "partitions could not be started: they are tried again");
            self.again();
        }
    }

    /// What to do with partitions, once gaps are noted. `None`: not known now.
    fn look(&self, partitions: &BTreeSet<i32>) -> Option<BTreeMap<i32, (Option<LeftOff>, Verdict)>> {
        let left_off = (self.keeper.left_off)()?;
        let left_off: BTreeMap<i32, Option<LeftOff>> =
            partitions.iter().map(|partition| (*partition, left_off.get(partition).copied())).collect();
        let there = self.looker.look(&left_off).ok()?;
        let decided = there.into_iter().map(|(partition, there)| {
            let left_off = left_off.get(&partition).copied().flatten();
            (partition, (left_off, check::decide(left_off, there)))
        });
        let decided: BTreeMap<_, _> = decided.collect();
        for (partition, (found, verdict)) in &decided {
            if let Verdict::Gap(reason, beginning) = *verdict {
                // Noted or not: it is looked at again, and then is where it was set to.
                (self.keeper.open_gap)(Gap { partition: *partition, reason, found: *found, beginning });
            }
        }
        Some(decided)
    }

    /// Whether what runs still is the journal that it was.
    fn look_at_running(&mut self) {
        let running: BTreeSet<i32> = self.consumer.context().partitions().running.keys().copied().collect();
        let Some(found) = (!running.is_empty()).then(|| self.look(&running)).flatten() else {
            return;
        };
        if found.values().any(|(_, verdict)| matches!(verdict, Verdict::Gap(..))) {
            self.again();
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
            _ if !self.away => {
                self.away = true;
                tracing::warn!(%error, "the journal cannot be read now: it is tried until it can");
            }
            _ => {}
        }
        false
    }

    /// The record, and what of its partition it is: from where, its offset, its size. `None`: its partition is let go.
    fn take(&self, message: &BorrowedMessage<'_>) -> Option<(i64, i64, usize, Got)> {
        let (partition, offset) = (message.partition(), message.offset());
        let mut members = self.consumer.context().partitions();
        let next = members.running.get_mut(&partition)?;
        // Fetched before the partition was started again.
        if offset < *next {
            return None;
        }
        let from = std::mem::replace(next, offset + 1);
        drop(members);
        let payload = message.payload().unwrap_or_default();
        let bytes = Bytes::copy_from_slice(payload);
        let content = match Entry::decode(&bytes) {
            Err(_) => Content::Unreadable(bytes),
            Ok(_) if !header::is_under(message.headers(), &self.keys) => Content::OtherKeys(bytes),
            Ok(entry) => Content::Entry(entry),
        };
        let id = header::record_id(message.headers(), payload);
        let written_at = message.timestamp().to_millis();
        let got = Got { partition, id, written_at, trace: header::trace(message.headers()), content };
        Some((from, offset, payload.len(), got))
    }
}
