//! A case: vireillä oleva asia.

use super::{Evolve, entity};
use crate::fact::span::Spans;
use crate::fact::{Origin, Reported};
use event::{CaseEvent, Code};
use serde::{Deserialize, Serialize};

/// Vireillä oleva asia.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The last event that touched it.
    pub origin: Origin,
    /// Pending since the vireilletulo, by what ground, until closed.
    pub spans: Spans<Option<Code>>,
}

entity!(Case { spans });

impl Evolve for Case {
    type Event = CaseEvent;

    fn new(origin: Origin) -> Self {
        Self { origin, spans: Spans::default() }
    }

    fn evolve(&mut self, reported: &Reported, event: &CaseEvent) {
        let (mark, at) = (reported.mark, reported.happened_at());
        match event {
            CaseEvent::CaseOpened(x) => self.spans.report(mark, at, None, x.ground.clone()),
            CaseEvent::CaseClosed(x) => self.spans.end(mark, at, x.ground.clone()),
        }
    }
}
