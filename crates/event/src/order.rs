//! The order of a client's events (rule R2).

use crate::Instant;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// K = (min(recorded, received), sender's sequence number, received, ordinal in the message, id).
///
/// `min`, because a clock in 2029 must win nothing. `received`, because two messages of one minute keep the order in
/// which they came. The ordinal, because one message reports its facts in an order. The id, so that the order is total.
/// It is the order of the fold. Which of two facts stands after the other is asked pairwise: `care`'s `Mark`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OrderKey {
    /// min(recorded, received).
    pub time: Instant,
    /// The sender's sequence number; none sorts before any.
    pub sequence: Option<i64>,
    /// When we received the message.
    pub received: Instant,
    /// Which event of its message it is.
    pub ordinal: u32,
    /// The event's id.
    pub id: Uuid,
}
