//! Kafka between ingest and projection: where it is, what its topic should be, and the client library's own settings.

use super::file::{self, Transport};
use super::listener::ACCEPTED;
use super::problems::Problems;
use journal::{Client, FIXED, Topic};
use std::net::IpAddr;
use std::time::Duration;

/// The journal.
pub struct Kafka {
    pub client: Client,
    pub topic: Topic,
    /// The projectors' group.
    pub group: String,
    /// How often an ingest tells every partition how far it has come.
    pub watermarks: Duration,
}

/// `None` without it.
pub fn kafka(transport: Transport, file: file::Kafka, problems: &mut Problems) -> Option<Kafka> {
    if transport == Transport::Direct {
        if file.brokers.is_some() {
            problems.add("kafka: it is configured and not used: write transport = \"kafka\", or leave it out");
        }
        return None;
    }
    let retention = problems.duration("kafka.retention", &file.retention);
    let watermarks = problems.duration("kafka.watermarks", &file.watermarks);
    topic_name(&file.topic, problems);
    problems.name("kafka.group", &file.group);
    if file.partitions == 0 || file.replication == 0 || file.min_insync_replicas == 0 {
        problems.add("kafka: partitions, replication and min_insync_replicas are at least 1");
    }
    if file.min_insync_replicas > file.replication {
        problems.add("kafka: min_insync_replicas is more than replication, so nothing could ever be written");
    }
    if file.unsafe_because.as_ref().is_some_and(|because| because.trim().is_empty()) {
        problems.add("kafka.unsafe_because: say why, in a sentence");
    }
    let client = client(&file, problems);
    let topic = Topic {
        name: file.topic,
        partitions: file.partitions,
        replication: file.replication,
        min_insync_replicas: file.min_insync_replicas,
        retention,
        unsafe_because: file.unsafe_because,
    };
    Some(Kafka { client: client?, topic, group: file.group, watermarks })
}

/// As Kafka takes it: and a name that starts with two underscores is its own.
fn topic_name(name: &str, problems: &mut Problems) {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if name.is_empty() || name.len() > 249 || name.starts_with('.') || !name.chars().all(allowed) {
        problems.add(format!("kafka.topic: {name:?} is no topic's name; use letters, digits and . _ -"));
    }
}

fn client(file: &file::Kafka, problems: &mut Problems) -> Option<Client> {
    let Some(brokers) = file.brokers.clone().filter(|brokers| !brokers.trim().is_empty()) else {
        problems.add("kafka.brokers is missing: host:port of one or more brokers, with commas between");
        return None;
    };
    let mut settings = file.client.clone();
    for (key, path) in &file.client_files {
        match std::fs::read_to_string(path) {
            Ok(value) => {
                if settings.insert(key.clone(), value.trim_end_matches(['\r', '\n']).to_owned()).is_some() {
                    problems.add(format!("kafka.client.{key}: it is in kafka.client_files too"));
                }
            }
            Err(error) => problems.add(format!("kafka.client_files.{key} {}: {error}", path.display())),
        }
    }
    for key in settings.keys().filter(|key| FIXED.contains(&key.as_str())) {
        problems.add(format!("kafka.client.{key}: this is not a deployment's to set"));
    }
    encrypted(&brokers, &settings, file.tls_ends_elsewhere.as_deref(), problems);
    let client = Client { brokers, settings };
    if let Err(error) = client.check() {
        problems.add(error.to_string());
    }
    Some(client)
}

/// What goes over a network is encrypted, or the file says who does it.
fn encrypted(
    brokers: &str,
    settings: &std::collections::BTreeMap<String, String>,
    elsewhere: Option<&str>,
    problems: &mut Problems,
) {
    let protocol = settings.get("security.protocol").map(|it| it.to_ascii_lowercase()).unwrap_or_default();
    let here = |broker: &str| {
        let host = broker.trim().rsplit_once(':').map_or(broker.trim(), |(host, _)| host);
        host == "localhost" || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    };
    match elsewhere {
        Some(ACCEPTED) => {}
        Some(_) => problems.add(format!("kafka.tls_ends_elsewhere: write exactly {ACCEPTED:?}, or leave it out")),
        None if protocol.ends_with("ssl") || brokers.split(',').all(here) => {}
        None => problems.add(format!(
            "kafka.brokers: what goes to another machine is encrypted: write kafka.client.\"security.protocol\" = \
             \"ssl\" or \"sasl_ssl\", or put TLS between and write kafka.tls_ends_elsewhere = {ACCEPTED:?}"
        )),
    }
}
