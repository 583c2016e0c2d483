//! The rendered bytes: an unknown person and a client who is not the caller's give the same answer. Wards, names and the
//! other side's lane are shown only to those who may see them.

use crate::answered::Answered;
use crate::decided::decide;
use crate::page::{List, Page};
use crate::proto::{self, check_involvement_response as involvement, get_own_worker_response as own_worker, lane};
use crate::sample::{at, county, events, found, keyring};
use crate::{care_team, involvement as involvements, parallel_view, timeline};
use care::access::{CallerSide, Purpose, Query, Request, Task, admit};
use care::answer::Facts;
use event::{ReceivedEvent, Register};
use prost::Message;
use store::ClientFacts;

fn rule(side: CallerSide, query: Query) -> Option<Request> {
    let (task, purpose) = match side {
        CallerSide::Duty => (Task::DutySocialService, Purpose::UrgentHelp),
        CallerSide::Social => (Task::ClientWork, Purpose::CareCoordination),
        CallerSide::Health => (Task::HealthSocialWork, Purpose::CareCoordination),
    };
    admit(side, &[task], task, purpose, query).ok()
}

fn answered<T: crate::outcome::HasOutcome>(
    rule: &Request,
    found: &ClientFacts,
    render: impl Fn(&Facts<'_>, &ClientFacts) -> T,
) -> Answered<T> {
    decide((&county(), &keyring()), rule, (at(20), None, None), None, found, render).answer
}

fn view(side: CallerSide, found: &ClientFacts) -> proto::GetParallelViewResponse {
    let rule = rule(side, Query::GetParallelView).unwrap();
    let answered = answered(&rule, found, |facts, _| parallel_view::view(facts, &rule, &county()));
    parallel_view::parallel_view(answered, &keyring())
}

/// Nothing is shown by it: see `tests/consent.rs`.
fn records(query: Query) -> bool {
    matches!(
        query,
        Query::RecordConsent
            | Query::WithdrawConsent
            | Query::OpenDutyContact
            | Query::CloseDutyContact
            | Query::ListDutyContacts
    )
}

/// The duty service has a matter with the client: without one it is not shown the view.
fn on_duty() -> Vec<ReceivedEvent> {
    let mut events = events();
    events.push(crate::sample::event(6, Register::Social, |keys, _, _| {
        let (contact, service_task) = (keys.token("contact", "social", "c1"), event::Code::try_new("families").ok());
        event::Body::from(event::DutyContactRecorded {
            contact,
            handed_over_to: None,
            service_task,
            worker: None,
            required_by: None,
            opened_by: None,
        })
    }));
    events
}

/// The bytes that leave.
fn bytes(rule: &Request, query: Query, found: &ClientFacts) -> Vec<u8> {
    let (keys, county) = (keyring(), county());
    let list =
        List { keyring: &keys, caller: "duty", query: query.name(), client: keys.identifier("kys", "1"), as_of: None };
    let page = Page::try_new(list, 0, "", at(20)).unwrap();
    match query {
        Query::ListCurrentWorkers => {
            care_team::workers(answered(rule, found, |facts, _| facts.workers(rule, &county)), page, &keys)
                .unwrap()
                .encode_to_vec()
        }
        Query::GetOwnWorker => {
            care_team::own_worker(answered(rule, found, |facts, _| facts.own_worker(rule, &county)), &keys)
                .encode_to_vec()
        }
        Query::CheckInvolvement => {
            involvements::involvement(answered(rule, found, |facts, _| facts.checked(rule, &county)), &keys)
                .encode_to_vec()
        }
        Query::GetParallelView => {
            let view = |facts: &Facts<'_>, _: &ClientFacts| parallel_view::view(facts, rule, &county);
            parallel_view::parallel_view(answered(rule, found, view), &keys).encode_to_vec()
        }
        Query::ListTimeline => {
            let events = |facts: &Facts<'_>, found: &ClientFacts| {
                facts.timeline(rule, &county, found.timeline.as_deref().unwrap_or_default())
            };
            timeline::timeline(answered(rule, found, events), page).unwrap().encode_to_vec()
        }
        Query::RecordConsent
        | Query::WithdrawConsent
        | Query::OpenDutyContact
        | Query::CloseDutyContact
        | Query::ListDutyContacts => Vec::new(),
    }
}

fn only(register: Register) -> Vec<ReceivedEvent> {
    events().into_iter().filter(|it| it.event.register == register).collect()
}

#[test]
fn a_client_who_is_not_the_callers_is_answered_as_an_unknown_person() {
    let mut asked = 0;
    for (side, other) in [(CallerSide::Social, Register::Patient), (CallerSide::Health, Register::Social)] {
        for &query in Query::ALL {
            // Without a permission the own worker is withheld from health care, whoever the client is.
            if (side, query) == (CallerSide::Health, Query::GetOwnWorker) || records(query) {
                continue;
            }
            let Some(rule) = rule(side, query) else { continue };
            let unknown = bytes(&rule, query, &found(Vec::new()));
            let not_theirs = found(only(other));
            let in_doubt = ClientFacts {
                rejected_since: std::collections::BTreeMap::from([("social".to_owned(), at(3))]),
                ..found(only(other))
            };
            let two = ClientFacts { ambiguous: true, ..found(Vec::new()) };
            for client in [not_theirs, in_doubt, two] {
                assert!(bytes(&rule, query, &client) == unknown, "{side:?} {query:?}");
            }
            let theirs = found(events());
            assert!(
                bytes(&rule, query, &theirs) != unknown,
                "the test sees a difference where there is one: {side:?} {query:?}"
            );
            asked += 1;
        }
    }
    assert_eq!(asked, 9, "every query that a side with a client relationship may ask");
}

/// What a row of the access log holds of an answer: the decision, the kind of answer, and for each register what was
/// shown and on which provision.
fn logged(side: CallerSide, query: Query, found: &ClientFacts) -> (&'static str, &'static str, Vec<String>) {
    let rule = rule(side, query).unwrap();
    let now = (at(20), None, None);
    let of = (&county(), &keyring());
    let (decision, outcome, shown) = match query {
        Query::CheckInvolvement => {
            let it = decide(of, &rule, now, None, found, |facts, _| facts.checked(&rule, &county()));
            (it.decision, it.outcome, it.shown)
        }
        Query::GetOwnWorker => {
            let it = decide(of, &rule, now, None, found, |facts, _| facts.own_worker(&rule, &county()));
            (it.decision, it.outcome, it.shown)
        }
        Query::ListCurrentWorkers => {
            let it = decide(of, &rule, now, None, found, |facts, _| facts.workers(&rule, &county()));
            (it.decision, it.outcome, it.shown)
        }
        _ => {
            let it = decide(of, &rule, now, None, found, |facts, _| parallel_view::view(facts, &rule, &county()));
            (it.decision, it.outcome, it.shown)
        }
    };
    let line = |it: &store::Shown| format!("{:?} {}: {}: {}", it.register, it.kind, it.data.join(", "), it.provision);
    (decision, outcome, shown.iter().map(line).collect())
}

/// 703/2023 10 §: what was used or disclosed, and on which provision; so what was answered to the duty service at 02:10 can be found.
#[test]
fn the_access_log_has_what_was_shown() {
    const OWN: &str = "703/2023 9 §; 457/2024 12 § 1 mom.";
    const AUTHORITY: &str = "703/2023 53 § 5 mom.; 457/2024 19 § 1 mom.";
    let (theirs, nobody) = (found(events()), found(Vec::new()));
    let silent = ClientFacts { reported_until: std::collections::BTreeMap::new(), ..found(Vec::new()) };
    let use_of = |data: &str, provision: &str| format!("Social use: {data}: {provision}");
    let disclosure_of = |data: &str| format!("Patient disclosure: {data}: {AUTHORITY}");
    let (duty, social, health) = (CallerSide::Duty, CallerSide::Social, CallerSide::Health);
    let (involved, own_worker) = (Query::CheckInvolvement, Query::GetOwnWorker);
    for (side, query, client, expected) in [
        (duty, involved, &theirs, ("granted", "involved", vec![disclosure_of("stays")])),
        (
            duty,
            involved,
            &nobody,
            (
                "granted",
                "none",
                vec![disclosure_of("stays, health-social-work, workers"), use_of("health-social-work, workers", OWN)],
            ),
        ),
        (duty, involved, &silent, ("granted", "not-known", vec![])),
        (duty, own_worker, &theirs, ("granted", "named", vec![use_of("workers", OWN)])),
        (duty, own_worker, &nobody, ("granted", "not-named", vec![use_of("workers, clientships", OWN)])),
        (health, own_worker, &theirs, ("withheld", "withheld", vec![])),
        (social, own_worker, &found(only(Register::Patient)), ("not-for-client", "withheld", vec![])),
    ] {
        assert_eq!(logged(side, query, client), expected, "{side:?} {query:?}");
    }
    let (decision, outcome, shown) = logged(health, Query::GetParallelView, &theirs);
    assert_eq!((decision, outcome), ("granted", "view"));
    assert_eq!(shown, ["Patient use: stays, person: 703/2023 9 §; 457/2024 5 §"], "and nothing of the other");
    let (_, _, shown) = logged(social, Query::GetParallelView, &theirs);
    assert_eq!(shown, [disclosure_of("stays"), use_of("workers", OWN)]);
}

/// 703/2023 11 § 5 mom.: which rule and facts decided.
#[test]
fn the_access_log_has_the_grounds() {
    let grounds = |side, found: &ClientFacts| {
        let rule = rule(side, Query::GetParallelView).unwrap();
        decide((&county(), &keyring()), &rule, (at(20), None, None), None, found, |_, _| ()).grounds.join("\n")
    };
    let social = grounds(CallerSide::Social, &found(events()));
    for line in
        ["client relationship: social", "patient: stays, ", "703/2023 53 § 5 mom.", "without shelter, mediation"]
    {
        assert!(social.contains(line), "{line}: {social}");
    }
    assert!(grounds(CallerSide::Social, &found(only(Register::Patient))).contains("no client relationship"));
    let asked = rule(CallerSide::Duty, Query::CheckInvolvement).unwrap();
    let duty = decide((&county(), &keyring()), &asked, (at(20), None, None), None, &found(events()), |_, _| ()).grounds;
    assert!(duty.join("\n").contains("asks for no client relationship"), "{duty:?}");
    let doubted = ClientFacts { permissions_doubted: Some(at(5)), ..found(events()) };
    assert!(grounds(CallerSide::Health, &doubted).contains("opens nothing"));
}

/// A record that has waited in the journal for more than an hour may be a withdrawal or a prohibition.
#[test]
fn what_waits_for_an_hour_closes_what_crosses_the_line() {
    let lags = |minutes: i64| {
        let now = at(20 + minutes);
        let found = ClientFacts { applied_until: Some(at(20)), ..found(events()) };
        let rule = rule(CallerSide::Health, Query::GetParallelView).unwrap();
        decide((&county(), &keyring()), &rule, (now, None, None), None, &found, |_, _| ()).grounds.join("\n")
    };
    assert!(!lags(59).contains("opens nothing") && lags(61).contains("opens nothing"));
}

#[test]
fn a_lane_shows_wards_and_names_to_its_own_register_only() {
    let whole = found(events());
    let shown = |lane: Option<proto::Lane>| match lane.unwrap().lane.unwrap() {
        lane::Lane::Shown(content) => Some(content),
        lane::Lane::Withheld(_) => None,
    };
    let health = view(CallerSide::Health, &whole);
    assert!(health.persons.iter().map(|it| it.family_name.as_str()).eq(["Meikäläinen"]));
    let lane = shown(health.health).unwrap();
    assert_eq!(lane.stays[0].ward, "PSY3");
    assert!(lane.stays[0].planned_discharge.is_some_and(|it| it.planned_at.is_some()));
    assert!(shown(health.social).is_none(), "health care sees nothing of the social register");

    let social = view(CallerSide::Social, &whole);
    assert!(social.persons.is_empty(), "the patient register's person fields are not disclosed");
    assert_eq!(shown(social.health).unwrap().stays[0].ward, "", "a ward's name may reveal psychiatry");
    let workers = shown(social.social).unwrap().workers;
    let contact = workers[0].contact.as_ref().and_then(|it| it.contact_point.as_ref());
    assert!(
        matches!(contact, Some(proto::contact_point::ContactPoint::Named(named)) if named.name == "Oma Työntekijä")
    );
    assert!(!view(CallerSide::Social, &whole).encode_to_vec().windows(4).any(|it| it == b"PSY3"));
}

/// With a turvakielto nothing leads to a place, except for those directly in charge. The flag accompanies the data.
#[test]
fn under_a_turvakielto_no_ward_unit_or_hospital_leaves() {
    let protected = || {
        let set = event::Body::from(event::NonDisclosureSet { until: None });
        let mut events = on_duty();
        events.push(crate::sample::event(5, Register::Patient, |_, _, _| set.clone()));
        found(events)
    };
    let place = |bytes: &[u8]| -> Vec<&str> {
        // The source is in every answer as a connected source. It must not be there as the provenance of a fact.
        ["PSY3", "Yksikkö", "oma@", "Osaston vaihde"]
            .into_iter()
            .filter(|it| bytes.windows(it.len()).any(|w| w == it.as_bytes()))
            .collect()
    };
    for (query, open) in [
        (Query::ListCurrentWorkers, &["Yksikkö", "oma@", "Osaston vaihde"][..]),
        (Query::GetOwnWorker, &["Yksikkö", "oma@"]),
        (Query::CheckInvolvement, &["Osaston vaihde"]),
        (Query::GetParallelView, &["Yksikkö", "oma@", "Osaston vaihde"]),
    ] {
        let rule = rule(CallerSide::Duty, query).unwrap();
        assert_eq!(
            place(&bytes(&rule, query, &found(on_duty()))),
            open,
            "the test sees a place where it is: {query:?}"
        );
        assert!(place(&bytes(&rule, query, &protected())).is_empty(), "{query:?}");
    }
    // The duty service still gets the own worker's number; social care in charge gets the unit too; neither gets the hospital.
    for (side, seen) in [(CallerSide::Duty, &[][..]), (CallerSide::Social, &["Yksikkö", "oma@"])] {
        let rule = rule(side, Query::GetParallelView).unwrap();
        let answer = bytes(&rule, Query::GetParallelView, &protected());
        assert!(answer.windows(12).any(|it| it == b"040 000 0000"), "{side:?}");
        assert_eq!(place(&answer), seen, "{side:?}");
        let answer = view(side, &protected());
        assert!(answer.non_disclosure && !view(side, &found(on_duty())).non_disclosure);
        let Some(lane::Lane::Shown(health)) = answer.health.unwrap().lane else { panic!("shown") };
        assert_eq!(health.stays[0].provenance.as_ref().unwrap().source, "", "its provenance would be the hospital");
    }
    let own = view(CallerSide::Health, &protected());
    let Some(lane::Lane::Shown(health)) = own.health.unwrap().lane else { panic!("shown") };
    assert_eq!((health.stays[0].ward.as_str(), own.non_disclosure), ("PSY3", true), "the ward's own people know");
    // For a client who is not the caller's, not even the flag.
    let rule = rule(CallerSide::Social, Query::GetParallelView).unwrap();
    let patient_only =
        ClientFacts { view: Some(care::ParallelView::fold(&only(Register::Patient))), ..found(Vec::new()) };
    let unknown = bytes(&rule, Query::GetParallelView, &found(Vec::new()));
    assert!(bytes(&rule, Query::GetParallelView, &patient_only) == unknown);
}

#[test]
fn none_differs_from_not_known() {
    let duty = |query| rule(CallerSide::Duty, query).unwrap();
    let involved = |found: &ClientFacts| {
        let rule = duty(Query::CheckInvolvement);
        let answered = answered(&rule, found, |facts, _| facts.checked(&rule, &county()));
        involvements::involvement(answered, &keyring()).involvement.unwrap()
    };
    let named = |found: &ClientFacts| {
        let rule = duty(Query::GetOwnWorker);
        let render = |facts: &Facts<'_>, _: &ClientFacts| facts.own_worker(&rule, &county());
        care_team::own_worker(answered(&rule, found, render), &keyring()).own_worker.unwrap()
    };
    let nobody = found(Vec::new());
    let silent = ClientFacts { reported_until: std::collections::BTreeMap::new(), ..found(Vec::new()) };
    assert!(matches!(involved(&nobody), involvement::Involvement::NotInvolved(_)));
    assert!(
        matches!(involved(&silent), involvement::Involvement::NotKnown(why) if why.doubts == [proto::Doubt::SourceSilent as i32])
    );
    assert!(matches!(involved(&found(events())), involvement::Involvement::Involved(it) if it.signs.len() == 2));
    assert!(matches!(named(&nobody), own_worker::OwnWorker::NotNamed(_)));
    assert!(matches!(named(&silent), own_worker::OwnWorker::NotKnown(_)));
    assert!(matches!(named(&found(events())), own_worker::OwnWorker::Named(_)));
}

#[test]
fn a_value_that_does_not_open_is_as_one_that_was_not_reported() {
    let other =
        event::Keyring::parse(&event::NewKeys { index: [1; 32].into(), seal: [9; 32].into() }.to_file()).unwrap();
    let rule = rule(CallerSide::Duty, Query::GetOwnWorker).unwrap();
    let render = |facts: &Facts<'_>, _: &ClientFacts| facts.own_worker(&rule, &county());
    let answer = care_team::own_worker(answered(&rule, &found(events()), render), &other);
    let Some(own_worker::OwnWorker::Named(named)) = answer.own_worker else { panic!("named") };
    let contact = named.workers[0].contact.as_ref().and_then(|it| it.contact_point.as_ref());
    assert!(matches!(contact, Some(proto::contact_point::ContactPoint::NotReported(_))));
}

#[test]
fn a_view_of_the_past_is_never_none() {
    let rule = rule(CallerSide::Duty, Query::CheckInvolvement).unwrap();
    let none = |facts: &Facts<'_>, _: &ClientFacts| facts.checked(&rule, &county());
    let answered =
        decide((&county(), &keyring()), &rule, (at(20), Some(at(9)), None), None, &found(Vec::new()), none).answer;
    assert!(answered.at == at(9));
    let answer = involvements::involvement(answered, &keyring()).involvement.unwrap();
    assert!(matches!(answer, involvement::Involvement::NotKnown(_)));
}
