//! HL7 times (TS, DTM): `YYYY[MM[DD[HH[MM[SS[.S…]]]]]][±ZZZZ]`.
//!
//! Without an offset a time is local to the sender. A local time that a clock change skips is taken as the same
//! distance after it, one that comes twice as the first of the two (RFC 5545, jiff's "compatible"): the choice is
//! fixed, so that the same bytes always give the same instant.

use super::message::Value;
use crate::rejection::{Fault, Place};
use event::Instant;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

/// The instant in the first component of `value`; `None` if there is none.
pub(crate) fn instant(value: Value<'_>, zone: &TimeZone, place: Place) -> Result<Option<Instant>, Fault> {
    let Some(text) = value.component(1).subcomponent(1).text() else {
        return Ok(None);
    };
    parse(&text, zone).map(Some).ok_or(Fault::data_type(place, "not a time, or no such time"))
}

/// A whole date in the first component of `value`; `None` if there is none, or only a year or a month.
pub(crate) fn date(value: Value<'_>, place: Place) -> Result<Option<Date>, Fault> {
    let Some(text) = value.component(1).subcomponent(1).text() else {
        return Ok(None);
    };
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let parsed = parse(&text, &TimeZone::UTC).and(civil(&text[..digits], 0)).map(DateTime::date);
    let date = parsed.ok_or(Fault::data_type(place, "not a date, or no such date"))?;
    Ok((digits >= 8).then_some(date))
}

fn parse(text: &str, zone: &TimeZone) -> Option<Instant> {
    let (clock, offset) = match text.find(['+', '-']) {
        Some(at) => (&text[..at], Some(offset(&text[at..])?)),
        None => (text, None),
    };
    let (digits, nanosecond) = match clock.split_once('.') {
        Some((digits, fraction)) if digits.len() == 14 => (digits, nanosecond(fraction)?),
        Some(_) => return None,
        None => (clock, 0),
    };
    let civil = civil(digits, nanosecond)?;
    let timestamp = match offset {
        Some(offset) => offset.to_timestamp(civil),
        None => zone.to_ambiguous_timestamp(civil).compatible(),
    };
    Instant::from_micros(timestamp.ok()?.as_microsecond())
}

fn civil(digits: &str, nanosecond: i32) -> Option<DateTime> {
    if !matches!(digits.len(), 4 | 6 | 8 | 10 | 12 | 14) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let year: i16 = digits[..4].parse().ok()?;
    let part = |at: usize, absent: i8| digits.get(at..at + 2).map_or(Some(absent), |two| two.parse().ok());
    DateTime::new(year, part(4, 1)?, part(6, 1)?, part(8, 0)?, part(10, 0)?, part(12, 0)?, nanosecond).ok()
}

fn nanosecond(fraction: &str) -> Option<i32> {
    let valid = (1..=9).contains(&fraction.len()) && fraction.bytes().all(|b| b.is_ascii_digit());
    valid.then(|| format!("{fraction:0<9}").parse().ok()).flatten()
}

fn offset(text: &str) -> Option<Offset> {
    let (sign, digits) = text.split_at_checked(1)?;
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (digits[..2].parse().ok()?, digits[2..].parse().ok()?);
    let seconds = (hours * 60 + minutes) * 60;
    (hours <= 23 && minutes <= 59)
        .then(|| Offset::from_seconds(if sign == "-" { -seconds } else { seconds }).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::parse;
    use jiff::tz::TimeZone;

    #[test]
    fn times() {
        let helsinki = TimeZone::get("Europe/Helsinki").unwrap();
        let table = [
            ("2026", Some("2025-12-31T22:00:00Z")),
            ("202607", Some("2026-06-30T21:00:00Z")),
            ("20260115", Some("2026-01-14T22:00:00Z")),
            ("2026011508", Some("2026-01-15T06:00:00Z")),
            ("202607150830", Some("2026-07-15T05:30:00Z")),
            ("20260715083015", Some("2026-07-15T05:30:15Z")),
            ("20260715083015.1234", Some("2026-07-15T05:30:15.1234Z")),
            ("20260715083015.123456789", Some("2026-07-15T05:30:15.123456Z")),
            ("202607150830+0115", Some("2026-07-15T07:15:00Z")),
            ("20260715-0500", Some("2026-07-15T05:00:00Z")),
            ("20260715083015.5+0000", Some("2026-07-15T08:30:15.5Z")),
            // 29 March 2026: 03:00–04:00 is skipped in Finland; 25 October: 03:00–04:00 comes twice.
            ("202603290330", Some("2026-03-29T01:30:00Z")),
            ("202610250330", Some("2026-10-25T00:30:00Z")),
            ("20260229", None),
            ("20261301", None),
            ("202601012500", None),
            ("20260101236000", None),
            ("2026010", None),
            ("2026-01-01", None),
            ("20260101+9900", None),
            ("20260101+2500", None),
            ("20260101+0160", None),
            ("20260101+02", None),
            ("202601010830.5", None),
            ("99991231235959", None),
            ("0000", None),
            ("ääää", None),
            ("+", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(parse(text, &helsinki).map(|at| at.to_string()).as_deref(), expected, "{text}");
        }
    }
}
