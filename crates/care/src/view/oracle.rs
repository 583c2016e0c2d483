//! Law 2, written plainly: clients and their views are a function of the *set* of events.
//!
//! The store gets there in steps, batch by batch; this computes the result that it must reach. Tests compare the two
//! byte for byte.

use crate::ParallelView;
use crate::identity::link::{Crowded, Links};
use event::{Instant, ReceivedEvent, Token};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Every client of `events`: the records that are one person, and their view.
#[must_use]
pub fn clients(events: &[ReceivedEvent]) -> BTreeMap<BTreeSet<Token>, ParallelView> {
    let joined = joined(events);
    let mut links = Links::default();
    for received in &joined {
        links.learn(received);
    }
    let view = |records: BTreeSet<Token>| {
        let view = ParallelView::fold(joined.iter().filter(|it| records.contains(&it.event.record.key)));
        (records, view)
    };
    links.clients(&Crowded::new()).into_iter().map(view).collect()
}

/// The same, for what was received by `at` (rule R7).
#[must_use]
pub fn clients_as_of(events: &[ReceivedEvent], at: Instant) -> BTreeMap<BTreeSet<Token>, ParallelView> {
    let mut known = joined(events);
    known.retain(|received| received.received_at <= at);
    clients(&known)
}

/// One copy of each event (rule R1).
#[must_use]
pub fn joined(events: &[ReceivedEvent]) -> Vec<ReceivedEvent> {
    let mut by_id: BTreeMap<Uuid, ReceivedEvent> = BTreeMap::new();
    for received in events {
        let copy = match by_id.remove(&received.event.id) {
            Some(known) => known.join(received.clone()),
            None => received.clone(),
        };
        by_id.insert(copy.event.id, copy);
    }
    by_id.into_values().collect()
}
