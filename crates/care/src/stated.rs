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
//! [`ParallelView::heal`] puts the two together, once, before anything is answered from the view.
//!
//! A list counts from its own time, or from when it was received if its clock is ahead (as rule R2 has it), and only
//! against words that the source said before it. It names keys: what has no key is never healed by it (rule R5). A list of
//! the whole source says that a stay is over; a list of wards says only that the client is not there, and may be elsewhere.

use crate::mark::Mark;
use crate::staff::Staff;
use crate::view::{Origin, ParallelView};
use crate::{CensusRow, Rows};
use event::{Instant, Token, Ward, WorkerRole};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a list is complete for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// Stays on these wards; empty: all of the source's.
    Stays(Vec<Ward>),
    /// Assignments in these roles; empty: all of the source's.
    Workers(Vec<WorkerRole>),
}

/// A list, as last stated for its source and scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// The event that told it.
    pub origin: Origin,
    /// When it was true: the source's clock, or ours if that is ahead.
    pub as_of: Instant,
    /// Every key on it.
    pub keys: BTreeSet<Token>,
}

/// A list as a row: found by its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedRow {
    /// The source.
    pub source: String,
    /// What it is complete for.
    pub scope: Scope,
    /// When it was true.
    pub as_of: Instant,
    /// Every key on it.
    pub keys: BTreeSet<Token>,
}

/// What the lists say of something that a source's single messages told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnList {
    /// It is on the last list, or no list has been stated since it was told.
    #[default]
    AsTold,
    /// A whole list since then, as of this time, does not have it.
    Gone(Instant),
    /// The list of its ward does not have it, as of this time: where the client is, is not known.
    NotOnWard(Instant),
}

/// What other streams say that a client's answer needs: the lists of sources, and workers' absences.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statements {
    /// Lists, of the sources of the client's stays and assignments.
    pub lists: Vec<StatedRow>,
    /// By worker.
    pub staff: BTreeMap<Token, Staff>,
}

/// What to look up for a client: see [`Statements`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Sources whose lists are wanted.
    pub sources: BTreeSet<String>,
    /// Workers whose absences are wanted.
    pub workers: BTreeSet<Token>,
}

impl Statements {
    /// What the rows of streams say, as far as it is wanted; in any order.
    #[must_use]
    pub fn of<'a>(streams: impl IntoIterator<Item = &'a Rows>, wanted: &Wanted) -> Self {
        let mut statements = Self::default();
        for rows in streams {
            let lists = rows.stated.values().filter(|list| wanted.sources.contains(&list.source));
            statements.lists.extend(lists.cloned());
            for (worker, staff) in rows.staff.iter().filter(|(worker, _)| wanted.workers.contains(*worker)) {
                statements.staff.entry(*worker).or_default().join(staff);
            }
        }
        statements
    }
}

impl CensusRow {
    /// Is the client still there, by its source's lists?
    #[must_use]
    pub fn on_list(&self, lists: &[StatedRow]) -> OnList {
        stay_on_list(lists, &self.source, self.stay, Some(&self.ward), self.told_at)
    }
}

impl ParallelView {
    /// What to look up for this client.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        let stays = self.stays.values().map(|stay| &stay.origin.source);
        let assignments = self.assignments.values();
        let sources = stays.chain(assignments.clone().map(|it| &it.origin.source)).cloned().collect();
        let workers = assignments.filter_map(|it| it.spans.last()).map(|span| span.what.worker_key).collect();
        Wanted { sources, workers }
    }

    /// The same view, with what other streams say of its stays and workers.
    #[must_use]
    pub fn heal(mut self, statements: &Statements) -> Self {
        for (key, stay) in &mut self.stays {
            if let Some((told, _)) = stay.present {
                let (source, ward) = (&stay.origin.source, stay.ward.as_ref());
                stay.on_list = stay_on_list(&statements.lists, source, *key, ward, told.time());
            }
        }
        for (key, assignment) in &mut self.assignments {
            let Some((told, assigned)) = assignment.told_at.zip(assignment.spans.last().map(|it| &it.what)) else {
                continue;
            };
            let source = &assignment.origin.source;
            assignment.on_list = worker_on_list(&statements.lists, source, *key, assigned.role, told);
            assignment.staff = statements.staff.get(&assigned.worker_key).cloned();
        }
        self
    }
}

impl Stated {
    /// In the order of the fold: the list that was true last stands, however late an older one comes.
    pub(crate) fn newer(known: Option<&Self>, mark: Mark, as_of: Instant) -> Option<Instant> {
        let as_of = as_of.min(mark.time());
        known.is_none_or(|known| known.as_of <= as_of).then_some(as_of)
    }
}

/// A stay of `source` on `ward`, of which the last word that the client is there is `told`.
fn stay_on_list(lists: &[StatedRow], source: &str, stay: Token, ward: Option<&Ward>, told: Instant) -> OnList {
    let whole = |wards: &Vec<Ward>| wards.is_empty();
    let relevant = lists.iter().filter(|list| list.source == source && list.as_of > told).filter_map(|list| {
        let Scope::Stays(wards) = &list.scope else { return None };
        let here = list.keys.contains(&stay);
        // A list that has it counts even where it is not of its ward: the client moved there.
        let covers = whole(wards) || here || ward.is_some_and(|ward| wards.contains(ward));
        covers.then_some((list.as_of, here, whole(wards)))
    });
    match relevant.max() {
        None | Some((_, true, _)) => OnList::AsTold,
        Some((as_of, false, true)) => OnList::Gone(as_of),
        Some((as_of, false, false)) => OnList::NotOnWard(as_of),
    }
}

/// An assignment of `source` in `role`, last told at `told`.
fn worker_on_list(lists: &[StatedRow], source: &str, assignment: Token, role: WorkerRole, told: Instant) -> OnList {
    let covering = lists.iter().filter(|list| {
        let covers = |roles: &Vec<WorkerRole>| roles.is_empty() || roles.contains(&role);
        list.source == source && list.as_of > told && matches!(&list.scope, Scope::Workers(roles) if covers(roles))
    });
    match covering.max_by_key(|list| (list.as_of, list.keys.contains(&assignment))) {
        Some(list) if !list.keys.contains(&assignment) => OnList::Gone(list.as_of),
        _ => OnList::AsTold,
    }
}
