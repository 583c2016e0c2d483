//! A shelter and mediation are apart, and so is what may be theirs (STM 457/2024 12 §, 15 §).

use super::{
    by, from, of_task, permits, request, serving, social_lane, story, tasks_of, with, with_policy, working_in,
};
use crate::{P, S, Story, ago, code, events, facts, key, now, policy, protected, sealed, started, states, view};
use care::ParallelView;
use care::access::{CallerSide, Policy, Query, Request, Requester, Serves, ServiceClass};
use care::source::{Completeness, Source};
use event::{
    Body, CareTeamStated, CaseOpened, ContactRecorded, CooperationRequested, DutyContactRecorded, FactKind,
    HealthSocialWorkOpened, PersonUpdated, StayClass, WorkerAssigned, WorkerRole,
};
use std::collections::BTreeSet;

const SHELTER: &str = "turvakoti";

#[test]
fn a_shelter_and_mediation_are_apart() {
    let mut all = story();
    all.push((9, S, crate::duty_contact()));
    all.extend(of_task("shelter", WorkerRole::ResponsibleWorker));
    all.extend(of_task("mediation", WorkerRole::ResponsibleWorker));
    let seen = |side, tasks: &[&str]| {
        let lane = social_lane(&request(side, Query::GetParallelView).of(working_in(tasks)), &all);
        let tasks: Vec<&str> = ["shelter", "mediation"].into_iter().filter(|it| tasks_of(&lane).contains(it)).collect();
        assert_eq!(lane.assignments.len(), 2 + tasks.len(), "a worker is shown with the clientship");
        tasks.join(" ")
    };
    assert_eq!(seen(CallerSide::Duty, &[]), "");
    assert_eq!(seen(CallerSide::Duty, &["shelter", "mediation"]), "", "never, whatever is configured");
    assert_eq!(seen(CallerSide::Social, &[]), "");
    assert_eq!(seen(CallerSide::Social, &["child-protection"]), "", "not whoever works in child protection");
    assert_eq!(seen(CallerSide::Social, &["shelter"]), "shelter");
    assert_eq!(seen(CallerSide::Social, &["mediation"]), "mediation");
    let permitted = with(all.clone(), [permits(&["shelter", "mediation"])]);
    assert!(tasks_of(&social_lane(&request(CallerSide::Health, Query::GetParallelView), &permitted)).is_empty());
}

/// Only the child's own social worker, by name, sees that the child is in a shelter: the one whom the source has assigned, if a
/// token names the user as that worker.
#[test]
fn a_shelter_is_shown_to_the_childs_own_social_worker() {
    let mut all = story();
    all.extend(of_task("shelter", WorkerRole::ResponsibleWorker));
    let seen = |worker: Option<&str>, tasks: &[&str]| {
        let workers: BTreeSet<_> = worker.map(|it| key("worker", it)).into_iter().collect();
        let requester = Requester { workers, ..working_in(tasks) };
        let lane = social_lane(&request(CallerSide::Social, Query::GetParallelView).of(requester), &all);
        tasks_of(&lane).contains("shelter")
    };
    let child_protection = &["child-protection"];
    assert!(seen(Some("child-protection"), child_protection));
    assert!(!seen(None, child_protection), "nobody vouches for who asks");
    assert!(!seen(Some("working-age"), child_protection), "another worker of the child");
    assert!(!seen(Some("child-protection"), &[]), "a user has no more than the system");
    let duty = Requester { workers: [key("worker", "child-protection")].into(), ..working_in(child_protection) };
    all.push((9, S, crate::duty_contact()));
    let lane = social_lane(&request(CallerSide::Duty, Query::GetParallelView).of(duty), &all);
    assert!(!tasks_of(&lane).contains("shelter"), "never for the duty service");
}

#[test]
fn a_client_of_a_shelter_alone_is_no_client_of_others() {
    let shelter = of_task("shelter", WorkerRole::ResponsibleWorker);
    let related = |tasks: &[&str]| {
        let request = request(CallerSide::Social, Query::GetParallelView).of(working_in(tasks));
        request.decide(Some(&view(&shelter)), &policy(), now()).is_some()
    };
    assert!(!related(&[]) && !related(&["working-age"]), "the same answer as for an unknown person");
    assert!(related(&["shelter"]));
}

/// Everything that can be reported without a service task, or of one whose class nobody has configured.
fn without_a_task() -> Story {
    let assigned = WorkerAssigned {
        assignment: key("assignment", "loose"),
        // Its clientship has not come yet.
        clientship: Some(key("clientship", "later")),
        role: Some(WorkerRole::OwnWorker),
        worker_key: key("worker", "loose"),
        worker: sealed("Turva"),
        profession: None,
        public_service_post: None,
        from: ago(40),
        until: None,
    };
    let case = CaseOpened {
        case: key("case", "1"),
        ground: None,
        initiator: None,
        contacted_at: None,
        deadline_group: None,
        special_support: None,
    };
    let met = ContactRecorded { contact: key("visit", "1"), channel: None, unit: None, mode: None };
    let asked = CooperationRequested { request: key("cooperation", "1"), asked_of: None, required_by: None };
    let duty = DutyContactRecorded {
        contact: key("contact", "1"),
        handed_over_to: None,
        service_task: None,
        worker: None,
        required_by: None,
        opened_by: None,
    };
    let work = HealthSocialWorkOpened { work: key("work", "1"), channel: None, worker: None, until: None, unit: None };
    let team = CareTeamStated { team: key("team", "1"), assignments: vec![key("assignment", "loose")] };
    let mut story: Story = vec![
        (50, S, PersonUpdated { language: code("fi"), ..PersonUpdated::default() }.into()),
        (49, S, protected()),
        (48, S, case.into()),
        (47, S, met.into()),
        (46, S, asked.into()),
        (45, S, duty.into()),
        (44, S, work.into()),
        (43, S, team.into()),
        (42, S, assigned.into()),
    ];
    story.extend(of_task("07", WorkerRole::ResponsibleWorker));
    story
}

/// What is known of a client of whom only `source` has reported: of what the view, the lists and the timeline show, everything.
fn seen_of(request: &Request, source: &str, policy: &Policy) -> Vec<String> {
    let mut all = by(source, &without_a_task());
    // The caller has a matter of the client's, of a task that all may see.
    let opened = event::ClientshipOpened {
        clientship: key("clientship", "own"),
        service_task: code("older"),
        own_worker_not_named: None,
    };
    all.extend(by("test", &vec![(99, S, opened.into()), (98, S, crate::duty_contact())]));
    let (view, states, county) = (ParallelView::fold(&all), states(false), with_policy(policy.clone()));
    let facts = facts(Some(&view), &states);
    let mut seen = Vec::new();
    let shown = facts.parallel_view(request, &county).view.unwrap();
    let lane = shown.social;
    let bodies = format!("{lane:?}");
    if bodies.contains(source) {
        seen.push(format!("view: {bodies}"));
    }
    let workers = facts.workers(&admitted(request, Query::ListCurrentWorkers), &county).workers;
    seen.extend(workers.iter().filter(|it| it.source == source).map(|it| format!("worker: {:?}", it.role)));
    let own = facts.own_worker(&admitted(request, Query::GetOwnWorker), &county).what;
    if format!("{own:?}").contains(source) {
        seen.push("own worker".to_owned());
    }
    let involved = facts.involvement(&admitted(request, Query::CheckInvolvement), &county);
    if matches!(involved, care::Involvement::Involved { .. }) {
        seen.push("involvement".to_owned());
    }
    let lines = facts.timeline(&admitted(request, Query::ListTimeline), &county, &all).entries;
    seen.extend(lines.iter().filter(|it| it.source == source).map(|it| format!("line: {}", it.event_type)));
    seen
}

fn admitted(request: &Request, query: Query) -> Request {
    super::request(request.side, query).of(request.requester.clone())
}

/// Fail closed: what may be a shelter's is a shelter's.
#[test]
fn what_has_no_known_class_is_apart_unless_its_source_is_an_ordinary_one() {
    let callers = [CallerSide::Duty, CallerSide::Social];
    let ask = |side| request(side, Query::GetParallelView).of(from(&["test", "x", SHELTER]));
    for side in callers {
        assert_eq!(seen_of(&ask(side), "x", &serving(&[])), Vec::<String>::new(), "it states nothing: {side:?}");
        let shelter = serving(&[(SHELTER, Serves::Only(ServiceClass::Shelter))]);
        assert_eq!(seen_of(&ask(side), SHELTER, &shelter), Vec::<String>::new(), "a shelter: {side:?}");
        let ordinary = seen_of(&ask(side), "x", &serving(&[("x", Serves::Ordinary)]));
        let lines = ordinary.iter().filter(|it| it.starts_with("line")).count();
        let workers = ordinary.iter().filter(|it| it.starts_with("worker")).count();
        assert_eq!((lines, workers), (without_a_task().len(), 3), "an ordinary one is of use: {ordinary:?}");
        assert!(ordinary.iter().any(|it| it.starts_with("view")) && ordinary.contains(&"involvement".to_owned()));
    }
    let works_there = Requester { ..working_in(&["shelter"]) };
    let shelter = serving(&[(SHELTER, Serves::Only(ServiceClass::Shelter))]);
    let seen = seen_of(&request(CallerSide::Social, Query::GetParallelView).of(works_there), SHELTER, &shelter);
    assert!(seen.len() > 10, "those who work there see it: {seen:?}");
}

/// A code is of a class by the configuration, whatever its source states; a permission that names one without a class opens
/// nothing of a source that states nothing.
#[test]
fn a_code_without_a_class_is_not_opened_by_a_permission() {
    let seen = |serves: Option<Serves>, class: Option<ServiceClass>| {
        let mut all = events(&[(99, P, started(StayClass::Inpatient, 99)), permits(&["07"])]);
        all.extend(by("x", &of_task("07", WorkerRole::OwnWorker)));
        let mut policy = serving(&[]);
        policy.serves.extend(serves.map(|it| ("x".to_owned(), it)));
        policy.classes.extend(class.map(|it| (code("07").unwrap(), it)));
        let (view, states) = (ParallelView::fold(&all), states(false));
        let shown = facts(Some(&view), &states)
            .parallel_view(&request(CallerSide::Health, Query::GetParallelView), &with_policy(policy));
        !shown.view.unwrap().social.clientships.is_empty()
    };
    assert!(!seen(None, None) && seen(Some(Serves::Ordinary), None) && seen(None, Some(ServiceClass::Older)));
    assert!(!seen(Some(Serves::Ordinary), Some(ServiceClass::Shelter)), "by its code it is a shelter's");
    assert!(!seen(Some(Serves::Only(ServiceClass::Shelter)), Some(ServiceClass::Older)), "by its source it is");
}

/// A rejected message that names the client, or one that is not understood, tells that the source has something of them.
#[test]
fn a_doubt_about_a_shelters_message_is_told_to_nobody_outside() {
    let doubts = |side, policy: &Policy| {
        let story = vec![(99, S, crate::clientship_opened(None)), (98, S, crate::duty_contact())];
        let mut all = events(&story);
        let unknown = by(SHELTER, &vec![(50, S, Body::Unknown(Vec::new().into()))]);
        all.extend(unknown);
        let covers: BTreeSet<FactKind> = FactKind::ALL.iter().copied().collect();
        let source = |name: &str| Source {
            name: name.into(),
            register: None,
            covers: covers.clone(),
            silence_seconds: 600,
            contact: None,
        };
        let reported_until = [("test".to_owned(), now()), (SHELTER.to_owned(), now())].into();
        let reports = care::source::Reports { reported_until, ..care::source::Reports::default() };
        let states = care::source::SourceState::all(&[source("test"), source(SHELTER)], &reports, now());
        let view = ParallelView::fold(&all);
        let rejected = [(SHELTER.to_owned(), ago(9))].into();
        let facts = care::answer::Facts { rejected_since: &rejected, ..facts(Some(&view), &states) };
        facts.parallel_view(&request(side, Query::GetParallelView), &with_policy(policy.clone())).completeness
    };
    let shelter = serving(&[(SHELTER, Serves::Only(ServiceClass::Shelter))]);
    let ordinary = serving(&[(SHELTER, Serves::Ordinary)]);
    for side in [CallerSide::Duty, CallerSide::Social] {
        assert_eq!(doubts(side, &shelter), Completeness::Complete, "{side:?}");
        assert_eq!(doubts(side, &serving(&[])), Completeness::withheld(), "it may be a shelter's: {side:?}");
        assert!(
            matches!(doubts(side, &ordinary), Completeness::NotKnown { doubts, .. } if doubts.len() == 2),
            "{side:?}"
        );
    }
}

/// The flag goes with data (661/2009 37 §): alone it would tell that the client has some.
#[test]
fn a_flag_that_only_a_shelter_has_set_is_not_shown_alone() {
    let shelter = serving(&[(SHELTER, Serves::Only(ServiceClass::Shelter))]);
    let flag = |more: &Story| {
        let mut all = by(SHELTER, &vec![(50, S, protected())]);
        all.extend(events(&with(vec![(98, S, crate::duty_contact())], more.clone())));
        let (view, states) = (ParallelView::fold(&all), states(false));
        let ask = request(CallerSide::Duty, Query::ListCurrentWorkers);
        facts(Some(&view), &states).workers(&ask, &with_policy(shelter.clone())).protected
    };
    assert!(!flag(&vec![]));
    assert!(flag(&of_task("older", WorkerRole::OwnWorker)), "it goes with what is shown");
}
