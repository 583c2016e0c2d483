//! What is listed across clients, derived from one client's view.
//!
//! Pure and free of the clock: a row says what is so until the next event, and queries filter by time. The store
//! writes the difference of two [`Rows`].

use crate::current::{self, CurrentRows};
use crate::mark::Mark;
use crate::source::Declared;
use crate::stated::{Scope, StatedRow};
use crate::subject::StatedSubject;
use crate::{ParallelView, Staff};
use event::{Instant, Token, Ward, WorkerRole};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Every row of one client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// What stands by single messages: by its key.
    pub standing: BTreeMap<Token, Standing>,
    /// What sources have stated as a whole: by source and scope.
    pub stated: BTreeMap<(String, Scope), StatedRow>,
    /// What sources say that they speak for: by source.
    pub declared: BTreeMap<String, Declared>,
    /// Whom workers' own streams tell of: by worker.
    pub staff: BTreeMap<Token, Staff>,
    /// Whose a stay, a referral or a team is, by its own stream.
    pub subjects: BTreeMap<Token, StatedSubject>,
    /// What is current, by source and kind of fact: listed of clients whom no identifier finds.
    pub current: CurrentRows,
    /// Stays that have a key: of a client whom an identifier finds they are nobody else's.
    pub stays: BTreeSet<Token>,
}

/// What stands by the single messages of its source: a whole list that leaves it out ends it ([`crate::stated`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Whose list.
    pub source: String,
    /// A stay or an assignment.
    pub what: Listed,
    /// Where its last report stands.
    pub told: Mark,
    /// Until when at most; `None`: no end is known.
    pub until: Option<Instant>,
}

/// What a list lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Listed {
    /// A stay, on its ward.
    Stay(Option<Ward>),
    /// An assignment in a role.
    Assignment(WorkerRole),
}

impl Rows {
    /// The rows of `view`.
    #[must_use]
    pub fn of(view: &ParallelView) -> Self {
        let stays = view.stays.iter().filter_map(|(key, stay)| {
            let (told, _) = stay.present?;
            let stands = stay.admission.in_force().is_some() && !stay.is_over() && !stay.is_elsewhere();
            let (source, what) = (stay.origin.source.clone(), Listed::Stay(stay.ward.clone()));
            stands.then(|| (*key, Standing { source, what, told, until: stay.lasts_until() }))
        });
        let assignments = view.assignments.iter().filter_map(|(key, assignment)| {
            let span = assignment.spans.last().filter(|span| span.end().is_none())?;
            let (source, what) = (assignment.origin.source.clone(), Listed::Assignment(span.what.role));
            Some((*key, Standing { source, what, told: *span.mark(), until: span.until() }))
        });
        let stated = view.stated.iter().map(|(at, list)| {
            let (source, scope) = at;
            (at.clone(), list.row(source, scope))
        });
        let staff = view.workers.iter().map(|(key, stream)| (*key, stream.staff()));
        Self {
            standing: stays.chain(assignments).collect(),
            stated: stated.collect(),
            declared: view.declared.clone(),
            staff: staff.collect(),
            subjects: view.subjects.clone(),
            current: current::of(view),
            stays: view.stays.keys().copied().collect(),
        }
    }
}
