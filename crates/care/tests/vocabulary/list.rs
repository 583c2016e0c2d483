//! Lists that heal, and workers who are away.

use crate::{assigned, at, key, left, moved_to, only_stay, started, stay, told, views};
use care::directory::Directory;
use care::stated::{OnList, Statements};
use care::{Contact, CurrentWorker, ParallelView, Rows, StayStatus};
use event::{
    Body, ContactPointConfirmed, CurrentStaysStated, Received, StayStated, Ward, Worker, WorkerAbsent, WorkerReturned,
    WorkerRole, WorkerSubstituted, WorkersStated,
};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use testkit::history::{Chance, history, keyring};

fn statements(view: &ParallelView, streams: &[Received]) -> Statements {
    let streams: Vec<Rows> = streams.iter().map(|stream| Rows::of(&ParallelView::fold([stream]))).collect();
    Statements::of(&streams, &view.wanted())
}

fn list(minute: i64, wards: &[&str], stays: &[&str]) -> Received {
    let mut stays: Vec<_> = stays.iter().map(|value| key("stay", value)).collect();
    stays.sort();
    let wards = wards.iter().filter_map(|code| Ward::try_new(code)).collect();
    let stated = CurrentStaysStated { as_of: at(minute), wards, stays };
    told("the source", minute, 77, Body::CurrentStaysStated(stated))
}

#[test]
fn a_list_heals_what_was_lost() {
    type Case = (Vec<(i64, Body)>, Vec<Received>, StayStatus, &'static str);
    use StayStatus::{Ended, InProgress, Unknown};
    let here = || Body::StayStated(StayStated { stay: Some(stay()), class: None, ward: None, started_at: None });
    let cases: Vec<Case> = vec![
        (vec![(1, started())], vec![list(5, &[], &["1"])], InProgress, "on it"),
        (vec![(1, started())], vec![list(5, &[], &["2"])], Ended, "the discharge was lost"),
        (vec![(6, started())], vec![list(5, &[], &["2"])], InProgress, "came after the list"),
        (vec![(1, started()), (6, moved_to("OS2"))], vec![list(5, &[], &[])], InProgress, "told after the list"),
        (vec![(1, started())], vec![list(5, &["OS2"], &[])], InProgress, "a list of another ward"),
        (vec![(1, started())], vec![list(5, &["OS1"], &[])], Unknown, "not on the ward: perhaps elsewhere"),
        (
            vec![(1, started())],
            vec![list(5, &["OS1"], &[]), list(5, &["OS2"], &["1"])],
            InProgress,
            "on another ward's",
        ),
        (vec![(1, started())], vec![list(5, &["OS1"], &[]), list(6, &[], &[])], Ended, "and then nowhere"),
        (vec![(1, started())], vec![list(6, &[], &["1"]), list(5, &[], &[])], InProgress, "the later list counts"),
        // A line of the list: the start was lost, the cancellation of the discharge was lost.
        (vec![(5, here())], vec![list(5, &[], &["1"])], InProgress, "the start was lost"),
        (vec![(1, started()), (20, left()), (30, here())], vec![list(30, &[], &["1"])], InProgress, "the A13 was lost"),
        (vec![(1, started()), (20, left())], vec![list(5, &[], &["1"])], Ended, "left after the list"),
    ];
    for (story, lists, expected, why) in cases {
        for view in views(&story) {
            for lists in [lists.clone(), lists.iter().rev().cloned().collect()] {
                let healed = view.clone().heal(&statements(&view, &lists));
                assert_eq!(only_stay(&healed).status(at(100)), expected, "{why}");
                assert_eq!(healed.encode(), view.encode(), "healing is no part of the view's bytes");
            }
        }
    }
    // Another source's list says nothing of this one's stays.
    let mut other = list(5, &[], &[]);
    other.event.source = "other".into();
    let view = &views(&[(1, started())])[0];
    assert_eq!(only_stay(&view.clone().heal(&statements(view, &[other]))).on_list, OnList::AsTold);
}

#[test]
fn a_worker_who_is_not_on_the_list_is_one_no_more_and_an_absence_reaches_every_client() {
    let list = |minute, roles: &[WorkerRole], on: bool| {
        let assignments = if on { vec![key("assignment", "1")] } else { Vec::new() };
        told(
            "the source",
            minute,
            7,
            Body::WorkersStated(WorkersStated { as_of: at(minute), roles: roles.into(), assignments }),
        )
    };
    let view = &views(&[(1, assigned())])[0];
    let in_force = |streams: &[Received]| {
        let healed = view.clone().heal(&statements(view, streams));
        healed.assignments[&key("assignment", "1")].in_force_at(at(100)).is_some()
    };
    assert!(in_force(&[]));
    assert!(in_force(&[list(5, &[], true)]));
    assert!(!in_force(&[list(5, &[], false)]));
    assert!(in_force(&[list(0, &[], false)]), "told after the list");
    assert!(in_force(&[list(5, &[WorkerRole::CaseManager], false)]), "a list of another role");
    assert!(!in_force(&[list(5, &[], true), list(6, &[WorkerRole::OwnWorker], false)]));

    let absent = |minute| {
        told(
            "worker",
            minute,
            8,
            Body::WorkerAbsent(WorkerAbsent {
                worker_key: key("worker", "1"),
                from: at(10),
                until: Some(at(200)),
                substitute_key: None,
                substitute: None,
            }),
        )
    };
    let returned = told(
        "worker",
        50,
        9,
        Body::WorkerReturned(WorkerReturned { worker_key: key("worker", "1"), returned_at: at(50) }),
    );
    let stream = |events: &[&Received]| {
        let rows = Rows::of(&ParallelView::fold(events.iter().copied()));
        let healed = view.clone().heal(&Statements::of([&rows], &view.wanted()));
        let staff = healed.assignments[&key("assignment", "1")].staff.clone();
        [5, 20, 100, 300].map(|minute| staff.as_ref().is_some_and(|staff| staff.absent_at(at(minute)).is_some()))
    };
    assert_eq!(stream(&[&absent(9)]), [false, true, true, false]);
    assert_eq!(stream(&[&absent(9), &returned]), [false, true, false, false]);
    let confirmed = Body::ContactPointConfirmed(ContactPointConfirmed {
        worker_key: key("worker", "1"),
        confirmed_at: at(3),
        worker: None,
    });
    let rows = Rows::of(&ParallelView::fold([&told("worker", 3, 1, confirmed)]));
    assert_eq!(rows.staff[&key("worker", "1")].confirmed.as_ref().unwrap().at, at(3));
}

/// Whom to ring: the substitute of this client before the substitute of the worker; contact data as last confirmed.
#[test]
fn whoever_stands_in_is_told_with_the_worker() {
    let keys = keyring();
    let sealed = |record: &str, name: &str| {
        let record = keys.record("test", "own", record);
        keys.sealer(record.key, uuid::Uuid::nil()).seal(&Worker { name: name.into(), ..Worker::default() })
    };
    let (worker_key, assignment) = (key("worker", "1"), key("assignment", "1"));
    let absent = Body::WorkerAbsent(WorkerAbsent {
        worker_key,
        from: at(10),
        until: Some(at(200)),
        substitute_key: None,
        substitute: Some(sealed("worker", "for all")),
    });
    let stands_in = Body::WorkerSubstituted(WorkerSubstituted {
        assignment,
        from: at(50),
        until: Some(at(90)),
        substitute_key: None,
        substitute: sealed("1", "for this client"),
    });
    let confirmed = Body::ContactPointConfirmed(ContactPointConfirmed {
        worker_key,
        confirmed_at: at(3),
        worker: Some(sealed("worker", "new")),
    });
    let view = ParallelView::fold(&[told("1", 1, 1, assigned()), told("1", 2, 2, stands_in)]);
    let stream = ParallelView::fold(&[told("worker", 9, 3, absent), told("worker", 3, 4, confirmed)]);
    let statements = Statements::of([&Rows::of(&stream)], &view.wanted());
    let healed = view.heal(&statements);
    let name = |contact: &Contact| match contact {
        Contact::Sealed { record, worker, .. } => keys.open(record, worker).ok().map(|it| it.expose().name.clone()),
        _ => None,
    };
    for (minute, away, stands_in) in [
        (5, false, None),
        (20, true, Some("for all")),
        (60, true, Some("for this client")),
        (100, true, Some("for all")),
        (300, false, None),
    ] {
        let [worker] = &CurrentWorker::all(&healed, &Directory::default(), &TimeZone::UTC, at(minute))[..] else {
            panic!("one worker")
        };
        assert_eq!(worker.away.is_some(), away, "{minute}");
        assert_eq!(worker.stands_in.as_ref().and_then(name).as_deref(), stands_in, "{minute}");
        assert_eq!((name(&worker.contact).as_deref(), worker.confirmed_at), (Some("new"), Some(at(3))), "{minute}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// The answer is a function of the set of all events: clients' own, sources' lists, workers' absences.
    #[test]
    fn what_lists_and_absences_heal_is_the_same_in_any_order(seed: u64, shuffle: u64) {
        let events = history(seed, 80);
        let mut delivered = events.clone();
        delivered.extend(events.iter().step_by(2).cloned());
        Chance::new(shuffle).shuffle(&mut delivered);
        let healed = |events: &[Received]| {
            let clients = care::law::clients(events);
            let streams: Vec<Rows> = clients.values().map(Rows::of).collect();
            let answer = |view: &ParallelView| {
                let healed = view.clone().heal(&Statements::of(&streams, &view.wanted()));
                let stays: Vec<_> = healed.stays.values().map(|stay| (stay.on_list, stay.status(at(500)))).collect();
                let workers: Vec<_> =
                    healed.assignments.values().map(|it| (it.on_list, it.in_force_at(at(500)).is_some())).collect();
                (stays, workers)
            };
            clients.iter().map(|(records, view)| (records.clone(), answer(view))).collect::<BTreeMap<_, _>>()
        };
        prop_assert_eq!(healed(&delivered), healed(&events));
    }
}

/// The property above is no use if nothing is ever healed, nor the laws if a type never comes.
#[test]
fn histories_have_every_type_and_lists_that_heal() {
    let (mut types, mut gone, mut absent) = (BTreeSet::new(), 0, 0);
    for seed in 0..200 {
        let events = history(seed, 100);
        types.extend(events.iter().map(|it| it.event.body.type_name()));
        let clients = care::law::clients(&events);
        let streams: Vec<Rows> = clients.values().map(Rows::of).collect();
        for view in clients.values() {
            let healed = view.clone().heal(&Statements::of(&streams, &view.wanted()));
            gone += healed.stays.values().filter(|it| it.on_list != OnList::AsTold).count();
            absent += healed.assignments.values().filter(|it| it.staff.is_some()).count();
        }
    }
    assert!(gone > 100 && absent > 100, "{gone} {absent}");
    assert_eq!(types.len(), 66, "{types:?}");
}
