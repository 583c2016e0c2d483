//! Back again after its own end, under the same number: without an A13, or not at all.
//!
//! A start that is reported a little after the end of the same stay is that stay's own: clocks differ, and a date stands for
//! some hour of its day. It opens nothing again. One that begins later, or is of another class or on another ward, does.

use super::Stay;
use crate::fact::Origin;
use crate::fact::mark::{CLOCK_TOLERANCE_SECONDS, Mark};
use event::{Instant, StayClass, Ward};
use serde::{Deserialize, Serialize};

/// A start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Start {
    pub(super) mark: Mark,
    pub(super) at: Instant,
    pub(super) class: Option<StayClass>,
    pub(super) ward: Option<Ward>,
}

impl Stay {
    /// The same visit number with a start after its own end: back again, without an A13. It begins later than clocks that
    /// differ would explain, or it is another start: of another class, or on another ward.
    pub(super) fn is_back(&self, start: &Start) -> bool {
        let (Some(end), Some(ended)) = (self.discharge.mark(), self.discharge.in_force()) else { return false };
        let later = start.at > ended.ended_at.plus_seconds(CLOCK_TOLERANCE_SECONDS);
        let known = |class: Option<StayClass>| class.filter(|class| *class != StayClass::Unknown);
        let another_class = known(start.class).zip(known(self.class)).is_some_and(|(new, old)| new != old);
        let another_ward = start.ward.as_ref().zip(self.ward.as_ref()).is_some_and(|(new, old)| new != old);
        start.mark.stands_after(end) && (later || ((another_class || another_ward) && start.at >= ended.ended_at))
    }

    /// Reported to be there after its own end, by more than clocks that differ would explain, and nothing takes the end
    /// back: one of the two is wrong.
    pub(super) fn is_seen_since_its_end(&self) -> bool {
        let (Some(end), Some(ended)) = (self.discharge.mark(), self.discharge.in_force()) else { return false };
        let stands_after = self.present.is_some_and(|(present, _)| present.stands_after(end));
        stands_after && self.seen_at.is_some_and(|at| at > ended.ended_at.plus_seconds(CLOCK_TOLERANCE_SECONDS))
    }

    /// Where the last start stands.
    pub(super) fn last_start(&self) -> Option<&Mark> {
        self.last_start.as_ref().map(|start| &start.mark)
    }
}

/// A start by a clock that is ahead of ours is no later than when we received it.
pub(super) fn not_ahead(at: Instant, mark: &Mark, origin: &Origin) -> Instant {
    if origin.recorded_at > mark.received() { at.min(mark.received()) } else { at }
}
