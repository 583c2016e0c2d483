//! What one event contributes to links, in any order and any number of times.

use super::{Decision, Former, Links, PresentedSet, pair};
use event::{Authority, Body, HETU_SYSTEM, IdentityEvent, NationalIdChanged, OrderKey, ReceivedEvent, StreamId, Token};

impl Links {
    /// Takes in one event: in any order, any number of times.
    pub fn learn(&mut self, received: &ReceivedEvent) {
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
        let Body::Identity(identity) = &event.body else { return };
        match identity {
            IdentityEvent::NationalIdChanged(x) => self.change(event.record.key, key, x),
            IdentityEvent::IdentitiesMerged(x) => {
                self.decide(event.record.key, &x.subsumed, Decision { authority: x.authority, key, together: true });
            }
            IdentityEvent::RecordsLinked(x) => {
                self.decide(event.record.key, &x.other, Decision { authority: x.authority, key, together: true });
            }
            IdentityEvent::IdentitiesUnmerged(x) => {
                self.decide(event.record.key, &x.separated, Decision { authority: x.authority, key, together: false });
            }
        }
    }

    fn change(&mut self, record: Token, key: OrderKey, changed: &NationalIdChanged) {
        let record = self.records.entry(record).or_default();
        // The report may name the client only by the old code: from now on that client's record presents the new one.
        if changed.authority == Authority::Source && !changed.new.is_empty() {
            let set = PresentedSet { key, tokens: changed.new.clone() };
            let known = record.presented.entry(HETU_SYSTEM.to_owned()).or_insert_with(|| set.clone());
            if known.key <= key {
                *known = set;
            }
        }
        let old = changed.old.iter().map(|token| (token, true));
        for (token, former) in old.chain(changed.new.iter().map(|token| (token, false))) {
            let reported = Former { authority: changed.authority, key, former };
            let known = record.former.entry(*token).or_insert(reported);
            *known = reported.max(*known);
        }
    }

    fn decide(&mut self, record: Token, other: &StreamId, decision: Decision) {
        if other.key == record {
            return;
        }
        self.records.entry(other.key).or_default().system.clone_from(&other.system);
        let known = self.decided.entry(pair(record, other.key)).or_insert(decision);
        *known = decision.max(*known);
    }
}

/// The place of an event among links: by the minute in which it was recorded, then by arrival.
///
/// Registers that are learnt in any order need a total order, so they cannot compare by the precision of each time as
/// the facts of a view do (`Mark`). Most sources write times to the minute: what was recorded to the second in that
/// minute is neither before nor after it, and a sequence number may have restarted.
fn order_key(received: &ReceivedEvent) -> OrderKey {
    const MINUTE: i64 = 60_000_000;
    let key = received.order_key();
    let time = key.time.plus_micros(-key.time.as_micros().rem_euclid(MINUTE));
    OrderKey { time, sequence: None, ..key }
}
