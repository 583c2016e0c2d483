//! A clientship: asiakkuus.

use super::{Evolve, entity};
use crate::fact::mark::Mark;
use crate::fact::span::{Report, Span, Spans};
use crate::fact::{Origin, Reported};
use event::{ClientshipEvent, Code, Instant};
use serde::{Deserialize, Serialize};

/// Asiakkuus: open, until closed with its ground.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clientship {
    /// The last event that touched it.
    pub origin: Origin,
    /// When it is in force.
    pub spans: Spans<OpenClientship>,
}

entity!(Clientship {  } place spans => spans.each_mut(OpenClientship::hide_places));

/// An open clientship.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenClientship {
    /// Palvelutehtävä.
    pub service_task: Option<Code>,
    /// Why no own worker is named, if reported, and where that report stands: a later naming supersedes it.
    pub own_worker_not_named: Option<(Code, Mark)>,
}

impl Report for OpenClientship {
    fn over(self, known: Self) -> Self {
        Self {
            service_task: self.service_task.or(known.service_task),
            own_worker_not_named: self.own_worker_not_named.or(known.own_worker_not_named),
        }
    }
}

impl OpenClientship {
    /// Removes what leads to a place: nothing does. `ContactPoint::seen` decides how much of a worker is shown.
    fn hide_places(&mut self) {
        let Self { service_task: _, own_worker_not_named: _ } = self;
    }
}

impl Evolve for Clientship {
    type Event = ClientshipEvent;

    fn new(origin: Origin) -> Self {
        Self { origin, spans: Spans::default() }
    }

    fn evolve(&mut self, reported: &Reported, event: &ClientshipEvent) {
        let (mark, at) = (reported.mark, reported.happened_at());
        match event {
            ClientshipEvent::ClientshipOpened(x) => {
                let own_worker_not_named = x.own_worker_not_named.clone().map(|code| (code, mark));
                let open = OpenClientship { service_task: x.service_task.clone(), own_worker_not_named };
                self.spans.report(mark, at, None, open);
            }
            ClientshipEvent::ClientshipClosed(x) => self.spans.end(mark, at, x.ground.clone()),
        }
    }
}

impl Clientship {
    /// The clientship in force at `now`.
    #[must_use]
    pub fn open_at(&self, now: Instant) -> Option<&Span<OpenClientship>> {
        self.spans.at(now)
    }

    /// Its service task, as last reported.
    #[must_use]
    pub fn service_task(&self) -> Option<&Code> {
        self.spans.all().iter().rev().find_map(|span| span.what.service_task.as_ref())
    }

    /// May its assignments be in force? A clientship whose beginning nobody reported restricts nothing until its end.
    #[must_use]
    pub fn bears_at(&self, now: Instant) -> bool {
        let unknown = self.spans.all().is_empty() && self.spans.only_end().is_none_or(|end| end.at > now);
        unknown || self.open_at(now).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::cases::{at, code, given, key};
    use event::{ClientshipClosed, ClientshipOpened};

    #[test]
    fn what_the_events_of_a_clientship_leave() {
        let opened = |task: &str| {
            let (clientship, service_task) = (key("1"), code(task));
            let opened = ClientshipOpened { clientship, service_task, own_worker_not_named: None };
            ClientshipEvent::ClientshipOpened(opened)
        };
        let closed = || ClientshipEvent::ClientshipClosed(ClientshipClosed { clientship: key("1"), ground: None });
        let open = |it: &Clientship| it.open_at(at(9)).map(|span| (span.from, span.what.service_task.clone()));
        given([(1, opened("adults"))]).then(open, Some((at(1), code("adults"))));
        given([(1, opened("adults")), (3, opened(""))]).then(open, Some((at(1), code("adults"))));
        given([(1, opened("adults")), (3, closed())]).then(open, None);
        given([(3, closed()), (1, opened("adults"))]).then(open, None);
        given([(1, opened("adults")), (3, closed()), (5, opened("families"))])
            .then(open, Some((at(5), code("families"))));
        // Without a known beginning it binds nothing until its end.
        given([(3, closed())]).then(|it: &Clientship| (it.bears_at(at(2)), it.bears_at(at(9))), (true, false));
    }
}
