//! Somebody works with the client in a role, for a time.

use super::{Evolve, entity};
use crate::entity::list::OnList;
use crate::entity::worker::{StandIn, WorkerState};
use crate::fact::period::{Period, Periods};
use crate::fact::span::{Report, Span, Spans};
use crate::fact::{Origin, Reported};
use event::{AssignmentEvent, Code, Instant, Sealed, Token, Worker, WorkerRole};
use serde::{Deserialize, Serialize};

/// One assignment of one worker; it may have several spans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// The last event that touched it.
    pub origin: Origin,
    /// When the worker is assigned.
    pub spans: Spans<Assigned>,
    /// Who stands in for this client, and when.
    pub substitutions: Periods<StandIn>,
    /// Whether its source's lists have it: see [`ParallelView::heal`](crate::ParallelView::heal). Not part of the view's
    /// bytes.
    #[serde(skip)]
    pub on_list: OnList,
    /// The state of the worker, from the worker's own stream. Not part of the view's bytes.
    #[serde(skip)]
    pub worker: Option<WorkerState>,
}

entity!(Assignment { substitutions, on_list, worker } place spans => spans.each_mut(Assigned::hide_places));

/// As assigned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    /// In what role; `None`: in one that is not mapped.
    pub role: Option<WorkerRole>,
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
}

impl Report for Assigned {
    fn over(self, known: Self) -> Self {
        Self {
            clientship: self.clientship.or(known.clientship),
            profession: self.profession.or(known.profession),
            public_service_post: self.public_service_post.or(known.public_service_post),
            ..self
        }
    }
}

impl Assigned {
    /// Removes what leads to a place: nothing does. `ContactPoint::seen` decides how much of a worker is shown.
    fn hide_places(&mut self) {
        let Self { role: _, clientship: _, worker_key: _, record: _, worker: _, profession: _, public_service_post: _ } =
            self;
    }
}

impl Evolve for Assignment {
    type Event = AssignmentEvent;

    fn new(origin: Origin) -> Self {
        Self {
            origin,
            spans: Spans::default(),
            substitutions: Periods::default(),
            on_list: OnList::AsReported,
            worker: None,
        }
    }

    fn evolve(&mut self, reported: &Reported, event: &AssignmentEvent) {
        let (mark, record) = (reported.mark, reported.record());
        match event {
            AssignmentEvent::WorkerAssigned(x) => {
                let assigned = Assigned {
                    role: x.role,
                    clientship: x.clientship,
                    worker_key: x.worker_key,
                    record,
                    worker: x.worker.clone(),
                    profession: x.profession.clone(),
                    public_service_post: x.public_service_post,
                };
                self.spans.report(mark, x.from, x.until, assigned);
            }
            AssignmentEvent::WorkerAssignmentEnded(x) => self.spans.end(mark, x.ended_at, x.reason.clone()),
            AssignmentEvent::WorkerSubstituted(x) => {
                let stand_in = StandIn { record, key: x.substitute_key, worker: x.substitute.clone() };
                self.substitutions.report(mark, x.from, x.until, stand_in);
            }
        }
    }
}

impl Assignment {
    /// The assignment in force at `now`: begun, its term not over, not ended, and on its source's last list.
    #[must_use]
    pub fn in_force_at(&self, now: Instant) -> Option<&Span<Assigned>> {
        self.spans.at(now).filter(|_| self.on_list == OnList::AsReported)
    }

    /// The clientship it belongs to, as last reported.
    #[must_use]
    pub fn clientship(&self) -> Option<Token> {
        self.spans.all().iter().rev().find_map(|span| span.what.clientship)
    }

    /// Who stands in at `now`.
    #[must_use]
    pub fn substitute_at(&self, now: Instant) -> Option<&Period<StandIn>> {
        self.substitutions.at(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::cases::{at, code, given, key, worker};
    use event::{WorkerAssigned, WorkerAssignmentEnded};

    #[test]
    fn what_the_events_of_an_assignment_leave() {
        let assignment = key("1");
        let assigned = |from, until: Option<i64>, profession: &str| {
            let (role, worker_key, worker) = (Some(WorkerRole::OwnWorker), key("w"), worker("Testi"));
            let (clientship, profession, public_service_post) = (None, code(profession), None);
            let (from, until) = (at(from), until.map(at));
            let of = WorkerAssigned {
                assignment,
                clientship,
                role,
                worker_key,
                worker,
                profession,
                public_service_post,
                from,
                until,
            };
            AssignmentEvent::WorkerAssigned(of)
        };
        let ended = |minute| {
            AssignmentEvent::WorkerAssignmentEnded(WorkerAssignmentEnded {
                assignment,
                ended_at: at(minute),
                reason: None,
            })
        };
        let in_force = |it: &Assignment| it.in_force_at(at(9)).map(|span| (span.from, span.what.profession.clone()));
        given([(1, assigned(1, None, "p"))]).then(in_force, Some((at(1), code("p"))));
        given([(1, assigned(1, None, "p")), (3, assigned(1, None, ""))]).then(in_force, Some((at(1), code("p"))));
        given([(1, assigned(1, Some(8), ""))]).then(in_force, None);
        given([(1, assigned(20, None, ""))]).then(in_force, None);
        given([(1, assigned(1, None, "")), (3, ended(3))]).then(in_force, None);
        given([(3, ended(3)), (1, assigned(1, None, ""))]).then(in_force, None);
        given([(3, ended(3)), (5, assigned(5, None, ""))]).then(in_force, Some((at(5), None)));
    }
}
