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

use crate::Rows;
use crate::mark::Mark;
use crate::staff::Staff;
use crate::stay::Certainty;
use crate::subject::StatedSubject;
use crate::view::{Origin, ParallelView};
use event::{Instant, MayEnd, Token, Ward, WorkerRole};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
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
    /// Whose stays, referrals and teams are, by their own streams.
    pub subjects: BTreeMap<Token, Vec<StatedSubject>>,
}

/// What to look up for a client: see [`Statements`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Sources whose lists are wanted.
    pub sources: BTreeSet<String>,
    /// Workers whose absences are wanted.
    pub workers: BTreeSet<Token>,
    /// Stays, referrals and teams of which it is wanted whose they are.
    pub owned: BTreeSet<Token>,
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
            for (key, subject) in rows.subjects.iter().filter(|(key, _)| wanted.owned.contains(*key)) {
                statements.subjects.entry(*key).or_default().push(subject.clone());
            }
        }
        statements
    }

    fn subjects(&self, key: &Token) -> &[StatedSubject] {
        self.subjects.get(key).map_or(&[], Vec::as_slice)
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
        let owned = self.stays.keys().copied();
        let owned = owned.chain(self.referrals.keys().copied()).chain(self.teams.keys().copied()).collect();
        Wanted { sources, workers, owned }
    }

    /// The same view, with what other streams say of its stays and workers.
    #[must_use]
    pub fn heal(mut self, statements: &Statements) -> Self {
        let own = self.records();
        for (key, stay) in &mut self.stays {
            let told = stay.present.map(|(told, _)| told);
            if let Some(told) = &told {
                let (source, ward) = (&stay.origin.source, stay.ward.as_ref());
                stay.on_list = stay_on_list(&statements.lists, source, *key, ward, told);
            }
            if let Some(subject) = StatedSubject::another(statements.subjects(key), &own, told.as_ref()) {
                match (subject.of_nobody, subject.ends) {
                    // Of another it is a name that their stay and this one may share.
                    (_, true) => stay.certainty = Certainty::MayHaveEnded,
                    (true, false) => stay.is_reported_there(&subject.mark),
                    (false, false) => stay.superseded = true,
                }
            }
        }
        self.referrals.retain(|key, referral| {
            StatedSubject::another(statements.subjects(key), &own, referral.last_asked()).is_none()
        });
        for (key, team) in &self.teams {
            if StatedSubject::another(statements.subjects(key), &own, Some(&team.mark)).is_some() {
                self.assignments.retain(|key, _| !team.members.contains(key));
            }
        }
        for (key, assignment) in &mut self.assignments {
            let Some(span) = assignment.spans.last() else { continue };
            let (told, assigned) = (span.mark(), &span.what);
            let source = &assignment.origin.source;
            assignment.on_list = worker_on_list(&statements.lists, source, *key, assigned.role, told);
            assignment.staff = statements.staff.get(&assigned.worker_key).cloned();
        }
        self
    }
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

/// A stay of `source` on `ward`, of which the last report that the client is there is `told`.
fn stay_on_list(lists: &[StatedRow], source: &str, stay: Token, ward: Option<&Ward>, told: &Mark) -> OnList {
    let whole = |wards: &Vec<Ward>| wards.is_empty();
    let relevant = lists.iter().filter(|list| list.source == source).filter_map(|list| {
        let Scope::Stays(wards) = &list.scope else { return None };
        let as_of = list.since(told)?;
        let here = list.keys.contains(&stay);
        // A list that has it counts even where it is not of its ward: the client moved there.
        let covers = whole(wards) || here || ward.is_some_and(|ward| wards.contains(ward));
        covers.then_some((as_of, here, whole(wards)))
    });
    match relevant.max() {
        None | Some((_, true, _)) => OnList::AsTold,
        Some((as_of, false, true)) => OnList::Gone(as_of),
        Some((as_of, false, false)) => OnList::NotOnWard(as_of),
    }
}

/// An assignment of `source` in `role`, last told as `told`.
fn worker_on_list(lists: &[StatedRow], source: &str, assignment: Token, role: WorkerRole, told: &Mark) -> OnList {
    let covering = lists.iter().filter(|list| list.source == source).filter_map(|list| {
        let Scope::Workers(roles) = &list.scope else { return None };
        let covers = roles.is_empty() || roles.contains(&role);
        list.since(told).filter(|_| covers).map(|as_of| (as_of, list.keys.contains(&assignment)))
    });
    match covering.max() {
        Some((as_of, false)) => OnList::Gone(as_of),
        _ => OnList::AsTold,
    }
}
