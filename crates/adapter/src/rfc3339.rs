//! Times in RFC 3339 (5.6), with the precision they were written with.
//!
//! Any number of digits of a fraction is taken and six are kept; `t` and `z` may be small, a blank may stand for the
//! `T` (5.6, the note), `-00:00` is UTC. Two forms outside RFC 3339 are clear and common, so they are read as in ISO
//! 8601: no seconds (what Java writes where they are zero), and an offset without colon or minutes. A time without an
//! offset, or with the name of a zone, could only be guessed, so it is rejected.
//!
//! The second 60 of a leap second (5.7) is taken as the second before it, in any minute: a difference of one second
//! between two clocks means nothing, and arrival decides between them.

use event::Instant;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

/// No time is longer.
const LONGEST: usize = 100;

/// A second, and a minute, in microseconds.
const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;

/// A time as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WrittenTime {
    /// Its first instant.
    pub(crate) at: Instant,
    /// Its precision, in microseconds: without seconds a minute, without a fraction a second, else exact (0).
    pub(crate) width: i64,
}

/// Reads a time; `None` if the text is not one.
pub(crate) fn parse(text: &str) -> Option<WrittenTime> {
    if text.len() > LONGEST || !text.is_ascii() {
        return None;
    }
    let (date, rest) = text.split_at_checked(10)?;
    let date = date_of(date)?;
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let offset_at = rest.find(['Z', 'z', '+', '-'])?;
    let (clock, offset) = rest.split_at(offset_at);
    let offset = offset_of(offset)?;
    let (clock, fraction) = match clock.split_once('.') {
        Some((clock, digits)) if clock.len() == 8 => (clock, Some(micros(digits)?)),
        Some(_) => return None,
        None => (clock, None),
    };
    let (hour, minute, second) = match clock.as_bytes() {
        [h1, h2, b':', m1, m2] => (two(*h1, *h2)?, two(*m1, *m2)?, None),
        [h1, h2, b':', m1, m2, b':', s1, s2] => (two(*h1, *h2)?, two(*m1, *m2)?, Some(two(*s1, *s2)?)),
        _ => return None,
    };
    let whole = second.unwrap_or(0);
    let whole = if whole == 60 { 59 } else { whole };
    let time = DateTime::new(date.year(), date.month(), date.day(), hour, minute, whole, 0).ok()?;
    let at = offset.to_timestamp(time).ok()?.as_microsecond().checked_add(fraction.unwrap_or(0))?;
    let width = match (second, fraction) {
        (None, _) => MINUTE,
        (Some(_), None) => SECOND,
        (Some(_), Some(_)) => 0,
    };
    Some(WrittenTime { at: Instant::from_micros(at)?, width })
}

/// Reads a day, `YYYY-MM-DD`; `None` if the text is not one.
pub(crate) fn date_of(text: &str) -> Option<Date> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else { return None };
    let year = i16::from(two(*y1, *y2)?) * 100 + i16::from(two(*y3, *y4)?);
    Date::new(year, two(*m1, *m2)?, two(*d1, *d2)?).ok()
}

fn two(tens: u8, ones: u8) -> Option<i8> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i8::try_from(byte - b'0').ok()).flatten();
    Some(digit(tens)? * 10 + digit(ones)?)
}

/// The first six digits of a fraction; the others are cut.
fn micros(digits: &str) -> Option<i64> {
    let valid = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let first = valid.then(|| digits.get(..6).unwrap_or(digits))?;
    format!("{first:0<6}").parse().ok()
}

fn offset_of(text: &str) -> Option<Offset> {
    let (sign, hours, minutes) = match text.as_bytes() {
        [b'Z' | b'z'] => return Some(Offset::UTC),
        [sign, h1, h2] => (sign, two(*h1, *h2)?, 0),
        [sign, h1, h2, m1, m2] | [sign, h1, h2, b':', m1, m2] => (sign, two(*h1, *h2)?, two(*m1, *m2)?),
        _ => return None,
    };
    let seconds = (i32::from(hours) * 60 + i32::from(minutes)) * 60;
    let fits = matches!(sign, b'+' | b'-') && hours <= 23 && minutes <= 59;
    fits.then(|| Offset::from_seconds(if *sign == b'-' { -seconds } else { seconds }).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{MINUTE, SECOND, parse};

    #[test]
    fn times_and_how_wide_they_were_written() {
        let table = [
            ("2026-03-02T08:00:00+02:00", Some(("2026-03-02T06:00:00Z", SECOND))),
            ("2026-03-02t08:00:00z", Some(("2026-03-02T08:00:00Z", SECOND))),
            ("2026-03-02 08:00:00Z", Some(("2026-03-02T08:00:00Z", SECOND))),
            ("2026-03-02T08:00:00-00:00", Some(("2026-03-02T08:00:00Z", SECOND))),
            ("2026-03-02T08:00:00+00:00", Some(("2026-03-02T08:00:00Z", SECOND))),
            ("2026-03-02T08:00:00-02:30", Some(("2026-03-02T10:30:00Z", SECOND))),
            ("2026-03-02T08:00:00+0200", Some(("2026-03-02T06:00:00Z", SECOND))),
            ("2026-03-02T08:00:00+02", Some(("2026-03-02T06:00:00Z", SECOND))),
            ("2026-03-02T08:00+02:00", Some(("2026-03-02T06:00:00Z", MINUTE))),
            ("2026-03-02T08:00:00.5Z", Some(("2026-03-02T08:00:00.5Z", 0))),
            ("2026-03-02T08:00:00.1234567Z", Some(("2026-03-02T08:00:00.123456Z", 0))),
            ("2026-03-02T08:00:00.123456789012Z", Some(("2026-03-02T08:00:00.123456Z", 0))),
            ("2026-03-02T08:00:00.9999999999999999999999Z", Some(("2026-03-02T08:00:00.999999Z", 0))),
            ("1968-12-31T23:59:59.75Z", Some(("1968-12-31T23:59:59.75Z", 0))),
            ("2016-12-31T23:59:60Z", Some(("2016-12-31T23:59:59Z", SECOND))),
            ("2017-01-01T01:59:60.25+02:00", Some(("2016-12-31T23:59:59.25Z", 0))),
            ("2026-03-02T08:00:61Z", None),
            ("2026-03-02T24:00:00Z", None),
            ("2026-03-02T08:60:00Z", None),
            ("2026-02-29T08:00:00Z", None),
            ("2026-03-02T08:00:00", None),
            ("2026-03-02T08:00:00GMT", None),
            ("2026-03-02T08:00:00 Z", None),
            ("2026-03-02T08:00:00.Z", None),
            ("2026-03-02T08:00:00,5Z", None),
            ("2026-03-02T08:00.5Z", None),
            ("2026-03-02T08:00:00.12a4Z", None),
            ("2026-03-02T08:00:00+24:00", None),
            ("2026-03-02T08:00:00+02:60", None),
            ("2026-03-02T08:00:00+2:00", None),
            ("2026-03-02T08:00:00Z[Europe/Helsinki]", None),
            ("2026-03-02T08Z", None),
            ("20260302T080000Z", None),
            ("26-03-02T08:00:00Z", None),
            ("+002026-03-02T08:00:00Z", None),
            ("2026-03-02", None),
            ("9999-12-31T23:59:59Z", None),
            ("ääääääääää", None),
            ("", None),
        ];
        for (text, expected) in table {
            let found = parse(text).map(|written| (written.at.to_string(), written.width));
            assert_eq!(found, expected.map(|(at, width)| (at.to_owned(), width)), "{text}");
        }
        assert_eq!(parse(&format!("2026-03-02T08:00:00.{}Z", "1".repeat(100))), None);
    }
}
