//! A client plan: that it exists, not what it contains (law 7).

use super::{Evolve, entity};
use crate::fact::mark::{Mark, earliest, is_newest, keep};
use crate::fact::{Origin, Reported};
use event::{Code, Instant, PlanEvent};
use serde::{Deserialize, Serialize};

/// Asiakassuunnitelma (1301/2014 39 §).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The last event that touched it.
    pub origin: Origin,
    /// When it was agreed, if reported.
    pub agreed_at: Option<Instant>,
    /// When it was last revised.
    pub revised_at: Option<Instant>,
    /// Which kind of plan.
    pub kind: Option<Code>,
    /// By when it is to be reviewed next.
    pub review_by: Option<Instant>,
    /// Palvelutehtävä.
    pub service_task: Option<Code>,
    /// Where its last report stands.
    pub newest: Option<Mark>,
}

entity!(Plan { agreed_at, revised_at, kind, review_by, service_task, newest });

impl Evolve for Plan {
    type Event = PlanEvent;

    fn new(origin: Origin) -> Self {
        Self {
            origin,
            agreed_at: None,
            revised_at: None,
            kind: None,
            review_by: None,
            service_task: None,
            newest: None,
        }
    }

    fn evolve(&mut self, reported: &Reported, event: &PlanEvent) {
        let newest = is_newest(&mut self.newest, &reported.mark);
        match event {
            PlanEvent::PlanAgreed(x) => {
                earliest(&mut self.agreed_at, reported.happened_at());
                keep(&mut self.kind, x.kind.clone(), newest);
                keep(&mut self.review_by, x.review_by, newest);
                keep(&mut self.service_task, x.service_task.clone(), newest);
            }
            PlanEvent::PlanRevised(x) => {
                self.revised_at = self.revised_at.max(Some(reported.happened_at()));
                keep(&mut self.kind, x.kind.clone(), newest);
                keep(&mut self.review_by, x.review_by, newest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::cases::{at, code, given, key};
    use event::{PlanAgreed, PlanRevised};

    #[test]
    fn what_the_events_of_a_plan_leave() {
        let (parties, meet_every_days, review_by) = (Vec::new(), None, None);
        let agreed = |kind: &str| {
            let (plan, kind, parties) = (key("1"), code(kind), parties.clone());
            PlanEvent::PlanAgreed(PlanAgreed { plan, kind, review_by, parties, meet_every_days, service_task: None })
        };
        let revised = |kind: &str| {
            let (plan, kind, parties) = (key("1"), code(kind), parties.clone());
            PlanEvent::PlanRevised(PlanRevised { plan, kind, review_by, parties, meet_every_days })
        };
        let what = |it: &Plan| (it.agreed_at, it.revised_at, it.kind.clone());
        given([(1, agreed("a")), (3, agreed(""))]).then(what, (Some(at(1)), None, code("a")));
        given([(1, agreed("a")), (3, revised("b"))]).then(what, (Some(at(1)), Some(at(3)), code("b")));
        given([(3, revised("b")), (1, agreed("a"))]).then(what, (Some(at(1)), Some(at(3)), code("b")));
        given([(3, revised("b")), (5, revised(""))]).then(what, (None, Some(at(5)), code("b")));
    }
}
