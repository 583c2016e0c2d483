//! What a permission opens, for whom, and until when (703/2023 53 §, 58 §; STM 457/2024 25 §).

use super::{
    by, decision, of_controller, own_workers, permission, permits, request, shown, social_lane, story, tasks_of, with,
    with_policy,
};
use crate::{P, S, Story, ago, code, county, events, facts, key, now, policy, states, view};
use care::ParallelView;
use care::access::{CallerSide, Calling, ConsentRecord, Data, LeftWord, Policy, Query, duty_contact_key, opened};
use event::{
    AssessmentFinished, ClientshipClosed, ClientshipOpened, Direction, DutyContactRecorded, Identifier, Instant,
    PatientData, PermissionGiven, PermissionWithdrawn, Worker, WorkerRole,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use testkit::history::keyring;

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

/// A permission that names no receiver is for the county's own organisations; one that names another is for that one alone.
#[test]
fn a_permission_is_for_its_receiver() {
    const PRIVATE: &str = "1.2.246.10.99999992.10.0";
    const COUNTY: &str = "1.2.246.10.99999991.10.0";
    let seen = |receiver: &str, asks: Option<&str>| {
        let given = PermissionGiven { organisation: code(receiver), ..permission(&["working-age"]) };
        let (mine, shared): (Story, Story) = story().into_iter().partition(|(_, register, _)| *register == P);
        // The hospital that asks has a stay of its own.
        let mut all = by(if asks == Some(PRIVATE) { "private" } else { "test" }, &mine);
        all.extend(by("social", &with(shared, [(20, S, given.into())])));
        let controllers = [("private".to_owned(), PRIVATE.to_owned())].into();
        let policy = Policy {
            controllers,
            county: Some(COUNTY.to_owned()),
            ..super::serving(&[("social", care::access::Serves::Ordinary)])
        };
        let requester = asks.map(of_controller).unwrap_or_default();
        let request = request(CallerSide::Health, Query::GetParallelView).of(requester);
        let (view, states) = (ParallelView::fold(&all), states(false));
        let shown = facts(Some(&view), &states).parallel_view(&request, &with_policy(policy)).view;
        !shown.expect("its own client").social.clientships.is_empty()
    };
    assert!(seen("", None) && seen("", Some(COUNTY)) && seen(COUNTY, None), "the county, by its OID or without");
    assert!(!seen("", Some(PRIVATE)), "none named: not for another controller");
    assert!(seen(PRIVATE, Some(PRIVATE)) && !seen(PRIVATE, None) && !seen(PRIVATE, Some(COUNTY)));
}

/// What began and was over within the time that the permission names: not what was only touched in it.
#[test]
fn a_permission_for_a_time_opens_what_began_and_ended_then() {
    let seen = |from: i64, to: Option<i64>| {
        let (clientship, assessment) = (key("clientship", "old"), key("assessment", "old"));
        let opened = || ClientshipOpened { clientship, service_task: code("working-age"), own_worker_not_named: None };
        let done = AssessmentFinished { assessment, own_worker_needed: None, clientship: None };
        let begun = event::AssessmentStarted {
            assessment,
            case: None,
            kind: None,
            unit: None,
            joint: None,
            service_task: code("working-age"),
        };
        let given = PermissionGiven {
            recorded_from: Some(ago(from)),
            recorded_to: to.map(ago),
            ..permission(&["working-age"])
        };
        let more = [
            (90, S, opened().into()),
            (60, S, opened().into()),
            (30, S, ClientshipClosed { clientship, ground: None }.into()),
            (80, S, begun.into()),
            (40, S, done.into()),
            (20, P, given.into()),
        ];
        let story = with(story(), more);
        let lane = social_lane(&request(CallerSide::Health, Query::GetParallelView), &story);
        let view = view(&story);
        let states = states(false);
        let listed = facts(Some(&view), &states).timeline(
            &request(CallerSide::Health, Query::ListTimeline),
            &county(),
            &events(&story),
        );
        let listed =
            listed.entries.iter().filter(|it| it.register == S && it.event_type.starts_with("Assessment")).count();
        let workers =
            facts(Some(&view), &states).workers(&request(CallerSide::Health, Query::ListCurrentWorkers), &county());
        let workers = workers.workers.iter().filter(|it| it.register == S).count();
        assert_eq!(workers, lane.assignments.len(), "the list of workers is decided as the view is");
        (
            lane.clientships.contains_key(&clientship),
            lane.assessments.contains_key(&assessment),
            lane.plans.len(),
            listed,
        )
    };
    // Of the story: a plan at 44, an assessment under way since 45.
    assert_eq!(seen(95, None), (true, true, 1, 3));
    assert_eq!(seen(85, None), (false, true, 1, 3), "reported again at 60, begun at 90");
    assert_eq!(seen(70, None), (false, false, 1, 1), "its line of the timeline goes with the assessment");
    assert_eq!(seen(43, None), (false, false, 0, 0));
    assert_eq!(seen(95, Some(29)), (true, true, 1, 2), "over by then; what goes on is not");
    assert_eq!(seen(95, Some(35)), (false, true, 1, 2));
    assert_eq!(seen(95, Some(42)), (false, false, 1, 0));
}

#[test]
fn a_duty_contact_is_shown_to_health_only_if_its_task_is_named() {
    let contact = |task| DutyContactRecorded {
        contact: key("contact", "1"),
        handed_over_to: None,
        service_task: code(task),
        worker: None,
        required_by: None,
        opened_by: None,
    };
    let seen = |task| {
        let story = with(story(), [permits(&["working-age"]), (9, S, contact(task).into())]);
        social_lane(&request(CallerSide::Health, Query::GetParallelView), &story).duty_contacts.len()
    };
    assert_eq!((seen("working-age"), seen("families"), seen("")), (1, 0, 0));
}

/// The same of word that the duty service leaves through this product: the contact, and the duty worker among those who work with
/// the client now.
#[test]
fn word_that_is_left_is_shown_to_health_only_if_its_task_is_named() {
    let keys = keyring();
    let record = ConsentRecord::of(&keys, &Identifier::new("test", "1"));
    let seen = |task: &str| {
        let contact = duty_contact_key(&keys, "duty", "night-1");
        let by = Calling { caller: "duty", controller: None, user: "u", contact, record: &record };
        let worker = Worker { name: "Päivi".into(), phone: "044 000 0170".into(), ..Worker::default() };
        let word = LeftWord { worker, required_by: None, service_task: code(task) };
        let mut all = events(&with(story(), [permits(&["working-age"])]));
        all.push(opened(&keys, by, &word, ago(9)));
        let (view, states) = (ParallelView::fold(&all), states(false));
        let lane = facts(Some(&view), &states)
            .parallel_view(&request(CallerSide::Health, Query::GetParallelView), &county())
            .view
            .unwrap()
            .social;
        let workers = |side| {
            let all = facts(Some(&view), &states).workers(&request(side, Query::ListCurrentWorkers), &county()).workers;
            all.iter().filter(|it| it.role == WorkerRole::DutySocialService).count()
        };
        (lane.duty_contacts.len(), workers(CallerSide::Health), workers(CallerSide::Social))
    };
    assert_eq!(seen("working-age"), (1, 1, 1));
    assert_eq!(seen("families"), (0, 0, 1), "the permission names another task");
    assert_eq!(seen(""), (0, 0, 1), "no permission shows what is of no task");
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
    let policy = Arc::new(Policy { authority: BTreeSet::new(), ..(*policy()).clone() });
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
fn the_timeline_is_decided_by_the_same_rule() {
    let story = with(story(), [permits(&["working-age"])]);
    let (view, states, events) = (view(&story), states(false), events(&story));
    let request = request(CallerSide::Health, Query::ListTimeline);
    let listed = facts(Some(&view), &states).timeline(&request, &county(), &events).entries;
    let social: Vec<_> = listed.iter().filter(|it| it.register == S).map(|it| it.event_type).collect();
    assert_eq!(social, ["ClientshipOpened", "AssessmentStarted", "PlanAgreed", "WorkerAssigned"]);
}

/// A copy of a register is as old as what its source last reported. Too old, it opens nothing, for what it permits may have been withdrawn;
/// what it forbids binds. What was recorded at the bedside has no such age.
#[test]
fn an_old_copy_of_permissions_opens_nothing() {
    let copies = Policy { copies: [("test".to_owned(), 3600)].into(), ..(*policy()).clone() };
    let reported = |hours: i64| [("test".to_owned(), ago(hours))].into();
    let permitted = with(story(), [permits(&["working-age"])]);
    let opened = |policy: &Policy, reported: &BTreeMap<String, Instant>, story: &Story| {
        let (view, states) = (view(story), states(false));
        let view = view.permitting_since(None, &policy.too_old(reported, now()));
        let ask = request(CallerSide::Health, Query::GetOwnWorker);
        facts(Some(&view), &states).own_worker(&ask, &county()).what
    };
    let named = |it: &care::OwnWorker| matches!(it, care::OwnWorker::Named(_));
    for (policy, reported, opens) in [
        (&copies, reported(0), true),
        (&copies, reported(2), false),
        (&copies, BTreeMap::new(), false),
        (&*policy(), reported(1000), true),
        (&Policy { copies: [("another".to_owned(), 3600)].into(), ..(*policy()).clone() }, reported(1000), true),
    ] {
        let answer = opened(policy, &reported, &permitted);
        assert_eq!(named(&answer), opens, "{reported:?} {:?}", policy.copies);
        // "Not known", never "nobody".
        assert!(opens || matches!(answer, care::OwnWorker::NotKnown(_)), "{answer:?}");
    }
    let given = BTreeMap::from([("test".to_owned(), ago(0))]);
    let both = with(permitted, [(19, S, super::forbids(event::ProhibitionTarget::All).into())]);
    assert!(!named(&opened(&copies, &given, &both)) && !named(&opened(&copies, &reported(2), &both)));
    // The direction in which the authority's right is open anyway: the prohibition of an old copy closes it.
    let forbidden = with(story(), [(19, P, super::forbids(event::ProhibitionTarget::All).into())]);
    let whole = view(&forbidden);
    let old = whole.permitting_since(None, &copies.too_old(&reported(2), now()));
    let lane = facts(Some(&old), &states(false))
        .parallel_view(&request(CallerSide::Social, Query::GetParallelView), &county());
    assert_eq!(lane.view.unwrap().health, care::Lane::default());
}
