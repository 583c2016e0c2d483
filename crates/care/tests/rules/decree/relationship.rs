//! Whose client it is (703/2023 9 §, 57 §).

use super::{by, from, of_controller, of_task, request, serving, shown, story, with, with_policy, working_in};
use crate::{
    P, S, Story, ago, code, contact, county, duty_contact, facts, key, left, now, policy, started, states, view,
};
use care::ParallelView;
use care::access::{CallerSide, Purpose, Query, Requester, Task, admit};
use event::{
    Body, CaseClosed, CaseOpened, DutyContactClosed, DutyContactRecorded, ReferralKind, StayClass, WorkerRole,
};

#[test]
fn a_relationship_is_that_of_the_requester() {
    let related = |side, sources: &[&str]| {
        let request = request(side, Query::GetParallelView).of(from(sources));
        request.decide(Some(&view(&story())), &policy(), now()).is_some()
    };
    for side in [CallerSide::Health, CallerSide::Social] {
        assert!(
            related(side, &["test"]) && related(side, &[]),
            "its own source reported it, or the county's are its own"
        );
        assert!(!related(side, &["another"]), "another hospital's client is not its own: {side:?}");
    }
}

fn case() -> Body {
    let case = key("case", "1");
    Body::from(CaseOpened {
        case,
        ground: None,
        initiator: None,
        contacted_at: None,
        deadline_group: None,
        special_support: None,
    })
}

/// Without a case or a contact of its own the duty service learns at night whom to reach, and nothing more.
#[test]
fn the_duty_service_sees_the_view_of_its_own_matters_only() {
    let closed = || Body::from(DutyContactClosed { contact: key("contact", "duty"), handed_over_to: None });
    let case_closed = || Body::from(CaseClosed { case: key("case", "1"), ground: None });
    let of_a_shelter = DutyContactRecorded {
        contact: key("contact", "s"),
        handed_over_to: None,
        service_task: code("shelter"),
        worker: None,
        required_by: None,
        opened_by: None,
    };
    let table: Vec<(&str, Story, bool)> = vec![
        ("no matter", vec![], false),
        ("a contact of the duty service", vec![(9, S, duty_contact())], true),
        ("it has closed it", vec![(9, S, duty_contact()), (8, S, closed())], false),
        ("a contact of more than a year ago", vec![(366 * 24, S, duty_contact())], false),
        ("a shelter's", vec![(9, S, of_a_shelter.into())], false),
        ("a case", vec![(9, S, case())], true),
        ("the case is closed", vec![(9, S, case()), (8, S, case_closed())], false),
        ("a hospital's contact", vec![(9, P, contact(ReferralKind::Contact))], false),
    ];
    for (why, more, expected) in table {
        let story = with(story(), more);
        // An assessment under way without a case is pending too.
        let story: Story = story.into_iter().filter(|(_, _, body)| !matches!(body, Body::Assessment(_))).collect();
        let may = |query, requester| {
            let request = request(CallerSide::Duty, query).of(requester);
            request.decide(Some(&view(&story)), &policy(), now()).is_some()
        };
        for query in [Query::GetParallelView, Query::ListTimeline] {
            assert_eq!(may(query, Requester::default()), expected, "{why}");
            assert!(!may(query, from(&["another"])), "{why}: reported by another's source");
        }
        for query in [Query::CheckInvolvement, Query::GetOwnWorker, Query::ListCurrentWorkers] {
            assert!(may(query, Requester::default()), "{why}: whom to reach is shown at once");
        }
    }
}

/// An assessment that ends with a clientship to follow leaves a decision due (1301/2014 36 §, 45 §): until the clientship begins,
/// whose assessment it was is still in charge. Nobody is after one that ends without.
#[test]
fn assessment_finished_with_a_clientship_to_follow_social_care_is_still_related() {
    let assessment = key("assessment", "1");
    let began = event::AssessmentStarted {
        assessment,
        case: Some(key("case", "1")),
        kind: None,
        unit: None,
        joint: None,
        service_task: None,
    };
    let related = |clientship, more: Story| {
        let ended = event::AssessmentFinished { assessment, own_worker_needed: None, clientship };
        let all = vec![(40, S, case()), (30, S, began.clone().into()), (20, S, ended.into())];
        let story = with(all, more);
        let of = |sources: &[&str]| {
            let request = request(CallerSide::Social, Query::GetParallelView).of(from(sources));
            request.decide(Some(&view(&story)), &policy(), now()).is_some()
        };
        assert!(!of(&["another"]), "an assessment of somebody else's");
        of(&["test"])
    };
    let closed = || Body::from(CaseClosed { case: key("case", "1"), ground: None });
    assert!(related(Some(true), vec![]), "a clientship is to follow");
    assert!(!related(Some(false), vec![]), "none is");
    assert!(!related(Some(true), vec![(10, S, closed())]), "the case was closed after it");
}

/// A hospital's contact is addressed to the county's social care.
#[test]
fn a_hospitals_contact_makes_nobody_a_client_of_those_who_deliver_services() {
    let story = vec![(99, P, started(StayClass::Inpatient, 99)), (9, P, contact(ReferralKind::Contact))];
    let related = |task, requester| {
        let purpose = if task == Task::NeedsAssessment { Purpose::NeedsAssessment } else { Purpose::CareCoordination };
        let request = admit(CallerSide::Social, &[task], task, purpose, Query::GetOwnWorker).unwrap().of(requester);
        request.decide(Some(&view(&story)), &policy(), now()).is_some()
    };
    assert!(related(Task::ClientWork, Requester::default()) && related(Task::NeedsAssessment, Requester::default()));
    assert!(
        !related(Task::ServiceDelivery, working_in(&["older"]))
            && !related(Task::ServiceArranging, Requester::default())
    );
    assert!(!related(Task::ClientWork, of_controller("1.2.246.10.99999992.10.0")), "a private provider");
}

/// A case has the service task of its assessments and decisions.
#[test]
fn a_case_of_a_shelter_is_a_shelters() {
    let assessed = |task: &str| event::AssessmentStarted {
        assessment: key("assessment", "1"),
        case: Some(key("case", "1")),
        kind: None,
        unit: None,
        joint: None,
        service_task: code(task),
    };
    let related = |task: &str| {
        let all = by("x", &vec![(9, S, case()), (8, S, assessed(task).into())]);
        let request = request(CallerSide::Social, Query::GetParallelView);
        request.decide(Some(&ParallelView::fold(&all)), &with_policy(serving(&[])).policy, now()).is_some()
    };
    assert!(related("older") && !related("shelter") && !related(""));
}

#[test]
fn a_contact_that_waits_is_shown_to_health_for_30_days_after_the_discharge() {
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
