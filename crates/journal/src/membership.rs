//! What the group has given to this member: changed in the rebalance callback, which runs inside `poll`.
//!
//! Nothing is waited for there. What is assigned is noted, and started from the reader's loop; what is revoked is let go
//! at once, and looked at once more from the loop: whoever reads it next cannot know what this member had seen of it.

use crate::check::Seen;
use crate::client;
use crate::left::Left;
use rdkafka::TopicPartitionList;
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::statistics::Statistics;
use rdkafka::types::RDKafkaRespErr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// The consumer's context.
#[derive(Default)]
pub(crate) struct Membership {
    partitions: Mutex<Partitions>,
    /// A commit is on its way. One at a time: the coordinator answers in order, so a heartbeat behind thousands of commits
    /// comes too late, and a member that was put out joins again only after the last of them.
    pub committing: AtomicBool,
    /// How many records of what runs are not stored.
    pub left: Left,
    /// The brokers are away, and it was said.
    pub away: AtomicBool,
}

/// What a reader is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It reads what is its own, if anything is: a group may have more members than partitions.
    Reads,
    /// The brokers are away.
    Away,
    /// The group has not said yet what is its own, or holds it for gone.
    NoMember,
    /// It is not known yet from where to read what is its own.
    Starts,
}

#[derive(Default)]
pub(crate) struct Partitions {
    /// The group has said what is this member's, be it nothing.
    pub member: bool,
    /// Assigned, and not started.
    pub waiting: BTreeSet<i32>,
    /// Started.
    pub running: BTreeMap<i32, Running>,
    /// Revoked, and not looked at since.
    pub gone: BTreeMap<i32, Running>,
}

/// A partition that is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Running {
    pub seen: Seen,
    /// The record that was read last.
    pub last: Option<(i64, Uuid)>,
    /// The keeper is at least here, unless it was set back.
    pub stored: i64,
}

impl Running {
    /// Started at `next`; the record before it, if one was read, is the first by which the journal is known again.
    pub fn new(next: i64, low: i64, last_id: Option<Uuid>) -> Self {
        let anchor = last_id.map(|id| (next - 1, id));
        Self { seen: Seen { low, anchor, next }, last: anchor, stored: next }
    }

    /// Reads the record at `offset`. Where its part of the partition begins.
    pub fn read(&mut self, offset: i64, id: Uuid) -> i64 {
        self.last = Some((offset, id));
        self.seen.anchor = self.seen.anchor.or(self.last);
        std::mem::replace(&mut self.seen.next, offset + 1)
    }

    /// A look found the journal to be the same, beginning at `low`: so what was read last is of it too.
    pub fn looked_at(&mut self, low: i64) {
        self.seen.low = low;
        self.seen.anchor = self.last;
    }
}

impl Membership {
    pub fn partitions(&self) -> MutexGuard<'_, Partitions> {
        self.partitions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn standing(&self) -> Standing {
        let members = self.partitions();
        match (self.away.load(Ordering::Relaxed), members.member, members.waiting.is_empty()) {
            (true, ..) => Standing::Away,
            (_, false, _) => Standing::NoMember,
            (_, _, false) => Standing::Starts,
            (_, _, true) => Standing::Reads,
        }
    }
}

impl ClientContext for Membership {
    fn log(&self, _: RDKafkaLogLevel, facility: &str, line: &str) {
        client::log(facility, line);
    }

    fn error(&self, error: KafkaError, _: &str) {
        tracing::debug!(%error, "the Kafka client");
    }

    /// What the client library knows of each partition's end anyway, from its fetches: no broker is asked.
    fn stats(&self, statistics: Statistics) {
        let ends = statistics.topics.values().flat_map(|topic| &topic.partitions);
        let ends: BTreeMap<i32, i64> = ends.map(|(partition, it)| (*partition, it.hi_offset)).collect();
        let members = self.partitions();
        let left = |(partition, running): (&i32, &Running)| {
            ends.get(partition).filter(|end| **end >= 0).map(|end| (end - running.stored).max(0))
        };
        self.left.set(members.running.iter().filter_map(left).sum());
    }
}

impl ConsumerContext for Membership {
    fn commit_callback(&self, _: KafkaResult<()>, _: &TopicPartitionList) {
        self.committing.store(false, Ordering::Relaxed);
    }

    fn rebalance(&self, consumer: &BaseConsumer<Self>, err: RDKafkaRespErr, list: &mut TopicPartitionList) {
        let partitions = || list.elements().into_iter().map(|it| (it.topic().to_owned(), it.partition()));
        let mut members = self.partitions();
        // The client library waits for an answer to each of these, and takes an empty one.
        let mut answer = TopicPartitionList::new();
        let assigned = err == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
        let done = if assigned {
            members.member = true;
            members.waiting.extend(partitions().map(|(_, partition)| partition));
            consumer.incremental_assign(&answer)
        } else {
            for (topic, partition) in partitions() {
                members.waiting.remove(&partition);
                if let Some(running) = members.running.remove(&partition) {
                    members.gone.insert(partition, running);
                    answer.add_partition(&topic, partition);
                }
            }
            // What is left is told next; who has nothing left may be held for gone.
            members.member = !(members.waiting.is_empty() && members.running.is_empty());
            consumer.incremental_unassign(&answer)
        };
        let count = list.count();
        match done {
            Ok(()) if assigned => tracing::info!(count, "partitions of the journal are this reader's"),
            Ok(()) => tracing::info!(count, "partitions of the journal are this reader's no more"),
            Err(error) => {
                // Unanswered, the group would wait for this member for ever.
                tracing::warn!(%error, "a rebalance went wrong: everything is let go and started again");
                let running = std::mem::take(&mut members.running);
                members.waiting.extend(running.into_keys());
                if let Err(error) = consumer.unassign() {
                    tracing::warn!(%error, "nothing could be let go: the group will do it");
                }
            }
        }
    }
}
