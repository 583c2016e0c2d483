//! Senders that never stop: each keeps a message until it is acknowledged, as hospitals do. When the connection ends
//! before the answer, what came of it is not known, and the very same bytes are sent again.
//!
//! The hospital reports admissions and discharges over MLLP, social care reports clientships over HTTP: of the same people at
//! about the same time, so that two projectors are at work on one client.

use crate::clock::now;
use jiff::ToSpan;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::Duration;
use testkit::county::{SOCIAL_TOKEN, Visit, adt, person, social};
use testkit::wire::{EVENT, Mllp, acknowledgement_code, post};
use uuid::Uuid;

/// Of the hospital, and as many of social care.
const SENDERS: u32 = 6;
/// The pause between two messages of one sender: the machine has others to run too.
const PACE: Duration = Duration::from_millis(20);
/// Longer than the product holds a message (8 s).
const ANSWER: Duration = Duration::from_secs(15);

/// Where a process listens now; 0: nowhere.
pub(super) type Port = Arc<AtomicU16>;

/// What was sent, and its acknowledgement.
#[derive(Default)]
pub(super) struct Load {
    ledger: Mutex<Ledger>,
    /// Messages on the wire, those that were sent again counted again.
    pub(super) sendings: AtomicU64,
    stop: AtomicBool,
    paused: AtomicBool,
}

/// By the ids of the events that the messages give.
#[derive(Clone, Default)]
pub(super) struct Ledger {
    pub(super) sent: BTreeSet<Uuid>,
    pub(super) acknowledged: BTreeSet<Uuid>,
    /// The messages that were acknowledged and not yet found in the record.
    pub(super) fresh: Vec<Message>,
    /// Answers that were no AA.
    pub(super) refused: u64,
}

/// A message, and the event that it gives.
#[derive(Clone, Debug)]
pub(super) struct Message {
    bytes: String,
    pub(super) event: Uuid,
    /// Who it is about.
    pub(super) of: u32,
    /// Once it is stored, its client is in hospital, and no other message changes that.
    pub(super) stays: bool,
}

impl Message {
    fn new(source: &str, id: &str, bytes: String, of: u32, stays: bool) -> Self {
        let digest: [u8; 32] = Sha256::digest(bytes.as_bytes()).into();
        Self { event: event::event_id(source, id, &digest, 0), bytes, of, stays }
    }
}

fn clientship(n: u32) -> Message {
    let id = format!("S{n}");
    let data = json!({"clientship": id, "service_task": "adults"});
    let event = social("ClientshipOpened", &id, now(), &person(n), data);
    Message::new("sosiaali", &id, event.to_string(), n, false)
}

/// The admission of somebody, and every third time the discharge of somebody else.
fn stay(n: u32) -> Message {
    let (trigger, of) = if n.is_multiple_of(3) && n > 0 { ("A03", n - 1) } else { ("A01", n) };
    let number = format!("V{of}");
    let now = now();
    let ago = |minutes: i64| now.checked_sub(minutes.minutes()).unwrap_or(now);
    let visit = Visit {
        number: &number,
        class: "I",
        ward: "OS3",
        started: Some(ago(120)),
        ended: (trigger == "A03").then(|| ago(1)),
        ..Visit::default()
    };
    let id = format!("L{n}");
    let bytes = adt(trigger, &id, ago(60), &person(of), &visit);
    Message::new("keskussairaala", &id, bytes, of, n % 3 == 1)
}

/// What came of a sending.
enum Sent {
    Acknowledged,
    Refused,
    /// It is sent again.
    NotKnown,
}

impl Load {
    /// Sends until [`Self::stop`], to one ingest after another: each with its ports for MLLP and for HTTP.
    pub(super) fn run(&self, ingests: &[(Port, Port)]) {
        std::thread::scope(|scope| {
            for sender in 0..SENDERS {
                scope.spawn(move || self.hospital(sender, ingests));
                scope.spawn(move || self.social_care(sender, ingests));
            }
        });
    }

    /// On a connection of its own as long as it stands.
    fn hospital(&self, sender: u32, ingests: &[(Port, Port)]) {
        let mut connection = None;
        self.send(sender, stay, |message, turn| {
            let port = ingests[turn % ingests.len()].0.load(Ordering::Relaxed);
            let connect = || Mllp::connect(port).and_then(|it| it.patience(ANSWER).map(|()| it));
            let Ok(mut on) = connection.take().map_or_else(connect, Ok) else { return Sent::NotKnown };
            let Ok(answer) = on.send(&message.bytes) else { return Sent::NotKnown };
            connection = Some(on);
            if acknowledgement_code(&answer) == "AA" { Sent::Acknowledged } else { Sent::Refused }
        });
    }

    fn social_care(&self, sender: u32, ingests: &[(Port, Port)]) {
        self.send(sender, clientship, |message, turn| {
            let port = ingests[turn % ingests.len()].1.load(Ordering::Relaxed);
            match post(port, "/events", SOCIAL_TOKEN, EVENT, &message.bytes).map(|it| it.status) {
                Ok(200) => Sent::Acknowledged,
                // Not now.
                Ok(503) | Err(_) => Sent::NotKnown,
                Ok(_) => Sent::Refused,
            }
        });
    }

    fn send(&self, first: u32, make: impl Fn(u32) -> Message, mut give: impl FnMut(&Message, usize) -> Sent) {
        let (mut n, mut turn) = (first, first as usize);
        let mut kept = make(n);
        while !self.stop.load(Ordering::Relaxed) {
            sleep(PACE);
            if self.paused.load(Ordering::Relaxed) {
                continue;
            }
            self.ledger().sent.insert(kept.event);
            self.sendings.fetch_add(1, Ordering::Relaxed);
            let came = give(&kept, turn);
            let mut ledger = self.ledger();
            match came {
                Sent::Acknowledged => {
                    ledger.acknowledged.insert(kept.event);
                    ledger.fresh.push(kept.clone());
                }
                Sent::Refused => ledger.refused += 1,
                Sent::NotKnown => {
                    turn += 1;
                    continue;
                }
            }
            drop(ledger);
            n += SENDERS;
            kept = make(n);
        }
    }

    /// Nothing new is sent; what is on its way is answered.
    pub(super) fn pause(&self, paused: bool) {
        self.paused.store(paused, Ordering::Relaxed);
    }

    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn acknowledged(&self) -> usize {
        self.ledger().acknowledged.len()
    }
}
