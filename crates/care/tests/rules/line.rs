//! What crosses the line between the registers, and what does not.

use crate::{P, S, Story, ago, assignment, code, contact, county, facts, key, now, sealed, started, states, view};
use ReferralStatus::{Accepted, Cancelled, Completed, Rejected, Requested};
use care::access::{CallerSide, Purpose, Query, Request, Task, admit};
use care::answer::{County, Facts};
use care::{ContactPoint, Involvement, ReferralStatus, Sign};
use event::{
    Body, ContactRecorded, HealthSocialWorkOpened, IdentitiesMerged, LeaveEnded, LeaveStarted, NationalIdChanged,
    ReferralAccepted, ReferralCancelled, ReferralCompleted, ReferralFailed, ReferralKind, ReferralOnHold,
    ReferralRejected, ReferralStarted, StayClass, StayCorrected, StayStated, TranslationWithdrawn, WorkerRole,
};
use std::collections::BTreeMap;

fn rule(side: CallerSide, task: Task, query: Query) -> Request {
    let purpose = if side == CallerSide::Duty { Purpose::UrgentHelp } else { Purpose::CareCoordination };
    admit(side, &[task], task, purpose, query).unwrap()
}

fn health(query: Query) -> Request {
    rule(CallerSide::Health, Task::HealthSocialWork, query)
}

fn social(query: Query) -> Request {
    rule(CallerSide::Social, Task::ClientWork, query)
}

/// Only this goes back to the hospital: its own message was received, accepted or rejected.
#[test]
fn what_goes_back_of_a_referrals_answer() {
    let (referral, course) = (Some(key("referral", "1")), None);
    let accepted = || {
        let worker = Some(sealed("Virkailija"));
        Body::from(ReferralAccepted { referral, course, worker, expected_by: Some(ago(-99)) })
    };
    let reason = || code("a-reason");
    let rejected = || Body::from(ReferralRejected { referral, course, reason: reason() });
    let begun = || Body::from(ReferralStarted { referral, course });
    let held = || Body::from(ReferralOnHold { referral, course, reason: reason() });
    let done = || Body::from(ReferralCompleted { referral, course, outcome: reason() });
    let failed = || Body::from(ReferralFailed { referral, course, reason: reason() });
    let cancelled = || Body::from(ReferralCancelled { referral, course, reason: reason() });
    let stay = || (99, P, started(StayClass::Inpatient, 99));
    let clientship = || (99, S, crate::clientship_opened(None));
    // What social care reported; what the hospital sees of it; what social care sees itself.
    let table: Vec<(&str, Vec<Body>, ReferralStatus, ReferralStatus)> = vec![
        ("nothing", vec![], Requested, Requested),
        ("accepted", vec![accepted()], Accepted, Accepted),
        ("rejected", vec![rejected()], Rejected, Rejected),
        ("work has begun", vec![accepted(), begun()], Accepted, ReferralStatus::InProgress),
        ("begun, the acceptance was lost", vec![begun()], Accepted, ReferralStatus::InProgress),
        ("waits", vec![accepted(), held()], Accepted, ReferralStatus::OnHold),
        ("done", vec![accepted(), done()], Accepted, Completed),
        ("failed", vec![accepted(), failed()], Accepted, ReferralStatus::Failed),
        ("failed, without an acceptance", vec![failed()], Requested, ReferralStatus::Failed),
        ("cancelled by social care", vec![cancelled()], Requested, Cancelled),
    ];
    for kind in [ReferralKind::Contact, ReferralKind::Notice] {
        for notices_answered in [false, true] {
            let county = County { notices_answered, ..county() };
            for (why, answers, of_hospital, of_social) in &table {
                let mut story: Story = vec![stay(), clientship(), (50, P, contact(kind))];
                story.extend((1..).zip(answers).map(|(n, body)| (50 - n, S, body.clone())));
                let (view, states) = (view(&story), states(false));
                let facts = facts(Some(&view), &states);
                let course = |rule| {
                    let shown = facts.parallel_view(&rule, &county).view.unwrap();
                    shown.referrals[&key("referral", "1")].latest().unwrap().clone()
                };
                let answered = kind == ReferralKind::Contact || notices_answered;
                let seen = course(health(Query::GetParallelView));
                let expected = if answered { *of_hospital } else { Requested };
                assert_eq!(seen.status(), expected, "{kind:?} {notices_answered} {why}");
                for answer in [&seen.answer, &seen.acceptance, &seen.contradicted].into_iter().flatten() {
                    let bare = answer.worker.is_none() && answer.reason.is_none() && answer.expected_by.is_none();
                    assert!(bare, "{why}");
                    assert!(matches!(answer.status, Accepted | Rejected), "{why}");
                }
                assert_eq!(course(social(Query::GetParallelView)).status(), *of_social, "{why}");
            }
        }
    }
}

/// A rejection after an acceptance contradicts it: both sides see that.
#[test]
fn a_contradiction_crosses_as_a_yes_or_no() {
    let (referral, course) = (Some(key("referral", "1")), None);
    let accepted = Body::from(ReferralAccepted { referral, course, worker: None, expected_by: None });
    let rejected = Body::from(ReferralRejected { referral, course, reason: code("a-reason") });
    let story = [
        (99, P, started(StayClass::Inpatient, 99)),
        (50, P, contact(ReferralKind::Contact)),
        (40, S, accepted),
        (30, S, rejected),
    ];
    let (view, states) = (view(&story), states(false));
    let shown = facts(Some(&view), &states).parallel_view(&health(Query::GetParallelView), &county()).view.unwrap();
    let seen = shown.referrals[&key("referral", "1")].latest().unwrap().clone();
    let contradicted = seen.contradicted.clone().unwrap();
    assert_eq!((seen.status(), contradicted.status), (ReferralStatus::Accepted, ReferralStatus::Rejected));
    assert!(contradicted.reason.is_none());
}

/// Shown of a worker: the name and the number; of a ward: what the county has chosen to show; of a source: its contact.
#[test]
fn how_somebody_is_reached_across_the_line() {
    let work = Body::from(HealthSocialWorkOpened {
        work: key("work", "1"),
        channel: None,
        worker: Some(sealed("Terveys")),
        until: None,
        unit: None,
    });
    let visit = ContactRecorded { contact: key("visit", "1"), channel: None, unit: code("OS1"), mode: None };
    let story = [
        (99, P, started(StayClass::Inpatient, 99)),
        (99, S, crate::clientship_opened(None)),
        (90, P, work),
        (80, P, assignment("2", WorkerRole::CaseManager, ago(80), None)),
        (70, P, Body::from(visit)),
    ];
    let mut county = county();
    county.sources = vec![care::source::Source {
        name: "test".into(),
        register: None,
        covers: [].into(),
        silence_seconds: 60,
        contact: Some("Lähteen vaihde".into()),
    }];
    let entry = county.directory.wards.values_mut().next().unwrap();
    entry.contact_point = Some("Kotiutustiimi".into());
    entry.workers[0].phone = Some("044 000 0001".into());
    entry.workers[0].email = Some("os1@example.invalid".into());
    entry.workers[0].hours = Some("OS1 8-16".into());
    entry.workers[0].task = code("os1");
    let (view, states) = (view(&story), states(false));
    let facts = facts(Some(&view), &states);
    let signs = |rule| -> Vec<Sign> {
        match facts.involvement(&rule, &county) {
            Involvement::Involved { signs, .. } => signs,
            other => panic!("{other:?}"),
        }
    };
    let outside = signs(social(Query::CheckInvolvement));
    let workers = facts.workers(&social(Query::ListCurrentWorkers), &county).workers;
    let contacts = outside.iter().flat_map(|sign| &sign.contacts);
    let of_health = workers.iter().filter(|worker| worker.register == P).map(|worker| &worker.contact);
    let mut kinds = BTreeMap::<&str, usize>::new();
    for contact in contacts.chain(of_health) {
        let kind = match contact {
            ContactPoint::Sealed { place, .. } => {
                assert!(!place, "name and number only");
                "sealed"
            }
            ContactPoint::Directory { worker, .. } => {
                assert!(worker.phone.is_some());
                assert!(worker.email.is_none() && worker.hours.is_none() && worker.task.is_none());
                "directory"
            }
            ContactPoint::Unnamed(point) => {
                assert!(point == "Kotiutustiimi" || point == "Lähteen vaihde", "as it is configured");
                "point"
            }
            other => panic!("{other:?}"),
        };
        *kinds.entry(kind).or_default() += 1;
    }
    assert_eq!(kinds, BTreeMap::from([("sealed", 3), ("directory", 2), ("point", 3)]));
    // The ward's own side sees everything.
    let inside = signs(health(Query::CheckInvolvement));
    assert!(inside.iter().flat_map(|it| &it.contacts).any(|it| {
        matches!(it, ContactPoint::Directory { worker, .. } if worker.email.is_some() && worker.hours.is_some())
    }));
    assert!(inside.iter().flat_map(|it| &it.contacts).any(|it| matches!(it, ContactPoint::Sealed { place: true, .. })));
    // Nothing that remains of the view reveals the ward.
    let shown = facts.parallel_view(&social(Query::GetParallelView), &county).view.unwrap();
    assert!(shown.all_stays()[0].ward.is_none());
    assert!(shown.social.contacts.values().all(|it| it.kept.reported().is_some_and(|it| it.unit.is_none())));
}

/// A new identity code leads to the old one (661/2009 12 §): no row of the timeline shows it.
#[test]
fn the_timeline_shows_no_identity_code() {
    let keys = testkit::history::keyring();
    let codes = |n: &str| vec![keys.identifier("hetu", n)];
    let merged = IdentitiesMerged {
        subsumed: keys.record("test", "own", "2"),
        authority: event::Authority::Source,
        decider: None,
        reason: None,
    };
    let changed = NationalIdChanged {
        old: codes("old"),
        new: codes("new"),
        authority: event::Authority::Source,
        decider: None,
        reason: None,
    };
    let story = [
        (99, P, started(StayClass::Inpatient, 99)),
        (90, P, Body::from(changed)),
        (90, P, Body::from(merged)),
        (80, P, Body::from(TranslationWithdrawn)),
        (70, P, crate::protected()),
        (60, P, crate::leaves()),
    ];
    let (view, states) = (view(&story), states(false));
    let facts: Facts<'_> = facts(Some(&view), &states);
    let timeline = facts.timeline(&health(Query::ListTimeline), &county(), &crate::events(&story));
    let types: Vec<_> = timeline.entries.iter().map(|it| it.event_type).collect();
    assert_eq!(types, ["StayStarted", "NonDisclosureSet", "PlannedDischargeSet"]);
    assert!(timeline.protected && now() > ago(1));
}

/// An Encounter that is put again in progress reports of everybody that they are not on leave: only a client who was on
/// leave is back.
#[test]
fn the_timeline_shows_no_return_without_a_leave() {
    let stay = Some(key("stay", "1"));
    let whole = || {
        Body::from(StayStated {
            stay,
            class: Some(StayClass::Inpatient),
            ward: None,
            started_at: None,
            protected_speciality: None,
            unit: None,
            facility: None,
        })
    };
    let back = |hours| Body::from(LeaveEnded { stay, ended_at: ago(hours), class: None });
    let left = LeaveStarted { stay, started_at: ago(80), expected_return_at: None, corrected: false, class: None };
    let names = StayCorrected { stay, class: None, ward: None, started_at: None, also: vec![key("stay", "2")] };
    let story = [
        (99, P, whole()),
        (99, P, back(99)),
        (98, P, Body::from(names)),
        (80, P, Body::from(left)),
        (70, P, whole()),
        (70, P, back(70)),
        (60, P, whole()),
        (60, P, back(60)),
        // By itself it is a report of its own.
        (50, P, back(50)),
    ];
    let (view, states) = (view(&story), states(false));
    let facts: Facts<'_> = facts(Some(&view), &states);
    let mut events = crate::events(&story);
    for at in [0, 4, 6] {
        events[at + 1].event.message = events[at].event.message;
    }
    let timeline = facts.timeline(&health(Query::ListTimeline), &county(), &events);
    let types: Vec<_> = timeline.entries.iter().map(|it| it.event_type).collect();
    assert_eq!(types, ["StayStated", "LeaveStarted", "LeaveEnded", "StayStated", "StayStated", "LeaveEnded"]);
}
