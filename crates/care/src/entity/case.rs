//! A case: vireillä oleva asia, and its urgent need for help.

use super::{Evolve, entity};
use crate::fact::once::Once;
use crate::fact::span::Spans;
use crate::fact::{Origin, Reported};
use event::{CaseEvent, Code};
use serde::{Deserialize, Serialize};

/// Vireillä oleva asia.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The last event that touched it.
    pub origin: Origin,
    /// Pending from vireilletulo, with its ground, until closed.
    pub spans: Spans<Option<Code>>,
    /// The urgent need for help, as assessed at once (1301/2014 36 § 1 mom.): urgent, not urgent.
    pub urgent_need: Once,
}

entity!(Case { spans, urgent_need });

impl Evolve for Case {
    type Event = CaseEvent;

    fn new(origin: Origin) -> Self {
        Self { origin, spans: Spans::default(), urgent_need: Once::default() }
    }

    fn evolve(&mut self, reported: &Reported, event: &CaseEvent) {
        let (mark, at) = (reported.mark, reported.happened_at());
        match event {
            CaseEvent::CaseOpened(x) => self.spans.report(mark, at, None, x.ground.clone()),
            CaseEvent::CaseClosed(x) => self.spans.end(mark, at, x.ground.clone()),
            CaseEvent::UrgentNeedAssessed(x) => self.urgent_need.report(reported, x.result.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::cases::{at, code, given, key};
    use event::{CaseClosed, CaseOpened, UrgentNeedAssessed};

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

    #[test]
    fn what_the_assessments_of_its_urgent_need_leave() {
        let assessed =
            |result: &str| CaseEvent::UrgentNeedAssessed(UrgentNeedAssessed { case: key("1"), result: code(result) });
        let need = |case: &Case| (case.urgent_need.at, case.urgent_need.result.clone());
        given([(1, assessed("urgent"))]).then(need, (Some(at(1)), code("urgent")));
        given([(1, assessed("urgent")), (3, assessed("not-urgent"))]).then(need, (Some(at(1)), code("not-urgent")));
        given([(1, assessed("urgent")), (3, assessed(""))]).then(need, (Some(at(1)), code("urgent")));
        given([(3, assessed("not-urgent")), (1, assessed("urgent"))]).then(need, (Some(at(1)), code("not-urgent")));
    }
}
