//! Lists that heal: a source states everything that holds as of a time.
//!
//! A nightly list spans many clients, and an event belongs to one record. So one list becomes two kinds of event. Each
//! *line* is an event in its own client's stream ([`StayStated`], [`crate::WorkerAssigned`]): it heals a start that was
//! lost. The *list* is one event in the stream of the source itself ([`CurrentStaysStated`], [`WorkersStated`]), with
//! every key that is on it: what is no longer on it has ended, which heals an end that was lost. The list carries its
//! keys, so it never depends on whether its lines came: no stay ends because a line is late or in quarantine.
//! A directory ([`DirectoryStated`]) is one event: it is about no client.
//! `care::list` puts the two together.
//!
//! A half-empty list would end every stay that it does not name. So a list carries how much it may end on its own, by
//! the configuration of its sender. A list that ends more waits until somebody confirms it ([`ListConfirmed`]). A list
//! from a source that is not configured to state lists always waits.

mod coverage;
mod directory;

pub use coverage::*;
pub use directory::*;

use crate::wire::wire;
use crate::{Code, Instant, Token, Ward, WorkerRole};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How much of what stood before it a list may end on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MayEnd {
    /// Nothing: its source is not configured to state lists.
    Nothing,
    /// No more than the greater of the two.
    UpTo {
        /// Per cent of the keys on the list before it.
        percent: u32,
        /// This many in any case.
        at_least: u32,
    },
}

impl MayEnd {
    /// A half, and ten in any case.
    pub const USUAL: Self = Self::UpTo { percent: 50, at_least: 10 };

    /// Everything.
    pub const EVERYTHING: Self = Self::UpTo { percent: 100, at_least: 0 };

    /// May a list end `gone` of the `before` keys on the list before it? `None`: there was no list.
    #[must_use]
    pub fn allows(self, gone: usize, before: Option<usize>) -> bool {
        match (self, before) {
            (Self::Nothing, _) => false,
            (Self::UpTo { .. }, None) => true,
            (Self::UpTo { percent, at_least }, Some(before)) => {
                let wide = |n: usize| u128::try_from(n).unwrap_or(u128::MAX);
                wide(gone) <= u128::from(at_least) || wide(gone) * 100 <= wide(before) * u128::from(percent)
            }
        }
    }
}

/// Every stay in progress on some wards of a source. In the stream of the source itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentStaysStated {
    /// The source's clock when the list was true.
    pub as_of: Instant,
    /// The wards it is complete for, sorted and distinct; empty: the whole source.
    pub wards: Vec<Ward>,
    /// Every stay on it, sorted and distinct.
    pub stays: Vec<Token>,
    /// How much it may end on its own.
    pub may_end: MayEnd,
}

/// Every assignment in force at a source. In the stream of the source itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkersStated {
    /// The source's clock when the list was true.
    pub as_of: Instant,
    /// The roles it is complete for, sorted and distinct; empty: all.
    pub roles: Vec<WorkerRole>,
    /// Every assignment on it, sorted and distinct.
    pub assignments: Vec<Token>,
    /// How much it may end on its own.
    pub may_end: MayEnd,
}

/// An operator confirms a list that ends more than it may on its own. In the stream of the source itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListConfirmed {
    /// The event that stated the list.
    pub list: Uuid,
    /// Keyed token of the person who decided.
    pub decider: Option<Token>,
    /// Why.
    pub reason: Option<Code>,
}

// === on the wire ===

wire!(CurrentStaysStated { as_of, wards, stays, may_end });
wire!(WorkersStated { as_of, roles, assignments, may_end });
wire!(ListConfirmed { list, decider, reason });

#[cfg(test)]
mod tests {
    use super::MayEnd;

    /// How many keys of how many are gone, and whether the list may end them on its own.
    #[test]
    fn a_list_ends_half_or_ten_on_its_own() {
        for (gone, before, allowed) in [
            (0, Some(0), true),
            (10, Some(10), true),
            (10, Some(1_000), true),
            (11, Some(12), false),
            (11, Some(21), false),
            (11, Some(22), true),
            (500, Some(1_000), true),
            (501, Some(1_000), false),
            (0, None, true),
        ] {
            assert_eq!(MayEnd::USUAL.allows(gone, before), allowed, "{gone} of {before:?}");
            assert!(!MayEnd::Nothing.allows(gone, before));
        }
    }
}
