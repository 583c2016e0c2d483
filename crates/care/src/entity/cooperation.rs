//! A request to work together: yhteistyöpyyntö.

use super::{Evolve, entity};
use crate::fact::mark::{Mark, is_newest, keep};
use crate::fact::once::Once;
use crate::fact::{Origin, Reported};
use event::{Code, CooperationEvent, Instant};
use serde::{Deserialize, Serialize};

/// Yhteistyöpyyntö.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cooperation {
    /// The last event that touched it; its time is the earliest, that of the request if it was reported.
    pub origin: Origin,
    /// Who is asked: a unit or a service task.
    pub asked_of: Option<Code>,
    /// When an answer is needed.
    pub required_by: Option<Instant>,
    /// The answer: joins or not.
    pub answer: Once,
    /// Where the last report of the request stands.
    pub newest: Option<Mark>,
}

entity!(Cooperation { required_by, answer, newest } place asked_of => *asked_of = None);

impl Evolve for Cooperation {
    type Event = CooperationEvent;
    const ONCE: bool = true;

    fn new(origin: Origin) -> Self {
        Self { origin, asked_of: None, required_by: None, answer: Once::default(), newest: None }
    }

    fn evolve(&mut self, reported: &Reported, event: &CooperationEvent) {
        match event {
            CooperationEvent::CooperationRequested(x) => {
                let newest = is_newest(&mut self.newest, &reported.mark);
                keep(&mut self.asked_of, x.asked_of.clone(), newest);
                keep(&mut self.required_by, x.required_by, newest);
            }
            CooperationEvent::CooperationAnswered(x) => self.answer.report(reported, x.outcome.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::cases::{at, code, given, key};
    use event::{CooperationAnswered, CooperationRequested};

    #[test]
    fn what_the_events_of_a_request_leave() {
        let requested = |of: &str| {
            let (request, asked_of) = (key("1"), code(of));
            CooperationEvent::CooperationRequested(CooperationRequested { request, asked_of, required_by: None })
        };
        let answered = |outcome: &str| {
            let (request, outcome) = (key("1"), code(outcome));
            CooperationEvent::CooperationAnswered(CooperationAnswered { request, outcome, unit: None })
        };
        let what = |it: &Cooperation| (it.asked_of.clone(), it.answer.at, it.answer.result.clone());
        given([(1, requested("u")), (3, requested(""))]).then(what, (code("u"), None, None));
        given([(1, requested("u")), (3, answered("joins"))]).then(what, (code("u"), Some(at(3)), code("joins")));
        given([(3, answered("joins")), (1, requested("u"))]).then(what, (code("u"), Some(at(3)), code("joins")));
        given([(3, answered("joins")), (5, answered(""))]).then(what, (None, Some(at(3)), code("joins")));
    }
}
