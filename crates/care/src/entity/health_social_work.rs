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

entity!(HealthSocialWork { spans });

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
