//! Law 2 with Kafka between: random histories, shuffled, doubled, spread over partitions, read by two projectors of which
//! one is killed in the middle, give what the same events give applied at once: byte for byte.

use crate::support::{BINARY, ago, over_kafka};
use event::{Entry, Instant, NewKeys, ReceivedEvent, Watermark};
use journal::{Client, TraceParent, Writer};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::{Batch, Database, Projector, Store};
use testkit::history::{Chance, history, keyring};
use testkit::kafka;
use testkit::product::{Product, scratch};
use testkit::server::Server;

const TOPIC: &str = "care-events-laws";
const PARTITIONS: u32 = 3;

#[test]
fn any_order_doubled_and_read_by_two_gives_the_same_views() {
    let directory = scratch().unwrap();
    let base = directory.path();
    let broker = kafka::shared().unwrap();
    let [county, oracle] = ["county", "oracle"].map(|name| Server::start(base.join(name)).unwrap());
    // The keys under which the random histories are made.
    let keys = NewKeys { index: [7; 32].into(), seal: [8; 32].into() };
    let keys_file = base.join("keys.toml");
    std::fs::write(&keys_file, keys.to_file().as_str()).unwrap();
    let config = over_kafka(&testkit::county::config(), &broker.bootstrap(), TOPIC);
    let (url, keys_file) = (county.url(), keys_file.display().to_string());
    let config = format!("{config}\n[database]\nurl = {url:?}\n[keys]\nfile = {keys_file:?}\n");
    std::fs::write(base.join("rinnakkain.toml"), config).unwrap();
    let projector = |name: &str| {
        let data = base.join(name);
        std::fs::create_dir_all(&data).unwrap();
        Product::start_part(Path::new(BINARY), "project", &base.join("rinnakkain.toml"), &data).unwrap()
    };
    let (first, second) = (projector("a"), projector("b"));

    let events: Vec<ReceivedEvent> = (0..6).flat_map(|seed| history(seed, 250)).collect();
    let mut chance = Chance::new(11);
    let mut sent: Vec<&ReceivedEvent> = events.iter().collect();
    sent.extend(events.iter().filter(|_| chance.once_in(5)).collect::<Vec<_>>());
    chance.shuffle(&mut sent);

    let runtime = tokio::runtime::Runtime::new().unwrap();
    let stored = runtime.block_on(async {
        let client = Client { brokers: broker.bootstrap(), settings: std::collections::BTreeMap::new() };
        let writer = Writer::try_new(&client, TOPIC, Arc::new(keyring()), Duration::from_secs(20)).unwrap();
        let trace = TraceParent::new([1; 16], [1; 8], false);
        let mut killed = Some(second);
        for (n, part) in sent.chunks(200).enumerate() {
            let mut given = Vec::new();
            for received in part {
                given.push(writer.send(&Entry::Event((*received).clone(), None), &trace).await);
            }
            for delivered in given {
                delivered.report().await.unwrap();
            }
            if n == 3 {
                killed.take().unwrap().kill().unwrap();
            }
        }
        // Everything stands before this.
        let at = Instant::from_timestamp(ago(0));
        let watermark =
            Watermark { ingest: "test".into(), at, partitions: PARTITIONS, sources: Vec::new(), leaving: false };
        for partition in 0..i32::try_from(PARTITIONS).unwrap() {
            writer.send_to(partition, &Entry::Watermark(watermark.clone()), &trace).await.report().await.unwrap();
        }
        let store = Store::connect(&Database::Url(county.url()), 1).await.unwrap();
        for _ in 0..600 {
            if store::watermark::written_until(&store).await.unwrap() == Some(at) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(store::watermark::written_until(&store).await.unwrap(), Some(at), "everything is applied");

        let apart = Store::connect(&Database::Url(oracle.url()), 1).await.unwrap();
        apart.migrate().await.unwrap();
        let mut stored = 0;
        for part in events.chunks(1_000) {
            let batch = Batch { events: part.to_vec(), ..Batch::default() };
            stored += Projector::new(apart.clone()).apply(&batch).await.unwrap().stored;
        }
        stored
    });
    // Histories share message ids: what is reported again with other content joins by the same rule in any order (R1).
    assert!(stored > 250, "{stored}");
    assert_eq!(county.value("SELECT count(*) FROM history").unwrap(), stored.to_string());
    assert_eq!(county.digest().unwrap(), oracle.digest().unwrap());
    first.stop().unwrap();
}
