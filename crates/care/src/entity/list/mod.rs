//! Lists that heal: what a source states as a whole, against what its single messages left.
//!
//! A nightly list of stays or workers heals what a lost message left. Each line is an event in its client's own stream
//! and heals a lost *start* by being folded. A lost *end* is harder: the client who is not on the list gets no event. To send
//! one to "everybody who should have been on it" would make the record depend on who was known when the list came, and
//! law 2 would be gone. So the list stays what it is, one event in the stream of the source, folded and derived into rows
//! ([`crate::Rows::stated`]) like all else, and an answer asks two things of two folds: *what did the client's own events
//! say last, and has their source since stated a whole list without it?* Both are functions of the set of events, so is
//! the answer, and a list that comes late, doubled or before its lines changes nothing.
//!
//! [`ParallelView::heal`](crate::ParallelView::heal) puts the two together, once, before anything is answered from the view.
//!
//! A list counts from its own time, or from when it was received if its clock is ahead (as rule R2 has it), and only
//! against what its source told before it. Lists and messages come from systems with clocks of their own: what lies within
//! an hour of the list's time and was received after the list is not undone by it. It names keys: what has no key is never
//! healed by it (rule R5). A list of the whole source says that a stay is over; a list of wards says only that the client is
//! not there, and may be elsewhere.
//!
//! A list that ends more of what the list in force has than it may ([`event::MayEnd`]) is *pending*: the older list stays in
//! force, what stood is still shown, and somebody is to look whether the hospital has emptied or the extract has. The next
//! list is compared with the one in force again; one that may count takes the place of both.
//!
//! A first list has none before it, and how much stands by single messages this stream does not know. So it is *unmeasured*,
//! and an answer measures it against what stands in the streams of clients ([`StatedRow::measure`]). If it ends more than it
//! may, it waits too. So does every list after it, until one is confirmed. A first list of the whole source with nothing on
//! it always waits.

mod row;

pub use row::{PendingList, StatedRow, Unmeasured};

use crate::fact::Origin;
use event::{Instant, MayEnd, Token, Ward, WorkerRole};
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
}

impl Scope {
    /// All of the source's.
    fn is_whole(&self) -> bool {
        match self {
            Self::Stays(wards) => wards.is_empty(),
            Self::Workers(roles) => roles.is_empty(),
        }
    }
}

/// The lists of one source and scope: the one in force, and the one that waits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// In force.
    pub list: Option<List>,
    /// Later than that one, and not confirmed.
    pub pending: Option<List>,
}

/// A list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// The event that stated it.
    pub origin: Origin,
    /// When it was true: the source's clock, or ours if that is ahead.
    pub as_of: Instant,
    /// When we received it.
    pub received: Instant,
    /// Every key on it.
    pub keys: BTreeSet<Token>,
    /// No list before it says how much it ends; it may end so much.
    pub unmeasured: Option<MayEnd>,
}

impl Stated {
    /// The next list in the order of the fold: the one that was true last stands, however late an older one comes.
    pub(crate) fn state(&mut self, scope: &Scope, list: List, may_end: MayEnd) {
        let is_older = |known: &Option<List>| known.as_ref().is_some_and(|known| known.as_of > list.as_of);
        if is_older(&self.list) {
            return;
        }
        let before = self.list.as_ref().map(|known| &known.keys);
        let gone = before.map_or(0, |before| before.difference(&list.keys).count());
        // How much stood before the first list nobody knows here; one of the whole source with nothing on it would end all.
        let ends_all = before.is_none() && list.keys.is_empty() && scope.is_whole() && may_end != MayEnd::EVERYTHING;
        if may_end.allows(gone, before.map(BTreeSet::len)) && !ends_all {
            let is_measured =
                may_end == MayEnd::EVERYTHING || self.list.as_ref().is_some_and(|it| it.unmeasured.is_none());
            self.enforce(List { unmeasured: (!is_measured).then_some(may_end), ..list });
        } else if !is_older(&self.pending) {
            self.pending = Some(list);
        }
    }

    /// Somebody confirms the list that this event stated; false: it does not wait here.
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

    /// One that was true before it waits no longer.
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
                let list =
                    List { origin, as_of, received: reported.mark.received(), keys: keys(names), unmeasured: None };
                stated.state(&Scope::Stays(Vec::new()), list, half);
            });
            assert_eq!(stated.list.map(|it| it.keys), in_force.map(keys));
            assert_eq!(stated.pending.map(|it| it.keys), pending.map(keys));
        }
    }
}
