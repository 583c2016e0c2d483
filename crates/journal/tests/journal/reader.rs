//! The reader: from where the keeper says, in order, in bounds, and whatever it cannot read as such.

use crate::keeper::{Projector, Record, start};
use crate::support::{PATIENCE, Place, TRACE, mark, trace, until};
use event::{Entry, Keyring, NewKeys};
use journal::{Chunk, Content, LeftOff, Reader, Writer};
use rdkafka::ClientConfig;
use rdkafka::producer::{FutureProducer, FutureRecord};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use testkit::history::START;
use tokio::time::timeout;
use uuid::Uuid;

async fn next(reader: &mut Reader) -> Chunk {
    timeout(PATIENCE, reader.next()).await.expect("a chunk in time").expect("the reader goes on")
}

/// Applies chunks until the record stands there.
async fn apply_until(reader: &mut Reader, record: &Record, partition: i32, to: i64) {
    while record.next(partition) < to {
        let chunk = next(reader).await;
        assert!(record.apply(&chunk));
        reader.stored(&chunk.spans);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_keeper_means_the_beginning_and_a_position_is_where_it_goes_on() {
    let place = Place::new(2).await;
    let (first, second) = (place.write(0, 0..50).await, place.write(1, 100..120).await);
    let record = Record::default();
    let mut reader = start(&place, &record);
    apply_until(&mut reader, &record, 0, 50).await;
    apply_until(&mut reader, &record, 1, 20).await;
    assert_eq!((record.applied(0), record.applied(1)), (first.clone(), second));
    reader.stop().await;

    // Another keeper, which was told of some of it; the group's own offsets say otherwise.
    let record = Record::default();
    record.state().positions.insert(0, LeftOff { next: 30, last_id: Some(first[29]) });
    let mut reader = start(&place, &record);
    apply_until(&mut reader, &record, 0, 50).await;
    apply_until(&mut reader, &record, 1, 20).await;
    assert_eq!(record.applied(0), first[30..]);
    assert_eq!(record.gaps(), []);
    reader.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chunks_are_bounded_and_their_spans_join() {
    let place = Place::new(2).await;
    place.write(0, 0..1_700).await;
    place.write(1, 5_000..6_700).await;
    let mut reader = start(&place, &Record::default());
    let (mut stands, mut largest) = (BTreeMap::from([(0, 0), (1, 0)]), 0);
    while stands.values().any(|next| *next < 1_700) {
        let chunk = next(&mut reader).await;
        largest = largest.max(chunk.records.len());
        assert!(!chunk.records.is_empty() && chunk.records.len() <= 1_000);
        for span in &chunk.spans {
            assert_eq!(stands.insert(span.partition, span.to), Some(span.from), "{span:?}");
            let of_it = || chunk.records.iter().filter(|got| got.partition == span.partition);
            assert_eq!(i64::try_from(of_it().count()).unwrap(), span.to - span.from);
            assert_eq!(of_it().last().unwrap().id, span.last_id);
            for (got, offset) in of_it().zip(span.from..) {
                let number = u32::try_from(offset).unwrap() + if got.partition == 0 { 0 } else { 5_000 };
                let Content::Entry(entry) = &got.content else { panic!("an entry") };
                assert_eq!((entry, got.id), (&mark(number), mark(number).id()));
                assert_eq!(got.trace.unwrap().to_string(), TRACE);
                // The broker's or the writer's clock, not the entry's.
                assert!(got.written_at.unwrap() > START / 1000);
            }
        }
        // Long enough for the next to be full.
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert_eq!(largest, 1_000);
    reader.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn large_records_make_small_chunks() {
    let place = Place::new(1).await;
    let producer: FutureProducer = ClientConfig::new()
        .set("bootstrap.servers", &place.client.brokers)
        .set("message.max.bytes", "4000000")
        .create()
        .unwrap();
    let large = vec![0xff; 1 << 20];
    for _ in 0..12 {
        let record = FutureRecord::<(), _>::to(&place.topic).payload(&large);
        producer.send(record, PATIENCE).await.unwrap();
    }
    let mut reader = start(&place, &Record::default());
    let mut counts = Vec::new();
    while counts.iter().sum::<usize>() < 12 {
        let chunk = next(&mut reader).await;
        counts.push(chunk.records.len());
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert!(counts.iter().all(|count| *count <= 4) && counts.contains(&4), "{counts:?}");
    reader.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_given_as_it_is_and_the_position_moves() {
    let place = Place::new(1).await;
    let producer: FutureProducer =
        ClientConfig::new().set("bootstrap.servers", &place.client.brokers).create().unwrap();
    let unreadable = FutureRecord::<(), _>::to(&place.topic).payload(b"\xff\xfe no entry".as_slice());
    producer.send(unreadable, PATIENCE).await.unwrap();
    // A tombstone, as some tool may write: no bytes at all.
    producer.send(FutureRecord::<_, [u8]>::to(&place.topic).key("x"), PATIENCE).await.unwrap();
    let other = Keyring::parse(&NewKeys { index: [70; 32].into(), seal: [80; 32].into() }.to_file()).unwrap();
    let foreign = Writer::try_new(&place.client, &place.topic, Arc::new(other), PATIENCE).unwrap();
    foreign.send_to(0, &mark(1), &trace()).await.report().await.unwrap();
    // Written under these keys, but nobody says so.
    let bytes = mark(2).encode();
    producer.send(FutureRecord::<(), _>::to(&place.topic).payload(&bytes), PATIENCE).await.unwrap();
    place.write(0, 3..4).await;

    let record = Record::default();
    let mut reader = start(&place, &record);
    let mut given = Vec::new();
    while record.next(0) < 5 {
        let chunk = next(&mut reader).await;
        assert!(record.apply(&chunk));
        given.extend(chunk.records);
    }
    assert!(matches!(&given[0].content, Content::Unreadable(bytes) if bytes.as_ref() == b"\xff\xfe no entry"));
    assert!(matches!(&given[1].content, Content::Unreadable(bytes) if bytes.is_empty()));
    assert!(matches!(&given[2].content, Content::OtherKeys(bytes) if bytes.as_ref() == mark(1).encode()));
    assert!(matches!(&given[3].content, Content::OtherKeys(bytes) if bytes.as_ref() == mark(2).encode()));
    assert!(matches!(&given[4].content, Content::Entry(entry) if *entry == mark(3)));
    assert_eq!(given[2].id, mark(1).id());
    reader.stop().await;
    // The record before the position may be one that cannot be read: it is known again all the same.
    record.state().positions.insert(0, LeftOff { next: 1, last_id: Some(given[0].id) });
    let mut reader = start(&place, &record);
    apply_until(&mut reader, &record, 0, 5).await;
    assert_eq!(record.gaps(), []);
    reader.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn again_drops_what_was_given_and_reads_it_anew() {
    let place = Place::new(2).await;
    let ids = place.write(0, 0..600).await;
    place.write(1, 1_000..1_600).await;
    let record = Record::default();
    let mut reader = start(&place, &record);
    for _ in 0..4 {
        let chunk = next(&mut reader).await;
        // More waits behind it.
        tokio::time::sleep(Duration::from_millis(200)).await;
        reader.again(chunk.generation);
        let anew = next(&mut reader).await;
        assert!(anew.generation > chunk.generation);
        for span in &anew.spans {
            assert_eq!(span.from, record.next(span.partition));
        }
        assert!(record.apply(&anew));
        reader.stored(&anew.spans);
    }
    apply_until(&mut reader, &record, 0, 600).await;
    apply_until(&mut reader, &record, 1, 600).await;
    assert_eq!(record.applied(0), ids);
    assert_eq!(record.state().moved, 0);
    reader.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keeper_that_was_restored_is_brought_up_again() {
    let place = Place::new(1).await;
    place.write(0, 0..100).await;
    let record = Record::default();
    let projector = Projector::start(&place, &record);
    until("everything is applied", || record.next(0) == 100).await;
    let backup = record.state().clone();
    let mut all = place.write(0, 100..200).await;
    until("that too", || record.next(0) == 200).await;
    *record.state() = backup.clone();
    // Nothing new comes: it is the look that finds it.
    until("what the backup lacks is read again", || record.next(0) == 200).await;
    assert!(all.iter().all(|id| record.ids(0).contains(id)));

    // And at once by the next record.
    *record.state() = backup;
    all.extend(place.write(0, 200..201).await);
    until("all of it", || record.next(0) == 201).await;
    assert!(all.iter().all(|id| record.ids(0).contains(id)));
    assert_eq!(record.gaps(), []);
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_under_keys_of_the_same_file_is_an_entry_however_it_is_sent() {
    let place = Place::new(3).await;
    let (record, writer) = (Record::default(), place.writer(PATIENCE));
    let mut sent = Vec::new();
    for received in testkit::history::history(3, 30) {
        let entry = Entry::Event(received, None);
        sent.push(entry.clone());
        writer.send(&entry, &trace()).await.report().await.unwrap();
    }
    let mut reader = start(&place, &record);
    let (mut read, mut ids): (Vec<Entry>, Vec<Uuid>) = (Vec::new(), Vec::new());
    while read.len() < sent.len() {
        for got in next(&mut reader).await.records {
            let Content::Entry(entry) = got.content else { panic!("an entry") };
            ids.push(got.id);
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
