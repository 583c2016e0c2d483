//! What is listed across clients, derived from one client's view.
//!
//! Pure, without a clock. A row holds until the client's next event; queries filter by time. The store writes the
//! difference of two [`Rows`].

pub mod current;

use self::current::CurrentRows;
use crate::entity::declared::Declared;
use crate::entity::duty_contact::OpenedContact;
use crate::entity::list::{DirectoryRow, Listed, Scope, Standing, StatedRow};
use crate::entity::subject::StatedSubject;
use crate::{Lane, ParallelView, Streams, WorkerState};
use event::Token;
use std::collections::{BTreeMap, BTreeSet};

/// Every row of one client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// What stands by single messages, by its key.
    pub standing: BTreeMap<Token, Standing>,
    /// What sources have stated as a whole, by source and scope.
    pub stated: BTreeMap<(String, Scope), StatedRow>,
    /// The directories that sources have stated, by source.
    pub directories: BTreeMap<String, DirectoryRow>,
    /// What sources declare that they cover, by source.
    pub declared: BTreeMap<String, Declared>,
    /// The states of workers, from their own streams, by worker.
    pub workers: BTreeMap<Token, WorkerState>,
    /// The subject of a stay, a referral or a team, by its own stream.
    pub subjects: BTreeMap<Token, StatedSubject>,
    /// What is current, by source and kind of fact: listed for clients whom no identifier finds.
    pub current: CurrentRows,
    /// Keys of stays: if an identifier finds this client, these stays belong to nobody else.
    pub stays: BTreeSet<Token>,
    /// Contacts of the duty service that professionals opened through this product, by their keys: listed for each of them.
    pub opened: BTreeMap<Token, OpenedContact>,
}

impl Rows {
    /// The rows of `view`.
    #[must_use]
    pub fn of(view: &ParallelView) -> Self {
        let Streams { workers, stated, confirmed: _, subjects, declared } = &view.streams;
        let directories =
            stated.iter().filter_map(|((source, _), list)| Some((source.clone(), list.directory(source)?)));
        let directories = directories.collect();
        let stated = stated.iter().map(|(at, list)| {
            let (source, scope) = at;
            (at.clone(), list.row(source, scope))
        });
        let mut rows = Self {
            standing: BTreeMap::new(),
            stated: stated.collect(),
            directories,
            declared: declared.clone(),
            workers: workers.iter().map(|(key, stream)| (*key, stream.state())).collect(),
            subjects: subjects.clone(),
            current: current::of(view),
            stays: BTreeSet::new(),
            opened: BTreeMap::new(),
        };
        for lane in view.lanes() {
            rows.add(lane);
        }
        rows
    }

    fn add(&mut self, lane: &Lane) {
        let Lane {
            stays,
            assignments,
            duty_contacts,
            // No list of a source names these, and no other client's stream does. `current` has those that are current.
            persons: _,
            cases: _,
            assessments: _,
            clientships: _,
            decisions: _,
            services: _,
            plans: _,
            teams: _,
            health_social_work: _,
            contacts: _,
            cooperations: _,
            unplaced: _,
            permissions: _,
            prohibitions: _,
            not_understood: _,
        } = lane;
        self.standing.extend(stays.iter().filter_map(|(key, stay)| {
            let (reported, _) = stay.present?;
            let stands = stay.admission.in_force().is_some() && !stay.is_over() && !stay.is_elsewhere();
            let (source, what) = (stay.origin.source.clone(), Listed::Stay(stay.ward.clone()));
            stands.then(|| (*key, Standing { source, what, reported, until: stay.lasts_until() }))
        }));
        self.standing.extend(assignments.iter().filter_map(|(key, assignment)| {
            let span = assignment.spans.last().filter(|span| span.end().is_none())?;
            let (source, what) = (assignment.origin.source.clone(), Listed::Assignment(span.what.role));
            Some((*key, Standing { source, what, reported: *span.mark(), until: span.until() }))
        }));
        self.opened.extend(duty_contacts.iter().filter_map(|(key, it)| Some((*key, it.opened()?))));
        self.stays.extend(stays.keys());
    }
}
