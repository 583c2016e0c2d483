//! `data` of each event type: the event's own fields, by the names of the event.
//!
//! Here are the types of one client's case and what all types share; `course`, `service`, `person` and `staff` beside it
//! have the rest, `list` the lists. What each `data` must and may have stands in `schema/<Type>.json` too.
//!
//! Keys are tokens of (this sender, its own key); a referral's is of (the authority that gave it, its number), so
//! that it meets the hospital's REF^I12. A coded value that is no code is left out.

mod course;
mod person;
mod service;
pub(super) mod staff;

use super::json::{Day, Object};
use super::kind::Kind;
use super::mapped;
use crate::Source;
use crate::rejection::{Fault, Place, RejectionCode};
use event::{
    AssessmentFinished, AssessmentStarted, Body, CaseClosed, CaseOpened, ClientshipClosed, ClientshipOpened,
    ContactCancelled, ContactRecorded, CooperationRequested, DutyContactClosed, DutyContactRecorded,
    HealthSocialWorkClosed, HealthSocialWorkOpened, Instant, Keyring, ReferralAccepted, Sealer, Token,
    UrgentNeedAssessed, Worker, WorkerAssigned, WorkerAssignmentEnded, WorkerRole,
};

const MAX_KEY: usize = 200;

/// A body, and the worker that is to be sealed into it.
pub(super) enum Open {
    Plain(Body),
    Sealing(Box<dyn FnOnce(Sealer<'_>) -> Body>),
}

impl Open {
    pub(super) fn seal(self, sealer: Sealer<'_>) -> Body {
        match self {
            Self::Plain(body) => body,
            Self::Sealing(body) => body(sealer),
        }
    }
}

/// Reads `data` of one event.
pub(super) struct Reader<'a> {
    pub(super) source: &'a Source,
    pub(super) keyring: &'a Keyring,
    pub(super) data: Object<'a>,
    pub(super) happened_at: Instant,
    /// When the event was written.
    pub(super) written_at: Instant,
}

impl Reader<'_> {
    pub(super) fn read(&self, kind: Kind) -> Result<Open, Fault> {
        let data = self.data;
        Ok(Open::Plain(match kind {
            Kind::CaseOpened => {
                Body::CaseOpened(CaseOpened { case: self.key("case", "data.case")?, ground: data.code("ground") })
            }
            Kind::CaseClosed => {
                Body::CaseClosed(CaseClosed { case: self.key("case", "data.case")?, ground: data.code("ground") })
            }
            Kind::AssessmentStarted => Body::AssessmentStarted(AssessmentStarted {
                assessment: self.key("assessment", "data.assessment")?,
                case: self.optional_key("case", "data.case")?,
            }),
            Kind::AssessmentFinished => Body::AssessmentFinished(AssessmentFinished {
                assessment: self.key("assessment", "data.assessment")?,
                own_worker_needed: data.boolean("own_worker_needed", "data.own_worker_needed")?,
                clientship: data.boolean("clientship", "data.clientship")?,
            }),
            Kind::ClientshipOpened => Body::ClientshipOpened(ClientshipOpened {
                clientship: self.key("clientship", "data.clientship")?,
                service_task: data.code("service_task"),
                own_worker_not_named: data.code("own_worker_not_named"),
            }),
            Kind::ClientshipClosed => Body::ClientshipClosed(ClientshipClosed {
                clientship: self.key("clientship", "data.clientship")?,
                ground: data.code("ground"),
            }),
            Kind::WorkerAssigned => return self.worker_assigned(),
            Kind::WorkerAssignmentEnded => Body::WorkerAssignmentEnded(WorkerAssignmentEnded {
                assignment: self.key("assignment", "data.assignment")?,
                ended_at: self.ended("ended_at", "data.ended_at")?.unwrap_or(self.happened_at),
                reason: data.code("reason"),
            }),
            Kind::HealthSocialWorkOpened => return self.health_social_work_opened(),
            Kind::HealthSocialWorkClosed => Body::HealthSocialWorkClosed(HealthSocialWorkClosed {
                work: self.key("work", "data.work")?,
                outcome: data.code("outcome"),
            }),
            Kind::DutyContactRecorded => Body::DutyContactRecorded(DutyContactRecorded {
                contact: self.key("contact", "data.contact")?,
                handed_over_to: data.code("handed_over_to"),
            }),
            Kind::DutyContactClosed => Body::DutyContactClosed(DutyContactClosed {
                contact: self.key("contact", "data.contact")?,
                handed_over_to: data.code("handed_over_to"),
            }),
            Kind::UrgentNeedAssessed => Body::UrgentNeedAssessed(UrgentNeedAssessed {
                case: self.key("case", "data.case")?,
                result: data.code("result"),
            }),
            Kind::ContactRecorded => Body::ContactRecorded(ContactRecorded {
                contact: self.key("contact", "data.contact")?,
                channel: data.code("channel"),
                unit: data.code("unit"),
            }),
            Kind::ContactCancelled => Body::ContactCancelled(ContactCancelled {
                contact: self.key("contact", "data.contact")?,
                reason: data.code("reason"),
            }),
            Kind::CooperationRequested => Body::CooperationRequested(CooperationRequested {
                request: self.key("request", "data.request")?,
                asked_of: data.code("asked_of"),
                required_by: self.lasts("required_by", "data.required_by")?,
            }),
            Kind::ReferralAccepted => return self.referral_accepted(),
            Kind::ReferralRequested
            | Kind::ReferralRejected
            | Kind::ReferralStarted
            | Kind::ReferralOnHold
            | Kind::ReferralCompleted
            | Kind::ReferralCancelled
            | Kind::ReferralFailed => self.course(kind)?,
            Kind::DecisionMade
            | Kind::ServiceStartAgreed
            | Kind::ServiceStarted
            | Kind::ServiceEnded
            | Kind::PlanAgreed
            | Kind::PlanRevised => self.service(kind)?,
            Kind::PersonDied
            | Kind::DeathCancelled
            | Kind::NonDisclosureSet
            | Kind::NonDisclosureLifted
            | Kind::NationalIdChanged => self.person(kind)?,
            Kind::WorkerSubstituted | Kind::WorkerAbsent | Kind::WorkerReturned | Kind::ContactPointConfirmed => {
                return self.staff(kind);
            }
            Kind::SourceCoverageDeclared => self.coverage()?,
            Kind::CurrentStaysStated | Kind::WorkersStated => {
                return Err(Fault::new(
                    RejectionCode::ApplicationInternalError,
                    Place::Member("type"),
                    "a list is read line by line",
                ));
            }
        }))
    }

    pub(super) fn worker_assigned(&self) -> Result<Open, Fault> {
        let data = self.data;
        let assignment = self.key("assignment", "data.assignment")?;
        let clientship = self.optional_key("clientship", "data.clientship")?;
        let role = role(&data.required_text("role", "data.role", 50)?)?;
        let place = Place::Member("data.worker");
        let id = data.required_object("worker", "data.worker")?.required_text("id", "data.worker.id", MAX_KEY)?;
        let worker_key = self.keyring.token("worker", &self.source.name, &id);
        let worker = self.worker()?.ok_or(Fault::missing(place))?;
        let profession = data.code("profession");
        let public_service_post = data.boolean("public_service_post", "data.public_service_post")?;
        let from = self.begins("from", "data.from")?.unwrap_or(self.happened_at);
        let until = self.lasts("until", "data.until")?;
        Ok(Open::Sealing(Box::new(move |sealer| {
            let worker = sealer.seal(&worker);
            let assigned = WorkerAssigned {
                assignment,
                clientship,
                role,
                worker_key,
                worker,
                profession,
                public_service_post,
                from,
                until,
            };
            Body::WorkerAssigned(assigned)
        })))
    }

    fn health_social_work_opened(&self) -> Result<Open, Fault> {
        let work = self.key("work", "data.work")?;
        let channel = self.data.code("channel");
        let worker = self.worker()?;
        let until = self.lasts("until", "data.until")?;
        Ok(Open::Sealing(Box::new(move |sealer| {
            let worker = worker.map(|worker| sealer.seal(&worker));
            Body::HealthSocialWorkOpened(HealthSocialWorkOpened { work, channel, worker, until })
        })))
    }

    fn referral_accepted(&self) -> Result<Open, Fault> {
        let referral = self.referral()?;
        let worker = self.worker()?;
        let expected_by = self.lasts("expected_by", "data.expected_by")?;
        Ok(Open::Sealing(Box::new(move |sealer| {
            let worker = worker.map(|worker| sealer.seal(&worker));
            Body::ReferralAccepted(ReferralAccepted { referral, course: None, worker, expected_by })
        })))
    }

    /// The token of this sender's own key of that kind.
    pub(super) fn key(&self, kind: &'static str, path: &'static str) -> Result<Token, Fault> {
        self.optional_key(kind, path)?.ok_or(Fault::missing(Place::Member(path)))
    }

    fn optional_key(&self, kind: &'static str, path: &'static str) -> Result<Option<Token>, Fault> {
        let value = self.data.text(kind, path, MAX_KEY)?;
        Ok(value.map(|value| self.keyring.token(kind, &self.source.name, &value)))
    }

    /// When something begins.
    pub(super) fn begins(&self, name: &str, path: &'static str) -> Result<Option<Instant>, Fault> {
        self.data.moment(name, path, Day::Begins(&self.source.zone))
    }

    /// Until when something lasts, or when it is due.
    pub(super) fn lasts(&self, name: &str, path: &'static str) -> Result<Option<Instant>, Fault> {
        self.data.moment(name, path, Day::Lasts(&self.source.zone))
    }

    /// When something has ended.
    pub(super) fn ended(&self, name: &str, path: &'static str) -> Result<Option<Instant>, Fault> {
        self.data.moment(name, path, Day::Ended(&self.source.zone, self.written_at))
    }

    /// `{system?, value}` as RF1-6 has it; `None`: the answer names no referral, and stays unplaced.
    fn referral(&self) -> Result<Option<Token>, Fault> {
        let Some(referral) = self.data.object("referral", "data.referral")? else {
            return Ok(None);
        };
        let system = referral.text("system", "data.referral.system", MAX_KEY)?;
        let value = referral.required_text("value", "data.referral.value", MAX_KEY)?;
        let scope = system.as_deref().map_or(self.source.name.as_str(), |system| mapped(self.source, system));
        Ok(Some(self.keyring.token("referral", scope, &value)))
    }

    /// A worker has a name; the rest may be empty.
    fn worker(&self) -> Result<Option<Worker>, Fault> {
        self.data.object("worker", "data.worker")?.map(Self::named_worker).transpose()
    }

    fn named_worker(worker: Object<'_>) -> Result<Worker, Fault> {
        let text = |name, path, limit| Ok(worker.text(name, path, limit)?.unwrap_or_default());
        Ok(Worker {
            name: worker.required_text("name", "data.worker.name", 200)?,
            phone: text("phone", "data.worker.phone", 50)?,
            email: text("email", "data.worker.email", 200)?,
            hours: text("hours", "data.worker.hours", 200)?,
            unit: text("unit", "data.worker.unit", 200)?,
        })
    }
}

pub(super) fn role(code: &str) -> Result<WorkerRole, Fault> {
    match code {
        "own-worker" => Ok(WorkerRole::OwnWorker),
        "responsible-worker" => Ok(WorkerRole::ResponsibleWorker),
        "work-pair" => Ok(WorkerRole::WorkPair),
        "childs-social-worker" => Ok(WorkerRole::ChildsSocialWorker),
        "health-social-worker" => Ok(WorkerRole::HealthSocialWorker),
        "case-manager" => Ok(WorkerRole::CaseManager),
        "duty-social-service" => Ok(WorkerRole::DutySocialService),
        _ => Err(Fault::new(
            RejectionCode::TableValueNotFound,
            Place::Member("data.role"),
            "not a role that is known here",
        )),
    }
}
