//! Does a stay begin again after its own end, under the same number and without an A13?
//!
//! A start that is reported a little after the end of the same stay is the stay's own start: clocks differ, and a date
//! stands for some hour of its day. It reopens nothing. A start that is later, of another class, or on another ward
//! reopens the stay.

use super::Stay;
use crate::fact::Origin;
use crate::fact::mark::{CLOCK_TOLERANCE_SECONDS, Mark};
use event::{Instant, StayClass, Ward};
use serde::{Deserialize, Serialize};

/// A start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    pub(super) mark: Mark,
    pub(super) at: Instant,
    pub(super) class: Option<StayClass>,
    pub(super) ward: Option<Ward>,
}

impl Stay {
    /// The same visit number starts after its own end: the client is back, without an A13. The start is later than
    /// differing clocks explain, or it is another start: of another class, or on another ward.
    pub(super) fn is_back(&self, start: &Start) -> bool {
        let (Some(end), Some(ended)) = (self.discharge.mark(), self.discharge.in_force()) else { return false };
        let later = start.at > ended.ended_at.plus_seconds(CLOCK_TOLERANCE_SECONDS);
        let known = |class: Option<StayClass>| class.filter(|class| *class != StayClass::Unknown);
        let another_class = known(start.class).zip(known(self.class)).is_some_and(|(new, old)| new != old);
        let another_ward = start.ward.as_ref().zip(self.ward.as_ref()).is_some_and(|(new, old)| new != old);
        start.mark.stands_after(end) && (later || ((another_class || another_ward) && start.at >= ended.ended_at))
    }

    /// The client was reported there after the end, later than differing clocks explain, and nothing cancels the end.
    /// So one of the two reports is wrong.
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

/// A start by a clock that is ahead of ours is no later than its receipt.
pub(super) fn not_ahead(at: Instant, mark: &Mark, origin: &Origin) -> Instant {
    if origin.recorded_at > mark.received() { at.min(mark.received()) } else { at }
}
