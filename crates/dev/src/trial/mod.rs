//! A trial (`cargo faults`): the product under load, in parts as a county would run them, while one thing after another
//! breaks.
//!
//! Three brokers, a PostgreSQL, two ingests, two projectors, a server; every process reaches what is not its own over a
//! link that can be cut. Beside them runs an oracle: a projector with a database of its own that no fault ever touches.
//! Senders keep a message until it is acknowledged, as hospitals do; readers ask all the time. A seeded [`Schedule`]
//! picks what breaks. After each fault the trial waits until the product is whole again, and then checks: every
//! acknowledged message is in the record exactly once, the view equals the oracle's byte for byte, and no reader hangs.
//!
//! - `schedule`: what may break, and what breaks next;
//! - `parts`, `volume`: what runs, and the small volumes that can be full;
//! - `strike`: a fault done and undone;
//! - `load`, `readers`: who sends and who asks;
//! - `check`: what must hold; `report`: the outcome; `run`: one after the other.

mod check;
mod load;
mod parts;
mod readers;
mod report;
mod run;
mod schedule;
mod strike;
#[cfg(test)]
mod tests;
mod volume;

pub(crate) use run::Trial;
pub(crate) use schedule::Schedule;

use std::time::Duration;

/// Longer than the session time of readers (3 s) and of brokers (3 s).
const BEYOND_THE_SESSION: Duration = Duration::from_secs(5);
