//! Every type with a field that may be absent: with one value in each such field, with another one, and without.

use crate::{ago, key, sealed};
use event::{Body, Instant, Sealed, StreamId, Token, Worker};
use testkit::body::{BodyType, Values};

/// The values of the fields that may be absent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fields {
    These,
    Others,
    None,
}

pub(super) struct Author<'a> {
    pub(super) fields: Fields,
    pub(super) of: &'a BodyType,
}

impl Author<'_> {
    pub(super) fn body(mut self) -> Option<Body> {
        self.of.body(&mut self)
    }

    /// One value in a field that may be absent, and in any other always the same.
    fn of<T>(&self, field: &str, these: T, others: T) -> T {
        let other = self.fields == Fields::Others && self.of.optional().any(|it| it == field);
        if other { others } else { these }
    }
}

impl Values for Author<'_> {
    fn is_there(&mut self, field: &str) -> bool {
        super::is_key(self.of, field) || (self.fields != Fields::None && !super::is_left_out(&self.of.name(), field))
    }

    fn token(&mut self, field: &str) -> Token {
        if super::is_key(self.of, field) { key(field, "1") } else { self.of(field, key(field, "a"), key(field, "b")) }
    }

    fn text(&mut self, field: &str) -> String {
        self.of(field, "a", "b").to_owned()
    }

    fn one_of<'a, T>(&mut self, field: &str, all: &'a [T]) -> Option<&'a T> {
        self.of(field, all.first(), all.get(1))
    }

    fn time(&mut self, field: &str) -> Instant {
        match field {
            "started_at" | "from" | "starts_at" | "confirmed_at" => self.of(field, ago(9), ago(20)),
            "ended_at" => ago(1),
            _ => self.of(field, ago(-50), ago(-60)),
        }
    }

    fn stream(&mut self, field: &str) -> StreamId {
        StreamId { key: self.token(field), system: "own".to_owned() }
    }

    fn worker(&mut self, field: &str) -> Sealed<Worker> {
        self.of(field, sealed("A"), sealed("B"))
    }
}
