//! Lists of workers, and workers who are away.

use crate::list::statements;
use crate::{assigned, at, key, reported, views};
use care::directory::{Circumstances, Directory};
use care::{ContactPoint, CurrentWorker, ParallelView, Rows, Statements};
use event::{
    Body, ContactPointConfirmed, MayEnd, ReceivedEvent, Worker, WorkerAbsent, WorkerReturned, WorkerRole,
    WorkerSubstituted, WorkersStated,
};
use jiff::tz::TimeZone;
use testkit::history::keyring;

#[test]
fn a_worker_who_is_not_on_the_list_has_left_and_an_absence_reaches_every_client() {
    let list = |minute, roles: &[WorkerRole], on: bool| {
        let assignments = if on { vec![key("assignment", "1")] } else { Vec::new() };
        reported(
            "the source",
            minute,
            7,
            Body::from(WorkersStated {
                as_of: at(minute),
                roles: roles.into(),
                assignments,
                may_end: MayEnd::EVERYTHING,
            }),
        )
    };
    let view = &views(&[(1, assigned())])[0];
    let in_force = |streams: &[ReceivedEvent]| {
        let healed = view.clone().heal(&statements(view, streams));
        healed.health.assignments[&key("assignment", "1")].in_force_at(at(100)).is_some()
    };
    assert!(in_force(&[]));
    assert!(in_force(&[list(5, &[], true)]));
    assert!(!in_force(&[list(5, &[], false)]));
    assert!(in_force(&[list(0, &[], false)]), "reported after the list");
    assert!(in_force(&[list(5, &[WorkerRole::CaseManager], false)]), "a list of another role");
    assert!(!in_force(&[list(5, &[], true), list(6, &[WorkerRole::OwnWorker], false)]));

    let absent = |minute| {
        reported(
            "worker",
            minute,
            8,
            Body::from(WorkerAbsent {
                worker_key: key("worker", "1"),
                from: at(10),
                until: Some(at(200)),
                substitute_key: None,
                substitute: None,
            }),
        )
    };
    let returned =
        reported("worker", 50, 9, Body::from(WorkerReturned { worker_key: key("worker", "1"), returned_at: at(50) }));
    let stream = |events: &[&ReceivedEvent]| {
        let rows = Rows::of(&ParallelView::fold(events.iter().copied()));
        let healed = view.clone().heal(&Statements::of([&rows], &view.wanted()));
        let staff = healed.health.assignments[&key("assignment", "1")].worker.clone();
        [5, 20, 100, 300].map(|minute| staff.as_ref().is_some_and(|staff| staff.absent_at(at(minute)).is_some()))
    };
    assert_eq!(stream(&[&absent(9)]), [false, true, true, false]);
    assert_eq!(stream(&[&absent(9), &returned]), [false, true, false, false]);
    let confirmed =
        Body::from(ContactPointConfirmed { worker_key: key("worker", "1"), confirmed_at: at(3), worker: None });
    let rows = Rows::of(&ParallelView::fold([&reported("worker", 3, 1, confirmed)]));
    assert_eq!(rows.workers[&key("worker", "1")].confirmed.as_ref().unwrap().at, at(3));
}

/// Whom to ring: the substitute for this client before the general substitute of the worker; contact data as last
/// confirmed.
#[test]
fn the_substitute_is_shown_with_the_worker() {
    let keys = keyring();
    let sealed = |record: &str, name: &str| {
        let record = keys.record("test", "own", record);
        keys.sealer(record.key, uuid::Uuid::nil()).seal(&Worker { name: name.into(), ..Worker::default() })
    };
    let (worker_key, assignment) = (key("worker", "1"), key("assignment", "1"));
    let absent = Body::from(WorkerAbsent {
        worker_key,
        from: at(10),
        until: Some(at(200)),
        substitute_key: None,
        substitute: Some(sealed("worker", "for all")),
    });
    let stands_in = Body::from(WorkerSubstituted {
        assignment,
        from: at(50),
        until: Some(at(90)),
        substitute_key: None,
        substitute: sealed("1", "for this client"),
    });
    let confirmed =
        Body::from(ContactPointConfirmed { worker_key, confirmed_at: at(3), worker: Some(sealed("worker", "new")) });
    let view = ParallelView::fold(&[reported("1", 1, 1, assigned()), reported("1", 2, 2, stands_in)]);
    let stream = ParallelView::fold(&[reported("worker", 9, 3, absent), reported("worker", 3, 4, confirmed)]);
    let statements = Statements::of([&Rows::of(&stream)], &view.wanted());
    let healed = view.heal(&statements);
    let name = |contact: &ContactPoint| match contact {
        ContactPoint::Sealed { record, worker, .. } => {
            keys.open(record, worker).ok().map(|it| it.expose().name.clone())
        }
        _ => None,
    };
    for (minute, away, stands_in) in [
        (5, false, None),
        (20, true, Some("for all")),
        (60, true, Some("for this client")),
        (100, true, Some("for all")),
        (300, false, None),
    ] {
        let (directory, zone) = (Directory::default(), TimeZone::UTC);
        let circumstances = Circumstances { directory: &directory, zone: &zone, age: None, at: at(minute) };
        let [worker] = &CurrentWorker::all(&healed, &circumstances)[..] else { panic!("one worker") };
        assert_eq!(worker.away.is_some(), away, "{minute}");
        assert_eq!(worker.stands_in.as_ref().and_then(name).as_deref(), stands_in, "{minute}");
        assert_eq!((name(&worker.contact).as_deref(), worker.confirmed_at), (Some("new"), Some(at(3))), "{minute}");
    }
}
