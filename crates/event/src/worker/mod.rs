//! Who works with the client.
//!
//! A substitution for one client stands in that client's stream; an absence, which concerns every client of the worker, in
//! the worker's own ([`WorkerAbsent`]).

mod absence;
mod team;

pub use absence::*;
pub use team::*;

use crate::wire::{numbered, wire};
use crate::{Code, Instant, Sealed, Token, Worker};
use serde::{Deserialize, Serialize};

numbered! {
    /// In what role somebody works with the client.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum WorkerRole {
        /// Omatyöntekijä (1301/2014 42 §).
        OwnWorker = 1,
        /// Muu vastaava työntekijä.
        ResponsibleWorker = 2,
        /// Työpari-sosiaalityöntekijä.
        WorkPair = 3,
        /// Lapsen asioista vastaava sosiaalityöntekijä (417/2007 13 b §).
        ChildsSocialWorker = 4,
        /// Terveyssosiaalityöntekijä.
        HealthSocialWorker = 5,
        /// Case manager.
        CaseManager = 6,
        /// Sosiaalipäivystys.
        DutySocialService = 7,
    }
}

/// Somebody works with the client from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerAssigned {
    /// Which assignment.
    pub assignment: Token,
    /// The clientship it belongs to, if the source reports it.
    pub clientship: Option<Token>,
    /// In what role; `None`: in one that is not mapped.
    pub role: Option<WorkerRole>,
    /// Keyed token of the worker's identifier at the source: finds the worker's clients.
    pub worker_key: Token,
    /// Who, and how to reach them.
    pub worker: Sealed<Worker>,
    /// Profession (817/2015, 559/1994).
    pub profession: Option<Code>,
    /// Holds a public-service post (virkasuhde).
    pub public_service_post: Option<bool>,
    /// Since when.
    pub from: Instant,
    /// Until when, if a term is set.
    pub until: Option<Instant>,
}

/// Somebody no longer works with the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerAssignmentEnded {
    /// Which assignment.
    pub assignment: Token,
    /// Since when.
    pub ended_at: Instant,
    /// Why.
    pub reason: Option<Code>,
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

// === on the wire ===

wire!(WorkerAssigned {
    assignment,
    clientship,
    role,
    worker_key,
    worker,
    profession,
    public_service_post,
    from,
    until
});
wire!(WorkerAssignmentEnded { assignment, ended_at, reason });
wire!(WorkerSubstituted { assignment, from, until, substitute_key, substitute });
