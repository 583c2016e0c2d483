//! What other streams report of a client's stays, referrals and workers, added to the client's view when it is read.

use super::{Lane, ParallelView};
use crate::Rows;
use crate::entity::list::{OnList, Scope, StatedRow};
use crate::entity::stay::Certainty;
use crate::entity::subject::StatedSubject;
use crate::entity::worker::WorkerState;
use crate::fact::mark::Mark;
use event::{Token, Ward, WorkerRole};
use std::collections::{BTreeMap, BTreeSet};

/// What other streams report that a client's answer needs: lists of sources, absences of workers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statements {
    /// The lists of the sources of the client's stays and assignments.
    pub lists: Vec<StatedRow>,
    /// By worker.
    pub workers: BTreeMap<Token, WorkerState>,
    /// The subjects of stays, referrals and teams, by their own streams.
    pub subjects: BTreeMap<Token, Vec<StatedSubject>>,
}

/// What to look up for a client: see [`Statements`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Sources whose lists are wanted.
    pub sources: BTreeSet<String>,
    /// Workers whose absences are wanted.
    pub workers: BTreeSet<Token>,
    /// Stays, referrals and teams whose subjects are wanted.
    pub owned: BTreeSet<Token>,
}

impl Statements {
    /// From the rows of streams, as far as wanted; in any order.
    #[must_use]
    pub fn of<'a>(streams: impl IntoIterator<Item = &'a Rows>, wanted: &Wanted) -> Self {
        let mut statements = Self::default();
        for rows in streams {
            let lists = rows.stated.values().filter(|list| wanted.sources.contains(&list.source));
            statements.lists.extend(lists.cloned());
            for (worker, state) in rows.workers.iter().filter(|(worker, _)| wanted.workers.contains(*worker)) {
                statements.workers.entry(*worker).or_default().join(state);
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

impl Wanted {
    fn add(&mut self, lane: &Lane) {
        let Lane {
            stays,
            teams,
            assignments,
            // Nothing but the client's own streams reports of these.
            persons: _,
            cases: _,
            assessments: _,
            clientships: _,
            decisions: _,
            services: _,
            plans: _,
            health_social_work: _,
            duty_contacts: _,
            contacts: _,
            cooperations: _,
            unplaced: _,
            permissions: _,
            prohibitions: _,
            not_understood: _,
        } = lane;
        let origins = stays.values().map(|it| &it.origin).chain(assignments.values().map(|it| &it.origin));
        self.sources.extend(origins.map(|origin| origin.source.clone()));
        let spans = assignments.values().filter_map(|it| it.spans.last());
        self.workers.extend(spans.map(|span| span.what.worker_key));
        self.owned.extend(stays.keys().chain(teams.keys()));
    }
}

impl ParallelView {
    /// What to look up for this client.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        let mut wanted = Wanted::default();
        for lane in self.lanes() {
            wanted.add(lane);
        }
        wanted.owned.extend(self.referrals.keys());
        wanted
    }

    /// The same view, with what other streams report of its stays and workers.
    #[must_use]
    pub fn heal(mut self, statements: &Statements) -> Self {
        let own = self.records();
        for lane in self.lanes_mut() {
            lane.heal(statements, &own);
        }
        self.referrals.retain(|key, referral| {
            StatedSubject::another(statements.subjects(key), &own, referral.last_asked()).is_none()
        });
        self
    }
}

impl Lane {
    fn heal(&mut self, statements: &Statements, own: &BTreeSet<Token>) {
        let Self {
            stays,
            teams,
            assignments,
            // See `Wanted::add`.
            persons: _,
            cases: _,
            assessments: _,
            clientships: _,
            decisions: _,
            services: _,
            plans: _,
            health_social_work: _,
            duty_contacts: _,
            contacts: _,
            cooperations: _,
            unplaced: _,
            permissions: _,
            prohibitions: _,
            not_understood: _,
        } = self;
        for (key, stay) in stays {
            let present = stay.present.map(|(present, _)| present);
            if let Some(present) = &present {
                let (source, ward) = (&stay.origin.source, stay.ward.as_ref());
                stay.on_list = stay_on_list(&statements.lists, source, *key, ward, present);
            }
            if let Some(subject) = StatedSubject::another(statements.subjects(key), own, present.as_ref()) {
                match (subject.of_nobody, subject.ends) {
                    // Another client's stay and this one may share this identifier.
                    (_, true) => stay.certainty = Certainty::MayHaveEnded,
                    (true, false) => stay.is_reported_there(&subject.mark),
                    (false, false) => stay.superseded = true,
                }
            }
        }
        for (key, team) in teams {
            if StatedSubject::another(statements.subjects(key), own, Some(&team.mark)).is_some() {
                assignments.retain(|key, _| !team.members.contains(key));
            }
        }
        for (key, assignment) in assignments {
            let Some(span) = assignment.spans.last() else { continue };
            let (reported, assigned) = (span.mark(), &span.what);
            let source = &assignment.origin.source;
            assignment.on_list = worker_on_list(&statements.lists, source, *key, assigned.role, reported);
            assignment.worker = statements.workers.get(&assigned.worker_key).cloned();
        }
    }
}

/// A stay of `source` on `ward`, whose client was last reported there at `reported`.
fn stay_on_list(lists: &[StatedRow], source: &str, stay: Token, ward: Option<&Ward>, reported: &Mark) -> OnList {
    let whole = |wards: &Vec<Ward>| wards.is_empty();
    let relevant = lists.iter().filter(|list| list.source == source).filter_map(|list| {
        let Scope::Stays(wards) = &list.scope else { return None };
        let as_of = list.since(reported)?;
        let here = list.keys.contains(&stay);
        // A list that names it counts even if it is of another ward: the client moved there.
        let covers = whole(wards) || here || ward.is_some_and(|ward| wards.contains(ward));
        covers.then_some((as_of, here, whole(wards)))
    });
    match relevant.max() {
        None | Some((_, true, _)) => OnList::AsReported,
        Some((as_of, false, true)) => OnList::Gone(as_of),
        Some((as_of, false, false)) => OnList::NotOnWard(as_of),
    }
}

/// An assignment of `source` in `role`, last reported at `reported`.
fn worker_on_list(
    lists: &[StatedRow],
    source: &str,
    assignment: Token,
    role: Option<WorkerRole>,
    reported: &Mark,
) -> OnList {
    let covering = lists.iter().filter(|list| list.source == source).filter_map(|list| {
        let Scope::Workers(roles) = &list.scope else { return None };
        let covers = roles.is_empty() || role.is_some_and(|role| roles.contains(&role));
        list.since(reported).filter(|_| covers).map(|as_of| (as_of, list.keys.contains(&assignment)))
    });
    match covering.max() {
        Some((as_of, false)) => OnList::Gone(as_of),
        Some((_, true)) | None => OnList::AsReported,
    }
}
