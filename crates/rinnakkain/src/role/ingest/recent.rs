//! The messages that this ingest stored last, for an ingest without a database.
//!
//! It only shapes the answer: a FHIR bundle that comes again is ok with an information issue. One that was stored long ago,
//! or by another ingest, is ok without it. Nothing else depends on it: projection recognises copies.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// At most so many, some megabytes.
const AT_MOST: usize = 65_536;

/// Ids of messages ([`event::Receipt::id`]).
#[derive(Clone, Default)]
pub struct Recent(Arc<Mutex<Stored>>);

#[derive(Default)]
struct Stored {
    known: HashSet<Uuid>,
    order: VecDeque<Uuid>,
}

impl Recent {
    /// Notes that it is stored; true if it was before.
    pub fn stored(&self, id: Uuid) -> bool {
        let mut stored = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !stored.known.insert(id) {
            return true;
        }
        stored.order.push_back(id);
        if stored.order.len() > AT_MOST
            && let Some(oldest) = stored.order.pop_front()
        {
            stored.known.remove(&oldest);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::{AT_MOST, Recent};
    use uuid::Uuid;

    #[test]
    fn what_was_stored_last_is_known_and_memory_is_bounded() {
        let recent = Recent::default();
        let ids = || (0..=AT_MOST as u128).map(Uuid::from_u128);
        assert!(ids().all(|id| !recent.stored(id)));
        assert!(recent.stored(Uuid::from_u128(AT_MOST as u128)), "the last");
        assert!(!recent.stored(Uuid::nil()), "the first is forgotten");
        assert_eq!(recent.0.lock().unwrap().known.len(), AT_MOST);
    }
}
