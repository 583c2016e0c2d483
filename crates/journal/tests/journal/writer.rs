//! The writer: a record is acknowledged once the brokers have it, and only then, whatever happens to them.

use crate::support::{Fixture, PATIENCE, TRACE, keys, mark, trace, until};
use bytes::Bytes;
use event::{Entry, Instant, Keyring, RawMessage, Rejected};
use rdkafka::message::{Headers, Message, OwnedMessage};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use testkit::kafka::{Cluster, Size};
use tokio::time::timeout;
use uuid::Uuid;

fn header(message: &OwnedMessage, key: &str) -> String {
    let header = message.headers().unwrap().iter().find(|header| header.key == key).unwrap();
    String::from_utf8(header.value.unwrap().to_vec()).unwrap()
}

fn rejected(keys: &Keyring, id: Uuid, bytes: usize) -> Entry {
    let message = keys.token("message", "kys", "1");
    let rejected = Rejected {
        id,
        source: "kys".into(),
        received_at: Instant::from_micros(testkit::history::START).unwrap(),
        adapter_version: 1,
        code: "101".into(),
        place: "PID-3".into(),
        text: "no identifier".into(),
        message: Some(message),
        named: Vec::new(),
        own: Vec::new(),
        raw: keys.sealer(message, id).seal(&RawMessage { bytes: Bytes::from(vec![b'x'; bytes]) }),
    };
    Entry::Rejected(rejected, None)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_a_cloud_event_under_a_keyed_hash_and_its_stream_is_in_one_partition() {
    let fixture = Fixture::new(4).await;
    let (keys, writer) = (keys(), fixture.writer(PATIENCE));
    let mut written = BTreeMap::new();
    for received in testkit::history::history(7, 40) {
        let entry = Entry::Event(received, None);
        // A copy as a mended adapter would give it may be of another stream.
        if written.contains_key(&entry.id()) {
            continue;
        }
        writer.send(&entry, &trace()).await.report().await.unwrap();
        written.insert(entry.id(), entry);
    }
    let raw = fixture.raw();
    let mut partitions: BTreeMap<_, BTreeSet<i32>> = BTreeMap::new();
    for message in &raw {
        let id = Uuid::parse_str(&header(message, "ce_id")).unwrap();
        let (entry, key) = (&written[&id], message.key().unwrap());
        let stream = entry.stream().unwrap();
        assert_eq!(key, keys.journal_key(stream.as_bytes()));
        // Not even a part of the token.
        assert!(stream.as_bytes().windows(4).all(|part| key.windows(4).all(|other| part != other)));
        assert_eq!(header(message, "traceparent"), TRACE);
        assert_eq!(header(message, "ce_specversion"), "1.0");
        assert_eq!(header(message, "content-type"), "application/protobuf");
        assert!(header(message, "ce_type").starts_with("rinnakkain.event.v1."));
        let Entry::Event(received, _) = entry else { panic!("an event") };
        assert_eq!(header(message, "ce_source"), format!("/source/{}", received.event.source));
        partitions.entry(stream).or_default().insert(message.partition());
    }
    assert!(partitions.len() > 5 && partitions.values().all(|each| each.len() == 1), "{partitions:?}");
    assert!(raw.iter().map(OwnedMessage::partition).collect::<BTreeSet<_>>().len() > 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_message_of_two_mebibytes_fits() {
    let fixture = Fixture::new(1).await;
    let entry = rejected(&keys(), Uuid::from_u128(5), 2 << 20);
    let writer = fixture.writer(PATIENCE);
    writer.send(&entry, &trace()).await.report().await.unwrap();
    let read = fixture.raw().remove(0);
    assert_eq!(Entry::decode(&Bytes::copy_from_slice(read.payload().unwrap())).unwrap(), entry);
    let too_large = rejected(&keys(), Uuid::from_u128(6), 5 << 20);
    writer.send(&too_large, &trace()).await.report().await.unwrap_err();
    writer.send(&mark(1), &trace()).await.report().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_broker_nothing_is_reported_until_it_is_back_or_given_up() {
    let mut cluster = tokio::task::block_in_place(|| Cluster::start(Size::One)).unwrap();
    let fixture = Fixture::on(&cluster, 1, 1, &[]).await;
    let (patient, hasty) = (fixture.writer(PATIENCE), fixture.writer(Duration::from_millis(1500)));
    for writer in [&patient, &hasty] {
        writer.send(&mark(0), &trace()).await.report().await.unwrap();
    }
    tokio::task::block_in_place(|| cluster.kill(0)).unwrap();
    let waits = patient.send(&mark(1), &trace()).await;
    let given_up = hasty.send(&mark(2), &trace()).await;
    // One whose report nobody waits for is no hindrance.
    drop(hasty.send(&mark(3), &trace()).await);
    let mut waits = Box::pin(waits.report());
    assert!(timeout(Duration::from_secs(1), &mut waits).await.is_err(), "nobody has it");
    given_up.report().await.unwrap_err();
    assert!(hasty.partitions().await.unwrap_err().is_transient());
    tokio::task::block_in_place(|| cluster.restart(0)).unwrap();
    waits.await.unwrap();
    until("the hasty one writes again", || {
        tokio::runtime::Handle::current()
            .block_on(async { hasty.send(&mark(4), &trace()).await.report().await.is_ok() })
    })
    .await;
    let ids: BTreeSet<_> = fixture.raw().iter().map(|message| header(message, "ce_id")).collect();
    for acknowledged in [0, 1, 4] {
        assert!(ids.contains(&mark(acknowledged).id().to_string()), "{acknowledged}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_made_again_under_a_writer_is_written_into() {
    let fixture = Fixture::new(2).await;
    let writer = fixture.writer(Duration::from_secs(2));
    for number in 0..10 {
        writer.send(&mark(number), &trace()).await.report().await.unwrap();
    }
    fixture.delete().await;
    fixture.create(2, 1, &[]).await;
    let mut acknowledged = BTreeSet::new();
    let mut number = 10;
    // Each until it is taken, as a sender does.
    let all = async {
        while acknowledged.len() < 20 {
            if writer.send(&mark(number), &trace()).await.report().await.is_ok() {
                acknowledged.insert(mark(number).id().to_string());
                number += 1;
            }
        }
    };
    timeout(PATIENCE, all).await.expect("the writer recovers");
    let there: BTreeSet<_> = fixture.raw().iter().map(|message| header(message, "ce_id")).collect();
    assert!(acknowledged.is_subset(&there));
    assert_eq!(writer.partitions().await, Ok(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_too_few_brokers_have_is_not_reported_as_written() {
    let cluster = tokio::task::block_in_place(|| Cluster::start(Size::Three)).unwrap();
    let mut cluster = cluster;
    let fixture = Fixture::on(&cluster, 1, 3, &[]).await;
    let writer = fixture.writer(PATIENCE);
    writer.send(&mark(0), &trace()).await.report().await.unwrap();
    let leader = fixture.admin.inner().fetch_metadata(Some(&fixture.topic), PATIENCE).unwrap();
    let leader = usize::try_from(leader.topics()[0].partitions()[0].leader()).unwrap();
    let others: Vec<_> = (0..3).filter(|broker| *broker != leader).collect();
    tokio::task::block_in_place(|| others.iter().try_for_each(|broker| cluster.pause(*broker))).unwrap();
    let mut report = Box::pin(writer.send(&mark(1), &trace()).await.report());
    assert!(timeout(Duration::from_secs(5), &mut report).await.is_err(), "only its leader has it");
    tokio::task::block_in_place(|| others.iter().try_for_each(|broker| cluster.resume(*broker))).unwrap();
    report.await.unwrap();
    let ids: Vec<_> = fixture.raw().iter().map(|message| header(message, "ce_id")).collect();
    assert_eq!(ids, [mark(0).id().to_string(), mark(1).id().to_string()], "once, and in order");
}
