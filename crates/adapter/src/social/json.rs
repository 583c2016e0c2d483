//! JSON, read with a place for each fault and never a word of what was read.

use super::{MAX_DEPTH, MAX_LIST};
use crate::rejection::{Fault, Place, RejectionCode};
use event::{Code, Instant};
use serde_json::{Map, Value};

/// One event's JSON, within the limits of size and depth.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, Fault> {
    if bytes.len() > MAX_LIST {
        return Err(Fault::too_large(Place::Message, "an event longer than 2 MiB"));
    }
    limit_depth(bytes, MAX_DEPTH)?;
    serde_json::from_slice(bytes).map_err(|_| malformed())
}

pub(super) fn malformed() -> Fault {
    Fault::new(RejectionCode::Malformed, Place::Message, "not JSON")
}

/// Counts brackets outside strings before anything is built from them.
pub(super) fn limit_depth(bytes: &[u8], limit: usize) -> Result<(), Fault> {
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

    /// An RFC 3339 time.
    pub(super) fn instant(self, name: &str, path: &'static str) -> Result<Option<Instant>, Fault> {
        let fault = Fault::data_type(Place::Member(path), "not an RFC 3339 time, or no such time");
        let Some(value) = self.member(name) else {
            return Ok(None);
        };
        let text = value.as_str().filter(|text| text.len() <= 40 && !text.contains('[')).ok_or(fault)?;
        let timestamp: jiff::Timestamp = text.parse().map_err(|_| fault)?;
        Instant::from_micros(timestamp.as_microsecond()).map(Some).ok_or(fault)
    }

    /// A whole number, as text (the CloudEvents sequence extension) or as a number.
    pub(super) fn whole_number(self, name: &str, path: &'static str) -> Result<Option<i64>, Fault> {
        let number = |value: &Value| match value {
            Value::String(text) => text.parse().ok(),
            value => value.as_i64(),
        };
        let fault = Fault::data_type(Place::Member(path), "not a whole number");
        self.member(name).map(|value| number(value).ok_or(fault)).transpose()
    }
}
