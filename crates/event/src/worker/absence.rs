//! The worker's own stream: absent, back, contact data confirmed.
//!
//! An absence concerns every client of the worker. So it stands in a stream of the worker's own, as an HR system reports
//! it, and meets the clients in the answer by `worker_key`.

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

/// A worker's contact data were checked and are right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactPointConfirmed {
    /// Which worker.
    pub worker_key: Token,
    /// When they were.
    pub confirmed_at: Instant,
    /// As confirmed; `None`: as they were reported before.
    pub worker: Option<Sealed<Worker>>,
}

// === on the wire ===

wire!(WorkerAbsent { worker_key, from, until, substitute_key, substitute });
wire!(WorkerReturned { worker_key, returned_at });
wire!(ContactPointConfirmed { worker_key, confirmed_at, worker });
