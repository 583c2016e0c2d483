//! Kafka between ingest and projection: where it is, what its topic should be, and the client library's own settings.

use super::checked::{ACCEPTED, Accepted, Count, Name, Sentence, Time, TopicName, is_here};
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
pub struct KafkaTable {
    #[serde(default)]
    brokers: String,
    tls_ends_elsewhere: Option<Accepted>,
    topic: TopicName,
    group: Name,
    partitions: Count,
    replication: Count,
    min_insync_replicas: Count,
    retention: Time,
    unsafe_because: Option<Sentence>,
    watermarks: Time,
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
            let problem = "Kafka is configured and not used: write transport = \"kafka\", or leave [kafka] out";
            problems.within(&[]).refuse(given, "transport", problem);
            return None;
        }
        let mut here = problems.within(&["kafka"]);
        here.refuse(!given, "brokers", "is missing: host:port of one or more brokers, with commas between");
        let problem = "is more than replication, so nothing could ever be written";
        here.refuse(*self.min_insync_replicas > *self.replication, "min_insync_replicas", problem);
        let problem = "is at most 5s: after 15 s without one, \"none\" is not known";
        here.refuse(*self.watermarks > SLOWEST_WATERMARKS, "watermarks", problem);
        let settings = settings(self.client, self.client_files, problems);
        // What goes over a network is encrypted, or the file names who does it.
        let encrypted = settings.get("security.protocol").is_some_and(|it| it.to_ascii_lowercase().ends_with("ssl"));
        let host = |broker| str::rsplit_once(broker, ':').map_or(broker, |(host, _)| host);
        let here = self.brokers.split(',').all(|it| is_here(host(it.trim())));
        let problem = format_args!(
            "what goes to another machine is encrypted: write kafka.client.\"security.protocol\" = \"ssl\" or \"sasl_ssl\", \
             or put TLS between and write kafka.tls_ends_elsewhere = {ACCEPTED:?}"
        );
        let mut within = problems.within(&["kafka"]);
        within.refuse(self.tls_ends_elsewhere.is_none() && !encrypted && !here, "brokers", problem);
        let client = Client { brokers: self.brokers, settings };
        if let Err(error) = client.check() {
            within.refuse(true, "client", error);
        }
        let topic = Topic {
            name: self.topic.0,
            partitions: *self.partitions,
            replication: *self.replication,
            min_insync_replicas: *self.min_insync_replicas,
            retention: *self.retention,
            unsafe_because: self.unsafe_because.map(|it| it.0),
        };
        Some(Kafka { client, topic, group: self.group.0, watermarks: *self.watermarks })
    }
}

/// The client library's own, some of them in files.
fn settings(
    client: BTreeMap<String, Secret>,
    files: BTreeMap<String, PathBuf>,
    problems: &mut Problems,
) -> BTreeMap<String, String> {
    let mut settings: BTreeMap<_, _> = client.into_iter().map(|(key, it)| (key, it.reveal())).collect();
    for (key, path) in files {
        let twice = settings.contains_key(&key);
        problems.within(&["kafka", "client"]).refuse(twice, &key, "it is in kafka.client_files too");
        match std::fs::read_to_string(&path) {
            Ok(value) => drop(settings.insert(key, value.trim_end_matches(['\r', '\n']).to_owned())),
            Err(error) => {
                let problem = format_args!("{}: {error}", path.display());
                problems.within(&["kafka", "client_files"]).refuse(true, &key, problem);
            }
        }
    }
    for key in settings.keys() {
        let fixed = FIXED.contains(&key.as_str());
        problems.within(&["kafka", "client"]).refuse(fixed, key, "this is not a deployment's to set");
    }
    settings
}
