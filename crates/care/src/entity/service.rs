//! A service of social care, from the agreed start to its end.

use super::{Evolve, entity};
use crate::fact::mark::{Mark, is_newest, keep};
use crate::fact::span::Spans;
use crate::fact::{Origin, Reported};
use event::{Code, Instant, ServiceEvent, Token};
use serde::{Deserialize, Serialize};

/// A service of social care.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// The last event that touched it.
    pub origin: Origin,
    /// The decision that it is based on, if reported.
    pub decision: Option<Token>,
    /// Palvelutehtävä.
    pub service_task: Option<Code>,
    /// The agreed start, as last reported.
    pub agreed_at: Option<Instant>,
    /// Begun, until ended.
    pub spans: Spans<()>,
    /// Where its last report stands.
    pub newest: Option<Mark>,
}

entity!(Service { decision, service_task, agreed_at, spans, newest });

/// Where a service is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceStatus {
    /// Its start is agreed.
    Agreed,
    /// It is given.
    Started,
    /// It is over.
    Ended,
}

impl Evolve for Service {
    type Event = ServiceEvent;

    fn new(origin: Origin) -> Self {
        Self { origin, decision: None, service_task: None, agreed_at: None, spans: Spans::default(), newest: None }
    }

    fn evolve(&mut self, reported: &Reported, event: &ServiceEvent) {
        let mark = reported.mark;
        match event {
            ServiceEvent::ServiceStartAgreed(x) => {
                let newest = self.report(&mark, x.decision, x.service_task.clone());
                keep(&mut self.agreed_at, Some(x.starts_at), newest);
            }
            ServiceEvent::ServiceStarted(x) => {
                self.report(&mark, x.decision, x.service_task.clone());
                self.spans.report(mark, x.started_at, None, ());
            }
            ServiceEvent::ServiceEnded(x) => self.spans.end(mark, x.ended_at, x.reason.clone()),
        }
    }
}

impl Service {
    fn report(&mut self, mark: &Mark, decision: Option<Token>, service_task: Option<Code>) -> bool {
        let newest = is_newest(&mut self.newest, mark);
        keep(&mut self.decision, decision, newest);
        keep(&mut self.service_task, service_task, newest);
        newest
    }

    /// Where it is at `now`.
    #[must_use]
    pub fn status(&self, now: Instant) -> ServiceStatus {
        let over = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        if self.spans.at(now).is_some() {
            ServiceStatus::Started
        } else if self.spans.all().iter().any(|it| over(it.until())) || over(self.spans.only_end().map(|end| end.at)) {
            ServiceStatus::Ended
        } else {
            ServiceStatus::Agreed
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::cases::{at, code, given, key};
    use event::{ServiceEnded, ServiceStartAgreed, ServiceStarted};

    #[test]
    fn what_the_events_of_a_service_leave() {
        let (service, decision) = (key("1"), None);
        let agreed = |task: &str| {
            let (service_task, starts_at) = (code(task), at(4));
            ServiceEvent::ServiceStartAgreed(ServiceStartAgreed { service, decision, service_task, starts_at })
        };
        let started = |minute| {
            let (service_task, started_at) = (None, at(minute));
            ServiceEvent::ServiceStarted(ServiceStarted { service, decision, service_task, started_at })
        };
        let ended = |minute| ServiceEvent::ServiceEnded(ServiceEnded { service, ended_at: at(minute), reason: None });
        let what = |it: &Service| (it.status(at(9)), it.service_task.clone());
        given([(1, agreed("home"))]).then(what, (ServiceStatus::Agreed, code("home")));
        given([(1, agreed("home")), (4, started(4))]).then(what, (ServiceStatus::Started, code("home")));
        given([(4, started(4)), (1, agreed("home"))]).then(what, (ServiceStatus::Started, code("home")));
        given([(4, started(4)), (6, ended(6))]).then(what, (ServiceStatus::Ended, None));
        given([(6, ended(6)), (4, started(4))]).then(what, (ServiceStatus::Ended, None));
        given([(4, started(4)), (6, ended(12))]).then(what, (ServiceStatus::Started, None));
    }
}
