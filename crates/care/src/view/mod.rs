//! The parallel view: one client's events, folded.

mod fold;
mod heal;
mod hide;
mod items;
mod kinds;
mod lane;
pub mod oracle;
pub(crate) mod rows;
pub(crate) mod snapshot;
mod stays;

pub use heal::{Statements, Wanted};
pub use lane::Lane;

use crate::entity::assignment::{Assigned, Assignment};
use crate::entity::declared::Declared;
use crate::entity::list::{Scope, Stated};
use crate::entity::referral::Referral;
use crate::entity::subject::StatedSubject;
use crate::entity::worker::WorkerStream;
use crate::fact::limits::Limits;
use crate::fact::span::Span;
use event::{Instant, OrderKey, ReceivedEvent, Register, Token};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// One client's events, folded in the order of their keys. Entities bind by explicit keys only (rule R5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParallelView {
    /// The highest key folded in: an event at or below it makes the client be refolded. In the view's bytes apart: `snapshot`.
    #[serde(skip)]
    pub last: Option<OrderKey>,
    /// The lane of the patient register.
    pub health: Lane,
    /// The lane of the social register.
    pub social: Lane,
    /// By referral id. They belong to two registers: the requester's and the receiver's.
    pub referrals: BTreeMap<Token, Referral>,
    /// State from streams that belong to no client.
    pub streams: Streams,
    /// Only in a view of the past: a turvakielto has been set since, and hides the places in this view too. Not part of
    /// the view's bytes.
    #[serde(skip)]
    pub protected_since: bool,
    /// How long something counts that nobody ends. Not part of the view's bytes.
    #[serde(skip)]
    pub limits: Limits,
}

/// State from the streams of workers, sources and things.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Streams {
    /// By the worker's key.
    pub workers: BTreeMap<Token, WorkerStream>,
    /// Whole lists, by source and scope.
    pub stated: BTreeMap<(String, Scope), Stated>,
    /// Confirmed lists that the fold has not met yet.
    pub confirmed: BTreeSet<Uuid>,
    /// The subject of a stay, a referral or a team, by its key.
    pub subjects: BTreeMap<Token, StatedSubject>,
    /// What sources declare that they cover, by source.
    pub declared: BTreeMap<String, Declared>,
}

impl ParallelView {
    /// Raised with each change of what a view holds or how events fold into it.
    pub const VERSION: i32 = 19;

    /// Folds a client's events, in whatever order they are given.
    #[must_use]
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a ReceivedEvent>) -> Self {
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
    pub fn takes_next(&self, received: &ReceivedEvent) -> bool {
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

    /// The records of the person, and of everything that has a stream of its own.
    pub(crate) fn records(&self) -> BTreeSet<Token> {
        let lanes = self.lanes().into_iter().flat_map(Lane::records);
        lanes.chain(self.referrals.values().flat_map(Referral::records)).collect()
    }

    /// Is a turvakielto in force? Any record may set it: a source that does not report it does not lift it.
    #[must_use]
    pub fn is_protected_at(&self, now: Instant) -> bool {
        let mut persons = self.lanes().into_iter().flat_map(|lane| lane.persons.values());
        self.protected_since || persons.any(|person| person.non_disclosure.in_force_at(now))
    }

    /// The sources that report, in `register`, somebody who works with the client in a role that is not mapped, and since when. That
    /// may be the own worker, so "none" is not known.
    pub(crate) fn in_unmapped_role(&self, register: Register, at: Instant) -> impl Iterator<Item = (&String, Instant)> {
        let assignments = self.lane(register).assignments.values();
        assignments.filter_map(move |it| {
            let span = self.in_force(it, at).filter(|span| span.what.role.is_none())?;
            Some((&it.origin.source, span.from))
        })
    }

    /// The assignment in force: only while its clientship is in force, too.
    pub(crate) fn in_force<'a>(&self, assignment: &'a Assignment, at: Instant) -> Option<&'a Span<Assigned>> {
        // The clientship may stand in either register.
        let bears = |key: &Token| {
            let mut clientships = self.lanes().into_iter().filter_map(|lane| lane.clientships.get(key));
            clientships.all(|clientship| clientship.bears_at(at))
        };
        assignment.in_force_at(at).filter(|span| span.what.clientship.as_ref().is_none_or(bears))
    }
}
