use super::*;
use crate::role::ingest::queue::Queue;
use adapter::{Format, Outcome, SourceProfile};
use event::{Instant, Keyring, NewKeys, ReceivedEvent};
use std::time::Duration;
use zeroize::Zeroizing;

fn events(id: &str) -> Vec<ReceivedEvent> {
    let keys = NewKeys { index: Zeroizing::new([1; 32]), seal: Zeroizing::new([2; 32]) };
    let keyring = Keyring::parse(&keys.to_file()).unwrap();
    let message = format!(
        "MSH|^~\\&|A|B|||20250101120000||ADT^A01|{id}|P|2.5\rEVN||20250101120000\rPID|||{id}\rPV1||I|W||||||||||||||||{id}\r"
    );
    let translation = adapter::translate(&SourceProfile::new("kys", Format::Hl7v2), &keyring, message.as_bytes());
    let Outcome::Events(events) = translation.outcome else { panic!("{:?}", translation.outcome) };
    let received_at = Instant::from_micros(1).unwrap();
    events.into_iter().map(|event| ReceivedEvent { received_at, event }).collect()
}

fn part(id: &str, at: i64, bytes: usize) -> Part {
    let at = Instant::from_micros(at).unwrap();
    let heartbeat = SourceWatermark { source: "kys".to_owned(), at };
    Part { events: events(id), heartbeat: Some(heartbeat), bytes, ..Part::default() }
}

#[tokio::test]
async fn what_waits_is_one_batch_up_to_the_limits() {
    let (queue, mut items) = Queue::new(64 << 10, 100);
    for (n, bytes) in [10, 10, MAX_BYTES, 10].into_iter().enumerate() {
        let at = i64::try_from(n).unwrap();
        drop(queue.enqueue(part(&format!("V{n}"), 10 - at, bytes)).await.unwrap());
    }
    drop(queue);
    let mut next = None;
    let mut sizes = Vec::new();
    while let Some(pending) = gather(&mut next, &mut items, 0).await {
        assert_eq!(pending.batch.watermarks.len(), 1);
        if sizes.is_empty() {
            assert_eq!(
                pending.batch.watermarks[0].watermark.sources[0].at,
                Instant::from_micros(10).unwrap(),
                "the latest of two"
            );
        }
        sizes.push(pending.waiting.len());
    }
    assert_eq!(sizes, [2, 1, 1]);
}

#[tokio::test]
async fn each_message_gets_its_own_outcome() {
    let (queue, mut items) = Queue::new(64 << 10, 100);
    let [one, two] = [queue.enqueue(part("1", 1, 1)).await, queue.enqueue(part("2", 2, 1)).await].map(Option::unwrap);
    let three = queue.enqueue(part("3", 3, 1)).await.unwrap();
    let pending = gather(&mut None, &mut items, 0).await.unwrap();
    let ids = |part: usize| {
        let events = &pending.batch.events[pending.waiting[part].events.clone()];
        events.iter().map(|it| it.event.id).collect::<Vec<_>>()
    };
    let (culprits, copies) = (ids(1), ids(2));
    pending.answer(&Applied { culprits, copies, ..Applied::default() });
    assert_eq!(one.done().await, Some(Done::Stored));
    assert_eq!(two.done().await, Some(Done::Refused));
    assert_eq!(three.done().await, Some(Done::Duplicate));
}

#[tokio::test]
async fn the_parts_of_a_batch_are_what_was_queued() {
    let (queue, mut items) = Queue::new(64 << 10, 100);
    let mut waits = Vec::new();
    for id in ["1", "2", "3"] {
        waits.push(queue.enqueue(part(id, 1, 1)).await.unwrap());
    }
    let pending = gather(&mut None, &mut items, 0).await.unwrap();
    let batches: Vec<_> = pending.waiting.iter().map(|waiting| waiting.batch(&pending.batch)).collect();
    for (batch, id) in batches.iter().zip(["1", "2", "3"]) {
        assert_eq!(batch.events, events(id));
        assert_eq!(batch.watermarks.len(), 1);
    }
}

#[tokio::test]
async fn a_sender_of_the_last_batch_that_sends_at_once_is_in_the_next() {
    let (queue, mut items) = Queue::new(64 << 10, 100);
    let mut waits = vec![queue.enqueue(part("1", 1, 1)).await.unwrap()];
    // The second comes when the first has been taken.
    let mut next = None;
    let (pending, second) = tokio::join!(gather(&mut next, &mut items, 2), queue.enqueue(part("2", 2, 1)));
    assert_eq!(pending.unwrap().waiting.len(), 2);
    waits.push(second.unwrap());
    waits.push(queue.enqueue(part("3", 3, 1)).await.unwrap());
    let pending = gather(&mut None, &mut items, 2).await.unwrap();
    assert_eq!(pending.waiting.len(), 1, "nobody is waited for without end");
}

#[tokio::test]
async fn the_queue_is_bounded_in_bytes() {
    let (queue, mut items) = Queue::new(8, 100);
    let _first = queue.enqueue(part("1", 1, 6 << 10)).await.unwrap();
    let second = queue.enqueue(part("2", 1, 6 << 10));
    tokio::pin!(second);
    assert!(tokio::time::timeout(Duration::from_millis(20), &mut second).await.is_err(), "there is no room");
    let pending = gather(&mut None, &mut items, 0).await.unwrap();
    pending.answer(&Applied::default());
    assert!(second.await.is_some(), "an answer makes room");
}
