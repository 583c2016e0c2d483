//! The client library's settings: which are ours, which the deployment's.

use crate::error::JournalError;
use rdkafka::ClientConfig;
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::KafkaError;
use std::collections::BTreeMap;
use std::time::Duration;

/// Where Kafka is, and how it is spoken to.
#[derive(Clone)]
pub struct Client {
    /// `host:port`, with commas between.
    pub brokers: String,
    /// More settings of the client library, by its own names: TLS, SASL, timeouts. May hold passwords, so no `Debug`.
    pub settings: BTreeMap<String, String>,
}

/// Settings that a deployment may not have otherwise: each of them keeps a law.
pub const FIXED: &[&str] = &[
    "acks",
    "allow.auto.create.topics",
    "auto.offset.reset",
    "bootstrap.servers",
    "check.crcs",
    "delivery.timeout.ms",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.gapless.guarantee",
    "enable.idempotence",
    "enable.partition.eof",
    "group.id",
    "group.protocol",
    "isolation.level",
    "message.max.bytes",
    "message.timeout.ms",
    "metadata.broker.list",
    "partition.assignment.strategy",
    "partitioner",
    "plugin.library.paths",
    "request.required.acks",
    "transactional.id",
];

/// The largest record: a rejected message of 2 MiB under its seal fits.
pub(crate) const RECORD: usize = 4 << 20;

impl Client {
    fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("client.id", "rinnakkain");
        // An idle broker that closes a connection is no news.
        config.set("log.connection.close", "false");
        for (key, value) in &self.settings {
            config.set(key, value);
        }
        config.set("bootstrap.servers", &self.brokers);
        // Else a question about a topic that is gone makes one, with whatever settings its brokers have.
        config.set("allow.auto.create.topics", "false");
        config.set("message.max.bytes", RECORD.to_string());
        config
    }

    /// For asking about topics, and for looking at single records: of no group.
    pub(crate) fn looking(&self) -> ClientConfig {
        let mut config = self.config();
        config.set("enable.auto.commit", "false");
        config.set("enable.auto.offset.store", "false");
        config.set("auto.offset.reset", "error");
        config.set("isolation.level", "read_committed");
        config.set("check.crcs", "true");
        config.set("fetch.wait.max.ms", "50");
        config
    }

    pub(crate) fn reading(&self, group: &str) -> ClientConfig {
        let mut config = self.looking();
        config.set("group.id", group);
        // Usual values, which a deployment may have otherwise. A reader that is gone is missed for so long …
        self.unless_set(&mut config, "session.timeout.ms", "10000");
        // … and what it has not taken waits here, else at the broker.
        self.unless_set(&mut config, "queued.max.messages.kbytes", "16384");
        self.unless_set(&mut config, "topic.metadata.refresh.interval.ms", "30000");
        // How often the client library says how far it is behind.
        self.unless_set(&mut config, "statistics.interval.ms", "5000");
        config.set("partition.assignment.strategy", "cooperative-sticky");
        config.set("group.protocol", "classic");
        config
    }

    pub(crate) fn writing(&self, patience: Duration) -> ClientConfig {
        let mut config = self.config();
        config.set("acks", "all");
        config.set("enable.idempotence", "true");
        // As Kafka's own clients do, so that whoever writes a key finds it in the same partition.
        config.set("partitioner", "murmur2_random");
        config.set("message.timeout.ms", patience.as_millis().to_string());
        // A record is a request, for each partition is written on its own: waiting would make none of them larger.
        self.unless_set(&mut config, "linger.ms", "0");
        self.unless_set(&mut config, "queue.buffering.max.kbytes", "65536");
        config
    }

    fn unless_set(&self, config: &mut ClientConfig, key: &str, value: &str) {
        if !self.settings.contains_key(key) {
            config.set(key, value);
        }
    }

    /// Refuses what the client library does not take, before anything is begun.
    pub fn check(&self) -> Result<(), JournalError> {
        if let Some(key) = self.settings.keys().find(|key| FIXED.contains(&key.as_str())) {
            return Err(JournalError::Setting { key: key.clone() });
        }
        self.writing(Duration::from_secs(1)).create_native_config()?;
        Ok(())
    }
}

/// What the client library says goes to our log, for those who look for a fault; that brokers are away we say ourselves,
/// once.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Quiet;

impl ClientContext for Quiet {
    fn log(&self, _: RDKafkaLogLevel, facility: &str, line: &str) {
        log(facility, line);
    }

    fn error(&self, error: KafkaError, _: &str) {
        tracing::debug!(%error, "the Kafka client");
    }
}

impl ConsumerContext for Quiet {}

pub(crate) fn log(facility: &str, line: &str) {
    tracing::debug!(facility, line, "the Kafka client");
}
