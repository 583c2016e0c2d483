//! What the client forbids does not cross the line (703/2023 59 §).

use super::{
    by, forbids, own_workers, permission, permits, request, serving, shown, social_lane, story, tasks_of, with,
    with_policy,
};
use crate::{P, S, Story, ago, code, contact, county, events, facts, key, left, now, started, states, view, work};
use care::access::{CallerSide, Policy, Query, Serves};
use care::source::Completeness;
use care::{Involvement, ParallelView};
use event::{
    Body, ContactRecorded, ProhibitionLifted, ProhibitionSet, ProhibitionTarget, ReferralAccepted, ReferralKind,
    StayClass, StayCorrected, StayStarted,
};

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

/// A prohibition of a service task is of its class, whatever code the source writes; of a code without a class it may be any.
#[test]
fn a_forbidden_service_task_is_forbidden_under_every_code() {
    let seen = |forbidden: &str| {
        let forbidden = ProhibitionSet { service_task: code(forbidden), ..forbids(ProhibitionTarget::ServiceTask) };
        let mut story = with(
            super::of_task("12", event::WorkerRole::OwnWorker),
            [(99, P, started(StayClass::Inpatient, 99)), (30, S, forbidden.into())],
        );
        story.push((20, P, permission(&["12", "13"]).into()));
        story.extend(super::of_task("13", event::WorkerRole::WorkPair));
        let class = |task: &str, class| (code(task).unwrap(), class);
        let classes =
            [class("12", care::access::ServiceClass::WorkingAge), class("13", care::access::ServiceClass::Older)]
                .into();
        let (view, states) = (view(&story), states(false));
        let county = with_policy(Policy { classes, ..serving(&[]) });
        let shown =
            facts(Some(&view), &states).parallel_view(&request(CallerSide::Health, Query::GetParallelView), &county);
        let lane = shown.view.unwrap().social;
        tasks_of(&lane).into_iter().map(str::to_owned).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(seen("12"), "13");
    assert_eq!(seen("working-age"), "13", "by the name of the class");
    assert_eq!(seen("families"), "12 13");
    assert_eq!((seen("99"), seen("")), (String::new(), String::new()), "nobody knows which it is");
}

#[test]
fn everything_forbidden_or_one_document() {
    let seen = |forbidden: ProhibitionSet| {
        let story = with(story(), [permits(&["working-age"]), (30, S, forbidden.into())]);
        let lane = social_lane(&request(CallerSide::Health, Query::GetParallelView), &story);
        (lane.assignments.len(), lane.plans.len())
    };
    assert_eq!(seen(forbids(ProhibitionTarget::All)), (0, 0));
    assert_eq!(seen(forbids(ProhibitionTarget::Document)), (0, 0), "which one is not reported");
    let plan = |of| ProhibitionSet { document: Some(key("plan", of)), ..forbids(ProhibitionTarget::Document) };
    assert_eq!((seen(plan("working-age")), seen(plan("child-protection"))), ((1, 0), (1, 1)));
    assert_eq!(seen(plan("that nobody has reported")), (1, 0), "any document may be the one that is not in the record");
}

/// A prohibition of a controller's register holds by the county's OID too, and by one that nobody has configured it holds for
/// everything.
#[test]
fn a_forbidden_controller_is_found_or_everything_is_forbidden() {
    const COUNTY: &str = "1.2.246.10.99999991.10.0";
    const OTHER: &str = "1.2.246.10.99999992.10.0";
    let seen = |named: &str, county: Option<&str>| {
        let forbidden = ProhibitionSet { controller: code(named), ..forbids(ProhibitionTarget::Controller) };
        let mut all = events(&with(story(), [permits(&["working-age", "older"]), (30, S, forbidden.into())]));
        all.extend(by("other", &super::of_task("older", event::WorkerRole::OwnWorker)));
        let controllers = [("other".to_owned(), OTHER.to_owned())].into();
        let policy =
            Policy { controllers, county: county.map(str::to_owned), ..serving(&[("other", Serves::Ordinary)]) };
        let (view, states) = (ParallelView::fold(&all), states(false));
        let shown = facts(Some(&view), &states)
            .parallel_view(&request(CallerSide::Health, Query::GetParallelView), &with_policy(policy));
        let lane = shown.view.unwrap().social;
        tasks_of(&lane).into_iter().map(str::to_owned).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(seen(COUNTY, Some(COUNTY)), "older", "the county's sources write no controller");
    assert_eq!(seen(OTHER, Some(COUNTY)), "working-age");
    assert_eq!(seen(COUNTY, None), "", "whose it is nobody has written");
    assert_eq!((seen("1.2.3", Some(COUNTY)), seen("", Some(COUNTY))), (String::new(), String::new()));
}

/// The controller that the message gives is the one that counts.
#[test]
fn a_message_names_its_controller() {
    const OTHER: &str = "1.2.246.10.99999992.10.0";
    let forbidden = ProhibitionSet { controller: code(OTHER), ..forbids(ProhibitionTarget::Controller) };
    let mut all = events(&with(story(), [permits(&["working-age"]), (30, S, forbidden.into())]));
    let controllers = [("another".to_owned(), OTHER.to_owned())].into();
    let county = with_policy(Policy { controllers, ..serving(&[]) });
    let request = request(CallerSide::Health, Query::GetParallelView);
    let seen = |all: &[event::ReceivedEvent]| {
        let (view, states) = (ParallelView::fold(all), states(false));
        facts(Some(&view), &states).parallel_view(&request, &county).view.unwrap().social.clientships.len()
    };
    assert_eq!(seen(&all), 1);
    all.iter_mut().filter(|it| it.event.register == S).for_each(|it| it.event.controller = code(OTHER));
    assert_eq!(seen(&all), 0);
}

/// A stay is a service event: with it goes what was done while it lasted. The own register is unaffected.
#[test]
fn a_forbidden_stay_does_not_cross_the_line() {
    let story = |stay: &str| {
        let forbidden = ProhibitionSet { stay: Some(key("stay", stay)), ..forbids(ProhibitionTarget::Stay) };
        let visit = ContactRecorded { contact: key("visit", "1"), channel: None, unit: None, mode: None };
        with(
            story(),
            [
                (30, P, forbidden.into()),
                (29, P, work(None)),
                (28, P, visit.into()),
                (27, P, contact(ReferralKind::Contact)),
            ],
        )
    };
    let seen = |side, story: &Story| {
        let view = shown(&request(side, Query::GetParallelView), story).view.unwrap();
        let lane = &view.health;
        (lane.stays.len(), lane.health_social_work.len(), lane.contacts.len(), view.referrals.len())
    };
    for stay in ["1", "that no message has told of: any may be it"] {
        let story = story(stay);
        assert_eq!((seen(CallerSide::Social, &story), seen(CallerSide::Health, &story)), ((0, 0, 0, 0), (1, 1, 1, 1)));
    }
    let story = story("1");
    let (view, states) = (view(&story), states(false));
    let facts = facts(Some(&view), &states);
    let workers = |side| facts.workers(&request(side, Query::ListCurrentWorkers), &county()).workers;
    let of_ward = |side| workers(side).iter().filter(|it| it.register == P).count();
    assert_eq!((of_ward(CallerSide::Duty), of_ward(CallerSide::Health)), (0, 2), "nor the ward's worker");
}

/// Under another number, or without one.
#[test]
fn a_forbidden_stay_is_forbidden_under_every_number() {
    let forbidden = |of: &str| ProhibitionSet { stay: Some(key("stay", of)), ..forbids(ProhibitionTarget::Stay) };
    let also = |of: &str, also: &str| {
        let (stay, also) = (Some(key("stay", of)), vec![key("stay", also)]);
        Body::from(StayCorrected { stay, class: None, ward: None, started_at: None, also })
    };
    let start = |of: Option<&str>, hours| {
        let (stay, class) = (of.map(|of| key("stay", of)), Some(StayClass::Inpatient));
        Body::from(StayStarted {
            stay,
            class,
            ward: None,
            started_at: ago(hours),
            protected_speciality: None,
            unit: None,
            facility: None,
        })
    };
    let seen = |story: Story| {
        let mut story = with(story, [(95, S, crate::clientship_opened(None))]);
        story.push((30, P, forbidden("1").into()));
        let view = shown(&request(CallerSide::Social, Query::GetParallelView), &story).view.unwrap();
        view.all_stays().len()
    };
    let one = || (90, P, start(Some("1"), 90));
    assert_eq!(seen(vec![one()]), 0);
    assert_eq!(seen(vec![one(), (50, P, start(Some("2"), 90)), (49, P, also("2", "1"))]), 0, "renumbered");
    assert_eq!(seen(vec![one(), (89, P, also("1", "2")), (50, P, start(Some("2"), 90))]), 0, "by its earlier number");
    assert_eq!(seen(vec![one(), (50, P, start(None, 50))]), 0, "without a number, while it lasts");
    assert_eq!(seen(vec![(90, P, start(None, 90))]), 0, "its own number has not come: it may be this one");
    assert_eq!(seen(vec![one(), (80, P, left(ago(80))), (50, P, start(None, 50))]), 1, "another one, after it");
    assert_eq!(seen(vec![one(), (50, P, start(Some("9"), 50))]), 1, "another one with its own number");
}

/// A hospital that asked gets yes or no; not if the client forbids it.
#[test]
fn a_forbidden_answer_does_not_go_back() {
    let answered = |forbidden: Option<ProhibitionSet>| {
        let accepted =
            ReferralAccepted { referral: Some(key("referral", "1")), course: None, worker: None, expected_by: None };
        let mut story = vec![
            (99, P, started(StayClass::Inpatient, 99)),
            (50, P, contact(ReferralKind::Contact)),
            (40, S, accepted.into()),
        ];
        story.extend(forbidden.map(|it| (45, S, it.into())));
        let view = shown(&request(CallerSide::Health, Query::GetParallelView), &story).view.unwrap();
        view.referrals[&key("referral", "1")].status()
    };
    assert_eq!(answered(None), care::ReferralStatus::Accepted);
    assert_eq!(answered(Some(forbids(ProhibitionTarget::All))), care::ReferralStatus::Requested);
}

/// What is forbidden is withheld like everything else: "not known", whether the client is there or not.
#[test]
fn what_is_forbidden_is_never_answered_as_none() {
    let forbidden = ProhibitionSet { stay: Some(key("stay", "1")), ..forbids(ProhibitionTarget::Stay) };
    let there = vec![(99, P, started(StayClass::Inpatient, 99)), (30, P, forbidden.clone().into())];
    let gone = with(there.clone(), [(20, P, left(ago(20)))]);
    let nothing = vec![(30, P, forbidden.into())];
    let withheld = Involvement::NotKnown(Completeness::withheld());
    for story in [there, gone, nothing] {
        let (view, states) = (view(&story), states(false));
        let facts = facts(Some(&view), &states);
        assert_eq!(facts.involvement(&request(CallerSide::Duty, Query::CheckInvolvement), &county()), withheld);
        let workers = facts.workers(&request(CallerSide::Duty, Query::ListCurrentWorkers), &county());
        assert!(!workers.completeness.is_complete());
    }
    let (view, states) = (view(&[]), states(false));
    let none = facts(Some(&view), &states).involvement(&request(CallerSide::Duty, Query::CheckInvolvement), &county());
    assert_eq!((none, now() > ago(1)), (Involvement::NotInvolved, true));
}
