//! A trial (`cargo faults`): the product under load, in parts as a county would run them, while whatever can break does.
//!
//! Three brokers, a PostgreSQL, two ingests, two projectors, a server; every process reaches what is not its own over a
//! link that can be cut. Beside them an oracle: a projector on a database of its own that nothing ever happens to. Senders
//! keep a message until it is acknowledged, as hospitals do; readers ask all the time. A seeded [`Schedule`] picks what
//! breaks. After each fault it is waited for the fact that the product is whole again, and then checked: every
//! acknowledged message is in the record exactly once, the view is the oracle's byte for byte, and no reader hangs.
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
