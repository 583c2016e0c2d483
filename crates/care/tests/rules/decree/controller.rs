//! Whose register it is (703/2023 54 §, 57 §).

use super::{by, of_controller, request, serving, story, with_policy};
use crate::{P, S, Story, code, facts, now, states, view};
use care::OwnWorker;
use care::ParallelView;
use care::access::{CallerSide, Data, Item, Policy, Query, Requester, Serves};
use care::source::Completeness;
use event::{PersonUpdated, StayClass};
use std::sync::Arc;

const COUNTY: &str = "1.2.246.10.99999991.10.0";
const OTHER: &str = "1.2.246.10.99999992.10.0";

#[test]
fn another_controllers_stay_is_withheld_from_a_hospital() {
    let controllers = [("test".to_owned(), "1.2.246.10.2".to_owned())].into();
    let policy = Arc::new(Policy { controllers, ..serving(&[]) });
    let view = view(&story());
    let seen = |controller: Option<&str>| {
        let requester = Requester { controller: controller.map(str::to_owned), ..Requester::default() };
        let request = request(CallerSide::Health, Query::GetParallelView).of(requester);
        let stay = view.health.stays.values().next().unwrap();
        let item = Item::of(&stay.origin, Data::Stays);
        request.decide(Some(&view), &policy, now()).is_some_and(|it| it.sees(&item))
    };
    assert!(seen(Some("1.2.246.10.2")) && !seen(Some("1.2.246.10.1")) && !seen(None));
}

/// 703/2023 53 § 5 mom. is the authority's: a private provider of its services has no patient data without a permission.
#[test]
fn only_the_county_has_the_authoritys_right() {
    let policy = Arc::new(Policy { county: Some(COUNTY.to_owned()), ..serving(&[]) });
    let view = view(&story());
    let stay = view.health.stays.values().next().unwrap();
    let sees = |controller: Option<&str>| {
        let requester = controller.map(of_controller).unwrap_or_default();
        let request = request(CallerSide::Duty, Query::CheckInvolvement).of(requester);
        let decision = request.decide(Some(&view), &policy, now());
        decision.is_some_and(|it| it.sees(&Item::of(&stay.origin, Data::Stays)))
    };
    assert_eq!([None, Some(COUNTY), Some(OTHER)].map(sees), [true, true, false]);
}

/// The county's own OID and none at all are the same, at the sources and at the callers.
#[test]
fn the_countys_controller_may_be_written_or_left_out() {
    let named = |of_source: Option<&str>, of_caller: Option<&str>| {
        let controllers = of_source.map(|it| ("test".to_owned(), it.to_owned())).into_iter().collect();
        let policy = Policy { controllers, county: Some(COUNTY.to_owned()), ..serving(&[]) };
        let requester = of_caller.map(of_controller).unwrap_or_default();
        let (view, states) = (view(&story()), states(false));
        let ask = request(CallerSide::Duty, Query::GetOwnWorker).of(requester);
        facts(Some(&view), &states).own_worker(&ask, &with_policy(policy)).what
    };
    for (of_source, of_caller) in
        [(None, None), (Some(COUNTY), None), (None, Some(COUNTY)), (Some(COUNTY), Some(COUNTY))]
    {
        assert!(matches!(named(of_source, of_caller), OwnWorker::Named(_)), "{of_source:?} {of_caller:?}");
    }
    let withheld = OwnWorker::NotKnown(Completeness::withheld());
    assert_eq!((named(Some(OTHER), None), named(None, Some(OTHER))), (withheld.clone(), withheld));
}

/// A message may name another controller than its source has.
#[test]
fn what_a_message_says_of_its_controller_counts_for_the_own_register() {
    let mut all = crate::events(&story());
    for it in &mut all {
        it.event.controller = code(OTHER);
    }
    let (view, states) = (ParallelView::fold(&all), states(false));
    let ask = request(CallerSide::Duty, Query::GetOwnWorker);
    let answer = facts(Some(&view), &states).own_worker(&ask, &with_policy(serving(&[]))).what;
    assert_eq!(answer, OwnWorker::NotKnown(Completeness::withheld()), "neither shown nor \"none\"");
}

/// Also where it has no key, or stands beside the lanes as a referral does.
#[test]
fn what_has_no_key_and_is_anothers_leaves_nothing_complete() {
    let without_number = event::StayStarted {
        stay: None,
        class: Some(StayClass::Inpatient),
        ward: None,
        started_at: crate::ago(50),
        protected_speciality: None,
        unit: None,
        facility: None,
    };
    let answered = event::ReferralAccepted {
        referral: Some(crate::key("referral", "1")),
        course: None,
        worker: None,
        expected_by: None,
    };
    for (body, register) in [
        (event::Body::from(without_number), P),
        (crate::contact(event::ReferralKind::Contact), P),
        (answered.into(), S),
    ] {
        let complete = |controller: Option<&str>| {
            let mut all = crate::events(&[(60, register, body.clone())]);
            for it in &mut all {
                it.event.controller = controller.and_then(code);
            }
            all.extend(by(
                "own",
                &vec![(99, P, crate::started(StayClass::Inpatient, 99)), (98, S, crate::clientship_opened(None))],
            ));
            let view = ParallelView::fold(&all);
            let side = if register == P { CallerSide::Health } else { CallerSide::Social };
            let ask = request(side, Query::GetParallelView);
            let decision = ask.decide(Some(&view), &Arc::new(serving(&[("own", Serves::Ordinary)])), now()).unwrap();
            [Data::Stays, Data::Referrals].iter().all(|data| decision.sees_all(register, *data))
        };
        assert_eq!((complete(None), complete(Some(OTHER))), (true, false), "{body:?}");
    }
}

/// A name is shown by the register in which it is written, and that is one controller's.
#[test]
fn a_person_is_shown_by_their_own_controller_only() {
    let person = PersonUpdated { language: code("fi"), ..PersonUpdated::default() };
    let of = |stay: &str| -> Story {
        let stay = event::StayStarted {
            stay: Some(crate::key("stay", stay)),
            class: Some(StayClass::Inpatient),
            ward: None,
            started_at: crate::ago(99),
            protected_speciality: None,
            unit: None,
            facility: None,
        };
        vec![(99, P, stay.into()), (98, P, person.clone().into())]
    };
    let mut all = by("own", &of("1"));
    all.extend(by("other", &of("2")));
    let controllers = [("other".to_owned(), OTHER.to_owned())].into();
    let county = with_policy(Policy { controllers, ..serving(&[]) });
    let (view, states) = (ParallelView::fold(&all), states(false));
    let persons = |side, requester: Requester| {
        let ask = request(side, Query::GetParallelView).of(requester);
        let shown = facts(Some(&view), &states).parallel_view(&ask, &county).view.unwrap();
        let persons = shown.health.persons.values();
        persons.map(|it| (it.origin.as_ref().unwrap().source.clone(), it.language.is_some())).collect::<Vec<_>>()
    };
    assert_eq!(persons(CallerSide::Health, Requester::default()), [("own".to_owned(), true)]);
    assert_eq!(persons(CallerSide::Health, of_controller(OTHER)), [("other".to_owned(), true)]);
    let mut with_social = all.clone();
    with_social.extend(by("test", &vec![(97, S, crate::clientship_opened(None))]));
    let view = ParallelView::fold(&with_social);
    let ask = request(CallerSide::Social, Query::GetParallelView);
    let across = facts(Some(&view), &states).parallel_view(&ask, &county).view.unwrap().health.persons;
    assert!(
        across.len() == 2 && across.values().all(|it| it.language.is_none()),
        "across the line: that they died, not who they are"
    );
}

#[test]
fn where_a_source_is_another_controllers_nobody_is_not_known() {
    let (view, states) = (view(&story()), states(false));
    let facts = facts(Some(&view), &states);
    let controllers = [("test".to_owned(), "1.2.246.10.1".to_owned())].into();
    let county = care::answer::County { policy: Arc::new(Policy { controllers, ..serving(&[]) }), ..crate::county() };
    let own = facts.own_worker(&request(CallerSide::Duty, Query::GetOwnWorker), &county).what;
    assert_eq!(own, OwnWorker::NotKnown(Completeness::withheld()));
}
