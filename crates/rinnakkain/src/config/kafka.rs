//! Kafka between ingest and projection: where it is, what its topic should be, and the client library's own settings.

use super::checked::{self, ACCEPTED, is_here};
use super::problems::Problems;
use super::secret::Secret;
use journal::{Client, FIXED, Topic};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// Less than [`care::source::MAY_BE_BEHIND_SECONDS`], with room for a slow disk.
const SLOWEST_WATERMARKS: Duration = Duration::from_secs(5);

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
    #[serde(deserialize_with = "checked::topic")]
    topic: String,
    #[serde(deserialize_with = "checked::name")]
    group: String,
    #[serde(deserialize_with = "checked::count")]
    partitions: u32,
    #[serde(deserialize_with = "checked::count")]
    replication: u32,
    #[serde(deserialize_with = "checked::count")]
    min_insync_replicas: u32,
    #[serde(deserialize_with = "checked::duration")]
    retention: Duration,
    #[serde(default, deserialize_with = "checked::sentence")]
    unsafe_because: Option<String>,
    #[serde(deserialize_with = "checked::duration")]
    watermarks: Duration,
    #[serde(default)]
    client: BTreeMap<String, Secret>,
    #[serde(default)]
    client_files: BTreeMap<String, PathBuf>,
}

impl KafkaTable {
    /// `None` without it.
    pub fn checked(self, transport: Transport, problems: &mut Problems) -> Option<Kafka> {
        let given = !self.brokers.trim().is_empty();
        if transport == Transport::Direct {
            if given {
                let problem = "Kafka is configured and not used: write transport = \"kafka\", or leave [kafka] out";
                problems.add(["transport"], problem);
            }
            return None;
        }
        if !given {
            problems.add(["kafka", "brokers"], "is missing: host:port of one or more brokers, with commas between");
        }
        if self.min_insync_replicas > self.replication {
            let problem = "is more than replication, so nothing could ever be written";
            problems.add(["kafka", "min_insync_replicas"], problem);
        }
        if self.watermarks > SLOWEST_WATERMARKS {
            problems.add(["kafka", "watermarks"], "is at most 5s: after 15 s without one, \"none\" is not known");
        }
        let Self { brokers, topic: name, partitions, replication, min_insync_replicas, retention, .. } = self;
        let mut settings: BTreeMap<_, _> = self.client.into_iter().map(|(key, it)| (key, it.reveal())).collect();
        for (key, path) in self.client_files {
            match std::fs::read_to_string(&path) {
                Ok(_) if settings.contains_key(&key) => {
                    problems.add(["kafka", "client", &key], "it is in kafka.client_files too");
                }
                Ok(value) => drop(settings.insert(key, value.trim_end_matches(['\r', '\n']).to_owned())),
                Err(error) => problems.add(["kafka", "client_files", &key], format!("{}: {error}", path.display())),
            }
        }
        for key in settings.keys().filter(|key| FIXED.contains(&key.as_str())) {
            problems.add(["kafka", "client", key], "this is not a deployment's to set");
        }
        // What goes over a network is encrypted, or the file names who does it.
        let encrypted = settings.get("security.protocol").is_some_and(|it| it.to_ascii_lowercase().ends_with("ssl"));
        let host = |broker| str::rsplit_once(broker, ':').map_or(broker, |(host, _)| host);
        if !self.tls_ends_elsewhere && !encrypted && !brokers.split(',').all(|it| is_here(host(it.trim()))) {
            let problem = format!(
                "what goes to another machine is encrypted: write kafka.client.\"security.protocol\" = \"ssl\" or \
                 \"sasl_ssl\", or put TLS between and write kafka.tls_ends_elsewhere = {ACCEPTED:?}"
            );
            problems.add(["kafka", "brokers"], problem);
        }
        let client = Client { brokers, settings };
        if let Err(error) = client.check() {
            problems.add(["kafka", "client"], error);
        }
        let unsafe_because = self.unsafe_because;
        let topic = Topic { name, partitions, replication, min_insync_replicas, retention, unsafe_because };
        Some(Kafka { client, topic, group: self.group, watermarks: self.watermarks })
    }
}
