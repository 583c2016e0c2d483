//! How long things took, and how many there were a second.

use std::fmt::{Display, Formatter};
use std::time::Duration;

/// Half of the values are at most the first, 99 of 100 at most the second, all at most the third.
pub(crate) struct Spread(Option<[Duration; 3]>);

impl Spread {
    pub(crate) fn of(mut values: Vec<Duration>) -> Self {
        values.sort_unstable();
        let at =
            |percent: usize| values.get((values.len() * percent / 100).min(values.len().saturating_sub(1))).copied();
        Self(at(50).zip(at(99)).zip(at(100)).map(|((half, most), all)| [half, most, all]))
    }

    /// What 99 of 100 values are at most.
    pub(crate) fn tail(&self) -> Option<Duration> {
        self.0.map(|[_, tail, _]| tail)
    }

    /// The same in milliseconds; `None` of no values.
    pub(crate) fn millis(&self) -> Option<[f64; 3]> {
        self.0.map(|values| values.map(|it| it.as_secs_f64() * 1000.0))
    }
}

impl Display for Spread {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self.millis() {
            Some([half, most, all]) => write!(f, "p50 {half:.1} ms, p99 {most:.1} ms, max {all:.1} ms"),
            None => f.write_str("the same as to the AA"),
        }
    }
}

pub(crate) fn rate(events: u64, took: Duration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "nobody sends 2^52 events")]
    let events = events as f64;
    events / took.as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_of_the_values_that_are_there() {
        let millis =
            |range: std::ops::RangeInclusive<u64>| Spread::of(range.rev().map(Duration::from_millis).collect());
        assert_eq!(millis(1..=100).to_string(), "p50 51.0 ms, p99 100.0 ms, max 100.0 ms");
        assert_eq!(millis(7..=7).to_string(), "p50 7.0 ms, p99 7.0 ms, max 7.0 ms");
        assert_eq!(Spread::of(Vec::new()).to_string(), "the same as to the AA");
    }
}
