//! Workers: assigned, away, standing in, with confirmed contact data; and what a source covers.

use super::rows;
use crate::social::kind::{
    Array, AssignedWorker, BEGINS, Boolean, Code, ENDED, FACT_KIND, Identified, Key, KnownWorker, LASTS, Optional,
    OrHappened, ROLE, Required, Substitute, WardCode, Whole,
};
use event::{
    ContactPointConfirmed, SourceCoverageDeclared, WorkerAbsent, WorkerAssigned, WorkerReturned, WorkerSubstituted,
};

/// Wards, by the source's own codes.
pub(super) const WARDS: Optional<Array<WardCode>> =
    Optional(Array { of: WardCode, min: 0, max: Some((1_000, "more than 1,000 wards")) });

rows! {
    /// Somebody works with the client (703/2023 38 § 2 mom. 3 k.).
    WorkerAssigned: Begins, Client {
        assignment: Required(Key("assignment")),
        clientship: Optional(Key("clientship")),
        role: Required(ROLE),
        worker: Required(AssignedWorker),
        profession: Optional(Code),
        public_service_post: Optional(Boolean),
        from: OrHappened(BEGINS),
        until: Optional(LASTS),
    } => |sealer| WorkerAssigned {
        assignment,
        clientship,
        role: Some(role),
        worker_key: worker.0,
        worker: sealer.seal(&worker.1),
        profession,
        public_service_post,
        from,
        until,
    };

    /// Somebody no longer works with the client.
    WorkerAssignmentEnded: Ended, Client {
        assignment: Required(Key("assignment")),
        reason: Optional(Code),
        ended_at: OrHappened(ENDED),
    };

    /// A substitute stands in for the assigned worker, for this client.
    WorkerSubstituted: Begins, Client {
        from: OrHappened(BEGINS),
        until: Optional(LASTS),
        assignment: Required(Key("assignment")),
        substitute: Required(Substitute),
    } => |sealer| WorkerSubstituted {
        assignment,
        from,
        until,
        substitute_key: substitute.0,
        substitute: sealer.seal(&substitute.1),
    };

    /// A worker is away: this applies to all of the worker's clients.
    WorkerAbsent: Begins, Worker {
        from: OrHappened(BEGINS),
        until: Optional(LASTS),
        worker: Required(Identified),
        substitute: Optional(Substitute),
    } with |reader| worker_key = reader.worker_key(&worker)
    => |sealer| {
        let (substitute_key, substitute) = substitute.map_or((None, None), |(key, it)| (key, Some(it)));
        WorkerAbsent { worker_key, from, until, substitute_key, substitute: substitute.map(|it| sealer.seal(&it)) }
    };

    /// A worker is back.
    WorkerReturned: Begins, Worker { worker: Required(Identified), returned_at: OrHappened(BEGINS) }
        with |reader| worker_key = reader.worker_key(&worker)
        => |_| WorkerReturned { worker_key, returned_at };

    /// A worker's contact data are confirmed; with a name, they are as given here.
    ContactPointConfirmed: Begins, Worker { worker: Required(KnownWorker) }
        with |reader| confirmed_at = reader.happened_at
        => |sealer| ContactPointConfirmed {
            worker_key: worker.0,
            confirmed_at,
            worker: worker.1.map(|it| sealer.seal(&it)),
        };

    /// The kinds of fact that the source covers: this narrows the county's configuration.
    SourceCoverageDeclared: Begins, Source {
        covers: Required(Array { of: FACT_KIND, min: 0, max: None }),
        silence_seconds: Optional(Whole { min: 1, max: 366 * 24 * 3600, text: "not between a second and a year" }),
        since: OrHappened(BEGINS),
        wards: WARDS,
    } => |_| SourceCoverageDeclared {
        covers: distinct(covers),
        wards: distinct(wards.unwrap_or_default()),
        since,
        silence_seconds,
    };
}

/// Sorted, each once.
pub(super) fn distinct<T: Ord>(mut values: Vec<T>) -> Vec<T> {
    values.sort_unstable();
    values.dedup();
    values
}
