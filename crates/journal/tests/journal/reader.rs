//! The reader: from the stored position, in order, within limits; what it cannot read is given as such.

use crate::position_store::{MemoryStore, Projector, start};
use crate::support::{Fixture, PATIENCE, TRACE, mark, trace, until};
use event::{Checkpoint, Entry, Keyring, NewKeys};
use journal::{Content, Reader, RecordBatch, Writer};
use rdkafka::ClientConfig;
use rdkafka::producer::{FutureProducer, FutureRecord};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use testkit::history::START;
use tokio::time::timeout;
use uuid::Uuid;

async fn next(reader: &mut Reader) -> RecordBatch {
    timeout(PATIENCE, reader.next()).await.expect("a batch in time").expect("the reader goes on")
}

/// Applies batches until the position is there.
async fn apply_until(reader: &mut Reader, store: &MemoryStore, partition: i32, to: i64) {
    while store.next(partition) < to {
        let batch = next(reader).await;
        assert!(store.apply(&batch));
        reader.stored(&batch.spans);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_position_store_means_the_beginning_and_a_position_is_where_reading_goes_on() {
    let fixture = Fixture::new(2).await;
    let (first, second) = (fixture.write(0, 0..50).await, fixture.write(1, 100..120).await);
    let store = MemoryStore::default();
    let mut reader = start(&fixture, &store);
    apply_until(&mut reader, &store, 0, 50).await;
    apply_until(&mut reader, &store, 1, 20).await;
    assert_eq!((store.applied(0), store.applied(1)), (first.clone(), second));
    reader.stop().await;

    // Another position store, which knows some of the partitions; the offsets committed for the group differ.
    let store = MemoryStore::default();
    store.state().positions.insert(0, Checkpoint { next: 30, last_id: Some(first[29]) });
    let mut reader = start(&fixture, &store);
    apply_until(&mut reader, &store, 0, 50).await;
    apply_until(&mut reader, &store, 1, 20).await;
    assert_eq!(store.applied(0), first[30..]);
    assert_eq!(store.gaps(), []);
    reader.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_are_bounded_and_their_spans_join() {
    let fixture = Fixture::new(2).await;
    fixture.write(0, 0..1_700).await;
    fixture.write(1, 5_000..6_700).await;
    let mut reader = start(&fixture, &MemoryStore::default());
    let (mut stands, mut largest) = (BTreeMap::from([(0, 0), (1, 0)]), 0);
    while stands.values().any(|next| *next < 1_700) {
        let batch = next(&mut reader).await;
        largest = largest.max(batch.records.len());
        assert!(!batch.records.is_empty() && batch.records.len() <= 1_000);
        for span in &batch.spans {
            assert_eq!(stands.insert(span.partition, span.to), Some(span.from), "{span:?}");
            let of_it = || batch.records.iter().filter(|record| record.partition == span.partition);
            assert_eq!(i64::try_from(of_it().count()).unwrap(), span.to - span.from);
            assert_eq!(of_it().last().unwrap().id, span.last_id);
            for (record, offset) in of_it().zip(span.from..) {
                let number = u32::try_from(offset).unwrap() + if record.partition == 0 { 0 } else { 5_000 };
                let Content::Entry(entry) = &record.content else { panic!("an entry") };
                assert_eq!((entry, record.id), (&mark(number), mark(number).id()));
                assert_eq!(record.trace.unwrap().to_string(), TRACE);
                // The broker's or the writer's clock, not the entry's.
                assert!(record.written_at.unwrap() > START / 1000);
            }
        }
        // Long enough for the next to be full.
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert_eq!(largest, 1_000);
    reader.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn large_records_make_small_batches() {
    let fixture = Fixture::new(1).await;
    let producer: FutureProducer = ClientConfig::new()
        .set("bootstrap.servers", &fixture.client.brokers)
        .set("message.max.bytes", "4000000")
        .create()
        .unwrap();
    let large = vec![0xff; 1 << 20];
    for _ in 0..12 {
        let record = FutureRecord::<(), _>::to(&fixture.topic).payload(&large);
        producer.send(record, PATIENCE).await.unwrap();
    }
    let mut reader = start(&fixture, &MemoryStore::default());
    let mut counts = Vec::new();
    while counts.iter().sum::<usize>() < 12 {
        let batch = next(&mut reader).await;
        counts.push(batch.records.len());
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert!(counts.iter().all(|count| *count <= 4) && counts.contains(&4), "{counts:?}");
    reader.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_given_as_it_is_and_the_position_moves() {
    let fixture = Fixture::new(1).await;
    let producer: FutureProducer =
        ClientConfig::new().set("bootstrap.servers", &fixture.client.brokers).create().unwrap();
    let unreadable = FutureRecord::<(), _>::to(&fixture.topic).payload(b"\xff\xfe no entry".as_slice());
    producer.send(unreadable, PATIENCE).await.unwrap();
    // A tombstone, as some tool may write: no bytes at all.
    producer.send(FutureRecord::<_, [u8]>::to(&fixture.topic).key("x"), PATIENCE).await.unwrap();
    let other = Keyring::parse(&NewKeys { index: [70; 32].into(), seal: [80; 32].into() }.to_file()).unwrap();
    let foreign = Writer::try_new(&fixture.client, &fixture.topic, Arc::new(other), PATIENCE).unwrap();
    foreign.send_to(0, &mark(1), &trace()).await.report().await.unwrap();
    // Written under these keys, but without the header that names them.
    let bytes = mark(2).encode();
    producer.send(FutureRecord::<(), _>::to(&fixture.topic).payload(&bytes), PATIENCE).await.unwrap();
    fixture.write(0, 3..4).await;

    let store = MemoryStore::default();
    let mut reader = start(&fixture, &store);
    let mut given = Vec::new();
    while store.next(0) < 5 {
        let batch = next(&mut reader).await;
        assert!(store.apply(&batch));
        given.extend(batch.records);
    }
    assert!(matches!(&given[0].content, Content::Unreadable(bytes) if bytes.as_ref() == b"\xff\xfe no entry"));
    assert!(matches!(&given[1].content, Content::Unreadable(bytes) if bytes.is_empty()));
    assert!(matches!(&given[2].content, Content::OtherKeys(bytes) if bytes.as_ref() == mark(1).encode()));
    assert!(matches!(&given[3].content, Content::OtherKeys(bytes) if bytes.as_ref() == mark(2).encode()));
    assert!(matches!(&given[4].content, Content::Entry(entry) if *entry == mark(3)));
    assert_eq!(given[2].id, mark(1).id());
    reader.stop().await;
    // The record before the position may be one that cannot be read: it is recognised all the same.
    store.state().positions.insert(0, Checkpoint { next: 1, last_id: Some(given[0].id) });
    let mut reader = start(&fixture, &store);
    apply_until(&mut reader, &store, 0, 5).await;
    assert_eq!(store.gaps(), []);
    reader.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_drops_earlier_batches_and_reads_them_again() {
    let fixture = Fixture::new(2).await;
    let ids = fixture.write(0, 0..600).await;
    fixture.write(1, 1_000..1_600).await;
    let store = MemoryStore::default();
    let mut reader = start(&fixture, &store);
    for _ in 0..4 {
        let batch = next(&mut reader).await;
        // More waits behind it.
        tokio::time::sleep(Duration::from_millis(200)).await;
        reader.restart(batch.generation);
        let anew = next(&mut reader).await;
        assert!(anew.generation > batch.generation);
        for span in &anew.spans {
            assert_eq!(span.from, store.next(span.partition));
        }
        assert!(store.apply(&anew));
        reader.stored(&anew.spans);
    }
    apply_until(&mut reader, &store, 0, 600).await;
    apply_until(&mut reader, &store, 1, 600).await;
    assert_eq!(store.applied(0), ids);
    assert_eq!(store.state().moved, 0);
    reader.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_store_that_was_restored_catches_up() {
    let fixture = Fixture::new(1).await;
    fixture.write(0, 0..100).await;
    let store = MemoryStore::default();
    let projector = Projector::start(&fixture, &store);
    until("everything is applied", || store.next(0) == 100).await;
    let backup = store.state().clone();
    let mut all = fixture.write(0, 100..200).await;
    until("that too", || store.next(0) == 200).await;
    *store.state() = backup.clone();
    // Nothing new comes: the check finds it.
    until("what the backup lacks is read again", || store.next(0) == 200).await;
    assert!(all.iter().all(|id| store.ids(0).contains(id)));

    // And at once by the next record.
    *store.state() = backup;
    all.extend(fixture.write(0, 200..201).await);
    until("all of it", || store.next(0) == 201).await;
    assert!(all.iter().all(|id| store.ids(0).contains(id)));
    assert_eq!(store.gaps(), []);
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_under_keys_of_the_same_file_is_an_entry_however_it_is_sent() {
    let fixture = Fixture::new(3).await;
    let (store, writer) = (MemoryStore::default(), fixture.writer(PATIENCE));
    let mut sent = Vec::new();
    for received in testkit::history::history(3, 30) {
        let entry = Entry::Event(received, None);
        sent.push(entry.clone());
        writer.send(&entry, &trace()).await.report().await.unwrap();
    }
    let mut reader = start(&fixture, &store);
    let (mut read, mut ids): (Vec<Entry>, Vec<Uuid>) = (Vec::new(), Vec::new());
    while read.len() < sent.len() {
        for record in next(&mut reader).await.records {
            let Content::Entry(entry) = record.content else { panic!("an entry") };
            ids.push(record.id);
            read.push(entry);
        }
    }
    assert!(read.iter().zip(&ids).all(|(entry, id)| entry.id() == *id));
    // Of one stream in the order of sending.
    for stream in sent.iter().map(Entry::stream) {
        let of = |all: &[Entry]| all.iter().filter(|it| it.stream() == stream).cloned().collect::<Vec<_>>();
        assert_eq!(of(&read), of(&sent));
    }
    reader.stop().await;
}
