//! The lists of a source as a row, and how a list without an earlier one is measured.

use super::standing::{Listed, Standing};
use super::{Scope, Stated};
use crate::fact::mark::{CLOCK_TOLERANCE_SECONDS, Mark};
use event::{Instant, MayEnd, Register, Token};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The lists of a source as a row: found by the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedRow {
    /// The source.
    pub source: String,
    /// What they are complete for.
    pub scope: Scope,
    /// When the one in force was true; `None`: none is.
    pub as_of: Option<Instant>,
    /// When we received it.
    pub received: Option<Instant>,
    /// Every key on it.
    pub keys: BTreeSet<Token>,
    /// The list in force must be measured before it counts: see [`StatedRow::measure`].
    pub unmeasured: Option<Unmeasured>,
    /// The one that waits.
    pub pending: Option<PendingList>,
}

/// A list without an earlier one to measure how much it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmeasured {
    /// The event that stated it.
    pub list: Uuid,
    /// The register that it is stated in.
    pub register: Register,
    /// How much it may end on its own.
    pub may_end: MayEnd,
}

/// A list that waits for somebody to confirm it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingList {
    /// The event that stated it: by this it is confirmed.
    pub list: Uuid,
    /// The register that it is stated in.
    pub register: Register,
    /// When it was true.
    pub as_of: Instant,
    /// When we received it.
    pub received: Instant,
    /// How many keys are on it.
    pub keys: u64,
    /// How many keys of the list in force are missing on it.
    pub ends: u64,
}

impl Scope {
    /// Would a list of this scope have it?
    fn covers(&self, listed: &Listed) -> bool {
        match (self, listed) {
            (Self::Stays(wards), Listed::Stay(ward)) => {
                wards.is_empty() || ward.as_ref().is_some_and(|ward| wards.contains(ward))
            }
            (Self::Workers(roles), Listed::Assignment(role)) => {
                roles.is_empty() || role.is_some_and(|role| roles.contains(&role))
            }
            (Self::Stays(_), Listed::Assignment(_))
            | (Self::Workers(_), Listed::Stay(_))
            | (Self::Directory, Listed::Stay(_) | Listed::Assignment(_)) => false,
        }
    }
}

impl Stated {
    pub(crate) fn row(&self, source: &str, scope: &Scope) -> StatedRow {
        let keys = self.list.as_ref().map(|list| list.keys.clone()).unwrap_or_default();
        let pending = self.pending.as_ref().map(|pending| PendingList {
            list: pending.origin.event,
            register: pending.origin.register,
            as_of: pending.as_of,
            received: pending.received,
            keys: count(pending.keys.len()),
            ends: count(keys.difference(&pending.keys).count()),
        });
        let unmeasured = self.list.as_ref().and_then(|list| {
            let may_end = list.unmeasured?;
            Some(Unmeasured { list: list.origin.event, register: list.origin.register, may_end })
        });
        StatedRow {
            source: source.to_owned(),
            scope: scope.clone(),
            as_of: self.list.as_ref().map(|list| list.as_of),
            received: self.list.as_ref().map(|list| list.received),
            keys,
            unmeasured,
            pending,
        }
    }
}

impl StatedRow {
    /// Measures the list in force against what stands by single messages, if no earlier list does. A list that ends more
    /// than it may waits, unless a later one already does.
    ///
    /// `unread` are the keys in rows of an earlier version, which nobody can read until their clients are folded anew.
    /// Each of them may still stand, so none may end unnoticed.
    pub fn measure<'a>(
        &mut self,
        standing: impl IntoIterator<Item = (&'a Token, &'a Standing)>,
        unread: impl IntoIterator<Item = &'a Token>,
    ) {
        let Some((Unmeasured { list, register, may_end }, as_of)) = self.unmeasured.zip(self.as_of) else { return };
        let stands = |it: &Standing| {
            let lasts = it.until.is_none_or(|until| until > as_of);
            it.source == self.source && lasts && self.scope.covers(&it.what)
        };
        let (mut stays, mut gone) = (0, 0);
        for (key, it) in standing.into_iter().filter(|(_, it)| stands(it)) {
            // Its own lines report again what is on it.
            stays += usize::from(self.keys.contains(key));
            gone += usize::from(!self.keys.contains(key) && self.since(&it.reported).is_some());
        }
        for key in unread {
            stays += usize::from(self.keys.contains(key));
            gone += usize::from(!self.keys.contains(key));
        }
        if may_end.allows(gone, Some(stays + gone)) {
            return;
        }
        let received = self.received.unwrap_or(as_of);
        let (keys, ends) = (count(self.keys.len()), count(gone));
        let waits = PendingList { list, register, as_of, received, keys, ends };
        self.pending = Some(self.pending.take().filter(|later| later.as_of > as_of).unwrap_or(waits));
        (self.as_of, self.received, self.unmeasured) = (None, None, None);
        self.keys.clear();
    }

    /// When it was true, if it counts against a report at `reported`.
    pub(crate) fn since(&self, reported: &Mark) -> Option<Instant> {
        let (as_of, received) = self.as_of.zip(self.received)?;
        let apart = as_of > reported.until().plus_seconds(CLOCK_TOLERANCE_SECONDS);
        (as_of > reported.until() && (apart || received > reported.received())).then_some(as_of)
    }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
