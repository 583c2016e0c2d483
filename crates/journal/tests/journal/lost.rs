//! A client that has lost all brokers for good, although Kafka answers new clients, is made anew.
//!
//! A setting keeps the client library from beginning again by itself (`metadata.recovery.strategy`). Then it stands
//! every time as it does when a broker answers that there is none (librdkafka issue 5301).

use crate::position_store::{MemoryStore, start};
use crate::support::{Fixture, PATIENCE, mark, trace, until};
use std::time::{Duration, Instant};
use testkit::kafka::{Cluster, Layout, Size};
use testkit::product::scratch;
use testkit::proxy::{Proxies, State};

#[test]
fn reader_and_writer_find_brokers_that_moved_while_they_were_cut_off() {
    let (proxies, directory) = (Proxies::start().unwrap(), scratch().unwrap());
    let layout = Layout { links: Some((&proxies, &["OLD", "NEW"])), ..Layout::default() };
    let cluster = Cluster::start_in(&directory.path().join("kafka"), Size::One, &layout).unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(brokers_move(&cluster));
}

async fn brokers_move(cluster: &Cluster) {
    let link = |name: &str, state| cluster.links(name).for_each(|(_, link)| link.set(state));
    link("NEW", State::Cut);
    let settings = [("metadata.recovery.strategy", "none"), ("statistics.interval.ms", "1000")];
    let mut fixture = Fixture::on(cluster, 1, 1, &settings).await;
    // A client that begins over one link learns of the broker over that link.
    fixture.client.brokers = format!("{},{}", cluster.bootstrap_over("OLD"), cluster.bootstrap_over("NEW"));
    let (writer, store) = (fixture.writer(Duration::from_secs(2)), MemoryStore::default());
    let mut reader = start(&fixture, &store);
    writer.send_to(0, &mark(0), &trace()).await.report().await.unwrap();
    let batch = tokio::time::timeout(PATIENCE, reader.next()).await.unwrap().unwrap();
    assert!(store.apply(&batch));
    reader.stored(&batch.spans);

    link("OLD", State::Cut);
    link("NEW", State::Open);
    let began = Instant::now();
    while let Err(error) = writer.send_to(0, &mark(1), &trace()).await.report().await {
        assert!(began.elapsed() < 2 * PATIENCE, "the writer stands: {error}");
    }
    until("the reader is a member again", || reader.status().now() == journal::ReaderStatus::Reading).await;
    let batch = tokio::time::timeout(PATIENCE, reader.next()).await.expect("the reader stands").unwrap();
    assert!(store.apply(&batch));
    assert_eq!(store.next(0), 2);
    reader.stop().await;
}
