//! Opening hours: on which days, from when until when, by local clocks.

mod calendar;
mod days;
mod text;

pub use calendar::{Calendar, Eve, Eves, is_holiday};
pub use days::Days;
pub use text::time;

use calendar::{Day, Edge};
use event::Instant;
use jiff::civil::{Date, Time};
use serde::Deserialize;

/// On some days from one time until another. An end that is not later than its start is on the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// On which days it begins.
    pub days: Days,
    /// From.
    pub from: Time,
    /// Until.
    pub to: Time,
}

/// When somebody answers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "text::Written")]
pub struct Hours(Vec<Interval>);

/// Longer than any term of office hours; nobody reads "opens in a year".
const AHEAD_DAYS: usize = 100;

impl Hours {
    /// In these intervals.
    #[must_use]
    pub fn new(intervals: Vec<Interval>) -> Self {
        Self(intervals)
    }

    /// Day and night.
    #[must_use]
    pub fn always() -> Self {
        Self(vec![Interval { days: Days::ALL, from: Time::midnight(), to: Time::midnight() }])
    }

    /// The same times, on other days.
    #[must_use]
    pub fn on(&self, days: Days) -> Self {
        let mut intervals: Vec<Interval> = self.0.iter().map(|it| Interval { days, ..*it }).collect();
        intervals.dedup();
        Self(intervals)
    }

    /// The intervals.
    #[must_use]
    pub fn intervals(&self) -> &[Interval] {
        &self.0
    }

    /// Does somebody answer at `at`?
    #[must_use]
    pub fn open_at(&self, at: Instant, calendar: &Calendar) -> bool {
        let today = calendar.date(at);
        let days = today.yesterday().into_iter().chain([today]);
        days.flat_map(|date| self.periods(date, calendar)).any(|(from, to)| from <= at && at < to)
    }

    /// When somebody answers next, at `at` or later; `None`: not in the next hundred days.
    #[must_use]
    pub fn opens(&self, at: Instant, calendar: &Calendar) -> Option<Instant> {
        if self.open_at(at, calendar) {
            return Some(at);
        }
        let dates = std::iter::successors(Some(calendar.date(at)), |date| date.tomorrow().ok()).take(AHEAD_DAYS);
        let mut openings = dates.filter_map(|date| {
            let periods = self.periods(date, calendar);
            periods.into_iter().map(|(from, _)| from).filter(|from| *from >= at).min()
        });
        openings.next()
    }

    /// Is there a time on the day of `at` at which somebody answers?
    #[must_use]
    pub fn open_on_the_day_of(&self, at: Instant, calendar: &Calendar) -> bool {
        !self.periods(calendar.date(at), calendar).is_empty()
    }

    fn periods(&self, date: Date, calendar: &Calendar) -> Vec<(Instant, Instant)> {
        let Day { date, kind, until } = calendar.day(date);
        let period = |it: &Interval| {
            let past_midnight = it.to <= it.from;
            let (end, to) = match until {
                // On a shortened day a shift into the night is kept: it is a duty.
                Some(until) if !past_midnight => (date, it.to.min(until)),
                _ if past_midnight => (date.tomorrow().ok()?, it.to),
                _ => (date, it.to),
            };
            let from = calendar.instant(date.to_datetime(it.from), Edge::From)?;
            let to = calendar.instant(end.to_datetime(to), Edge::To)?;
            (from < to).then_some((from, to))
        };
        self.0.iter().filter(|it| it.days.meets(kind)).filter_map(period).collect()
    }
}
