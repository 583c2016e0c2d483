//! What leaves, mended stays, lists, a referral's course and persons' changes mean: tables of cases.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use care::directory::Directory;
use care::link::{Crowded, Links};
use care::stated::{OnList, Statements};
use care::{Contact, CurrentWorker, ParallelView, ReferralStatus, Rows, Stay, StayStatus};
use dev::history::{Chance, history, keyring};
use event::{
    Body, ContactPointConfirmed, CurrentStaysStated, DeathCancelled, Event, HETU_SYSTEM, Instant, LeaveEndCancelled,
    LeaveEnded, LeaveStartCancelled, LeaveStarted, NationalIdChanged, NonDisclosureLifted, NonDisclosureSet,
    PersonDied, Presented, Received, ReferralAccepted, ReferralCancelled, ReferralCompleted, ReferralFailed,
    ReferralOnHold, ReferralRejected, ReferralStarted, Register, StayClass, StayEnded, StayMoved, StayStarted,
    StayStated, Token, Ward, WardChangeCancelled, WardChanged, Worker, WorkerAbsent, WorkerAssigned, WorkerReturned,
    WorkerRole, WorkerSubstituted, WorkersStated, event_id,
};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn at(minute: i64) -> Instant {
    Instant::from_micros(1_772_431_200_000_000).unwrap().plus_seconds(minute * 60)
}

fn key(kind: &str, value: &str) -> Token {
    keyring().token(kind, "test", value)
}

/// Told at a minute, in the stream of `record`.
fn told(record: &str, minute: i64, n: usize, body: Body) -> Received {
    let keys = keyring();
    Received {
        received_at: at(minute),
        event: Event {
            id: event_id("test", &n.to_string(), &[0; 32], 0),
            source: "test".into(),
            message: keys.token("message", "test", &n.to_string()),
            adapter_version: 1,
            relayed: None,
            happened_at: at(minute),
            recorded_at: at(minute),
            sequence: None,
            register: Register::Patient,
            record: keys.record("test", "own", record),
            presented: Vec::new(),
            body,
        },
    }
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
        let events = story.iter().zip(order).map(|((minute, body), n)| told("1", *minute, *n, body.clone()));
        ParallelView::fold(&events.collect::<Vec<_>>())
    };
    orders.iter().map(view).collect()
}

fn stay() -> Token {
    key("stay", "1")
}

fn started() -> Body {
    let ward = Ward::try_new("OS1");
    Body::StayStarted(StayStarted { stay: Some(stay()), class: StayClass::Inpatient, ward, started_at: at(0) })
}

fn left() -> Body {
    Body::StayEnded(StayEnded { stay: Some(stay()), ended_at: at(20), disposition: None })
}

fn away() -> Body {
    Body::LeaveStarted(LeaveStarted { stay: Some(stay()), started_at: at(1), expected_return_at: None })
}

fn back() -> Body {
    Body::LeaveEnded(LeaveEnded { stay: Some(stay()), ended_at: at(2) })
}

fn never_left() -> Body {
    Body::LeaveStartCancelled(LeaveStartCancelled { stay: Some(stay()) })
}

fn not_back() -> Body {
    Body::LeaveEndCancelled(LeaveEndCancelled { stay: Some(stay()) })
}

fn moved_to(to: &str) -> Body {
    Body::WardChanged(WardChanged { stay: Some(stay()), from: None, to: Ward::try_new(to) })
}

fn not_moved(to: Option<&str>) -> Body {
    Body::WardChangeCancelled(WardChangeCancelled { stay: Some(stay()), to: to.and_then(Ward::try_new) })
}

fn only_stay(view: &ParallelView) -> &Stay {
    view.stays.get(&stay()).unwrap()
}

/// Whatever order the words of one minute get.
#[test]
fn a_leave_is_what_its_four_words_leave_of_it() {
    use StayStatus::{Ended, InProgress, OnLeave};
    let cases: &[(&[(i64, Body)], StayStatus)] = &[
        (&[(0, started()), (1, away())], OnLeave),
        (&[(0, started()), (1, away()), (2, back())], InProgress),
        (&[(0, started()), (1, away()), (1, back())], InProgress),
        (&[(0, started()), (1, away()), (2, never_left())], InProgress),
        (&[(0, started()), (1, away()), (1, never_left())], InProgress),
        (&[(0, started()), (1, away()), (2, back()), (3, not_back())], OnLeave),
        (&[(0, started()), (1, away()), (2, back()), (2, not_back())], OnLeave),
        (&[(0, started()), (1, away()), (2, back()), (3, not_back()), (4, back())], InProgress),
        (&[(0, started()), (1, away()), (2, back()), (5, away())], OnLeave),
        // Only the cancelled return was told; the start was lost.
        (&[(0, started()), (3, not_back())], OnLeave),
        // Left from leave.
        (&[(0, started()), (1, away()), (20, left())], Ended),
    ];
    for (n, (story, expected)) in cases.iter().enumerate() {
        for view in views(story) {
            assert_eq!(only_stay(&view).status(at(100)), *expected, "case {n}");
        }
    }
    let again =
        Body::LeaveStarted(LeaveStarted { stay: Some(stay()), started_at: at(4), expected_return_at: Some(at(50)) });
    let view = &views(&[(0, started()), (1, away()), (4, again)])[0];
    let leave = only_stay(view).leave.in_force().unwrap();
    assert_eq!((leave.since, leave.expected_return_at), (Some(at(1)), Some(at(50))), "a second start starts nothing");
}

#[test]
fn a_ward_change_that_is_taken_back_never_was() {
    let ward = |story: &[(i64, Body)]| -> BTreeSet<String> {
        views(story).iter().map(|view| only_stay(view).ward.as_ref().unwrap().code().to_owned()).collect()
    };
    let one = |ward: &str| BTreeSet::from([ward.to_owned()]);
    assert_eq!(ward(&[(0, started()), (1, moved_to("OS2"))]), one("OS2"));
    assert_eq!(ward(&[(0, started()), (1, moved_to("OS2")), (2, not_moved(None))]), one("OS1"));
    assert_eq!(ward(&[(0, started()), (1, moved_to("OS2")), (1, not_moved(None))]), one("OS1"));
    assert_eq!(ward(&[(0, started()), (1, moved_to("OS2")), (2, not_moved(Some("OS3")))]), one("OS3"));
    assert_eq!(ward(&[(0, started()), (1, moved_to("OS2")), (2, not_moved(None)), (3, moved_to("OS4"))]), one("OS4"));
}

/// A45: the record that loses the visit, the one that gets it, and both where they are one person.
#[test]
fn a_visit_that_was_another_patients_is_there_and_not_here() {
    let to = keyring().record("test", "own", "2");
    let here = || {
        Body::StayStated(StayStated { stay: Some(stay()), class: None, ward: Ward::try_new("OS1"), started_at: None })
    };
    for (a, b) in [(1, 2), (2, 1)] {
        let (first, moved) =
            (told("1", 0, 0, started()), Body::StayMoved(StayMoved { stay: Some(stay()), to: to.clone() }));
        let (moved, told_anew) = (told("1", 5, a, moved), told("2", 5, b, here()));
        let status = |events: &[&Received]| {
            let view = ParallelView::fold(events.iter().copied());
            (only_stay(&view).status(at(9)), Rows::of(&view).census.len())
        };
        assert_eq!(status(&[&first, &moved]), (StayStatus::Cancelled, 0));
        assert_eq!(status(&[&told_anew]), (StayStatus::InProgress, 1));
        assert_eq!(status(&[&first, &moved, &told_anew]), (StayStatus::InProgress, 1), "one person");
        let later = told("1", 7, 3, moved_to("OS1"));
        assert_eq!(status(&[&first, &moved, &later]), (StayStatus::InProgress, 1), "told here again, later");
    }
}

fn word(status: ReferralStatus) -> Body {
    let (referral, reason) = (Some(key("referral", "1")), None);
    match status {
        ReferralStatus::Requested => unreachable!("no answer"),
        ReferralStatus::Accepted => {
            Body::ReferralAccepted(ReferralAccepted { referral, worker: None, expected_by: Some(at(500)) })
        }
        ReferralStatus::Rejected => Body::ReferralRejected(ReferralRejected { referral, reason }),
        ReferralStatus::InProgress => Body::ReferralStarted(ReferralStarted { referral }),
        ReferralStatus::OnHold => Body::ReferralOnHold(ReferralOnHold { referral, reason }),
        ReferralStatus::Completed => Body::ReferralCompleted(ReferralCompleted { referral, outcome: reason }),
        ReferralStatus::Cancelled => Body::ReferralCancelled(ReferralCancelled { referral, reason }),
        ReferralStatus::Failed => Body::ReferralFailed(ReferralFailed { referral, reason }),
    }
}

#[test]
fn a_referral_goes_forward_only_and_what_contradicts_it_stays_beside_it() {
    use ReferralStatus::{Accepted, Cancelled, Completed, Failed, InProgress, OnHold, Rejected};
    // (said, one a minute; where it is; what contradicts it; was it accepted)
    let cases: &[(&[ReferralStatus], ReferralStatus, Option<ReferralStatus>, bool)] = &[
        (&[Accepted], Accepted, None, true),
        (&[Accepted, InProgress, OnHold, InProgress, Completed], Completed, None, true),
        (&[Accepted, InProgress, Cancelled], Cancelled, None, true),
        (&[Accepted, OnHold, Failed], Failed, None, true),
        (&[Rejected], Rejected, None, false),
        // The acceptance was lost, or comes last: work that has begun was accepted.
        (&[InProgress], InProgress, None, false),
        (&[InProgress, Accepted], InProgress, None, true),
        (&[Completed, Completed], Completed, None, false),
        // After the end nothing moves; somebody ought to look.
        (&[Rejected, Accepted], Rejected, Some(Accepted), false),
        (&[Accepted, Completed, InProgress], Completed, Some(InProgress), true),
        (&[Cancelled, Completed], Cancelled, Some(Completed), false),
    ];
    for (said, status, contradicted, accepted) in cases {
        let story: Vec<_> = (1..).zip(*said).map(|(minute, status)| (minute, word(*status))).collect();
        for view in views(&story) {
            let referral = &view.referrals[&key("referral", "1")];
            let found = (referral.status(), referral.contradicted.as_ref().map(|it| it.status));
            assert_eq!(found, (*status, *contradicted), "{said:?}");
            assert_eq!(referral.acceptance.is_some(), *accepted, "{said:?}");
        }
    }
    // In one minute any order gives the same: forward, and no contradiction.
    for (said, status) in [(&[Accepted, InProgress][..], InProgress), (&[Accepted, InProgress, Completed], Completed)] {
        let story: Vec<_> = said.iter().map(|status| (1, word(*status))).collect();
        for view in views(&story) {
            let referral = &view.referrals[&key("referral", "1")];
            assert_eq!((referral.status(), &referral.contradicted), (status, &None), "{said:?}");
        }
    }
}

#[test]
fn death_and_turvakielto() {
    let record = keyring().record("test", "own", "1").key;
    let died = || Body::PersonDied(PersonDied { died_at: Some(at(1)) });
    let alive = || Body::DeathCancelled(DeathCancelled);
    for (story, deceased) in [
        (vec![(1, died())], Some(true)),
        (vec![(1, died()), (2, alive())], Some(false)),
        (vec![(1, died()), (1, alive())], Some(false)),
        (vec![(1, alive()), (2, died())], Some(true)),
    ] {
        for view in views(&story) {
            assert_eq!(view.persons[&record].is_deceased(), deceased);
        }
    }
    let set = |until| Body::NonDisclosureSet(NonDisclosureSet { until });
    let lifted = || Body::NonDisclosureLifted(NonDisclosureLifted);
    for (story, in_force) in [
        (vec![(1, set(None))], true),
        (vec![(1, set(Some(at(50))))], false),
        (vec![(1, set(Some(at(150))))], true),
        (vec![(1, set(None)), (2, lifted())], false),
        // An extension lifts and sets in one minute: it protects, in whichever order the two are met.
        (vec![(1, set(None)), (2, lifted()), (2, set(Some(at(150))))], true),
        (vec![(2, set(Some(at(50)))), (2, set(Some(at(150))))], true),
        (vec![(2, set(Some(at(50)))), (2, set(None))], true),
    ] {
        for view in views(&story) {
            assert_eq!(view.persons[&record].non_disclosure.in_force_at(at(100)), in_force, "{story:?}");
            assert_eq!(view.is_protected_at(at(100)), in_force);
        }
    }
}

fn statements(view: &ParallelView, streams: &[Received]) -> Statements {
    let mut statements = Statements::default();
    for stream in streams {
        statements.add(&Rows::of(&ParallelView::fold([stream])), &view.wanted());
    }
    statements
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

fn assigned() -> Body {
    let keys = keyring();
    let record = keys.record("test", "own", "1");
    Body::WorkerAssigned(WorkerAssigned {
        assignment: key("assignment", "1"),
        clientship: None,
        role: WorkerRole::OwnWorker,
        worker_key: key("worker", "1"),
        worker: keys.sealer(record.key, uuid::Uuid::nil()).seal(&Worker { name: "Testi".into(), ..Worker::default() }),
        profession: None,
        public_service_post: None,
        from: at(0),
        until: None,
    })
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
        let mut statements = Statements::default();
        statements.add(&rows, &view.wanted());
        let healed = view.clone().heal(&statements);
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
    let mut statements = Statements::default();
    statements.add(&Rows::of(&stream), &view.wanted());
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

/// 661/2009 12 §: the old code goes on joining, and finds nobody; changed back, it finds again.
#[test]
fn a_changed_identity_code_joins_and_finds_nobody() {
    let keys = keyring();
    let [old, new] = ["020516C903K", "020516C902J"].map(|code| keys.identifier(HETU_SYSTEM, code));
    let presenting = |record: &str, minute, n, token, body: Body| {
        let mut received = told(record, minute, n, body);
        received.event.presented = vec![Presented { system: HETU_SYSTEM.into(), tokens: vec![token] }];
        received
    };
    let change = |from, to| Body::NationalIdChanged(NationalIdChanged { old: vec![from], new: vec![to] });
    let mut events = vec![
        presenting("hospital", 1, 1, old, started()),
        presenting("hospital", 5, 2, new, change(old, new)),
        // Another system still sends the old one.
        presenting("social", 9, 3, old, assigned()),
    ];
    let learn = |events: &[Received]| {
        let mut links = Links::default();
        for received in events {
            links.learn(received);
        }
        links
    };
    for seed in 0..6 {
        Chance::new(seed).shuffle(&mut events);
        let links = learn(&events);
        let clients = links.clients(&Crowded::new());
        assert_eq!(clients.len(), 1, "what comes under the old code is the same person's");
        assert_eq!(links.finding(&clients[0]), BTreeSet::from([new]));
    }
    events.push(presenting("hospital", 20, 4, old, change(new, old)));
    let links = learn(&events);
    assert_eq!(
        links.finding(&links.clients(&Crowded::new())[0]),
        BTreeSet::from([old]),
        "changed back by mistake's end"
    );
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
            let answer = |view: &ParallelView| {
                let mut statements = Statements::default();
                for stream in clients.values() {
                    statements.add(&Rows::of(stream), &view.wanted());
                }
                let healed = view.clone().heal(&statements);
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
        let events = history(seed, 80);
        types.extend(events.iter().map(|it| it.event.body.type_name()));
        let clients = care::law::clients(&events);
        for view in clients.values() {
            let mut statements = Statements::default();
            for stream in clients.values() {
                statements.add(&Rows::of(stream), &view.wanted());
            }
            let healed = view.clone().heal(&statements);
            gone += healed.stays.values().filter(|it| it.on_list != OnList::AsTold).count();
            absent += healed.assignments.values().filter(|it| it.staff.is_some()).count();
        }
    }
    assert!(gone > 100 && absent > 100, "{gone} {absent}");
    assert_eq!(types.len(), 59, "{types:?}");
}
