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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::cases::{at, code, given, key};
    use event::{CaseClosed, CaseOpened};

    #[test]
    fn what_the_events_of_a_case_leave() {
        let opened = |ground: &str| {
            let (case, ground) = (key("1"), code(ground));
            let (initiator, contacted_at, deadline_group, special_support) = (None, None, None, None);
            let opened = CaseOpened { case, ground, initiator, contacted_at, deadline_group, special_support };
            CaseEvent::CaseOpened(opened)
        };
        let closed = || CaseEvent::CaseClosed(CaseClosed { case: key("1"), ground: None });
        let pending = |case: &Case| (case.spans.since(at(9)), case.spans.shown(at(9)).and_then(|it| it.what.clone()));
        given([(1, opened("notice"))]).then(pending, (Some(at(1)), code("notice")));
        given([(1, opened("notice")), (3, closed())]).then(pending, (None, code("notice")));
        given([(3, closed()), (1, opened("notice"))]).then(pending, (None, code("notice")));
        given([(1, opened("notice")), (5, opened(""))]).then(pending, (Some(at(1)), code("notice")));
        given([(1, opened("notice")), (3, closed()), (5, opened("letter"))])
            .then(pending, (Some(at(5)), code("letter")));
        given([(3, closed())]).then(pending, (None, None));
    }
}
