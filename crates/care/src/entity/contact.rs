//! A contact with the client: a count for the reports. Its time is the last reported, because an appointment moves.

use super::{Evolve, entity};
use crate::fact::revocable::Revocable;
use crate::fact::{Origin, Reported};
use event::{Code, ContactEvent, Instant};
use serde::{Deserialize, Serialize};

/// Somebody was in contact with the client, or will be by appointment: a count for the reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CareContact {
    /// The last event that touched it.
    pub origin: Origin,
    /// Recorded, until cancelled or not kept by the client.
    pub kept: Revocable<Contacted, Option<Code>>,
}

entity!(CareContact {  } place kept => kept.reported_mut().into_iter().for_each(Contacted::hide_places));

/// A contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contacted {
    /// When it is, as last reported.
    pub at: Instant,
    /// Phone, visit, booking.
    pub channel: Option<Code>,
    /// At which unit.
    pub unit: Option<Code>,
}

impl Contacted {
    fn hide_places(&mut self) {
        let Self { at: _, channel: _, unit } = self;
        *unit = None;
    }
}

impl Evolve for CareContact {
    type Event = ContactEvent;

    fn new(origin: Origin) -> Self {
        Self { origin, kept: Revocable::default() }
    }

    fn evolve(&mut self, reported: &Reported, event: &ContactEvent) {
        match event {
            ContactEvent::ContactRecorded(x) => {
                let known = self.kept.in_force().cloned();
                let (channel, unit) = known.map(|it| (it.channel, it.unit)).unwrap_or_default();
                let (channel, unit) = (x.channel.clone().or(channel), x.unit.clone().or(unit));
                self.kept.report(&reported.mark, Contacted { at: reported.happened_at(), channel, unit });
            }
            ContactEvent::ContactCancelled(x) => {
                let known = self.kept.revoked().cloned().flatten();
                self.kept.revoke(reported.mark, x.reason.clone().or(known));
            }
        }
    }
}

impl CareContact {
    /// When it took place, if it did. An appointment that was cancelled, not kept or is still to come is no contact.
    #[must_use]
    pub fn was_at(&self, now: Instant) -> Option<Instant> {
        self.kept.in_force().map(|it| it.at).filter(|at| *at <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::cases::{at, code, given, key};
    use event::{ContactCancelled, ContactRecorded};

    #[test]
    fn what_the_events_of_a_contact_leave() {
        let recorded = |unit: &str| {
            let (contact, unit) = (key("1"), code(unit));
            ContactEvent::ContactRecorded(ContactRecorded { contact, channel: None, unit, mode: None })
        };
        let cancelled = || ContactEvent::ContactCancelled(ContactCancelled { contact: key("1"), reason: None });
        let was_at = |it: &CareContact| it.was_at(at(9));
        given([(1, recorded(""))]).then(was_at, Some(at(1)));
        given([(1, recorded("")), (3, recorded(""))]).then(was_at, Some(at(3)));
        given([(20, recorded(""))]).then(was_at, None);
        given([(1, recorded("")), (3, cancelled())]).then(was_at, None);
        given([(1, cancelled()), (1, recorded(""))]).then(was_at, Some(at(1)));
        given([(3, cancelled()), (5, recorded(""))]).then(was_at, Some(at(5)));
        let unit = |it: &CareContact| it.kept.in_force().and_then(|it| it.unit.clone());
        given([(1, recorded("u")), (3, recorded(""))]).then(unit, code("u"));
    }
}
