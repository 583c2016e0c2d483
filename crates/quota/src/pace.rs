//! How fast a peer may go on with what leads nowhere.

use crate::Peer;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many peers are remembered at a time. All further ones share the pace of one.
const PEERS: usize = 1024;

/// The longest wait: a peer that waits may hold something, and a sender gives up after a while.
const LONGEST: Duration = Duration::from_secs(5);

/// At once so many, then one in each interval: of each peer.
#[derive(Debug)]
pub struct Pace {
    burst: u32,
    interval: Duration,
    /// When each would have nothing left to wait for.
    paid: Mutex<BTreeMap<Option<Peer>, Instant>>,
}

impl Pace {
    /// `burst` at once, then one in each `interval`.
    #[must_use]
    pub fn new(burst: u32, interval: Duration) -> Self {
        Self { burst, interval, paid: Mutex::default() }
    }

    /// How long this peer waits before its next one, which counts for so many.
    pub fn wait(&self, peer: Peer, weight: u32) -> Duration {
        self.wait_at(peer, weight, Instant::now())
    }

    fn wait_at(&self, peer: Peer, weight: u32, now: Instant) -> Duration {
        let mut paid = self.paid.lock().unwrap_or_else(PoisonError::into_inner);
        if paid.len() >= PEERS {
            paid.retain(|_, until| *until > now);
        }
        let key = Some(peer).filter(|_| paid.len() < PEERS || paid.contains_key(&Some(peer)));
        let until = paid.entry(key).or_insert(now);
        let most = now + self.interval * self.burst + LONGEST;
        *until = ((*until).max(now) + self.interval.saturating_mul(weight)).min(most);
        (*until - now).saturating_sub(self.interval * self.burst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn after_a_burst_a_peer_goes_at_its_pace_and_another_at_once() {
        let second = Duration::from_secs(1);
        let pace = Pace::new(3, second);
        let now = Instant::now();
        let peer = |n: u32| Peer::at(Ipv4Addr::from_bits(n).into());
        let waits = |at: Instant| (0..5).map(|_| pace.wait_at(peer(1), 1, at).as_secs()).collect::<Vec<_>>();
        assert_eq!(waits(now), [0, 0, 0, 1, 2]);
        assert_eq!(pace.wait_at(peer(2), 1, now), Duration::ZERO);
        let longest = (0..100).map(|_| pace.wait_at(peer(3), 1, now)).max();
        assert_eq!(longest, Some(LONGEST), "what one owes has a bound");
        assert_eq!(waits(now + 5 * second), [0, 0, 0, 1, 2], "what was not used is saved up to the burst");
        assert_eq!(pace.wait_at(peer(4), 7, now), 4 * second, "a large one counts for several");
        for n in 0..10_000 {
            pace.wait_at(peer(n), 1, now);
        }
        assert!(pace.paid.lock().unwrap().len() <= PEERS + 1);
    }
}
