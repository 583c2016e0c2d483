//! How much may be left behind in an hour, by each peer and by all.

use crate::Peer;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const HOUR: Duration = Duration::from_hours(1);
/// All peers together leave no more than so many of them would.
const TOGETHER: u64 = 16;

/// So many things and bytes in an hour, of each peer.
#[derive(Debug)]
pub struct Allowance {
    most: Used,
    hour: Mutex<Hour>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Used {
    things: u64,
    bytes: u64,
}

#[derive(Debug, Default)]
struct Hour {
    /// `None`: nothing was left yet.
    until: Option<Instant>,
    all: Used,
    by: BTreeMap<Peer, Used>,
}

impl Used {
    /// With so much more, unless that is more than `most`, `times` over.
    fn with(self, more: Self, most: Self, times: u64) -> Option<Self> {
        let Self { things, bytes } = more;
        let used = Self { things: self.things.saturating_add(things), bytes: self.bytes.saturating_add(bytes) };
        (used.things <= most.things * times && used.bytes <= most.bytes * times).then_some(used)
    }
}

impl Allowance {
    /// `things` and `bytes` of each peer in an hour.
    #[must_use]
    pub fn new(things: u64, bytes: u64) -> Self {
        Self { most: Used { things, bytes }, hour: Mutex::default() }
    }

    /// Whether this peer may leave so many more things, together of so many bytes; if so, they are counted.
    pub fn take(&self, peer: Peer, things: u64, bytes: u64) -> bool {
        self.take_at(peer, Used { things, bytes }, Instant::now())
    }

    fn take_at(&self, peer: Peer, more: Used, now: Instant) -> bool {
        let mut hour = self.hour.lock().unwrap_or_else(PoisonError::into_inner);
        if hour.until.is_none_or(|until| until <= now) {
            *hour = Hour { until: Some(now + HOUR), ..Hour::default() };
        }
        let own = hour.by.get(&peer).copied().unwrap_or_default().with(more, self.most, 1);
        let (Some(own), Some(all)) = (own, hour.all.with(more, self.most, TOGETHER)) else { return false };
        hour.all = all;
        // Each of them has taken one at least, so they are no more than all may take.
        hour.by.insert(peer, own);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn a_peer_leaves_so_much_in_an_hour_and_all_together_not_much_more() {
        let allowance = Allowance::new(10, 1000);
        let now = Instant::now();
        let peer = |n: u32| Peer::at(Ipv4Addr::from_bits(n).into());
        let taken = |n: u32, bytes: u64, at: Instant| {
            (0..100).filter(|_| allowance.take_at(peer(n), Used { things: 1, bytes }, at)).count()
        };
        assert_eq!([taken(1, 1, now), taken(2, 300, now), taken(3, 1001, now)], [10, 3, 0]);
        assert!(!allowance.take_at(peer(3), Used { things: 11, bytes: 1 }, now));
        let others: usize = (4..10_000).map(|n| taken(n, 0, now)).sum();
        assert_eq!(others, 160 - 13);
        assert!(allowance.hour.lock().unwrap().by.len() < 160);
        assert_eq!([taken(1, 1, now + HOUR / 2), taken(1, 1, now + HOUR)], [0, 10]);
    }
}
