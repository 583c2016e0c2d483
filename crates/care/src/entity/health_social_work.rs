//! Social work in health care: terveyssosiaalityö.

use super::{Evolve, entity};
use crate::fact::span::{Report, Span, Spans};
use crate::fact::{Origin, Reported};
use event::{Code, HealthSocialWorkEvent, Instant, Sealed, Token, Worker};
use serde::{Deserialize, Serialize};

/// Social work in health care.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthSocialWork {
    /// The last event that touched it.
    pub origin: Origin,
    /// When it is under way.
    pub spans: Spans<OpenHealthSocialWork>,
}

entity!(HealthSocialWork {  } place spans => spans.each_mut(OpenHealthSocialWork::hide_places));

/// Open social work in health care.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenHealthSocialWork {
    /// Who, if reported, and the record that opens it.
    pub worker: Option<(Token, Sealed<Worker>)>,
    /// Through which channel it began.
    pub channel: Option<Code>,
}

impl Report for OpenHealthSocialWork {
    fn over(self, known: Self) -> Self {
        Self { worker: self.worker.or(known.worker), channel: self.channel.or(known.channel) }
    }
}

impl OpenHealthSocialWork {
    /// Removes what leads to a place: nothing does. `ContactPoint::seen` decides how much of a worker is shown.
    fn hide_places(&mut self) {
        let Self { worker: _, channel: _ } = self;
    }
}

impl Evolve for HealthSocialWork {
    type Event = HealthSocialWorkEvent;

    fn new(origin: Origin) -> Self {
        Self { origin, spans: Spans::default() }
    }

    fn evolve(&mut self, reported: &Reported, event: &HealthSocialWorkEvent) {
        let (mark, at) = (reported.mark, reported.happened_at());
        match event {
            HealthSocialWorkEvent::HealthSocialWorkOpened(x) => {
                let worker = x.worker.clone().map(|worker| (reported.record(), worker));
                let open = OpenHealthSocialWork { worker, channel: x.channel.clone() };
                self.spans.report(mark, at, x.until, open);
            }
            HealthSocialWorkEvent::HealthSocialWorkClosed(x) => self.spans.end(mark, at, x.outcome.clone()),
        }
    }
}

impl HealthSocialWork {
    /// The work under way at `now`.
    #[must_use]
    pub fn open_at(&self, now: Instant) -> Option<&Span<OpenHealthSocialWork>> {
        self.spans.at(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::cases::{at, code, given, key};
    use event::{HealthSocialWorkClosed, HealthSocialWorkOpened};

    #[test]
    fn what_the_events_of_health_social_work_leave() {
        let opened = |channel: &str, until: Option<i64>| {
            let (work, channel, until) = (key("1"), code(channel), until.map(at));
            let opened = HealthSocialWorkOpened { work, channel, worker: None, until, unit: None };
            HealthSocialWorkEvent::HealthSocialWorkOpened(opened)
        };
        let closed = || {
            let closed = HealthSocialWorkClosed { work: key("1"), outcome: None };
            HealthSocialWorkEvent::HealthSocialWorkClosed(closed)
        };
        let open = |it: &HealthSocialWork| it.open_at(at(9)).map(|span| (span.from, span.what.channel.clone()));
        given([(1, opened("booking", None))]).then(open, Some((at(1), code("booking"))));
        given([(1, opened("booking", None)), (3, opened("", None))]).then(open, Some((at(1), code("booking"))));
        given([(1, opened("", Some(8)))]).then(open, None);
        given([(1, opened("", None)), (3, closed())]).then(open, None);
        given([(3, closed()), (1, opened("", None))]).then(open, None);
        given([(3, closed()), (5, opened("", None))]).then(open, Some((at(5), None)));
    }
}
