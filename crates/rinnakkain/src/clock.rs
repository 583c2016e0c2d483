//! The clock: the one place where the service reads it.

use event::Instant;
use std::sync::Mutex;

/// Now.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the binary's edge: everything else gets the time as an argument"
)]
pub fn now() -> Instant {
    Instant::from_timestamp(jiff::Timestamp::now())
}

/// The times at which messages were received: no two of one process are equal, and none goes back with the clock, so
/// that two messages of one minute keep the order in which they came (rule R2).
#[derive(Debug)]
pub struct Arrivals(Mutex<Instant>);

impl Arrivals {
    pub fn new() -> Self {
        Self(Mutex::new(Instant::MIN))
    }

    /// The time of the message that has just been received.
    pub fn next(&self) -> Instant {
        self.after(now())
    }

    fn after(&self, now: Instant) -> Instant {
        let mut last = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *last = now.max(last.plus_micros(1));
        *last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrivals_rise_strictly_whatever_the_clock_does() {
        let at = |micros| Instant::from_micros(micros).unwrap();
        let arrivals = Arrivals::new();
        let received: Vec<_> = [10, 10, 5, 12, 100].map(|clock| arrivals.after(at(clock))).into();
        assert_eq!(received, [10, 11, 12, 13, 100].map(at));
    }
}
