//! What one event contributes to links, in any order and any number of times.

use super::{Former, LinkDecision, Links, PresentedSet, RecordLinks, pair};
use event::{
    Authority, Body, Event, HETU_SYSTEM, IdentityEvent, NationalIdChanged, OrderKey, ReceivedEvent, StreamId, Token,
};
use std::collections::BTreeSet;

impl Links {
    /// Takes in one event: in any order, any number of times.
    pub fn learn(&mut self, received: &ReceivedEvent) {
        let (event, key) = (&received.event, order_key(received));
        let record = self.records.entry(event.record.key).or_default();
        record.system.clone_from(&event.record.system);
        for (system, tokens) in presented(event) {
            let set = || PresentedSet { key, tokens: tokens.to_vec() };
            if system == HETU_SYSTEM {
                record.codes = codes(record, tokens);
            }
            match record.presented.get_mut(system) {
                Some(known) if known.key < key => *known = set(),
                Some(_) => {}
                None => {
                    record.presented.insert(system.to_owned(), set());
                }
            }
        }
        let Body::Identity(identity) = &event.body else { return };
        match identity {
            IdentityEvent::NationalIdChanged(x) => self.change(event.record.key, key, x),
            IdentityEvent::IdentitiesMerged(x) => {
                self.decide(
                    event.record.key,
                    &x.subsumed,
                    LinkDecision { authority: x.authority, key, together: true },
                );
            }
            IdentityEvent::RecordsLinked(x) => {
                self.decide(event.record.key, &x.other, LinkDecision { authority: x.authority, key, together: true });
            }
            IdentityEvent::IdentitiesUnmerged(x) => {
                self.decide(
                    event.record.key,
                    &x.separated,
                    LinkDecision { authority: x.authority, key, together: false },
                );
            }
        }
    }

    /// Must the history be read to apply this event? Yes, if it presents other identifiers than the stored register and its key
    /// is higher than the stored one, or if its system is the first to be compared.
    #[must_use]
    pub fn needs_history(&self, received: &ReceivedEvent) -> bool {
        let Some(record) = self.records.get(&received.event.record.key) else { return false };
        presented(&received.event).any(|(system, tokens)| match record.presented.get(system) {
            Some(known) => known.tokens != tokens && known.key < order_key(received),
            None => record.is_compared(system),
        })
    }

    fn change(&mut self, record: Token, key: OrderKey, changed: &NationalIdChanged) {
        let record = self.records.entry(record).or_default();
        let old = changed.old.iter().map(|token| (token, true));
        for (token, former) in old.chain(changed.new.iter().map(|token| (token, false))) {
            let reported = Former { authority: changed.authority, key, former };
            let known = record.former.entry(*token).or_insert(reported);
            *known = reported.max(*known);
        }
    }

    fn decide(&mut self, record: Token, other: &StreamId, decision: LinkDecision) {
        if other.key == record {
            return;
        }
        self.records.entry(other.key).or_default().system.clone_from(&other.system);
        let known = self.decided.entry(pair(record, other.key)).or_insert(decision);
        *known = decision.max(*known);
    }
}

/// The identity codes that the record has presented, each as its only one, once it has presented others: a set, so that the
/// order of events is nothing to it.
fn codes(record: &RecordLinks, presented: &[Token]) -> BTreeSet<Token> {
    let known = record.presented.get(HETU_SYSTEM).map(|set| set.tokens.as_slice());
    if known.is_none_or(|known| known == presented) && record.codes.is_empty() {
        return BTreeSet::new();
    }
    let single = |tokens: &[Token]| if let [token] = tokens { Some(*token) } else { None };
    let both = known.and_then(single).into_iter().chain(single(presented));
    record.codes.iter().copied().chain(both).collect()
}

/// The identifiers that an event presents, by system. The report of a changed code may name the client only by the old one:
/// from then on the client's record presents the new one.
fn presented(event: &Event) -> impl Iterator<Item = (&str, &[Token])> {
    let changed = if let Body::Identity(IdentityEvent::NationalIdChanged(x)) = &event.body { Some(x) } else { None };
    let changed = changed.filter(|x| x.authority == Authority::Source && !x.new.is_empty());
    let changed = changed.map(|x| (HETU_SYSTEM, x.new.as_slice()));
    let named = event.presented.iter().map(|it| (it.system.as_str(), it.tokens.as_slice()));
    named.filter(move |(system, _)| changed.is_none() || *system != HETU_SYSTEM).chain(changed)
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
