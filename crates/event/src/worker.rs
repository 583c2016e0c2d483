//! Who can be reached: a worker is absent or back, somebody stands in, a contact point was confirmed.
//!
//! An absence concerns every client of the worker, so it stands in a stream of the worker's own, as an HR system tells it,
//! and meets the clients in the answer by `worker_key`. A substitution for one client stands in that client's stream.

use crate::wire::wire;
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

// === on the wire ===

wire!(CareTeamStated { team, assignments });
wire!(WorkerAbsent { worker_key, from, until, substitute_key, substitute });
wire!(WorkerReturned { worker_key, returned_at });
wire!(WorkerSubstituted { assignment, from, until, substitute_key, substitute });
wire!(ContactPointConfirmed { worker_key, confirmed_at, worker });
