//! What the body of one event is drawn from.

use super::{Chance, WITHOUT_ROW};
use crate::body::Values;
use event::{Authority, Body, Code, HETU_SYSTEM, Instant, Keyring, Plain, Sealed, StreamId, Token, Ward, Worker};
use uuid::Uuid;

/// How often a body occurs beside the others, and how it is made.
pub(super) type Row = (u64, fn(&mut Draw<'_>) -> Body);

/// One event to be made: its client and its time, and helpers that draw the rest.
pub(super) struct Draw<'a> {
    pub keys: &'a Keyring,
    pub chance: &'a mut Chance,
    pub source: &'a str,
    pub person: u64,
    pub record: &'a StreamId,
    pub id: Uuid,
    pub recorded: Instant,
    /// A record that may be another person's.
    pub other: StreamId,
    /// A list that was stated in the person's streams.
    pub list: Uuid,
}

impl Draw<'_> {
    /// One of the rows, by their weights, or one of the types that have no row.
    pub fn body(&mut self, families: &[&[Row]]) -> Option<Body> {
        let rows = || families.iter().copied().flatten();
        let others = WITHOUT_ROW.len() as u64;
        let mut at = self.chance.below(rows().map(|(weight, _)| weight).sum::<u64>() + others);
        for (weight, make) in rows() {
            match at.checked_sub(*weight) {
                Some(rest) => at = rest,
                None => return Some(make(self)),
            }
        }
        WITHOUT_ROW.get(usize::try_from(at).ok()?)?.body(self)
    }

    /// One of two keys of this kind that the person has.
    pub fn key(&mut self, kind: &str) -> Token {
        let n = self.chance.below(2);
        self.key_of(kind, n)
    }

    /// The person's key of this kind with this number.
    pub fn key_of(&self, kind: &str, n: u64) -> Token {
        self.keys.token(kind, self.source, &format!("{}-{n}", self.person))
    }

    /// A stay, now and then without its key.
    pub fn stay(&mut self) -> Option<Token> {
        let key = self.key("stay");
        (!self.chance.once_in(7)).then_some(key)
    }

    pub fn referral(&mut self) -> Token {
        let n = self.chance.below(2);
        self.keys.token("referral", "kys", &format!("{}-{n}", self.person))
    }

    pub fn worker_key(&mut self) -> Token {
        let n = self.chance.below(4);
        self.keys.token("worker", self.source, &n.to_string())
    }

    pub fn worker(&self, name: &str) -> Sealed<Worker> {
        self.seal(&Worker { name: name.into(), phone: "044 000 0000".into(), ..Worker::default() })
    }

    pub fn seal<T: Plain>(&self, value: &T) -> Sealed<T> {
        self.keys.sealer(self.record.key, self.id).seal(value)
    }

    pub fn ward(&mut self) -> Option<Ward> {
        self.chance.pick(&["OS1", "OS2", "Päivystys"]).and_then(|code| Ward::try_new(code))
    }

    /// The wards of a list: often all of them.
    pub fn wards(&mut self) -> Vec<Ward> {
        let ward = self.ward();
        ward.filter(|_| self.chance.once_in(2)).into_iter().collect()
    }

    pub fn later(&mut self) -> Instant {
        self.recorded.plus_seconds(i64::try_from(self.chance.below(48)).unwrap_or_default() * 3600)
    }

    pub fn maybe_later(&mut self) -> Option<Instant> {
        let later = self.later();
        self.chance.once_in(2).then_some(later)
    }

    pub fn authority(&mut self) -> Authority {
        match self.chance.below(8) {
            0 | 1 => Authority::Steward,
            2 => Authority::Unconfirmed,
            _ => Authority::Source,
        }
    }

    /// The person's identity code, and another; which comes first is drawn.
    pub fn codes(&mut self) -> [Token; 2] {
        let hetu = |n: u64| self.keys.identifier(HETU_SYSTEM, &format!("hetu-{n}"));
        let (one, other) = (hetu(self.person), hetu(self.person + 100));
        if self.chance.once_in(2) { [one, other] } else { [other, one] }
    }
}

impl Values for Draw<'_> {
    fn is_there(&mut self, _: &str) -> bool {
        self.chance.once_in(2)
    }

    fn token(&mut self, field: &str) -> Token {
        match field {
            "worker_key" | "substitute_key" => self.worker_key(),
            "referral" => self.referral(),
            thing => self.key(thing.trim_end_matches("_key")),
        }
    }

    fn text(&mut self, _: &str) -> String {
        self.chance.pick(&["adults", "home-care", "granted"]).map(ToString::to_string).unwrap_or_default()
    }

    fn one_of<'a, T>(&mut self, _: &str, all: &'a [T]) -> Option<&'a T> {
        self.chance.pick(all)
    }

    fn time(&mut self, _: &str) -> Instant {
        if self.chance.once_in(2) { self.recorded } else { self.later() }
    }

    fn stream(&mut self, _: &str) -> StreamId {
        self.other.clone()
    }

    fn worker(&mut self, _: &str) -> Sealed<Worker> {
        Draw::worker(self, "Työntekijä 3")
    }
}

pub(super) fn code(text: &str) -> Option<Code> {
    Code::try_new(text).ok()
}
