//! An assessment of the need for services: palvelutarpeen arviointi.

use super::{Evolve, entity};
use crate::fact::mark::{Mark, earliest, is_newest, keep};
use crate::fact::{Origin, Reported};
use event::{AssessmentEvent, Code, Instant, Token};
use serde::{Deserialize, Serialize};

/// Palvelutarpeen arviointi.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// The last event that touched it.
    pub origin: Origin,
    /// The case it belongs to.
    pub case: Option<Token>,
    /// Palvelutehtävä.
    pub service_task: Option<Code>,
    /// Made together with the other side (703/2023 53 § 1 mom.).
    pub joint: Option<bool>,
    /// When it began, if reported.
    pub started_at: Option<Instant>,
    /// When it was ready.
    pub finished_at: Option<Instant>,
    /// 1301/2014 37 § 4 k.
    pub own_worker_needed: Option<bool>,
    /// Does a clientship follow.
    pub clientship: Option<bool>,
    /// Where its last report stands.
    pub newest: Option<Mark>,
}

entity!(Assessment { case, service_task, joint, started_at, finished_at, own_worker_needed, clientship, newest });

impl Evolve for Assessment {
    type Event = AssessmentEvent;

    fn new(origin: Origin) -> Self {
        Self {
            origin,
            case: None,
            service_task: None,
            joint: None,
            started_at: None,
            finished_at: None,
            own_worker_needed: None,
            clientship: None,
            newest: None,
        }
    }

    fn evolve(&mut self, reported: &Reported, event: &AssessmentEvent) {
        let newest = is_newest(&mut self.newest, &reported.mark);
        match event {
            AssessmentEvent::AssessmentStarted(x) => {
                earliest(&mut self.started_at, reported.happened_at());
                keep(&mut self.case, x.case, newest);
                keep(&mut self.service_task, x.service_task.clone(), newest);
                keep(&mut self.joint, x.joint, newest);
            }
            AssessmentEvent::AssessmentFinished(x) => {
                earliest(&mut self.finished_at, reported.happened_at());
                keep(&mut self.own_worker_needed, x.own_worker_needed, newest);
                keep(&mut self.clientship, x.clientship, newest);
            }
        }
    }
}

impl Assessment {
    /// The earliest time that is known of it.
    #[must_use]
    pub fn since(&self) -> Instant {
        self.started_at.or(self.finished_at).unwrap_or(self.origin.happened_at)
    }

    /// Is it made together with the other side, now?
    pub(crate) fn is_joint_at(&self, at: Instant) -> bool {
        let open = self.started_at.is_some_and(|started| started <= at)
            && self.finished_at.is_none_or(|finished| finished > at);
        open && self.joint == Some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::cases::{at, given, key};
    use event::{AssessmentFinished, AssessmentStarted};

    #[test]
    fn what_the_events_of_an_assessment_leave() {
        let started = |case: Option<&str>| {
            let (assessment, case) = (key("1"), case.map(key));
            AssessmentEvent::AssessmentStarted(AssessmentStarted {
                assessment,
                case,
                kind: None,
                unit: None,
                joint: None,
                service_task: None,
            })
        };
        let finished = |clientship| {
            let (assessment, own_worker_needed) = (key("1"), None);
            AssessmentEvent::AssessmentFinished(AssessmentFinished { assessment, own_worker_needed, clientship })
        };
        let times = |it: &Assessment| (it.started_at, it.finished_at);
        given([(1, started(None)), (5, finished(None))]).then(times, (Some(at(1)), Some(at(5))));
        given([(5, finished(None)), (1, started(None))]).then(times, (Some(at(1)), Some(at(5))));
        given([(5, finished(None)), (7, finished(None))]).then(times, (None, Some(at(5))));
        let fields = |it: &Assessment| (it.case, it.clientship);
        given([(1, started(Some("9"))), (3, started(None))]).then(fields, (Some(key("9")), None));
        given([(1, finished(Some(true))), (3, finished(Some(false)))]).then(fields, (None, Some(false)));
        let joint = |joint: Option<bool>| {
            let AssessmentEvent::AssessmentStarted(it) = started(None) else { unreachable!() };
            AssessmentEvent::AssessmentStarted(AssessmentStarted { joint, ..it })
        };
        let at_nine = |it: &Assessment| it.is_joint_at(at(9));
        given([(1, joint(Some(true)))]).then(at_nine, true);
        given([(1, joint(None))]).then(at_nine, false);
        given([(1, joint(Some(true))), (3, joint(None))]).then(at_nine, true);
        given([(1, joint(Some(true))), (3, joint(Some(false)))]).then(at_nine, false);
        given([(1, joint(Some(true))), (5, finished(None))]).then(at_nine, false);
        given([(10, joint(Some(true)))]).then(at_nine, false);
    }
}
