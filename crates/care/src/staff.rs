//! Workers' own streams: who is away, who stands in, whose contact data were confirmed.
//!
//! An absence is told once and concerns every client of the worker. It is folded in the worker's stream and derived into
//! rows ([`crate::Rows::staff`]) that are looked up by the worker's key when an answer is made; so it is a function of the
//! set of events (law 2) and no client has to be folded anew when somebody falls ill.

use crate::revocable::Revocable;
use crate::view::Origin;
use event::{Instant, Sealed, Token, Worker};
use serde::{Deserialize, Serialize};

/// What a worker's stream leaves of the worker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// The last absence; its return.
    pub absence: Option<Absence>,
    /// The last confirmation of the contact data.
    pub confirmed: Option<Confirmed>,
}

/// A worker is away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// Since when.
    pub from: Instant,
    /// Until when, if known; no later than the return.
    pub until: Option<Instant>,
    /// Who stands in; `None`: nobody was named.
    pub substitute: Option<StandIn>,
}

/// Somebody who stands in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandIn {
    /// The record that the sealed data belong to.
    pub record: Token,
    /// Their key at the source, if told.
    pub key: Option<Token>,
    /// Who, and how to reach them.
    pub worker: Sealed<Worker>,
}

/// Contact data that were looked at and are right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// When they were.
    pub at: Instant,
    /// The record that the sealed data belong to, and the data as confirmed; `None`: as they were told before.
    pub worker: Option<(Token, Sealed<Worker>)>,
}

/// A worker's stream, folded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerStream {
    /// The last event that touched it.
    pub origin: Origin,
    /// Absent, until returned.
    pub absence: Revocable<Absence, Instant>,
    /// The last confirmation of the contact data.
    pub confirmed: Option<Confirmed>,
}

impl WorkerStream {
    /// Nothing known but that `origin` spoke of the worker.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        Self { origin, absence: Revocable::default(), confirmed: None }
    }

    /// What it leaves.
    #[must_use]
    pub fn staff(&self) -> Staff {
        let ends = |absence: &Absence| [absence.until, self.absence.revoked().copied()].into_iter().flatten().min();
        let absence = self.absence.said().map(|it| Absence { until: ends(it), ..it.clone() });
        Staff { absence, confirmed: self.confirmed.clone() }
    }
}

impl Staff {
    /// What two streams say of one worker: the later absence, the later confirmation.
    pub(crate) fn join(&mut self, other: &Self) {
        let later = |absence: &Option<Absence>| absence.as_ref().map(|it| (it.from, it.until));
        if later(&other.absence) > later(&self.absence) {
            self.absence.clone_from(&other.absence);
        }
        let confirmed = |it: &Self| it.confirmed.as_ref().map(|it| it.at);
        if confirmed(other) > confirmed(self) {
            self.confirmed.clone_from(&other.confirmed);
        }
    }

    /// The absence at `now`.
    #[must_use]
    pub fn absent_at(&self, now: Instant) -> Option<&Absence> {
        self.absence.as_ref().filter(|it| it.from <= now && it.until.is_none_or(|until| until > now))
    }
}
