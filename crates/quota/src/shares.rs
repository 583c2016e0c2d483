//! Places of one kind, of which nobody may hold so many that others have none.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Places that are counted by who holds them.
///
/// A quarter of them is for those who hold less than their share. As long as more are free, one may hold more than its share,
/// so that a single busy caller is as fast as the machine.
#[derive(Debug)]
pub struct Shares<K: Ord>(Arc<Inner<K>>);

#[derive(Debug)]
struct Inner<K: Ord> {
    all: usize,
    share: usize,
    held: Mutex<Held<K>>,
    freed: Notify,
}

#[derive(Debug)]
struct Held<K: Ord> {
    all: usize,
    by: BTreeMap<K, usize>,
}

/// A place that is held as long as the value lives.
#[derive(Debug)]
pub struct Share<K: Ord> {
    of: Arc<Inner<K>>,
    /// Taken out when it is given back.
    holder: Option<K>,
}

impl<K: Ord> Clone for Shares<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: Ord + Clone> Shares<K> {
    /// So many places, of which each holder's share is `share`.
    #[must_use]
    pub fn new(all: usize, share: usize) -> Self {
        let held = Mutex::new(Held { all: 0, by: BTreeMap::new() });
        Self(Arc::new(Inner { all, share, held, freed: Notify::new() }))
    }

    /// A place, if there is one for this holder now.
    #[must_use]
    pub fn try_take(&self, holder: &K) -> Option<Share<K>> {
        let mut held = self.0.held();
        let free = self.0.all.saturating_sub(held.all);
        let own = held.by.get(holder).copied().unwrap_or_default();
        let may = if own < self.0.share { free > 0 } else { free > self.0.all / 4 };
        may.then(|| {
            held.all += 1;
            held.by.insert(holder.clone(), own + 1);
            Share { of: Arc::clone(&self.0), holder: Some(holder.clone()) }
        })
    }

    /// Waits for one. The caller sets a limit to the wait.
    pub async fn take(&self, holder: &K) -> Share<K> {
        loop {
            let freed = self.0.freed.notified();
            if let Some(share) = self.try_take(holder) {
                return share;
            }
            freed.await;
        }
    }
}

impl<K: Ord> Inner<K> {
    fn held(&self) -> MutexGuard<'_, Held<K>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Ord> Drop for Share<K> {
    fn drop(&mut self) {
        let Some(holder) = self.holder.take() else { return };
        let mut held = self.of.held();
        held.all -= 1;
        let left = held.by.get_mut(&holder).map(|own| {
            *own -= 1;
            *own
        });
        if left == Some(0) {
            held.by.remove(&holder);
        }
        drop(held);
        self.of.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::Shares;
    use std::time::Duration;
    use tokio::time::timeout;

    #[test]
    fn the_last_quarter_is_for_those_below_their_share() {
        let shares = Shares::new(16, 4);
        let greedy: Vec<_> = std::iter::from_fn(|| shares.try_take(&"greedy")).collect();
        assert_eq!(greedy.len(), 12);
        let modest: Vec<_> = std::iter::from_fn(|| shares.try_take(&"modest")).collect();
        assert_eq!(modest.len(), 4);
        assert!(shares.try_take(&"third").is_none(), "there are no more");
        drop(greedy);
        assert!(shares.try_take(&"modest").is_some());
        drop(modest);
        assert!(shares.0.held().by.is_empty(), "whoever holds nothing is forgotten");
    }

    #[tokio::test]
    async fn one_that_waits_gets_the_next_place_that_is_for_it() {
        let shares = Shares::new(4, 2);
        let held: Vec<_> = std::iter::from_fn(|| shares.try_take(&1)).collect();
        assert_eq!(held.len(), 3);
        let waiting = tokio::spawn({
            let shares = shares.clone();
            async move { shares.take(&1).await }
        });
        assert!(timeout(Duration::from_millis(50), shares.take(&1)).await.is_err());
        drop(held);
        timeout(Duration::from_mins(1), waiting).await.unwrap().unwrap();
    }
}
