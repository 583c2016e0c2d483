//! Whether a hospital is involved.

use crate::{
    P, S, Story, ago, assigned, clientship_opened, county, duty, ended, facts, key, left, planned, started, states,
    view, work,
};
use crate::{leaves, presence, protected};
use care::access::{CallerSide, Purpose, Query, Request, Task, admit};
use care::answer::Facts;
use care::source::{Doubt, SourceState};
use care::{Involvement, InvolvementKind, Sign};
use event::{
    Body, HealthSocialWorkClosed, Instant, PlannedDischargeCancelled, PlannedDischargeSet, Register, StayClass,
    StayEvent, StayStarted, WorkerRole,
};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn whether_a_hospital_is_involved() {
    let leaves = leaves();
    let unplaced = |body: Body| match body {
        Body::Stay(StayEvent::StayStarted(it)) => Body::from(StayStarted { stay: None, ..it }),
        other => other,
    };
    let closed = Body::from(HealthSocialWorkClosed { work: key("work", "1"), outcome: None });
    let table: Vec<(&str, Story, &str)> = vec![
        ("nothing", vec![], "none"),
        ("an emergency visit", vec![(9, P, started(StayClass::Emergency, 9))], "EmergencyVisit"),
        ("a stay", vec![(9, P, started(StayClass::Inpatient, 9))], "StayInProgress"),
        (
            "and its planned end",
            vec![(9, P, started(StayClass::Inpatient, 9)), (8, P, leaves.clone())],
            "StayInProgress PlannedDischarge",
        ),
        ("over", vec![(9, P, started(StayClass::Inpatient, 9)), (8, P, leaves), (7, P, left(ago(7)))], "none"),
        (
            "ends in an hour: still there",
            vec![(9, P, started(StayClass::Inpatient, 9)), (1, P, left(ago(-1)))],
            "StayInProgress",
        ),
        ("planned, not there", vec![(9, P, planned(-48))], "none but PlannedAdmission"),
        ("planned, and its time has passed without a report", vec![(48, P, planned(9))], "not known"),
        (
            "planned, and then there",
            vec![(48, P, planned(9)), (8, P, started(StayClass::Inpatient, 9))],
            "StayInProgress",
        ),
        ("a visit to a clinic is no involvement", vec![(9, P, started(StayClass::Outpatient, 9))], "none"),
        ("without a visit number", vec![(9, P, unplaced(started(StayClass::Inpatient, 9)))], "StayInProgress"),
        ("health social work, in either register", vec![(9, S, work(None))], "HealthSocialWork"),
        (
            "its worker alone is reported",
            vec![(9, P, assigned(WorkerRole::HealthSocialWorker, None))],
            "HealthSocialWork",
        ),
        (
            "the same in the social register",
            vec![(9, S, assigned(WorkerRole::HealthSocialWorker, None))],
            "HealthSocialWork",
        ),
        ("whose term is over", vec![(9, P, assigned(WorkerRole::HealthSocialWorker, Some(ago(1))))], "none"),
        (
            "whose assignment has ended",
            vec![(9, P, assigned(WorkerRole::HealthSocialWorker, None)), (8, P, ended(ago(8)))],
            "none",
        ),
        ("another worker", vec![(9, S, assigned(WorkerRole::OwnWorker, None))], "none"),
        ("a presence whose class is not reported", vec![(9, P, presence(9))], "Presence"),
        ("the same, and not ended for two days", vec![(49, P, presence(49))], "not known"),
        ("its fixed term is over", vec![(9, P, work(Some(ago(1))))], "none"),
        ("closed", vec![(9, P, work(None)), (8, P, closed)], "none"),
        (
            "something was reported of a stay, but not whether the client is there",
            vec![(
                9,
                P,
                Body::from(event::StayCorrected {
                    stay: Some(key("stay", "1")),
                    class: None,
                    ward: None,
                    started_at: None,
                    also: Vec::new(),
                }),
            )],
            "not known",
        ),
    ];
    for (why, story, expected) in table {
        let view = view(&story);
        let answer = |states: &[SourceState]| {
            let checked = facts(Some(&view), states).checked(&duty(Query::CheckInvolvement), &county());
            let kinds = |signs: &[Sign]| signs.iter().map(|it| format!("{:?}", it.kind)).collect::<Vec<_>>();
            let mut answer = match checked.involvement {
                Involvement::Involved { signs, .. } => kinds(&signs),
                Involvement::NotInvolved => vec!["none".to_owned()],
                Involvement::NotKnown(_) => vec!["not known".to_owned()],
            };
            if !checked.not_now.is_empty() {
                answer.extend(["but".to_owned()].into_iter().chain(kinds(&checked.not_now)));
            }
            answer.join(" ")
        };
        assert_eq!(answer(&states(false)), expected, "{why}");
        // Who is not known to be there is not known to have nobody of the ward.
        if expected == "not known" {
            let workers = facts(Some(&view), &states(false)).workers(&duty(Query::ListCurrentWorkers), &county());
            assert_ne!(workers.completeness, care::source::Completeness::Complete, "{why}");
        }
        if let Some(but) = expected.strip_prefix("none") {
            assert_eq!(
                answer(&states(true)),
                format!("not known{but}"),
                "{why}: with a silent source it is never none"
            );
        }
    }
    let kinds = [InvolvementKind::HealthSocialWork, InvolvementKind::EmergencyVisit];
    assert_eq!(kinds.iter().min(), Some(&InvolvementKind::EmergencyVisit), "the most urgent first");
}

/// Off until the county's lawyer has decided; then for exactly so long, and never for a visit to a clinic.
#[test]
fn a_recent_discharge_is_a_sign_where_the_county_has_chosen_it() {
    let states = states(false);
    let home = |hours, class| view(&[(hours + 9, P, started(class, hours + 9)), (hours, P, left(ago(hours)))]);
    let kinds = |view: &care::ParallelView, seconds| {
        let policy = care::access::Policy { recent_discharge_seconds: seconds, ..(*county().policy).clone() };
        let county = care::answer::County { policy: std::sync::Arc::new(policy), ..county() };
        let checked = facts(Some(view), &states).checked(&duty(Query::CheckInvolvement), &county);
        assert_eq!(checked.involvement, Involvement::NotInvolved, "who has left is not there");
        checked.not_now.iter().map(|it| (it.kind, it.ended_at)).collect::<Vec<_>>()
    };
    let sign = |hours| vec![(InvolvementKind::RecentDischarge, Some(ago(hours)))];
    let within = Some(72 * 3600);
    assert_eq!(kinds(&home(2, StayClass::Inpatient), None), []);
    assert_eq!(kinds(&home(2, StayClass::Inpatient), within), sign(2));
    assert_eq!(kinds(&home(71, StayClass::Emergency), within), sign(71));
    assert_eq!(kinds(&home(72, StayClass::Inpatient), within), []);
    assert_eq!(kinds(&home(2, StayClass::Outpatient), within), []);
}

#[test]
fn every_doubt_turns_none_into_not_known() {
    let states = states(false);
    let rule = duty(Query::CheckInvolvement);
    let none = facts(None, &states);
    let doubts = |facts: Facts<'_>| match facts.involvement(&rule, &county()) {
        Involvement::NotKnown(care::source::Completeness::NotKnown { doubts, .. }) => doubts,
        other => panic!("{other:?}"),
    };
    assert_eq!(none.involvement(&rule, &county()), Involvement::NotInvolved);
    assert_eq!(doubts(Facts { ambiguous: true, ..none }), BTreeSet::from([Doubt::IdentityAmbiguous]));
    let rejected = BTreeMap::from([("test".to_owned(), ago(1))]);
    assert_eq!(doubts(Facts { gap: Some(None), ..none }), BTreeSet::from([Doubt::RecordsMissing]));
    assert_eq!(doubts(Facts { applied_until: Some(ago(1)), ..none }), BTreeSet::from([Doubt::NotApplied]));
    assert_eq!(doubts(Facts { rejected_since: &rejected, ..none }), BTreeSet::from([Doubt::MessageRejected]));
    let view = view(&[(9, P, Body::Unknown(bytes::Bytes::new()))]);
    assert_eq!(doubts(facts(Some(&view), &states)), BTreeSet::from([Doubt::NotUnderstood]));
    assert_eq!(doubts(Facts { states: &[], ..none }), BTreeSet::from([Doubt::NothingConnected]));
}

/// A doubt discloses something about the client too: health care is not shown a doubt of the social register.
#[test]
fn a_doubt_is_shown_to_those_who_may_see_its_register() {
    let states = |register| {
        let mut states = states(false);
        states[0].register = register;
        states
    };
    let rejected = BTreeMap::from([("test".to_owned(), ago(1))]);
    let rule = |side, task| admit(side, &[task], task, Purpose::CareCoordination, Query::ListCurrentWorkers).unwrap();
    let health = rule(CallerSide::Health, Task::HealthSocialWork);
    let view = view(&[
        (9, P, started(StayClass::Inpatient, 9)),
        (9, S, clientship_opened(None)),
        (8, S, Body::Unknown(bytes::Bytes::new())),
    ]);
    let complete = |rule: &Request, states: &[SourceState], rejected| {
        let facts = Facts { rejected_since: rejected, ..facts(Some(&view), states) };
        facts.workers(rule, &county()).completeness.is_complete()
    };
    let none = BTreeMap::new();
    assert!(complete(&health, &states(None), &none), "not understood in the other register");
    assert!(complete(&health, &states(None), &rejected), "a message that may belong to the other register");
    assert!(!complete(&health, &states(Some(P)), &rejected), "the hospital's own");
    assert!(!complete(&rule(CallerSide::Social, Task::ClientWork), &states(None), &none), "social care sees both");
}

/// Health social work of the social register is no sign for a caller who may not see that register. Where it may be written
/// there, "none" is not known to them, whether there is any or not.
#[test]
fn health_care_is_shown_no_health_social_work_of_the_social_register() {
    let task = Task::HealthSocialWork;
    let health = admit(CallerSide::Health, &[task], task, Purpose::CareCoordination, Query::CheckInvolvement).unwrap();
    let stay = || (9, P, started(StayClass::Outpatient, 9));
    let both = |story: Vec<_>| [(None, story.clone(), "not known"), (Some(P), story, "none")];
    let of_patients = (8, P, work(None));
    let worker = (8, S, assigned(WorkerRole::HealthSocialWorker, None));
    let cases = both(vec![stay(), (8, S, work(None))]).into_iter().chain(both(vec![stay()]));
    let cases = cases.chain(both(vec![stay(), worker]));
    for (written_in, story, expected) in cases.chain([(None, vec![stay(), of_patients], "HealthSocialWork")]) {
        let (view, mut states) = (view(&story), states(false));
        states[0].register = written_in;
        let found = match facts(Some(&view), &states).involvement(&health, &county()) {
            Involvement::Involved { signs, .. } => format!("{:?}", signs[0].kind),
            Involvement::NotInvolved => "none".to_owned(),
            Involvement::NotKnown(_) => "not known".to_owned(),
        };
        assert_eq!(found, expected, "{written_in:?} {story:?}");
    }
}

/// 980/2012 25 §: "since" is when the discharge was planned, not when the client came. It does not move when the plan is
/// reported again or changes.
#[test]
fn a_planned_discharge_has_a_since_of_its_own() {
    let set = |hours| {
        Body::from(PlannedDischargeSet {
            stay: Some(key("stay", "1")),
            planned_at: Some(ago(hours)),
            class: None,
            destination: None,
            reported_at: None,
        })
    };
    let again = || {
        Body::from(PlannedDischargeSet {
            stay: Some(key("stay", "1")),
            planned_at: None,
            class: None,
            destination: None,
            reported_at: None,
        })
    };
    let cancelled = || Body::from(PlannedDischargeCancelled { stay: Some(key("stay", "1")) });
    let stay = || (90, P, started(StayClass::Inpatient, 90));
    let since = |story: &[(i64, Register, Body)]| -> Option<(Instant, Option<Instant>)> {
        let (view, states) = (view(story), states(false));
        let Involvement::Involved { signs, .. } =
            facts(Some(&view), &states).involvement(&duty(Query::CheckInvolvement), &county())
        else {
            panic!("involved")
        };
        assert_eq!(signs[0].since, ago(90));
        signs.get(1).map(|it| (it.since, it.planned_at))
    };
    assert_eq!(since(&[stay(), (20, P, set(-40))]), Some((ago(20), Some(ago(-40)))));
    assert_eq!(since(&[stay(), (20, P, set(-40)), (10, P, set(-60))]), Some((ago(20), Some(ago(-60)))));
    assert_eq!(since(&[stay(), (20, P, set(-40)), (10, P, again())]), Some((ago(20), Some(ago(-40)))));
    assert_eq!(since(&[stay(), (20, P, set(-40)), (10, P, cancelled())]), None);
    let anew = [stay(), (20, P, set(-40)), (10, P, cancelled()), (5, P, again())];
    assert_eq!(since(&anew), Some((ago(5), None)), "planned anew");
}

/// For a time in the past the answer is never "none".
#[test]
fn the_past_is_never_called_none() {
    let states = states(false);
    let past = Facts { past: true, ..facts(None, &states) };
    let rule = duty(Query::CheckInvolvement);
    assert!(matches!(past.involvement(&rule, &county()), Involvement::NotKnown(_)));
    assert!(matches!(past.own_worker(&rule, &county()).what, care::OwnWorker::NotKnown(_)));
    assert!(!past.workers(&rule, &county()).completeness.is_complete());
    let view = view(&[(9, P, started(StayClass::Inpatient, 9)), (8, P, protected()), (8, P, leaves())]);
    let past = Facts { past: true, ..facts(Some(&view), &states) };
    assert!(matches!(past.involvement(&rule, &county()), Involvement::Involved { protected: true, .. }));
}
