//! Specially protected wards (703/2023 26 §): across the line goes what kind of involvement there is, since when, and a number.

use super::{request, story, with};
use crate::{P, Story, ago, county, facts, key, left, protected, sealed, states, view};
use care::access::{CallerSide, Query};
use care::answer::County;
use care::reach::Link;
use care::{ContactPoint, Involvement, InvolvementKind};
use event::{Body, HealthSocialWorkOpened};

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
    let left = |hours| with(there(), [(hours, P, left(ago(hours)))]);
    assert_eq!((contact(&there()), contact(&left(10))), (masked.clone(), masked));
    let long_ago = vec![
        (2_000, P, crate::started(event::StayClass::Inpatient, 2_000)),
        (900, P, crate::left(ago(900))),
        (29, P, work()),
    ];
    assert!(matches!(contact(&long_ago), ContactPoint::Sealed { .. }));
    assert_eq!(contact(&with(there(), [(20, P, protected())])), ContactPoint::Withheld);
}
