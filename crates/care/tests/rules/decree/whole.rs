//! What is withheld may be there: who sees a part never gets "none" (law 5).

use super::{of_task, permission, permits, request, serving, story, with, with_policy, working_in};
use crate::{P, S, Story, ago, county, facts, started, states, view};
use care::access::{CallerSide, Data, Policy, Purpose, Query, Request, Task, admit};
use care::source::{Completeness, NotConnected, Source, SourceState};
use care::{Involvement, OwnWorker};
use event::{Direction, FactKind, PatientData, PermissionGiven, Register, StayClass, WorkerRole};
use std::collections::BTreeSet;

#[test]
fn who_sees_a_part_is_never_told_none() {
    let mut story = of_task("child-protection", WorkerRole::OwnWorker);
    story.extend(of_task("older", WorkerRole::WorkPair));
    let story = with(story, [(99, P, started(StayClass::Inpatient, 99)), permits(&["older"])]);
    let (view, states) = (view(&story), states(false));
    let facts = facts(Some(&view), &states);
    let own = |request: &Request| facts.own_worker(request, &county()).what;
    let whole = |request: &Request| facts.workers(request, &county()).completeness.is_complete();

    let permitted = request(CallerSide::Health, Query::GetOwnWorker);
    assert_eq!(own(&permitted), OwnWorker::NotKnown(Completeness::withheld()));
    assert!(!whole(&request(CallerSide::Health, Query::ListCurrentWorkers)));
    let task = Task::ServiceArranging;
    let arranging = admit(CallerSide::Social, &[task], task, Purpose::CareCoordination, Query::GetOwnWorker).unwrap();
    let arranging = arranging.of(working_in(&["older"]));
    assert_eq!(own(&arranging), OwnWorker::NotKnown(Completeness::withheld()));

    assert!(matches!(own(&request(CallerSide::Social, Query::GetOwnWorker)), OwnWorker::Named(_)));
    assert!(whole(&request(CallerSide::Social, Query::ListCurrentWorkers)));
}

/// A county that gives social care the stays without a permission, and not the social work in health care.
#[test]
fn a_kind_of_data_that_is_switched_off_is_not_known() {
    let involved = |without: Option<Data>| {
        let mut policy = serving(&[]);
        policy.authority.retain(|data| Some(*data) != without);
        let states = states(false);
        let ask = request(CallerSide::Duty, Query::CheckInvolvement);
        facts(None, &states).involvement(&ask, &with_policy(policy))
    };
    assert_eq!(involved(None), Involvement::NotInvolved);
    let withheld = Involvement::NotKnown(Completeness::withheld());
    assert_eq!((involved(Some(Data::HealthSocialWork)), involved(Some(Data::Stays))), (withheld.clone(), withheld));
}

/// A permission for a time is no permission for all.
#[test]
fn a_permission_for_a_time_never_answers_none() {
    let involved = |from: Option<i64>| {
        let given = PermissionGiven {
            direction: Direction::ToSocialCare,
            patient_data: Some(PatientData::Summary),
            recorded_from: from.map(ago),
            ..permission(&[])
        };
        let story: Story = vec![(50, S, crate::clientship_opened(None)), (20, S, given.into())];
        let (view, states) = (view(&story), states(false));
        let policy = Policy { authority: [].into(), ..serving(&[]) };
        let ask = request(CallerSide::Social, Query::CheckInvolvement);
        facts(Some(&view), &states).involvement(&ask, &with_policy(policy))
    };
    assert_eq!(involved(None), Involvement::NotInvolved);
    assert_eq!(involved(Some(99)), Involvement::NotKnown(Completeness::withheld()));
}

/// A source that states nothing may be a shelter's: what it hides from its own register is not known.
#[test]
fn an_unstated_source_never_answers_none() {
    let own = |policy: Policy, register: Option<Register>| {
        let mut states = states(false);
        states[0].register = register;
        let ask = request(CallerSide::Duty, Query::GetOwnWorker);
        facts(None, &states).own_worker(&ask, &with_policy(policy)).what
    };
    let unstated = || Policy::default();
    assert!(matches!(own(serving(&[]), None), OwnWorker::NotNamed { .. }));
    assert_eq!(own(unstated(), None), OwnWorker::NotKnown(Completeness::withheld()));
    assert!(matches!(own(unstated(), Some(P)), OwnWorker::NotNamed { .. }), "it writes the patient register only");
}

/// A lane that is shown in part is no whole one.
#[test]
fn a_view_of_a_part_is_not_complete() {
    let complete = |side, story: &Story| {
        let (view, mut states) = (view(story), states(false));
        states[0].covers = FactKind::ALL.iter().copied().collect();
        let events = crate::events(story);
        let facts = facts(Some(&view), &states);
        let shown = facts.parallel_view(&request(side, Query::GetParallelView), &county()).completeness;
        let listed = facts.timeline(&request(side, Query::ListTimeline), &county(), &events).completeness;
        assert_eq!(shown, listed);
        shown.is_complete()
    };
    assert!(complete(CallerSide::Social, &story()) && complete(CallerSide::Health, &story()));
    assert!(!complete(CallerSide::Health, &with(story(), [permits(&["older"])])), "of one service task");
}

/// Who waits to be called back is among those who work with the client: a duty service that has not reported, or whose contacts
/// are another's, leaves the list open. Whether it has a system is what the county states: one that declares that it covers
/// nothing, or is not connected, leaves it open too.
#[test]
fn a_list_of_workers_looks_at_the_contacts_of_the_duty_service() {
    #[derive(PartialEq)]
    enum Covers {
        Connected,
        DeclaresNothing,
        NotConnected,
        Nothing,
    }
    let complete = |covers: Covers, silent: bool, controller: Option<&str>| {
        let contacts = || BTreeSet::from([FactKind::DutyContacts]);
        let (name, mut states) = ("duty".to_owned(), states(false));
        let duty = SourceState { name: name.clone(), silent, covers: contacts(), ..states[0].clone() };
        let source =
            Source { name: name.clone(), register: None, covers: contacts(), silence_seconds: 600, contact: None };
        let mut policy = serving(&[("duty", care::access::Serves::Ordinary)]);
        policy.controllers.extend(controller.map(|it| (name.clone(), it.to_owned())));
        let mut county = with_policy(policy);
        match covers {
            Covers::Connected | Covers::DeclaresNothing => county.sources.push(source),
            Covers::NotConnected => county.not_connected.push(NotConnected { name, covers: contacts() }),
            Covers::Nothing => {}
        }
        let left = if covers == Covers::Connected { contacts() } else { BTreeSet::new() };
        states.push(SourceState { covers: left, ..duty });
        let ask = request(CallerSide::Duty, Query::ListCurrentWorkers);
        facts(None, &states).workers(&ask, &county).completeness.is_complete()
    };
    let other = Some("1.2.246.10.99999992.10.0");
    assert!(complete(Covers::Connected, false, None));
    assert!(!complete(Covers::Connected, true, None), "it has not reported");
    assert!(!complete(Covers::Connected, false, other), "another controller's");
    assert!(!complete(Covers::DeclaresNothing, false, None), "it declares that it covers nothing");
    assert!(!complete(Covers::NotConnected, false, None), "it is not connected");
    assert!(complete(Covers::Nothing, true, other), "the county has no system for them");
}
