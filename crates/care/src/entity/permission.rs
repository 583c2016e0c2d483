//! What the client permits and forbids (703/2023 53 §–59 §).
//!
//! A permission holds from when it was given until it is withdrawn or its time is over (58 §); a prohibition until it
//! is lifted. A permission with an end and no known beginning opens nothing. A prohibition with only its lifting known
//! closes nothing.

use super::{Evolve, entity};
use crate::fact::span::{Report, Span, Spans};
use crate::fact::{Origin, Reported};
use event::{
    Code, Direction, Instant, PatientData, PermissionEvent, PermissionGiven, PermissionKind, ProhibitionEvent,
    ProhibitionTarget, Token,
};
use serde::{Deserialize, Serialize};

/// A disclosure permission or a consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    /// The last event that touched it.
    pub origin: Origin,
    /// Given, until withdrawn.
    pub spans: Spans<Permitted>,
}

entity!(Permission { spans });

/// What is permitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permitted {
    /// Luovutuslupa or suostumus.
    pub kind: PermissionKind,
    /// Which way data may go.
    pub direction: Direction,
    /// Who may receive; `None`: the county's organisations.
    pub organisation: Option<Code>,
    /// The service tasks that it names.
    pub service_tasks: Vec<Code>,
    /// The patient data that it names.
    pub patient_data: Option<PatientData>,
    /// Only what happened from then on.
    pub recorded_from: Option<Instant>,
    /// Only what happened until then.
    pub recorded_to: Option<Instant>,
}

impl From<&PermissionGiven> for Permitted {
    fn from(given: &PermissionGiven) -> Self {
        let PermissionGiven {
            permission: _,
            kind,
            direction,
            organisation,
            service_tasks,
            patient_data,
            recorded_from,
            recorded_to,
            until: _,
        } = given.clone();
        Self { kind, direction, organisation, service_tasks, patient_data, recorded_from, recorded_to }
    }
}

/// Stated whole: what was given before is replaced.
impl Report for Permitted {
    fn over(self, _: Self) -> Self {
        self
    }
}

impl Evolve for Permission {
    type Event = PermissionEvent;

    fn new(origin: Origin) -> Self {
        Self { origin, spans: Spans::default() }
    }

    fn evolve(&mut self, reported: &Reported, event: &PermissionEvent) {
        let (mark, at) = (reported.mark, reported.happened_at());
        match event {
            PermissionEvent::PermissionGiven(x) => {
                self.spans.report(mark, at, x.until, x.into());
            }
            PermissionEvent::PermissionWithdrawn(_) => self.spans.end(mark, at, None),
        }
    }
}

impl Permission {
    /// What it permits at `now`.
    #[must_use]
    pub fn in_force_at(&self, now: Instant) -> Option<&Span<Permitted>> {
        self.spans.at(now)
    }
}

/// A prohibition: data of its register may not be disclosed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prohibition {
    /// The last event that touched it.
    pub origin: Origin,
    /// Set, until lifted.
    pub spans: Spans<Prohibited>,
}

entity!(Prohibition { spans });

/// What is forbidden.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prohibited {
    /// What it covers.
    pub target: ProhibitionTarget,
    /// The controller, if it is the target.
    pub controller: Option<Code>,
    /// The service task, if it is the target.
    pub service_task: Option<Code>,
    /// The stay, if it is the target.
    pub stay: Option<Token>,
    /// The document, if it is the target.
    pub document: Option<Token>,
}

/// Stated whole: what was forbidden before is replaced.
impl Report for Prohibited {
    fn over(self, _: Self) -> Self {
        self
    }
}

impl Evolve for Prohibition {
    type Event = ProhibitionEvent;

    fn new(origin: Origin) -> Self {
        Self { origin, spans: Spans::default() }
    }

    fn evolve(&mut self, reported: &Reported, event: &ProhibitionEvent) {
        let (mark, at) = (reported.mark, reported.happened_at());
        match event {
            ProhibitionEvent::ProhibitionSet(x) => {
                let prohibited = Prohibited {
                    target: x.target,
                    controller: x.controller.clone(),
                    service_task: x.service_task.clone(),
                    stay: x.stay,
                    document: x.document,
                };
                self.spans.report(mark, at, None, prohibited);
            }
            ProhibitionEvent::ProhibitionLifted(_) => self.spans.end(mark, at, None),
        }
    }
}

impl Prohibition {
    /// What it forbids at `now`.
    #[must_use]
    pub fn in_force_at(&self, now: Instant) -> Option<&Prohibited> {
        self.spans.at(now).map(|span| &span.what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::cases::{at, code, given, key};
    use event::{PermissionGiven, PermissionWithdrawn, ProhibitionLifted, ProhibitionSet};

    #[test]
    fn what_the_events_of_a_permission_leave() {
        let permission = key("1");
        let gives = |task: &str, until: Option<i64>| {
            PermissionEvent::PermissionGiven(PermissionGiven {
                permission,
                kind: PermissionKind::Consent,
                direction: Direction::ToHealthCare,
                organisation: None,
                service_tasks: code(task).into_iter().collect(),
                patient_data: None,
                recorded_from: None,
                recorded_to: None,
                until: until.map(at),
            })
        };
        let withdrawn = || PermissionEvent::PermissionWithdrawn(PermissionWithdrawn { permission });
        let tasks = |it: &Permission| it.in_force_at(at(9)).map(|span| span.what.service_tasks.clone());
        let one = |task: &str| Some(code(task).into_iter().collect::<Vec<_>>());
        given([(1, gives("adults", None))]).then(tasks, one("adults"));
        given([(1, gives("adults", None)), (3, withdrawn())]).then(tasks, None);
        given([(3, withdrawn()), (1, gives("adults", None))]).then(tasks, None);
        given([(1, gives("adults", Some(8)))]).then(tasks, None);
        given([(1, gives("adults", None)), (3, gives("families", None))]).then(tasks, one("families"));
        given([(1, gives("adults", None)), (3, withdrawn()), (5, gives("families", None))])
            .then(tasks, one("families"));
        given([(3, withdrawn())]).then(tasks, None);
    }

    #[test]
    fn what_the_events_of_a_prohibition_leave() {
        let prohibition = key("1");
        let set = || {
            ProhibitionEvent::ProhibitionSet(ProhibitionSet {
                prohibition,
                target: ProhibitionTarget::ServiceTask,
                controller: None,
                service_task: code("adults"),
                stay: None,
                document: None,
            })
        };
        let lifted = || ProhibitionEvent::ProhibitionLifted(ProhibitionLifted { prohibition });
        let task = |it: &Prohibition| it.in_force_at(at(9)).and_then(|it| it.service_task.clone());
        given([(1, set())]).then(task, code("adults"));
        given([(1, set()), (3, lifted())]).then(task, None);
        given([(3, lifted()), (1, set())]).then(task, None);
        given([(1, set()), (3, lifted()), (5, set())]).then(task, code("adults"));
    }
}
