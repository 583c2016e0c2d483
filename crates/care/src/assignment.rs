//! Somebody works with the client, in a role, for a time.

use crate::revocable::Revocable;
use crate::staff::{Staff, StandIn};
use crate::stated::OnList;
use crate::view::Origin;
use event::{Code, Instant, Sealed, Token, Worker, WorkerRole};
use serde::{Deserialize, Serialize};

/// One assignment of one worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// The last event that touched it.
    pub origin: Origin,
    /// Assigned, until ended.
    pub span: Revocable<Assigned, Ended>,
    /// Who stands in, as last told.
    pub substitution: Option<Substitution>,
    /// What its source's lists say: see [`ParallelView::heal`](crate::ParallelView::heal). Not part of the view's bytes.
    #[serde(skip)]
    pub on_list: OnList,
    /// What the worker's own stream says, likewise.
    #[serde(skip)]
    pub staff: Option<Staff>,
}

/// Somebody stands in for the assigned worker, for this client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Substitution {
    /// Since when.
    pub from: Instant,
    /// Until when, if known.
    pub until: Option<Instant>,
    /// Who.
    pub stand_in: StandIn,
}

/// As assigned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    /// In what role.
    pub role: WorkerRole,
    /// The clientship it belongs to.
    pub clientship: Option<Token>,
    /// The worker at the source.
    pub worker_key: Token,
    /// The record that the worker's sealed data belong to.
    pub record: Token,
    /// Who, and how to reach them.
    pub worker: Sealed<Worker>,
    /// Profession.
    pub profession: Option<Code>,
    /// Holds a public-service post.
    pub public_service_post: Option<bool>,
    /// Since when.
    pub from: Instant,
    /// Until when, if a term is set.
    pub until: Option<Instant>,
}

/// An end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// Since when.
    pub ended_at: Instant,
    /// Why.
    pub reason: Option<Code>,
}

impl Assignment {
    /// Nobody knows yet but that `origin` spoke of it.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        Self { origin, span: Revocable::default(), substitution: None, on_list: OnList::AsTold, staff: None }
    }

    /// As assigned, if in force at `now`: begun, its term not over, not ended, on its source's last list.
    #[must_use]
    pub fn in_force_at(&self, now: Instant) -> Option<&Assigned> {
        if self.on_list != OnList::AsTold {
            return None;
        }
        let assigned = self.span.said().filter(|it| it.from <= now && it.until.is_none_or(|end| end > now))?;
        self.span.revoked().is_none_or(|ended| ended.ended_at > now).then_some(assigned)
    }

    /// Who stands in at `now`.
    #[must_use]
    pub fn substitute_at(&self, now: Instant) -> Option<&Substitution> {
        self.substitution.as_ref().filter(|it| it.from <= now && it.until.is_none_or(|end| end > now))
    }
}
