//! Random histories of made-up clients: what the laws are tried on.
//!
//! A seed always gives the same history. It has what real feeds have: several sources that know the same people by
//! different numbers, placeholder and mistyped identity codes, merges and their undoing, ties within a minute, clocks in
//! 2029, cancellations before what they cancel, missing visit numbers, and copies that differ because an adapter was
//! corrected.
//!
//! A type has a row in its family's file if its fields hang together. Each other type is drawn field by field.

mod chance;
mod draw;
mod list;
mod permission;
mod person;
mod referral;
mod stay;
mod worker;

pub use crate::keyring::keyring;
pub use chance::Chance;

use crate::body::{BodyType, TYPES};
use draw::Draw;
use event::{
    Body, Event, HETU_SYSTEM, Instant, Keyring, ListEvent, Presented, ReceivedEvent, Register, StreamId,
    TranslationWithdrawn, event_id,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use uuid::Uuid;

/// The first instant of every history: 2026-03-02T06:00:00Z.
pub const START: i64 = 1_772_431_200_000_000;

const SOURCES: &[(&str, Register)] =
    &[("kys", Register::Patient), ("tk", Register::Patient), ("sos", Register::Social)];

/// The bodies, by family.
const FAMILIES: &[&[draw::Row]] =
    &[stay::ROWS, referral::ROWS, person::ROWS, worker::ROWS, list::ROWS, permission::ROWS];

struct Author<'a> {
    keys: &'a Keyring,
    chance: Chance,
    people: u64,
    /// The last list in the streams of a source and person.
    lists: BTreeMap<(String, u64), Uuid>,
}

/// A history of `messages` messages about a handful of people, in the order of receipt. Some events are in it twice, with
/// different copies.
#[must_use]
pub fn history(seed: u64, messages: u64) -> Vec<ReceivedEvent> {
    let keys = keyring();
    let chance = Chance::new(seed);
    let mut author = Author { keys: &keys, people: 3 + seed % 10, chance, lists: BTreeMap::new() };
    let mut events = Vec::new();
    for message in 0..messages {
        author.message(message, &mut events);
    }
    for at in 0..events.len() {
        if author.chance.once_in(9) {
            let copy = author.copy(&events[at]);
            events.push(copy);
        }
    }
    events
}

/// A body of each row, and of each type without a row, for one person, one record and one time. It stays the same as
/// long as the row or the type does.
#[must_use]
pub fn bodies(keys: &Keyring, record: &StreamId, id: Uuid) -> Vec<Body> {
    let (source, person, recorded, list) = ("kys", 1, at(0), Uuid::nil());
    let make = |make: &dyn Fn(&mut Draw<'_>) -> Option<Body>| {
        let (chance, other) = (&mut Chance::new(0), record.clone());
        make(&mut Draw { keys, chance, source, person, record, id, recorded, other, list })
    };
    let rows = FAMILIES.iter().copied().flatten().filter_map(|(_, row)| make(&|draw| Some(row(draw))));
    rows.chain(WITHOUT_ROW.iter().filter_map(|of| make(&|draw| of.body(draw)))).collect()
}

/// The types that no row draws.
static WITHOUT_ROW: LazyLock<Vec<&BodyType>> = LazyLock::new(|| {
    let keys = keyring();
    let record = keys.record("kys", "own", "1");
    let rows = FAMILIES.iter().copied().flatten().map(|(_, row)| {
        let (chance, other) = (&mut Chance::new(0), record.clone());
        let (keys, record, id, recorded, list) = (&keys, &record, Uuid::nil(), at(0), Uuid::nil());
        row(&mut Draw { keys, chance, source: "kys", person: 1, record, id, recorded, other, list }).type_name()
    });
    // A translation is withdrawn by a copy of its event.
    let drawn: BTreeSet<&str> = rows.chain(["TranslationWithdrawn"]).collect();
    TYPES.iter().filter(|of| !drawn.contains(of.name().as_str())).collect()
});

impl Author<'_> {
    fn message(&mut self, number: u64, events: &mut Vec<ReceivedEvent>) {
        let person = self.chance.below(self.people);
        let Some(&(source, register)) = self.chance.pick(SOURCES) else {
            return;
        };
        let received = at(number * 20 + self.chance.below(20));
        // The source's clock shows only minutes; now and then it is late, early, or in 2029.
        let minute = (number * 20 / 60) * 60;
        let recorded = match self.chance.below(16) {
            0 => at(minute.saturating_sub(600)),
            1 => at(minute + 300),
            2 => Instant::from_micros(1_880_000_000_000_000).unwrap_or(received),
            _ => at(minute),
        };
        let recorded_width = *self.chance.pick(&[0, 1_000_000, 60_000_000]).unwrap_or(&0);
        let sequence = self.chance.once_in(3).then_some(i64::try_from(number % 7).unwrap_or_default());
        let (record, presented) = self.identity(source, person);
        let digest = [u8::try_from(number % 251).unwrap_or_default(); 32];
        let message_id = format!("m{number}");
        for ordinal in 0..=u32::from(self.chance.once_in(4)) {
            let id = event_id(source, &message_id, &digest, ordinal);
            let Some(body) = self.body(source, person, &record, id, recorded) else { continue };
            let event = Event {
                id,
                source: source.to_owned(),
                message: self.keys.token("message", source, &message_id),
                adapter_version: 1,
                relayed: None,
                happened_at: recorded.plus_seconds(-i64::try_from(self.chance.below(3) * 60).unwrap_or_default()),
                recorded_at: recorded,
                recorded_width,
                sequence,
                ordinal,
                register,
                record: record.clone(),
                presented: presented.clone(),
                body,
                controller: None,
                author_role: None,
            };
            if matches!(
                event.body,
                Body::List(
                    ListEvent::CurrentStaysStated(_) | ListEvent::WorkersStated(_) | ListEvent::DirectoryStated(_)
                )
            ) {
                self.lists.insert((source.to_owned(), person), id);
            }
            events.push(ReceivedEvent { received_at: received, event });
        }
    }

    /// The record and the identifiers that it presents: mostly the person's own, now and then none, somebody else's or
    /// too many.
    fn identity(&mut self, source: &str, person: u64) -> (StreamId, Vec<Presented>) {
        let own_system = format!("{source}-number");
        let own_value = format!("{source}-{person}-{}", self.chance.below(2));
        let hetu = |n: u64| self.keys.identifier(HETU_SYSTEM, &format!("hetu-{n}"));
        let (own, placeholder, other) = (hetu(person), hetu(999), hetu((person + 1) % self.people));
        let mut presented = Vec::new();
        // In one history of three a placeholder stands for many: enough to crowd it.
        let placeholders = if self.people.is_multiple_of(3) { 8 } else { 1 };
        let tokens = match self.chance.below(20) {
            at @ 0..12 => vec![if at < placeholders { placeholder } else { own }],
            12 => vec![other],
            13 => vec![own, other],
            14 => vec![],
            _ => return (self.keys.record(source, &own_system, &own_value), presented),
        };
        let mut tokens = tokens;
        tokens.sort();
        tokens.dedup();
        presented.push(Presented { system: HETU_SYSTEM.to_owned(), tokens });
        if self.chance.once_in(2) {
            let token = self.keys.identifier(&own_system, &own_value);
            presented.push(Presented { system: own_system.clone(), tokens: vec![token] });
        }
        let record = match self.chance.below(6) {
            0 => self.keys.record(source, HETU_SYSTEM, &format!("hetu-{person}")),
            _ => self.keys.record(source, &own_system, &own_value),
        };
        (record, presented)
    }

    fn another_record(&mut self) -> StreamId {
        let person = self.chance.below(self.people);
        let source = self.chance.pick(SOURCES).map_or("kys", |(name, _)| name);
        let value = format!("{source}-{person}-{}", self.chance.below(2));
        self.keys.record(source, &format!("{source}-number"), &value)
    }

    fn body(&mut self, source: &str, person: u64, record: &StreamId, id: Uuid, recorded: Instant) -> Option<Body> {
        let other = self.another_record();
        let list = self.lists.get(&(source.to_owned(), person)).copied().unwrap_or_default();
        let (keys, chance) = (self.keys, &mut self.chance);
        Draw { keys, chance, source, person, record, id, recorded, other, list }.body(FAMILIES)
    }

    /// A copy with the same id, as a corrected adapter or another time of receipt would give it.
    fn copy(&mut self, original: &ReceivedEvent) -> ReceivedEvent {
        let mut copy = original.clone();
        if self.chance.once_in(2) {
            let seconds = i64::try_from(self.chance.below(600)).unwrap_or_default() - 300;
            copy.received_at = copy.received_at.plus_seconds(seconds);
        }
        if self.chance.once_in(2) {
            copy.event.adapter_version = 2;
            if self.chance.once_in(4) {
                // Translated again, and it gives no event any more.
                copy.event.body = Body::from(TranslationWithdrawn);
                copy.event.presented.clear();
            } else if self.chance.once_in(2) {
                let person = self.chance.below(self.people);
                (copy.event.record, copy.event.presented) = self.identity(&copy.event.source, person);
            }
        }
        copy
    }
}

fn at(seconds: u64) -> Instant {
    let start = Instant::from_micros(START).unwrap_or(Instant::MIN);
    start.plus_seconds(i64::try_from(seconds).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_is_drawn() {
        let keys = keyring();
        let bodies = bodies(&keys, &keys.record("kys", "own", "1"), Uuid::nil());
        let drawn: BTreeSet<&str> = bodies.iter().map(Body::type_name).chain(["TranslationWithdrawn"]).collect();
        assert_eq!(drawn, Body::TYPES.iter().copied().collect());
    }
}
