//! What every kind of entity has, and the one walk over all of them.
//!
//! What may be seen is left, and what leads to a place is taken out, of each kind alike. Forgetting one would disclose it. So
//! nothing else goes over a view by kinds: a view and an entity are taken apart here without `..`, and a new kind, or a new
//! field, does not compile until somebody has decided what it is.

use crate::referral::Referral;
use crate::stated::{Scope, Stated};
use crate::unplaced::Unplaced;
use crate::view::{Origin, ParallelView};
use event::{Instant, Register, Token};
use std::collections::BTreeMap;

/// An entity of a view: of one register, by its last event.
pub(crate) trait Entity {
    fn origin(&self) -> &Origin;

    fn origin_mut(&mut self) -> &mut Origin;

    /// Takes out what leads to a place.
    fn hide_places(&mut self);
}

/// An entity with all its fields: those that lead to no place, and those that do, each with how it is taken out.
macro_rules! entity {
    ($name:ident { $($field:ident),* } $(place $place:ident => $hide:expr),*) => {
        impl $crate::entity::Entity for $name {
            fn origin(&self) -> &$crate::view::Origin {
                &self.origin
            }

            fn origin_mut(&mut self) -> &mut $crate::view::Origin {
                &mut self.origin
            }

            fn hide_places(&mut self) {
                let Self { origin: _, $($field: _,)* $($place),* } = self;
                $($hide;)*
            }
        }
    };
}
pub(crate) use entity;

/// What is done with each kind.
pub(crate) trait Walk {
    fn entities<K: Ord, E: Entity>(&mut self, all: &mut BTreeMap<K, E>);

    /// A referral is of two registers: of who asked, and of who answers.
    fn referrals(&mut self, all: &mut BTreeMap<Token, Referral>);

    fn unplaced(&mut self, all: &mut Vec<Unplaced>);

    fn lists(&mut self, all: &mut BTreeMap<(String, Scope), Stated>);

    fn not_understood(&mut self, since: &mut BTreeMap<Register, Instant>);
}

impl ParallelView {
    pub(crate) fn walk(&mut self, walk: &mut impl Walk) {
        let Self {
            last: _,
            // Of a record, whatever its register: a turvakielto hides places whoever reports it.
            persons: _,
            stays,
            referrals,
            cases,
            assessments,
            clientships,
            assignments,
            health_social_work,
            duty_contacts,
            urgent_needs,
            decisions,
            services,
            plans,
            contacts,
            teams,
            cooperations,
            workers,
            stated,
            // They name an event and a record.
            confirmed: _,
            subjects: _,
            declared,
            unplaced,
            protected_since: _,
            limits: _,
            not_understood,
        } = self;
        walk.entities(stays);
        walk.referrals(referrals);
        walk.entities(cases);
        walk.entities(assessments);
        walk.entities(clientships);
        walk.entities(assignments);
        walk.entities(health_social_work);
        walk.entities(duty_contacts);
        walk.entities(urgent_needs);
        walk.entities(decisions);
        walk.entities(services);
        walk.entities(plans);
        walk.entities(contacts);
        walk.entities(teams);
        walk.entities(cooperations);
        walk.entities(workers);
        walk.lists(stated);
        walk.entities(declared);
        walk.unplaced(unplaced);
        walk.not_understood(not_understood);
    }
}
