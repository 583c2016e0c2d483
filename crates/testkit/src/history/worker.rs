//! Workers: assignments, absences, and teams.

use super::draw::{Row, code};
use event::{
    Body, CareTeamStated, ContactPointConfirmed, WorkerAbsent, WorkerAssigned, WorkerAssignmentEnded, WorkerReturned,
    WorkerRole, WorkerSubstituted,
};

pub(super) const ROWS: &[Row] = &[
    (3, |draw| {
        Body::from(WorkerAssigned {
            assignment: draw.key("assignment"),
            clientship: None,
            // Now and then one that is not mapped.
            role: draw.chance.pick(WorkerRole::ALL).copied().filter(|_| !draw.chance.once_in(8)),
            worker_key: draw.worker_key(),
            worker: draw.worker("Työntekijä 2"),
            profession: None,
            public_service_post: Some(true),
            from: draw.recorded,
            until: None,
        })
    }),
    (3, |draw| {
        let (assignment, reason) = (draw.key("assignment"), code("vacancy"));
        Body::from(WorkerAssignmentEnded { assignment, ended_at: draw.recorded, reason })
    }),
    (1, |draw| {
        let (worker_key, until) = (draw.worker_key(), draw.maybe_later());
        let substitute = draw.chance.once_in(2).then(|| draw.worker("Sijainen"));
        Body::from(WorkerAbsent { worker_key, from: draw.recorded, until, substitute_key: None, substitute })
    }),
    (1, |draw| Body::from(WorkerReturned { worker_key: draw.worker_key(), returned_at: draw.recorded })),
    (1, |draw| {
        Body::from(WorkerSubstituted {
            assignment: draw.key("assignment"),
            from: draw.recorded,
            until: Some(draw.later()),
            substitute_key: None,
            substitute: draw.worker("Sijainen"),
        })
    }),
    (1, |draw| {
        let worker_key = draw.worker_key();
        Body::from(ContactPointConfirmed { worker_key, confirmed_at: draw.recorded, worker: None })
    }),
    (1, |draw| {
        let assignments = if draw.chance.once_in(2) { Vec::new() } else { vec![draw.key_of("assignment", 0)] };
        Body::from(CareTeamStated { team: draw.key("team"), assignments })
    }),
];
