//! FHIR's instant, dateTime and date: RFC 3339 with an offset, or a day, a month or a year of the sender's zone.

use crate::rejection::{MessagePlace, RejectionReason};
use crate::rfc3339;
use event::Instant;
use jiff::Span;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A time and its precision: a day is the whole day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::fhir) struct When {
    /// Its first moment.
    pub(in crate::fhir) at: Instant,
    /// In microseconds.
    pub(in crate::fhir) width: i64,
}

/// A dateTime or an instant; `None` if it is absent.
pub(in crate::fhir) fn when(
    written: Option<&str>,
    zone: &TimeZone,
    place: MessagePlace,
) -> Result<Option<When>, RejectionReason> {
    let fault = RejectionReason::data_type(place, "not a FHIR dateTime, or no such time");
    written.map(|written| parse(written.trim(), zone).ok_or(fault)).transpose()
}

/// The first moment of a dateTime or an instant; `None` if it is absent.
pub(in crate::fhir) fn instant(
    written: Option<&str>,
    zone: &TimeZone,
    place: MessagePlace,
) -> Result<Option<Instant>, RejectionReason> {
    Ok(when(written, zone, place)?.map(|when| when.at))
}

/// The end of a period: a day, a month or a year is in it to its last moment (hl7.org/fhir/R4/datatypes.html#Period),
/// so this is the first moment after it. Systems write the year 9999 for "no end".
pub(in crate::fhir) fn end(
    written: Option<&str>,
    zone: &TimeZone,
    place: MessagePlace,
) -> Result<Option<Instant>, RejectionReason> {
    let written = written.map(str::trim).filter(|written| !written.starts_with("9999"));
    let found = when(written, zone, place)?;
    let is_date = written.is_some_and(|written| civil(written).is_some());
    Ok(found.map(|it| if is_date { it.at.plus_micros(it.width) } else { it.at }))
}

impl When {
    /// The last moment of a date; a time of day is itself.
    pub(in crate::fhir) fn last_of_date(self) -> Instant {
        const MINUTE: i64 = 60_000_000;
        if self.width > MINUTE { self.last() } else { self.at }
    }

    /// Its last moment.
    pub(in crate::fhir) fn last(self) -> Instant {
        self.at.plus_micros((self.width - 1).max(0))
    }
}

/// A whole date; `None` if it is absent, or only a year or a month.
pub(in crate::fhir) fn date(written: Option<&str>, place: MessagePlace) -> Result<Option<Date>, RejectionReason> {
    let Some(written) = written.map(str::trim) else {
        return Ok(None);
    };
    let (date, whole) = civil(written).ok_or(RejectionReason::data_type(place, "not a FHIR date, or no such date"))?;
    Ok(whole.then_some(date))
}

fn parse(written: &str, zone: &TimeZone) -> Option<When> {
    if let Some((date, _)) = civil(written) {
        let span = match written.len() {
            4 => Span::new().years(1),
            7 => Span::new().months(1),
            _ => Span::new().days(1),
        };
        let at = midnight(date, zone)?;
        // The last day of the calendar has no next one.
        let next = date.checked_add(span).ok().and_then(|next| midnight(next, zone));
        return Some(When { at, width: next.map_or(0, |next| next.as_micros() - at.as_micros()) });
    }
    // FHIR has no small letters and no blanks.
    let allowed = |byte: u8| byte.is_ascii_digit() || b"-:.TZ+".contains(&byte);
    let time = written.bytes().all(allowed).then(|| rfc3339::parse(written)).flatten()?;
    Some(When { at: time.at, width: time.width })
}

fn midnight(date: Date, zone: &TimeZone) -> Option<Instant> {
    let timestamp = zone.to_ambiguous_timestamp(date.at(0, 0, 0, 0)).compatible().ok()?;
    Instant::from_micros(timestamp.as_microsecond())
}

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, and whether it is the last.
fn civil(written: &str) -> Option<(Date, bool)> {
    let mut parts = written.split('-');
    let mut part = |length: usize| {
        let part = parts.next()?;
        (part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())).then_some(part)?.parse::<i16>().ok()
    };
    let year = part(4)?;
    let (month, day) = match written.len() {
        4 => (1, 1),
        7 => (part(2)?, 1),
        10 => (part(2)?, part(2)?),
        _ => return None,
    };
    let date = Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()?;
    Some((date, written.len() == 10))
}

#[cfg(test)]
mod tests {
    use super::{date, end, parse};
    use crate::rejection::MessagePlace;
    use jiff::tz::TimeZone;

    #[test]
    fn times() {
        let helsinki = TimeZone::get("Europe/Helsinki").unwrap();
        let table = [
            ("2026", Some("2025-12-31T22:00:00Z")),
            ("2026-07", Some("2026-06-30T21:00:00Z")),
            ("2026-01-15", Some("2026-01-14T22:00:00Z")),
            ("2026-07-15T08:30:00+03:00", Some("2026-07-15T05:30:00Z")),
            ("2026-07-15T08:30:00.123456789Z", Some("2026-07-15T08:30:00.123456Z")),
            ("2026-07-15T08:30:00.123456789012Z", Some("2026-07-15T08:30:00.123456Z")),
            ("2022-12-07T12:00:00+02:00", Some("2022-12-07T10:00:00Z")),
            ("2026-07-15T08:30:00", None),
            ("2026-07-15T08:30:00+03:00[Europe/Helsinki]", None),
            ("2026-07-15 08:30:00Z", None),
            ("2026-02-30", None),
            ("2026-13", None),
            ("26-01-15", None),
            ("2026-1-5", None),
            ("2026-01-15T", None),
            ("-", None),
            ("+026", None),
            ("ääää", None),
            ("", None),
        ];
        for (written, expected) in table {
            let found = parse(written, &helsinki).map(|it| it.at.to_string());
            assert_eq!(found.as_deref(), expected, "{written}");
        }
    }

    /// A coarser value stands for all that it covers; clocks are put forward on 2026-03-29.
    #[test]
    fn a_time_is_as_wide_as_it_was_written() {
        const HOUR: i64 = 3_600_000_000;
        let helsinki = TimeZone::get("Europe/Helsinki").unwrap();
        let table = [
            ("2026-07-15T08:30:00+03:00", 1_000_000),
            ("2026-07-15T08:30:00Z", 1_000_000),
            ("2026-07-15T08:30:00.1Z", 0),
            ("2026-07-15T08:30Z", 60_000_000),
            ("2026-07-15", 24 * HOUR),
            ("2026-03-29", 23 * HOUR),
            ("2026-02", 28 * 24 * HOUR),
            ("2026", 365 * 24 * HOUR),
        ];
        for (written, expected) in table {
            assert_eq!(parse(written, &helsinki).map(|it| it.width), Some(expected), "{written}");
        }
        let day = parse("2026-07-15", &helsinki).unwrap();
        assert_eq!(day.last().to_string(), "2026-07-15T20:59:59.999999Z");
    }

    #[test]
    fn the_end_of_a_period_is_in_it() {
        let helsinki = TimeZone::get("Europe/Helsinki").unwrap();
        let table = [
            ("2026", Some("2026-12-31T22:00:00Z")),
            ("2026-02", Some("2026-02-28T22:00:00Z")),
            ("2026-12-31", Some("2026-12-31T22:00:00Z")),
            ("2026-07-15T08:30:00+03:00", Some("2026-07-15T05:30:00Z")),
            ("9999-12-31", None),
            ("9999", None),
            ("soon", None),
        ];
        for (written, expected) in table {
            let found = end(Some(written), &helsinki, MessagePlace::Message).ok().flatten().map(|at| at.to_string());
            assert_eq!(found.as_deref(), expected, "{written}");
        }
    }

    #[test]
    fn dates() {
        let day =
            |written| date(Some(written), MessagePlace::Message).map(|date| date.map(|date| date.to_string())).ok();
        assert_eq!(day("1994-05-01"), Some(Some("1994-05-01".to_owned())));
        assert_eq!((day("1994-05"), day("1994")), (Some(None), Some(None)));
        assert_eq!((day("1994-02-30"), day("1.5.1994"), day("1994-05-01T10:00:00Z")), (None, None, None));
    }
}
