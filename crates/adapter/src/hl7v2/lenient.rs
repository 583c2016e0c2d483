//! The clients named in bytes that are no valid message, found by a search that needs no header and no line ends.
//!
//! A rejected message puts everybody in it in doubt: otherwise the answer would be "none" for a client whose admission
//! could not be read. So PID and MRG are searched for wherever a segment may begin: after any control character, with
//! whatever sign after their name, in UTF-8 or ISO 8859-1. A control character after which no segment begins is
//! content. Anything with the form and the check character of an identity code counts as one here, whatever is written
//! around it. The fields that the standard defines are read too: PID-3, MRG-1, and in PID-2, -4, -18, -19 and -20 and in
//! the numbers of PV1 codes only; never PID-21, the mother's.
//!
//! Where there is neither a header nor a PID nor an MRG, nothing shows whose a number is: then every code in the text counts.

use super::message::{Message, Segment};
use super::separators::Separators;
use super::{Header, charset, numbers};
use crate::SourceProfile;
use crate::identifiers::{Identifiers, MAX_IDENTIFIERS};
use crate::number::shaped_as_codes;
use event::{Keyring, Token};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The clients that `bytes` name, at most a hundred.
pub(super) fn named(source: &SourceProfile, keyring: &Keyring, bytes: &[u8]) -> Vec<Token> {
    named_by_any(&[source], keyring, bytes)
}

/// The clients that `bytes` name if they are a message of one of these sources: at most a hundred for each source. The
/// bytes are read once, however many sources there are.
pub(super) fn named_by_any(sources: &[&SourceProfile], keyring: &Keyring, bytes: &[u8]) -> Vec<Token> {
    let mut tokens = vec![BTreeSet::new(); sources.len()];
    let narrow = narrow(bytes);
    let bytes = narrow.as_ref();
    let text = charset::lenient(bytes);
    let header = Header::try_read(bytes).map(|header| header.separators);
    let separators = header.as_ref().copied().unwrap_or_default();
    let is_named = |segment: &str, name: &str| segment.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(name));
    let people = segments(&text).filter(|segment| ["PID", "MRG", "PV1"].iter().any(|name| is_named(segment, name)));
    let mut is_of_nobody = header.is_err();
    for text in people.take(2 * MAX_IDENTIFIERS) {
        is_of_nobody &= is_named(text, "PV1");
        let name = text.chars().take(3).map(|c| c.to_ascii_uppercase());
        let text: String = name.chain(text.chars().skip(3)).filter(|c| !c.is_control()).collect();
        let field = text.as_bytes().get(3).copied().unwrap_or(b'|');
        let usual = Separators { field, ..Separators::default() };
        let of_header = Separators { field, ..separators };
        let another = (usual != of_header).then_some(usual);
        for separators in [of_header].into_iter().chain(another) {
            let message = Message::new(&text, separators);
            for segment in message.segments() {
                for (source, tokens) in sources.iter().zip(&mut tokens) {
                    let known = numbers::of_segment(source, *segment).unwrap_or_default();
                    tokens.extend(known.named(source, keyring));
                    tokens.extend(codes(source, *segment).named(source, keyring));
                }
            }
        }
    }
    if is_of_nobody {
        for (source, tokens) in sources.iter().zip(&mut tokens) {
            let mut identifiers = Identifiers::default();
            codes_in(source, &text, &mut identifiers);
            tokens.extend(identifiers.named(source, keyring));
        }
    }
    let each = tokens.into_iter().flat_map(|of_one| of_one.into_iter().take(MAX_IDENTIFIERS));
    let all: BTreeSet<Token> = each.collect();
    all.into_iter().collect()
}

/// The ASCII part of UTF-16: every other byte of it is NUL, and a code is all ASCII.
fn narrow(bytes: &[u8]) -> Cow<'_, [u8]> {
    let narrow: Vec<u8> = bytes.iter().copied().filter(|byte| !matches!(byte, 0 | 0xFE | 0xFF)).collect();
    let is_wide = narrow.len() * 3 < bytes.len() * 2;
    if is_wide { Cow::Owned(narrow) } else { Cow::Borrowed(bytes) }
}

/// Texts with the form and the check character of an identity code, anywhere in the fields that hold the client's
/// numbers.
fn codes(source: &SourceProfile, segment: Segment<'_>) -> Identifiers {
    let mut identifiers = Identifiers::default();
    let (first, others): (&[u16], &[u16]) = match segment {
        pid if pid.is("PID") => (&[3], &numbers::WITHOUT_LABEL),
        pv1 if pv1.is("PV1") => (&[], &numbers::OF_VISIT),
        _ => (&[1], &[]),
    };
    for n in first.iter().chain(others) {
        codes_in(source, segment.field(*n).as_written(), &mut identifiers);
    }
    identifiers
}

fn codes_in(source: &SourceProfile, text: &str, identifiers: &mut Identifiers) {
    for part in shaped_as_codes(text) {
        if identifiers.unlabelled.len() < MAX_IDENTIFIERS {
            identifiers.take_unlabelled(source, part);
        }
    }
}

/// From each place where a segment may begin to the next.
fn segments(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = begins(text, true);
    std::iter::from_fn(move || {
        let segment = rest?;
        rest = begins(segment, false);
        Some(&segment[..segment.len() - rest.map_or(0, str::len)])
    })
}

/// Where the next segment begins: at the start of `text` if `here`, else after a control character. A name in small
/// letters counts only before a sign that no sentence has in that place.
fn begins(text: &str, here: bool) -> Option<&str> {
    /// The blanks that some senders put before a segment.
    const BLANKS: usize = 8;
    /// The characters that may follow the name of a segment.
    const IN_SENTENCES: &[u8] = b".,:;!?'\"()[]/-_+=";
    let segment = |text: &'_ str| {
        let blanks = text.bytes().take(BLANKS).take_while(|byte| *byte == b' ' || *byte == b'\t').count();
        let name = text.as_bytes().get(blanks..)?;
        let is_name = name.len() >= 4
            && name[0].is_ascii_alphabetic()
            && name[1..3].iter().all(u8::is_ascii_alphanumeric)
            && name[3].is_ascii_punctuation();
        let begins = is_name && (!name[..3].iter().any(u8::is_ascii_lowercase) || !IN_SENTENCES.contains(&name[3]));
        begins.then_some(blanks)
    };
    let controls = text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_control()).map(|(at, _)| at + 1);
    // A byte order mark may be before the first.
    let first = here.then(|| text.len() - text.trim_start_matches('\u{FEFF}').len());
    let mut places = first.into_iter().chain(controls);
    places.find_map(|at| segment(&text[at..]).map(|blanks| &text[at + blanks..]))
}

/// `head` without the part that it ends in the middle of: half of a number is another person's number.
pub(super) fn whole_part(head: &[u8], separators: Separators) -> &[u8] {
    let ends = |byte: &u8| byte.is_ascii_control() || *byte == separators.field || Some(*byte) == separators.repetition;
    head.iter().rposition(ends).map_or(&[], |end| &head[..=end])
}

#[cfg(test)]
mod tests {
    use super::{segments, whole_part};
    use crate::hl7v2::separators::Separators;

    #[test]
    fn a_segment_may_begin_after_any_control_character() {
        let table: [(&str, &[&str]); 12] = [
            ("", &[]),
            ("msh|a\rpid|1\rpv1|2", &["msh|a\r", "pid|1\r", "pv1|2"]),
            ("PID|1||5\nson, of\nthe: 3", &["PID|1||5\nson, of\nthe: 3"]),
            ("Pid^1\rPv1^2", &["Pid^1\r", "Pv1^2"]),
            ("nothing", &[]),
            ("PID|1", &["PID|1"]),
            ("MSH|a\rPID|1\nPV1|2\u{B}NTE|3\0ZZ1|4", &["MSH|a\r", "PID|1\n", "PV1|2\u{B}", "NTE|3\0", "ZZ1|4"]),
            ("x\r\r\n  PID|1", &["PID|1"]),
            ("\u{FEFF}PID|1", &["PID|1"]),
            ("PID|1||5\u{B}3|two\rPV1|1", &["PID|1||5\u{B}3|two\r", "PV1|1"]),
            ("PID|1|PID|2\rPID$3", &["PID|1|PID|2\r", "PID$3"]),
            ("MSH|ä\rPID|å", &["MSH|ä\r", "PID|å"]),
        ];
        for (text, expected) in table {
            assert_eq!(segments(text).collect::<Vec<_>>(), expected, "{text:?}");
        }
    }

    #[test]
    fn half_of_a_number_is_not_read() {
        let table: [(&[u8], &[u8]); 5] = [
            (b"PID|1||5380", b"PID|1||"),
            (b"PID|1||53801~0102", b"PID|1||53801~"),
            (b"PID|1||53801|", b"PID|1||53801|"),
            (b"MSH|a\rPID", b"MSH|a\r"),
            (b"MSH", b""),
        ];
        for (head, expected) in table {
            assert_eq!(whole_part(head, Separators::default()), expected);
        }
    }

    #[test]
    fn a_large_text_of_nothing_ends() {
        for unit in ["\r", "\u{B}", "PID", "PID|", "\rPID|", "\r        ", "ä\r"] {
            let text = unit.repeat((1 << 20) / unit.len());
            assert!(segments(&text).map(str::len).sum::<usize>() <= text.len());
        }
    }
}
