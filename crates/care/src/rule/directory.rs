//! Wards and clinics → their health social workers, from the configuration.
//!
//! Wards and clinics have social workers of their own, who work on weekdays. The stay's ward brings its worker into the
//! answer. "None for this ward" is an answer; it differs from a ward that is not in the directory.

use event::{Code, Instant};
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// Every ward of the directory, by (source, the source's code).
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// The entries.
    pub wards: BTreeMap<(String, String), WardEntry>,
}

/// One ward or clinic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WardEntry {
    /// Its health social workers; empty: there is none for this ward.
    pub workers: Vec<WardWorker>,
    /// Whom to ring when none of them is there. It is shown also to callers who may not see the ward: whatever it names
    /// of the ward, the county has chosen to show to outsiders.
    pub contact_point: Option<String>,
}

/// A ward's health social worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WardWorker {
    /// Name.
    pub name: String,
    /// The number for other professionals.
    pub phone: Option<String>,
    /// Email.
    pub email: Option<String>,
    /// The worker's task, not the ward ("millaisesta tehtävästä on kyse eikä se millä osastolla työskentelee").
    pub task: Option<Code>,
    /// The weekdays on which the worker is there.
    pub weekdays: Vec<Weekday>,
    /// The hours, as text.
    pub hours: Option<String>,
}

/// What the directory has of a ward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnWard<'a> {
    /// These workers.
    Workers(&'a WardEntry),
    /// Nobody: that is known.
    None(&'a WardEntry),
    /// The ward is not in the directory.
    NotListed,
}

impl Directory {
    /// The entry of a source's ward.
    #[must_use]
    pub fn ward(&self, source: &str, code: &str) -> OnWard<'_> {
        match self.wards.get(&(source.to_owned(), code.to_owned())) {
            Some(entry) if entry.workers.is_empty() => OnWard::None(entry),
            Some(entry) => OnWard::Workers(entry),
            None => OnWard::NotListed,
        }
    }
}

impl WardWorker {
    /// Name and number only.
    #[must_use]
    pub fn without_place(self) -> Self {
        let Self { name, phone, email: _, task: _, weekdays, hours: _ } = self;
        Self { name, phone, email: None, task: None, weekdays, hours: None }
    }

    /// Is the worker there on the day of `at`?
    #[must_use]
    pub fn is_there(&self, at: Instant, zone: &TimeZone) -> bool {
        self.weekdays.contains(&zone.to_datetime(at.to_timestamp()).weekday())
    }
}
