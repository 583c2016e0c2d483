//! What a declared basis opens, to whom, for how long, and what it never opens (703/2023 53 § 5 and 6 mom., 55 § 2 mom., 56 §, 57 §).

use super::{by, forbids, of_controller, of_task, own_workers_of, request, serving, story, with, with_policy};
use crate::{P, S, Story, duty_contact, facts, now, policy, protected, started, states, view};
use care::access::{
    AnswerKind, AnswerOutcome, CallerRefused, CallerSide, Data, Decision, Declarable, Declared, Policy, Purpose, Query,
    Request, Serves, Task, admit,
};
use care::answer::{County, Flagged};
use care::{ContactPoint, CurrentWorker, Involvement, OwnWorker, ParallelView};
use event::{Instant, ProhibitionSet, ProhibitionTarget, StayClass, WorkerRole};
use std::collections::BTreeSet;

const OTHER: &str = "1.2.246.10.99999992.10.0";
const OWN: &str = "703/2023 9 §; 457/2024 12 § 1 mom.";
const OF_56: [Declarable; 3] = [Declarable::NeedOfCare, Declarable::ChildsInterest, Declarable::VitalInterest];

fn all() -> BTreeSet<Declarable> {
    Declarable::ALL.iter().copied().collect()
}

fn declaring_at(basis: Declarable, ask: Request, at: Instant) -> Request {
    ask.declaring(Declared { basis, at }, &all()).unwrap()
}

fn declaring(basis: Declarable, side: CallerSide, query: Query) -> Request {
    declaring_at(basis, request(side, query), now())
}

/// Where the county has narrowed the authority's right to nothing, and another controller's system reports too.
fn narrowed() -> County {
    let mut policy = serving(&[("private", Serves::Ordinary)]);
    policy.controllers = [("private".to_owned(), OTHER.to_owned())].into();
    with_policy(Policy { authority: BTreeSet::new(), ..policy })
}

/// In hospital and the county's client, with an own worker of another controller too.
fn of_two() -> ParallelView {
    let mut all = crate::events(&story());
    all.extend(by("private", &of_task("older", WorkerRole::OwnWorker)));
    ParallelView::fold(&all)
}

fn named(view: &ParallelView, ask: &Request, county: &County) -> Vec<CurrentWorker> {
    let states = states(false);
    match facts(Some(view), &states).own_worker(ask, county) {
        Flagged { what: OwnWorker::Named(workers), .. } => workers,
        _ => Vec::new(),
    }
}

fn involved(view: &ParallelView, ask: &Request, county: &County) -> bool {
    let states = states(false);
    matches!(facts(Some(view), &states).involvement(ask, county), Involvement::Involved { .. })
}

#[test]
fn nothing_can_be_declared_unless_it_is_configured() {
    for basis in Declarable::ALL {
        let ask = request(CallerSide::Social, Query::GetOwnWorker);
        let refused = ask.declaring(Declared { basis: *basis, at: now() }, &BTreeSet::new());
        assert_eq!(refused.err(), Some(CallerRefused::Declaration), "{basis:?}");
    }
}

/// Whatever is configured: the law has it for these tasks, and only whom to ring is asked with it.
#[test]
fn which_task_may_declare_what_and_with_which_question() {
    let rows = [
        (CallerSide::Health, Task::HealthSocialWork, Purpose::CareCoordination, vec![Declarable::NoCapacity]),
        (CallerSide::Social, Task::ClientWork, Purpose::CareCoordination, Declarable::ALL.to_vec()),
        (CallerSide::Social, Task::NeedsAssessment, Purpose::NeedsAssessment, Declarable::ALL.to_vec()),
        (CallerSide::Duty, Task::DutySocialService, Purpose::UrgentHelp, Declarable::ALL.to_vec()),
        (CallerSide::Social, Task::ServiceArranging, Purpose::CareCoordination, vec![]),
        (CallerSide::Social, Task::ServiceDelivery, Purpose::CareCoordination, vec![]),
    ];
    for (side, task, purpose, may) in rows {
        for query in Query::ALL {
            let Ok(ask) = admit(side, &[task], task, purpose, *query) else { continue };
            let small = [Query::ListCurrentWorkers, Query::GetOwnWorker, Query::CheckInvolvement].contains(query);
            for basis in Declarable::ALL {
                let declared = ask.clone().declaring(Declared { basis: *basis, at: now() }, &all());
                assert_eq!(declared.is_ok(), small && may.contains(basis), "{side:?} {task:?} {query:?} {basis:?}");
            }
        }
    }
}

#[test]
fn without_capacity_health_care_sees_who_works_with_the_client_and_nothing_else() {
    let view = view(&story());
    let ask = declaring(Declarable::NoCapacity, CallerSide::Health, Query::GetOwnWorker);
    assert_eq!(own_workers_of(&request(CallerSide::Health, Query::GetOwnWorker), &story()), None);
    assert_eq!(named(&view, &ask, &with_policy(serving(&[]))).len(), 1);
    let decision = ask.decide(Some(&view), &policy(), now()).unwrap();
    let seen: Vec<_> = Data::ALL.iter().copied().filter(|data| decision.sees_any(S, *data)).collect();
    assert_eq!(seen, [Data::Workers]);
    assert_eq!(decision.provisions(S), ["703/2023 53 § 6 mom. (declared); 457/2024 18 §"]);
}

/// Where the county's lawyer has narrowed the authority's right to nothing.
#[test]
fn no_capacity_and_the_authority_open_to_social_care_whether_the_client_is_treated() {
    let (view, county) = (of_two(), narrowed());
    let plain = request(CallerSide::Social, Query::CheckInvolvement);
    assert!(!involved(&view, &plain, &county));
    for (basis, open) in [
        (Declarable::NoCapacity, true),
        (Declarable::Authority, true),
        (Declarable::NeedOfCare, false),
        (Declarable::ChildsInterest, false),
        (Declarable::VitalInterest, false),
    ] {
        let ask = declaring(basis, CallerSide::Social, Query::CheckInvolvement);
        assert_eq!(involved(&view, &ask, &county), open, "{basis:?}: 56 § is of social data");
        let decision = ask.decide(Some(&view), &county.policy, now()).unwrap();
        let seen: Vec<_> = Data::ALL.iter().copied().filter(|data| decision.sees_any(P, *data)).collect();
        let least = vec![Data::Stays, Data::HealthSocialWork, Data::Workers];
        assert_eq!(seen, if open { least } else { vec![] }, "{basis:?}");
    }
}

/// Of another controller's social register: who it is and the number, and nothing that leads to the unit, the source or the service
/// task.
#[test]
fn another_controllers_worker_is_shown_without_a_place() {
    let (view, county) = (of_two(), narrowed());
    let own = named(&view, &request(CallerSide::Social, Query::GetOwnWorker), &county);
    assert_eq!(own.len(), 1, "the county's own");
    assert!(matches!(own[0].contact, ContactPoint::Sealed { place: true, .. }) && own[0].source == "test");
    for basis in Declarable::ALL {
        let workers = named(&view, &declaring(*basis, CallerSide::Social, Query::GetOwnWorker), &county);
        assert_eq!(workers.len(), 2, "{basis:?}");
        assert!(workers.iter().any(|it| *it == own[0]), "the own register is as it was");
        let other = workers.iter().find(|it| **it != own[0]).unwrap();
        assert!(matches!(other.contact, ContactPoint::Sealed { place: false, .. }), "{:?}", other.contact);
        assert!(other.source.is_empty() && other.behind.is_empty() && other.clientship.is_none());
    }
    let hidden =
        [crate::events(&story()), by("private", &with(of_task("older", WorkerRole::OwnWorker), [(9, S, protected())]))];
    let hidden = ParallelView::fold(&hidden.concat());
    let workers = named(&hidden, &declaring(Declarable::NeedOfCare, CallerSide::Social, Query::GetOwnWorker), &county);
    assert!(workers.iter().any(|it| it.contact == ContactPoint::Withheld), "a turvakielto");
}

/// 56 § 2 and 3 mom.: a private provider gets data only for care that is given at once; and the authority is the county.
#[test]
fn only_no_capacity_is_for_another_controller() {
    let county = narrowed();
    let view = ParallelView::fold(
        &[
            by("private", &of_task("older", WorkerRole::OwnWorker)),
            crate::events(&of_task("working-age", WorkerRole::OwnWorker)),
        ]
        .concat(),
    );
    for basis in Declarable::ALL {
        let ask = declaring(*basis, CallerSide::Social, Query::GetOwnWorker).of(of_controller(OTHER));
        let expected = if *basis == Declarable::NoCapacity { 2 } else { 1 };
        assert_eq!(named(&view, &ask, &county).len(), expected, "{basis:?}");
    }
}

/// 59 §; and 56 § 1 mom., which is written for a client who forbids.
#[test]
fn a_prohibition_binds_what_is_declared_except_by_56() {
    let county = narrowed();
    let forbidden = |register, target| -> ParallelView {
        let ban = ProhibitionSet { controller: event::Code::try_new(OTHER).ok(), ..forbids(target) };
        let mut all = crate::events(&with(story(), [(8, register, ban.into())]));
        all.extend(by("private", &of_task("older", WorkerRole::OwnWorker)));
        ParallelView::fold(&all)
    };
    for target in [ProhibitionTarget::All, ProhibitionTarget::Controller] {
        let view = forbidden(S, target);
        for basis in Declarable::ALL {
            let ask = declaring(*basis, CallerSide::Social, Query::GetOwnWorker);
            let expected = if OF_56.contains(basis) { 2 } else { 1 };
            assert_eq!(named(&view, &ask, &county).len(), expected, "{basis:?} {target:?}");
        }
    }
    let view = forbidden(P, ProhibitionTarget::All);
    for basis in Declarable::ALL {
        let ask = declaring(*basis, CallerSide::Social, Query::CheckInvolvement);
        assert!(!involved(&view, &ask, &county), "{basis:?}");
    }
    let everything = with(story(), [(8, S, forbids(ProhibitionTarget::All).into())]);
    let ask = declaring(Declarable::NoCapacity, CallerSide::Health, Query::GetOwnWorker);
    assert_eq!(own_workers_of(&ask, &everything), None, "not across the line");
}

/// STM 457/2024 12 §, 15 §, 18 §: whatever is declared.
#[test]
fn a_shelter_and_mediation_are_never_declared_open() {
    let mut all = crate::events(&[(99, P, started(StayClass::Inpatient, 99)), (9, S, duty_contact())]);
    all.extend(crate::events(&of_task("working-age", WorkerRole::ResponsibleWorker)));
    all.extend(crate::events(&of_task("shelter", WorkerRole::OwnWorker)));
    all.extend(by("private", &of_task("mediation", WorkerRole::OwnWorker)));
    let (view, county) = (ParallelView::fold(&all), narrowed());
    for side in [CallerSide::Health, CallerSide::Social, CallerSide::Duty] {
        for basis in Declarable::ALL {
            if side == CallerSide::Health && *basis != Declarable::NoCapacity {
                continue;
            }
            let workers = named(&view, &declaring(*basis, side, Query::GetOwnWorker), &county);
            assert!(workers.is_empty(), "{side:?} {basis:?}: {workers:?}");
        }
    }
}

#[test]
fn a_declaration_holds_for_a_quarter_of_an_hour() {
    let view = view(&story());
    let open = |seconds: i64| {
        let ask = request(CallerSide::Health, Query::GetOwnWorker);
        let ask = declaring_at(Declarable::NoCapacity, ask, now().plus_seconds(-seconds));
        ask.decide(Some(&view), &policy(), now()).unwrap().sees_any(S, Data::Workers)
    };
    assert!(open(0) && open(899) && open(-60), "clocks differ by a minute");
    assert!(!open(900) && !open(-61) && !open(86_400));
}

/// 57 §: the relationship is in the record. The duty service, which needs none for its small answers, opens a contact first.
#[test]
fn a_declaration_is_no_client_relationship() {
    let stranger: Story = of_task("working-age", WorkerRole::OwnWorker);
    let ask = declaring(Declarable::NoCapacity, CallerSide::Health, Query::GetOwnWorker);
    assert!(ask.decide(Some(&view(&stranger)), &policy(), now()).is_none(), "as an unknown person");
    let of_private = by("private", &of_task("older", WorkerRole::OwnWorker));
    let ask = declaring(Declarable::NeedOfCare, CallerSide::Duty, Query::GetOwnWorker);
    let met = |more: &[(i64, event::Register, event::Body)]| {
        let view = ParallelView::fold(&[of_private.clone(), crate::events(more)].concat());
        named(&view, &ask, &narrowed()).len()
    };
    assert_eq!((met(&[]), met(&[(9, S, duty_contact())])), (0, 1));
}

/// While it is not known what the client has forbidden, what a prohibition would close stays closed.
#[test]
fn while_prohibitions_may_be_missing_only_56_is_open() {
    let (view, county, states) = (of_two(), narrowed(), states(false));
    let doubted = || care::answer::Facts { prohibitions_doubted: true, ..facts(Some(&view), &states) };
    for basis in Declarable::ALL {
        let ask = declaring(*basis, CallerSide::Social, Query::GetOwnWorker);
        let workers = match doubted().own_worker(&ask, &county).what {
            OwnWorker::Named(workers) => workers,
            other => panic!("{other:?}"),
        };
        assert_eq!(workers.len(), if OF_56.contains(basis) { 2 } else { 1 }, "{basis:?}");
        let ask = declaring(*basis, CallerSide::Social, Query::CheckInvolvement);
        assert!(!matches!(doubted().involvement(&ask, &county), Involvement::Involved { .. }), "{basis:?}");
    }
}

/// 703/2023 10 §: what another controller wrote is disclosed, and by which provision; without any it is use of the own register.
#[test]
fn the_log_has_a_disclosure_only_where_another_controllers_data_are_shown() {
    let account = |view: &ParallelView| {
        let ask = declaring(Declarable::ChildsInterest, CallerSide::Social, Query::GetOwnWorker);
        let decision: Decision = ask.decide(Some(view), &narrowed().policy, now()).unwrap();
        let shown = AnswerOutcome::of(AnswerKind::Named, [(S, Data::Workers)]);
        let account = decision.account(&shown);
        assert_eq!(account.len(), 1);
        let grounds = care::access::grounds(Some(view), &ask, Some(&decision), now());
        assert!(
            grounds.iter().any(|line| line.contains("declared at") && line.ends_with("childs-interest")),
            "{grounds:?}"
        );
        (account[0].kind, account[0].provisions.clone())
    };
    assert_eq!(account(&of_two()), ("disclosure", vec![OWN, "703/2023 56 § 1 mom. 2 k. (declared)"]));
    assert_eq!(account(&view(&story())), ("use", vec![OWN]));
}

/// "None" is not answered of what is withheld: the service task, the clientships, a shelter's.
#[test]
fn a_declared_basis_answers_no_none_across_the_line() {
    let nobody: Story = vec![(99, P, started(StayClass::Inpatient, 99))];
    let states = states(false);
    let (view, ask) = (view(&nobody), declaring(Declarable::NoCapacity, CallerSide::Health, Query::GetOwnWorker));
    let answer = facts(Some(&view), &states).own_worker(&ask, &with_policy(serving(&[]))).what;
    assert_eq!(answer, OwnWorker::NotKnown(care::source::Completeness::withheld()));
}
