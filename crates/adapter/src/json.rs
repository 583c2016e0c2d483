//! What every format in JSON shares: the limits before anything is built from a text.

use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};

/// A byte order mark before JSON is ignored (RFC 8259 8.1).
pub(crate) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

/// The rejection of a text that is no JSON.
pub(crate) fn malformed() -> RejectionReason {
    RejectionReason::new(RejectionCode::Malformed, MessagePlace::Message, "not JSON")
}

/// Counts brackets outside strings before anything is built from them.
pub(crate) fn limit_depth(bytes: &[u8], limit: usize) -> Result<(), RejectionReason> {
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
            return Err(RejectionReason::new(
                RejectionCode::TooDeep,
                MessagePlace::Message,
                "JSON nested deeper than 32",
            ));
        }
    }
    Ok(())
}
