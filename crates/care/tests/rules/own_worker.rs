//! Who the own worker is; if nobody is named, why (1301/2014 42 §).

use crate::{P, assignment, protected};
use crate::{S, Story, ago, assigned, clientship_closed, clientship_opened, county, duty, ended, facts, states, view};
use care::access::{CallerSide, Purpose, Query, Request, Task, admit};
use care::source::{Completeness, Doubt, SourceState};
use care::{ContactPoint, OwnWorker};
use event::{AssignmentEvent, Body, WorkerAssigned, WorkerRole};

#[test]
fn who_the_own_worker_is() {
    let own = || assigned(WorkerRole::OwnWorker, None);
    let table: Vec<(&str, Story, &str)> = vec![
        ("an unknown person, and every source has reported", vec![], "not named"),
        ("a clientship and an own worker", vec![(9, S, clientship_opened(None)), (8, S, own())], "named"),
        ("reported in the other order", vec![(9, S, own()), (8, S, clientship_opened(None))], "named"),
        ("an assignment whose clientship is not reported", vec![(8, S, own())], "named"),
        ("nobody named", vec![(9, S, clientship_opened(None))], "not named, clientship, NotKnown"),
        (
            "another responsible worker is named (42 § 1 mom.)",
            vec![(9, S, clientship_opened(None)), (8, S, assigned(WorkerRole::ResponsibleWorker, None))],
            "not named, clientship, ResponsibleWorker",
        ),
        (
            "so is the child's social worker (417/2007 13 b §)",
            vec![(9, S, clientship_opened(None)), (8, S, assigned(WorkerRole::ChildsSocialWorker, None))],
            "not named, clientship, ChildsSocialWorker",
        ),
        (
            "a responsible worker whose term is over",
            vec![(9, S, clientship_opened(None)), (8, S, assigned(WorkerRole::ResponsibleWorker, Some(ago(1))))],
            "not named, clientship, NotKnown",
        ),
        (
            "a responsible worker, and naming is unnecessary besides",
            vec![
                (9, S, clientship_opened(Some("obviously-unnecessary"))),
                (8, S, assigned(WorkerRole::ResponsibleWorker, None)),
            ],
            "not named, clientship, ResponsibleWorker, obviously-unnecessary",
        ),
        (
            "a code that is no exception of the law",
            vec![(9, S, clientship_opened(Some("no-resources")))],
            "not named, clientship, NotKnown, no-resources",
        ),
        (
            "nobody named, and why",
            vec![(9, S, clientship_opened(Some("obviously-unnecessary")))],
            "not named, clientship, Unnecessary, obviously-unnecessary",
        ),
        (
            "a worker of another role is not the own worker",
            vec![(9, S, clientship_opened(None)), (8, S, assigned(WorkerRole::WorkPair, None))],
            "not named, clientship, NotKnown",
        ),
        (
            "left",
            vec![(9, S, clientship_opened(None)), (8, S, own()), (7, S, ended(ago(7)))],
            "not named, clientship, NotKnown, vacancy",
        ),
        (
            "unnecessary, then named all the same, and left: why nobody is named now is not known",
            vec![(9, S, clientship_opened(Some("unnecessary"))), (8, S, own()), (7, S, ended(ago(7)))],
            "not named, clientship, NotKnown, vacancy",
        ),
        (
            "and it is reported once more that naming is unnecessary",
            vec![
                (9, S, clientship_opened(Some("unnecessary"))),
                (8, S, own()),
                (7, S, ended(ago(7))),
                (6, S, clientship_opened(Some("unnecessary"))),
            ],
            "not named, clientship, Unnecessary, unnecessary",
        ),
        (
            "and the clientship is reported once more, without that field",
            vec![
                (9, S, clientship_opened(Some("unnecessary"))),
                (8, S, own()),
                (7, S, ended(ago(7))),
                (6, S, clientship_opened(None)),
            ],
            "not named, clientship, NotKnown, vacancy",
        ),
        (
            "a worker of another role makes it no less unnecessary",
            vec![
                (9, S, clientship_opened(Some("unnecessary"))),
                (8, S, assigned(WorkerRole::WorkPair, None)),
                (7, S, ended(ago(7))),
            ],
            "not named, clientship, Unnecessary, unnecessary",
        ),
        ("leaves tomorrow", vec![(9, S, clientship_opened(None)), (8, S, own()), (7, S, ended(ago(-24)))], "named"),
        (
            "the term is over",
            vec![(9, S, clientship_opened(None)), (8, S, assigned(WorkerRole::OwnWorker, Some(ago(1))))],
            "not named, clientship, NotKnown",
        ),
        (
            "left, reported before the assignment was",
            vec![(9, S, clientship_opened(None)), (8, S, ended(ago(8))), (8, S, own())],
            "not named, clientship, NotKnown, vacancy",
        ),
        (
            "the clientship is over: so is the own worker (42 §)",
            vec![(9, S, clientship_opened(None)), (8, S, own()), (7, S, clientship_closed())],
            "not named",
        ),
        (
            "the clientship opened again",
            vec![
                (9, S, clientship_opened(None)),
                (8, S, own()),
                (7, S, clientship_closed()),
                (6, S, clientship_opened(None)),
            ],
            "named",
        ),
    ];
    for (why, story, expected) in table {
        let view = view(&story);
        let view = (!story.is_empty()).then_some(&view);
        let answer =
            |states: &[SourceState]| match facts(view, states).own_worker(&duty(Query::GetOwnWorker), &county()).what {
                OwnWorker::Named(_) => "named".to_owned(),
                OwnWorker::NotNamed { clientship, why, reason, instead } => {
                    let clientship = if clientship { ", clientship" } else { "" };
                    let why = why.map(|it| format!(", {it:?}")).unwrap_or_default();
                    let reason = reason.map(|it| format!(", {}", it.as_str())).unwrap_or_default();
                    assert_eq!(instead.is_empty(), !why.contains("Worker"), "the responsible worker is named");
                    format!("not named{clientship}{why}{reason}")
                }
                OwnWorker::NotKnown(_) => "not known".to_owned(),
            };
        assert_eq!(answer(&states(false)), expected, "{why}");
        let silent = if expected == "named" { "named" } else { "not known" };
        assert_eq!(answer(&states(true)), silent, "{why}: with a silent source it is never 'not named'");
    }
}

/// Whose role nobody has mapped may be the own worker: none is named, and that is no "none". It ends with the assignment, with the
/// clientship, and once the role is known.
#[test]
fn who_works_in_a_role_that_is_not_mapped_may_be_the_own_worker() {
    let unmapped = || {
        let Body::Assignment(AssignmentEvent::WorkerAssigned(it)) = assigned(WorkerRole::WorkPair, None) else {
            unreachable!()
        };
        Body::from(WorkerAssigned { role: None, ..it })
    };
    let doubts = |story: &[_]| {
        let (view, states) = (view(story), states(false));
        match facts(Some(&view), &states).own_worker(&duty(Query::GetOwnWorker), &county()).what {
            OwnWorker::NotKnown(Completeness::NotKnown { doubts, .. }) => doubts.into_iter().collect(),
            OwnWorker::NotKnown(Completeness::Complete) => unreachable!(),
            OwnWorker::Named(_) | OwnWorker::NotNamed { .. } => Vec::new(),
        }
    };
    let opened = || (9, S, clientship_opened(None));
    assert_eq!(doubts(&[opened(), (8, S, unmapped())]), [Doubt::NotUnderstood]);
    assert_eq!(doubts(&[opened(), (8, S, unmapped()), (7, S, ended(ago(7)))]), []);
    assert_eq!(doubts(&[opened(), (8, S, unmapped()), (7, S, clientship_closed())]), []);
    assert_eq!(doubts(&[opened(), (8, S, unmapped()), (7, S, assigned(WorkerRole::WorkPair, None))]), []);
}

/// A turvakielto: each own worker is shown by the sight of the register in which the worker is written. The flag goes with
/// the data.
#[test]
fn an_own_worker_of_the_patient_register_is_shown_by_its_sight() {
    let client_work = admit(
        CallerSide::Social,
        &[Task::ClientWork],
        Task::ClientWork,
        Purpose::CareCoordination,
        Query::GetOwnWorker,
    );
    let (social, duty) = (client_work.unwrap(), duty(Query::GetOwnWorker));
    let own = |of: &str| assignment(of, WorkerRole::OwnWorker, ago(8), None);
    let story = vec![(9, S, clientship_opened(None)), (8, S, own("1")), (8, P, own("2"))];
    let mut hidden = story.clone();
    hidden.push((7, P, protected()));
    let shown = |rule: &Request, story: &[_]| {
        let (view, states) = (view(story), states(false));
        let answer = facts(Some(&view), &states).own_worker(rule, &county());
        let OwnWorker::Named(workers) = answer.what else { panic!("named") };
        let mut shown: Vec<_> = workers
            .iter()
            .map(|it| match &it.contact {
                ContactPoint::Sealed { place: true, .. } => (it.register, "whole"),
                ContactPoint::Sealed { place: false, .. } => (it.register, "name and number"),
                ContactPoint::Withheld => (it.register, "withheld"),
                other => panic!("{other:?}"),
            })
            .collect();
        shown.sort_unstable();
        (shown, answer.protected)
    };
    assert_eq!(shown(&social, &story), (vec![(P, "name and number"), (S, "whole")], false));
    assert_eq!(shown(&social, &hidden), (vec![(P, "withheld"), (S, "whole")], true));
    assert_eq!(shown(&duty, &story), (vec![(P, "name and number"), (S, "whole")], false));
    assert_eq!(shown(&duty, &hidden), (vec![(P, "withheld"), (S, "name and number")], true));
}
