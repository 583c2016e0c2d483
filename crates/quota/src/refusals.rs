//! Refusals are logged when they first occur, then at most once a minute with their number: neither a scan of the network nor a
//! sender that tries the same for ever fills the log.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const LOG_EVERY: Duration = Duration::from_mins(1);
/// So many kinds of refusal have a line of their own at a time; the others share one.
const KEYS: usize = 256;

/// Of one kind; by whom, or by whom and why.
#[derive(Debug)]
pub struct Refusals<K: Ord>(Mutex<Counts<K>>);

#[derive(Debug)]
struct Counts<K: Ord> {
    /// When it was last logged, and how often it occurred since.
    by: BTreeMap<K, (Instant, u64)>,
    /// The same of those for which there was no room.
    others: Option<(Instant, u64)>,
}

impl<K: Ord> Default for Refusals<K> {
    fn default() -> Self {
        Self(Mutex::new(Counts { by: BTreeMap::new(), others: None }))
    }
}

impl<K: Ord> Refusals<K> {
    /// Counts one more. Gives how many to log, if it is time to log them. Beyond the room for separate kinds, the count
    /// includes those of others.
    pub fn note(&self, key: K) -> Option<u64> {
        self.count(key, Instant::now())
    }

    fn count(&self, key: K, now: Instant) -> Option<u64> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Counts { by, others } = &mut *counts;
        if !by.contains_key(&key) && by.len() >= KEYS {
            let mut left = 0;
            by.retain(|_, (logged, since)| {
                let recent = now.duration_since(*logged) < LOG_EVERY;
                left += if recent { 0 } else { *since };
                recent
            });
            match others {
                Some((_, since)) => *since += left,
                // They are logged with the first of the others.
                None if left > 0 => *others = Some((now.checked_sub(LOG_EVERY).unwrap_or(now), left)),
                None => {}
            }
        }
        if by.contains_key(&key) || by.len() < KEYS {
            let first = !by.contains_key(&key);
            return due(by.entry(key).or_insert((now, 0)), first, now);
        }
        let first = others.is_none();
        due(others.get_or_insert((now, 0)), first, now)
    }
}

fn due((logged, since): &mut (Instant, u64), first: bool, now: Instant) -> Option<u64> {
    if !first && now.duration_since(*logged) < LOG_EVERY {
        *since += 1;
        return None;
    }
    *logged = now;
    Some(std::mem::take(since) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_logged_at_once_and_then_once_a_minute_with_its_count() {
        let refusals = Refusals::default();
        let begin = Instant::now();
        let after = |seconds| refusals.count("a", begin + Duration::from_secs(seconds));
        assert_eq!(after(0), Some(1));
        assert_eq!(refusals.count("b", begin), Some(1));
        assert_eq!([after(1), after(59)], [None, None]);
        assert_eq!(after(61), Some(3));
        assert_eq!(after(62), None);
    }

    #[test]
    fn however_many_there_are_the_table_and_the_log_stay_small() {
        let refusals = Refusals::default();
        let begin = Instant::now();
        let lines = |from: usize, at: Instant| (from..from + 10_000).filter_map(|key| refusals.count(key, at)).count();
        assert_eq!(lines(0, begin), KEYS + 1);
        assert_eq!(lines(0, begin), 0);
        assert_eq!(refusals.0.lock().unwrap().by.len(), KEYS);
        assert_eq!(lines(20_000, begin + LOG_EVERY), KEYS + 1);
    }
}
