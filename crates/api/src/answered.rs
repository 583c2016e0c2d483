//! An answer on its way from the decision to the caller.

use care::source::{NotConnected, SourceState};
use event::Instant;

/// An answer, and what it rests on.
pub(crate) struct Answered<T> {
    /// The answer itself.
    pub(crate) what: T,
    /// The status of every source.
    pub(crate) states: Vec<SourceState>,
    /// What is not connected.
    pub(crate) not_connected: Vec<NotConnected>,
    /// The instant that the answer holds for.
    pub(crate) at: Instant,
    /// Whether it tells of a person.
    pub(crate) of_somebody: bool,
    /// Nobody is found, or nobody who is the asker's client.
    pub(crate) nobody: bool,
}
