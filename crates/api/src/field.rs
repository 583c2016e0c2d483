//! What a text in a request, or in a token, may be; and a time in a request.

use crate::status::Error;
use event::{Instant, is_steering};

/// 1–`most` characters without control characters, after trimming.
pub(crate) fn text<'a>(text: &'a str, field: &'static str, most: usize) -> Result<&'a str, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::invalid(field, "is missing or empty"));
    }
    if text.chars().count() > most {
        return Err(Error::invalid(field, "is too long"));
    }
    if text.chars().any(is_steering) {
        return Err(Error::invalid(field, "has a control character, or one that turns the direction of writing"));
    }
    Ok(text)
}

/// A time; `None`: it is not one.
pub(crate) fn instant(timestamp: &prost_types::Timestamp) -> Option<Instant> {
    let nanos = u32::try_from(timestamp.nanos).ok().filter(|nanos| *nanos < 1_000_000_000)?;
    let micros = timestamp.seconds.checked_mul(1_000_000)?.checked_add(i64::from(nanos / 1000))?;
    Instant::from_micros(micros)
}
