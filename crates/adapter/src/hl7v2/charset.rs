//! From bytes to text by MSH-18 (HL7 table 0211).
//!
//! Absent or `ASCII`: UTF-8 if the bytes are, else ISO 8859-1, because that is what feeds with å ä ö send under that
//! name. A declared UTF-8 must be UTF-8: nothing is guessed against the sender's word. ISO 8859-1 is read as
//! Windows-1252, its superset in the range that the standard leaves to control characters.

use crate::rejection::{Fault, Place, RejectionCode};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use std::borrow::Cow;

const PLACE: Place = Place::Field("MSH", 18);

/// The text of `bytes` under the first repetition of MSH-18, as sent.
pub(crate) fn decode<'b>(bytes: &'b [u8], declared: &[u8]) -> Result<Cow<'b, str>, Fault> {
    let declared = String::from_utf8_lossy(declared).trim().to_ascii_uppercase();
    let encoding = match declared.as_str() {
        "" | "\"\"" | "ASCII" | "US-ASCII" | "ISO IR6" | "ISO_IR 6" => return Ok(lenient(bytes)),
        "UNICODE UTF-8" | "UTF-8" | "UTF8" | "UNICODE" => UTF_8,
        "ISO IR100" | "ISO_IR 100" => WINDOWS_1252,
        name => by_name(name).ok_or(Fault::new(
            RejectionCode::TableValueNotFound,
            PLACE,
            "a character set that is not supported",
        ))?,
    };
    let (text, malformed) = encoding.decode_without_bom_handling(bytes);
    if malformed {
        return Err(Fault::data_type(PLACE, "the message is not in the character set that it declares"));
    }
    Ok(text)
}

/// UTF-8 if it is, else ISO 8859-1: for messages that declare nothing, and to see whom a refused one names.
pub(crate) fn lenient(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

/// `8859/15`, `ISO-8859-15`, `WINDOWS-1252` …: only those that keep ASCII as it is.
fn by_name(name: &str) -> Option<&'static Encoding> {
    let label = name.strip_prefix("8859/").map_or_else(|| name.to_owned(), |part| format!("ISO-8859-{part}"));
    let encoding = Encoding::for_label(label.as_bytes())?;
    (encoding.is_single_byte() || encoding == UTF_8).then_some(encoding)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn finnish_letters_survive() {
        let (latin, utf8) = (b"\xE5\xE4\xF6\xC5\xC4\xD6".as_slice(), "åäöÅÄÖ".as_bytes());
        let table = [
            (latin, "", "åäöÅÄÖ"),
            (utf8, "", "åäöÅÄÖ"),
            (latin, "ASCII", "åäöÅÄÖ"),
            (utf8, "UNICODE UTF-8", "åäöÅÄÖ"),
            (utf8, "utf-8", "åäöÅÄÖ"),
            (latin, "8859/1", "åäöÅÄÖ"),
            (latin, "ISO IR100", "åäöÅÄÖ"),
            (b"\xA4\xE4".as_slice(), "8859/15", "€ä"),
            (b"\xA4\xE4".as_slice(), "8859/1", "¤ä"),
        ];
        for (bytes, declared, expected) in table {
            assert_eq!(decode(bytes, declared.as_bytes()).ok().as_deref(), Some(expected), "{declared}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for (bytes, declared) in [
            (b"\xE5".as_slice(), "UNICODE UTF-8"),
            (b"a", "UNICODE UTF-16"),
            (b"a", "ISO IR87"),
            (b"a", "USA"),
            (b"a", "UTF-16LE"),
            (b"a", "GB18030"),
            (b"a", "SHIFT_JIS"),
        ] {
            assert!(decode(bytes, declared.as_bytes()).is_err(), "{declared}");
        }
    }
}
