//! A joint service opens what is necessary to those who take part, where the county has switched it on (703/2023 53 § 1 mom.).

use super::{by, forbids, from, of_controller, of_task, request, serving, shown, story, with, with_policy};
use crate::{P, S, Story, ago, code, events, facts, key, policy, sealed, states, view};
use care::ParallelView;
use care::access::{CallerSide, Policy, Query, Request, Serves, ServiceClass};
use care::answer::County;
use event::{
    AssessmentFinished, AssessmentStarted, Body, ProhibitionLifted, ProhibitionTarget, Register, WorkerAssigned,
    WorkerRole,
};
use std::collections::BTreeSet;

fn assessed(register: Register, name: &str, task: Option<&str>) -> (i64, Register, Body) {
    let started = AssessmentStarted {
        assessment: key("assessment", name),
        case: None,
        kind: None,
        unit: None,
        joint: Some(true),
        service_task: task.and_then(code),
    };
    (30, register, started.into())
}

/// In hospital, with two clientships, and an assessment that both sides make together in working-age services.
fn joint() -> Story {
    with(story(), [assessed(P, "hospital", None), assessed(S, "working-age", Some("working-age"))])
}

fn county(joint_service: bool) -> County {
    with_policy(Policy { joint_service, authority: BTreeSet::new(), ..(*policy()).clone() })
}

/// How many workers, assessments, clientships and plans of the other side are seen.
fn across(ask: &Request, story: &Story, county: &County) -> [usize; 4] {
    let (view, states) = (view(story), states(false));
    let Some(view) = facts(Some(&view), &states).parallel_view(ask, county).view else { return [0; 4] };
    let lane = if ask.own() == P { view.social } else { view.health };
    [lane.assignments.len(), lane.assessments.len(), lane.clientships.len(), lane.plans.len()]
}

fn health() -> Request {
    request(CallerSide::Health, Query::GetParallelView)
}

fn social() -> Request {
    request(CallerSide::Social, Query::GetParallelView)
}

#[test]
fn a_joint_service_opens_what_is_necessary_to_those_who_take_part() {
    assert_eq!(across(&health(), &joint(), &county(true)), [1, 1, 0, 0], "its service task's worker, and itself");
    assert_eq!(across(&health(), &joint(), &county(false)), [0; 4], "only where the county has confirmed it");
    assert_eq!(across(&social(), &joint(), &county(true)), [0, 1, 0, 0]);
    assert_eq!(across(&social(), &joint(), &county(false)), [0; 4]);
    assert_eq!(shown(&health(), &joint()).lanes, [P], "usually it is not confirmed");
}

#[test]
fn one_sides_word_is_no_joint_service() {
    let only = |more: Story| across(&health(), &with(story(), more), &county(true));
    assert_eq!(only(vec![assessed(P, "hospital", None)]), [0; 4]);
    assert_eq!(only(vec![assessed(S, "working-age", Some("working-age"))]), [0; 4]);
    let alone = AssessmentStarted {
        joint: Some(false),
        ..match assessed(P, "hospital", None).2 {
            Body::Assessment(event::AssessmentEvent::AssessmentStarted(it)) => it,
            _ => unreachable!(),
        }
    };
    let stated = vec![(29, P, alone.into()), assessed(S, "working-age", Some("working-age"))];
    assert_eq!(only(stated), [0; 4], "stated as none");
}

#[test]
fn a_joint_service_ends_with_either_assessment() {
    for name in ["hospital", "working-age"] {
        let ready =
            AssessmentFinished { assessment: key("assessment", name), own_worker_needed: None, clientship: None };
        let register = if name == "hospital" { P } else { S };
        let over = with(joint(), [(5, register, ready.into())]);
        assert_eq!(across(&health(), &over, &county(true)), [0; 4], "{name}");
    }
}

#[test]
fn who_takes_no_part_in_a_joint_service_sees_nothing_of_it() {
    let of = |requester| health().of(requester);
    assert_eq!(across(&of(from(&["test"])), &joint(), &county(true)), [1, 1, 0, 0], "by a system of their own");
    assert_eq!(across(&of(from(&["another"])), &joint(), &county(true)), [0; 4], "not by another's");
    assert_eq!(across(&of(of_controller("1.2.3")), &joint(), &county(true)), [0; 4], "nor of another controller");
}

#[test]
fn what_is_forbidden_or_apart_is_no_joint_service() {
    let all = with(joint(), [(20, S, forbids(ProhibitionTarget::All).into())]);
    assert_eq!(across(&health(), &all, &county(true)), [0; 4]);
    let lifted = ProhibitionLifted { prohibition: key("prohibition", "1") };
    assert_eq!(across(&health(), &with(all, [(10, S, lifted.into())]), &county(true)), [1, 1, 0, 0]);
    let document = event::ProhibitionSet {
        document: Some(key("assessment", "working-age")),
        ..forbids(ProhibitionTarget::Document)
    };
    let all = with(joint(), [(20, S, document.into())]);
    assert_eq!(across(&health(), &all, &county(true)), [0; 4], "nor is it shown to be there by a worker");
    let shelter = with(story(), of_task("shelter", WorkerRole::OwnWorker));
    let shelter = with(shelter, [assessed(P, "hospital", None), assessed(S, "shelter", Some("shelter"))]);
    assert_eq!(across(&health(), &shelter, &county(true)), [0; 4], "a shelter's");
    // A shelter's own assessment in the patient register tells social care nothing, not even by a worker there.
    let nurse = WorkerAssigned {
        assignment: key("assignment", "nurse"),
        clientship: None,
        role: Some(WorkerRole::HealthSocialWorker),
        worker_key: key("worker", "nurse"),
        worker: sealed("nurse"),
        profession: None,
        public_service_post: None,
        from: ago(40),
        until: None,
    };
    let rest = with(story(), [assessed(S, "working-age", Some("working-age")), (40, P, nurse.into())]);
    let workers = |source: &str| {
        let mut policy = Policy { joint_service: true, authority: BTreeSet::new(), ..serving(&[]) };
        policy.serves.insert("refuge".to_owned(), Serves::Only(ServiceClass::Shelter));
        policy.serves.insert("clinic".to_owned(), Serves::Ordinary);
        let mut all = events(&rest);
        all.extend(by(source, &vec![assessed(P, "hospital", None)]));
        let (view, states) = (ParallelView::fold(&all), states(false));
        let view = facts(Some(&view), &states).parallel_view(&social(), &with_policy(policy)).view;
        view.unwrap().health.assignments.len()
    };
    assert_eq!((workers("clinic"), workers("refuge")), (1, 0));
    // What has no service task of the joint assessment's stays closed.
    let other = WorkerAssigned {
        assignment: key("assignment", "other"),
        clientship: None,
        role: Some(WorkerRole::OwnWorker),
        worker_key: key("worker", "other"),
        worker: sealed("other"),
        profession: None,
        public_service_post: None,
        from: ago(40),
        until: None,
    };
    let more = with(joint(), [(40, S, other.into())]);
    assert_eq!(across(&health(), &more, &county(true)), [1, 1, 0, 0]);
}
