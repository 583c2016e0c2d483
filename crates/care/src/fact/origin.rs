//! Where a fact comes from, and where it stands.

use super::mark::Mark;
use event::{Code, Instant, ReceivedEvent, Register, Token};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where a fact comes from (703/2023 39 §: what, from whom, when).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The configured name of the source.
    pub source: String,
    /// The register it belongs to.
    pub register: Register,
    /// The record in whose stream it is; opens sealed values.
    pub record: Token,
    /// The event.
    pub event: Uuid,
    /// When it took place.
    pub happened_at: Instant,
    /// When the source recorded it.
    pub recorded_at: Instant,
    /// The controller of the register, where the message gives it.
    pub controller: Option<Code>,
}

impl Origin {
    pub(crate) fn of(received: &ReceivedEvent) -> Self {
        let event = &received.event;
        Self {
            source: event.source.clone(),
            register: event.register,
            record: event.record.key,
            event: event.id,
            happened_at: event.happened_at,
            recorded_at: event.recorded_at,
            controller: event.controller.clone(),
        }
    }

    /// The same origin, with the earlier of both times: a second report of a fact does not move its time.
    pub(crate) fn since(self, earliest: Instant) -> Self {
        Self { happened_at: self.happened_at.min(earliest), ..self }
    }
}

/// An event, as an entity meets it in the order of the fold.
#[derive(Clone, Debug)]
pub(crate) struct Reported {
    pub origin: Origin,
    pub mark: Mark,
}

impl Reported {
    pub(crate) fn of(received: &ReceivedEvent) -> Self {
        Self { origin: Origin::of(received), mark: Mark::of(received) }
    }

    /// When it took place, by the source.
    pub(crate) fn happened_at(&self) -> Instant {
        self.origin.happened_at
    }

    /// The record in whose stream it stands; opens sealed values.
    pub(crate) fn record(&self) -> Token {
        self.origin.record
    }
}
