//! Tables of cases: what a sequence of events leaves of one entity.

use super::{Evolve, evolve};
use crate::fact::Reported;
use event::{Body, Code, Instant, PersonUpdated, ReceivedEvent, Sealed, Token, Worker};
use std::collections::BTreeMap;
use std::fmt::Debug;
use testkit::history::{START, keyring};

/// Events in the order of the fold.
pub(crate) struct Given<V>(Vec<(Reported, V)>);

/// Events with the minute at which each took place and was recorded; received in the order in which they stand here.
pub(crate) fn given<V>(events: impl IntoIterator<Item = (i64, V)>) -> Given<V> {
    let received = events.into_iter().enumerate().map(|(n, (minute, event))| {
        let body = Body::from(PersonUpdated::default());
        let of = testkit::case::reported(&n.to_string(), at(minute), keyring().record("test", "own", "1"), body);
        let seconds = i64::try_from(n).unwrap();
        (ReceivedEvent { received_at: at(1000).plus_seconds(seconds), event: of }, event)
    });
    let mut received: Vec<_> = received.collect();
    received.sort_by_key(|(it, _)| it.order_key());
    Given(received.into_iter().map(|(it, event)| (Reported::of(&it), event)).collect())
}

impl<V> Given<V> {
    /// They leave this of an entity that they are folded into.
    #[track_caller]
    pub(crate) fn then<E: Evolve<Event = V>, T: Debug + PartialEq>(self, what: impl Fn(&E) -> T, expected: T) {
        let mut all = BTreeMap::new();
        self.0.iter().for_each(|(reported, event)| evolve(&mut all, key("1"), reported, event));
        assert_eq!(all.get(&key("1")).map(what), Some(expected));
    }

    /// What they leave of `state`, which is no [`Evolve`].
    pub(crate) fn fold<S>(self, mut state: S, step: impl Fn(&mut S, &Reported, &V)) -> S {
        self.0.iter().for_each(|(reported, event)| step(&mut state, reported, event));
        state
    }
}

pub(crate) fn at(minute: i64) -> Instant {
    Instant::from_micros(START).unwrap().plus_seconds(60 * minute)
}

pub(crate) fn key(value: &str) -> Token {
    keyring().token("case", "test", value)
}

pub(crate) fn code(text: &str) -> Option<Code> {
    Code::try_new(text).ok()
}

pub(crate) fn worker(name: &str) -> Sealed<Worker> {
    let record = keyring().record("test", "own", "1");
    let [phone, email, hours, unit] = [const { String::new() }; 4];
    keyring().sealer(record.key, uuid::Uuid::nil()).seal(&Worker { name: name.into(), phone, email, hours, unit })
}
