//! What begins and ends, perhaps more than once: "since" does not drift, times are a set, a team is stated as a whole.

use crate::circumstances;
use crate::{S, Story, ago, assignment, clientship_closed, clientship_opened, code, ended, key, now, view};
use care::directory::Directory;
use care::{CurrentWorker, ParallelView};
use event::{
    AssignmentEvent, Body, CareTeamStated, CaseClosed, CaseOpened, DutyContactRecorded, HealthSocialWorkOpened,
    Instant, WorkerAssigned, WorkerAssignmentEnded, WorkerRole,
};

const OWN: WorkerRole = WorkerRole::OwnWorker;

fn assigned(from: i64, until: Option<i64>) -> Body {
    assignment("1", OWN, ago(from), until.map(ago))
}

fn team(members: &[&str]) -> Body {
    let mut assignments: Vec<_> = members.iter().map(|it| key("assignment", it)).collect();
    assignments.sort();
    Body::from(CareTeamStated { team: key("team", "1"), assignments })
}

/// Since and until when, in hours before the answer.
type Seen = (i64, Option<i64>);

/// For everybody who works with the client now.
fn workers(view: &ParallelView) -> Vec<Seen> {
    let hours = |at: Instant| (now().as_micros() - at.as_micros()) / 3_600_000_000;
    let all = CurrentWorker::all(view, &circumstances(&Directory::default(), now()));
    all.iter().map(|it| (hours(it.since), it.until.map(hours))).collect()
}

#[test]
fn the_times_of_an_assignment_are_a_set() {
    let table: Vec<(&str, Story, Vec<Seen>)> = vec![
        ("once", vec![(9, S, assigned(9, None))], vec![(9, None)]),
        (
            "reported each night, from that night",
            (1..9).rev().map(|n| (n, S, assigned(n, None))).collect(),
            vec![(8, None)],
        ),
        ("an earlier start corrects", vec![(9, S, assigned(9, None)), (8, S, assigned(20, None))], vec![(20, None)]),
        ("a term is set", vec![(9, S, assigned(9, None)), (8, S, assigned(9, Some(-5)))], vec![(9, Some(-5))]),
        ("and taken away", vec![(9, S, assigned(9, Some(-5))), (8, S, assigned(9, None))], vec![(9, None)]),
        (
            "an old time and one of now",
            vec![(9, S, assigned(90, Some(80))), (9, S, assigned(20, None))],
            vec![(20, None)],
        ),
        ("in the other order", vec![(9, S, assigned(20, None)), (9, S, assigned(90, Some(80)))], vec![(20, None)]),
        (
            "one of now and one that is ahead",
            vec![(9, S, assigned(9, Some(-2))), (8, S, assigned(-5, None))],
            vec![(9, Some(-2))],
        ),
        ("an old one and one that is ahead", vec![(9, S, assigned(9, Some(2))), (8, S, assigned(-5, None))], vec![]),
        (
            "one after the other without a gap",
            vec![(9, S, assigned(20, Some(10))), (9, S, assigned(10, None))],
            vec![(20, None)],
        ),
        ("ended", vec![(9, S, assigned(9, None)), (8, S, ended(ago(8)))], vec![]),
        (
            "and assigned again",
            vec![(9, S, assigned(9, None)), (8, S, ended(ago(8))), (3, S, assigned(3, None))],
            vec![(3, None)],
        ),
        (
            "the end of the old time does not concern the new one",
            vec![
                (9, S, assigned(90, None)),
                (8, S, ended(ago(80))),
                (7, S, assigned(20, None)),
                (6, S, ended(ago(80))),
            ],
            vec![(20, None)],
        ),
        ("over before it began", vec![(9, S, assigned(-5, None)), (8, S, ended(ago(8)))], vec![]),
        ("ends ahead", vec![(9, S, assigned(9, None)), (8, S, ended(ago(-8)))], vec![(9, Some(-8))]),
        ("the end comes first", vec![(8, S, ended(ago(7))), (8, S, assigned(9, None))], vec![]),
    ];
    for (why, story, expected) in table {
        assert_eq!(workers(&view(&story)), expected, "{why}");
    }
}

/// The periods of one assignment in one message are a set: every order gives the same.
#[test]
fn periods_of_one_message_have_no_order() {
    let periods = [assigned(90, Some(80)), assigned(70, Some(60)), assigned(20, None)];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let story: Story = order.iter().map(|n| (9, S, periods[*n].clone())).collect();
        let view = view(&story);
        assert_eq!(workers(&view), [(20, None)], "{order:?}");
        assert_eq!(view.social.assignments[&key("assignment", "1")].spans.all().len(), 3, "{order:?}");
    }
}

/// A resource put again replaces what it stated before (FHIR `CareTeam`).
#[test]
fn a_member_who_left_the_team_is_no_longer_assigned() {
    let other = |from: i64| assignment("2", OWN, ago(from), None);
    let table: Vec<(&str, Story, Vec<Seen>)> = vec![
        ("on it", vec![(9, S, assigned(9, None)), (9, S, team(&["1"]))], vec![(9, None)]),
        ("put again without", vec![(9, S, assigned(9, None)), (9, S, team(&["1"])), (5, S, team(&[]))], vec![]),
        (
            "another instead",
            vec![(9, S, assigned(9, None)), (9, S, team(&["1"])), (5, S, other(5)), (5, S, team(&["2"]))],
            vec![(5, None)],
        ),
        (
            "and back again",
            vec![
                (9, S, assigned(9, None)),
                (9, S, team(&["1"])),
                (5, S, team(&[])),
                (3, S, assigned(3, None)),
                (3, S, team(&["1"])),
            ],
            vec![(3, None)],
        ),
        (
            "put again with the same: since does not drift",
            vec![(9, S, assigned(9, None)), (9, S, team(&["1"])), (5, S, assigned(5, None)), (5, S, team(&["1"]))],
            vec![(9, None)],
        ),
        (
            "put again with another time only",
            vec![
                (9, S, assigned(9, Some(-9))),
                (9, S, team(&["1"])),
                (5, S, assigned(-20, None)),
                (5, S, team(&["1"])),
            ],
            vec![],
        ),
        (
            "the team first in its message",
            vec![
                (9, S, team(&["1"])),
                (9, S, assigned(9, Some(-9))),
                (5, S, team(&["1"])),
                (5, S, assigned(-20, None)),
            ],
            vec![],
        ),
    ];
    for (why, story, expected) in table {
        assert_eq!(workers(&view(&story)), expected, "{why}");
    }
}

#[test]
fn since_does_not_drift_when_a_fact_is_reported_again() {
    let case = || {
        Body::from(CaseOpened {
            case: key("case", "1"),
            ground: None,
            initiator: None,
            contacted_at: None,
            deadline_group: None,
            special_support: None,
        })
    };
    let work = || {
        let work = key("work", "1");
        Body::from(HealthSocialWorkOpened { work, channel: None, worker: None, until: None, unit: None })
    };
    let duty = || {
        Body::from(DutyContactRecorded {
            contact: key("contact", "1"),
            handed_over_to: None,
            service_task: None,
            worker: None,
            required_by: None,
            opened_by: None,
        })
    };
    let since = |view: &ParallelView| {
        let case = view.social.cases.values().next().and_then(|it| it.spans.since(now()));
        let clientship = view.social.clientships.values().next().and_then(|it| it.spans.since(now()));
        let work = view.social.health_social_work.values().next().and_then(|it| it.spans.since(now()));
        let duty = view.social.duty_contacts.values().next().and_then(|it| it.recorded_at);
        [case, clientship, work, duty]
    };
    let all = |hours: i64| {
        vec![(hours, S, case()), (hours, S, clientship_opened(None)), (hours, S, work()), (hours, S, duty())]
    };
    let mut story = all(9);
    assert_eq!(since(&view(&story)), [Some(ago(9)); 4]);
    story.extend(all(5));
    assert_eq!(since(&view(&story)), [Some(ago(9)); 4], "reported again");
    story.extend([
        (4, S, Body::from(CaseClosed { case: key("case", "1"), ground: code("no-ground") })),
        (4, S, clientship_closed()),
    ]);
    assert_eq!(since(&view(&story)), [None, None, Some(ago(9)), Some(ago(9))], "closed");
    story.extend(all(2));
    assert_eq!(since(&view(&story)), [Some(ago(2)), Some(ago(2)), Some(ago(9)), Some(ago(9))], "opened again");
}

/// A correction with an earlier time moves it: reported later, about a time before.
#[test]
fn an_earlier_time_corrects() {
    let mut events = crate::events(&[
        (
            9,
            S,
            Body::from(CaseOpened {
                case: key("case", "1"),
                ground: None,
                initiator: None,
                contacted_at: None,
                deadline_group: None,
                special_support: None,
            }),
        ),
        (9, S, clientship_opened(None)),
        (
            5,
            S,
            Body::from(CaseOpened {
                case: key("case", "1"),
                ground: None,
                initiator: None,
                contacted_at: None,
                deadline_group: None,
                special_support: None,
            }),
        ),
        (5, S, clientship_opened(None)),
    ]);
    events.iter_mut().skip(2).for_each(|it| it.event.happened_at = ago(30));
    let view = ParallelView::fold(&events);
    assert_eq!(view.social.cases.values().next().unwrap().spans.since(now()), Some(ago(30)));
    assert_eq!(view.social.clientships.values().next().unwrap().spans.since(now()), Some(ago(30)));
}

/// The reason and the worker belong to the time that ended.
#[test]
fn an_end_has_its_reason() {
    let again =
        Body::from(WorkerAssignmentEnded { assignment: key("assignment", "1"), ended_at: ago(7), reason: None });
    let view = view(&[(9, S, assigned(9, None)), (8, S, ended(ago(8))), (7, S, again)]);
    let end = view.social.assignments[&key("assignment", "1")].spans.all()[0].end().unwrap();
    assert_eq!((end.at, end.why.clone()), (ago(7), code("vacancy")), "the last time, and the reason that it left out");
    let Body::Assignment(AssignmentEvent::WorkerAssigned(WorkerAssigned { role, .. })) = assigned(9, None) else {
        panic!("assigned")
    };
    assert_eq!(role, Some(OWN));
}
