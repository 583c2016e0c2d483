//! How far a reader is behind what it reads.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// How many records of a reader's partitions are not stored, as of a moment ago. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Left(Arc<AtomicI64>);

impl Default for Left {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(-1)))
    }
}

impl Left {
    /// `None`: not known yet.
    #[must_use]
    pub fn get(&self) -> Option<u64> {
        u64::try_from(self.0.load(Ordering::Relaxed)).ok()
    }

    pub(crate) fn set(&self, records: i64) {
        self.0.store(records, Ordering::Relaxed);
    }
}
