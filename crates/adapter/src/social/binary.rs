//! CloudEvents' binary mode over HTTP: attributes in `ce-` headers, `data` as the body.
//!
//! The event is put together as the structured mode would have sent it, and translated as that: one way in. Its bytes,
//! whose digest is part of the events' ids (rule R1), are a function of the attributes by name and of the body.

use super::json::{limit_depth, malformed};
use super::{MAX_DEPTH, MAX_LIST};
use crate::rejection::{Fault, Place, Rejection, RejectionCode};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Attributes of one event, at most.
const MAX_ATTRIBUTES: usize = 50;

/// The structured event of `attributes` (names without `ce-`; values as in the headers, percent-encoded) and `data`, a
/// body of `application/json`.
pub fn structured(attributes: &[(&str, &str)], data: &[u8]) -> Result<Vec<u8>, Rejection> {
    let nobody = |fault: Fault| fault.naming(Vec::new());
    if attributes.len() > MAX_ATTRIBUTES || data.len() > MAX_LIST {
        return Err(nobody(Fault::too_large(Place::Message, "more than 50 attributes, or more than 2 MiB")));
    }
    limit_depth(data, MAX_DEPTH - 1).map_err(nobody)?;
    let data: Box<RawValue> = serde_json::from_slice(data).map_err(|_| nobody(malformed()))?;
    let mut event: BTreeMap<&str, Box<RawValue>> = BTreeMap::new();
    for (name, value) in attributes {
        // CloudEvents 1.0: lower-case letters and digits. `data` is the body and no attribute.
        let fits = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let text = percent_decoded(value).filter(|_| fits && *name != "data");
        let bad = Fault::data_type(Place::Message, "not a CloudEvents attribute");
        let text = text.ok_or_else(|| nobody(bad))?;
        let value = serde_json::value::to_raw_value(&text).map_err(|_| nobody(bad))?;
        if event.insert(name, value).is_some() {
            let twice = "an attribute that is there twice";
            return Err(nobody(Fault::new(RejectionCode::DuplicateKeyIdentifier, Place::Message, twice)));
        }
    }
    event.insert("data", data);
    serde_json::to_vec(&event).map_err(|_| nobody(malformed()))
}

/// A header's value: printable ASCII, `%` and two digits for every other byte of its UTF-8.
fn percent_decoded(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let (high, low) = (hex(rest.next()?)?, hex(rest.next()?)?);
            bytes.push(high << 4 | low);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
