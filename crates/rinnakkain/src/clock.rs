//! The clock: the one place where the service reads it.

use anyhow::anyhow;
use event::Instant;
use std::sync::Mutex;
use uuid::Uuid;

/// Now.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the binary's edge: everything else gets the time as an argument"
)]
pub fn now() -> Instant {
    let now = Instant::from_timestamp(jiff::Timestamp::now());
    #[cfg(debug_assertions)]
    let now = now.plus_micros(moved_by(now));
    now
}

/// Names the instant at which a process under test begins, so that a test asks at 02.10 on a Wednesday at any time of any day. Only
/// in a build with debug assertions: a program that is built for use does not read it.
#[cfg(debug_assertions)]
const BEGINS_AT: &str = "TEST_CLOCK_BEGINS_AT";

/// How far the clock of a process under test is from the machine's.
#[cfg(debug_assertions)]
#[expect(clippy::disallowed_methods, reason = "a test moves the clock of a whole process, and no configuration may")]
fn moved_by(now: Instant) -> i64 {
    static MOVED: std::sync::OnceLock<i64> = std::sync::OnceLock::new();
    *MOVED.get_or_init(|| {
        let begins = std::env::var(BEGINS_AT).ok().and_then(|at| at.parse().ok());
        begins.map_or(0, |at| Instant::from_timestamp(at).as_micros() - now.as_micros())
    })
}

/// The times at which messages were received. They rise strictly within one process, even when the clock goes back, so
/// two messages of one minute keep their order of arrival (rule R2).
#[derive(Debug)]
pub struct Arrivals {
    last: Mutex<Instant>,
    /// Drawn at the start: no two processes have the same one, on one machine or on several.
    process: u64,
}

/// The arrival of one copy of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrived {
    pub at: Instant,
    /// Unique among the copies of every process.
    pub id: Uuid,
}

impl Arrivals {
    /// Fails only where the system has no random numbers.
    pub fn try_new() -> anyhow::Result<Self> {
        let mut process = [0; 8];
        getrandom::fill(&mut process).map_err(|error| anyhow!("the system has no random numbers: {error}"))?;
        Ok(Self { last: Mutex::new(Instant::MIN), process: u64::from_be_bytes(process) })
    }

    /// Of the message that has just been received.
    pub fn next(&self) -> Arrived {
        let at = self.after(now());
        Arrived { at, id: Uuid::from_u64_pair(self.process, at.as_micros().cast_unsigned()) }
    }

    fn after(&self, now: Instant) -> Instant {
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *last = now.max(last.plus_micros(1));
        *last
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn arrivals_rise_strictly_whatever_the_clock_does() {
        let at = |micros| Instant::from_micros(micros).unwrap();
        let arrivals = Arrivals::try_new().unwrap();
        let received: Vec<_> = [10, 10, 5, 12, 100].map(|clock| arrivals.after(at(clock))).into();
        assert_eq!(received, [10, 11, 12, 13, 100].map(at));
    }

    #[test]
    fn no_two_copies_have_one_id_whichever_process_took_them() {
        let (one, other) = (Arrivals::try_new().unwrap(), Arrivals::try_new().unwrap());
        let ids: BTreeSet<Uuid> = (0..100).flat_map(|_| [one.next().id, other.next().id]).collect();
        assert_eq!(ids.len(), 200);
        assert_ne!(one.process, other.process);
    }
}
