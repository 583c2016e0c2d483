//! The rules as tables: who the own worker is, whether a hospital is involved, who may see what.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use care::answer::{County, Facts};
use care::decide::{CallerRefused, Purpose, Query, RULES, Side, Task, admit};
use care::directory::{Directory, WardEntry, WardWorker};
use care::source::{Coverage, Doubt, Source, SourceState};
use care::{Involvement, InvolvementKind, OwnWorker, ParallelView};
use event::{
    AssessmentFinished, AssessmentStarted, Body, CaseOpened, ClientshipClosed, ClientshipOpened, Code, Event,
    HealthSocialWorkClosed, HealthSocialWorkOpened, Instant, LeaveStarted, PlannedDischargeSet, Received,
    ReferralCompleted, ReferralKind, ReferralRejected, ReferralRequested, ReferralStarted, Register, ServiceEnded,
    ServiceStarted, StayClass, StayEnded, StayPlanned, StayStarted, Token, Ward, Worker, WorkerAssigned,
    WorkerAssignmentEnded, WorkerRole, event_id,
};
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use testkit::history::keyring;

/// What was told: how many hours ago, in which register.
type Told = Vec<(i64, Register, Body)>;

/// Hours before (or after, when negative) the answer.
fn ago(hours: i64) -> Instant {
    now().plus_seconds(-3600 * hours)
}

/// 2026-03-04, a Wednesday, at noon UTC.
fn now() -> Instant {
    Instant::from_timestamp("2026-03-04T12:00:00Z".parse().unwrap())
}

fn key(kind: &str, value: &str) -> Token {
    keyring().token(kind, "test", value)
}

fn code(text: &str) -> Option<Code> {
    Code::try_new(text).ok()
}

/// What is said, told `hours` before the answer, in the register it belongs to.
fn view(told: &[(i64, Register, Body)]) -> ParallelView {
    let keys = keyring();
    let events = told.iter().enumerate().map(|(n, (hours, register, body))| Received {
        received_at: ago(*hours),
        event: Event {
            id: event_id("test", &n.to_string(), &[0; 32], 0),
            source: "test".into(),
            message: keys.token("message", "test", &n.to_string()),
            adapter_version: 1,
            relayed: None,
            happened_at: ago(*hours),
            recorded_at: ago(*hours),
            recorded_width: 0,
            sequence: None,
            ordinal: 0,
            register: *register,
            record: keys.record("test", "own", "1"),
            presented: Vec::new(),
            body: body.clone(),
        },
    });
    ParallelView::fold(&events.collect::<Vec<_>>())
}

fn clientship_opened(not_named: Option<&str>) -> Body {
    Body::ClientshipOpened(ClientshipOpened {
        clientship: key("clientship", "1"),
        service_task: code("adults"),
        own_worker_not_named: not_named.and_then(code),
    })
}

fn clientship_closed() -> Body {
    Body::ClientshipClosed(ClientshipClosed { clientship: key("clientship", "1"), ground: code("no-ground") })
}

fn assigned(role: WorkerRole, until: Option<Instant>) -> Body {
    let keys = keyring();
    let record = keys.record("test", "own", "1");
    let worker = keys.sealer(record.key, uuid::Uuid::nil()).seal(&Worker { name: "Testi".into(), ..Worker::default() });
    Body::WorkerAssigned(WorkerAssigned {
        assignment: key("assignment", "1"),
        clientship: Some(key("clientship", "1")),
        role,
        worker_key: key("worker", "1"),
        worker,
        profession: None,
        public_service_post: None,
        from: ago(100),
        until,
    })
}

fn ended(at: Instant) -> Body {
    Body::WorkerAssignmentEnded(WorkerAssignmentEnded {
        assignment: key("assignment", "1"),
        ended_at: at,
        reason: code("vacancy"),
    })
}

fn started(class: StayClass, hours: i64) -> Body {
    let (stay, class) = (Some(key("stay", "1")), Some(class));
    Body::StayStarted(StayStarted { stay, class, ward: Ward::try_new("OS1"), started_at: ago(hours) })
}

fn planned(hours: i64) -> Body {
    let (stay, ward) = (Some(key("stay", "1")), Ward::try_new("OS1"));
    Body::StayPlanned(StayPlanned { stay, class: None, ward, expected_at: Some(ago(hours)) })
}

fn left(at: Instant) -> Body {
    Body::StayEnded(StayEnded { stay: Some(key("stay", "1")), ended_at: at, disposition: None })
}

fn work(until: Option<Instant>) -> Body {
    Body::HealthSocialWorkOpened(HealthSocialWorkOpened { work: key("work", "1"), channel: None, worker: None, until })
}

fn contact(kind: ReferralKind) -> Body {
    let referral = Some(key("referral", "1"));
    Body::ReferralRequested(ReferralRequested {
        referral,
        course: None,
        kind,
        priority: None,
        expires_at: None,
        required_by: None,
        source_channel: None,
    })
}

/// Every source has spoken, unless `silent`.
fn states(silent: bool) -> Vec<SourceState> {
    let covers = [Coverage::Stays, Coverage::HealthSocialWork, Coverage::Clientships, Coverage::Workers];
    let source = Source {
        name: "test".into(),
        register: None,
        covers: covers.into(),
        silence_seconds: 600,
        contact: Some("Vaihde".into()),
    };
    let heard = BTreeMap::from([("test".to_owned(), if silent { ago(1) } else { now() })]);
    SourceState::all(&[source], &heard, &BTreeMap::new(), now())
}

fn county() -> County {
    let worker = WardWorker {
        name: "Tuulikki".into(),
        phone: None,
        email: None,
        task: None,
        weekdays: vec![Weekday::Wednesday],
        hours: None,
    };
    let entry = WardEntry { workers: vec![worker], contact_point: None };
    let wards = BTreeMap::from([(("test".to_owned(), "OS1".to_owned()), entry)]);
    County {
        sources: Vec::new(),
        not_connected: Vec::new(),
        directory: Directory { wards },
        identifier_systems: BTreeSet::new(),
        zone: TimeZone::UTC,
    }
}

fn facts<'a>(view: Option<&'a ParallelView>, states: &'a [SourceState]) -> Facts<'a> {
    const NONE: &BTreeMap<String, Instant> = &BTreeMap::new();
    Facts { view, ambiguous: false, rejected_since: NONE, gap: None, states, at: now() }
}

const P: Register = Register::Patient;
const S: Register = Register::Social;

fn duty(query: Query) -> &'static care::decide::Rule {
    admit(Side::Duty, &[Task::DutySocialService], Task::DutySocialService, Purpose::UrgentHelp, query).unwrap()
}

#[test]
fn who_the_own_worker_is() {
    let own = || assigned(WorkerRole::OwnWorker, None);
    let table: Vec<(&str, Told, &str)> = vec![
        ("nobody knows the person, and all have spoken", vec![], "not named"),
        ("a clientship and an own worker", vec![(9, S, clientship_opened(None)), (8, S, own())], "named"),
        ("told in the other order", vec![(9, S, own()), (8, S, clientship_opened(None))], "named"),
        ("an assignment whose clientship nobody told of", vec![(8, S, own())], "named"),
        ("nobody named", vec![(9, S, clientship_opened(None))], "not named, clientship"),
        (
            "nobody named, and why",
            vec![(9, S, clientship_opened(Some("obviously-unnecessary")))],
            "not named, clientship, obviously-unnecessary",
        ),
        (
            "another role is not the own worker",
            vec![(9, S, clientship_opened(None)), (8, S, assigned(WorkerRole::WorkPair, None))],
            "not named, clientship",
        ),
        (
            "left",
            vec![(9, S, clientship_opened(None)), (8, S, own()), (7, S, ended(ago(7)))],
            "not named, clientship, vacancy",
        ),
        ("leaves tomorrow", vec![(9, S, clientship_opened(None)), (8, S, own()), (7, S, ended(ago(-24)))], "named"),
        (
            "the term is over",
            vec![(9, S, clientship_opened(None)), (8, S, assigned(WorkerRole::OwnWorker, Some(ago(1))))],
            "not named, clientship",
        ),
        (
            "left, told before the assignment was",
            vec![(9, S, clientship_opened(None)), (8, S, ended(ago(8))), (8, S, own())],
            "not named, clientship, vacancy",
        ),
        (
            "the clientship is over: so is the own worker (42 §)",
            vec![(9, S, clientship_opened(None)), (8, S, own()), (7, S, clientship_closed())],
            "not named",
        ),
        (
            "the clientship opened again",
            vec![
                (9, S, clientship_opened(None)),
                (8, S, own()),
                (7, S, clientship_closed()),
                (6, S, clientship_opened(None)),
            ],
            "named",
        ),
    ];
    for (why, told, expected) in table {
        let view = view(&told);
        let view = (!told.is_empty()).then_some(&view);
        let said = |states: &[SourceState]| match facts(view, states).own_worker(duty(Query::GetOwnWorker)) {
            OwnWorker::Named(_) => "named".to_owned(),
            OwnWorker::NotNamed { clientship, reason } => {
                let clientship = if clientship { ", clientship" } else { "" };
                format!("not named{clientship}{}", reason.map(|it| format!(", {}", it.as_str())).unwrap_or_default())
            }
            OwnWorker::NotKnown(_) => "not known".to_owned(),
        };
        assert_eq!(said(&states(false)), expected, "{why}");
        let silent = if expected == "named" { "named" } else { "not known" };
        assert_eq!(said(&states(true)), silent, "{why}: a silent source never says not named");
    }
}

#[test]
fn whether_a_hospital_is_involved() {
    let leaves =
        Body::PlannedDischargeSet(PlannedDischargeSet { stay: Some(key("stay", "1")), planned_at: Some(ago(-20)) });
    let unplaced = |body: Body| match body {
        Body::StayStarted(it) => Body::StayStarted(StayStarted { stay: None, ..it }),
        other => other,
    };
    let closed = Body::HealthSocialWorkClosed(HealthSocialWorkClosed { work: key("work", "1"), outcome: None });
    let table: Vec<(&str, Told, &str)> = vec![
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
        ("planned, not there", vec![(9, P, planned(-48))], "none"),
        ("planned, and its time has passed without a word", vec![(48, P, planned(9))], "not known"),
        (
            "planned, and then there",
            vec![(48, P, planned(9)), (8, P, started(StayClass::Inpatient, 9))],
            "StayInProgress",
        ),
        ("a visit to a clinic is no involvement", vec![(9, P, started(StayClass::Outpatient, 9))], "none"),
        ("without a visit number", vec![(9, P, unplaced(started(StayClass::Inpatient, 9)))], "StayInProgress"),
        ("health social work, in whichever register", vec![(9, S, work(None))], "HealthSocialWork"),
        ("its fixed term is over", vec![(9, P, work(Some(ago(1))))], "none"),
        ("closed", vec![(9, P, work(None)), (8, P, closed)], "none"),
        (
            "something was told of a stay, but not whether the client is there",
            vec![(
                9,
                P,
                Body::StayCorrected(event::StayCorrected {
                    stay: Some(key("stay", "1")),
                    class: None,
                    ward: None,
                    started_at: None,
                }),
            )],
            "not known",
        ),
    ];
    for (why, told, expected) in table {
        let view = view(&told);
        let said = |states: &[SourceState]| match facts(Some(&view), states)
            .involvement(duty(Query::CheckInvolvement), &county())
        {
            Involvement::Involved { signs, .. } => {
                signs.iter().map(|it| format!("{:?}", it.kind)).collect::<Vec<_>>().join(" ")
            }
            Involvement::NotInvolved => "none".to_owned(),
            Involvement::NotKnown(_) => "not known".to_owned(),
        };
        assert_eq!(said(&states(false)), expected, "{why}");
        if expected == "none" {
            assert_eq!(said(&states(true)), "not known", "{why}: a silent source never says none");
        }
    }
    let kinds = [InvolvementKind::HealthSocialWork, InvolvementKind::EmergencyVisit];
    assert_eq!(kinds.iter().min(), Some(&InvolvementKind::EmergencyVisit), "the most urgent first");
}

#[test]
fn every_doubt_turns_none_into_not_known() {
    let states = states(false);
    let rule = duty(Query::CheckInvolvement);
    let none = facts(None, &states);
    let doubts = |facts: Facts<'_>| match facts.involvement(rule, &county()) {
        Involvement::NotKnown(care::source::Completeness::NotKnown { doubts, .. }) => doubts,
        other => panic!("{other:?}"),
    };
    assert_eq!(none.involvement(rule, &county()), Involvement::NotInvolved);
    assert_eq!(doubts(Facts { ambiguous: true, ..none }), BTreeSet::from([Doubt::IdentityAmbiguous]));
    let rejected = BTreeMap::from([("test".to_owned(), ago(1))]);
    assert_eq!(doubts(Facts { gap: Some(None), ..none }), BTreeSet::from([Doubt::RecordsMissing]));
    assert_eq!(doubts(Facts { rejected_since: &rejected, ..none }), BTreeSet::from([Doubt::MessageRejected]));
    let view = view(&[(9, P, Body::Unknown(bytes::Bytes::new()))]);
    assert_eq!(doubts(facts(Some(&view), &states)), BTreeSet::from([Doubt::NotUnderstood]));
    assert_eq!(doubts(Facts { states: &[], ..none }), BTreeSet::from([Doubt::NothingConnected]));
}

/// A doubt tells of the client too: health care is not told that something of the social register is in doubt.
#[test]
fn a_doubt_is_told_to_those_who_may_see_its_register() {
    let states = |register| {
        let mut states = states(false);
        states[0].register = register;
        states
    };
    let rejected = BTreeMap::from([("test".to_owned(), ago(1))]);
    let rule = |side, task| admit(side, &[task], task, Purpose::CareCoordination, Query::ListCurrentWorkers).unwrap();
    let health = rule(Side::Health, Task::HealthSocialWork);
    let view = view(&[
        (9, P, started(StayClass::Inpatient, 9)),
        (9, S, clientship_opened(None)),
        (8, S, Body::Unknown(bytes::Bytes::new())),
    ]);
    let complete = |rule, states: &[SourceState], rejected| {
        let facts = Facts { rejected_since: rejected, ..facts(Some(&view), states) };
        facts.workers(rule, &county()).completeness.is_complete()
    };
    let none = BTreeMap::new();
    assert!(complete(health, &states(None), &none), "not understood in the other register");
    assert!(complete(health, &states(None), &rejected), "a message that may belong to the other register");
    assert!(!complete(health, &states(Some(P)), &rejected), "the hospital's own");
    assert!(!complete(rule(Side::Social, Task::ClientWork), &states(None), &none), "social care is told both");
}

#[test]
fn who_may_ask_what() {
    let sides = [Side::Health, Side::Social, Side::Duty];
    let tasks = [Task::HealthSocialWork, Task::ClientWork, Task::NeedsAssessment, Task::DutySocialService];
    let purposes =
        [Purpose::CareCoordination, Purpose::NeedsAssessment, Purpose::UrgentHelp, Purpose::DischargePlanning];
    let queries = [
        Query::ListCurrentWorkers,
        Query::GetOwnWorker,
        Query::CheckInvolvement,
        Query::GetParallelView,
        Query::ListTimeline,
    ];
    let mut admitted = BTreeMap::new();
    for side in sides {
        for task in tasks {
            assert_eq!(admit(side, &[], task, Purpose::UrgentHelp, Query::GetOwnWorker), Err(CallerRefused::Task));
            for purpose in purposes {
                let may = queries.iter().filter(|query| admit(side, &tasks, task, purpose, **query).is_ok());
                let may: Vec<_> = may.map(|query| query.name()).collect();
                if !may.is_empty() {
                    admitted.insert((side, task, purpose), may.len());
                }
            }
        }
    }
    // What is not in this table is refused: default deny.
    let expected = BTreeMap::from([
        ((Side::Health, Task::HealthSocialWork, Purpose::CareCoordination), 4),
        ((Side::Health, Task::HealthSocialWork, Purpose::DischargePlanning), 4),
        ((Side::Social, Task::ClientWork, Purpose::CareCoordination), 5),
        ((Side::Social, Task::ClientWork, Purpose::DischargePlanning), 5),
        ((Side::Social, Task::ClientWork, Purpose::UrgentHelp), 5),
        ((Side::Social, Task::NeedsAssessment, Purpose::NeedsAssessment), 5),
        ((Side::Duty, Task::DutySocialService, Purpose::UrgentHelp), 5),
        ((Side::Duty, Task::DutySocialService, Purpose::NeedsAssessment), 5),
    ]);
    assert_eq!(admitted, expected);
    assert!(RULES.iter().all(|rule| !rule.provision.is_empty()), "every rule rests on a provision");
}

#[test]
fn what_a_client_relationship_is() {
    let assessment = key("assessment", "1");
    let case = || Body::CaseOpened(CaseOpened { case: key("case", "1"), ground: None });
    let assess = |case| Body::AssessmentStarted(AssessmentStarted { assessment, case });
    let finish =
        || Body::AssessmentFinished(AssessmentFinished { assessment, own_worker_needed: None, clientship: None });
    let reject = || {
        Body::ReferralRejected(ReferralRejected { referral: Some(key("referral", "1")), course: None, reason: None })
    };
    let referral = Some(key("referral", "1"));
    let done = || Body::ReferralCompleted(ReferralCompleted { referral, course: None, outcome: None });
    let begun = || Body::ReferralStarted(ReferralStarted { referral, course: None });
    let service = || {
        let (service, started_at) = (key("service", "1"), ago(9));
        Body::ServiceStarted(ServiceStarted { service, decision: None, service_task: None, started_at })
    };
    let service_ended =
        || Body::ServiceEnded(ServiceEnded { service: key("service", "1"), ended_at: ago(8), reason: None });
    let away = || {
        let stay = Some(key("stay", "1"));
        Body::LeaveStarted(LeaveStarted { stay, started_at: ago(8), expected_return_at: None, corrected: false })
    };
    let of_case = Some(key("case", "1"));
    // What was told; whether social care, and the hospital, have a client relationship.
    let table: Vec<(&str, Told, bool, bool)> = vec![
        ("nothing", vec![], false, false),
        ("a case", vec![(9, S, case())], true, false),
        (
            "a case whose assessment is ready",
            vec![(9, S, case()), (8, S, assess(of_case)), (7, S, finish())],
            false,
            false,
        ),
        ("an assessment under way", vec![(9, S, assess(None))], true, false),
        ("a clientship", vec![(9, S, clientship_opened(None))], true, false),
        (
            "it ends when the clientship ends",
            vec![(9, S, clientship_opened(None)), (8, S, clientship_closed())],
            false,
            false,
        ),
        ("a stay", vec![(9, P, started(StayClass::Inpatient, 9))], false, true),
        ("a stay that is over", vec![(9, P, started(StayClass::Inpatient, 9)), (8, P, left(ago(8)))], false, false),
        ("health social work in the patient register", vec![(9, P, work(None))], false, true),
        ("health social work in the social register", vec![(9, S, work(None))], true, false),
        ("a hospital's contact", vec![(9, P, contact(ReferralKind::Contact))], true, false),
        ("a hospital's notice", vec![(9, P, contact(ReferralKind::Notice))], true, false),
        (
            "which social care did not take",
            vec![(9, P, contact(ReferralKind::Contact)), (8, S, reject())],
            false,
            false,
        ),
        ("a referral between care units", vec![(9, P, contact(ReferralKind::Referral))], false, false),
        ("which social care has done", vec![(9, P, contact(ReferralKind::Contact)), (8, S, done())], false, false),
        ("which it has begun", vec![(9, P, contact(ReferralKind::Contact)), (8, S, begun())], true, false),
        ("a service that is given", vec![(9, S, service())], true, false),
        ("a service that is over", vec![(9, S, service()), (8, S, service_ended())], false, false),
        ("a client on leave", vec![(9, P, started(StayClass::Inpatient, 9)), (8, P, away())], false, true),
    ];
    let rule = |side, task, purpose| admit(side, &[task], task, purpose, Query::GetParallelView).unwrap();
    let social = rule(Side::Social, Task::ClientWork, Purpose::CareCoordination);
    let health = rule(Side::Health, Task::HealthSocialWork, Purpose::CareCoordination);
    for (why, told, with_social, with_health) in table {
        let view = view(&told);
        let granted = |rule: &care::decide::Rule| rule.decide(Some(&view), now());
        assert_eq!(granted(social).is_some(), with_social, "social care: {why}");
        assert_eq!(granted(health).is_some(), with_health, "health care: {why}");
        if let Some(grant) = granted(health) {
            assert!(!grant.sees(S), "nothing of the social register without the client's permission (53 § 3 mom.)");
        }
        if let Some(grant) = granted(social) {
            assert!(!grant.sees_wards(), "a ward's name is not told across the line");
        }
    }
}
