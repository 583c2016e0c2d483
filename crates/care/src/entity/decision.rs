//! A decision on services. Its content stays at the source (law 7).

use super::{Evolve, entity};
use crate::fact::mark::{Mark, is_newest, keep};
use crate::fact::{Origin, Reported};
use event::{Code, DecisionEvent, Token};
use serde::{Deserialize, Serialize};

/// A decision on services (1301/2014 45 §).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The last event that reported it; its time is the decision's.
    pub origin: Origin,
    /// The case it decides, if reported.
    pub case: Option<Token>,
    /// Palvelutehtävä.
    pub service_task: Option<Code>,
    /// Granted, partly, refused.
    pub outcome: Option<Code>,
    /// Where its last report stands.
    pub newest: Option<Mark>,
}

entity!(Decision { case, service_task, outcome, newest });

impl Evolve for Decision {
    type Event = DecisionEvent;
    const ONCE: bool = true;

    fn new(origin: Origin) -> Self {
        Self { origin, case: None, service_task: None, outcome: None, newest: None }
    }

    fn evolve(&mut self, reported: &Reported, event: &DecisionEvent) {
        let DecisionEvent::DecisionMade(x) = event;
        let newest = is_newest(&mut self.newest, &reported.mark);
        keep(&mut self.case, x.case, newest);
        keep(&mut self.service_task, x.service_task.clone(), newest);
        keep(&mut self.outcome, x.outcome.clone(), newest);
    }
}

impl Decision {
    /// Is the whole application refused? The codes for that are known in three languages; any other code grants at
    /// least a part.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        const REFUSALS: [&str; 3] = ["refused", "kielteinen", "avslag"];
        self.outcome.as_ref().is_some_and(|code| REFUSALS.iter().any(|it| code.as_str().eq_ignore_ascii_case(it)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::cases::{at, code, given, key};
    use event::DecisionMade;

    #[test]
    fn what_the_events_of_a_decision_leave() {
        let made = |task: &str, outcome: &str| {
            let (decision, service_task, outcome) = (key("1"), code(task), code(outcome));
            DecisionEvent::DecisionMade(DecisionMade { decision, case: None, service_task, outcome })
        };
        let what = |it: &Decision| (it.origin.happened_at, it.service_task.clone(), it.is_refusal());
        given([(1, made("adults", "granted"))]).then(what, (at(1), code("adults"), false));
        given([(1, made("adults", "granted")), (3, made("", "kielteinen"))]).then(what, (at(1), code("adults"), true));
        given([(3, made("", "avslag")), (1, made("adults", "granted"))]).then(what, (at(1), code("adults"), true));
    }
}
