//! Who can be reached: a worker is absent or back, somebody stands in, a contact point was confirmed.
//!
//! An absence concerns every client of the worker, so it stands in a stream of the worker's own, as an HR system tells it,
//! and meets the clients in the answer by `worker_key`. A substitution for one client stands in that client's stream.

use crate::wire::{self, NotKnown, proto};
use crate::{Instant, Sealed, Token, Worker};

/// The worker is away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerAbsent {
    /// Keyed token of the worker's identifier at the source.
    pub worker_key: Token,
    /// Since when.
    pub from: Instant,
    /// Until when, if known.
    pub until: Option<Instant>,
    /// Keyed token of who stands in.
    pub substitute_key: Option<Token>,
    /// Who stands in, and how to reach them; `None`: nobody was named.
    pub substitute: Option<Sealed<Worker>>,
}

/// The worker is back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerReturned {
    /// Which worker.
    pub worker_key: Token,
    /// Since when.
    pub returned_at: Instant,
}

/// Somebody stands in for the assigned worker, for this client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerSubstituted {
    /// Whose assignment.
    pub assignment: Token,
    /// Since when.
    pub from: Instant,
    /// Until when, if known.
    pub until: Option<Instant>,
    /// Keyed token of who stands in.
    pub substitute_key: Option<Token>,
    /// Who stands in, and how to reach them.
    pub substitute: Sealed<Worker>,
}

/// A worker's contact data were looked at and are right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactPointConfirmed {
    /// Which worker.
    pub worker_key: Token,
    /// When they were.
    pub confirmed_at: Instant,
    /// As confirmed; `None`: as they were told before.
    pub worker: Option<Sealed<Worker>>,
}

/// FHIR `CareTeam`, `Encounter.participant`: the whole of who works with the client by this resource. Whoever it had before
/// and has no more has left, when this happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CareTeamStated {
    /// Keyed token of the resource.
    pub team: Token,
    /// Every assignment that it has, sorted and distinct.
    pub assignments: Vec<Token>,
}

// === between the types and the wire ===

impl CareTeamStated {
    pub(crate) fn to_wire(&self) -> proto::CareTeamStated {
        proto::CareTeamStated { team: wire::token_out(self.team), assignments: wire::tokens_out(&self.assignments) }
    }

    pub(crate) fn from_wire(wire: &proto::CareTeamStated) -> Result<Self, NotKnown> {
        Ok(Self { team: wire::token_in(&wire.team)?, assignments: wire::tokens_in(&wire.assignments)? })
    }
}

impl WorkerAbsent {
    pub(crate) fn to_wire(&self) -> proto::WorkerAbsent {
        proto::WorkerAbsent {
            worker_key: wire::token_out(self.worker_key),
            from: self.from.as_micros(),
            until: self.until.map(Instant::as_micros),
            substitute_key: wire::key_out(self.substitute_key),
            substitute: self.substitute.as_ref().map(wire::sealed_out),
        }
    }

    pub(crate) fn from_wire(wire: proto::WorkerAbsent) -> Result<Self, NotKnown> {
        Ok(Self {
            worker_key: wire::token_in(&wire.worker_key)?,
            from: wire::instant_in(wire.from)?,
            until: wire.until.map(wire::instant_in).transpose()?,
            substitute_key: wire::key_in(&wire.substitute_key)?,
            substitute: wire.substitute.map(wire::sealed_in).transpose()?,
        })
    }
}

impl WorkerReturned {
    pub(crate) fn to_wire(&self) -> proto::WorkerReturned {
        proto::WorkerReturned {
            worker_key: wire::token_out(self.worker_key),
            returned_at: self.returned_at.as_micros(),
        }
    }

    pub(crate) fn from_wire(wire: &proto::WorkerReturned) -> Result<Self, NotKnown> {
        Ok(Self { worker_key: wire::token_in(&wire.worker_key)?, returned_at: wire::instant_in(wire.returned_at)? })
    }
}

impl WorkerSubstituted {
    pub(crate) fn to_wire(&self) -> proto::WorkerSubstituted {
        proto::WorkerSubstituted {
            assignment: wire::token_out(self.assignment),
            from: self.from.as_micros(),
            until: self.until.map(Instant::as_micros),
            substitute_key: wire::key_out(self.substitute_key),
            substitute: Some(wire::sealed_out(&self.substitute)),
        }
    }

    pub(crate) fn from_wire(wire: proto::WorkerSubstituted) -> Result<Self, NotKnown> {
        Ok(Self {
            assignment: wire::token_in(&wire.assignment)?,
            from: wire::instant_in(wire.from)?,
            until: wire.until.map(wire::instant_in).transpose()?,
            substitute_key: wire::key_in(&wire.substitute_key)?,
            substitute: wire::sealed_in(wire.substitute.ok_or(NotKnown)?)?,
        })
    }
}

impl ContactPointConfirmed {
    pub(crate) fn to_wire(&self) -> proto::ContactPointConfirmed {
        proto::ContactPointConfirmed {
            worker_key: wire::token_out(self.worker_key),
            confirmed_at: self.confirmed_at.as_micros(),
            worker: self.worker.as_ref().map(wire::sealed_out),
        }
    }

    pub(crate) fn from_wire(wire: proto::ContactPointConfirmed) -> Result<Self, NotKnown> {
        Ok(Self {
            worker_key: wire::token_in(&wire.worker_key)?,
            confirmed_at: wire::instant_in(wire.confirmed_at)?,
            worker: wire.worker.map(wire::sealed_in).transpose()?,
        })
    }
}
