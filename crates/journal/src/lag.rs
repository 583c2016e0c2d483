//! How far a reader is behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// How many records of a reader's partitions are not stored yet, as of a moment ago. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Lag(Arc<AtomicI64>);

impl Default for Lag {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(-1)))
    }
}

impl Lag {
    /// `None`: not known yet.
    #[must_use]
    pub fn get(&self) -> Option<u64> {
        u64::try_from(self.0.load(Ordering::Relaxed)).ok()
    }

    pub(crate) fn set(&self, records: i64) {
        self.0.store(records, Ordering::Relaxed);
    }
}
