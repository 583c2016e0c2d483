//! The partitions that the group has assigned to this member: changed in the rebalance callback, which runs inside `poll`.
//!
//! The callback waits for nothing. An assigned partition is noted there and started from the reader's loop. A revoked one
//! is released at once and checked once more from the loop, because its next reader cannot know what this one observed.

use crate::check::Observed;
use crate::client;
use crate::lag::Lag;
use rdkafka::TopicPartitionList;
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::statistics::Statistics;
use rdkafka::types::RDKafkaRespErr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// The consumer's context: a consumer that is lost is made anew, and its successor has the same membership.
#[derive(Default)]
pub(crate) struct Member {
    pub membership: Arc<Membership>,
    /// It has a successor, so what it still hears changes nothing.
    pub succeeded: AtomicBool,
}

/// What a reader has of its group.
#[derive(Default)]
pub(crate) struct Membership {
    partitions: Mutex<Partitions>,
    /// A commit is under way. Only one at a time: the coordinator answers in order, so a heartbeat behind thousands of
    /// commits comes too late, and a removed member joins again only after the last of them.
    pub committing: AtomicBool,
    /// How many records of the running partitions are not stored yet.
    pub lag: Lag,
    /// The brokers are unreachable, and that was logged.
    pub away: AtomicBool,
    /// How many reports of the client library in a row name no broker that it is connected to.
    pub unconnected: AtomicU32,
}

/// What a reader is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReaderStatus {
    /// It reads its partitions. It may have none: a group may have more members than partitions.
    Reading,
    /// The brokers are unreachable.
    Unreachable,
    /// The group has not assigned anything yet, or has removed this member.
    NotMember,
    /// It does not know yet from where to read its partitions.
    Starting,
}

#[derive(Default)]
pub(crate) struct Partitions {
    /// The group has answered with this member's partitions, even if there are none.
    pub member: bool,
    /// Assigned, and not started.
    pub assigned: BTreeSet<i32>,
    /// Started.
    pub running: BTreeMap<i32, Running>,
    /// Revoked, and not checked since.
    pub revoked: BTreeMap<i32, Running>,
}

/// A partition that is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Running {
    pub observed: Observed,
    /// The record that was read last.
    pub last: Option<(i64, Uuid)>,
    /// The stored position is at least here, unless the database was restored.
    pub stored: i64,
}

impl Running {
    /// Started at `next`. The record before it, if one was read, is the first anchor.
    pub fn new(next: i64, low: i64, last_id: Option<Uuid>) -> Self {
        let anchor = last_id.map(|id| (next - 1, id));
        Self { observed: Observed { low, anchor, next }, last: anchor, stored: next }
    }

    /// Notes the record at `offset` as read. Returns where its part of the partition begins.
    pub fn read(&mut self, offset: i64, id: Uuid) -> i64 {
        self.last = Some((offset, id));
        self.observed.anchor = self.observed.anchor.or(self.last);
        std::mem::replace(&mut self.observed.next, offset + 1)
    }

    /// A check found the same log, beginning at `low`: so the record that was read last belongs to it too.
    pub fn confirm(&mut self, low: i64) {
        self.observed.low = low;
        self.observed.anchor = self.last;
    }
}

impl Membership {
    pub fn partitions(&self) -> MutexGuard<'_, Partitions> {
        self.partitions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A consumer was made anew: what the old one read is revoked, as if the group had removed it.
    pub fn begin_again(&self) {
        let mut members = self.partitions();
        let running = std::mem::take(&mut members.running);
        members.revoked.extend(running);
        members.assigned.clear();
        members.member = false;
        self.committing.store(false, Ordering::Relaxed);
        self.unconnected.store(0, Ordering::Relaxed);
    }

    /// The client library knows each partition's end from its fetches: no broker is asked.
    fn report(&self, statistics: &Statistics) {
        if statistics.brokers.values().any(|broker| broker.state == "UP") {
            self.unconnected.store(0, Ordering::Relaxed);
        } else {
            self.unconnected.fetch_add(1, Ordering::Relaxed);
        }
        let ends = statistics.topics.values().flat_map(|topic| &topic.partitions);
        let ends: BTreeMap<i32, i64> = ends.map(|(partition, it)| (*partition, it.hi_offset)).collect();
        let members = self.partitions();
        let left = |(partition, running): (&i32, &Running)| {
            ends.get(partition).filter(|end| **end >= 0).map(|end| (end - running.stored).max(0))
        };
        self.lag.set(members.running.iter().filter_map(left).sum());
    }

    pub fn status(&self) -> ReaderStatus {
        let members = self.partitions();
        match (self.away.load(Ordering::Relaxed), members.member, members.assigned.is_empty()) {
            (true, ..) => ReaderStatus::Unreachable,
            (_, false, _) => ReaderStatus::NotMember,
            (_, _, false) => ReaderStatus::Starting,
            (_, _, true) => ReaderStatus::Reading,
        }
    }
}

impl ClientContext for Member {
    fn log(&self, _: RDKafkaLogLevel, facility: &str, line: &str) {
        client::log(facility, line);
    }

    fn error(&self, error: KafkaError, _: &str) {
        tracing::debug!(%error, "the Kafka client");
    }

    fn stats(&self, statistics: Statistics) {
        if !self.succeeded.load(Ordering::Relaxed) {
            self.membership.report(&statistics);
        }
    }
}

impl ConsumerContext for Member {
    fn commit_callback(&self, _: KafkaResult<()>, _: &TopicPartitionList) {
        if !self.succeeded.load(Ordering::Relaxed) {
            self.membership.committing.store(false, Ordering::Relaxed);
        }
    }

    fn rebalance(&self, consumer: &BaseConsumer<Self>, err: RDKafkaRespErr, list: &mut TopicPartitionList) {
        let partitions = || list.elements().into_iter().map(|it| (it.topic().to_owned(), it.partition()));
        if self.succeeded.load(Ordering::Relaxed) {
            // The answer that the client library waits for before it closes.
            let empty = TopicPartitionList::new();
            let done = match err {
                RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS => consumer.incremental_assign(&empty),
                _ => consumer.assignment().and_then(|held| consumer.incremental_unassign(&held)),
            };
            if let Err(error) = done {
                tracing::debug!(%error, "a consumer that has a successor leaves");
            }
            return;
        }
        let mut members = self.membership.partitions();
        // The client library waits for an answer to each of these, and accepts an empty one.
        let mut answer = TopicPartitionList::new();
        let assigned = err == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
        let done = if assigned {
            members.member = true;
            members.assigned.extend(partitions().map(|(_, partition)| partition));
            consumer.incremental_assign(&answer)
        } else {
            for (topic, partition) in partitions() {
                members.assigned.remove(&partition);
                if let Some(running) = members.running.remove(&partition) {
                    members.revoked.insert(partition, running);
                    answer.add_partition(&topic, partition);
                }
            }
            // The next callback reports what remains. A member with nothing left may have been removed from the group.
            members.member = !(members.assigned.is_empty() && members.running.is_empty());
            consumer.incremental_unassign(&answer)
        };
        let count = list.count();
        match done {
            Ok(()) if assigned => tracing::info!(count, "partitions assigned to this reader"),
            Ok(()) => tracing::info!(count, "partitions revoked from this reader"),
            Err(error) => {
                // Without an answer the group would wait for this member for ever.
                tracing::warn!(%error, "rebalance failed: all partitions are released and started again");
                let running = std::mem::take(&mut members.running);
                members.assigned.extend(running.into_keys());
                if let Err(error) = consumer.unassign() {
                    tracing::warn!(%error, "partitions could not be released: the group will take them");
                }
            }
        }
    }
}
