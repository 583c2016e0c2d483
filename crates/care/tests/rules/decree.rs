//! What the law says of who may see what, a case a test (703/2023 53 §–59 §; STM 457/2024 12 §–18 §).
//!
//! `cargo test --workspace --test rules decree` also writes the decisions as a matrix.

use crate::{P, S, Story, ago, code, county, events, facts, key, now, sealed, started, states, view};
use care::access::{CallerSide, Data, Decision, Item, Policy, Purpose, Query, Request, Requester, Task, admit};
use care::answer::{Flagged, Shown};
use care::source::Completeness;
use care::{Involvement, OwnWorker, ParallelView};
use event::{
    AssessmentStarted, Body, ClientshipOpened, Direction, DutyContactRecorded, HealthSocialWorkOpened, PatientData,
    PermissionGiven, PermissionKind, PermissionWithdrawn, PlanAgreed, ProhibitionLifted, ProhibitionSet,
    ProhibitionTarget, Register, StayClass, WorkerAssigned, WorkerRole,
};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;

fn request(side: CallerSide, query: Query) -> Request {
    let (task, purpose) = match side {
        CallerSide::Health => (Task::HealthSocialWork, Purpose::CareCoordination),
        CallerSide::Social => (Task::ClientWork, Purpose::CareCoordination),
        CallerSide::Duty => (Task::DutySocialService, Purpose::UrgentHelp),
    };
    admit(side, &[task], task, purpose, query).unwrap()
}

fn decision(side: CallerSide, story: &Story) -> Option<Decision> {
    request(side, Query::GetParallelView).decide(Some(&view(story)), &Arc::default(), now())
}

fn shown(request: &Request, story: &Story) -> Shown {
    let (view, states) = (view(story), states(false));
    facts(Some(&view), &states).parallel_view(request, &county())
}

fn social_lane(request: &Request, story: &Story) -> care::Lane {
    shown(request, story).view.unwrap().social
}

fn own_workers(story: &Story) -> Option<usize> {
    let (view, states) = (view(story), states(false));
    let answer = facts(Some(&view), &states).own_worker(&request(CallerSide::Health, Query::GetOwnWorker), &county());
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
        role,
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

#[test]
fn health_without_a_permission_sees_its_own_lane_only() {
    let shown = shown(&request(CallerSide::Health, Query::GetParallelView), &story());
    assert_eq!(shown.lanes, [P]);
    assert_eq!(shown.view.unwrap().social, care::Lane::default());
    assert_eq!(own_workers(&story()), None, "withheld");
}

#[test]
fn a_permission_opens_the_service_task_that_it_names_and_no_other() {
    let story = with(story(), [permits(&["working-age"])]);
    let lane = social_lane(&request(CallerSide::Health, Query::GetParallelView), &story);
    assert_eq!(tasks_of(&lane), ["working-age"].into());
    assert_eq!(
        (lane.assignments.len(), lane.clientships.len(), lane.plans.len(), lane.assessments.len()),
        (1, 1, 1, 1)
    );
    assert_eq!(own_workers(&story), Some(1));
    let named = with(story, [(10, P, permission(&["working-age", "child-protection"]).into())]);
    let lane = social_lane(&request(CallerSide::Health, Query::GetParallelView), &named);
    assert_eq!(tasks_of(&lane).len(), 2, "child protection if it is named");
}

#[test]
fn a_permission_that_names_no_service_task_opens_nothing() {
    let story = with(story(), [permits(&[])]);
    assert_eq!(shown(&request(CallerSide::Health, Query::GetParallelView), &story).lanes, [P]);
    assert_eq!(own_workers(&story), None);
}

#[test]
fn withdrawn_between_two_questions_it_opens_nothing() {
    let given = with(story(), [permits(&["working-age"])]);
    assert_eq!(own_workers(&given), Some(1));
    let withdrawn = PermissionWithdrawn { permission: key("permission", "1") };
    assert_eq!(own_workers(&with(given, [(10, P, withdrawn.into())])), None);
}

#[test]
fn a_permission_ends_by_itself_and_does_not_begin_early() {
    let until = |hours| PermissionGiven { until: Some(ago(hours)), ..permission(&["working-age"]) };
    assert_eq!(own_workers(&with(story(), [(20, P, until(-1).into())])), Some(1));
    assert_eq!(own_workers(&with(story(), [(20, P, until(1).into())])), None);
    assert_eq!(own_workers(&with(story(), [(-1, P, permission(&["working-age"]).into())])), None);
}

#[test]
fn each_way_is_permitted_separately() {
    let other = PermissionGiven {
        direction: Direction::ToSocialCare,
        patient_data: Some(PatientData::All),
        ..permission(&["working-age"])
    };
    assert_eq!(own_workers(&with(story(), [(20, P, other.into())])), None);
}

#[test]
fn a_permission_for_another_organisation_opens_nothing() {
    let other = PermissionGiven { organisation: code("1.2.246.10.1"), ..permission(&["working-age"]) };
    let story = with(story(), [(20, P, other.into())]);
    assert_eq!(own_workers(&story), None);
    let view = view(&story);
    let of = |controller: &str| {
        let requester = Requester { controller: Some(controller.into()), ..Requester::default() };
        let request = request(CallerSide::Health, Query::GetParallelView).of(requester);
        request.decide(Some(&view), &Arc::default(), now()).is_some_and(|it| it.sees_lane(S))
    };
    assert!(of("1.2.246.10.1") && !of("1.2.246.10.2"));
}

#[test]
fn a_permission_for_a_time_opens_what_happened_then() {
    let from = |hours| PermissionGiven { recorded_from: Some(ago(hours)), ..permission(&["working-age"]) };
    let plans = |story| social_lane(&request(CallerSide::Health, Query::GetParallelView), &story).plans.len();
    assert_eq!(plans(with(story(), [(20, P, from(45).into())])), 1);
    assert_eq!(plans(with(story(), [(20, P, from(43).into())])), 0);
}

#[test]
fn a_duty_contact_is_shown_to_health_only_if_its_task_is_named() {
    let contact =
        |task| DutyContactRecorded { contact: key("contact", "1"), handed_over_to: None, service_task: code(task) };
    let seen = |task| {
        let story = with(story(), [permits(&["working-age"]), (9, S, contact(task).into())]);
        social_lane(&request(CallerSide::Health, Query::GetParallelView), &story).duty_contacts.len()
    };
    assert_eq!((seen("working-age"), seen("families"), seen("")), (1, 0, 0));
}

#[test]
fn permitted_and_forbidden_of_one_task_is_forbidden() {
    let forbidden = ProhibitionSet { service_task: code("working-age"), ..forbids(ProhibitionTarget::ServiceTask) };
    let story = with(story(), [permits(&["working-age"]), (30, S, forbidden.into())]);
    assert_eq!(own_workers(&story), None);
    assert!(tasks_of(&social_lane(&request(CallerSide::Health, Query::GetParallelView), &story)).is_empty());
    let own = social_lane(&request(CallerSide::Social, Query::GetParallelView), &story);
    assert!(tasks_of(&own).contains("working-age"), "a prohibition does not bind use in the own register");
    let lifted = ProhibitionLifted { prohibition: key("prohibition", "1") };
    assert_eq!(own_workers(&with(story, [(5, S, lifted.into())])), Some(1));
}

#[test]
fn everything_forbidden_or_one_document() {
    let seen = |forbidden: ProhibitionSet| {
        let story = with(story(), [permits(&["working-age"]), (30, S, forbidden.into())]);
        let lane = social_lane(&request(CallerSide::Health, Query::GetParallelView), &story);
        (lane.assignments.len(), lane.plans.len())
    };
    assert_eq!(seen(forbids(ProhibitionTarget::All)), (0, 0));
    assert_eq!(seen(forbids(ProhibitionTarget::Controller)), (0, 0), "the county's register");
    let plan = ProhibitionSet { document: Some(key("plan", "working-age")), ..forbids(ProhibitionTarget::Document) };
    assert_eq!(seen(plan), (1, 0));
}

#[test]
fn a_forbidden_stay_does_not_cross_the_line() {
    let forbidden = ProhibitionSet { stay: Some(key("stay", "1")), ..forbids(ProhibitionTarget::Stay) };
    let story = with(story(), [(30, P, forbidden.into())]);
    let stays = |side| shown(&request(side, Query::GetParallelView), &story).view.unwrap().health.stays.len();
    assert_eq!((stays(CallerSide::Social), stays(CallerSide::Duty), stays(CallerSide::Health)), (0, 0, 1));
    let (view, states) = (view(&story), states(false));
    let facts = facts(Some(&view), &states);
    let involved = facts.involvement(&request(CallerSide::Duty, Query::CheckInvolvement), &county());
    assert_eq!(involved, Involvement::NotInvolved, "the same as for somebody who is in no hospital");
    let workers = |side| facts.workers(&request(side, Query::ListCurrentWorkers), &county()).workers;
    let of_ward = |side| workers(side).iter().filter(|it| it.register == P).count();
    assert_eq!((of_ward(CallerSide::Duty), of_ward(CallerSide::Health)), (0, 1), "nor the ward's worker");
}

#[test]
fn a_shelter_and_mediation_are_apart() {
    let mut all = story();
    all.extend(of_task("shelter", WorkerRole::ResponsibleWorker));
    all.extend(of_task("mediation", WorkerRole::ResponsibleWorker));
    let seen = |side, tasks: &[&str]| {
        let service_tasks = tasks.iter().filter_map(|task| code(task)).collect();
        let requester = Requester { service_tasks, ..Requester::default() };
        let lane = social_lane(&request(side, Query::GetParallelView).of(requester), &all);
        let tasks: Vec<&str> = ["shelter", "mediation"].into_iter().filter(|it| tasks_of(&lane).contains(it)).collect();
        assert_eq!(lane.assignments.len(), 2 + tasks.len(), "a worker is shown with the clientship");
        tasks.join(" ")
    };
    assert_eq!(seen(CallerSide::Duty, &[]), "");
    assert_eq!(seen(CallerSide::Duty, &["shelter", "mediation"]), "", "never, whatever is configured");
    assert_eq!(seen(CallerSide::Social, &[]), "");
    assert_eq!(seen(CallerSide::Social, &["child-protection"]), "shelter", "the child's own social worker");
    assert_eq!(seen(CallerSide::Social, &["shelter"]), "shelter");
    assert_eq!(seen(CallerSide::Social, &["mediation"]), "mediation");
    let permitted = with(all.clone(), [permits(&["shelter", "mediation"])]);
    assert!(tasks_of(&social_lane(&request(CallerSide::Health, Query::GetParallelView), &permitted)).is_empty());
}

#[test]
fn a_client_of_a_shelter_alone_is_no_client_of_others() {
    let shelter = of_task("shelter", WorkerRole::ResponsibleWorker);
    let related = |tasks: &[&str]| {
        let service_tasks = tasks.iter().filter_map(|task| code(task)).collect();
        let requester = Requester { service_tasks, ..Requester::default() };
        let request = request(CallerSide::Social, Query::GetParallelView).of(requester);
        request.decide(Some(&view(&shelter)), &Arc::default(), now()).is_some()
    };
    assert!(!related(&[]) && !related(&["working-age"]), "the same answer as for an unknown person");
    assert!(related(&["shelter"]));
}

#[test]
fn health_social_work_of_the_social_register_is_no_involvement_to_health() {
    let work = HealthSocialWorkOpened { work: key("work", "1"), channel: None, worker: None, until: None, unit: None };
    let story = vec![(99, P, crate::planned(-9)), (9, S, work.into()), permits(&["working-age"])];
    let (view, states) = (view(&story), states(false));
    let answer =
        facts(Some(&view), &states).involvement(&request(CallerSide::Health, Query::CheckInvolvement), &county());
    assert_eq!(answer, Involvement::NotInvolved);
}

#[test]
fn the_timeline_is_decided_by_the_same_rule() {
    let story = with(story(), [permits(&["working-age"])]);
    let (view, states, events) = (view(&story), states(false), events(&story));
    let request = request(CallerSide::Health, Query::ListTimeline);
    let listed = facts(Some(&view), &states).timeline(&request, &county(), &events).entries;
    let social: Vec<_> = listed.iter().filter(|it| it.register == S).map(|it| it.event_type).collect();
    assert_eq!(social, ["ClientshipOpened", "AssessmentStarted", "PlanAgreed", "WorkerAssigned"]);
}

#[test]
fn what_was_permitted_then_is_shown_only_if_it_is_permitted_now() {
    let given = with(story(), [permits(&["working-age"])]);
    let withdrawn = PermissionWithdrawn { permission: key("permission", "1") };
    let now_withdrawn = decision(CallerSide::Health, &with(given.clone(), [(10, P, withdrawn.into())])).unwrap();
    let (view, states) = (view(&given), states(false));
    let then = care::answer::Facts { past: true, now: Some(&now_withdrawn), ..facts(Some(&view), &states) };
    let request = request(CallerSide::Health, Query::GetParallelView);
    let social = |facts: care::answer::Facts<'_>| {
        facts.parallel_view(&request, &county()).view.is_some_and(|it| it.social != care::Lane::default())
    };
    assert!(social(facts(Some(&view), &states)) && !social(then));
}

#[test]
fn the_authoritys_right_can_be_narrowed_and_a_permission_opens_it_again() {
    let policy = Arc::new(Policy { authority: BTreeSet::new(), ..Policy::default() });
    let sees = |story: &Story| {
        let view: ParallelView = view(story);
        let decision = request(CallerSide::Social, Query::GetParallelView).decide(Some(&view), &policy, now());
        decision.unwrap().sees_any(P, Data::Stays)
    };
    assert!(!sees(&story()));
    let to_social = |patient_data| PermissionGiven {
        direction: Direction::ToSocialCare,
        patient_data: Some(patient_data),
        ..permission(&[])
    };
    assert!(sees(&with(story(), [(20, S, to_social(PatientData::Summary).into())])));
    assert!(!sees(&with(story(), [(20, S, to_social(PatientData::Statements).into())])));
}

#[test]
fn another_controllers_stay_is_withheld_from_a_hospital() {
    let controllers = [("test".to_owned(), "1.2.246.10.2".to_owned())].into();
    let policy = Arc::new(Policy { controllers, ..Policy::default() });
    let view = view(&story());
    let seen = |controller: Option<&str>| {
        let requester = Requester { controller: controller.map(str::to_owned), ..Requester::default() };
        let request = request(CallerSide::Health, Query::GetParallelView).of(requester);
        let stay = view.health.stays.values().next().unwrap();
        let item = Item::of(&stay.origin, Data::Stays, None, None);
        request.decide(Some(&view), &policy, now()).is_some_and(|it| it.sees(&item))
    };
    assert!(seen(Some("1.2.246.10.2")) && !seen(Some("1.2.246.10.1")) && !seen(None));
}

fn of_social_task(task: Task, service_tasks: &[&str], story: &Story) -> BTreeSet<String> {
    let request = admit(CallerSide::Social, &[task], task, Purpose::CareCoordination, Query::GetParallelView).unwrap();
    let service_tasks = service_tasks.iter().filter_map(|task| code(task)).collect();
    let shown = shown(&request.of(Requester { service_tasks, ..Requester::default() }), story);
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
    let service_tasks = code("working-age").into_iter().collect();
    let requester = Requester { service_tasks, ..Requester::default() };
    let decision = request.unwrap().of(requester).decide(Some(&view(&story())), &Arc::default(), now()).unwrap();
    assert!(!decision.sees_lane(P), "where the client is treated needs a permission");
}

/// What is withheld may be there: "none" would be a false answer.
#[test]
fn who_sees_a_part_is_never_told_none() {
    let mut story = of_task("child-protection", WorkerRole::OwnWorker);
    story.extend(of_task("older", WorkerRole::WorkPair));
    let story = with(story, [(99, P, started(StayClass::Inpatient, 99)), permits(&["older"])]);
    let (view, states) = (view(&story), states(false));
    let facts = facts(Some(&view), &states);
    let own = |request: &Request| facts.own_worker(request, &county()).what;
    let whole = |request: &Request| facts.workers(request, &county()).completeness != Completeness::withheld();

    let permitted = request(CallerSide::Health, Query::GetOwnWorker);
    assert_eq!(own(&permitted), OwnWorker::NotKnown(Completeness::withheld()));
    assert!(!whole(&request(CallerSide::Health, Query::ListCurrentWorkers)));
    let task = Task::ServiceArranging;
    let arranging = admit(CallerSide::Social, &[task], task, Purpose::CareCoordination, Query::GetOwnWorker).unwrap();
    let service_tasks = code("older").into_iter().collect();
    let arranging = arranging.of(Requester { service_tasks, ..Requester::default() });
    assert_eq!(own(&arranging), OwnWorker::NotKnown(Completeness::withheld()));

    assert!(matches!(own(&request(CallerSide::Social, Query::GetOwnWorker)), OwnWorker::Named(_)));
    assert!(whole(&request(CallerSide::Social, Query::ListCurrentWorkers)));
}

/// A county that writes its controller at a source and not at a caller has withheld its own register from itself.
#[test]
fn where_a_source_is_another_controllers_nobody_is_not_known() {
    let (view, states) = (view(&story()), states(false));
    let facts = facts(Some(&view), &states);
    let controllers = [("test".to_owned(), "1.2.246.10.1".to_owned())].into();
    let county = care::answer::County { policy: Arc::new(Policy { controllers, ..Policy::default() }), ..county() };
    let own = facts.own_worker(&request(CallerSide::Duty, Query::GetOwnWorker), &county).what;
    assert_eq!(own, OwnWorker::NotKnown(Completeness::withheld()));
}

/// A requester of these sources.
fn from(sources: &[&str]) -> Requester {
    Requester { sources: sources.iter().map(|it| (*it).to_owned()).collect(), ..Requester::default() }
}

#[test]
fn a_relationship_is_that_of_the_requester() {
    let related = |side, sources: &[&str]| {
        let request = request(side, Query::GetParallelView).of(from(sources));
        request.decide(Some(&view(&story())), &Arc::default(), now()).is_some()
    };
    for side in [CallerSide::Health, CallerSide::Social] {
        assert!(
            related(side, &["test"]) && related(side, &[]),
            "its own source reported it, or the county's are its own"
        );
        assert!(!related(side, &["another"]), "another hospital's client is not its own: {side:?}");
    }
}

#[test]
fn a_contact_that_waits_is_shown_to_health_for_30_days_after_the_discharge() {
    use crate::{contact, left};
    use event::ReferralKind;
    let seen = |days: i64, answered: bool| {
        let gone = days * 24;
        let mut story = vec![
            (gone + 99, P, started(StayClass::Inpatient, gone + 99)),
            (gone + 9, P, contact(ReferralKind::Contact)),
            (gone, P, left(ago(gone))),
        ];
        story.extend(of_task("working-age", WorkerRole::OwnWorker));
        if answered {
            let done = event::ReferralRejected { referral: Some(key("referral", "1")), course: None, reason: None };
            story.push((1, S, done.into()));
        }
        let shown = shown(&request(CallerSide::Health, Query::GetParallelView), &story);
        shown.view.map(|view| (view.referrals.len(), view.health.stays.len(), view.social.assignments.len()))
    };
    assert_eq!(seen(1, false), Some((1, 0, 0)), "the referral, and nothing else");
    assert_eq!(seen(29, false), Some((1, 0, 0)));
    assert_eq!((seen(30, false), seen(1, true)), (None, None));
    let story =
        vec![(99, P, started(StayClass::Inpatient, 99)), (9, P, contact(ReferralKind::Contact)), (1, P, left(ago(1)))];
    let (view, states) = (view(&story), states(false));
    let workers =
        facts(Some(&view), &states).workers(&request(CallerSide::Health, Query::ListCurrentWorkers), &county());
    assert!(workers.workers.is_empty() && !workers.completeness.is_complete(), "never \"nobody\"");
}

/// Not a check: what a lawyer reads.
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
    // Past the capture of the test's output.
    std::io::stderr().write_all(text.as_bytes()).unwrap();
    assert!(text.contains("703/2023 53 § 3 mom., only working-age"), "{text}");
}
