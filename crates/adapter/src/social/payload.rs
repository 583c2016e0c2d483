//! `data` and `data_base64`: two spellings of one thing (CloudEvents JSON format 1.0.2, 3.1).
//!
//! A sender that carries data as bytes writes `data_base64` whatever the bytes are. Here data is JSON or the event is
//! rejected, whatever `datacontenttype` calls it; so the bytes are read as `data`.

use super::MAX_DEPTH;
use crate::json::{limit_depth, malformed, without_mark};
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

const PLACE: MessagePlace = MessagePlace::Member("data_base64");

/// With or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Why the data could not be read, and its bytes as far as they were decoded.
pub(super) struct Unread {
    pub(super) fault: RejectionReason,
    pub(super) bytes: Vec<u8>,
}

/// Replaces `data_base64` by the `data` that it encodes.
pub(super) fn open(event: &mut Value) -> Result<(), Unread> {
    let Some(members) = event.as_object_mut() else { return Ok(()) };
    let Some(encoded) = members.get("data_base64").filter(|it| !it.is_null()) else { return Ok(()) };
    let unread = |fault, bytes| Unread { fault, bytes };
    let text = encoded.as_str().ok_or_else(|| unread(RejectionReason::data_type(PLACE, "not a text"), Vec::new()))?;
    let bytes = decoded(text).ok_or_else(|| unread(RejectionReason::data_type(PLACE, "not base64"), Vec::new()))?;
    if members.get("data").is_some_and(|it| !it.is_null()) {
        let twice = RejectionReason::new(RejectionCode::DuplicateKeyIdentifier, PLACE, "both data and data_base64");
        return Err(unread(twice, bytes));
    }
    let json = without_mark(&bytes);
    let read = limit_depth(json, MAX_DEPTH - 1)
        .and_then(|()| serde_json::from_slice(json).map_err(|_| RejectionReason { place: PLACE, ..malformed() }));
    let data = read.map_err(|fault| unread(fault, bytes))?;
    members.insert("data".to_owned(), data);
    Ok(())
}

/// RFC 4648 4 or 5; line breaks, as in MIME, are ignored.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let standard = |byte: u8| match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    };
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).map(standard).collect();
    BASE64.decode(digits).ok()
}
