//! The decision: a pure function of the client's view, the request and the county's policy.

use super::ban::Ban;
use super::classes::Classes;
use super::decision::{Basis, Decision, Grant};
use super::declared::Declared;
use super::duty::DUTY_CONTACTS;
use super::policy::Policy;
use super::relationship::{Related, Whose};
use super::request::{Request, Requester};
use super::rule::Relationship;
use super::tasks::Tasks;
use super::{CallerSide, Task};
use crate::fact::span::Span;
use crate::thing::{Belongs, Data, Item, ServiceClass};
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

/// The least that helps of the social register: who works with the client.
const LEAST: &[Data] = &[Data::Workers];

/// May it be answered for this client, and what may be shown? `None`: answer as for an unknown person.
#[must_use]
pub fn decide(view: Option<&ParallelView>, request: &Request, policy: &Arc<Policy>, at: Instant) -> Option<Decision> {
    let (rule, controller) = (request.rule(), request.requester.controller.as_deref());
    let belongs = Arc::new(view.map(Belongs::of).unwrap_or_default());
    let forbidden = view.map(|view| Ban::all(view, policy, at)).unwrap_or_default();
    let tasks = own_tasks(view, request, policy, at);
    // What the caller may not see is no relationship either: otherwise its being there would show.
    let theirs = |item: &Item| {
        let Requester { controller: _, sources, service_tasks: _, workers: _ } = &request.requester;
        tasks.cover(item, policy)
            // What the duty service opened through this product is its own, whichever its systems are.
            && (sources.is_empty()
                || sources.contains(&item.source)
                || (request.side == CallerSide::Duty && item.source == DUTY_CONTACTS))
            && !policy.is_foreign(item, controller)
    };
    let crosses = |item: &Item| !forbidden.iter().any(|it| it.covers(item, policy));
    // A hospital's contact is addressed to the county's social care (1301/2014 35 §), not to those who deliver services.
    let addressed =
        policy.other(controller).is_none() && [Task::ClientWork, Task::NeedsAssessment].contains(&request.task);
    let whose = Whose { theirs: &theirs, asked: addressed.then_some(&crosses), belongs: &belongs };
    let related_by = view.map(|view| match rule.relationship {
        Relationship::Nothing => Related::default(),
        Relationship::Duty => view.with_duty(rule.own, at, &whose),
        Relationship::Client => view.related_by(rule.own, at, &whose),
    });
    let related_by = related_by.unwrap_or_default();
    // For what is declared the relationship is verified for every task (703/2023 57 §).
    let declared = request.declared.filter(|it| {
        let duty = || view.is_some_and(|view| view.with_duty(rule.own, at, &whose).is_any());
        it.holds_at(at) && (related_by.is_any() || duty())
    });
    // All that such a client is to the caller.
    let mut awaited = None;
    if rule.relationship != Relationship::Nothing && !related_by.is_any() {
        let of_hospital = view.filter(|_| rule.own == Register::Patient);
        let found = of_hospital.map(|view| view.awaited_after_discharge(at, &whose)).unwrap_or_default();
        if found.is_empty() {
            return None;
        }
        awaited = Some(found);
    }
    let joint = view.and_then(|view| view.joint_service(request, policy, at, (&whose, &crosses)));
    let own = view.into_iter().flat_map(|view| view.items_of(rule.own, &belongs));
    let foreign = own.filter(|item| item.controller.is_some() && policy.is_foreign(item, controller));
    let foreign = foreign.map(|item| item.data).collect();
    let mut decision = Decision {
        own: rule.own,
        protected: view.is_some_and(|view| view.is_protected_at(at)),
        // The duty service is not directly in charge, even of a matter of its own (661/2009 37 §).
        related: rule.relationship == Relationship::Client,
        related_by,
        foreign,
        belongs: Arc::clone(&belongs),
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
        of_others: BTreeSet::new(),
        suspended: None,
        across: None,
        forbidden,
        controller: request.requester.controller.clone(),
        at,
        policy: Arc::clone(policy),
        also: None,
    };
    // The authority is the county, never a private provider of its services.
    if rule.authority && policy.other(controller).is_none() {
        decision.grants.push(Grant {
            register: Register::Patient,
            data: policy.authority.clone(),
            tasks: Tasks::Without(Classes::NONE),
            keys: None,
            recorded: (None, None),
            basis: Basis::AuthorityRight,
        });
    }
    if awaited.is_some() {
        return Some(decision);
    }
    let permissions = view.into_iter().flat_map(ParallelView::lanes).flat_map(|lane| lane.permissions.values());
    let permitted = permissions.filter_map(|it| it.in_force_at(at)).filter_map(|it| permits(it, request, policy));
    decision.grants.extend(permitted);
    decision.grants.extend(joint);
    if let Some(declared) = declared {
        decision.grants.extend(declares(declared, request, policy));
        let own = view.into_iter().flat_map(|view| view.items_of(rule.own, &decision.belongs));
        let of_others = own.filter(|item| matches!(decision.basis(item), Some(Basis::Declared(..))));
        decision.of_others = of_others.map(|item| item.data).collect();
    }
    Some(decision)
}

impl Request {
    /// May it be answered for this client, and what may be shown? See [`decide`].
    #[must_use]
    pub fn decide(&self, view: Option<&ParallelView>, policy: &Arc<Policy>, at: Instant) -> Option<Decision> {
        decide(view, self, policy, at)
    }
}

/// What a permission opens to the one who asks. One that names no receiver is for the county's own organisations.
fn permits(given: &Span<Permitted>, request: &Request, policy: &Policy) -> Option<Grant> {
    let it = &given.what;
    let receiver = it.organisation.as_ref().map(Code::as_str);
    if policy.other(receiver) != policy.other(request.requester.controller.as_deref()) {
        return None;
    }
    let (register, data, tasks) = match (it.direction, request.rule().own) {
        (Direction::ToHealthCare, Register::Patient) if !it.service_tasks.is_empty() => {
            let tasks = it.service_tasks.iter().cloned().collect();
            (Register::Social, OF_A_TASK, Tasks::Of(tasks, Classes::APART))
        }
        (Direction::ToSocialCare, Register::Social) => {
            let data = match it.patient_data? {
                PatientData::Summary => SUMMARY,
                PatientData::All => super::policy::AUTHORITY,
                PatientData::Statements => return None,
            };
            (Register::Patient, data, Tasks::Without(Classes::NONE))
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

/// What a declaration opens to the one who asks.
fn declares(declared: Declared, request: &Request, policy: &Policy) -> Vec<Grant> {
    let (own, basis) = (request.rule().own, declared.basis);
    if basis.is_of_the_county() && policy.other(request.requester.controller.as_deref()).is_some() {
        return Vec::new();
    }
    let grant = |of: Register| {
        let data = if of == Register::Patient { SUMMARY } else { LEAST };
        Some(Grant {
            register: of,
            data: data.iter().copied().collect(),
            tasks: Tasks::Without(Classes::APART),
            keys: None,
            recorded: (None, None),
            basis: Basis::Declared(basis, basis.provision(own, of)?),
        })
    };
    Register::ALL.iter().filter_map(|of| grant(*of)).collect()
}

/// Of which service tasks the own register is shown: to those who deliver a service their own only (457/2024 14 §), to those
/// who arrange services the common ones, and each of the others to those who work in it (13 §).
fn own_tasks(view: Option<&ParallelView>, request: &Request, policy: &Policy, at: Instant) -> Tasks {
    let without = apart(view, request, policy, at);
    match request.task {
        Task::ServiceDelivery => Tasks::Of(request.requester.service_tasks.clone(), without),
        Task::ServiceArranging => {
            let of_their_own = Classes::of(&OF_THEIR_OWN);
            Tasks::Without(without.and(of_their_own.without(works_in(request, policy))))
        }
        Task::HealthSocialWork | Task::ClientWork | Task::NeedsAssessment | Task::DutySocialService => {
            Tasks::Without(without)
        }
    }
}

/// The classes of the service tasks in which the users of the calling system work.
fn works_in(request: &Request, policy: &Policy) -> Classes {
    request.requester.service_tasks.iter().filter_map(|task| policy.class_of(task)).collect()
}

/// The classes of the own register that are apart from this asker. Mediation is for those who mediate. A shelter is for
/// those who work in it and for the child's own social worker (STM 457/2024 12 § 2 mom., 15 §), never for the duty service.
fn apart(view: Option<&ParallelView>, request: &Request, policy: &Policy, at: Instant) -> Classes {
    let works_in = works_in(request, policy);
    let shelter = Classes::of(&[ServiceClass::Shelter]);
    let of_the_child = || {
        let workers: &BTreeSet<_> = &request.requester.workers;
        works_in.meets(Classes::of(&[ServiceClass::ChildProtection]))
            && view.is_some_and(|view| view.is_assigned(workers, WorkerRole::ChildsSocialWorker, at))
    };
    let may = match (request.side, request.task) {
        (CallerSide::Social, Task::ClientWork) if of_the_child() => works_in.and(shelter),
        (CallerSide::Social, Task::ClientWork | Task::ServiceDelivery) => works_in,
        _ => Classes::NONE,
    };
    Classes::APART.without(may)
}
