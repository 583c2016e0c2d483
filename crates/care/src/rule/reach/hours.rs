//! Opening hours: on which days, from when until when, by local clocks.

use super::calendar::{Calendar, Day, Edge};
use event::Instant;
use jiff::civil::{Date, Time, Weekday};

/// Days of the week, and public holidays apart from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days(u8);

impl Days {
    /// Public holidays: only what lists them is open then.
    pub const HOLIDAYS: Self = Self(1 << 7);
    /// Monday to Friday.
    pub const WORKING_DAYS: Self = Self(0b1_1111);
    /// Every day of the week, and holidays.
    pub const ALL: Self = Self(u8::MAX);

    /// These days of the week.
    #[must_use]
    pub fn of(weekdays: impl IntoIterator<Item = Weekday>) -> Self {
        Self(weekdays.into_iter().fold(0, |days, weekday| days | 1 << weekday.to_monday_zero_offset()))
    }

    /// The days of somebody who works on these: whoever works on every day of the week works on holidays too.
    #[must_use]
    pub fn of_work_on(weekdays: &[Weekday]) -> Self {
        if weekdays.len() == 7 { Self::ALL } else { Self::of(weekdays.iter().copied()) }
    }

    /// From one to another, over the end of the week if need be.
    #[must_use]
    pub fn range(from: Weekday, to: Weekday) -> Self {
        Self::of(from.cycle_forward().take_while(|it| *it != to).take(7).chain([to]))
    }

    /// Both.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Monday is 0, a holiday 7.
    pub(super) fn has(self, day: usize) -> bool {
        self.0 & 1 << day != 0
    }

    fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// On some days from one time until another; one that is not later is of the next day.
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
#[derive(Clone, Debug, PartialEq, Eq)]
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
