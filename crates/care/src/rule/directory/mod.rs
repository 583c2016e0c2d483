//! The county's directory: wards and clinics with their health social workers, the units of social care, the county's
//! lines.
//!
//! Wards and clinics have social workers of their own, who work on weekdays. The stay's ward brings its worker into the
//! answer. "None for this ward" is an answer, and so is "none for this age"; both differ from a ward that is not in the
//! directory.

mod protected;
mod stated;
mod unit;
mod ward;

pub use stated::OfSource;
pub use unit::{Ages, Line, Mandate, Unit};
pub use ward::{WardEntry, WardWorker};

use super::hours::{Calendar, Days, Eves, Hours, Interval};
use event::{Code, Instant};
use jiff::civil::Time;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// All of it.
#[derive(Clone, Debug)]
pub struct Directory {
    /// Wards, by (source, the source's code).
    pub wards: BTreeMap<(String, String), WardEntry>,
    /// Units, by their code.
    pub units: BTreeMap<String, Unit>,
    /// The county's lines, in the order in which they are rung.
    pub county_lines: Vec<Line>,
    /// The hours of a worker whose hours nobody stated.
    pub usual_hours: Hours,
    /// How the county keeps the eves.
    pub eves: Eves,
    /// Contact data that nobody confirmed for so many days are marked.
    pub stale_after_days: i64,
}

impl Default for Directory {
    fn default() -> Self {
        let [from, to] = [8, 16].map(|hour| Time::new(hour, 0, 0, 0).unwrap_or_default());
        Self {
            wards: BTreeMap::new(),
            units: BTreeMap::new(),
            county_lines: Vec::new(),
            usual_hours: Hours::new(vec![Interval { days: Days::WORKING_DAYS, from, to }]),
            eves: Eves::default(),
            stale_after_days: 365,
        }
    }
}

/// In what circumstances it is asked whom to ring.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// Who is there.
    pub directory: &'a Directory,
    /// The county's time zone.
    pub zone: &'a TimeZone,
    /// The client's age in years; `None`: not known.
    pub age: Option<u16>,
    /// When it is asked.
    pub at: Instant,
}

/// What the directory has of a ward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnWard<'a> {
    /// These workers.
    Workers(&'a WardEntry, Vec<&'a WardWorker>),
    /// Nobody: that is known.
    None(&'a WardEntry),
    /// Nobody for a client of this age: that is known.
    NoneForAge(&'a WardEntry),
    /// The ward is not in the directory.
    NotListed,
}

impl Directory {
    /// The entry of a source's ward, for a client of this age.
    #[must_use]
    pub fn ward(&self, source: &str, code: &str, age: Option<u16>) -> OnWard<'_> {
        let Some(entry) = self.wards.get(&(source.to_owned(), code.to_owned())) else {
            return OnWard::NotListed;
        };
        let workers: Vec<_> = entry.workers.iter().filter(|worker| worker.ages.has(age)).collect();
        match (entry.workers.is_empty(), workers.is_empty()) {
            (true, _) => OnWard::None(entry),
            (false, true) => OnWard::NoneForAge(entry),
            (false, false) => OnWard::Workers(entry, workers),
        }
    }

    /// The line of a unit or of the county, and then of what stands behind it.
    #[must_use]
    pub fn lines(&self, code: &str) -> Vec<&Line> {
        let (mut lines, mut next) = (Vec::new(), Some(code));
        // One that refers back to itself ends here.
        while let Some(unit) = next.and_then(|code| self.units.get(code)).filter(|it| !lines.contains(&&it.line)) {
            lines.push(&unit.line);
            next = unit.fallback.as_deref();
        }
        lines.extend(self.county_lines.iter().filter(|line| next == Some(line.code.as_str())));
        lines
    }

    /// The lines of the units that do a service task for a client of this age.
    #[must_use]
    pub fn of_service_task(&self, task: &Code, age: Option<u16>) -> Vec<&Line> {
        let units = self.units.values().filter(|unit| unit.service_tasks.contains(task) && unit.ages.has(age));
        units.flat_map(|unit| self.lines(&unit.code)).collect()
    }
}

impl Circumstances<'_> {
    /// The county's days.
    #[must_use]
    pub fn calendar(&self) -> Calendar {
        Calendar { zone: self.zone.clone(), eves: self.directory.eves }
    }
}
