//! Kafka between ingest and projection: where it is, what its topic should be, and the client library's own settings.

use super::checked::{self, ACCEPTED};
use super::problems::Problems;
use super::secret::Secret;
use super::telemetry::is_here;
use journal::{Client, FIXED, Topic};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// The journal.
pub struct Kafka {
    pub client: Client,
    pub topic: Topic,
    /// The projectors' group.
    pub group: String,
    /// How often an ingest writes its watermark into every partition.
    pub watermarks: Duration,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    Direct,
    Kafka,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KafkaTable {
    #[serde(default)]
    brokers: String,
    #[serde(default, deserialize_with = "checked::accepted")]
    tls_ends_elsewhere: bool,
    topic: String,
    #[serde(deserialize_with = "checked::name")]
    group: String,
    partitions: u32,
    replication: u32,
    min_insync_replicas: u32,
    #[serde(deserialize_with = "checked::duration")]
    retention: Duration,
    unsafe_because: Option<String>,
    #[serde(deserialize_with = "checked::duration")]
    watermarks: Duration,
    #[serde(default)]
    client: BTreeMap<String, Secret>,
    #[serde(default)]
    client_files: BTreeMap<String, PathBuf>,
}

impl KafkaTable {
    /// `None` without it, and where it cannot be used.
    pub fn checked(self, transport: Transport, problems: &mut Problems<'_>) -> Option<Kafka> {
        let mut section = problems.of_table(["kafka"]);
        if transport == Transport::Direct {
            if !self.brokers.is_empty() {
                section.add("", "it is configured and not used: write transport = \"kafka\", or leave it out");
            }
            return None;
        }
        if !is_topic(&self.topic) {
            section.add("topic", format!("{:?} is no topic's name; use letters, digits and . _ -", self.topic));
        }
        if self.partitions == 0 || self.replication == 0 || self.min_insync_replicas == 0 {
            section.add("", "partitions, replication and min_insync_replicas are at least 1");
        }
        if self.min_insync_replicas > self.replication {
            section.add("", "min_insync_replicas is more than replication, so nothing could ever be written");
        }
        if self.unsafe_because.as_ref().is_some_and(|because| because.trim().is_empty()) {
            section.add("unsafe_because", "say why, in a sentence");
        }
        let client = client(self.brokers, self.client, self.client_files, self.tls_ends_elsewhere, problems)?;
        let topic = Topic {
            name: self.topic,
            partitions: self.partitions,
            replication: self.replication,
            min_insync_replicas: self.min_insync_replicas,
            retention: self.retention,
            unsafe_because: self.unsafe_because,
        };
        Some(Kafka { client, topic, group: self.group, watermarks: self.watermarks })
    }
}

/// As Kafka takes it.
fn is_topic(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    !name.is_empty() && name.len() <= 249 && !name.starts_with('.') && name.chars().all(allowed)
}

fn client(
    brokers: String,
    settings: BTreeMap<String, Secret>,
    files: BTreeMap<String, PathBuf>,
    tls_ends_elsewhere: bool,
    problems: &mut Problems<'_>,
) -> Option<Client> {
    if brokers.trim().is_empty() {
        problems
            .of_table(["kafka"])
            .add("brokers", "is missing: host:port of one or more brokers, with commas between");
        return None;
    }
    let mut settings: BTreeMap<_, _> = settings.into_iter().map(|(key, value)| (key, value.reveal())).collect();
    for (key, path) in files {
        match std::fs::read_to_string(&path) {
            Ok(_) if settings.contains_key(&key) => {
                problems.of_table(["kafka", "client"]).add(&key, "it is in kafka.client_files too");
            }
            Ok(value) => drop(settings.insert(key, value.trim_end_matches(['\r', '\n']).to_owned())),
            Err(error) => {
                problems.of_table(["kafka", "client_files"]).add(&key, format!("{}: {error}", path.display()))
            }
        }
    }
    for key in settings.keys().filter(|key| FIXED.contains(&key.as_str())) {
        problems.of_table(["kafka", "client"]).add(key, "this is not a deployment's to set");
    }
    let mut section = problems.of_table(["kafka"]);
    // What goes over a network is encrypted, or the file says who does it.
    let encrypted = settings.get("security.protocol").is_some_and(|it| it.to_ascii_lowercase().ends_with("ssl"));
    if !tls_ends_elsewhere
        && !encrypted
        && !brokers.split(',').all(|it| is_here(it.trim().rsplit_once(':').map_or(it.trim(), |(host, _)| host)))
    {
        section.add(
            "brokers",
            format!(
                "what goes to another machine is encrypted: write kafka.client.\"security.protocol\" = \"ssl\" or \
                 \"sasl_ssl\", or put TLS between and write kafka.tls_ends_elsewhere = {ACCEPTED:?}"
            ),
        );
    }
    let client = Client { brokers, settings };
    if let Err(error) = client.check() {
        section.add("client", error);
    }
    Some(client)
}
