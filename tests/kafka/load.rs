//! Senders that never stop: each keeps a message until it is acknowledged, as hospitals do.

use crate::support::ago;
use dev::county::{Visit, adt, person};
use dev::wire::{Mllp, acknowledgement_code};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use uuid::Uuid;

const SENDERS: u32 = 8;

/// What was acknowledged: the ids of the events.
#[derive(Default)]
pub struct Load {
    acknowledged: Mutex<BTreeSet<Uuid>>,
    stop: AtomicBool,
    paused: AtomicBool,
}

/// The admission of somebody, and every third time their discharge: several events to a client, on one record.
fn message(n: u32) -> (String, String) {
    let (trigger, of) = if n.is_multiple_of(3) && n > 0 { ("A03", n - 1) } else { ("A01", n) };
    let number = format!("V{of}");
    let visit = Visit {
        number: &number,
        class: "I",
        ward: "OS3",
        started: Some(ago(7200)),
        ended: (trigger == "A03").then(|| ago(60)),
        ..Visit::default()
    };
    let id = format!("L{n}");
    (adt(trigger, &id, ago(3600), &person(of), &visit), id)
}

impl Load {
    /// Sends until [`Self::stop`], to one port after another.
    pub fn run(&self, ports: &[u16]) {
        std::thread::scope(|scope| {
            for sender in 0..SENDERS {
                scope.spawn(move || self.send(sender, ports));
            }
        });
    }

    fn send(&self, first: u32, ports: &[u16]) {
        let (mut n, mut turn) = (first, first as usize);
        // The very same bytes until they are acknowledged.
        let (mut kept, mut id) = message(n);
        while !self.stop.load(Ordering::Relaxed) {
            turn += 1;
            let Ok(mut connection) = Mllp::connect(ports[turn % ports.len()]) else {
                std::thread::sleep(Duration::from_millis(50));
                continue;
            };
            connection.patience(Duration::from_secs(10)).unwrap();
            while !self.stop.load(Ordering::Relaxed) {
                if self.paused.load(Ordering::Relaxed) {
                    std::thread::sleep(Duration::from_millis(20));
                    continue;
                }
                let Ok(answer) = connection.send(&kept) else { break };
                assert_eq!(acknowledgement_code(&answer), "AA", "{answer}");
                let digest: [u8; 32] = Sha256::digest(kept.as_bytes()).into();
                self.acknowledged().insert(event::event_id("keskussairaala", &id, &digest, 0));
                n += SENDERS;
                (kept, id) = message(n);
            }
        }
    }

    /// Nothing new is sent; what is on its way is answered.
    pub fn pause(&self, paused: bool) {
        self.paused.store(paused, Ordering::Relaxed);
    }

    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    pub fn acknowledged(&self) -> std::sync::MutexGuard<'_, BTreeSet<Uuid>> {
        self.acknowledged.lock().unwrap()
    }

    pub fn count(&self) -> usize {
        self.acknowledged().len()
    }

    /// Waits until so many more are acknowledged.
    pub fn wait_for(&self, more: usize, what: &str) {
        let wanted = self.count() + more;
        for _ in 0..600 {
            if self.count() >= wanted {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("{what}: after a minute only {} of {wanted} messages are acknowledged", self.count());
    }
}
