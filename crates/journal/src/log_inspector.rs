//! Inspects the state of partitions, beside the consumer that reads them.
//!
//! The reader does not poll meanwhile. So each request has a short timeout, and a broker that does not answer gets no
//! second request. A partition without an answer in time is left out, and inspected again later.

use crate::check::LogState;
use crate::client::{self, Client, LOST, Quiet};
use crate::error::JournalError;
use crate::header;
use rdkafka::config::FromClientConfigAndContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::message::Message;
use rdkafka::metadata::MetadataTopic;
use rdkafka::topic_partition_list::Offset;
use rdkafka::{ClientConfig, TopicPartitionList};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How long one broker may take to answer.
const ANSWER: Duration = Duration::from_secs(3);
/// How long fetching the records of all partitions may take.
const RECORDS: Duration = Duration::from_secs(5);

/// A consumer outside any group.
pub(crate) struct LogInspector {
    config: ClientConfig,
    consumer: BaseConsumer<Quiet>,
    topic: String,
    /// Since when no broker has answered.
    unanswered: Option<Instant>,
}

impl LogInspector {
    /// Has the name of the readers' group, so that the same rights suffice. It never joins.
    pub fn try_new(client: &Client, topic: &str, group: &str) -> Result<Self, JournalError> {
        let mut config = client.query_config();
        config.set("group.id", group);
        // Only single records are fetched. A larger one still comes whole (KIP-74).
        config.set("fetch.message.max.bytes", "1024");
        config.set("queued.max.messages.kbytes", "1024");
        let consumer = BaseConsumer::from_config_and_context(&config, Quiet)?;
        Ok(Self { config, consumer, topic: topic.to_owned(), unanswered: None })
    }

    /// Whether a broker answers.
    pub fn answers(&mut self) -> bool {
        self.leaders().is_ok()
    }

    /// The state of each of `partitions`, with the record at the offset given for it.
    pub fn inspect(&mut self, partitions: &BTreeMap<i32, Option<i64>>) -> Result<BTreeMap<i32, LogState>, KafkaError> {
        let leaders = self.leaders()?;
        let mut silent = BTreeSet::new();
        let mut there = BTreeMap::new();
        let mut wanted = BTreeMap::new();
        for (partition, at) in partitions {
            let Some(leader) = leaders.get(partition).filter(|leader| !silent.contains(*leader)) else { continue };
            let Ok((low, high)) = self.consumer.fetch_watermarks(&self.topic, *partition, ANSWER) else {
                silent.insert(*leader);
                continue;
            };
            there.insert(*partition, LogState { low, high, record: None });
            if let Some(at) = at.filter(|at| (low..high).contains(at)) {
                wanted.insert(*partition, at);
            }
        }
        let mut records = self.records(&wanted)?;
        for partition in wanted.keys() {
            match (records.remove(partition), there.get_mut(partition)) {
                (Some(id), Some(there)) => there.record = Some(id),
                // The record did not come in time: the partition is inspected again later.
                _ => drop(there.remove(partition)),
            }
        }
        Ok(there)
    }

    /// The partitions that have a leader, with it. A client that no broker has answered for long is made anew.
    fn leaders(&mut self) -> Result<BTreeMap<i32, i32>, KafkaError> {
        let asked = self.consumer.fetch_metadata(Some(&self.topic), ANSWER);
        if asked.is_ok() {
            self.unanswered = None;
        } else if self.unanswered.get_or_insert_with(Instant::now).elapsed() > LOST {
            let successor = BaseConsumer::from_config_and_context(&self.config, Quiet)?;
            client::let_go(std::mem::replace(&mut self.consumer, successor));
            self.unanswered = None;
        }
        let metadata = asked?;
        let partitions = metadata.topics().iter().flat_map(MetadataTopic::partitions);
        Ok(partitions.filter(|it| it.leader() >= 0).map(|it| (it.id(), it.leader())).collect())
    }

    /// The ids of the records at these offsets, as far as they come in time.
    fn records(&self, wanted: &BTreeMap<i32, i64>) -> Result<BTreeMap<i32, Uuid>, KafkaError> {
        let mut ids = BTreeMap::new();
        if wanted.is_empty() {
            return Ok(ids);
        }
        let mut places = TopicPartitionList::new();
        for (partition, at) in wanted {
            places.add_partition_offset(&self.topic, *partition, Offset::Offset(*at))?;
        }
        self.consumer.assign(&places)?;
        let deadline = Instant::now() + RECORDS;
        while ids.len() < wanted.len() && Instant::now() < deadline {
            // An error concerns one partition, whose state then stays unknown. A later record means that retention has
            // removed the one asked for.
            if let Some(Ok(message)) = self.consumer.poll(Duration::from_millis(100))
                && wanted.get(&message.partition()) == Some(&message.offset())
            {
                let id = header::record_id(message.headers(), message.payload().unwrap_or_default());
                ids.insert(message.partition(), id);
            }
        }
        self.consumer.unassign()?;
        Ok(ids)
    }
}
