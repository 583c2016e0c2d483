//! The brokers' settings: `server.properties`, and the options of their Java.
//!
//! Quick to start and small, as tests want it: few threads, small buffers, no pause before a group's first rebalance,
//! retention that acts within a second. Three brokers keep three copies of everything, and `acks=all` means two of them.
//! What else a client can see is as Kafka has it by default.

use super::{layout::Size, ports::Ports};
use std::fmt::Write as _;

const COMMON: &str = "\
process.roles=broker,controller
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
auto.create.topics.enable=false
# Relative to the broker's own directory, where it may be a link: this file cannot hold every path.
log.dirs=data
# 4 MiB; what is accepted must fit the replicas' fetches.
message.max.bytes=4194304
replica.fetch.max.bytes=4194304
# Tests start members of groups, and kill them.
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
offsets.topic.num.partitions=4
transaction.state.log.num.partitions=4
# A broker that is killed or paused is given up after 3 s, not 9; until then it cannot join again either.
broker.heartbeat.interval.ms=300
broker.session.timeout.ms=3000
# Retention and compaction act at once.
log.initial.task.delay.ms=500
log.retention.check.interval.ms=500
log.segment.delete.delay.ms=500
log.cleaner.backoff.ms=500
# Each segment's index is laid out whole; the cleaner takes its buffer at the start, 128 MiB by default.
log.index.size.max.bytes=262144
log.cleaner.dedupe.buffer.size=2097152
num.network.threads=2
num.io.threads=2
background.threads=2
num.recovery.threads.per.data.dir=1
group.coordinator.threads=1
";

/// The settings for the number of replicas.
const COPIES: [&str; 4] = [
    "default.replication.factor",
    "offsets.topic.replication.factor",
    "transaction.state.log.replication.factor",
    "share.coordinator.state.topic.replication.factor",
];

/// The settings for how many replicas `acks=all` waits for.
const ENOUGH: [&str; 3] =
    ["min.insync.replicas", "transaction.state.log.min.isr", "share.coordinator.state.topic.min.isr"];

/// `server.properties` of the broker `node`. The caller's settings come last: of two the last one counts.
pub(super) fn properties(node: usize, own: &Ports, all: &[Ports], size: Size, more: &[(&str, &str)]) -> String {
    let own_listeners =
        format!("PLAINTEXT://127.0.0.1:{},CONTROLLER://127.0.0.1:{}", own.client.number(), own.controller.number());
    // A client that connects over a link learns only that link's port for this broker, so all its traffic goes over the link.
    let (mut listeners, mut advertised) = (own_listeners.clone(), own_listeners);
    let mut protocols = "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT".to_owned();
    for (name, port, link) in &own.linked {
        let _ = write!(listeners, ",{name}://127.0.0.1:{}", port.number());
        let _ = write!(advertised, ",{name}://127.0.0.1:{}", link.port());
        let _ = write!(protocols, ",{name}:PLAINTEXT");
    }
    let controllers: Vec<_> = all.iter().map(|ports| format!("127.0.0.1:{}", ports.controller.number())).collect();
    let (copies, enough) = (size.brokers(), size.brokers() / 2 + 1);
    let mut settings = vec![
        ("node.id", node.to_string()),
        ("listeners", listeners),
        ("advertised.listeners", advertised),
        ("listener.security.protocol.map", protocols),
        ("controller.quorum.bootstrap.servers", controllers.join(",")),
    ];
    settings.extend(COPIES.map(|key| (key, copies.to_string())));
    settings.extend(ENOUGH.map(|key| (key, enough.to_string())));
    settings.extend(more.iter().map(|(key, value)| (*key, (*value).to_owned())));
    settings.iter().fold(COMMON.to_owned(), |text, (key, value)| text + key + "=" + value + "\n")
}

/// The options of every Java that runs here: quick to start, quiet, and with what it unpacks in the broker's directory.
pub(super) const JAVA: [&str; 7] = [
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xshare:auto",
    "-XX:-UsePerfData",
    "-Djava.io.tmpdir=tmp",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    // Kafka needs log4j's API, which has no implementation here: no warning about that.
    "-Dlog4j2.StatusLogger.level=OFF",
];

/// The heap, small at first.
pub(super) fn heap(size: Size) -> [&'static str; 2] {
    let most = match size {
        Size::One => "-Xmx512m",
        Size::Three => "-Xmx384m",
    };
    ["-Xms64m", most]
}
