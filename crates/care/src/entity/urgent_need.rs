//! The urgent need for help in a case.

use super::{Evolve, entity};
use crate::fact::mark::{Mark, is_newest, keep};
use crate::fact::{Origin, Reported};
use event::{Code, UrgentNeedEvent};
use serde::{Deserialize, Serialize};

/// The urgent need of a case, as assessed at once (1301/2014 36 § 1 mom.).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UrgentNeed {
    /// The last event that reported it; its time is the assessment's.
    pub origin: Origin,
    /// Urgent, not urgent.
    pub result: Option<Code>,
    newest: Option<Mark>,
}

entity!(UrgentNeed { result, newest });

impl Evolve for UrgentNeed {
    type Event = UrgentNeedEvent;
    const ONCE: bool = true;

    fn new(origin: Origin) -> Self {
        Self { origin, result: None, newest: None }
    }

    fn evolve(&mut self, reported: &Reported, event: &UrgentNeedEvent) {
        let UrgentNeedEvent::UrgentNeedAssessed(x) = event;
        let newest = is_newest(&mut self.newest, &reported.mark);
        keep(&mut self.result, x.result.clone(), newest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::cases::{at, code, given, key};
    use event::UrgentNeedAssessed;

    #[test]
    fn what_the_events_of_an_urgent_need_leave() {
        let assessed = |result: &str| {
            UrgentNeedEvent::UrgentNeedAssessed(UrgentNeedAssessed { case: key("1"), result: code(result) })
        };
        let result = |need: &UrgentNeed| (need.origin.happened_at, need.result.clone());
        given([(1, assessed("urgent"))]).then(result, (at(1), code("urgent")));
        given([(1, assessed("urgent")), (3, assessed("not-urgent"))]).then(result, (at(1), code("not-urgent")));
        given([(1, assessed("urgent")), (3, assessed(""))]).then(result, (at(1), code("urgent")));
        given([(3, assessed("not-urgent")), (1, assessed("urgent"))]).then(result, (at(1), code("not-urgent")));
    }
}
