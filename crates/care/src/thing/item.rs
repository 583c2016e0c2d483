//! One thing in the record, as it is decided about.

use super::data::Data;
use crate::fact::Origin;
use event::{Code, Event, Instant, Register, Token};

/// One thing in the record that may be shown or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The register that it is written in.
    pub register: Register,
    /// Of what kind it is.
    pub data: Data,
    /// Its service tasks, as far as they are known.
    pub tasks: Vec<Code>,
    /// Its key, if it has one: a stay's, a plan's.
    pub key: Option<Token>,
    /// The source that reported it.
    pub source: String,
    /// The controller of the register, where the message gave it.
    pub controller: Option<Code>,
    /// When it began.
    pub from: Instant,
    /// When it was over, or was reported last; `None`: it goes on.
    pub to: Option<Instant>,
}

impl Item {
    /// What `origin` reported: something that took place at one time.
    #[must_use]
    pub fn of(origin: &Origin, data: Data) -> Self {
        Self {
            register: origin.register,
            data,
            tasks: Vec::new(),
            key: None,
            source: origin.source.clone(),
            controller: origin.controller.clone(),
            from: origin.happened_at,
            to: Some(origin.happened_at),
        }
    }

    /// An event by itself.
    pub(crate) fn of_event(event: &Event, data: Data) -> Self {
        Self {
            register: event.register,
            data,
            tasks: Vec::new(),
            key: None,
            source: event.source.clone(),
            controller: event.controller.clone(),
            from: event.happened_at,
            to: Some(event.happened_at),
        }
    }

    /// With its key.
    #[must_use]
    pub fn keyed(self, key: Option<Token>) -> Self {
        Self { key, ..self }
    }

    /// With its service tasks.
    #[must_use]
    pub fn with_tasks(self, tasks: Vec<Code>) -> Self {
        Self { tasks, ..self }
    }

    /// Something that begins and ends: not over before it was reported last.
    #[must_use]
    pub fn lasting(self, from: Instant, to: Option<Instant>) -> Self {
        let reported = self.from;
        Self { from: from.min(reported), to: to.map(|to| to.max(reported)), ..self }
    }
}
