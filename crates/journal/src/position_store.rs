//! Where the positions are stored, outside of Kafka.

use event::{Checkpoint, GapReason};
use std::collections::BTreeMap;

/// A partition whose log does not continue from its checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The partition.
    pub partition: i32,
    /// Why.
    pub reason: GapReason,
    /// Its checkpoint.
    pub expected: Option<Checkpoint>,
    /// The first offset that the broker holds.
    pub beginning: i64,
}

/// Where the positions are stored. Called from the reader's thread, and may block. `None`: unavailable now.
pub struct PositionStore {
    /// The checkpoint of each partition; a partition without one was never read.
    pub checkpoints: Box<dyn Fn() -> Option<BTreeMap<i32, Checkpoint>> + Send>,
    /// Records a gap and sets the partition to the first offset that the broker holds. False: the checkpoint has moved
    /// since, and nothing was changed.
    pub open_gap: Box<dyn Fn(Gap) -> Option<bool> + Send>,
}
