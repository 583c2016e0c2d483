//! What the law says of who may see what, a case a test (703/2023 53 §–59 §; STM 457/2024 12 §–18 §).
//!
//! `cargo test --workspace --test rules decree` also writes the decisions as a matrix.

mod class;
mod controller;
mod declared;
mod doubt;
mod joint;
mod model;

mod permission;
mod prohibition;
mod relationship;
mod task;
mod ward;
mod whole;

use crate::{P, S, Story, ago, code, county, events, facts, key, now, policy, sealed, started, states, view};
use care::OwnWorker;
use care::access::{
    CallerSide, Decision, Declarable, Declared, Policy, Purpose, Query, Request, Requester, Serves, Task, admit,
};
use care::answer::{County, Flagged, Shown};
use event::{
    AssessmentStarted, Body, ClientshipOpened, Direction, PermissionGiven, PermissionKind, PlanAgreed, ProhibitionSet,
    ProhibitionTarget, ReceivedEvent, Register, StayClass, WorkerAssigned, WorkerRole,
};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;
use testkit::history::keyring;
use uuid::Uuid;

fn request(side: CallerSide, query: Query) -> Request {
    let (task, purpose) = match side {
        CallerSide::Health => (Task::HealthSocialWork, Purpose::CareCoordination),
        CallerSide::Social => (Task::ClientWork, Purpose::CareCoordination),
        CallerSide::Duty => (Task::DutySocialService, Purpose::UrgentHelp),
    };
    admit(side, &[task], task, purpose, query).unwrap()
}

fn decision(side: CallerSide, story: &Story) -> Option<Decision> {
    // The duty service sees the view of its own matters only.
    let query = if side == CallerSide::Duty { Query::CheckInvolvement } else { Query::GetParallelView };
    request(side, query).decide(Some(&view(story)), &policy(), now())
}

fn shown(request: &Request, story: &Story) -> Shown {
    let (view, states) = (view(story), states(false));
    facts(Some(&view), &states).parallel_view(request, &county())
}

fn social_lane(request: &Request, story: &Story) -> care::Lane {
    shown(request, story).view.unwrap().social
}

fn own_workers(story: &Story) -> Option<usize> {
    own_workers_of(&request(CallerSide::Health, Query::GetOwnWorker), story)
}

fn own_workers_of(request: &Request, story: &Story) -> Option<usize> {
    let (view, states) = (view(story), states(false));
    let answer = facts(Some(&view), &states).own_worker(request, &county());
    match answer {
        Flagged { what: OwnWorker::Named(workers), .. } => Some(workers.len()),
        _ => None,
    }
}

/// A clientship of a service task with its own worker, an assessment and a plan.
fn of_task(task: &str, role: WorkerRole) -> Story {
    let clientship = key("clientship", task);
    let opened = ClientshipOpened { clientship, service_task: code(task), own_worker_not_named: None };
    let assigned = WorkerAssigned {
        assignment: key("assignment", task),
        clientship: Some(clientship),
        role: Some(role),
        worker_key: key("worker", task),
        worker: sealed(task),
        profession: None,
        public_service_post: None,
        from: ago(40),
        until: None,
    };
    let assessed = AssessmentStarted {
        assessment: key("assessment", task),
        case: None,
        kind: None,
        unit: None,
        joint: None,
        service_task: code(task),
    };
    let planned = PlanAgreed {
        plan: key("plan", task),
        kind: code("client-plan"),
        review_by: None,
        parties: Vec::new(),
        meet_every_days: None,
        service_task: code(task),
    };
    vec![(50, S, opened.into()), (40, S, assigned.into()), (45, S, assessed.into()), (44, S, planned.into())]
}

/// In hospital, with a clientship of working-age services and one of child protection.
fn story() -> Story {
    let mut story = vec![(99, P, started(StayClass::Inpatient, 99))];
    story.extend(of_task("working-age", WorkerRole::OwnWorker));
    story.extend(of_task("child-protection", WorkerRole::ChildsSocialWorker));
    story
}

fn with(mut story: Story, more: impl IntoIterator<Item = (i64, Register, Body)>) -> Story {
    story.extend(more);
    story
}

fn permission(tasks: &[&str]) -> PermissionGiven {
    PermissionGiven {
        permission: key("permission", "1"),
        kind: PermissionKind::DisclosurePermission,
        direction: Direction::ToHealthCare,
        organisation: None,
        service_tasks: tasks.iter().filter_map(|task| code(task)).collect(),
        patient_data: None,
        recorded_from: None,
        recorded_to: None,
        until: None,
    }
}

fn permits(tasks: &[&str]) -> (i64, Register, Body) {
    (20, P, permission(tasks).into())
}

fn forbids(target: ProhibitionTarget) -> ProhibitionSet {
    let prohibition = key("prohibition", "1");
    ProhibitionSet { prohibition, target, controller: None, service_task: None, stay: None, document: None }
}

fn tasks_of(lane: &care::Lane) -> BTreeSet<&str> {
    let plans = lane.plans.values().filter_map(|it| it.service_task.as_ref());
    let assessments = lane.assessments.values().filter_map(|it| it.service_task.as_ref());
    let clientships = lane.clientships.values().filter_map(|it| it.service_task());
    plans.chain(assessments).chain(clientships).map(event::Code::as_str).collect()
}

/// The same, reported by another source.
fn by(source: &str, story: &Story) -> Vec<ReceivedEvent> {
    let mut events = events(story);
    for (n, it) in events.iter_mut().enumerate() {
        it.event.id = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{source} {n}").as_bytes());
        it.event.source = source.into();
        it.event.record = keyring().record(source, "own", "1");
    }
    events
}

/// What the source states of its service tasks.
fn serving(of: &[(&str, Serves)]) -> Policy {
    let mut policy = (*policy()).clone();
    policy.serves.extend(of.iter().map(|(source, serves)| ((*source).to_owned(), *serves)));
    policy
}

fn with_policy(policy: Policy) -> County {
    County { policy: Arc::new(policy), ..county() }
}

/// A requester whose users work in these service tasks.
fn working_in(tasks: &[&str]) -> Requester {
    Requester { service_tasks: tasks.iter().filter_map(|task| code(task)).collect(), ..Requester::default() }
}

/// A requester of this controller.
fn of_controller(controller: &str) -> Requester {
    Requester { controller: Some(controller.to_owned()), ..Requester::default() }
}

/// A requester of these sources.
fn from(sources: &[&str]) -> Requester {
    Requester { sources: sources.iter().map(|it| (*it).to_owned()).collect(), ..Requester::default() }
}

#[test]
fn matrix() {
    let permitted = with(story(), [permits(&["working-age"])]);
    let mut text = String::new();
    for (title, side, story) in [
        ("the duty service", CallerSide::Duty, story()),
        ("social care: client work", CallerSide::Social, story()),
        ("health social work, without a permission", CallerSide::Health, story()),
        ("health social work, with a permission for working-age services", CallerSide::Health, permitted),
    ] {
        writeln!(text, "\n{title}\n{}", decision(side, &story).unwrap()).unwrap();
    }
    for basis in Declarable::ALL {
        for (side, sees) in [(CallerSide::Social, "social care"), (CallerSide::Health, "health social work")] {
            let ask = request(side, Query::GetOwnWorker);
            let Ok(ask) = ask.declaring(Declared { basis: *basis, at: now() }, &[*basis].into()) else { continue };
            let none = Policy { authority: BTreeSet::new(), ..(*policy()).clone() };
            let decision = ask.decide(Some(&view(&story())), &Arc::new(none), now()).unwrap();
            let declared = decision.to_string();
            let declared = declared.lines().filter(|line| line.contains("declared")).collect::<Vec<_>>().join("\n");
            writeln!(
                text,
                "\n{sees}, which declares {} (of its own register: of another controller)\n{declared}",
                basis.name()
            )
            .unwrap();
        }
    }
    // Past the capture of the test's output.
    std::io::stderr().write_all(text.as_bytes()).unwrap();
    assert!(text.contains("703/2023 53 § 3 mom.; 457/2024 18 §, only working-age"), "{text}");
    for provision in ["53 § 6 mom. (declared)", "55 § 2 mom., no capacity (declared)", "56 § 1 mom. 1 k. (declared)"]
    {
        assert!(text.contains(provision), "{provision}: {text}");
    }
}
