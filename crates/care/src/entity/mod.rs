//! The entities of a view: a file each, with its state, how its events change it, and a table of cases.
//!
//! An entity belongs to one register: that of the lane in which it stands. Where places are hidden, everything that
//! leads to one is taken out of every entity. A forgotten field would disclose it, so an entity is taken apart here
//! without `..`: a new field does not compile until somebody decides whether it leads to a place.

pub(crate) mod assessment;
pub(crate) mod assignment;
pub(crate) mod case;
#[cfg(test)]
pub(crate) mod cases;
pub(crate) mod clientship;
pub(crate) mod contact;
pub(crate) mod cooperation;
pub(crate) mod decision;
pub(crate) mod declared;
pub(crate) mod duty_contact;
pub(crate) mod health_social_work;
pub mod list;
pub(crate) mod permission;
pub(crate) mod person;
pub(crate) mod plan;
pub(crate) mod referral;
pub(crate) mod service;
pub(crate) mod stay;
pub(crate) mod subject;
pub(crate) mod team;
pub(crate) mod unplaced;
pub(crate) mod worker;

use crate::fact::{Origin, Reported};
use event::Token;
use std::collections::BTreeMap;

/// An entity of a view.
pub(crate) trait Entity {
    /// The last event that touched it.
    fn origin(&self) -> &Origin;

    fn origin_mut(&mut self) -> &mut Origin;

    /// Takes out what leads to a place.
    fn hide_places(&mut self);
}

/// An entity that has a key, and how its family's events change it.
pub(crate) trait Evolve: Entity {
    type Event;

    /// It took place once: its time is the earliest reported.
    const ONCE: bool = false;

    /// Nothing is known except that `origin` reported something.
    fn new(origin: Origin) -> Self;

    /// The next event in the order of the fold. Total: every event means something in every state.
    fn evolve(&mut self, reported: &Reported, event: &Self::Event);
}

/// Applies the event to the entity with that key: the known one, or a new one.
pub(crate) fn evolve<E: Evolve>(all: &mut BTreeMap<Token, E>, key: Token, reported: &Reported, event: &E::Event) {
    let entity = all.entry(key).or_insert_with(|| E::new(reported.origin.clone()));
    let origin = reported.origin.clone();
    let earliest = entity.origin().happened_at;
    *entity.origin_mut() = if E::ONCE { origin.since(earliest) } else { origin };
    entity.evolve(reported, event);
}

/// An entity with all its fields: those that lead to no place, and those that do, each with how it is taken out.
macro_rules! entity {
    ($name:ident { $($field:ident),* } $(place $place:ident => $hide:expr),*) => {
        impl $crate::entity::Entity for $name {
            fn origin(&self) -> &$crate::fact::Origin {
                &self.origin
            }

            fn origin_mut(&mut self) -> &mut $crate::fact::Origin {
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
