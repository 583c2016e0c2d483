//! What leaves, corrected stays, lists, a referral's course and changes of a person mean: tables of cases.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

#[cfg(test)]
mod alias;
#[cfg(test)]
mod current;
#[cfg(test)]
mod directory_list;
#[cfg(test)]
mod first_list;
#[cfg(test)]
mod list;
#[cfg(test)]
mod person;
#[cfg(test)]
mod referral;
#[cfg(test)]
mod stay;
#[cfg(test)]
mod subject;
#[cfg(test)]
mod worker_list;

use care::{ParallelView, Stay};
use event::{
    Body, Instant, ReceivedEvent, StayClass, StayEnded, StayStarted, Token, Ward, WardChanged, Worker, WorkerAssigned,
    WorkerRole,
};
use testkit::history::{Chance, keyring};

fn at(minute: i64) -> Instant {
    Instant::from_micros(1_772_431_200_000_000).unwrap().plus_seconds(minute * 60)
}

fn key(kind: &str, value: &str) -> Token {
    keyring().token(kind, "test", value)
}

/// Reported at a minute, in the stream of `record`.
fn reported(record: &str, minute: i64, n: usize, body: Body) -> ReceivedEvent {
    let record = keyring().record("test", "own", record);
    ReceivedEvent { received_at: at(minute), event: testkit::case::reported(&n.to_string(), at(minute), record, body) }
}

/// Every order that ids can give events of one minute: the numbers behind the ids, permuted.
fn views(story: &[(i64, Body)]) -> Vec<ParallelView> {
    let orders: Vec<Vec<usize>> = (0..24)
        .map(|seed| {
            let mut order: Vec<usize> = (0..story.len()).collect();
            Chance::new(seed).shuffle(&mut order);
            order
        })
        .collect();
    let view = |order: &Vec<usize>| {
        let events = story.iter().zip(order).map(|((minute, body), n)| reported("1", *minute, *n, body.clone()));
        ParallelView::fold(&events.collect::<Vec<_>>())
    };
    orders.iter().map(view).collect()
}

fn stay() -> Token {
    key("stay", "1")
}

fn started() -> Body {
    let ward = Ward::try_new("OS1");
    Body::from(StayStarted {
        stay: Some(stay()),
        class: Some(StayClass::Inpatient),
        ward,
        started_at: at(0),
        protected_speciality: None,
        unit: None,
        facility: None,
    })
}

fn left() -> Body {
    Body::from(StayEnded { stay: Some(stay()), ended_at: at(20), disposition: None })
}

fn only_stay(view: &ParallelView) -> &Stay {
    view.health.stays.get(&stay()).unwrap()
}

fn assigned() -> Body {
    let keys = keyring();
    let record = keys.record("test", "own", "1");
    Body::from(WorkerAssigned {
        assignment: key("assignment", "1"),
        clientship: None,
        role: Some(WorkerRole::OwnWorker),
        worker_key: key("worker", "1"),
        worker: keys.sealer(record.key, uuid::Uuid::nil()).seal(&Worker { name: "Testi".into(), ..Worker::default() }),
        profession: None,
        public_service_post: None,
        from: at(0),
        until: None,
    })
}

fn moved_to(to: &str) -> Body {
    Body::from(WardChanged { stay: Some(stay()), from: None, to: Ward::try_new(to), class: None })
}
