//! What is shown beside the hospital's involvement: a death, and what social care has promised; where a client went.

use crate::{
    P, S, Story, ago, clientship_opened, code, county, duty, facts, key, left, protected, started, states, view,
};
use care::access::{CallerSide, Purpose, Query, Task, admit};
use care::{Destination, Involvement, PromiseKind};
use event::{
    Body, CaseClosed, CaseOpened, PersonDied, ServiceStartAgreed, ServiceStarted, StayClass, StayEnded,
    UrgentNeedAssessed,
};

fn case() -> Body {
    Body::from(CaseOpened {
        case: key("case", "1"),
        ground: None,
        initiator: None,
        contacted_at: None,
        deadline_group: None,
        special_support: None,
    })
}

fn assessed(result: &str) -> Body {
    Body::from(UrgentNeedAssessed { case: key("case", "1"), result: code(result) })
}

fn agreed(task: &str, hours: i64) -> Body {
    let (service, service_task) = (key("service", task), code(task));
    Body::from(ServiceStartAgreed { service, decision: None, service_task, starts_at: ago(hours) })
}

#[test]
fn what_is_shown_beside_it() {
    let died = || Body::from(PersonDied { died_at: Some(ago(2)) });
    let closed = || Body::from(CaseClosed { case: key("case", "1"), ground: None });
    let service = || key("service", "adults");
    let begun =
        || Body::from(ServiceStarted { service: service(), decision: None, service_task: None, started_at: ago(3) });
    let table: Vec<(&str, Story, &str)> = vec![
        ("nothing", vec![], ""),
        ("died, by the hospital", vec![(2, P, died())], "died"),
        ("a case whose urgent need nobody reported: nothing is said of it", vec![(9, S, case())], ""),
        ("assessed at once", vec![(9, S, case()), (8, S, assessed("urgent"))], "UrgentNeed urgent"),
        ("the case is closed", vec![(9, S, case()), (8, S, assessed("urgent")), (7, S, closed())], ""),
        ("a service is to begin", vec![(9, S, agreed("adults", -48))], "ServiceStart"),
        ("it was to begin, and nobody reported that it did", vec![(99, S, agreed("adults", 5))], "ServiceStart passed"),
        ("it began", vec![(99, S, agreed("adults", 5)), (3, S, begun())], ""),
        ("of a shelter nobody is told", vec![(9, S, agreed("shelter", -48)), (9, S, clientship_opened(None))], ""),
    ];
    let states = states(false);
    for (why, story, expected) in table {
        let view = view(&story);
        let told = |story: &care::ParallelView| {
            let beside = facts(Some(story), &states).checked(&duty(Query::CheckInvolvement), &county()).beside;
            let died = beside.deceased.then(|| "died".to_owned());
            let promises = beside.promises.iter().map(|it| {
                let result = it.result.as_ref().map(|it| format!(" {}", it.as_str())).unwrap_or_default();
                format!("{:?}{result}{}", it.kind, if it.passed { " passed" } else { "" })
            });
            assert_eq!(beside.data.is_empty(), !beside.deceased && beside.promises.is_empty());
            (died.into_iter().chain(promises).collect::<Vec<_>>().join(", "), beside.protected)
        };
        assert_eq!(told(&view), (expected.to_owned(), false), "{why}");
        let mut under_protection = story.clone();
        under_protection.push((1, P, protected()));
        // The flag goes with the data, and says nothing where there is none.
        assert_eq!(told(&crate::view(&under_protection)), (expected.to_owned(), !expected.is_empty()), "{why}");
    }
    assert!(PromiseKind::UrgentNeed < PromiseKind::ServiceStart, "what is urgent comes first");
}

/// Health care is told nothing of the social register's promises.
#[test]
fn promises_stay_on_the_social_side() {
    let story = [(9, S, agreed("adults", -48)), (9, P, started(StayClass::Inpatient, 9))];
    let (task, purpose) = (Task::HealthSocialWork, Purpose::CareCoordination);
    let health = admit(CallerSide::Health, &[task], task, purpose, Query::CheckInvolvement).unwrap();
    let states = states(false);
    let checked = facts(Some(&view(&story)), &states).checked(&health, &county());
    assert!(matches!(checked.involvement, Involvement::Involved { .. }));
    assert!(checked.beside.promises.is_empty());
}

#[test]
fn where_a_client_went() {
    let states = states(false);
    let policy = care::access::Policy { recent_discharge_seconds: Some(72 * 3600), ..(*county().policy).clone() };
    let county = care::answer::County { policy: std::sync::Arc::new(policy), ..county() };
    let went = |disposition: Option<&str>, more: Option<Body>| {
        let left =
            StayEnded { stay: Some(key("stay", "1")), ended_at: ago(2), disposition: disposition.and_then(code) };
        let mut story = vec![(9, P, started(StayClass::Inpatient, 9)), (2, P, Body::from(left))];
        story.extend(more.map(|it| (1, P, it)));
        let checked = facts(Some(&view(&story)), &states).checked(&duty(Query::CheckInvolvement), &county);
        let protected = story.len() > 2;
        assert_eq!(checked.beside.protected, protected, "the flag goes with it");
        checked.not_now[0].destination
    };
    for (code, expected) in [
        ("01", Destination::Home),
        ("06", Destination::Home),
        ("home", Destination::Home),
        ("HOME", Destination::Home),
        ("02", Destination::OtherUnit),
        ("psy", Destination::OtherUnit),
        ("snf", Destination::OtherUnit),
        ("07", Destination::Unknown),
        ("alt-home", Destination::Unknown),
        ("KOTIUTUS", Destination::Unknown),
    ] {
        assert_eq!(went(Some(code), None), Some(expected), "{code}");
        assert_eq!(went(Some(code), Some(protected())), Some(Destination::Unknown), "{code}, with a turvakielto");
    }
    assert_eq!(went(None, None), Some(Destination::Unknown));
    // Of other signs there is no destination.
    let story = [(9, P, started(StayClass::Inpatient, 9)), (8, P, crate::leaves()), (7, P, left(ago(-9)))];
    let Involvement::Involved { signs, .. } =
        facts(Some(&view(&story)), &states).involvement(&duty(Query::CheckInvolvement), &county)
    else {
        panic!("a stay")
    };
    assert!(signs.iter().all(|it| it.destination.is_none()));
}
