//! The topic: created if it is missing, and checked for whether it keeps acknowledged records.

use crate::client::{Client, Quiet, RECORD};
use crate::error::JournalError;
use rdkafka::admin::{AdminClient, AdminOptions, ConfigResource, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::config::FromClientConfigAndContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::metadata::{Metadata, MetadataPartition, MetadataTopic};
use std::time::Duration;

/// What the topic should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Its name.
    pub name: String,
    /// How many partitions it is created with.
    pub partitions: u32,
    /// How many brokers have each partition.
    pub replication: u32,
    /// How many of them must have a record before it is acknowledged.
    pub min_insync_replicas: u32,
    /// How long records are kept at least.
    pub retention: Duration,
    /// Why it is acceptable that the topic is not safe. `None`: it is not acceptable.
    pub unsafe_because: Option<String>,
}

/// The offsets that one partition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// The partition.
    pub partition: i32,
    /// The first offset.
    pub low: i64,
    /// The offset after the last.
    pub high: i64,
}

/// The settings of a topic on the brokers.
#[derive(Clone, Debug, PartialEq, Eq)]
struct TopicSettings {
    /// Of the partition with the fewest replicas.
    replication: usize,
    min_insync_replicas: i64,
    unclean_election: bool,
    retention_ms: i64,
    retention_bytes: i64,
    cleanup: String,
    largest: i64,
}

/// What a check of the brokers and the topic found, without creating anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// How many brokers there are.
    pub brokers: usize,
    /// How many partitions the topic has; `None`: it is missing.
    pub partitions: Option<u32>,
    /// Why the topic may lose acknowledged records, or would if it were created as configured.
    pub problems: Vec<String>,
}

const PATIENCE: Duration = Duration::from_secs(10);
/// The patience of [`Topic::inspect`].
const SHORT: Duration = Duration::from_secs(4);

impl Topic {
    /// Creates the topic if it is missing, and refuses one that may lose acknowledged records. Gives the number of
    /// partitions.
    pub async fn ensure(&self, client: &Client) -> Result<u32, JournalError> {
        let admin = AdminClient::from_config_and_context(&client.query_config(), Quiet)?;
        let mut known = self.metadata(client, PATIENCE).await?.1;
        if known.is_none() {
            // A topic that would be refused is not created: it would keep its settings, whatever is configured later.
            let problems = self.problems(&self.as_created());
            if self.unsafe_because.is_none() && !problems.is_empty() {
                return Err(JournalError::Unsafe { topic: self.name.clone(), problems });
            }
            self.create(&admin).await?;
            // Not every broker knows a new topic at once.
            for _ in 0..50 {
                known = self.metadata(client, PATIENCE).await?.1;
                if known.is_some() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        let unknown = JournalError::of_code(RDKafkaErrorCode::UnknownTopicOrPartition);
        let (partitions, replication) = known.ok_or(unknown)?;
        let settings = self.describe(&admin, replication, PATIENCE).await?;
        let problems = self.problems(&settings);
        match (&self.unsafe_because, problems.is_empty()) {
            (_, true) => {}
            (Some(because), false) => {
                for problem in problems {
                    tracing::warn!(topic = self.name, problem, because, "the topic is not safe, and is used anyway");
                }
            }
            (None, false) => return Err(JournalError::Unsafe { topic: self.name.clone(), problems }),
        }
        Ok(partitions)
    }

    /// Checks the brokers and the topic as [`Self::ensure`] does, creates nothing, and has little patience.
    pub async fn inspect(&self, client: &Client) -> Result<Inspection, JournalError> {
        let (brokers, known) = self.metadata(client, SHORT).await?;
        let Some((partitions, replication)) = known else {
            return Ok(Inspection { brokers, partitions: None, problems: self.problems(&self.as_created()) });
        };
        let admin = AdminClient::from_config_and_context(&client.query_config(), Quiet)?;
        let settings = self.describe(&admin, replication, SHORT).await?;
        Ok(Inspection { brokers, partitions: Some(partitions), problems: self.problems(&settings) })
    }

    /// How many brokers there are; and of the topic, how many partitions it has and the replicas of the one with the
    /// fewest. `None`: there is no such topic.
    async fn metadata(
        &self,
        client: &Client,
        patience: Duration,
    ) -> Result<(usize, Option<(u32, usize)>), JournalError> {
        let (client, name) = (client.clone(), self.name.clone());
        // It waits for brokers, and a stop must not wait with it.
        let asked = tokio::task::spawn_blocking(move || {
            let metadata = query_consumer(&client)?.fetch_metadata(Some(&name), patience)?;
            let topic = metadata.topics().iter().find(|topic| topic.name() == name);
            let partitions = topic.map(MetadataTopic::partitions);
            let replicas = partitions.unwrap_or_default().iter().map(|partition| partition.replicas().len()).min();
            let count = |all: &[MetadataPartition]| u32::try_from(all.len()).unwrap_or(u32::MAX);
            Ok((metadata.brokers().len(), partitions.map(count).zip(replicas)))
        });
        asked.await.unwrap_or_else(|_| Err(JournalError::Unavailable { code: "stopped".to_owned() }))
    }

    async fn create(&self, admin: &AdminClient<Quiet>) -> Result<(), JournalError> {
        let (insync, retention) = (self.min_insync_replicas.to_string(), self.retention.as_millis().to_string());
        let largest = RECORD.to_string();
        let count = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
        let topic = NewTopic::new(&self.name, count(self.partitions), TopicReplication::Fixed(count(self.replication)))
            .set("min.insync.replicas", &insync)
            .set("unclean.leader.election.enable", "false")
            .set("cleanup.policy", "delete")
            .set("retention.ms", &retention)
            .set("retention.bytes", "-1")
            .set("max.message.bytes", &largest);
        let options = AdminOptions::new().operation_timeout(Some(PATIENCE)).request_timeout(Some(PATIENCE));
        for made in admin.create_topics(&[topic], &options).await? {
            match made {
                Ok(_) => tracing::info!(topic = self.name, partitions = self.partitions, "topic created"),
                // Another program was first.
                Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
                Err((_, code)) => return Err(JournalError::of_code(code)),
            }
        }
        Ok(())
    }

    /// The settings that [`Self::create`] gives.
    fn as_created(&self) -> TopicSettings {
        TopicSettings {
            replication: usize::try_from(self.replication).unwrap_or(usize::MAX),
            min_insync_replicas: i64::from(self.min_insync_replicas),
            unclean_election: false,
            retention_ms: i64::try_from(self.retention.as_millis()).unwrap_or(i64::MAX),
            retention_bytes: -1,
            cleanup: "delete".to_owned(),
            largest: i64::try_from(RECORD).unwrap_or(i64::MAX),
        }
    }

    async fn describe(
        &self,
        admin: &AdminClient<Quiet>,
        replication: usize,
        patience: Duration,
    ) -> Result<TopicSettings, JournalError> {
        let options = AdminOptions::new().request_timeout(Some(patience));
        let described = admin.describe_configs(&[ResourceSpecifier::Topic(&self.name)], &options).await?;
        let unknown = || JournalError::of_code(RDKafkaErrorCode::UnknownTopicOrPartition);
        let config = described.into_iter().next().ok_or_else(unknown)?.map_err(JournalError::of_code)?;
        let number = |name: &str, default: i64| value(&config, name).and_then(|it| it.parse().ok()).unwrap_or(default);
        Ok(TopicSettings {
            replication,
            min_insync_replicas: number("min.insync.replicas", 1),
            unclean_election: value(&config, "unclean.leader.election.enable") == Some("true"),
            retention_ms: number("retention.ms", -1),
            retention_bytes: number("retention.bytes", -1),
            cleanup: value(&config, "cleanup.policy").unwrap_or("delete").to_owned(),
            largest: number("max.message.bytes", 0),
        })
    }

    /// Why acknowledged records may be lost.
    fn problems(&self, settings: &TopicSettings) -> Vec<String> {
        let mut problems = Vec::new();
        let mut add = |problem: String| problems.push(problem);
        if settings.replication < 3 {
            add(format!("each partition should be on 3 brokers or more (replication is {})", settings.replication));
        }
        if settings.min_insync_replicas < 2 {
            let insync = settings.min_insync_replicas;
            add(format!("a record should be on 2 brokers before it is acknowledged (min.insync.replicas is {insync})"));
        }
        if usize::try_from(settings.min_insync_replicas).is_ok_and(|least| least >= settings.replication)
            && settings.replication > 1
        {
            add("with one broker away nothing could be written (min.insync.replicas is the replication)".to_owned());
        }
        if settings.unclean_election {
            add("a broker that lacks records may become leader (unclean.leader.election.enable is true)".to_owned());
        }
        if settings.cleanup != "delete" {
            add(format!("records are compacted away (cleanup.policy is {}, should be delete)", settings.cleanup));
        }
        let wanted = i64::try_from(self.retention.as_millis()).unwrap_or(i64::MAX);
        if settings.retention_ms >= 0 && settings.retention_ms < wanted {
            let (is, wanted) = (settings.retention_ms, wanted);
            add(format!("records are kept for too short a time (retention.ms is {is}, should be {wanted} or -1)"));
        }
        if settings.retention_bytes >= 0 {
            add("records are deleted by size (retention.bytes should be -1)".to_owned());
        }
        if settings.largest < i64::try_from(RECORD).unwrap_or(i64::MAX) {
            add(format!("the largest messages do not fit (max.message.bytes should be {RECORD})"));
        }
        problems
    }

    /// The offsets that each partition holds now.
    pub fn extents(&self, client: &Client) -> Result<Vec<Extent>, JournalError> {
        let consumer = query_consumer(client)?;
        let metadata = metadata(&consumer, &self.name)?;
        let partitions = metadata.topics().iter().flat_map(MetadataTopic::partitions);
        let mut extents = Vec::new();
        for partition in partitions.map(MetadataPartition::id) {
            let (low, high) = consumer.fetch_watermarks(&self.name, partition, PATIENCE)?;
            extents.push(Extent { partition, low, high });
        }
        extents.sort_by_key(|extent| extent.partition);
        Ok(extents)
    }
}

fn query_consumer(client: &Client) -> Result<BaseConsumer<Quiet>, JournalError> {
    Ok(BaseConsumer::from_config_and_context(&client.query_config(), Quiet)?)
}

fn metadata(consumer: &BaseConsumer<Quiet>, topic: &str) -> Result<Metadata, JournalError> {
    Ok(consumer.fetch_metadata(Some(topic), PATIENCE)?)
}

fn value<'c>(config: &'c ConfigResource, name: &str) -> Option<&'c str> {
    config.get(name)?.value.as_deref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_that_may_lose_an_acknowledged_record_is_reported() {
        let topic = Topic {
            name: "care-events".into(),
            partitions: 12,
            replication: 3,
            min_insync_replicas: 2,
            retention: Duration::from_hours(168),
            unsafe_because: None,
        };
        let safe = TopicSettings {
            replication: 3,
            min_insync_replicas: 2,
            unclean_election: false,
            retention_ms: 604_800_000,
            retention_bytes: -1,
            cleanup: "delete".into(),
            largest: 4 << 20,
        };
        assert_eq!(topic.problems(&safe), Vec::<String>::new());
        assert_eq!(topic.problems(&TopicSettings { retention_ms: -1, ..safe.clone() }), Vec::<String>::new());
        let table = [
            (
                TopicSettings { replication: 2, min_insync_replicas: 1, ..safe.clone() },
                vec!["3 brokers", "2 brokers before"],
            ),
            (TopicSettings { min_insync_replicas: 3, ..safe.clone() }, vec!["with one broker away"]),
            (TopicSettings { unclean_election: true, ..safe.clone() }, vec!["lacks records"]),
            (TopicSettings { cleanup: "compact,delete".into(), ..safe.clone() }, vec!["compacted"]),
            (TopicSettings { retention_ms: 604_799_999, ..safe.clone() }, vec!["retention.ms"]),
            (TopicSettings { retention_bytes: 1 << 30, ..safe.clone() }, vec!["retention.bytes"]),
            (TopicSettings { largest: 1 << 20, ..safe }, vec!["max.message.bytes"]),
        ];
        for (settings, expected) in table {
            let problems = topic.problems(&settings);
            assert_eq!(problems.len(), expected.len(), "{problems:?}");
            for (problem, part) in problems.iter().zip(expected) {
                assert!(problem.contains(part), "{problem}");
            }
        }
    }
}
