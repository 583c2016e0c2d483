//! How much of everything.

use std::time::Duration;

/// The sizes of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    /// Of projection, rebuild, MLLP over Kafka and late events: ten of each client.
    pub(crate) events: u32,
    pub(crate) clients: u32,
    /// Messages of MLLP without Kafka.
    pub(crate) direct: u32,
    /// Discharges, end to end.
    pub(crate) discharges: u32,
    /// Each rate of questions, and each ceiling that is bounded by time.
    pub(crate) lasting: Duration,
    /// The highest rate of questions that is tried.
    pub(crate) rate: f64,
    /// Clients of the counties that grow.
    pub(crate) counties: &'static [u32],
    /// People of the county that operators look through.
    pub(crate) people: u32,
    /// Duty workers who use the page at once.
    pub(crate) users: u32,
}

/// What the figures are stated for.
pub(crate) const FULL: Scale = Scale {
    events: 200_000,
    clients: 20_000,
    direct: 60_000,
    discharges: 300,
    lasting: Duration::from_secs(4),
    rate: 100_000.0,
    counties: &[10_000, 100_000, 1_000_000],
    people: 1_700_000,
    users: 50,
};

/// A tenth, and no large county.
pub(crate) const QUICK: Scale = Scale {
    events: 20_000,
    clients: 2_000,
    direct: 6_000,
    discharges: 50,
    lasting: Duration::from_secs(1),
    rate: 100_000.0,
    counties: &[10_000],
    people: 17_000,
    users: 50,
};

/// Enough to see that everything works; its figures mean nothing.
#[cfg(test)]
pub(crate) const TINY: Scale = Scale {
    events: 300,
    clients: 30,
    direct: 100,
    discharges: 3,
    lasting: Duration::from_millis(200),
    rate: 800.0,
    counties: &[100],
    people: 340,
    users: 3,
};
