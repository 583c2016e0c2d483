//! One event of a table of cases.

use crate::keyring::keyring;
use event::{Body, Event, Instant, Register, StreamId, event_id};

/// An event of the source `test` in the patient register. It took place and was recorded `at` one moment, and it presents no
/// identifiers; `name` distinguishes it from the others. A case that needs more sets it: `Event { .., ..reported(..) }`.
#[must_use]
pub fn reported(name: &str, at: Instant, record: StreamId, body: Body) -> Event {
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
