//! HL7 times (TS, DTM): `YYYY[MM[DD[HH[MM[SS[.S…]]]]]][±ZZZZ]`.
//!
//! - A time without an offset is in the zone of its message ([`zone_of`]).
//! - A time has the precision it is written with: `10:15` is that whole minute, a date that whole day (2.A.22,
//!   precision).
//! - A local time that a clock change skips counts as the same distance after it (RFC 5545, jiff's "compatible"). One
//!   that comes twice is the first of the two, and reaches to the second: only the order of the messages shows which is
//!   meant. The choice is fixed, so that the same bytes always give the same instant.

use super::message::{Message, Value};
use crate::rejection::{MessagePlace, RejectionReason};
use event::Instant;
use jiff::Span;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

const SECOND: i64 = 1_000_000;

/// A time as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TimeReading {
    /// The first instant that it may mean.
    pub(super) at: Instant,
    /// Its precision as written, in microseconds.
    pub(super) width: i64,
    /// The second instant with this reading, in the hour that comes twice.
    again: Option<Instant>,
    /// A date without a time, or less.
    pub(super) is_day: bool,
}

impl TimeReading {
    /// The last second of it.
    pub(super) fn last_second(self) -> Instant {
        self.at.plus_micros((self.width - SECOND).max(0))
    }

    /// When something that lasts until then is over: for a date, when the next day begins; for a time, at that time.
    pub(super) fn over(self) -> Instant {
        if self.is_day { self.at.plus_micros(self.width) } else { self.at }
    }

    /// The instant of something after `earlier`: in the hour that comes twice, the first that is not before `earlier`.
    pub(super) fn not_before(self, earlier: Option<Instant>) -> Instant {
        match (earlier, self.again) {
            (Some(earlier), Some(again)) if self.at < earlier && earlier <= again => again,
            _ => self.at,
        }
    }
}

impl TimeReading {
    /// As the end of something that began at `begun`, in a message written at `written`: for a date the end of that
    /// day, or the time of writing if that is earlier.
    pub(super) fn end(self, begun: Option<Instant>, written: Instant) -> Instant {
        if !self.is_day {
            return self.not_before(begun);
        }
        let last = self.last_second();
        if written < self.at { last } else { last.min(begun.map_or(written, |begun| begun.max(written))) }
    }
}

/// The zone of a message's times that have no offset: that of the offset in MSH-7 (2.14.9.7), unless it is the offset
/// that the sender's own zone has at that moment. Then the sender writes local times, and across a clock change the
/// other times have another offset.
fn zone(own: &TimeZone, msh_7: Value<'_>) -> TimeZone {
    let given = || {
        let text = msh_7.component(1).subcomponent(1).text()?;
        let offset = offset(&text[text.find(['+', '-'])?..])?;
        let at = parse(&text, own)?.at.to_timestamp();
        (own.to_offset(at) != offset).then(|| TimeZone::fixed(offset))
    };
    given().unwrap_or_else(|| own.clone())
}

/// The zone of a message's times that have no offset, by the sender's own.
pub(super) fn zone_of(message: &Message<'_>, own: &TimeZone) -> TimeZone {
    message.segment("MSH").map_or_else(|| own.clone(), |msh| zone(own, msh.field(7)))
}

/// The time in the first component of `value`; `None` if there is none.
pub(super) fn reading(
    value: Value<'_>,
    zone: &TimeZone,
    place: MessagePlace,
) -> Result<Option<TimeReading>, RejectionReason> {
    let Some(text) = value.component(1).subcomponent(1).text() else {
        return Ok(None);
    };
    parse(&text, zone).map(Some).ok_or(RejectionReason::data_type(place, "not a time, or no such time"))
}

/// Its first instant.
pub(super) fn instant(
    value: Value<'_>,
    zone: &TimeZone,
    place: MessagePlace,
) -> Result<Option<Instant>, RejectionReason> {
    Ok(reading(value, zone, place)?.map(|reading| reading.at))
}

/// A whole date in the first component of `value`; `None` if there is none, or only a year or a month.
pub(super) fn date(value: Value<'_>, place: MessagePlace) -> Result<Option<Date>, RejectionReason> {
    let Some(text) = value.component(1).subcomponent(1).text() else {
        return Ok(None);
    };
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let parsed = parse(&text, &TimeZone::UTC).and(civil(&text[..digits], 0)).map(DateTime::date);
    let date = parsed.ok_or(RejectionReason::data_type(place, "not a date, or no such date"))?;
    Ok((digits >= 8).then_some(date))
}

fn parse(text: &str, zone: &TimeZone) -> Option<TimeReading> {
    let (clock, zone) = match text.find(['+', '-']) {
        Some(at) => (&text[..at], TimeZone::fixed(offset(&text[at..])?)),
        None => (text, zone.clone()),
    };
    let (digits, fraction) = match clock.split_once('.') {
        Some((digits, fraction)) if digits.len() == 14 => (digits, Some(fraction)),
        Some(_) => return None,
        None => (clock, None),
    };
    let first = civil(digits, fraction.map_or(Some(0), nanosecond)?)?;
    let micro = Span::new().microseconds(1);
    let last = first.checked_add(width(digits, fraction)).and_then(|end| end.checked_sub(micro)).ok()?;
    let instant =
        |timestamp: Result<jiff::Timestamp, jiff::Error>| Instant::from_micros(timestamp.ok()?.as_microsecond());
    let at = instant(zone.to_ambiguous_timestamp(first).compatible())?;
    let later = instant(zone.to_ambiguous_timestamp(first).later())?;
    let until = instant(zone.to_ambiguous_timestamp(last).later())?;
    let width = (until.as_micros() - at.as_micros() + 1).max(0);
    Some(TimeReading { at, width, again: (later > at).then_some(later), is_day: digits.len() <= 8 })
}

/// The span of time that a number of digits stands for. A fraction finer than a microsecond counts as a microsecond.
fn width(digits: &str, fraction: Option<&str>) -> Span {
    let span = Span::new();
    match (digits.len(), fraction) {
        (4, _) => span.years(1),
        (6, _) => span.months(1),
        (8, _) => span.days(1),
        (10, _) => span.hours(1),
        (12, _) => span.minutes(1),
        (_, None) => span.seconds(1),
        (_, Some(fraction)) => {
            let places = u32::try_from(fraction.len()).unwrap_or(u32::MAX).min(6);
            span.microseconds(10_i64.pow(6 - places))
        }
    }
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
    use super::{parse, zone};
    use crate::hl7v2::message::Message;
    use crate::hl7v2::separators::Separators;
    use jiff::tz::TimeZone;

    const HOUR: i64 = 3600;

    fn helsinki() -> TimeZone {
        TimeZone::get("Europe/Helsinki").unwrap()
    }

    #[test]
    fn times_and_how_wide_they_are_written() {
        let second = 1_000_000;
        let table = [
            ("2026", "2025-12-31T22:00:00Z", 365 * 24 * HOUR * second),
            ("202607", "2026-06-30T21:00:00Z", 31 * 24 * HOUR * second),
            ("20260115", "2026-01-14T22:00:00Z", 24 * HOUR * second),
            ("2026011508", "2026-01-15T06:00:00Z", HOUR * second),
            ("202607150830", "2026-07-15T05:30:00Z", 60 * second),
            ("20260715083015", "2026-07-15T05:30:15Z", second),
            ("20260715083015.1", "2026-07-15T05:30:15.1Z", 100_000),
            ("20260715083015.1234", "2026-07-15T05:30:15.1234Z", 100),
            ("20260715083015.123456789", "2026-07-15T05:30:15.123456Z", 1),
            ("202607150830+0115", "2026-07-15T07:15:00Z", 60 * second),
            ("20260715-0500", "2026-07-15T05:00:00Z", 24 * HOUR * second),
            ("20260715083015.5+0000", "2026-07-15T08:30:15.5Z", 100_000),
            // 29 March 2026: 03:00–04:00 is skipped in Finland.
            ("202603290330", "2026-03-29T01:30:00Z", 60 * second),
            ("2026032902", "2026-03-29T00:00:00Z", HOUR * second),
            ("20260329", "2026-03-28T22:00:00Z", 23 * HOUR * second),
            // 25 October 2026: 03:00–04:00 comes twice, and an offset shows which one.
            ("20261025032000", "2026-10-25T00:20:00Z", (HOUR + 1) * second),
            ("202610250330", "2026-10-25T00:30:00Z", (HOUR + 60) * second),
            ("202610250330+0300", "2026-10-25T00:30:00Z", 60 * second),
            ("202610250330+0200", "2026-10-25T01:30:00Z", 60 * second),
            ("2026102503", "2026-10-25T00:00:00Z", 2 * HOUR * second),
            ("2026102502", "2026-10-24T23:00:00Z", HOUR * second),
            ("20261025", "2026-10-24T21:00:00Z", 25 * HOUR * second),
        ];
        for (text, at, width) in table {
            let read = parse(text, &helsinki()).unwrap();
            assert_eq!((read.at.to_string().as_str(), read.width), (at, width), "{text}");
        }
        let none = [
            "20260229",
            "20261301",
            "202601012500",
            "20260101236000",
            "2026010",
            "2026-01-01",
            "20260101+9900",
            "20260101+2500",
            "20260101+0160",
            "20260101+02",
            "202601010830.5",
            "99991231235959",
            "0000",
            "ääää",
            "+",
            "",
        ];
        for text in none {
            assert_eq!(parse(text, &helsinki()), None, "{text}");
        }
    }

    #[test]
    fn what_came_after_comes_in_the_second_of_two_hours() {
        let at = |text: &str| parse(text, &helsinki()).unwrap();
        let after = |end: &str, start: &str| at(end).not_before(Some(at(start).at)).to_string();
        assert_eq!(after("202610250320", "202610250350"), "2026-10-25T01:20:00Z", "not before its beginning");
        assert_eq!(after("202610250350", "202610250320"), "2026-10-25T00:50:00Z", "the first that may be");
        assert_eq!(after("202610250320", "202610250430"), "2026-10-25T00:20:00Z", "neither may be: as written");
        assert_eq!(after("202610240320", "202610250350"), "2026-10-24T00:20:00Z", "no such hour");
    }

    #[test]
    fn what_lasts_until_a_day_lasts_to_its_end() {
        for (text, over) in [
            ("20261128", "2026-11-28T22:00:00Z"),
            // A day of 25 hours.
            ("20261025", "2026-10-25T22:00:00Z"),
            ("202611", "2026-11-30T22:00:00Z"),
            ("202611281200", "2026-11-28T10:00:00Z"),
            ("20261128+0000", "2026-11-29T00:00:00Z"),
        ] {
            assert_eq!(parse(text, &helsinki()).unwrap().over().to_string(), over, "{text}");
        }
    }

    /// HL7 2.14.9.7: the offset of MSH-7 is that of the message's other times, unless the sender writes local times.
    #[test]
    fn the_zone_of_a_message() {
        let read = |msh_7: &str, text: &str| {
            let message = format!("MSH|^~\\&|||||{msh_7}");
            let message = Message::new(&message, Separators::default());
            let zone = zone(&helsinki(), message.segment("MSH").unwrap().field(7));
            parse(text, &zone).unwrap().at.to_string()
        };
        let table = [
            ("20261128080010", "20261128080000", "2026-11-28T06:00:00Z"),
            ("20261128080010+0000", "20261128080000", "2026-11-28T08:00:00Z"),
            ("20261128080010-0500", "20261128080000", "2026-11-28T13:00:00Z"),
            // Its own offset counts before that of MSH-7.
            ("20261128080010+0000", "20261128080000+0200", "2026-11-28T06:00:00Z"),
            // The sender's own: a summer's time in a winter's message is summer time.
            ("20261128080010+0200", "20260715080000", "2026-07-15T05:00:00Z"),
            ("20260715080010+0300", "20261128080000", "2026-11-28T06:00:00Z"),
            // Summer time's offset in winter is not the sender's own.
            ("20261128080010+0300", "20261128080000", "2026-11-28T05:00:00Z"),
            // A clock that is never set forward: fixed.
            ("20260715080010+0200", "20260715080000", "2026-07-15T06:00:00Z"),
            // Both offsets are its own in the hour that comes twice.
            ("20261025033000+0300", "20261025043000", "2026-10-25T02:30:00Z"),
            ("20261025033000+0200", "20261025043000", "2026-10-25T02:30:00Z"),
            ("no time+0000", "20261128080000", "2026-11-28T06:00:00Z"),
        ];
        for (msh_7, text, expected) in table {
            assert_eq!(read(msh_7, text), expected, "{msh_7} {text}");
        }
    }
}
