//! What one event says of links, in any order and any number of times.

use super::{Decision, Former, Links, PresentedSet, pair};
use event::{Authority, Body, HETU_SYSTEM, IdentityEvent, OrderKey, Received};

impl Links {
    /// Takes in one event: in any order, any number of times.
    pub fn learn(&mut self, received: &Received) {
        let (event, key) = (&received.event, order_key(received));
        let record = self.records.entry(event.record.key).or_default();
        record.system.clone_from(&event.record.system);
        for presented in &event.presented {
            let set = PresentedSet { key, tokens: presented.tokens.clone() };
            match record.presented.get_mut(&presented.system) {
                Some(known) if known.key < key => *known = set,
                Some(_) => {}
                None => {
                    record.presented.insert(presented.system.clone(), set);
                }
            }
        }
        if let Body::Identity(IdentityEvent::NationalIdChanged(x)) = &event.body {
            // The report may name the client by the old code only: whoever it is presents the new one from now on.
            if x.authority == Authority::Source && !x.new.is_empty() {
                let set = PresentedSet { key, tokens: x.new.clone() };
                let known = record.presented.entry(HETU_SYSTEM.to_owned()).or_insert_with(|| set.clone());
                if known.key <= key {
                    *known = set;
                }
            }
            let changed = x.old.iter().map(|token| (token, true)).chain(x.new.iter().map(|token| (token, false)));
            for (token, former) in changed {
                let said = Former { authority: x.authority, key, former };
                let known = record.former.entry(*token).or_insert(said);
                *known = said.max(*known);
            }
        }
        let (other, authority, together) = match &event.body {
            Body::Identity(IdentityEvent::IdentitiesMerged(x)) => (&x.subsumed, x.authority, true),
            Body::Identity(IdentityEvent::IdentitiesUnmerged(x)) => (&x.separated, x.authority, false),
            _ => return,
        };
        if other.key == event.record.key {
            return;
        }
        self.records.entry(other.key).or_default().system.clone_from(&other.system);
        let decision = Decision { authority, key, together };
        let known = self.decided.entry(pair(event.record.key, other.key)).or_insert(decision);
        *known = decision.max(*known);
    }
}

/// The place of what an event says of links: by the minute in which it was recorded, then by arrival.
///
/// Registers that are learnt in any order need a total order, so they cannot compare by the precision of each time as facts
/// of a view do (`Mark`). To the minute is how most write it: what was recorded to the second in that minute is not before or
/// after it, and a sequence number may have begun anew.
fn order_key(received: &Received) -> OrderKey {
    const MINUTE: i64 = 60_000_000;
    let key = received.order_key();
    let time = key.time.plus_micros(-key.time.as_micros().rem_euclid(MINUTE));
    OrderKey { time, sequence: None, ..key }
}
