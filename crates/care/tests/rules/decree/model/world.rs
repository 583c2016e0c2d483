//! A random world: sources, what they reported of one client, what the client permits and forbids, and who asks.

use crate::{P, S, code, key, now, sealed};
use care::access::{CallerSide, Declarable, Policy, Purpose, Requester, Serves, ServiceClass, Task};
use care::answer::County;
use event::{
    AssessmentFinished, AssessmentStarted, Body, ClientshipClosed, ClientshipOpened, ContactRecorded, Direction,
    DutyContactClosed, DutyContactRecorded, Event, HealthSocialWorkClosed, HealthSocialWorkOpened, Instant,
    PatientData, PermissionGiven, PermissionKind, PlanAgreed, ProhibitionSet, ProhibitionTarget, ReceivedEvent,
    ReferralKind, Register, StayClass, StayCorrected, StayEnded, StayStarted, Token, WorkerAssigned,
    WorkerAssignmentEnded, WorkerRole,
};
use std::sync::Arc;
use testkit::history::keyring;

/// An ordinary source, a shelter's, one that states nothing, and that of another controller.
pub(super) const SOURCES: [&str; 4] = ["ordinary", "shelter", "unstated", "private"];
/// Codes of service tasks: by their own names, one that is configured, and one that nobody has given a class.
pub(super) const CODES: [&str; 7] =
    ["working-age", "12", "child-protection", "disability", "shelter", "mediation", "07"];
pub(super) const COUNTY: &str = "1.2.246.10.99999991.10.0";
pub(super) const OTHER: &str = "1.2.246.10.99999992.10.0";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Stay,
    HealthSocialWork,
    Contact,
    HospitalsContact,
    Clientship,
    Assessment,
    Plan,
    DutyContact,
    /// An own worker; of the child's social worker, if the last is true.
    Worker {
        of: Option<usize>,
        childs: bool,
    },
}

/// One thing, from its first report to its last.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    pub(super) n: usize,
    pub(super) register: Register,
    pub(super) kind: Kind,
    pub(super) source: &'static str,
    /// Another controller than its source has.
    pub(super) controller: Option<&'static str>,
    pub(super) task: Option<&'static str>,
    /// Minutes ago.
    pub(super) from: i64,
    pub(super) to: Option<i64>,
    /// It has another number.
    pub(super) also: bool,
    /// An assessment that is stated to be made together with the other side.
    pub(super) joint: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Permission {
    pub(super) to_health: bool,
    pub(super) receiver: Option<&'static str>,
    pub(super) tasks: Vec<&'static str>,
    pub(super) data: PatientData,
    /// Only what lies between these, in minutes ago.
    pub(super) window: (Option<i64>, Option<i64>),
    /// Minutes ago; negative: not yet over.
    pub(super) until: Option<i64>,
}

#[derive(Clone, Debug)]
pub(super) struct Prohibition {
    pub(super) register: Register,
    pub(super) target: ProhibitionTarget,
    pub(super) controller: Option<&'static str>,
    pub(super) task: Option<&'static str>,
    /// A fact's number; and whether by its other key.
    pub(super) thing: (usize, bool),
}

#[derive(Clone, Debug)]
pub(super) struct Asker {
    pub(super) role: (CallerSide, Task, Purpose),
    pub(super) controller: Option<&'static str>,
    pub(super) sources: Vec<&'static str>,
    pub(super) tasks: Vec<&'static str>,
    /// The worker of this fact, by a token.
    pub(super) worker: Option<usize>,
    /// What the asker declares, beside the questions for which nothing is declared.
    pub(super) declares: Option<Declarable>,
}

#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) facts: Vec<Fact>,
    pub(super) permissions: Vec<Permission>,
    pub(super) prohibitions: Vec<Prohibition>,
    pub(super) asker: Asker,
    /// Is the social authority's right to patient data as it is usually configured, or is there none?
    pub(super) authority: bool,
    /// Has the county's lawyer confirmed 53 § 1 mom. (a joint service)?
    pub(super) joint_service: bool,
}

fn minutes(ago: i64) -> Instant {
    now().plus_seconds(-60 * ago)
}

impl Fact {
    pub(super) fn key(&self) -> Token {
        key("thing", &self.n.to_string())
    }

    pub(super) fn other_key(&self) -> Token {
        key("thing", &format!("other {}", self.n))
    }

    /// When each of its events took place.
    pub(super) fn times(&self) -> Vec<Instant> {
        self.bodies()
            .into_iter()
            .filter(|(_, body)| !matches!(body, Body::Stay(event::StayEvent::StayCorrected(_))))
            .map(|(at, _)| minutes(at))
            .collect()
    }

    /// Is somebody in hospital, or is there social work in health care, now?
    pub(super) fn is_hospital_work(&self, _: Instant) -> bool {
        matches!(self.kind, Kind::Stay | Kind::HealthSocialWork) && self.to.is_none()
    }

    /// Is it an own worker in force?
    pub(super) fn is_own_worker(&self, world: &World, _: Instant) -> bool {
        let Kind::Worker { of, childs: false } = self.kind else { return false };
        self.to.is_none() && of.is_none_or(|of| world.facts[of].to.is_none())
    }

    /// Its events, with the minutes ago.
    fn bodies(&self) -> Vec<(i64, Body)> {
        let (it, task) = (self.key(), self.task.and_then(code));
        let (begins, ends): (Body, Option<Body>) = match self.kind {
            Kind::Stay => (
                StayStarted {
                    stay: Some(it),
                    class: Some(StayClass::Inpatient),
                    ward: None,
                    started_at: minutes(self.from),
                    protected_speciality: None,
                    unit: None,
                    facility: None,
                }
                .into(),
                self.to.map(|to| StayEnded { stay: Some(it), ended_at: minutes(to), disposition: None }.into()),
            ),
            Kind::HealthSocialWork => (
                HealthSocialWorkOpened { work: it, channel: None, worker: None, until: None, unit: None }.into(),
                Some(HealthSocialWorkClosed { work: it, outcome: None }.into()),
            ),
            Kind::Contact => (ContactRecorded { contact: it, channel: None, unit: None, mode: None }.into(), None),
            Kind::HospitalsContact => (
                event::ReferralRequested {
                    referral: Some(it),
                    course: None,
                    kind: ReferralKind::Contact,
                    priority: None,
                    expires_at: None,
                    required_by: None,
                    source_channel: None,
                    requester_unit: None,
                    receiver: None,
                    basis: None,
                }
                .into(),
                None,
            ),
            Kind::Clientship => (
                ClientshipOpened { clientship: it, service_task: task, own_worker_not_named: None }.into(),
                Some(ClientshipClosed { clientship: it, ground: None }.into()),
            ),
            Kind::Assessment => (
                AssessmentStarted {
                    assessment: it,
                    case: None,
                    kind: None,
                    unit: None,
                    joint: self.joint.then_some(true),
                    service_task: task,
                }
                .into(),
                Some(AssessmentFinished { assessment: it, own_worker_needed: None, clientship: Some(false) }.into()),
            ),
            Kind::Plan => (
                PlanAgreed {
                    plan: it,
                    kind: code("client-plan"),
                    review_by: None,
                    parties: Vec::new(),
                    meet_every_days: None,
                    service_task: task,
                }
                .into(),
                None,
            ),
            Kind::DutyContact => (
                DutyContactRecorded {
                    contact: it,
                    handed_over_to: None,
                    service_task: task,
                    required_by: None,
                    opened_by: None,
                    worker: None,
                }
                .into(),
                Some(DutyContactClosed { contact: it, handed_over_to: None }.into()),
            ),
            Kind::Worker { of, childs } => (
                WorkerAssigned {
                    assignment: it,
                    clientship: of.map(|of| key("thing", &of.to_string())),
                    role: Some(if childs { WorkerRole::ChildsSocialWorker } else { WorkerRole::OwnWorker }),
                    worker_key: key("worker", &self.n.to_string()),
                    worker: sealed("Testi"),
                    profession: None,
                    public_service_post: None,
                    from: minutes(self.from),
                    until: None,
                }
                .into(),
                self.to.map(|to| WorkerAssignmentEnded { assignment: it, ended_at: minutes(to), reason: None }.into()),
            ),
        };
        let also = self.also.then(|| {
            let other = StayCorrected {
                stay: Some(it),
                class: None,
                ward: None,
                started_at: None,
                also: vec![self.other_key()],
            };
            (self.from, other.into())
        });
        let ends = self.to.zip(ends);
        [Some((self.from, begins)), also, ends].into_iter().flatten().collect()
    }
}

impl Asker {
    pub(super) fn requester(&self) -> Requester {
        Requester {
            controller: self.controller.map(str::to_owned),
            sources: self.sources.iter().map(|it| (*it).to_owned()).collect(),
            service_tasks: self.tasks.iter().filter_map(|task| code(task)).collect(),
            workers: self.worker.iter().map(|n| key("worker", &n.to_string())).collect(),
        }
    }
}

impl World {
    pub(super) fn county(&self) -> County {
        let mut policy = Policy {
            classes: code("12").map(|it| (it, ServiceClass::WorkingAge)).into_iter().collect(),
            serves: [
                ("ordinary".to_owned(), Serves::Ordinary),
                ("private".to_owned(), Serves::Ordinary),
                ("shelter".to_owned(), Serves::Only(ServiceClass::Shelter)),
            ]
            .into(),
            county: Some(COUNTY.to_owned()),
            controllers: [("private".to_owned(), OTHER.to_owned())].into(),
            joint_service: self.joint_service,
            ..Policy::default()
        };
        if !self.authority {
            policy.authority.clear();
        }
        County { policy: Arc::new(policy), ..crate::county() }
    }

    pub(super) fn events(&self) -> Vec<ReceivedEvent> {
        let mut all = Vec::new();
        let mut add = |source: &str, controller: Option<&str>, register, ago: i64, body: Body| {
            let (at, name) = (minutes(ago), format!("{}", all.len()));
            let event = testkit::case::reported(&name, at, keyring().record("test", "own", "1"), body);
            let (source, controller) = (source.to_owned(), controller.and_then(code));
            all.push(ReceivedEvent { received_at: at, event: Event { source, controller, register, ..event } });
        };
        for fact in &self.facts {
            for (ago, body) in fact.bodies() {
                add(fact.source, fact.controller, fact.register, ago, body);
            }
        }
        for (n, it) in self.permissions.iter().enumerate() {
            let body = PermissionGiven {
                permission: key("permission", &n.to_string()),
                kind: PermissionKind::DisclosurePermission,
                direction: if it.to_health { Direction::ToHealthCare } else { Direction::ToSocialCare },
                organisation: it.receiver.and_then(code),
                service_tasks: it.tasks.iter().filter_map(|task| code(task)).collect(),
                patient_data: Some(it.data),
                recorded_from: it.window.0.map(minutes),
                recorded_to: it.window.1.map(minutes),
                until: it.until.map(minutes),
            };
            add("ordinary", None, if it.to_health { P } else { S }, 50, body.into());
        }
        for (n, it) in self.prohibitions.iter().enumerate() {
            let of = self.facts.get(it.thing.0);
            let thing = of.map(|of| if it.thing.1 { of.other_key() } else { of.key() });
            let body = ProhibitionSet {
                prohibition: key("prohibition", &n.to_string()),
                target: it.target,
                controller: it.controller.and_then(code),
                service_task: it.task.and_then(code),
                stay: thing.filter(|_| it.target == ProhibitionTarget::Stay),
                document: thing.filter(|_| it.target == ProhibitionTarget::Document),
            };
            add("ordinary", None, it.register, 40, body.into());
        }
        all
    }
}
