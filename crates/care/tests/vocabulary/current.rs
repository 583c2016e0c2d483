//! What is current of a client, and until when: for a client whom nobody finds, it makes "none" unknown.

use crate::{assigned, at, key, left, reported, started, stay};
use care::current::{CurrentRows, Until};
use care::{Limits, ParallelView, Rows};
use event::{
    AssessmentEvent, AssessmentFinished, AssessmentStarted, Body, CaseOpened, ClientshipClosed, ClientshipOpened,
    DutyContactClosed, DutyContactRecorded, FactKind, HealthSocialWorkClosed, HealthSocialWorkOpened, StayCancelled,
    StayClass, StayEnded, StayPlanCancelled, StayPlanned, StayStarted, WorkerAssignmentEnded,
};

/// What was reported, and what is current of it.
type Case = (Vec<Body>, Option<(FactKind, Until)>);

#[test]
fn what_is_current_and_until_when() {
    use FactKind::{Clientships, DutyContacts, HealthSocialWork, Stays, Workers};
    let planned = || {
        let expected_at = Some(at(50));
        Body::from(StayPlanned { stay: Some(stay()), class: None, ward: None, expected_at })
    };
    let outpatient = || {
        let class = Some(StayClass::Outpatient);
        Body::from(StayStarted {
            stay: Some(stay()),
            class,
            ward: None,
            started_at: at(1),
            protected_speciality: None,
            unit: None,
            facility: None,
        })
    };
    // An emergency visit that nobody ends, and a plan that nobody cancels, are doubts for a month, not for ever.
    let faded = |minute| at(minute).plus_seconds(Limits::default().unplaced_seconds);
    let year = Some(at(30).plus_seconds(Limits::default().inpatient_stay_seconds));
    let emergency = || {
        let class = Some(StayClass::Emergency);
        Body::from(StayStarted {
            stay: Some(stay()),
            class,
            ward: None,
            started_at: at(1),
            protected_speciality: None,
            unit: None,
            facility: None,
        })
    };
    let unkeyed = || {
        let class = Some(StayClass::Inpatient);
        Body::from(StayStarted {
            stay: None,
            class,
            ward: None,
            started_at: at(1),
            protected_speciality: None,
            unit: None,
            facility: None,
        })
    };
    let leaves_at = |minute| Body::from(StayEnded { stay: Some(stay()), ended_at: at(minute), disposition: None });
    let work = || {
        let (work, channel, worker, until) = (key("work", "1"), None, None, Some(at(500)));
        Body::from(HealthSocialWorkOpened { work, channel, worker, until, unit: None })
    };
    let clientship = || {
        let (service_task, own_worker_not_named) = (None, None);
        let clientship = key("clientship", "1");
        Body::from(ClientshipOpened { clientship, service_task, own_worker_not_named })
    };
    let (case, assessment, contact) = (key("case", "1"), key("assessment", "1"), key("contact", "1"));
    let opened = || {
        Body::from(CaseOpened {
            case,
            ground: None,
            initiator: None,
            contacted_at: None,
            deadline_group: None,
            special_support: None,
        })
    };
    let met = || {
        Body::from(DutyContactRecorded {
            contact,
            handed_over_to: None,
            service_task: None,
            worker: None,
            required_by: None,
            opened_by: None,
        })
    };
    let ended = |minute| {
        let (assignment, reason) = (key("assignment", "1"), None);
        Body::from(WorkerAssignmentEnded { assignment, ended_at: at(minute), reason })
    };
    let clinic = at(1).plus_seconds(Limits::default().clinic_visit_seconds);
    let closed = Body::from(HealthSocialWorkClosed { work: key("work", "1"), outcome: None });
    let no_clientship = ClientshipClosed { clientship: key("clientship", "1"), ground: None };
    let finished = AssessmentFinished { assessment, own_worker_needed: None, clientship: None };
    let cases: Vec<Case> = vec![
        (vec![started()], Some((Stays, year))),
        (vec![started(), left()], None),
        (vec![started(), leaves_at(1000)], Some((Stays, Some(at(1000))))),
        (vec![started(), Body::from(StayCancelled { stay: Some(stay()) })], None),
        (vec![left()], None),
        (vec![planned()], Some((Stays, Some(faded(50))))),
        (vec![emergency()], Some((Stays, Some(faded(30))))),
        (vec![planned(), Body::from(StayPlanCancelled { stay: Some(stay()) })], None),
        (vec![outpatient()], Some((Stays, Some(clinic)))),
        (vec![unkeyed()], Some((Stays, year))),
        (vec![work()], Some((HealthSocialWork, Some(at(500))))),
        (vec![work(), closed], None),
        (vec![clientship()], Some((Clientships, None))),
        (vec![clientship(), Body::from(no_clientship)], None),
        (vec![opened()], Some((Clientships, None))),
        (
            vec![
                opened(),
                Body::from(AssessmentStarted {
                    assessment,
                    case: Some(case),
                    kind: None,
                    unit: None,
                    joint: None,
                    service_task: None,
                }),
                Body::Assessment(AssessmentEvent::AssessmentFinished(finished)),
            ],
            None,
        ),
        (vec![assigned()], Some((Workers, None))),
        (vec![assigned(), ended(2)], None),
        (vec![assigned(), ended(900)], Some((Workers, Some(at(900))))),
        (vec![met()], Some((DutyContacts, None))),
        (vec![met(), Body::from(DutyContactClosed { contact, handed_over_to: None })], None),
    ];
    for (story, expected) in cases {
        let events: Vec<_> = (30..).zip(&story).map(|(n, body)| reported("1", n, 0, body.clone())).collect();
        let events = events.into_iter().enumerate().map(|(n, mut received)| {
            received.event.id = event::event_id("test", &n.to_string(), &[0; 32], 0);
            received
        });
        let rows = Rows::of(&ParallelView::fold(&events.collect::<Vec<_>>()));
        let without_key =
            rows.current.into_iter().map(|((source, coverage, _), until)| ((source, coverage, None), until));
        let expected = expected.map(|(coverage, until)| (("test".to_owned(), coverage, None), until));
        assert_eq!(without_key.collect::<CurrentRows>(), expected.into_iter().collect(), "{story:?}");
    }
}
