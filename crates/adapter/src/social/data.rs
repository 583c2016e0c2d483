//! `data` of each event type: the event's own fields, by the names of the event.
//!
//! Here is what all types share; each family has its file beside it, `list` the lists. What each `data` must and may have
//! stands in `schema/<Type>.json` too.
//!
//! Keys are tokens of (this sender, its own key); a referral's is of (the authority that gave it, its number), so
//! that it meets the hospital's REF^I12. A coded value that is no code is left out.

mod case;
mod course;
mod person;
mod service;
pub(super) mod staff;

use super::json::{Day, Object};
use crate::Source;
use crate::rejection::{Fault, Place, RejectionCode};
use crate::scope::Scope;
use event::{Body, Instant, Keyring, Sealer, Token, Worker, WorkerRole};

const MAX_KEY: usize = 200;

/// A body, and the worker that is to be sealed into it.
pub(super) enum Open {
    Plain(Body),
    Sealing(Box<dyn FnOnce(Sealer<'_>) -> Body>),
}

impl From<Body> for Open {
    fn from(body: Body) -> Self {
        Self::Plain(body)
    }
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
        let scope = Scope::of(self.source, &[system]);
        Ok(Some(self.keyring.token("referral", scope.system(), &value)))
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
