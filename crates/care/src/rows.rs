//! What is listed across clients, derived from one client's view.
//!
//! Pure and free of the clock: a row says what is so until the next event, and queries filter by time. The store
//! writes the difference of two [`Rows`].

use crate::current::{self, CurrentRows};
use crate::mark::Mark;
use crate::source::Declared;
use crate::stated::{Scope, StatedRow};
use crate::subject::StatedSubject;
use crate::{ParallelView, Staff, Stay};
use event::{Instant, StayClass, Token, Ward, WorkerRole};
use std::collections::{BTreeMap, BTreeSet};

/// Every row of one client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// Who lies on which ward.
    pub census: BTreeSet<CensusRow>,
    /// Who works with whom.
    pub caseload: BTreeSet<CaseloadRow>,
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

/// A stay that has not ended, on its ward.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CensusRow {
    /// The source whose ward code it is.
    pub source: String,
    /// The ward.
    pub ward: Ward,
    /// The visit number's token.
    pub stay: Token,
    /// Its class.
    pub class: Option<StayClass>,
    /// Since when.
    pub since: Instant,
    /// When it is planned to end, if told.
    pub planned_discharge_at: Option<Instant>,
    /// The last report that the client is there, and the record in whose stream it stands: a list since then may say
    /// otherwise.
    pub present: Option<(Mark, Token)>,
}

/// An assignment that has not ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CaseloadRow {
    /// The worker at the source.
    pub worker_key: Token,
    /// The assignment.
    pub assignment: Token,
    /// In what role.
    pub role: WorkerRole,
    /// Since when.
    pub from: Instant,
    /// Until when, if a term or an end is set.
    pub until: Option<Instant>,
}

impl Rows {
    /// The rows of `view`.
    #[must_use]
    pub fn of(view: &ParallelView) -> Self {
        let present = |stay: &Stay| {
            stay.admission.in_force().is_some() && stay.discharge.in_force().is_none() && !stay.is_elsewhere()
        };
        let census = view.stays.iter().filter(|(_, stay)| present(stay)).filter_map(|(key, stay)| {
            Some(CensusRow {
                source: stay.origin.source.clone(),
                ward: stay.ward.clone()?,
                stay: *key,
                class: stay.class,
                since: stay.since(),
                planned_discharge_at: stay.planned_discharge.in_force().copied().flatten(),
                present: stay.present,
            })
        });
        let caseload = view.assignments.iter().filter_map(|(key, assignment)| {
            // One row an assignment: its last time.
            let span = assignment.spans.last()?;
            Some(CaseloadRow {
                worker_key: span.what.worker_key,
                assignment: *key,
                role: span.what.role,
                from: span.from,
                until: span.until(),
            })
        });
        let stated = view.stated.iter().map(|(at, list)| {
            let (source, scope) = at;
            (at.clone(), list.row(source, scope))
        });
        let staff = view.workers.iter().map(|(key, stream)| (*key, stream.staff()));
        Self {
            census: census.collect(),
            caseload: caseload.collect(),
            stated: stated.collect(),
            declared: view.declared.clone(),
            staff: staff.collect(),
            subjects: view.subjects.clone(),
            current: current::of(view),
            stays: view.stays.keys().copied().collect(),
        }
    }
}
