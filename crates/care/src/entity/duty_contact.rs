//! A contact of the duty social service: sosiaalipäivystys.

use super::{Evolve, entity};
use crate::fact::mark::{Mark, earliest, is_newest, keep};
use crate::fact::{Origin, Reported};
use event::{Code, DutyContactEvent, Instant, Sealed, Token, Worker};
use serde::{Deserialize, Serialize};

/// The duty social service met or spoke with the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyContact {
    /// The last event that touched it.
    pub origin: Origin,
    /// When it took place, if reported.
    pub recorded_at: Option<Instant>,
    /// When the duty service closed it.
    pub closed_at: Option<Instant>,
    /// To whom the matter was handed over.
    pub handed_over_to: Option<Code>,
    /// Palvelutehtävä.
    pub service_task: Option<Code>,
    /// Who of the duty service, and where to call back: the record that names them, and the worker.
    pub worker: Option<(Token, Sealed<Worker>)>,
    /// By when somebody is to call back.
    pub required_by: Option<Instant>,
    /// The professional who opened it through this product.
    pub opened_by: Option<Token>,
    /// Where its last report stands.
    pub newest: Option<Mark>,
}

entity!(DutyContact { recorded_at, closed_at, service_task, worker, required_by, opened_by, newest } place handed_over_to => *handed_over_to = None);

impl Evolve for DutyContact {
    type Event = DutyContactEvent;

    fn new(origin: Origin) -> Self {
        Self {
            origin,
            recorded_at: None,
            closed_at: None,
            handed_over_to: None,
            service_task: None,
            worker: None,
            required_by: None,
            opened_by: None,
            newest: None,
        }
    }

    fn evolve(&mut self, reported: &Reported, event: &DutyContactEvent) {
        let newest = is_newest(&mut self.newest, &reported.mark);
        match event {
            DutyContactEvent::DutyContactRecorded(x) => {
                earliest(&mut self.recorded_at, reported.happened_at());
                keep(&mut self.handed_over_to, x.handed_over_to.clone(), newest);
                keep(&mut self.service_task, x.service_task.clone(), newest);
                keep(&mut self.worker, x.worker.clone().map(|worker| (reported.record(), worker)), newest);
                keep(&mut self.required_by, x.required_by, newest);
                keep(&mut self.opened_by, x.opened_by, newest);
            }
            DutyContactEvent::DutyContactClosed(x) => {
                earliest(&mut self.closed_at, reported.happened_at());
                keep(&mut self.handed_over_to, x.handed_over_to.clone(), newest);
            }
        }
    }
}

/// How long a duty worker who asks to be called back counts as working with the client, if nobody closes the contact: a long
/// weekend and a week's first days.
const AWAITED_SECONDS: i64 = 7 * 24 * 3600;
/// How long a closed contact stays in the list of the professional who opened it: that shift and the next.
const LISTED_SECONDS: i64 = 24 * 3600;

/// A contact as it is listed for the professional who opened it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedContact {
    /// Who opened it.
    pub by: Token,
    /// Until when it is listed.
    pub until: Instant,
}

impl DutyContact {
    /// The longest time after the contact by which a call back may be asked for: a later time is a typing error.
    pub const LATEST_SECONDS: i64 = 30 * 24 * 3600;

    /// Is it open at `at`, and not left open for too long?
    #[must_use]
    pub fn awaits_at(&self, at: Instant) -> Option<Instant> {
        let (since, until) = (self.recorded_at?, self.awaited_until()?);
        let waits = since <= at && until > at && self.closed_at.is_none_or(|closed| closed > at);
        waits.then_some(since)
    }

    /// Until when it is open, if nobody closes it.
    #[must_use]
    pub fn awaited_until(&self) -> Option<Instant> {
        let since = self.recorded_at?;
        let by = self.required_by.map_or(since, |by| by.max(since).min(since.plus_seconds(Self::LATEST_SECONDS)));
        Some(by.plus_seconds(AWAITED_SECONDS))
    }

    /// The row that lists it for the professional who opened it: while it is open, and for a day after it was closed.
    #[must_use]
    pub fn opened(&self) -> Option<OpenedContact> {
        let until = self.closed_at.map(|closed| closed.plus_seconds(LISTED_SECONDS)).or(self.awaited_until())?;
        Some(OpenedContact { by: self.opened_by?, until })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::cases::{at, code, given, key};
    use event::{DutyContactClosed, DutyContactRecorded};

    #[test]
    fn what_the_events_of_a_duty_contact_leave() {
        let recorded = |to: &str| {
            DutyContactEvent::DutyContactRecorded(DutyContactRecorded {
                contact: key("1"),
                handed_over_to: code(to),
                service_task: None,
                worker: None,
                required_by: Some(at(8)),
                opened_by: None,
            })
        };
        let closed = |to: &str| {
            let (contact, handed_over_to) = (key("1"), code(to));
            DutyContactEvent::DutyContactClosed(DutyContactClosed { contact, handed_over_to })
        };
        let what = |it: &DutyContact| (it.recorded_at, it.closed_at, it.handed_over_to.clone());
        given([(1, recorded("")), (3, recorded("u"))]).then(what, (Some(at(1)), None, code("u")));
        given([(1, recorded("u")), (3, closed(""))]).then(what, (Some(at(1)), Some(at(3)), code("u")));
        given([(3, closed("v")), (1, recorded("u"))]).then(what, (Some(at(1)), Some(at(3)), code("v")));
    }

    #[test]
    fn a_contact_that_nobody_closes_is_open_for_a_week_after_its_time() {
        let recorded = |required_by: Option<i64>| {
            DutyContactEvent::DutyContactRecorded(DutyContactRecorded {
                contact: key("1"),
                handed_over_to: None,
                service_task: None,
                worker: None,
                required_by: required_by.map(at),
                opened_by: None,
            })
        };
        let closed = DutyContactClosed { contact: key("1"), handed_over_to: None };
        let day = |n: i64| n * 24 * 60;
        let open = |then: i64| move |it: &DutyContact| it.awaits_at(at(then)).is_some();
        given([(1, recorded(None))]).then(open(0), false);
        given([(1, recorded(None))]).then(open(day(7)), true);
        given([(1, recorded(None))]).then(open(day(7) + 1), false);
        given([(1, recorded(Some(day(2))))]).then(open(day(9) - 1), true);
        given([(1, recorded(Some(day(9999))))]).then(open(day(37) + 1), false);
        given([(1, recorded(None)), (3, DutyContactEvent::DutyContactClosed(closed))]).then(open(4), false);
    }

    #[test]
    fn who_opened_a_contact_finds_it_while_it_is_open_and_a_day_after() {
        let recorded = |by: Option<&str>| {
            DutyContactEvent::DutyContactRecorded(DutyContactRecorded {
                contact: key("1"),
                handed_over_to: None,
                service_task: None,
                worker: None,
                required_by: None,
                opened_by: by.map(key),
            })
        };
        let closed = || {
            let (contact, handed_over_to) = (key("1"), None);
            DutyContactEvent::DutyContactClosed(DutyContactClosed { contact, handed_over_to })
        };
        let day = |n: i64| n * 24 * 60;
        let until = |it: &DutyContact| it.opened().map(|it| (it.by, it.until));
        given([(1, recorded(Some("p")))]).then(until, Some((key("p"), at(day(7) + 1))));
        given([(1, recorded(Some("p"))), (3, closed())]).then(until, Some((key("p"), at(day(1) + 3))));
        given([(1, recorded(None))]).then(until, None);
    }
}
