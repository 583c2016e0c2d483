//! The client library's settings: which are ours, which the deployment's.

use crate::error::JournalError;
use rdkafka::ClientConfig;
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::KafkaError;
use std::collections::BTreeMap;
use std::time::Duration;

/// How to reach Kafka.
#[derive(Clone)]
pub struct Client {
    /// `host:port`, separated by commas.
    pub brokers: String,
    /// More settings of the client library, by their names there: TLS, SASL, timeouts. May hold passwords, so no `Debug`.
    pub settings: BTreeMap<String, String>,
}

/// Settings that a deployment may not change: a law of this system depends on each of them.
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

/// A client that has reached no broker for this long is made anew.
///
/// The client library forgets its brokers when a broker answers that there are none, as a broker does that has just
/// come back: then it connects to no broker any more (librdkafka issue 5301). Once it has learned the brokers it also
/// forgets its bootstrap addresses: if all brokers move while it is cut off, it does not find them again.
pub(crate) const LOST: Duration = Duration::from_secs(30);
/// How often the client library reports what it is connected to.
const REPORT: Duration = Duration::from_secs(5);
/// So many reports without a broker are [`LOST`].
pub(crate) const LOST_REPORTS: u32 = 6;

/// The largest record: a rejected message of 2 MiB under its seal fits.
pub(crate) const RECORD: usize = 4 << 20;

impl Client {
    fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("client.id", "rinnakkain");
        // Brokers close idle connections; that is not worth a log line.
        config.set("log.connection.close", "false");
        for (key, value) in &self.settings {
            config.set(key, value);
        }
        config.set("bootstrap.servers", &self.brokers);
        // Otherwise asking about a missing topic creates it, with the brokers' default settings.
        config.set("allow.auto.create.topics", "false");
        config.set("message.max.bytes", RECORD.to_string());
        config
    }

    /// For asking about topics and fetching single records, outside any group.
    pub(crate) fn query_config(&self) -> ClientConfig {
        let mut config = self.config();
        config.set("enable.auto.commit", "false");
        config.set("enable.auto.offset.store", "false");
        config.set("auto.offset.reset", "error");
        config.set("isolation.level", "read_committed");
        config.set("check.crcs", "true");
        config.set("fetch.wait.max.ms", "50");
        config
    }

    pub(crate) fn reader_config(&self, group: &str) -> ClientConfig {
        let mut config = self.query_config();
        config.set("group.id", group);
        // Defaults, which a deployment may change. The group removes a silent reader after this time.
        self.unless_set(&mut config, "session.timeout.ms", "10000");
        // What was fetched and not yet taken; the rest stays at the broker.
        self.unless_set(&mut config, "queued.max.messages.kbytes", "16384");
        self.unless_set(&mut config, "topic.metadata.refresh.interval.ms", "30000");
        // The lag, and whether it is connected.
        self.unless_set(&mut config, "statistics.interval.ms", &REPORT.as_millis().to_string());
        config.set("partition.assignment.strategy", "cooperative-sticky");
        config.set("group.protocol", "classic");
        config
    }

    pub(crate) fn writer_config(&self, patience: Duration) -> ClientConfig {
        let mut config = self.config();
        config.set("acks", "all");
        config.set("enable.idempotence", "true");
        // As Kafka's own clients do, so that every client puts a key into the same partition.
        config.set("partitioner", "murmur2_random");
        config.set("message.timeout.ms", patience.as_millis().to_string());
        // Each partition is written on its own, one record a request: lingering would make no request larger.
        self.unless_set(&mut config, "linger.ms", "0");
        self.unless_set(&mut config, "queue.buffering.max.kbytes", "65536");
        config
    }

    fn unless_set(&self, config: &mut ClientConfig, key: &str, value: &str) {
        if !self.settings.contains_key(key) {
            config.set(key, value);
        }
    }

    /// Refuses settings that the client library does not accept, before anything starts.
    pub fn check(&self) -> Result<(), JournalError> {
        if let Some(key) = self.settings.keys().find(|key| FIXED.contains(&key.as_str())) {
            return Err(JournalError::Setting { key: key.clone() });
        }
        self.writer_config(Duration::from_secs(1)).create_native_config()?;
        Ok(())
    }
}

/// Ends a client that has a successor, on a thread of its own: closing may wait for brokers and name servers.
pub(crate) fn let_go<C: Send + 'static>(old: C) {
    if std::thread::Builder::new().name("journal-leaves".to_owned()).spawn(move || drop(old)).is_err() {
        tracing::warn!("no thread could be started: the old client of Kafka is closed here");
    }
}

/// Sends the client library's messages to our log at level debug. We ourselves log once that brokers are unreachable.
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
