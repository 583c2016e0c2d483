//! A request to work together: yhteistyöpyyntö.

use super::{Evolve, entity};
use crate::fact::mark::{Mark, is_newest, keep};
use crate::fact::{Origin, Reported};
use event::{Code, CooperationEvent, Instant};
use serde::{Deserialize, Serialize};

/// Yhteistyöpyyntö.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cooperation {
    /// The last event that reported it; its time is the request's.
    pub origin: Origin,
    /// Of whom: a unit or a service task.
    pub asked_of: Option<Code>,
    /// When an answer is needed.
    pub required_by: Option<Instant>,
    newest: Option<Mark>,
}

entity!(Cooperation { required_by, newest } place asked_of => *asked_of = None);

impl Evolve for Cooperation {
    type Event = CooperationEvent;
    const ONCE: bool = true;

    fn new(origin: Origin) -> Self {
        Self { origin, asked_of: None, required_by: None, newest: None }
    }

    fn evolve(&mut self, reported: &Reported, event: &CooperationEvent) {
        let CooperationEvent::CooperationRequested(x) = event;
        let newest = is_newest(&mut self.newest, &reported.mark);
        keep(&mut self.asked_of, x.asked_of.clone(), newest);
        keep(&mut self.required_by, x.required_by, newest);
    }
}
