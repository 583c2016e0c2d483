//! One event of a table of cases: what matters to a case is what it says, of whose record, and when.

use crate::history::keyring;
use event::{Body, Event, Instant, Record, Register, event_id};

/// An event of the source `test`, of the patient register, that took place and was recorded `at` one moment and presents
/// no identifiers; `name` tells it from the others. A case that is about anything else says so: `Event { .., ..told(..) }`.
#[must_use]
pub fn told(name: &str, at: Instant, record: Record, body: Body) -> Event {
    Event {
        id: event_id("test", name, &[0; 32], 0),
        source: "test".into(),
        message: keyring().token("message", "test", name),
        adapter_version: 1,
        relayed: None,
        happened_at: at,
        recorded_at: at,
        recorded_width: 0,
        sequence: None,
        ordinal: 0,
        register: Register::Patient,
        record,
        presented: Vec::new(),
        body,
        controller: None,
        author_role: None,
    }
}
