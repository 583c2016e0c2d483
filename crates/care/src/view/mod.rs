//! The parallel view: one client's events, folded.

mod fold;
mod heal;
mod lane;
pub mod oracle;
pub(crate) mod rows;
mod shown;
pub(crate) mod snapshot;
mod stays;

pub use heal::{OnList, Statements, Wanted};
pub use lane::Lane;

use crate::entity::list::{Scope, Stated};
use crate::entity::referral::Referral;
use crate::entity::subject::StatedSubject;
use crate::entity::worker::WorkerStream;
use crate::rule::limits::Limits;
use crate::rule::source::Declared;
use event::{Instant, OrderKey, Received, Register, Token};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// One client's events, folded in the order of their keys. Entities bind by explicit keys only (rule R5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParallelView {
    /// The highest key folded in: an event at or below it makes the client be folded anew.
    pub last: Option<OrderKey>,
    /// What the patient register has.
    pub health: Lane,
    /// What the register of social care has.
    pub social: Lane,
    /// By referral id. Of two registers: of who asked, and of who answers.
    pub referrals: BTreeMap<Token, Referral>,
    /// What stands in a stream that is no client's.
    pub streams: Streams,
    /// Of a view of the past: a turvakielto has been set since, and hides the places of then. Not part of the view's bytes.
    #[serde(skip)]
    pub protected_since: bool,
    /// How long what nobody ends counts. Not part of the view's bytes.
    #[serde(skip)]
    pub limits: Limits,
}

/// What stands in the stream of a worker, of a source, or of a thing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Streams {
    /// By the worker's key.
    pub workers: BTreeMap<Token, WorkerStream>,
    /// Whole lists, by source and scope.
    pub stated: BTreeMap<(String, Scope), Stated>,
    /// Lists that are confirmed and were not met yet in the order of the fold.
    pub confirmed: BTreeSet<Uuid>,
    /// Whose a stay, a referral or a team is, by its key.
    pub subjects: BTreeMap<Token, StatedSubject>,
    /// What sources speak for, by source.
    pub declared: BTreeMap<String, Declared>,
}

impl ParallelView {
    /// Raised with each change of what a view holds or how events fold into it.
    pub const VERSION: i32 = 7;

    /// Folds a client's events, in whatever order they are given.
    #[must_use]
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Received>) -> Self {
        let mut events: Vec<_> = events.into_iter().collect();
        events.sort_by_key(|received| received.order_key());
        let mut view = Self::default();
        for received in events {
            view.evolve(received);
        }
        view
    }

    /// True if `received` may be folded on top of what is there.
    #[must_use]
    pub fn takes_next(&self, received: &Received) -> bool {
        self.last.is_none_or(|last| last < received.order_key())
    }

    /// The lane of a register.
    #[must_use]
    pub fn lane(&self, register: Register) -> &Lane {
        match register {
            Register::Patient => &self.health,
            Register::Social => &self.social,
        }
    }

    /// Both lanes.
    #[must_use]
    pub fn lanes(&self) -> [&Lane; 2] {
        let Self { last: _, health, social, referrals: _, streams: _, protected_since: _, limits: _ } = self;
        [health, social]
    }

    pub(crate) fn lanes_mut(&mut self) -> [&mut Lane; 2] {
        [&mut self.health, &mut self.social]
    }

    /// The records of the person, and of what has a stream of its own.
    pub(crate) fn records(&self) -> BTreeSet<Token> {
        let lanes = self.lanes().into_iter().flat_map(Lane::records);
        lanes.chain(self.referrals.values().flat_map(Referral::records)).collect()
    }

    /// Is a turvakielto in force: by any record, for a source that has not heard of it does not lift it.
    #[must_use]
    pub fn is_protected_at(&self, now: Instant) -> bool {
        let mut persons = self.lanes().into_iter().flat_map(|lane| lane.persons.values());
        self.protected_since || persons.any(|person| person.non_disclosure.in_force_at(now))
    }
}
