//! What the task of the asker reaches in the own register (STM 457/2024 13 §, 14 §).

use super::{of_task, permits, request, shown, story, tasks_of, working_in};
use crate::{P, S, Story, ago, county, facts, key, now, policy, states, view};
use care::Involvement;
use care::access::{CallerSide, Purpose, Query, Task, admit};
use care::source::Completeness;
use event::{HealthSocialWorkOpened, StayClass, StayPlanned, WorkerRole};
use std::collections::BTreeSet;

fn of_social_task(task: Task, service_tasks: &[&str], story: &Story) -> BTreeSet<String> {
    let request = admit(CallerSide::Social, &[task], task, Purpose::CareCoordination, Query::GetParallelView).unwrap();
    let shown = shown(&request.of(working_in(service_tasks)), story);
    let lane = shown.view.map(|view| view.social).unwrap_or_default();
    tasks_of(&lane).into_iter().map(str::to_owned).collect()
}

#[test]
fn arranging_services_reaches_the_common_tasks_and_its_own() {
    let mut story = story();
    story.extend(of_task("older", WorkerRole::ResponsibleWorker));
    story.extend(of_task("disability", WorkerRole::ResponsibleWorker));
    let seen = |service_tasks| of_social_task(Task::ServiceArranging, service_tasks, &story);
    assert_eq!(seen(&["older"]), ["older", "working-age"].map(str::to_owned).into());
    assert_eq!(seen(&["disability"]), ["disability", "older", "working-age"].map(str::to_owned).into());
}

#[test]
fn delivering_a_service_reaches_that_service_only() {
    let seen = |service_tasks| of_social_task(Task::ServiceDelivery, service_tasks, &story());
    assert_eq!(seen(&["working-age"]), ["working-age".to_owned()].into());
    assert_eq!(seen(&[]), BTreeSet::new());
    let request = admit(
        CallerSide::Social,
        &[Task::ServiceDelivery],
        Task::ServiceDelivery,
        Purpose::CareCoordination,
        Query::CheckInvolvement,
    );
    let decision =
        request.unwrap().of(working_in(&["working-age"])).decide(Some(&view(&story())), &policy(), now()).unwrap();
    assert!(!decision.sees_lane(P), "where the client is treated needs a permission");
}

#[test]
fn health_social_work_of_the_social_register_is_no_involvement_to_health() {
    let work = HealthSocialWorkOpened { work: key("work", "1"), channel: None, worker: None, until: None, unit: None };
    // Health care's client by a visit to a clinic, which is no involvement.
    let visit = StayPlanned {
        stay: Some(key("stay", "1")),
        class: Some(StayClass::Outpatient),
        ward: None,
        expected_at: Some(ago(-9)),
    };
    let story = vec![(99, P, visit.into()), (9, S, work.into()), permits(&["working-age"])];
    let (view, states) = (view(&story), states(false));
    let answer =
        facts(Some(&view), &states).involvement(&request(CallerSide::Health, Query::CheckInvolvement), &county());
    // Nor is it "none": it may be written there.
    assert_eq!(answer, Involvement::NotKnown(Completeness::withheld()));
}
