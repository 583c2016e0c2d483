//! JSON, read with a place for each fault and never a word of what was read.

use super::{MAX_DEPTH, MAX_LIST};
use crate::rejection::{Fault, Place, RejectionCode};
use crate::rfc3339::{self, Written};
use event::{Code, Instant};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

/// One event's JSON, within the limits of size and depth.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, Fault> {
    if bytes.len() > MAX_LIST {
        return Err(Fault::too_large(Place::Message, "an event longer than 2 MiB"));
    }
    let bytes = without_mark(bytes);
    limit_depth(bytes, MAX_DEPTH)?;
    serde_json::from_slice(bytes).map_err(|_| malformed())
}

/// A byte order mark before JSON says nothing, and is passed over (RFC 8259 8.1).
pub(crate) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

pub(crate) fn malformed() -> Fault {
    Fault::new(RejectionCode::Malformed, Place::Message, "not JSON")
}

/// Counts brackets outside strings before anything is built from them.
pub(crate) fn limit_depth(bytes: &[u8], limit: usize) -> Result<(), Fault> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limit {
            return Err(Fault::new(RejectionCode::TooDeep, Place::Message, "JSON nested deeper than 32"));
        }
    }
    Ok(())
}

/// No text anywhere in the event has a NUL.
pub(super) fn refuse_nul(value: &Value) -> Result<(), Fault> {
    let fault = Fault::data_type(Place::Message, "a NUL character");
    match value {
        Value::String(text) if text.contains('\0') => Err(fault),
        Value::Array(elements) => elements.iter().try_for_each(refuse_nul),
        Value::Object(members) => members
            .iter()
            .try_for_each(|(name, value)| if name.contains('\0') { Err(fault) } else { refuse_nul(value) }),
        _ => Ok(()),
    }
}

/// An object whose members are asked for by name; `null` is absent. The second name is the path for the fault.
#[derive(Clone, Copy)]
pub(super) struct Object<'v>(Option<&'v Map<String, Value>>);

impl<'v> Object<'v> {
    /// The event itself: what is no object has no members.
    pub(super) fn of_event(value: &'v Value) -> Self {
        Self(value.as_object())
    }

    pub(super) fn of(value: &'v Value) -> Option<Self> {
        value.as_object().map(|members| Self(Some(members)))
    }

    fn member(self, name: &str) -> Option<&'v Value> {
        self.0.and_then(|members| members.get(name)).filter(|value| !value.is_null())
    }

    pub(super) fn object(self, name: &str, path: &'static str) -> Result<Option<Self>, Fault> {
        let object = |value| Self::of(value).ok_or(Fault::data_type(Place::Member(path), "not an object"));
        self.member(name).map(object).transpose()
    }

    pub(super) fn required_object(self, name: &str, path: &'static str) -> Result<Self, Fault> {
        self.object(name, path)?.ok_or(Fault::missing(Place::Member(path)))
    }

    pub(super) fn array(self, name: &str, path: &'static str) -> Result<Option<&'v Vec<Value>>, Fault> {
        let array = |value: &'v Value| value.as_array().ok_or(Fault::data_type(Place::Member(path), "not an array"));
        self.member(name).map(array).transpose()
    }

    /// A text without blanks around it, of at most `limit` characters, none of them a control character; an empty
    /// one is absent.
    pub(super) fn text(self, name: &str, path: &'static str, limit: usize) -> Result<Option<String>, Fault> {
        let Some(value) = self.member(name) else {
            return Ok(None);
        };
        let place = Place::Member(path);
        let text = value.as_str().ok_or(Fault::data_type(place, "not a text"))?.trim();
        if text.chars().count() > limit {
            return Err(Fault::too_large(place, "a text over its limit"));
        }
        if text.chars().any(char::is_control) {
            return Err(Fault::data_type(place, "a control character"));
        }
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }

    pub(super) fn required_text(self, name: &str, path: &'static str, limit: usize) -> Result<String, Fault> {
        self.text(name, path, limit)?.ok_or(Fault::missing(Place::Member(path)))
    }

    /// A coded value; left out if it is no code, so that nobody's free text travels as one (law 7).
    pub(super) fn code(self, name: &str) -> Option<Code> {
        self.member(name).and_then(Value::as_str).and_then(|text| Code::try_new(text.trim()).ok())
    }

    pub(super) fn boolean(self, name: &str, path: &'static str) -> Result<Option<bool>, Fault> {
        let boolean =
            |value: &Value| value.as_bool().ok_or(Fault::data_type(Place::Member(path), "neither true nor false"));
        self.member(name).map(boolean).transpose()
    }

    /// An RFC 3339 time, and how wide it was written.
    pub(super) fn time(self, name: &str, path: &'static str) -> Result<Option<Written>, Fault> {
        let fault = Fault::data_type(Place::Member(path), "not an RFC 3339 time, or no such time");
        let time = |value: &Value| value.as_str().and_then(|text| rfc3339::parse(text.trim())).ok_or(fault);
        self.member(name).map(time).transpose()
    }

    /// The first instant of an RFC 3339 time.
    pub(super) fn instant(self, name: &str, path: &'static str) -> Result<Option<Instant>, Fault> {
        Ok(self.time(name, path)?.map(|written| written.at))
    }

    /// A time, or a day, which stands for its beginning or its end.
    pub(super) fn moment(self, name: &str, path: &'static str, day: Day<'_>) -> Result<Option<Instant>, Fault> {
        let text = self.member(name).and_then(Value::as_str).map(str::trim);
        match text.and_then(rfc3339::date_of).map(|date| day.moment(date)) {
            Some(Some(at)) => Ok(Some(at)),
            _ => self.instant(name, path),
        }
    }

    /// A whole number, as text (the CloudEvents sequence extension) or as a number; 1.0 and 1e0 are one (JSON Schema
    /// 2020-12, validation 6.1.1).
    pub(super) fn whole_number(self, name: &str, path: &'static str) -> Result<Option<i64>, Fault> {
        let number = |value: &Value| match value {
            Value::String(text) => written(text.trim()),
            value => value.as_i64().or_else(|| value.as_f64().and_then(whole)),
        };
        let fault = Fault::data_type(Place::Member(path), "not a whole number");
        self.member(name).map(|value| number(value).ok_or(fault)).transpose()
    }
}

/// A text that is a whole number, in any way in which JSON may write it: a header has no other way to say 1.0.
fn written(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| text.parse().ok().and_then(whole))
}

/// A number without a fraction, as far as each whole number has its own.
fn whole(number: f64) -> Option<i64> {
    let exact = number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0;
    exact.then(|| format!("{number:.0}").parse().ok()).flatten()
}

/// What a day without a time stands for, in the zone of whoever wrote it.
#[derive(Clone, Copy)]
pub(super) enum Day<'z> {
    /// What begins on it begins with it.
    Begins(&'z TimeZone),
    /// What lasts until it, or is due on it, lasts to its end.
    Lasts(&'z TimeZone),
    /// What ended on it ended with it; or, if it was written on that day, by then.
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
