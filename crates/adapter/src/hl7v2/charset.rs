//! From bytes to text by MSH-18 (HL7 table 0211).
//!
//! The first repetition is the message's character set; the sender's configuration counts if MSH-18 is empty. The other
//! repetitions are what `\C..\` and `\M..\` may switch to (ISO 2022 designations, HL7 chapter 2): known single-byte
//! sets are followed, up to the next field or segment; any other is rejected where it is used, because the text after
//! it cannot be read.
//!
//! Absent everywhere, or `ASCII`: UTF-8 if the bytes are valid UTF-8, else ISO 8859-1, because feeds with å ä ö send
//! that under the name ASCII. A declared UTF-8 must be UTF-8: nothing is guessed against the declaration. ISO 8859-1 is
//! read as Windows-1252, its superset in the range that the standard leaves to control characters.

use super::separators::Separators;
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use encoding_rs::{
    Encoding, ISO_8859_2, ISO_8859_3, ISO_8859_4, ISO_8859_5, ISO_8859_6, ISO_8859_7, ISO_8859_8, ISO_8859_15, UTF_8,
    WINDOWS_1252, WINDOWS_1254,
};
use std::borrow::Cow;

const PLACE: MessagePlace = MessagePlace::Field("MSH", 18);

/// The text of a message's `bytes`. `declared` is the first repetition of its MSH-18, `usual` its sender's character set if
/// that is empty.
pub(crate) fn decode<'b>(
    bytes: &'b [u8],
    separators: Separators,
    (declared, usual): (&[u8], Option<&str>),
) -> Result<Cow<'b, str>, RejectionReason> {
    let declared = String::from_utf8_lossy(declared);
    let declared = Some(declared.as_ref()).filter(|name| !matches!(*name, "" | "\"\"")).or(usual).unwrap_or_default();
    let default = named(declared).ok_or(RejectionReason::new(
        RejectionCode::TableValueNotFound,
        PLACE,
        "a character set that is not supported",
    ))?;
    let Some(escape) = separators.escape else {
        return part(bytes, default);
    };
    let switch = |pair: &[u8]| pair[0] == escape && matches!(pair[1], b'C' | b'M');
    if bytes.windows(2).any(switch) {
        switching(bytes, default, escape, separators.field).map(Cow::Owned)
    } else {
        part(bytes, default)
    }
}

/// UTF-8 if it is valid, else ISO 8859-1: for messages that declare nothing, and to find the clients that a rejected
/// one names.
pub(crate) fn lenient(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

/// True if `name` is a character set that messages can be in.
#[must_use]
pub fn is_character_set(name: &str) -> bool {
    named(name).is_some()
}

/// The encoding of a message's bytes.
#[derive(Clone, Copy)]
enum Charset {
    Lenient,
    Known(&'static Encoding),
}

/// `8859/15`, `ISO-8859-15`, `WINDOWS-1252` …: only those that keep ASCII as it is. `None`: not supported.
fn named(name: &str) -> Option<Charset> {
    let name = name.trim().to_ascii_uppercase();
    Some(Charset::Known(match name.as_str() {
        "" | "ASCII" | "US-ASCII" | "ISO IR6" | "ISO_IR 6" => return Some(Charset::Lenient),
        "UNICODE UTF-8" | "UTF-8" | "UTF8" | "UNICODE" => UTF_8,
        "ISO IR100" | "ISO_IR 100" => WINDOWS_1252,
        name => {
            let label = name.strip_prefix("8859/").map_or_else(|| name.to_owned(), |part| format!("ISO-8859-{part}"));
            Encoding::for_label(label.as_bytes()).filter(|known| known.is_single_byte() || *known == UTF_8)?
        }
    }))
}

fn part(bytes: &[u8], charset: Charset) -> Result<Cow<'_, str>, RejectionReason> {
    let Charset::Known(encoding) = charset else {
        return Ok(lenient(bytes));
    };
    let (text, malformed) = encoding.decode_without_bom_handling(bytes);
    if malformed {
        return Err(RejectionReason::data_type(PLACE, "the message is not in the character set that it declares"));
    }
    Ok(text)
}

/// The text of bytes with switches; the switches themselves are left out.
fn switching(bytes: &[u8], default: Charset, escape: u8, field: u8) -> Result<String, RejectionReason> {
    let (mut text, mut charset, mut from, mut at) = (String::with_capacity(bytes.len()), default, 0, 0);
    while at < bytes.len() {
        let designation = if bytes[at] == escape { designation(&bytes[at + 1..], escape) } else { None };
        if let Some(name) = designation {
            text.push_str(&part(&bytes[from..at], charset)?);
            charset = designated(name, default).ok_or(RejectionReason::new(
                RejectionCode::TableValueNotFound,
                PLACE,
                "a switch to a character set that is not supported",
            ))?;
            at += name.len() + 2;
            from = at;
            continue;
        }
        // A switch ends at the end of its field, so that a forgotten one does not spoil the rest.
        if matches!(bytes[at], b'\r' | b'\n') || bytes[at] == field {
            text.push_str(&part(&bytes[from..at], charset)?);
            (charset, from) = (default, at);
        }
        at += 1;
    }
    text.push_str(&part(&bytes[from..], charset)?);
    Ok(text)
}

/// `C` and four hexadecimal digits, or `M` and four or six, up to the closing escape sign.
fn designation(after: &[u8], escape: u8) -> Option<&[u8]> {
    let end = after.iter().take(8).position(|byte| *byte == escape)?;
    let name = &after[..end];
    let digits = name.get(1..)?;
    let shape = matches!((name[0], digits.len()), (b'C', 4) | (b'M', 4 | 6));
    (shape && digits.iter().all(u8::is_ascii_hexdigit)).then_some(name)
}

/// The set of a designation, by the final bytes of its ISO 2022 escape sequence.
fn designated(name: &[u8], default: Charset) -> Option<Charset> {
    Some(Charset::Known(match name.to_ascii_uppercase().as_slice() {
        b"C2842" => return Some(default),
        b"C2D41" => WINDOWS_1252,
        b"C2D42" => ISO_8859_2,
        b"C2D43" => ISO_8859_3,
        b"C2D44" => ISO_8859_4,
        b"C2D4C" => ISO_8859_5,
        b"C2D47" => ISO_8859_6,
        b"C2D46" => ISO_8859_7,
        b"C2D48" => ISO_8859_8,
        b"C2D4D" => WINDOWS_1254,
        b"C2D62" => ISO_8859_15,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::decode;
    use crate::hl7v2::Header;

    fn read(bytes: &[u8], declared: &str, unsaid: Option<&str>) -> Option<String> {
        let header = Header::read(format!("MSH|^~\\&|||||||ADT^A31|1|P|2.5||||||{declared}\r").as_bytes());
        decode(bytes, header.separators, (header.character_set(), unsaid)).ok().map(std::borrow::Cow::into_owned)
    }

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
            (latin, "8859/1~UNICODE UTF-8", "åäöÅÄÖ"),
            (latin, "8859/1~ISO IR87", "åäöÅÄÖ"),
            (latin, "~ISO IR87", "åäöÅÄÖ"),
            (b"\xA4\xE4".as_slice(), "8859/15", "€ä"),
            (b"\xA4\xE4".as_slice(), "8859/1", "¤ä"),
        ];
        for (bytes, declared, expected) in table {
            assert_eq!(read(bytes, declared, None).as_deref(), Some(expected), "{declared}");
        }
    }

    #[test]
    fn where_msh_18_is_silent_the_configuration_speaks() {
        for silent in ["", "\"\""] {
            assert_eq!(read(b"\xA4", silent, Some("8859/15")).as_deref(), Some("€"));
            assert_eq!(read(b"\xE5", silent, Some("UNICODE UTF-8")), None);
        }
        assert_eq!(
            read(b"\xA4", "8859/1", Some("8859/15")).as_deref(),
            Some("¤"),
            "the message's own declaration wins"
        );
    }

    #[test]
    fn a_switch_holds_to_the_end_of_its_field() {
        let table: [(&[u8], Option<&str>); 9] = [
            (br"a\C2D42\b", Some("ab")),
            (b"\\C2D42\\\xB1\\C2842\\\xB1", Some("ą±")),
            (b"\\C2D42\\\xB1|\xB1", Some("ą|±")),
            (b"\\C2D42\\\xB1\r\xB1", Some("ą\r±")),
            (b"\\c2d42\\\xB1", Some("\\c2d42\\±")),
            (br"\C2D4\ \C2D42", Some(r"\C2D4\ \C2D42")),
            (br"C:\Mappe\C", Some(r"C:\Mappe\C")),
            (br"\M2442\", None),
            (br"\C2949\", None),
        ];
        for (bytes, expected) in table {
            assert_eq!(read(bytes, "8859/1~8859/2", None).as_deref(), expected, "{bytes:?}");
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
            assert_eq!(read(bytes, declared, None), None, "{declared}");
        }
    }
}
