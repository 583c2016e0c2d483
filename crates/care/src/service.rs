//! Decisions, services, plans, urgent needs, contacts and cooperation: what social care reports of its course.
//!
//! Each is a fact with its time and a code or two; what was decided or written stays at the source (law 7). What an event
//! leaves out it keeps; the time of a fact is the earliest that was reported of it, and that of a contact the last: an
//! appointment moves.

use crate::entity::entity;
use crate::mark::{Mark, is_newest, keep};
use crate::revocable::Revocable;
use crate::span::Spans;
use crate::view::Origin;
use event::{Code, Instant, Token};
use serde::{Deserialize, Serialize};

/// The urgent need of a case, as assessed at once (1301/2014 36 § 1 mom.).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UrgentNeed {
    /// The last event that reported it; its time is the assessment's.
    pub origin: Origin,
    /// Urgent, not urgent.
    pub result: Option<Code>,
    newest: Option<Mark>,
}

entity!(UrgentNeed { result, newest });

impl UrgentNeed {
    /// Nothing known but that `origin` spoke of it.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        Self { origin, result: None, newest: None }
    }

    pub(crate) fn report(&mut self, mark: &Mark, result: Option<Code>) {
        let newest = is_newest(&mut self.newest, mark);
        keep(&mut self.result, result, newest);
    }
}

/// A decision on services (1301/2014 45 §).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The last event that reported it; its time is the decision's.
    pub origin: Origin,
    /// The case it decides, if reported.
    pub case: Option<Token>,
    /// Palvelutehtävä.
    pub service_task: Option<Code>,
    /// Granted, partly, refused.
    pub outcome: Option<Code>,
    newest: Option<Mark>,
}

entity!(Decision { case, service_task, outcome, newest });

impl Decision {
    /// Nothing known but that `origin` spoke of it.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        Self { origin, case: None, service_task: None, outcome: None, newest: None }
    }

    pub(crate) fn report(
        &mut self,
        mark: &Mark,
        case: Option<Token>,
        service_task: Option<Code>,
        outcome: Option<Code>,
    ) {
        let newest = is_newest(&mut self.newest, mark);
        keep(&mut self.case, case, newest);
        keep(&mut self.service_task, service_task, newest);
        keep(&mut self.outcome, outcome, newest);
    }

    /// Does it refuse what was asked? Codes that say so in the three languages; any other grants at least a part.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        const REFUSALS: [&str; 3] = ["refused", "kielteinen", "avslag"];
        self.outcome.as_ref().is_some_and(|code| REFUSALS.iter().any(|it| code.as_str().eq_ignore_ascii_case(it)))
    }
}

/// A service of social care.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// The last event that touched it.
    pub origin: Origin,
    /// The decision it rests on, if reported.
    pub decision: Option<Token>,
    /// Palvelutehtävä.
    pub service_task: Option<Code>,
    /// When it is agreed to begin, as last reported.
    pub agreed_at: Option<Instant>,
    /// Begun, until ended.
    pub spans: Spans<()>,
    newest: Option<Mark>,
}

entity!(Service { decision, service_task, agreed_at, spans, newest });

/// Where a service is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceStatus {
    /// It is agreed when it begins.
    Agreed,
    /// It is given.
    Started,
    /// It is over.
    Ended,
}

impl Service {
    /// Nothing known but that `origin` spoke of it.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        Self { origin, decision: None, service_task: None, agreed_at: None, spans: Spans::default(), newest: None }
    }

    pub(crate) fn report(
        &mut self,
        mark: &Mark,
        decision: Option<Token>,
        service_task: Option<Code>,
        agreed_at: Option<Instant>,
    ) {
        let newest = is_newest(&mut self.newest, mark);
        keep(&mut self.decision, decision, newest);
        keep(&mut self.service_task, service_task, newest);
        keep(&mut self.agreed_at, agreed_at, newest);
    }

    /// Where it is at `now`.
    #[must_use]
    pub fn status(&self, now: Instant) -> ServiceStatus {
        let over = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        if self.spans.at(now).is_some() {
            ServiceStatus::Started
        } else if self.spans.all().iter().any(|it| over(it.until())) || over(self.spans.only_end().map(|end| end.at)) {
            ServiceStatus::Ended
        } else {
            ServiceStatus::Agreed
        }
    }
}

/// Asiakassuunnitelma (1301/2014 39 §): that it is, not what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The last event that touched it.
    pub origin: Origin,
    /// When it was agreed, if reported.
    pub agreed_at: Option<Instant>,
    /// When it was last revised.
    pub revised_at: Option<Instant>,
    /// Which kind of plan.
    pub kind: Option<Code>,
    /// When it is to be looked at next.
    pub review_by: Option<Instant>,
    newest: Option<Mark>,
}

entity!(Plan { agreed_at, revised_at, kind, review_by, newest });

impl Plan {
    /// Nothing known but that `origin` spoke of it.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        Self { origin, agreed_at: None, revised_at: None, kind: None, review_by: None, newest: None }
    }

    pub(crate) fn report(&mut self, mark: &Mark, kind: Option<Code>, review_by: Option<Instant>) {
        let newest = is_newest(&mut self.newest, mark);
        keep(&mut self.kind, kind, newest);
        keep(&mut self.review_by, review_by, newest);
    }
}

/// Somebody was in contact with the client, or will be by appointment: a count for the reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CareContact {
    /// The last event that touched it.
    pub origin: Origin,
    /// Recorded, until cancelled or not kept.
    pub kept: Revocable<Contacted, Option<Code>>,
}

entity!(CareContact {  } place kept => kept.said_mut().into_iter().for_each(|it| it.unit = None));

/// A contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contacted {
    /// When it is, as last reported.
    pub at: Instant,
    /// Phone, visit, booking.
    pub channel: Option<Code>,
    /// At which unit.
    pub unit: Option<Code>,
}

impl CareContact {
    /// Nothing known but that `origin` spoke of it.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        Self { origin, kept: Revocable::default() }
    }

    pub(crate) fn report(&mut self, mark: &Mark, at: Instant, channel: Option<Code>, unit: Option<Code>) {
        let known = self.kept.in_force().cloned();
        let (known_channel, known_unit) = known.map(|it| (it.channel, it.unit)).unwrap_or_default();
        self.kept.say(mark, Contacted { at, channel: channel.or(known_channel), unit: unit.or(known_unit) });
    }

    pub(crate) fn cancel(&mut self, mark: Mark, why: Option<Code>) {
        let known = self.kept.revoked().cloned().flatten();
        self.kept.revoke(mark, why.or(known));
    }

    /// When it was, if it was: one that was cancelled or not kept is no contact, nor is one whose time is ahead.
    #[must_use]
    pub fn was_at(&self, now: Instant) -> Option<Instant> {
        self.kept.in_force().map(|it| it.at).filter(|at| *at <= now)
    }
}

/// Yhteistyöpyyntö.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cooperation {
    /// The last event that reported it; its time is the request's.
    pub origin: Origin,
    /// Of whom: a unit or a service task.
    pub asked_of: Option<Code>,
    /// When an answer is needed.
    pub required_by: Option<Instant>,
    newest: Option<Mark>,
}

entity!(Cooperation { required_by, newest } place asked_of => *asked_of = None);

impl Cooperation {
    /// Nothing known but that `origin` spoke of it.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        Self { origin, asked_of: None, required_by: None, newest: None }
    }

    pub(crate) fn report(&mut self, mark: &Mark, asked_of: Option<Code>, required_by: Option<Instant>) {
        let newest = is_newest(&mut self.newest, mark);
        keep(&mut self.asked_of, asked_of, newest);
        keep(&mut self.required_by, required_by, newest);
    }
}
