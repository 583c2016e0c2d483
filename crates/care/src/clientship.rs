//! Case, assessment, clientship, health social work and duty contact: what is under way with the client.

use crate::revocable::Revocable;
use crate::view::Origin;
use event::{Code, Instant, Sealed, Token, Worker};
use serde::{Deserialize, Serialize};

/// Vireillä oleva asia.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The event that opened it; its time is the vireilletulo.
    pub origin: Origin,
    /// By what it became pending.
    pub ground: Option<Code>,
}

/// Palvelutarpeen arviointi.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// The last event that touched it.
    pub origin: Origin,
    /// The case it belongs to.
    pub case: Option<Token>,
    /// When it began, if told.
    pub started_at: Option<Instant>,
    /// When it was ready.
    pub finished_at: Option<Instant>,
    /// 1301/2014 37 § 4 k.
    pub own_worker_needed: Option<bool>,
    /// Does a clientship follow.
    pub clientship: Option<bool>,
}

impl Assessment {
    /// Nothing known but that `origin` spoke of it.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        Self { origin, case: None, started_at: None, finished_at: None, own_worker_needed: None, clientship: None }
    }
}

/// Asiakkuus. Opening says when and for which service task; closing revokes it with its ground.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clientship {
    /// The last event that touched it.
    pub origin: Origin,
    /// Open, until closed.
    pub span: Revocable<OpenClientship, Closed>,
}

/// An open clientship.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenClientship {
    /// Since when.
    pub opened_at: Instant,
    /// Palvelutehtävä.
    pub service_task: Option<Code>,
    /// Why no own worker is named, if told.
    pub own_worker_not_named: Option<Code>,
}

/// Closed: when and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// Since when.
    pub closed_at: Instant,
    /// Ground or outcome, a code.
    pub why: Option<Code>,
}

impl Clientship {
    /// The clientship in force at `now`.
    #[must_use]
    pub fn open_at(&self, now: Instant) -> Option<&OpenClientship> {
        let open = self.span.said().filter(|open| open.opened_at <= now)?;
        self.span.revoked().is_none_or(|closed| closed.closed_at > now).then_some(open)
    }
}

/// Social work in health care.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthSocialWork {
    /// The last event that touched it.
    pub origin: Origin,
    /// Open, until closed.
    pub span: Revocable<OpenHealthSocialWork, Closed>,
}

/// Open social work in health care.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenHealthSocialWork {
    /// Since when.
    pub opened_at: Instant,
    /// The record that the worker's sealed data belong to.
    pub record: Token,
    /// Who, if told.
    pub worker: Option<Sealed<Worker>>,
    /// Through which channel it began.
    pub channel: Option<Code>,
    /// A fixed term's end.
    pub until: Option<Instant>,
}

impl HealthSocialWork {
    /// The work under way at `now`.
    #[must_use]
    pub fn open_at(&self, now: Instant) -> Option<&OpenHealthSocialWork> {
        let open = self.span.said().filter(|open| open.opened_at <= now && open.until.is_none_or(|end| end > now))?;
        self.span.revoked().is_none_or(|closed| closed.closed_at > now).then_some(open)
    }
}

/// The duty social service met or spoke with the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyContact {
    /// The last event that touched it.
    pub origin: Origin,
    /// When it was, if told.
    pub recorded_at: Option<Instant>,
    /// When the duty service was done with it.
    pub closed_at: Option<Instant>,
    /// To whom the matter was handed over.
    pub handed_over_to: Option<Code>,
}

impl DutyContact {
    /// Nothing known but that `origin` spoke of it.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        Self { origin, recorded_at: None, closed_at: None, handed_over_to: None }
    }
}
