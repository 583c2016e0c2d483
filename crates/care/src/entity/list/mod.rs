//! Lists that heal: what a source states as a whole, compared with what its single messages left.
//!
//! A nightly list of stays or workers heals what a lost message left. Each line is an event in its client's own stream:
//! it heals a lost *start* when it is folded. A lost *end* is harder: a client who is not on the list gets no event. An
//! event for "everybody who should have been on it" would break law 2: the record would depend on who was known when
//! the list arrived. So the list is one event in the stream of the source, folded and derived into rows
//! ([`crate::Rows::stated`]) like every other. An answer then asks two things of two folds: *what did the client's own
//! events report last, and has their source since stated a whole list without it?* Both are functions of the set of
//! events, and so is the answer. A list that comes late, twice or before its lines changes nothing.
//!
//! [`ParallelView::heal`](crate::ParallelView::heal) puts the two together, once, before anything is answered from the
//! view.
//!
//! A list counts from its own time, or from its receipt if its clock is ahead (rule R2), and only against what its
//! source reported before it. Lists and messages come from systems with clocks of their own: a message within an hour of
//! the list's time that was received after the list is not undone by it. A list names keys: what has no key is never
//! healed by it (rule R5). A list of the whole source means that a missing stay is over. A list of wards means only that
//! the client is not there, and may be elsewhere.
//!
//! A list that ends more of the list in force than it may ([`event::MayEnd`]) is *pending*. The list in force stays, its
//! stays are still shown, and somebody must check whether the hospital has emptied or the extract was broken. The next
//! list is again compared with the one in force; one that may count replaces both.
//!
//! A first list has no list before it, and this stream does not know how much the single messages have established. So
//! it is *unmeasured*, and an answer measures it against what stands in the streams of clients
//! ([`StatedRow::measure`]). If it ends more than it may, it waits too, and so does every list after it, until one is
//! confirmed. A first list of the whole source with nothing on it always waits.

mod directory;
mod row;
mod standing;

pub use directory::DirectoryRow;
pub use row::{PendingList, StatedRow, Unmeasured};
pub use standing::{Listed, Standing};

use crate::fact::Origin;
use event::{Instant, MayEnd, Sealed, StatedDirectory, Token, Ward, WorkerRole};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What a list is complete for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// Stays on these wards; empty: all of the source's.
    Stays(Vec<Ward>),
    /// Assignments in these roles; empty: all of the source's.
    Workers(Vec<WorkerRole>),
    /// The entries of the source's directory.
    Directory,
}

impl Scope {
    /// Does it cover everything of the source?
    fn is_whole(&self) -> bool {
        match self {
            Self::Stays(wards) => wards.is_empty(),
            Self::Workers(roles) => roles.is_empty(),
            Self::Directory => true,
        }
    }
}

/// The lists of one source and scope: the one in force, and the one that waits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// In force.
    pub list: Option<List>,
    /// Later than the one in force, and not confirmed.
    pub pending: Option<List>,
}

/// A list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// The event that stated it.
    pub origin: Origin,
    /// When it was true: by the source's clock, or by ours if that clock is ahead.
    pub as_of: Instant,
    /// When we received it.
    pub received: Instant,
    /// Every key on it.
    pub keys: BTreeSet<Token>,
    /// No earlier list measures how much it ends; it may end this much.
    pub unmeasured: Option<MayEnd>,
    /// What a directory states.
    pub directory: Option<Sealed<StatedDirectory>>,
}

/// Whether the lists of a source have something that its single messages reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnList {
    /// It is on the last list, or no list has been stated since it was reported.
    #[default]
    AsReported,
    /// A later whole list, as of this time, does not have it.
    Gone(Instant),
    /// The list of its ward, as of this time, does not have it: where the client is, is not known.
    NotOnWard(Instant),
}

impl Stated {
    /// The next list in the order of the fold: the list with the latest time stands, however late an older one arrives.
    pub(crate) fn state(&mut self, scope: &Scope, list: List, may_end: MayEnd) {
        let is_older = |known: &Option<List>| known.as_ref().is_some_and(|known| known.as_of > list.as_of);
        if is_older(&self.list) {
            return;
        }
        let before = self.list.as_ref().map(|known| &known.keys);
        let gone = before.map_or(0, |before| before.difference(&list.keys).count());
        // How much stood before the first list is not known here. An empty first list of the whole source would end
        // everything.
        let ends_all = before.is_none() && list.keys.is_empty() && scope.is_whole() && may_end != MayEnd::EVERYTHING;
        if may_end.allows(gone, before.map(BTreeSet::len)) && !ends_all {
            // Nothing of a directory stands by single messages, so nothing is left to measure it against.
            let is_measured = *scope == Scope::Directory
                || may_end == MayEnd::EVERYTHING
                || self.list.as_ref().is_some_and(|it| it.unmeasured.is_none());
            self.enforce(List { unmeasured: (!is_measured).then_some(may_end), ..list });
        } else if !is_older(&self.pending) {
            self.pending = Some(list);
        }
    }

    /// Somebody confirms the list of this event; false: it does not wait here.
    pub(crate) fn confirm(&mut self, id: Uuid) -> bool {
        if let Some(list) = self.pending.take_if(|pending| pending.origin.event == id) {
            self.enforce(list);
            return true;
        }
        let in_force = self.list.as_mut().filter(|list| list.origin.event == id);
        in_force.is_some_and(|list| {
            list.unmeasured = None;
            true
        })
    }

    /// An older pending list no longer waits.
    fn enforce(&mut self, list: List) {
        self.pending = self.pending.take().filter(|pending| pending.as_of > list.as_of);
        self.list = Some(list);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::cases::{given, key};

    #[test]
    fn which_list_is_in_force_and_which_waits() {
        let half = MayEnd::UpTo { percent: 50, at_least: 0 };
        for (lists, in_force, pending) in [
            (vec![(1, "abcd")], Some("abcd"), None),
            (vec![(1, "abcd"), (3, "abc")], Some("abc"), None),
            (vec![(3, "abc"), (1, "abcd")], Some("abc"), None),
            (vec![(1, "abcd"), (3, "a")], Some("abcd"), Some("a")),
            (vec![(1, "abcd"), (3, "a"), (5, "ab")], Some("ab"), None),
            (vec![(1, "")], None, Some("")),
        ] {
            let keys = |names: &str| names.chars().map(|it| key(&it.to_string())).collect::<BTreeSet<_>>();
            let stated = given(lists).fold(Stated::default(), |stated, reported, names| {
                let (origin, as_of) = (reported.origin.clone(), reported.happened_at());
                let (received, keys) = (reported.mark.received(), keys(names));
                let list = List { origin, as_of, received, keys, unmeasured: None, directory: None };
                stated.state(&Scope::Stays(Vec::new()), list, half);
            });
            assert_eq!(stated.list.map(|it| it.keys), in_force.map(keys));
            assert_eq!(stated.pending.map(|it| it.keys), pending.map(keys));
        }
    }
}
