//! `compose.yaml`, as the Compose Specification has it, as far as it is used.

use super::{Process, documents, path};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    services: BTreeMap<String, Service>,
    networks: BTreeMap<String, Network>,
    volumes: BTreeMap<String, serde_json::Value>,
    configs: BTreeMap<String, Place>,
    secrets: BTreeMap<String, Place>,
    // What is only there to be merged elsewhere.
    #[serde(rename = "x-hardened")]
    _hardened: serde_json::Value,
    #[serde(rename = "x-role")]
    _role: serde_json::Value,
    #[serde(rename = "x-settings")]
    _settings: serde_json::Value,
    #[serde(rename = "x-stored")]
    _stored: serde_json::Value,
    #[serde(rename = "x-kafka")]
    _kafka: serde_json::Value,
    #[serde(rename = "x-broker")]
    _broker: serde_json::Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Network {
    #[serde(default)]
    internal: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    file: String,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Service {
    image: String,
    build: Option<Build>,
    command: Vec<String>,
    environment: BTreeMap<String, String>,
    user: Option<String>,
    restart: String,
    read_only: bool,
    cap_drop: Vec<String>,
    security_opt: Vec<String>,
    tmpfs: Vec<String>,
    mem_limit: Option<String>,
    shm_size: Option<String>,
    stop_grace_period: Option<String>,
    healthcheck: Option<Healthcheck>,
    configs: Vec<Config>,
    secrets: Vec<String>,
    volumes: Vec<String>,
    networks: Vec<String>,
    ports: Vec<String>,
    depends_on: BTreeMap<String, Depends>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Build {
    context: String,
    dockerfile: String,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Healthcheck {
    disable: bool,
    test: Vec<String>,
    interval: String,
    timeout: String,
    retries: u32,
    start_period: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    source: String,
    target: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Depends {
    condition: String,
}

fn file() -> File {
    documents("compose.yaml").pop().unwrap()
}

fn roles(file: &File) -> impl Iterator<Item = (&String, &Service)> {
    file.services.iter().filter(|(_, service)| service.image.starts_with("rinnakkain:"))
}

pub fn processes() -> Vec<Process> {
    let file = file();
    let process = |(name, it): (&String, &Service)| Process {
        place: format!("compose.yaml, {name}"),
        arguments: it.command.clone(),
        environment: it.environment.clone(),
        mounts: it
            .configs
            .iter()
            .map(|config| config.target.clone())
            .chain(it.secrets.iter().map(|secret| format!("/run/secrets/{secret}")))
            .collect(),
        writable: it.tmpfs.iter().filter_map(|tmpfs| tmpfs.split(':').next()).map(str::to_owned).collect(),
        ports: it.ports.iter().map(|port| port.rsplit(':').next().unwrap().parse().unwrap()).collect(),
    };
    roles(&file).map(process).collect()
}

#[test]
fn every_container_has_no_more_than_it_needs() {
    let file = file();
    assert_eq!(file.name, "rinnakkain");
    for (name, it) in &file.services {
        assert_eq!(it.cap_drop, ["ALL"], "{name}");
        assert_eq!(it.security_opt, ["no-new-privileges:true"], "{name}");
        assert_eq!(it.restart, if name == "migrate" { "on-failure" } else { "unless-stopped" }, "{name}");
        // Kafka's start writes its configuration beside its program.
        assert!(it.read_only || name.starts_with("kafka-"), "{name}");
        let (_, tag) = it.image.rsplit_once(':').unwrap();
        assert!(tag.contains(|c: char| c.is_ascii_digit()) || it.build.is_some(), "{name}: a version, not the latest");
    }
    let roles: Vec<_> = roles(&file).collect();
    assert_eq!(
        roles.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["ingest", "migrate", "project", "serve"]
    );
    assert!(
        !file.services["ingest"].environment.keys().any(|key| key.contains("DATABASE")),
        "ingest knows no database"
    );
    for (name, it) in roles {
        assert_eq!(it.command[0], *name);
        assert_eq!(it.user.as_deref(), Some("65532:65532"), "{name}");
        assert!(it.mem_limit.is_some(), "{name}");
        assert_eq!(it.stop_grace_period.as_deref(), Some("40s"), "{name}: longer than it drains");
        let build = it.build.as_ref().unwrap();
        assert_eq!((build.context.as_str(), build.dockerfile.as_str()), ("..", "deploy/Containerfile"));
    }
    assert!(file.networks["inside"].internal, "no way out");
    for (name, it) in &file.services {
        assert!(it.ports.is_empty() || it.networks.contains(&"outside".to_owned()), "{name}");
    }
}

#[test]
fn what_is_referred_to_is_there() {
    let file = file();
    for (name, place) in &file.configs {
        assert!(path(&place.file).is_file(), "{name}: deploy/{}", place.file);
    }
    assert!(file.secrets.values().all(|place| place.file.starts_with("./secrets/")));
    assert!(file.volumes.values().all(|volume| *volume == serde_json::json!({})), "the engine's own");
    let declared: BTreeSet<&String> = file.volumes.keys().collect();
    for (name, it) in &file.services {
        assert!(it.configs.iter().all(|config| file.configs.contains_key(&config.source)), "{name}");
        assert!(it.secrets.iter().all(|secret| file.secrets.contains_key(secret)), "{name}");
        assert!(it.networks.iter().all(|network| file.networks.contains_key(network)), "{name}");
        for volume in &it.volumes {
            assert!(declared.contains(&volume.split(':').next().unwrap().to_owned()), "{name}: {volume}");
        }
        for (on, how) in &it.depends_on {
            let ends = on == "migrate";
            assert_eq!(
                how.condition,
                if ends { "service_completed_successfully" } else { "service_healthy" },
                "{name}"
            );
            assert!(ends || file.services[on].healthcheck.is_some(), "{name} waits until {on} is healthy");
        }
    }
}

#[test]
fn the_database_and_kafka_are_durable() {
    let file = file();
    let postgres = &file.services["postgres"];
    for setting in ["fsync=on", "full_page_writes=on", "synchronous_commit=on", "log_parameter_max_length_on_error=0"] {
        assert!(postgres.command.contains(&format!("-c{setting}")), "{setting}");
    }
    assert!(postgres.environment["POSTGRES_INITDB_ARGS"].contains("--data-checksums"));
    assert!(postgres.shm_size.is_some() && !postgres.environment.contains_key("POSTGRES_PASSWORD"));
    let brokers: Vec<_> = file.services.iter().filter(|(name, _)| name.starts_with("kafka-")).collect();
    assert_eq!(brokers.len(), 3);
    for (name, it) in &brokers {
        let set = |key: &str| it.environment[key].as_str();
        assert_eq!(set("KAFKA_ADVERTISED_LISTENERS"), format!("PLAINTEXT://{name}:9092"));
        assert_eq!(format!("kafka-{}", set("KAFKA_NODE_ID")), **name);
        assert!(set("KAFKA_CONTROLLER_QUORUM_VOTERS").contains(&format!("{}@{name}:9093", set("KAFKA_NODE_ID"))));
        assert_eq!((set("KAFKA_MIN_INSYNC_REPLICAS"), set("KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE")), ("2", "false"));
        assert_eq!(set("CLUSTER_ID").len(), 22);
        assert!(it.volumes.contains(&format!("{name}:{}", set("KAFKA_LOG_DIRS"))), "{name}: its log outlives it");
    }
}

#[test]
fn roles_are_asked_whether_they_are_ready() {
    let file = file();
    for (name, it) in roles(&file) {
        let health = it.healthcheck.as_ref().unwrap();
        if health.disable {
            assert_eq!(name, "migrate", "it ends by itself");
            continue;
        }
        let address = &it.environment["RINNAKKAIN_HEALTH__ADDRESS"];
        assert_eq!(health.test, ["CMD", "rinnakkain", "probe", &format!("http://{address}/readyz")], "{name}");
        let all = [&health.interval, &health.timeout, &health.start_period];
        assert!(all.iter().all(|it| it.ends_with('s')) && health.retries > 1, "{name}");
    }
}
