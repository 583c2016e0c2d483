//! A transaction that conflicted with another is tried again.

use crate::error::Fault;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// How often an attempt is repeated after a conflict with another transaction.
const ATTEMPTS: u32 = 12;

/// Repeats an attempt after a conflict, a limited number of times.
#[derive(Default)]
pub(crate) struct Retry {
    tried: u32,
}

impl Retry {
    /// True if it should be tried again. Waits a random time first, so that two attempts do not conflict in step.
    pub async fn after(&mut self, fault: &Fault) -> bool {
        self.tried += 1;
        if !matches!(fault, Fault::Conflict { .. }) || self.tried >= ATTEMPTS {
            return false;
        }
        let chance = RandomState::new().hash_one(self.tried);
        tokio::time::sleep(Duration::from_micros(chance % (2_000 << self.tried.min(6)))).await;
        true
    }
}
