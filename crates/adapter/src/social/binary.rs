//! CloudEvents' binary mode over HTTP: attributes in `ce-` headers, `data` as the body.
//!
//! The event is assembled as the structured mode would have sent it, and translated as that: there is one way in. Its
//! bytes, whose digest is part of the events' ids (rule R1), are a function of the attributes by name and of the body.

use super::{MAX_DEPTH, MAX_LIST};
use crate::json::{limit_depth, malformed, without_mark};
use crate::rejection::{MessagePlace, Rejection, RejectionCode, RejectionReason};
use percent_encoding::percent_decode_str;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Attributes of one event, at most.
const MAX_ATTRIBUTES: usize = 50;

/// The structured event of `attributes` (names without `ce-`; values as in the headers, quoted or percent-encoded) and
/// `data`, a body of JSON. Other headers are ignored, as unknown members are. A rejection here names no client yet: see
/// [`crate::glimpse`].
pub fn structured(attributes: &[(&str, &str)], data: &[u8]) -> Result<Vec<u8>, Rejection> {
    let nobody = |fault: RejectionReason| fault.naming(Vec::new());
    if attributes.len() > MAX_ATTRIBUTES || data.len() > MAX_LIST {
        return Err(nobody(RejectionReason::too_large(
            MessagePlace::Message,
            "more than 50 attributes, or more than 2 MiB",
        )));
    }
    let mut event: BTreeMap<&str, Box<RawValue>> = BTreeMap::new();
    for (name, value) in attributes.iter().filter(|(name, _)| is_attribute(name)) {
        let bad =
            RejectionReason::data_type(MessagePlace::Message, "the value of a ce- header is not encoded as UTF-8");
        let text = decoded(value).ok_or_else(|| nobody(bad))?;
        let value = serde_json::value::to_raw_value(&text).map_err(|_| nobody(malformed()))?;
        if event.insert(name, value).is_some() {
            let twice = "an attribute is given twice";
            return Err(nobody(RejectionReason::new(
                RejectionCode::DuplicateKeyIdentifier,
                MessagePlace::Message,
                twice,
            )));
        }
    }
    let data = without_mark(data).trim_ascii();
    // Without a body it is an event without data, and rejected as that.
    if !data.is_empty() {
        limit_depth(data, MAX_DEPTH - 1).map_err(nobody)?;
        event.insert("data", serde_json::from_slice(data).map_err(|_| nobody(malformed()))?);
    }
    serde_json::to_vec(&event).map_err(|_| nobody(malformed()))
}

/// CloudEvents 1.0: lower-case letters and digits. `data` is the body and no attribute; `Content-Type` gives the type
/// of the body.
fn is_attribute(name: &str) -> bool {
    let letters = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    letters && !["data", "datacontenttype"].contains(&name)
}

/// A header's value (HTTP protocol binding 1.0.2, 3.1.3.2): without the double quotes around it, whose backslashes
/// escape (RFC 7230 3.2.6), and then percent-decoded, once. Invalid UTF-8 is then rejected; a percent sign that begins
/// no code is kept, because its sender does not encode.
fn decoded(value: &str) -> Option<String> {
    let value = value.trim_matches([' ', '\t']);
    let quoted = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).and_then(unescaped);
    let encoded = quoted.as_deref().unwrap_or(value);
    percent_decode_str(encoded).decode_utf8().ok().map(Cow::into_owned)
}

/// The text between double quotes; `None`: they are not the quotes of one string.
fn unescaped(quoted: &str) -> Option<String> {
    let (mut text, mut rest) = (String::with_capacity(quoted.len()), quoted.chars());
    while let Some(character) = rest.next() {
        match character {
            '\\' => text.push(rest.next()?),
            '"' => return None,
            other => text.push(other),
        }
    }
    Some(text)
}
