//! Decisions, services, plans, urgent needs, contacts and cooperation: what social care tells of its course.
//!
//! Each is a fact with its time and a code or two; what was decided or written stays at the source (law 7).

use crate::revocable::Revocable;
use crate::view::Origin;
use event::{Code, Instant, Token};
use serde::{Deserialize, Serialize};

/// The urgent need of a case, as assessed at once (1301/2014 36 § 1 mom.).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UrgentNeed {
    /// The last event that told it; its time is the assessment's.
    pub origin: Origin,
    /// Urgent, not urgent.
    pub result: Option<Code>,
}

/// A decision on services (1301/2014 45 §).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The last event that told it; its time is the decision's.
    pub origin: Origin,
    /// The case it decides, if told.
    pub case: Option<Token>,
    /// Palvelutehtävä.
    pub service_task: Option<Code>,
    /// Granted, partly, refused.
    pub outcome: Option<Code>,
}

/// A service of social care.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// The last event that touched it.
    pub origin: Origin,
    /// The decision it rests on, if told.
    pub decision: Option<Token>,
    /// Palvelutehtävä.
    pub service_task: Option<Code>,
    /// When it is agreed to begin.
    pub agreed_at: Option<Instant>,
    /// Begun, until ended.
    pub span: Revocable<Instant, ServiceEnd>,
}

/// A service's end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceEnd {
    /// Since when.
    pub ended_at: Instant,
    /// Why.
    pub reason: Option<Code>,
}

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
        Self { origin, decision: None, service_task: None, agreed_at: None, span: Revocable::default() }
    }

    /// What was told of it.
    pub(crate) fn rests_on(&mut self, decision: Option<Token>, service_task: Option<&Code>) {
        self.decision = decision.or(self.decision);
        self.service_task = service_task.cloned().or_else(|| self.service_task.take());
    }

    /// Where it is at `now`.
    #[must_use]
    pub fn status(&self, now: Instant) -> ServiceStatus {
        if self.span.revoked().is_some_and(|end| end.ended_at <= now) {
            ServiceStatus::Ended
        } else if self.span.said().is_some_and(|started| *started <= now) {
            ServiceStatus::Started
        } else {
            ServiceStatus::Agreed
        }
    }
}

/// Asiakassuunnitelma (1301/2014 39 §): that it is, not what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The last event that told of it; its time is the last agreement's or revision's.
    pub origin: Origin,
    /// When it was agreed, if told.
    pub agreed_at: Option<Instant>,
    /// When it was last revised.
    pub revised_at: Option<Instant>,
    /// Which kind of plan.
    pub kind: Option<Code>,
    /// When it is to be looked at next.
    pub review_by: Option<Instant>,
}

impl Plan {
    /// Nothing known but that `origin` spoke of it.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        Self { origin, agreed_at: None, revised_at: None, kind: None, review_by: None }
    }

    /// What was told of it.
    pub(crate) fn tell(&mut self, kind: Option<&Code>, review_by: Option<Instant>) {
        self.kind = kind.cloned().or_else(|| self.kind.take());
        self.review_by = review_by;
    }
}

/// Somebody was in contact with the client: a count for the reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CareContact {
    /// The event that told it; its time is the contact's.
    pub origin: Origin,
    /// Phone, visit, booking.
    pub channel: Option<Code>,
    /// At which unit.
    pub unit: Option<Code>,
}

/// Yhteistyöpyyntö.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cooperation {
    /// The event that told it; its time is the request's.
    pub origin: Origin,
    /// Of whom: a unit or a service task.
    pub asked_of: Option<Code>,
    /// When an answer is needed.
    pub required_by: Option<Instant>,
}
