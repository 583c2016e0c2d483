//! Which days are working days: the county's zone, Finnish public holidays, and the two eves as the county keeps them.
//!
//! The holidays are computed, so no list has to be kept: the holy days of the Church Act, May Day (272/1944) and
//! Independence Day (388/1937).

use super::days::Days;
use event::Instant;
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Span, ToSpan};

/// The county's days.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// The county's time zone.
    pub zone: TimeZone,
    /// How the eves are kept.
    pub eves: Eves,
}

/// Midsummer Eve and Christmas Eve are no public holidays; offices are closed on them, or close early, by agreement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Eves {
    /// Juhannusaatto.
    pub midsummer: Eve,
    /// Jouluaatto.
    pub christmas: Eve,
}

/// How an eve is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Eve {
    /// As a public holiday.
    #[default]
    Closed,
    /// As any other day of the week.
    Usual,
    /// As any other day of the week, until this time.
    Until(Time),
}

/// One day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) date: Date,
    /// Which line of the opening hours it follows.
    pub(super) kind: Days,
    /// When everybody leaves early.
    pub(super) until: Option<Time>,
}

/// Which end of a period. Where local clocks show a time twice, a period begins at the first and ends at the second.
#[derive(Clone, Copy)]
pub(super) enum Edge {
    From,
    To,
}

impl Calendar {
    /// The local date of `at`.
    pub(super) fn date(&self, at: Instant) -> Date {
        self.zone.to_datetime(at.to_timestamp()).date()
    }

    pub(super) fn day(&self, date: Date) -> Day {
        let eve = self.eve(date).unwrap_or(Eve::Usual);
        let closed = is_holiday(date) || eve == Eve::Closed;
        let kind = if closed { Days::HOLIDAYS } else { Days::of([date.weekday()]) };
        let until = match eve {
            Eve::Closed | Eve::Usual => None,
            Eve::Until(time) => Some(time),
        };
        Day { date, kind, until }
    }

    fn eve(&self, date: Date) -> Option<Eve> {
        let midsummer = date.weekday() == Weekday::Friday && date.month() == 6 && (19..=25).contains(&date.day());
        let christmas = (date.month(), date.day()) == (12, 24);
        midsummer.then_some(self.eves.midsummer).or(christmas.then_some(self.eves.christmas))
    }

    /// When local clocks show `civil`. A time that they skip is the moment at which they skip it.
    pub(super) fn instant(&self, civil: DateTime, edge: Edge) -> Option<Instant> {
        let ambiguous = self.zone.to_ambiguous_timestamp(civil);
        let timestamp = match (ambiguous.offset(), edge) {
            (AmbiguousOffset::Gap { .. }, _) => {
                let before = ambiguous.earlier().ok()?;
                self.zone.following(before).next()?.timestamp()
            }
            (AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. }, Edge::From) => {
                ambiguous.earlier().ok()?
            }
            (AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. }, Edge::To) => ambiguous.later().ok()?,
        };
        Some(Instant::from_timestamp(timestamp))
    }
}

/// A public holiday in Finland?
#[must_use]
pub fn is_holiday(date: Date) -> bool {
    let (month, day) = (date.month(), date.day());
    let fixed = [(1, 1), (1, 6), (5, 1), (12, 6), (12, 25), (12, 26)];
    // Midsummer Day and All Saints' Day.
    let saturday = date.weekday() == Weekday::Saturday
        && ((month == 6 && (20..=26).contains(&day)) || (month, day) == (10, 31) || (month == 11 && day <= 6));
    fixed.contains(&(month, day)) || saturday || is_by_easter(date)
}

/// Good Friday, Easter, Easter Monday, Ascension Day, Whit Sunday.
fn is_by_easter(date: Date) -> bool {
    let Some(easter) = easter(date.year()) else { return false };
    let after = |days: Span| easter.checked_add(days).ok();
    [-2, 0, 1, 39, 49].into_iter().any(|days: i64| after(days.days()) == Some(date))
}

/// Easter Sunday (the Gregorian computus of Meeus, Jones and Butcher).
fn easter(year: i16) -> Option<Date> {
    let (golden, century, rest) = (year % 19, year / 100, year % 100);
    let correction = (century - (century + 8) / 25 + 1) / 3;
    let moon = (19 * golden + century - century / 4 - correction + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - moon - rest % 4) % 7;
    let late = (golden + 11 * moon + 22 * weekday) / 451;
    let days = moon + weekday - 7 * late + 114;
    Date::new(year, i8::try_from(days / 31).ok()?, i8::try_from(days % 31 + 1).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_holidays_of_two_years() {
        let of = |year: i16| -> Vec<String> {
            let days = (0..366).filter_map(|day: i64| date(year, 1, 1).checked_add(day.days()).ok());
            days.filter(|it| it.year() == year && is_holiday(*it))
                .map(|it| it.strftime("%-d.%-m.").to_string())
                .collect()
        };
        let expected = "1.1. 6.1. 3.4. 5.4. 6.4. 1.5. 14.5. 24.5. 20.6. 31.10. 6.12. 25.12. 26.12.";
        assert_eq!(of(2026).join(" "), expected);
        let expected = "1.1. 6.1. 26.3. 28.3. 29.3. 1.5. 6.5. 16.5. 26.6. 6.11. 6.12. 25.12. 26.12.";
        assert_eq!(of(2027).join(" "), expected);
        // The earliest and the latest Easter of this century.
        assert_eq!((easter(2038), easter(2008)), (Some(date(2038, 4, 25)), Some(date(2008, 3, 23))));
    }

    #[test]
    fn an_eve_is_kept_as_the_county_keeps_it() {
        let day = |eve, date| {
            let eves = Eves { midsummer: eve, christmas: eve };
            Calendar { zone: TimeZone::UTC, eves }.day(date)
        };
        for eve in [date(2026, 6, 19), date(2026, 12, 24)] {
            let weekday = Days::of([eve.weekday()]);
            assert_eq!(day(Eve::Closed, eve).kind, Days::HOLIDAYS);
            assert_eq!((day(Eve::Usual, eve).kind, day(Eve::Usual, eve).until), (weekday, None));
            let noon = Time::midnight().checked_add(12.hours()).unwrap();
            assert_eq!((day(Eve::Until(noon), eve).kind, day(Eve::Until(noon), eve).until), (weekday, Some(noon)));
        }
        assert_eq!(day(Eve::Closed, date(2026, 6, 26)).kind, Days::of([Weekday::Friday]));
        assert_eq!(day(Eve::Usual, date(2026, 12, 6)).kind, Days::HOLIDAYS, "a Sunday, and Independence Day");
    }
}
