//! The sealed values of an event, opened for an operator who asked to see them.

use event::{
    AssignmentEvent, Body, DutyContactEvent, Event, HealthSocialWorkEvent, Keyring, ListEvent, PersonEvent, Plain,
    ReferralEvent, Sealed, Token, Worker, WorkerEvent,
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
        // Of a directory how much it states: the names and numbers of all a source's workers are nobody's need here.
        Body::List(ListEvent::DirectoryStated(it)) => open(keyring, record, &it.directory)
            .map_or(Value::Null, |it| json!({"directory": {"units": it.units.len(), "wards": it.wards.len()}})),
        body => worker(body).and_then(|it| open(keyring, record, it)).map_or(Value::Null, |it| {
            json!({"worker": {"name": it.name, "phone": it.phone, "email": it.email, "hours": it.hours, "unit": it.unit}})
        }),
    }
}

/// Of each of its sealed values, by which key it was sealed, and whether it opens.
pub fn tried(event: &Event, keyring: &Keyring) -> impl Iterator<Item = (u32, bool)> {
    fn one<T: Plain + Clone>(keyring: &Keyring, record: &Token, sealed: &Sealed<T>) -> (u32, bool) {
        (sealed.key_id(), open(keyring, record, sealed).is_some())
    }
    let record = &event.record.key;
    let tried = match &event.body {
        Body::Person(PersonEvent::PersonUpdated(it)) => {
            let name = it.name.as_ref().map(|name| one(keyring, record, name));
            [name, it.birth_date.as_ref().map(|date| one(keyring, record, date))]
        }
        Body::List(ListEvent::DirectoryStated(it)) => [Some(one(keyring, record, &it.directory)), None],
        body => [worker(body).map(|it| one(keyring, record, it)), None],
    };
    tried.into_iter().flatten()
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
        // No other type holds a sealed value. A new one that is forgotten here is not shown, and nothing is disclosed.
        _ => None,
    }
}

fn open<T: Plain + Clone>(keyring: &Keyring, record: &Token, sealed: &Sealed<T>) -> Option<T> {
    keyring.open(record, sealed).ok().map(|value| value.expose().clone())
}
