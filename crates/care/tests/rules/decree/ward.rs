//! Specially protected wards (703/2023 26 §): across the line goes what kind of involvement there is, since when, and a number.

use super::{request, story, with};
use crate::{P, Story, ago, county, facts, key, left, protected, sealed, started, states, view};
use care::access::{CallerSide, Query};
use care::answer::County;
use care::reach::Link;
use care::{ContactPoint, Destination, Involvement, InvolvementKind};
use event::{Body, ClassChanged, HealthSocialWorkOpened, StayClass, Ward, WardChanged};

const NUMBER: &str = "Vaihde, 017 000 0100";

/// The ward of the story, protected or not.
fn with_ward(protected: bool) -> County {
    let mut county = county();
    let ward = county.directory.wards.get_mut(&("test".to_owned(), "OS1".to_owned())).unwrap();
    ward.contact_point = Some("Psykiatrian osasto 1".to_owned());
    ward.protected = protected;
    ward.contact_across = Some(NUMBER.to_owned());
    county
}

fn work() -> Body {
    let (work, worker) = (key("work", "1"), Some(sealed("Tekijä")));
    Body::from(HealthSocialWorkOpened { work, channel: None, worker, until: None, unit: None })
}

/// In hospital, with social work in health care, and somebody who does it.
fn there() -> Story {
    with(story(), [(29, P, work())])
}

fn is_masked(contacts: &[ContactPoint]) -> bool {
    contacts == [ContactPoint::Unnamed(NUMBER.to_owned())]
}

fn points(links: &[Link]) -> bool {
    links.iter().all(|it| matches!(&it.contact, ContactPoint::Unnamed(number) if number == NUMBER))
}

#[test]
fn of_a_protected_ward_the_kind_the_time_and_a_number_cross_the_line() {
    let (view, states) = (view(&there()), states(false));
    let facts = facts(Some(&view), &states);
    let ask = request(CallerSide::Duty, Query::CheckInvolvement);
    let signs = |protected| match facts.involvement(&ask, &with_ward(protected)) {
        Involvement::Involved { signs, .. } => signs,
        other => panic!("{other:?}"),
    };
    let kinds = |protected| signs(protected).iter().map(|it| (it.kind, it.since)).collect::<Vec<_>>();
    assert_eq!(kinds(true), kinds(false));
    assert!(kinds(true).iter().any(|(kind, _)| *kind == InvolvementKind::HealthSocialWork));
    for sign in signs(true) {
        assert!(is_masked(&sign.contacts) && points(&sign.reach.unwrap().chain), "{:?}", sign.contacts);
    }
    assert!(signs(false).iter().all(|it| !is_masked(&it.contacts)));

    let listed = |side, protected| {
        let ask = request(side, Query::ListCurrentWorkers);
        let mut workers = facts.workers(&ask, &with_ward(protected)).workers;
        workers.retain(|it| it.register == P);
        workers
    };
    let across = listed(CallerSide::Duty, true);
    assert!(!across.is_empty());
    for worker in across {
        assert!(matches!(&worker.contact, ContactPoint::Unnamed(number) if number == NUMBER), "{:?}", worker.contact);
        assert!(worker.source.is_empty() && worker.behind.is_empty() && points(&worker.reach.unwrap().chain));
    }
    let own = |protected| listed(CallerSide::Health, protected).into_iter().map(|it| it.contact).collect::<Vec<_>>();
    assert_eq!(own(true), own(false), "the own register is shown whole");

    let shown = |protected| {
        let ask = request(CallerSide::Social, Query::GetParallelView);
        let lane = facts.parallel_view(&ask, &with_ward(protected)).view.unwrap().health;
        lane.stays.values().map(|it| it.origin.source.clone()).collect::<Vec<_>>()
    };
    assert_eq!((shown(true), shown(false)), (vec![String::new()], vec!["test".to_owned()]));
}

/// For 30 days after the stay; and a turvakielto hides even the number.
#[test]
fn a_protected_ward_is_masked_for_a_month_after_and_a_turvakielto_hides_more() {
    let contact = |story: &Story| {
        let (view, states) = (view(story), states(false));
        let facts = facts(Some(&view), &states);
        let ask = request(CallerSide::Duty, Query::ListCurrentWorkers);
        let workers = facts.workers(&ask, &with_ward(true)).workers;
        workers.into_iter().find(|it| it.register == P).map(|it| it.contact).unwrap()
    };
    let masked = ContactPoint::Unnamed(NUMBER.to_owned());
    let moved = |hours| {
        let (stay, to) = (Some(key("stay", "1")), Ward::try_new("OS2"));
        (hours, P, Body::from(WardChanged { stay, from: None, to, class: None }))
    };
    let continued = |hours| {
        let (stay, ward) = (Some(key("stay", "2")), Ward::try_new("OS2"));
        (hours, P, Body::from(ClassChanged { stay, class: Some(StayClass::Inpatient), ward }))
    };
    let left = |hours| with(there(), [(hours, P, left(ago(hours)))]);
    assert_eq!((contact(&there()), contact(&left(10))), (masked.clone(), masked.clone()));
    assert_eq!(contact(&with(there(), [moved(10)])), masked, "moved off it within the stay");
    let emergency = vec![(99, P, started(StayClass::Emergency, 99)), continued(90), (29, P, work())];
    assert_eq!(contact(&emergency), masked, "and under another number");
    let moved_long_ago = vec![(2_000, P, started(StayClass::Inpatient, 2_000)), moved(900), (29, P, work())];
    assert!(matches!(contact(&moved_long_ago), ContactPoint::Sealed { .. }));
    let long_ago =
        vec![(2_000, P, started(StayClass::Inpatient, 2_000)), (900, P, crate::left(ago(900))), (29, P, work())];
    assert!(matches!(contact(&long_ago), ContactPoint::Sealed { .. }));
    assert_eq!(contact(&with(there(), [(20, P, protected())])), ContactPoint::Withheld);
}

/// The shape of a sign does not tell that it is masked.
#[test]
fn a_recent_discharge_from_a_protected_ward_looks_like_any_other() {
    let (view, states) = (view(&with(story(), [(10, P, left(ago(10)))])), states(false));
    let facts = facts(Some(&view), &states);
    let ended = |protected| {
        let mut county = with_ward(protected);
        let policy = care::access::Policy { recent_discharge_seconds: Some(72 * 3600), ..(*county.policy).clone() };
        county.policy = std::sync::Arc::new(policy);
        let signs = facts.checked(&request(CallerSide::Duty, Query::CheckInvolvement), &county).not_now;
        signs.iter().map(|it| (it.kind, it.ended_at, it.destination)).collect::<Vec<_>>()
    };
    let expected = vec![(InvolvementKind::RecentDischarge, Some(ago(10)), Some(Destination::Unknown))];
    assert_eq!((ended(true), ended(false)), (expected.clone(), expected));
}

/// Of a time before the client came to the protected ward: what is shown is shown now.
#[test]
fn a_protected_ward_of_now_masks_the_past_too() {
    let (states, county) = (states(false), with_ward(true));
    let ask = request(CallerSide::Duty, Query::CheckInvolvement);
    let on_it = view(&there());
    let now_masked = facts(Some(&on_it), &states).decide(&ask, &county).unwrap();
    let before = view(&[(99, P, work())]);
    let masks = |now| {
        let facts = care::answer::Facts { at: ago(98), past: true, now, ..facts(Some(&before), &states) };
        facts.decide(&ask, &county).unwrap().masks(P).is_some()
    };
    assert!(masks(Some(&now_masked)) && !masks(None));
}
