//! JSON, read with a place for each fault. A fault never quotes what was read.

use super::{MAX_DEPTH, MAX_LIST};
use crate::json::{limit_depth, malformed, without_mark};
use crate::rejection::{MessagePlace, RejectionReason};
use crate::rfc3339::{self, WrittenTime};
use event::Instant;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

/// One event's JSON, within the limits of size and depth.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, RejectionReason> {
    if bytes.len() > MAX_LIST {
        return Err(RejectionReason::too_large(MessagePlace::Message, "an event longer than 2 MiB"));
    }
    let bytes = without_mark(bytes);
    limit_depth(bytes, MAX_DEPTH)?;
    serde_json::from_slice(bytes).map_err(|_| malformed())
}

/// No text anywhere in the event has a NUL.
pub(super) fn refuse_nul(value: &Value) -> Result<(), RejectionReason> {
    let fault = RejectionReason::data_type(MessagePlace::Message, "a NUL character");
    match value {
        Value::String(text) if text.contains('\0') => Err(fault),
        Value::Array(elements) => elements.iter().try_for_each(refuse_nul),
        Value::Object(members) => members
            .iter()
            .try_for_each(|(name, value)| if name.contains('\0') { Err(fault) } else { refuse_nul(value) }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

/// An object whose members are read by name.
#[derive(Clone, Copy)]
pub(super) struct Object<'v>(Option<&'v Map<String, Value>>);

impl<'v> Object<'v> {
    /// The event itself: a value that is no object has no members.
    pub(super) fn of_event(value: &'v Value) -> Self {
        Self(value.as_object())
    }

    pub(super) fn of(value: &'v Value) -> Option<Self> {
        value.as_object().map(|members| Self(Some(members)))
    }

    /// The member of that name; `null` is absent.
    pub(super) fn member(self, name: &str) -> Option<&'v Value> {
        self.0.and_then(|members| members.get(name)).filter(|value| !value.is_null())
    }

    /// A text attribute of the event itself; an empty one is absent.
    pub(super) fn text(self, name: &'static str, limit: usize) -> Result<Option<String>, RejectionReason> {
        self.member(name).map_or(Ok(None), |value| text(value, MessagePlace::Member(name), limit))
    }

    pub(super) fn required_text(self, name: &'static str, limit: usize) -> Result<String, RejectionReason> {
        self.text(name, limit)?.ok_or(RejectionReason::missing(MessagePlace::Member(name)))
    }
}

/// A text without blanks around it, of at most `limit` characters, none of them a control character; an empty one is none.
pub(super) fn text(value: &Value, place: MessagePlace, limit: usize) -> Result<Option<String>, RejectionReason> {
    let text = value.as_str().ok_or(RejectionReason::data_type(place, "not a text"))?.trim();
    if text.chars().count() > limit {
        return Err(RejectionReason::too_large(place, "a text over its limit"));
    }
    if text.chars().any(char::is_control) {
        return Err(RejectionReason::data_type(place, "a control character"));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// An RFC 3339 time, with its precision.
pub(super) fn time(value: &Value, place: MessagePlace) -> Result<WrittenTime, RejectionReason> {
    let fault = RejectionReason::data_type(place, "not an RFC 3339 time, or no such time");
    value.as_str().and_then(|text| rfc3339::parse(text.trim())).ok_or(fault)
}

/// A time, or a day, which stands for its start or its end.
pub(super) fn moment(value: &Value, place: MessagePlace, day: Day<'_>) -> Result<Instant, RejectionReason> {
    let date = value.as_str().and_then(|text| rfc3339::date_of(text.trim()));
    match date.and_then(|date| day.moment(date)) {
        Some(at) => Ok(at),
        None => time(value, place).map(|written| written.at),
    }
}

/// A whole number, as text (the CloudEvents sequence extension) or as a number; 1.0 and 1e0 are one (JSON Schema
/// 2020-12, validation 6.1.1).
pub(super) fn whole_number(value: &Value, place: MessagePlace) -> Result<i64, RejectionReason> {
    let number = match value {
        Value::String(text) => written(text.trim()),
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().and_then(whole)),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    number.ok_or(RejectionReason::data_type(place, "not a whole number"))
}

/// A text that is a whole number, in any of JSON's spellings: a header can write 1.0 only as text.
fn written(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| text.parse().ok().and_then(whole))
}

/// A number without a fraction, as far as each whole number has its own.
fn whole(number: f64) -> Option<i64> {
    let exact = number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0;
    exact.then(|| format!("{number:.0}").parse().ok()).flatten()
}

/// What a day without a time stands for, in the sender's zone.
#[derive(Clone, Copy)]
pub(super) enum Day<'z> {
    /// A start is the start of the day.
    Begins(&'z TimeZone),
    /// The end of a period that lasts, or a deadline, is the end of the day.
    Lasts(&'z TimeZone),
    /// An end in the past is the end of the day; on the day of writing, the time of writing.
    Ended(&'z TimeZone, Instant),
}

impl Day<'_> {
    fn moment(self, day: Date) -> Option<Instant> {
        match self {
            Self::Begins(zone) => midnight(day, zone),
            Self::Lasts(zone) => midnight(day.tomorrow().ok()?, zone),
            Self::Ended(zone, written) => {
                let (begins, ends) = (midnight(day, zone)?, midnight(day.tomorrow().ok()?, zone)?);
                Some(if begins <= written { ends.min(written) } else { ends })
            }
        }
    }
}

fn midnight(day: Date, zone: &TimeZone) -> Option<Instant> {
    let timestamp = zone.to_ambiguous_timestamp(day.at(0, 0, 0, 0)).compatible().ok()?;
    Instant::from_micros(timestamp.as_microsecond())
}
