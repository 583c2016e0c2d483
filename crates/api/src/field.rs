//! What a text in a request, or in a token, may be.

use crate::status::Error;
use event::is_steering;

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
