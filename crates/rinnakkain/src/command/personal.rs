//! The sealed values of an event, opened for an operator who asked to see them.

use event::{
    AssignmentEvent, Body, DutyContactEvent, Event, HealthSocialWorkEvent, Keyring, PersonEvent, Plain, ReferralEvent,
    Sealed, Token, Worker, WorkerEvent,
};
use serde_json::{Value, json};

/// Null, where the event has none.
pub fn of(event: &Event, keyring: &Keyring) -> Value {
    let record = &event.record.key;
    match &event.body {
        Body::Person(PersonEvent::PersonUpdated(it)) => {
            let name = it.name.as_ref().and_then(|name| open(keyring, record, name));
            let born = it.birth_date.as_ref().and_then(|date| open(keyring, record, date));
            json!({
                "family": name.as_ref().map(|name| &name.family),
                "given": name.as_ref().map(|name| &name.given),
                "birth_date": born.map(|born| born.date),
            })
        }
        body => worker(body).and_then(|it| open(keyring, record, it)).map_or(Value::Null, |it| {
            json!({"worker": {"name": it.name, "phone": it.phone, "email": it.email, "hours": it.hours, "unit": it.unit}})
        }),
    }
}

/// Do its sealed values open, if it has any?
pub fn opens(event: &Event, keyring: &Keyring) -> bool {
    let record = &event.record.key;
    match &event.body {
        Body::Person(PersonEvent::PersonUpdated(it)) => {
            it.name.as_ref().is_none_or(|name| open(keyring, record, name).is_some())
                && it.birth_date.as_ref().is_none_or(|date| open(keyring, record, date).is_some())
        }
        body => worker(body).is_none_or(|it| open(keyring, record, it).is_some()),
    }
}

fn worker(body: &Body) -> Option<&Sealed<Worker>> {
    match body {
        Body::Referral(ReferralEvent::ReferralAccepted(it)) => it.worker.as_ref(),
        Body::Assignment(AssignmentEvent::WorkerAssigned(it)) => Some(&it.worker),
        Body::HealthSocialWork(HealthSocialWorkEvent::HealthSocialWorkOpened(it)) => it.worker.as_ref(),
        Body::Worker(WorkerEvent::WorkerAbsent(it)) => it.substitute.as_ref(),
        Body::Assignment(AssignmentEvent::WorkerSubstituted(it)) => Some(&it.substitute),
        Body::Worker(WorkerEvent::ContactPointConfirmed(it)) => it.worker.as_ref(),
        Body::DutyContact(DutyContactEvent::DutyContactRecorded(it)) => it.worker.as_ref(),
        // No other type holds a sealed value: the test below finds one that is forgotten.
        _ => None,
    }
}

fn open<T: Plain + Clone>(keyring: &Keyring, record: &Token, sealed: &Sealed<T>) -> Option<T> {
    keyring.open(record, sealed).ok().map(|value| value.expose().clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use event::{Instant, NewKeys, StreamId};
    use testkit::body::{TYPES, Values};
    use testkit::case::reported;

    /// Every field is there, and what is sealed opens under no key.
    #[derive(Default)]
    struct Filled {
        sealed: bool,
    }

    impl Values for Filled {
        fn is_there(&mut self, _: &str) -> bool {
            true
        }

        fn token(&mut self, _: &str) -> Token {
            Token::from_bytes([1; 17])
        }

        fn text(&mut self, _: &str) -> String {
            "a".to_owned()
        }

        fn one_of<'a, T>(&mut self, _: &str, all: &'a [T]) -> Option<&'a T> {
            all.first()
        }

        fn time(&mut self, _: &str) -> Instant {
            Instant::MIN
        }

        fn stream(&mut self, field: &str) -> StreamId {
            StreamId { key: self.token(field), system: "a".to_owned() }
        }

        fn worker(&mut self, _: &str) -> Sealed<Worker> {
            self.sealed = true;
            Sealed::from_parts(1, [1; 12], vec![1; 32])
        }
    }

    #[test]
    fn every_type_with_a_sealed_value_is_opened() {
        let keys = NewKeys { index: [1; 32].into(), seal: [2; 32].into() };
        let (keyring, mut sealed) = (Keyring::parse(&keys.to_file()).unwrap(), Vec::new());
        for of_type in TYPES.iter() {
            let mut values = Filled::default();
            let body = of_type.body(&mut values).unwrap();
            let record = StreamId { key: Token::from_bytes([0; 17]), system: String::new() };
            let event = reported("event", Instant::MIN, record, body);
            assert_eq!(opens(&event, &keyring), !values.sealed, "{}", of_type.name());
            sealed.extend(values.sealed.then(|| of_type.name()));
        }
        assert!(sealed.contains(&"PersonUpdated".to_owned()) && sealed.len() > 5, "{sealed:?}");
    }
}
