//! A topic of a test's own, and what is written into it.

use event::{Entry, Instant as Micros, Keyring, Watermark};
use journal::{Client, TraceParent, Writer};
use rdkafka::admin::{AdminClient, AdminOptions, NewPartitions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::message::{Message, OwnedMessage};
use rdkafka::topic_partition_list::Offset;
use rdkafka::{ClientConfig, TopicPartitionList};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use testkit::history::START;
use testkit::kafka::{Cluster, shared};
use uuid::Uuid;

/// How long anything may take on a machine that does other things too.
pub const PATIENCE: Duration = Duration::from_mins(1);

pub fn keys() -> Arc<Keyring> {
    Arc::new(testkit::history::keyring())
}

pub const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

pub fn trace() -> TraceParent {
    TraceParent::parse(TRACE).unwrap()
}

/// A topic and a group.
pub struct Fixture {
    pub client: Client,
    pub topic: String,
    pub group: String,
    pub admin: AdminClient<DefaultClientContext>,
    /// Held as long as the fixture is there.
    broker: Option<Arc<Cluster>>,
}

/// A name that no other test has.
pub fn name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("care-events-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Quicker than usual: a lost member is missed after 2 s, new partitions are seen after 0.5 s.
pub fn client(cluster: &Cluster, settings: &[(&str, &str)]) -> Client {
    let quick = [
        ("session.timeout.ms", "2000"),
        ("heartbeat.interval.ms", "300"),
        ("topic.metadata.refresh.interval.ms", "500"),
        ("reconnect.backoff.max.ms", "500"),
    ];
    let settings = quick.iter().chain(settings).map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    Client { brokers: cluster.bootstrap(), settings: settings.collect() }
}

impl Fixture {
    /// On the shared broker.
    pub async fn new(partitions: i32) -> Self {
        Self::with(partitions, &[]).await
    }

    pub async fn with(partitions: i32, settings: &[(&str, &str)]) -> Self {
        let broker = tokio::task::spawn_blocking(shared).await.unwrap().unwrap();
        let mut fixture = Self::on(&broker, partitions, 1, settings).await;
        fixture.broker = Some(broker);
        fixture
    }

    pub async fn on(cluster: &Cluster, partitions: i32, copies: i32, settings: &[(&str, &str)]) -> Self {
        let (client, topic) = (client(cluster, settings), name());
        let admin: AdminClient<_> = ClientConfig::new().set("bootstrap.servers", &client.brokers).create().unwrap();
        let fixture = Self { client, group: format!("{topic}-readers"), topic, admin, broker: None };
        fixture.create(partitions, copies, &[]).await;
        fixture
    }

    /// Makes the topic, and waits until it is there.
    pub async fn create(&self, partitions: i32, copies: i32, settings: &[(&str, &str)]) {
        let topic = NewTopic::new(&self.topic, partitions, TopicReplication::Fixed(copies));
        let topic = settings.iter().fold(topic, |topic, (key, value)| topic.set(key, value));
        let since = Instant::now();
        // A topic of this name may still be going.
        while let Err((_, code)) = &self.admin.create_topics([&topic], &AdminOptions::new()).await.unwrap()[0] {
            assert!(*code == RDKafkaErrorCode::TopicAlreadyExists && since.elapsed() < PATIENCE, "{code:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let partitions = usize::try_from(partitions).unwrap();
        until("the topic is there", || {
            let metadata = self.admin.inner().fetch_metadata(Some(&self.topic), Duration::from_secs(5));
            metadata
                .is_ok_and(|it| it.topics()[0].partitions().iter().filter(|it| it.leader() >= 0).count() == partitions)
        })
        .await;
    }

    pub async fn delete(&self) {
        self.admin.delete_topics(&[&self.topic], &AdminOptions::new()).await.unwrap().remove(0).unwrap();
    }

    pub async fn grow(&self, partitions: usize) {
        let more = NewPartitions::new(&self.topic, partitions);
        self.admin.create_partitions([&more], &AdminOptions::new()).await.unwrap().remove(0).unwrap();
    }

    /// As retention does: what is before `offset` is gone.
    pub async fn retain_from(&self, partition: i32, offset: i64) {
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(&self.topic, partition, Offset::Offset(offset)).unwrap();
        self.admin.delete_records(&list, &AdminOptions::new()).await.unwrap();
    }

    /// The first offset of a partition, and the one after the last.
    pub fn extent(&self, partition: i32) -> Option<(i64, i64)> {
        self.admin.inner().fetch_watermarks(&self.topic, partition, Duration::from_secs(5)).ok()
    }

    pub fn writer(&self, patience: Duration) -> Writer {
        Writer::try_new(&self.client, &self.topic, keys(), patience).unwrap()
    }

    /// Writes marks into one partition, with a writer of its own. Their ids, once they are acknowledged.
    pub async fn write(&self, partition: i32, numbers: Range<u32>) -> Vec<Uuid> {
        let writer = self.writer(PATIENCE);
        let mut ids = Vec::new();
        let mut given = Vec::new();
        for number in numbers {
            let entry = mark(number);
            ids.push(entry.id());
            given.push(writer.send_to(partition, &entry, &trace()).await);
        }
        for delivered in given {
            delivered.report().await.unwrap();
        }
        ids
    }

    /// How many members the group has, by its coordinator.
    pub fn members(&self) -> usize {
        let groups = self.admin.inner().fetch_group_list(Some(&self.group), Duration::from_secs(5));
        groups.map_or(0, |groups| groups.groups().iter().map(|group| group.members().len()).sum())
    }

    /// Everything that stands in the topic, as any Kafka client reads it.
    pub fn raw(&self) -> Vec<OwnedMessage> {
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", &self.client.brokers)
            .set("group.id", name())
            .set("fetch.message.max.bytes", "5000000")
            .create()
            .unwrap();
        let metadata = consumer.fetch_metadata(Some(&self.topic), Duration::from_secs(5)).unwrap();
        let mut left = BTreeMap::new();
        let mut list = TopicPartitionList::new();
        for partition in metadata.topics()[0].partitions() {
            let (low, high) = self.extent(partition.id()).unwrap();
            left.insert(partition.id(), high - low);
            list.add_partition_offset(&self.topic, partition.id(), Offset::Beginning).unwrap();
        }
        consumer.assign(&list).unwrap();
        let mut read = Vec::new();
        let since = Instant::now();
        while left.values().any(|left| *left > 0) {
            assert!(since.elapsed() < PATIENCE);
            if let Some(Ok(message)) = consumer.poll(Duration::from_millis(100)) {
                *left.get_mut(&message.partition()).unwrap() -= 1;
                read.push(message.detach());
            }
        }
        read
    }
}

/// A small entry; each number another one.
pub fn mark(number: u32) -> Entry {
    let at = Micros::from_micros(START + i64::from(number)).unwrap();
    Entry::Watermark(Watermark { ingest: "a".into(), at, partitions: 1, sources: Vec::new(), leaving: false })
}

pub async fn until(what: &str, mut happens: impl FnMut() -> bool) {
    let since = Instant::now();
    while !tokio::task::block_in_place(&mut happens) {
        assert!(since.elapsed() < PATIENCE, "{what}: not within a minute");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
