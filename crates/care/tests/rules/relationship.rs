//! What a client relationship is (703/2023 9 §), and when it ends: not for ever, and not too early.

use crate::{
    P, S, Story, ago, assigned, clientship_closed, clientship_opened, code, contact, key, left, now, policy, started,
    view, work,
};
use care::access::{CallerSide, Purpose, Query, Request, Task, admit};
use care::{Limits, ParallelView};
use event::{
    AssessmentFinished, AssessmentStarted, Body, CaseClosed, CaseOpened, ClientshipClosed, ClientshipOpened,
    DecisionMade, Instant, LeaveStarted, ReferralAccepted, ReferralCompleted, ReferralEvent, ReferralKind,
    ReferralRejected, ReferralRequested, ReferralStarted, ServiceEnded, ServiceStarted, StayClass, WorkerRole,
};

const DAY: i64 = 24;

fn case() -> Body {
    case_of("1")
}

fn case_of(of: &str) -> Body {
    Body::from(CaseOpened {
        case: key("case", of),
        ground: None,
        initiator: None,
        contacted_at: None,
        deadline_group: None,
        special_support: None,
    })
}

fn case_closed() -> Body {
    Body::from(CaseClosed { case: key("case", "1"), ground: code("no-ground") })
}

fn opened_of(of: &str) -> Body {
    let clientship = key("clientship", of);
    Body::from(ClientshipOpened { clientship, service_task: None, own_worker_not_named: None })
}

fn closed_of(of: &str) -> Body {
    Body::from(ClientshipClosed { clientship: key("clientship", of), ground: None })
}

/// Two cases, each with its own assessment, and a clientship follows both.
fn two_cases() -> Story {
    let assessed = |of: &str| {
        let (assessment, case) = (key("assessment", of), Some(key("case", of)));
        [
            (
                8,
                S,
                Body::from(AssessmentStarted {
                    assessment,
                    case,
                    kind: None,
                    unit: None,
                    joint: None,
                    service_task: None,
                }),
            ),
            (7, S, finish(of, Some(true))),
        ]
    };
    let opened = vec![(9, S, case_of("1")), (9, S, case_of("2"))];
    opened.into_iter().chain(assessed("1")).chain(assessed("2")).collect()
}

fn assess(of: &str, case: bool) -> Body {
    let case = case.then(|| key("case", "1"));
    Body::from(AssessmentStarted {
        assessment: key("assessment", of),
        case,
        kind: None,
        unit: None,
        joint: None,
        service_task: None,
    })
}

fn finish(of: &str, clientship: Option<bool>) -> Body {
    let assessment = key("assessment", of);
    Body::from(AssessmentFinished { assessment, own_worker_needed: None, clientship })
}

fn decide(of: &str, case: bool, outcome: &str) -> Body {
    let (decision, case) = (key("decision", of), case.then(|| key("case", "1")));
    Body::from(DecisionMade { decision, case, service_task: None, outcome: code(outcome) })
}

fn reject() -> Body {
    Body::from(ReferralRejected { referral: Some(key("referral", "1")), course: None, reason: None })
}

fn accept() -> Body {
    let referral = Some(key("referral", "1"));
    Body::from(ReferralAccepted { referral, course: None, worker: None, expected_by: None })
}

fn expiring(expires_at: Instant) -> Body {
    match contact(ReferralKind::Notice) {
        Body::Referral(ReferralEvent::ReferralRequested(it)) => {
            Body::from(ReferralRequested { expires_at: Some(expires_at), ..it })
        }
        other => other,
    }
}

fn rule(side: CallerSide, task: Task) -> Request {
    admit(side, &[task], task, Purpose::CareCoordination, Query::GetParallelView).unwrap()
}

fn related(view: &ParallelView) -> (bool, bool) {
    let granted = |side, task| rule(side, task).decide(Some(view), &policy(), now()).is_some();
    (granted(CallerSide::Social, Task::ClientWork), granted(CallerSide::Health, Task::HealthSocialWork))
}

#[test]
fn what_a_client_relationship_is() {
    let referral = Some(key("referral", "1"));
    let done = || Body::from(ReferralCompleted { referral, course: None, outcome: None });
    let begun = || Body::from(ReferralStarted { referral, course: None });
    let service = || {
        let (service, started_at) = (key("service", "1"), ago(9));
        Body::from(ServiceStarted { service, decision: None, service_task: None, started_at })
    };
    let service_ended = || Body::from(ServiceEnded { service: key("service", "1"), ended_at: ago(8), reason: None });
    let away = || {
        let stay = Some(key("stay", "1"));
        Body::from(LeaveStarted { stay, started_at: ago(8), expected_return_at: None, corrected: false, class: None })
    };
    let asked = || contact(ReferralKind::Contact);
    // What was reported; whether social care, and whether the hospital, has a client relationship.
    let table: Vec<(&str, Story, bool, bool)> = vec![
        ("nothing", vec![], false, false),
        ("an assessment under way", vec![(9, S, assess("1", false))], true, false),
        ("a clientship", vec![(9, S, clientship_opened(None))], true, false),
        (
            "it ends when the clientship ends",
            vec![(9, S, clientship_opened(None)), (8, S, clientship_closed())],
            false,
            false,
        ),
        ("a worker", vec![(9, S, assigned(WorkerRole::OwnWorker, None))], true, false),
        (
            "the worker's clientship is over, and nobody ended the assignment",
            vec![
                (9, S, clientship_opened(None)),
                (8, S, assigned(WorkerRole::OwnWorker, None)),
                (7, S, clientship_closed()),
            ],
            false,
            false,
        ),
        ("a stay", vec![(9, P, started(StayClass::Inpatient, 9))], false, true),
        ("a stay that is over", vec![(9, P, started(StayClass::Inpatient, 9)), (8, P, left(ago(8)))], false, false),
        ("a client on leave", vec![(9, P, started(StayClass::Inpatient, 9)), (8, P, away())], false, true),
        ("an emergency visit that nobody ended", vec![(49, P, started(StayClass::Emergency, 49))], false, false),
        ("health social work in the patient register", vec![(9, P, work(None))], false, true),
        ("health social work in the social register", vec![(9, S, work(None))], true, false),
        ("a hospital's contact", vec![(9, P, asked())], true, false),
        ("a hospital's notice", vec![(9, P, contact(ReferralKind::Notice))], true, false),
        ("which social care did not take", vec![(9, P, asked()), (8, S, reject())], false, false),
        ("which social care has done", vec![(9, P, asked()), (8, S, done())], false, false),
        ("which it has begun", vec![(9, P, asked()), (8, S, begun())], true, false),
        ("sent again after it was not taken", vec![(9, P, asked()), (8, S, reject()), (7, P, asked())], true, false),
        ("a referral between care units", vec![(9, P, contact(ReferralKind::Referral))], false, false),
        ("nobody answered, 89 days", vec![(89 * DAY, P, asked())], true, false),
        ("nobody answered, 90 days", vec![(90 * DAY, P, asked())], false, false),
        ("answered, and 90 days", vec![(90 * DAY, P, asked()), (89 * DAY, S, accept())], true, false),
        ("answered, and a year", vec![(380 * DAY, P, asked()), (370 * DAY, S, accept())], false, false),
        ("not yet expired", vec![(9, P, expiring(ago(-1)))], true, false),
        ("expired, and nobody answered", vec![(9, P, expiring(ago(1)))], false, false),
        ("answered before it expired", vec![(9, P, expiring(ago(1))), (8, S, accept())], true, false),
        ("a service that is given", vec![(9, S, service())], true, false),
        ("a service that is over", vec![(9, S, service()), (8, S, service_ended())], false, false),
    ];
    for (why, story, with_social, with_health) in table {
        let view = view(&story);
        assert_eq!(related(&view), (with_social, with_health), "{why}");
        let grant = |side, task| rule(side, task).decide(Some(&view), &policy(), now());
        if let Some(grant) = grant(CallerSide::Health, Task::HealthSocialWork) {
            assert!(
                !grant.sees_lane(S),
                "nothing of the social register without the client's permission (53 § 3 mom.)"
            );
        }
        if let Some(grant) = grant(CallerSide::Social, Task::ClientWork) {
            assert!(!grant.sees_wards(), "a ward's name is not shown across the line");
        }
    }
}

#[test]
fn a_case_ends_by_what_ends_it() {
    let finished = |clientship| vec![(9, S, case()), (8, S, assess("1", true)), (7, S, finish("1", clientship))];
    let and = |mut story: Story, more: Vec<(i64, event::Register, Body)>| {
        story.extend(more);
        story
    };
    let table: Vec<(&str, Story, bool)> = vec![
        ("a case", vec![(9, S, case())], true),
        ("closed", vec![(9, S, case()), (8, S, case_closed())], false),
        ("closed, reported before it was opened", vec![(8, S, case()), (8, S, case_closed())], false),
        ("closed, and opened again", vec![(9, S, case()), (8, S, case_closed()), (7, S, case())], true),
        (
            "closed with its assessment under way",
            and(vec![(9, S, case()), (8, S, assess("1", true))], vec![(7, S, case_closed())]),
            false,
        ),
        ("an assessment is ready, and a clientship follows", finished(Some(true)), true),
        ("it is not reported whether one follows: a decision is due", finished(None), true),
        ("no clientship follows", finished(Some(false)), false),
        ("none followed, and it is assessed again", and(finished(Some(false)), vec![(6, S, assess("2", true))]), true),
        (
            "first none, then one follows",
            and(finished(Some(false)), vec![(6, S, assess("2", true)), (5, S, finish("2", Some(true)))]),
            true,
        ),
        ("granted: it is to be carried out", and(finished(None), vec![(6, S, decide("1", true, "granted"))]), true),
        ("refused", and(finished(None), vec![(6, S, decide("1", true, "refused"))]), false),
        ("refused in Finnish", and(finished(None), vec![(6, S, decide("1", true, "kielteinen"))]), false),
        ("refused in Swedish", and(finished(None), vec![(6, S, decide("1", true, "avslag"))]), false),
        (
            "one refused, another granted",
            and(finished(None), vec![(6, S, decide("1", true, "refused")), (6, S, decide("2", true, "granted"))]),
            true,
        ),
        (
            "of which case a decision is, is not reported",
            and(finished(None), vec![(6, S, decide("1", false, "refused"))]),
            true,
        ),
        (
            "the clientship that followed goes on",
            and(finished(Some(true)), vec![(6, S, clientship_opened(None))]),
            true,
        ),
        (
            "and is over",
            and(finished(Some(true)), vec![(6, S, clientship_opened(None)), (5, S, clientship_closed())]),
            false,
        ),
        (
            "another matter's clientship ends while this one is not assessed yet",
            vec![(9, S, case()), (8, S, clientship_opened(None)), (7, S, clientship_closed())],
            true,
        ),
        (
            "an earlier clientship does not belong to a case that was opened after it",
            and(vec![(30, S, clientship_opened(None)), (20, S, clientship_closed())], finished(Some(true))),
            true,
        ),
        (
            "a clientship that was over before the assessment was ready did not follow it",
            vec![
                (9, S, case()),
                (8, S, assess("1", true)),
                (7, S, clientship_opened(None)),
                (6, S, clientship_closed()),
                (4, S, finish("1", Some(true))),
            ],
            true,
        ),
        (
            "two cases, and one clientship that is over",
            and(two_cases(), vec![(6, S, opened_of("1")), (5, S, closed_of("1"))]),
            true,
        ),
        (
            "the same, and the one that the clientship followed is closed",
            and(two_cases(), vec![(6, S, opened_of("1")), (6, S, case_closed()), (5, S, closed_of("1"))]),
            true,
        ),
        (
            "one was closed before any clientship: it is the other's",
            and(two_cases(), vec![(7, S, case_closed()), (4, S, opened_of("1")), (3, S, closed_of("1"))]),
            false,
        ),
        (
            "two cases, and both clientships are over",
            and(
                two_cases(),
                vec![(6, S, opened_of("1")), (6, S, opened_of("2")), (5, S, closed_of("1")), (4, S, closed_of("2"))],
            ),
            false,
        ),
        (
            "an assessment without a case: ready, and none follows",
            vec![(9, S, assess("1", false)), (8, S, finish("1", Some(false)))],
            false,
        ),
        (
            "an assessment without a case: ready, and one follows",
            vec![(9, S, assess("1", false)), (8, S, finish("1", Some(true)))],
            true,
        ),
        ("a year of silence", vec![(365 * DAY, S, case())], false),
        ("a year without the assessment's end", vec![(365 * DAY, S, assess("1", false))], false),
        ("assessed within the year", vec![(370 * DAY, S, case()), (300 * DAY, S, assess("1", true))], true),
        (
            "ready a year ago, and nothing since",
            vec![(400 * DAY, S, assess("1", false)), (366 * DAY, S, finish("1", Some(true)))],
            false,
        ),
    ];
    for (why, story, expected) in table {
        assert_eq!(related(&view(&story)).0, expected, "{why}");
    }
}

/// The county sets the times.
#[test]
fn the_limits_are_settings() {
    let with = |limits, story: &[_]| related(&ParallelView { limits, ..view(story) }).0;
    let short = Limits { unanswered_referral_seconds: 3600, unfinished_assessment_seconds: 7200, ..Limits::default() };
    let asked = [(2, P, contact(ReferralKind::Contact))];
    assert!(with(Limits::default(), &asked) && !with(short, &asked));
    let assessed = [(3, S, assess("1", false))];
    assert!(with(Limits::default(), &assessed) && !with(short, &assessed));
}
