//! Senders that never stop: each keeps a message until it is acknowledged, as hospitals do. When the connection ends
//! before the answer, what came of it is not known, and the very same bytes are sent again.

use crate::county::{Visit, adt, person};
use crate::wire::{Mllp, acknowledgement_code};
use jiff::{Timestamp, ToSpan};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::Duration;
use uuid::Uuid;

const SENDERS: u32 = 8;
/// Between two messages of one sender: the machine has others to run too.
const PACE: Duration = Duration::from_millis(20);
/// Longer than the product holds a message (8 s).
const ANSWER: Duration = Duration::from_secs(15);

/// Where a process listens now; 0: nowhere.
pub(super) type Port = Arc<AtomicU16>;

/// What was sent, and what was said of it.
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
    /// The messages that were acknowledged and not yet found in the record: their numbers, and their events.
    pub(super) fresh: Vec<(u32, Uuid)>,
    /// Answers that were no AA.
    pub(super) refused: u64,
}

/// The admission of somebody, and every third time the discharge of somebody else: several events to a client, on one
/// record.
fn message(n: u32) -> (String, Uuid) {
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
    let digest: [u8; 32] = Sha256::digest(bytes.as_bytes()).into();
    let event = event::event_id("keskussairaala", &id, &digest, 0);
    (bytes, event)
}

/// Of this one there is an admission and nothing more, once its message is acknowledged.
pub(super) fn stays(n: u32) -> bool {
    n % 3 == 1
}

#[expect(clippy::disallowed_methods, reason = "messages are sent as of now")]
fn now() -> Timestamp {
    Timestamp::now()
}

impl Load {
    /// Sends until [`Self::stop`], to one ingest after another.
    pub(super) fn run(&self, ingests: &[Port]) {
        std::thread::scope(|scope| {
            for sender in 0..SENDERS {
                scope.spawn(move || self.send(sender, ingests));
            }
        });
    }

    fn send(&self, first: u32, ingests: &[Port]) {
        let (mut n, mut turn) = (first, first as usize);
        let (mut kept, mut id) = message(n);
        while !self.stop.load(Ordering::Relaxed) {
            turn += 1;
            let port = ingests[turn % ingests.len()].load(Ordering::Relaxed);
            let connected = (port > 0).then(|| Mllp::connect(port)).and_then(Result::ok);
            let Some(mut connection) = connected.filter(|it| it.patience(ANSWER).is_ok()) else {
                sleep(PACE * 2);
                continue;
            };
            while !self.stop.load(Ordering::Relaxed) {
                sleep(PACE);
                if self.paused.load(Ordering::Relaxed) {
                    continue;
                }
                self.ledger().sent.insert(id);
                self.sendings.fetch_add(1, Ordering::Relaxed);
                let Ok(answer) = connection.send(&kept) else { break };
                let mut ledger = self.ledger();
                if acknowledgement_code(&answer) == "AA" {
                    ledger.acknowledged.insert(id);
                    ledger.fresh.push((n, id));
                } else {
                    ledger.refused += 1;
                }
                drop(ledger);
                n += SENDERS;
                (kept, id) = message(n);
            }
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
