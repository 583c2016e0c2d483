//! Times that may overlap: a worker's absences, substitutions. Each period is a fact of its own, identified by its
//! start: only a report with the same start replaces it.

use crate::fact::mark::Mark;
use crate::fact::span::Report;
use event::Instant;
use serde::{Deserialize, Serialize};

/// Every period that is reported, by its start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Periods<T>(Vec<Period<T>>);

/// One period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period<T> {
    /// Since when.
    pub from: Instant,
    /// Until when, if known: the last report without an end has none.
    pub until: Option<Instant>,
    /// What is reported of it.
    pub what: T,
    /// Where the last report of it stands.
    pub(crate) mark: Mark,
}

impl<T> Default for Periods<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Period<T> {
    /// Does it cover `at`?
    #[must_use]
    pub fn covers(&self, at: Instant) -> bool {
        self.from <= at && self.until.is_none_or(|until| until > at)
    }
}

impl<T: Report> Periods<T> {
    /// Reported, in the order of the fold.
    pub(crate) fn report(&mut self, mark: Mark, from: Instant, until: Option<Instant>, what: T) {
        let new = Period { from, until, what, mark };
        let at = self.0.partition_point(|it| it.from < from);
        let known = self.0.get(at).is_some_and(|it| it.from == from);
        if !known {
            self.0.insert(at, new);
            return;
        }
        let known = self.0.remove(at);
        let (newer, older) = if known.mark.stands_after(&mark) { (known, new) } else { (new, known) };
        self.0.insert(at, Period { what: newer.what.over(older.what), ..newer });
    }
}

impl<T> Periods<T> {
    /// All of them, by their starts.
    pub fn iter(&self) -> impl Iterator<Item = &Period<T>> {
        self.0.iter()
    }

    /// The last reported of those that cover `at`.
    #[must_use]
    pub fn at(&self, at: Instant) -> Option<&Period<T>> {
        last_reported(self.0.iter().filter(|it| it.covers(at)))
    }
}

/// The last reported; a tie goes to the later start.
pub(crate) fn last_reported<'a, T>(periods: impl Iterator<Item = &'a Period<T>>) -> Option<&'a Period<T>> {
    periods.reduce(|known, it| if known.mark.stands_after(&it.mark) { known } else { it })
}
