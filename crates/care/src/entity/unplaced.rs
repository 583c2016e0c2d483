//! A fact that has no key to bind it (rule R5). It stays in its lane; stays are derived from it after the fold.

use crate::entity::referral::{Answer, Request, Step};
use crate::entity::stay::StayFact;
use crate::fact::mark::Mark;
use crate::fact::{Origin, Reported};
use event::{ReferralEvent, StayEvent};
use serde::{Deserialize, Serialize};

/// A fact that has no key to bind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unplaced {
    /// Of a stay without a visit number.
    Stay {
        /// Its place in the order.
        mark: Mark,
        /// Who reported it.
        origin: Origin,
        /// What.
        fact: StayFact,
    },
    /// A request without an id: no answer can ever be bound to it.
    Referral(Request),
    /// An answer without the request's id.
    ReferralAnswer(Answer),
}

impl Unplaced {
    pub(crate) fn stay(reported: &Reported, event: &StayEvent) -> Self {
        Self::Stay { mark: reported.mark, origin: reported.origin.clone(), fact: StayFact::of(event) }
    }

    pub(crate) fn referral(reported: &Reported, event: &ReferralEvent) -> Self {
        match Step::of(event, reported) {
            Step::Asked(_, request) => Self::Referral(request),
            Step::Answered(_, answer) => Self::ReferralAnswer(answer),
        }
    }

    /// Who reported it.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        match self {
            Self::Stay { origin, .. } => origin,
            Self::Referral(request) => &request.origin,
            Self::ReferralAnswer(answer) => &answer.origin,
        }
    }

    /// Takes out what leads to a place.
    pub(crate) fn hide_places(&mut self) {
        match self {
            Self::Stay { mark: _, origin: _, fact } => fact.forget_wards(),
            // Counted, never shown.
            Self::Referral(_) | Self::ReferralAnswer(_) => {}
        }
    }

    pub(crate) fn origin_mut(&mut self) -> &mut Origin {
        match self {
            Self::Stay { origin, .. } => origin,
            Self::Referral(request) => &mut request.origin,
            Self::ReferralAnswer(answer) => &mut answer.origin,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::cases::{at, given};
    use event::{StayStarted, Ward};

    #[test]
    fn a_fact_without_a_key_loses_its_ward_where_places_are_hidden() {
        let started = StayStarted {
            stay: None,
            class: None,
            ward: Ward::try_new("A"),
            started_at: at(1),
            protected_speciality: None,
            unit: None,
            facility: None,
        };
        let mut facts = given([(1, StayEvent::StayStarted(started))])
            .fold(Vec::new(), |facts, reported, event| facts.push(Unplaced::stay(reported, event)));
        facts.iter_mut().for_each(Unplaced::hide_places);
        let left = StayFact::Started { class: None, ward: None, started_at: at(1) };
        assert!(matches!(&facts[..], [Unplaced::Stay { fact, .. }] if *fact == left), "{facts:?}");
    }
}
