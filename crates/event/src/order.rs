//! The order of a client's events (rule R2).

use crate::Instant;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// K = (min(recorded, received), sender's sequence number, received, id).
///
/// `min` because a clock in 2029 must win nothing; `received` because two messages of one minute keep the order
/// in which they came; the id so that the order is total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OrderKey {
    /// min(recorded, received).
    pub time: Instant,
    /// The sender's sequence number; none sorts before any.
    pub sequence: Option<i64>,
    /// When we received the message.
    pub received: Instant,
    /// The event's id.
    pub id: Uuid,
}

impl OrderKey {
    /// True if nothing but the order of arrival tells the two apart: the same time, and not two sequence numbers.
    #[must_use]
    pub fn ties_with(&self, other: &Self) -> bool {
        self.time == other.time && (self.sequence.is_none() || other.sequence.is_none())
    }
}
