//! Case, clientship, assessment, health social work and duty contact: what is under way with the client.

use crate::entity::entity;
use crate::mark::{Mark, is_newest, keep};
use crate::span::{Report, Span, Spans};
use crate::view::Origin;
use event::{Code, Instant, Sealed, Token, Worker};
use serde::{Deserialize, Serialize};

/// Vireillä oleva asia.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The last event that touched it.
    pub origin: Origin,
    /// Pending since the vireilletulo, by what ground, until closed.
    pub spans: Spans<Option<Code>>,
}

entity!(Case { spans });

impl Case {
    /// Nothing known but that `origin` spoke of it.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        Self { origin, spans: Spans::default() }
    }
}

/// Palvelutarpeen arviointi.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// The last event that touched it.
    pub origin: Origin,
    /// The case it belongs to.
    pub case: Option<Token>,
    /// When it began, if reported.
    pub started_at: Option<Instant>,
    /// When it was ready.
    pub finished_at: Option<Instant>,
    /// 1301/2014 37 § 4 k.
    pub own_worker_needed: Option<bool>,
    /// Does a clientship follow.
    pub clientship: Option<bool>,
    newest: Option<Mark>,
}

entity!(Assessment { case, started_at, finished_at, own_worker_needed, clientship, newest });

impl Assessment {
    /// Nothing known but that `origin` spoke of it.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        Self {
            origin,
            case: None,
            started_at: None,
            finished_at: None,
            own_worker_needed: None,
            clientship: None,
            newest: None,
        }
    }

    /// What an event leaves out it keeps.
    pub(crate) fn report(
        &mut self,
        mark: &Mark,
        case: Option<Token>,
        own_worker_needed: Option<bool>,
        clientship: Option<bool>,
    ) {
        let newest = is_newest(&mut self.newest, mark);
        keep(&mut self.case, case, newest);
        keep(&mut self.own_worker_needed, own_worker_needed, newest);
        keep(&mut self.clientship, clientship, newest);
    }

    /// Since when something of it is known.
    #[must_use]
    pub fn since(&self) -> Instant {
        self.started_at.or(self.finished_at).unwrap_or(self.origin.happened_at)
    }
}

/// Asiakkuus: open, until closed with its ground.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clientship {
    /// The last event that touched it.
    pub origin: Origin,
    /// When it is in force.
    pub spans: Spans<OpenClientship>,
}

entity!(Clientship { spans });

/// An open clientship.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenClientship {
    /// Palvelutehtävä.
    pub service_task: Option<Code>,
    /// Why no own worker is named, if reported; and where that report stands: a later naming makes it a thing of the past.
    pub own_worker_not_named: Option<(Code, Mark)>,
}

impl Report for OpenClientship {
    fn over(self, known: Self) -> Self {
        Self {
            service_task: self.service_task.or(known.service_task),
            own_worker_not_named: self.own_worker_not_named.or(known.own_worker_not_named),
        }
    }
}

impl Clientship {
    /// Nothing known but that `origin` spoke of it.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        Self { origin, spans: Spans::default() }
    }

    /// The clientship in force at `now`.
    #[must_use]
    pub fn open_at(&self, now: Instant) -> Option<&Span<OpenClientship>> {
        self.spans.at(now)
    }

    /// Does it let what belongs to it be in force? One of which nobody reported the beginning binds nothing until its end.
    #[must_use]
    pub fn bears_at(&self, now: Instant) -> bool {
        let unknown = self.spans.all().is_empty() && self.spans.only_end().is_none_or(|end| end.at > now);
        unknown || self.open_at(now).is_some()
    }
}

/// Social work in health care.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthSocialWork {
    /// The last event that touched it.
    pub origin: Origin,
    /// When it is under way.
    pub spans: Spans<OpenHealthSocialWork>,
}

entity!(HealthSocialWork { spans });

/// Open social work in health care.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenHealthSocialWork {
    /// Who, if reported, and the record that opens it.
    pub worker: Option<(Token, Sealed<Worker>)>,
    /// Through which channel it began.
    pub channel: Option<Code>,
}

impl Report for OpenHealthSocialWork {
    fn over(self, known: Self) -> Self {
        Self { worker: self.worker.or(known.worker), channel: self.channel.or(known.channel) }
    }
}

impl HealthSocialWork {
    /// Nothing known but that `origin` spoke of it.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        Self { origin, spans: Spans::default() }
    }

    /// The work under way at `now`.
    #[must_use]
    pub fn open_at(&self, now: Instant) -> Option<&Span<OpenHealthSocialWork>> {
        self.spans.at(now)
    }
}

/// The duty social service met or spoke with the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyContact {
    /// The last event that touched it.
    pub origin: Origin,
    /// When it was, if reported.
    pub recorded_at: Option<Instant>,
    /// When the duty service was done with it.
    pub closed_at: Option<Instant>,
    /// To whom the matter was handed over.
    pub handed_over_to: Option<Code>,
    newest: Option<Mark>,
}

entity!(DutyContact { recorded_at, closed_at, newest } place handed_over_to => *handed_over_to = None);

impl DutyContact {
    /// Nothing known but that `origin` spoke of it.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        Self { origin, recorded_at: None, closed_at: None, handed_over_to: None, newest: None }
    }

    /// What an event leaves out it keeps.
    pub(crate) fn report(&mut self, mark: &Mark, handed_over_to: Option<Code>) {
        let newest = is_newest(&mut self.newest, mark);
        keep(&mut self.handed_over_to, handed_over_to, newest);
    }
}
