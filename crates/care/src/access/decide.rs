//! The decision: a pure function of the client's view, the request and the county's policy.

use super::data::{Data, ServiceClass};
use super::decision::{APART, Basis, Decision, Grant, Tasks};
use super::policy::Policy;
use super::request::{Request, Requester};
use super::{CallerSide, Task};
use crate::fact::Origin;
use crate::fact::span::Span;
use crate::{ParallelView, Permitted};
use event::{Code, Direction, Instant, PatientData, Register, WorkerRole};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a permission for a service task opens to health care: who answers for it and that it is there. Not referrals or
/// contacts, which have no service task.
const OF_A_TASK: &[Data] = &[
    Data::Workers,
    Data::Clientships,
    Data::Assessments,
    Data::Plans,
    Data::Decisions,
    Data::Services,
    Data::DutyContacts,
];

/// What those who deliver a service see of it.
const OF_A_SERVICE: &[Data] = &[Data::Services, Data::Decisions, Data::Plans, Data::Clientships, Data::Workers];

/// Arranging services does not reach these, except in that task (STM 457/2024 13 §).
const OF_THEIR_OWN: [ServiceClass; 4] =
    [ServiceClass::Disability, ServiceClass::ChildProtection, ServiceClass::Substance, ServiceClass::FamilyLaw];

/// A summary of the patient data: where the client is treated, and who works with them.
const SUMMARY: &[Data] = &[Data::Stays, Data::HealthSocialWork, Data::Workers];

/// May it be answered for this client, and what may be shown? `None`: answer as for an unknown person.
#[must_use]
pub fn decide(view: Option<&ParallelView>, request: &Request, policy: &Arc<Policy>, at: Instant) -> Option<Decision> {
    let rule = request.rule();
    let tasks = own_tasks(view, request, policy, at);
    // What the caller may not see is no relationship either: otherwise its being there would show.
    let theirs = |origin: &Origin, task: Option<&Code>| {
        let Requester { controller, sources, service_tasks: _ } = &request.requester;
        tasks.cover(task, policy)
            && (sources.is_empty() || sources.contains(&origin.source))
            && !policy.is_foreign(&origin.source, controller.as_ref())
    };
    let related = view.is_some_and(|view| view.is_related_by(rule.own, at, &theirs));
    // All that such a client is to the caller.
    let mut awaited = None;
    if rule.relationship && !related {
        let of_hospital = view.filter(|_| rule.own == Register::Patient);
        let found = of_hospital.map(|view| view.awaited_after_discharge(at, &theirs)).unwrap_or_default();
        if found.is_empty() {
            return None;
        }
        awaited = Some(found);
    }
    let mut decision = Decision {
        own: rule.own,
        protected: view.is_some_and(|view| view.is_protected_at(at)),
        related: rule.relationship,
        grants: vec![Grant {
            register: rule.own,
            data: match (&awaited, request.task) {
                (Some(_), _) => [Data::Referrals].into(),
                (None, Task::ServiceDelivery) => OF_A_SERVICE.iter().copied().collect(),
                (None, _) => Data::ALL.iter().copied().collect(),
            },
            tasks,
            keys: awaited.clone(),
            recorded: (None, None),
            basis: Basis::OwnRegister(rule.provision),
        }],
        forbidden: view.map(|view| forbidden(view, at)).unwrap_or_default(),
        controller: request.requester.controller.clone(),
        policy: Arc::clone(policy),
        also: None,
    };
    if rule.authority {
        decision.grants.push(Grant {
            register: Register::Patient,
            data: policy.authority.clone(),
            tasks: Tasks::Without(BTreeSet::new()),
            keys: None,
            recorded: (None, None),
            basis: Basis::AuthorityRight,
        });
    }
    if awaited.is_some() {
        return Some(decision);
    }
    let permissions = view.into_iter().flat_map(ParallelView::lanes).flat_map(|lane| lane.permissions.values());
    let permitted = permissions.filter_map(|it| it.in_force_at(at)).filter_map(|it| permits(it, request));
    decision.grants.extend(permitted);
    Some(decision)
}

/// What a permission opens to the one who asks.
fn permits(given: &Span<Permitted>, request: &Request) -> Option<Grant> {
    let it = &given.what;
    let receiver = it.organisation.as_ref().map(Code::as_str);
    if receiver.is_some() && receiver != request.requester.controller.as_deref() {
        return None;
    }
    let (register, data, tasks) = match (it.direction, request.rule().own) {
        (Direction::ToHealthCare, Register::Patient) if !it.service_tasks.is_empty() => {
            let tasks = it.service_tasks.iter().cloned().collect();
            (Register::Social, OF_A_TASK, Tasks::Of(tasks, APART.into()))
        }
        (Direction::ToSocialCare, Register::Social) => {
            let data = match it.patient_data? {
                PatientData::Summary => SUMMARY,
                PatientData::All => super::policy::AUTHORITY,
                PatientData::Statements => return None,
            };
            (Register::Patient, data, Tasks::Without(BTreeSet::new()))
        }
        (Direction::ToHealthCare, _) | (Direction::ToSocialCare, Register::Patient) => return None,
    };
    Some(Grant {
        register,
        data: data.iter().copied().collect(),
        tasks,
        keys: None,
        recorded: (it.recorded_from, it.recorded_to),
        basis: Basis::Permission(it.kind, register),
    })
}

/// Of which service tasks the own register is shown: to those who deliver a service their own only (457/2024 14 §), to those
/// who arrange services the common ones, and each of the others to those who work in it (13 §).
fn own_tasks(view: Option<&ParallelView>, request: &Request, policy: &Policy, at: Instant) -> Tasks {
    let mut without = apart(view, request, policy, at);
    match request.task {
        Task::ServiceDelivery => Tasks::Of(request.requester.service_tasks.clone(), without),
        Task::ServiceArranging => {
            let works_in = |class: &ServiceClass| {
                request.requester.service_tasks.iter().any(|task| policy.class_of(task) == Some(*class))
            };
            without.extend(OF_THEIR_OWN.into_iter().filter(|class| !works_in(class)));
            Tasks::Without(without)
        }
        Task::HealthSocialWork | Task::ClientWork | Task::NeedsAssessment | Task::DutySocialService => {
            Tasks::Without(without)
        }
    }
}

/// The classes of the own register that are apart from this asker. Mediation is for those who mediate. A shelter is for
/// those who work in it and for the child's own social worker (STM 457/2024 12 § 2 mom., 15 §), never for the duty service.
fn apart(view: Option<&ParallelView>, request: &Request, policy: &Policy, at: Instant) -> BTreeSet<ServiceClass> {
    let works_in = |class| request.requester.service_tasks.iter().any(|task| policy.class_of(task) == Some(class));
    let of_the_child = || {
        works_in(ServiceClass::ChildProtection)
            && view.is_some_and(|view| view.has_worker(WorkerRole::ChildsSocialWorker, at))
    };
    let may = |class: &ServiceClass| match (request.side, request.task, class) {
        (CallerSide::Social, Task::ClientWork, ServiceClass::Shelter) => works_in(*class) || of_the_child(),
        (CallerSide::Social, Task::ClientWork | Task::ServiceDelivery, _) => works_in(*class),
        _ => false,
    };
    APART.into_iter().filter(|class| !may(class)).collect()
}

fn forbidden(view: &ParallelView, at: Instant) -> Vec<(Register, crate::Prohibited)> {
    let of = |register: Register| {
        let here = view.lane(register).prohibitions.values();
        here.filter_map(move |it| Some((register, it.in_force_at(at)?.clone())))
    };
    Register::ALL.iter().flat_map(|register| of(*register)).collect()
}
