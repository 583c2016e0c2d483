//! Bytes as hexadecimal digits.

use std::fmt::Write;

/// Two digits a byte, lower case.
pub fn encode(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A SHA-256 in 64 digits of either case.
pub fn decode_sha256(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut digest = [0; 32];
    for (byte, at) in digest.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let digest: [u8; 32] = std::array::from_fn(|n| u8::try_from(n * 8).unwrap());
        assert_eq!(decode_sha256(&encode(&digest)), Some(digest));
        assert_eq!(decode_sha256(&encode(&digest).to_uppercase()), Some(digest));
        for wrong in ["", "abc", &"g".repeat(64), &"+1".repeat(32), &"ä".repeat(32)] {
            assert_eq!(decode_sha256(wrong), None, "{wrong}");
        }
    }
}
