//! What every target of a format asks of `adapter::translate`, whatever the bytes are.
//!
//! It ends, in order or with a rejection; the same bytes give the same (rule R1); what it gives survives its own
//! encoding; and no rejection quotes the message.

use adapter::{Format, Outcome, SourceProfile};
use event::{Event, Keyring};
use std::sync::LazyLock;

/// Made-up keys.
pub static KEYS: LazyLock<Keyring> = LazyLock::new(|| {
    let key = "42".repeat(32);
    Keyring::parse(&format!("[index]\nid = 1\nkey = \"{key}\"\n[[seal]]\nid = 1\nkey = \"{key}\"\n")).expect("keys")
});

/// A sender that takes as much as can be taken.
pub fn source(format: Format) -> SourceProfile {
    let mut source = SourceProfile::new("fuzz", format);
    source.artificial_hetu = true;
    source.orders_are_referrals = true;
    source
}

/// Translates, and checks what must hold of the outcome.
pub fn translate(format: Format, bytes: &[u8]) {
    let source = source(format);
    let (first, second) = (adapter::translate(&source, &KEYS, bytes), adapter::translate(&source, &KEYS, bytes));
    match (first.outcome, second.outcome) {
        (Outcome::Events(events), Outcome::Events(again)) => {
            assert_eq!(events, again, "the same bytes give the same events");
            for event in events {
                assert_eq!(Event::decode(&event.encode()).expect("an event's own bytes"), event);
            }
        }
        (Outcome::Rejected(rejection), Outcome::Rejected(again)) => {
            assert_eq!(rejection.to_string(), again.to_string());
            // Its words are this program's own, and few.
            assert!(rejection.to_string().len() < 400);
        }
        (Outcome::Ignored, Outcome::Ignored) => {}
        _ => panic!("the same bytes gave another outcome"),
    }
}
