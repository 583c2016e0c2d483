//! Looks at what is there of some partitions, beside the consumer that reads them.
//!
//! The reader does not poll meanwhile, so each question has a short patience, and of a broker that does not answer no
//! second one is asked. A partition of which nothing is learned in time is left out, and looked at again.

use crate::check::There;
use crate::client::{Client, Quiet};
use crate::error::JournalError;
use crate::header;
use rdkafka::TopicPartitionList;
use rdkafka::config::FromClientConfigAndContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::message::Message;
use rdkafka::metadata::MetadataTopic;
use rdkafka::topic_partition_list::Offset;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// For one answer of one broker.
const ANSWER: Duration = Duration::from_secs(3);
/// For the records that are asked for, of all partitions.
const RECORDS: Duration = Duration::from_secs(5);

/// A consumer of no group.
pub(crate) struct Looker {
    consumer: BaseConsumer<Quiet>,
    topic: String,
}

impl Looker {
    /// Of the readers' group by name only, so that the same rights will do: it never joins.
    pub fn try_new(client: &Client, topic: &str, group: &str) -> Result<Self, JournalError> {
        let mut config = client.looking();
        config.set("group.id", group);
        // Single records are wanted; a large one comes whole all the same (KIP-74).
        config.set("fetch.message.max.bytes", "1024");
        config.set("queued.max.messages.kbytes", "1024");
        let consumer = BaseConsumer::from_config_and_context(&config, Quiet)?;
        Ok(Self { consumer, topic: topic.to_owned() })
    }

    /// Whether a broker answers.
    pub fn answers(&self) -> bool {
        self.leaders().is_ok()
    }

    /// What is there of each of `partitions`, and which record stands at the offset beside it.
    pub fn look(&self, partitions: &BTreeMap<i32, Option<i64>>) -> Result<BTreeMap<i32, There>, KafkaError> {
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
            there.insert(*partition, There { low, high, record: None });
            if let Some(at) = at.filter(|at| (low..high).contains(at)) {
                wanted.insert(*partition, at);
            }
        }
        let mut records = self.records(&wanted)?;
        for partition in wanted.keys() {
            match (records.remove(partition), there.get_mut(partition)) {
                (Some(id), Some(there)) => there.record = Some(id),
                // One that did not come in time is not known: it is looked at again.
                _ => drop(there.remove(partition)),
            }
        }
        Ok(there)
    }

    /// The partitions that have a leader, with it.
    fn leaders(&self) -> Result<BTreeMap<i32, i32>, KafkaError> {
        let metadata = self.consumer.fetch_metadata(Some(&self.topic), ANSWER)?;
        let partitions = metadata.topics().iter().flat_map(MetadataTopic::partitions);
        Ok(partitions.filter(|it| it.leader() >= 0).map(|it| (it.id(), it.leader())).collect())
    }

    /// The ids of the records at these offsets, as far as they come.
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
            // An error is of one partition, which then is not known. A later record is not the one: retention was quicker.
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
