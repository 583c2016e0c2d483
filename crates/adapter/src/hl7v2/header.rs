//! MSH as sent. The answer is made from it, and it can be read even if the rest of the message cannot.

use super::message::Segment;
use super::separators::Separators;
use crate::rejection::RejectionReason;
use crate::{NegativeAcknowledgement, SourceProfile};
use event::is_steering;

/// MSH-3 to MSH-18 in the sender's own bytes, escapes and separators, so that an answer gives MSH-10 back exactly.
///
/// Has no `Debug`. It holds no client's data, but MSH-10 is the sender's text and stays out of logs.
#[derive(Clone, Default)]
pub struct Header {
    pub(crate) separators: Separators,
    /// What a negative acknowledgement means to the sender.
    pub(crate) negative_acknowledgement: NegativeAcknowledgement,
    fields: Vec<Vec<u8>>,
}

/// The most bytes of a field that are given back.
const MAX_FIELD: usize = 256;

impl Header {
    /// The header as far as it can be read; empty, if there is none.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        Self::try_read(bytes).unwrap_or_default()
    }

    pub(crate) fn try_read(bytes: &[u8]) -> Result<Self, RejectionReason> {
        let bytes = begin(bytes);
        let separators = Separators::read(bytes)?;
        let line = bytes.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
        let fields = line.split(|byte| *byte == separators.field).take(18).map(echoed).collect();
        Ok(Self { separators, negative_acknowledgement: NegativeAcknowledgement::default(), fields })
    }

    /// The header that the answer to a batch is made of: from BHS, else FHS, and MSH-11, -12 and -18 of its first
    /// message. MSH-10 is the control id, BHS-11 or FHS-11, else that of the first message. It is in original mode.
    pub(crate) fn of_batch(separators: Separators, own: [Option<Segment<'_>>; 2], first: &Self) -> Self {
        let given = |n: u16| own.iter().flatten().map(|it| it.field(n).as_written()).find(|it| !it.trim().is_empty());
        let mut fields = vec![Vec::new(); 18];
        let mut set = |n: usize, text: &[u8]| fields[n - 1] = echoed(text);
        for n in 3..=6 {
            set(usize::from(n), given(n).unwrap_or_default().as_bytes());
        }
        set(10, given(11).map_or(first.field(10), str::as_bytes));
        for n in [11, 12, 18] {
            set(n, first.component(n, 1));
        }
        Self { separators, negative_acknowledgement: first.negative_acknowledgement, fields }
    }

    /// As answered to this sender.
    pub(crate) fn of(self, source: &SourceProfile) -> Self {
        Self { negative_acknowledgement: source.negative_acknowledgement, ..self }
    }

    /// MSH-n; empty if absent.
    pub(crate) fn field(&self, n: usize) -> &[u8] {
        self.fields.get(n - 1).map_or(&[], Vec::as_slice)
    }

    /// Component `c` of the first repetition of MSH-n.
    pub(crate) fn component(&self, n: usize, c: usize) -> &[u8] {
        let first = self.field(n).split(|b| Some(*b) == self.separators.repetition).next().unwrap_or_default();
        first.split(|b| *b == self.separators.component).nth(c - 1).unwrap_or_default().trim_ascii()
    }

    /// The first repetition of MSH-18.
    pub(crate) fn character_set(&self) -> &[u8] {
        self.component(18, 1)
    }

    /// MSH-9.1 is `ACK`, or `MCF` as 2.1 has it: such a message is never answered. An RRI is an answer of people, not of
    /// machines, and is acknowledged like any other message.
    #[must_use]
    pub fn is_acknowledgement(&self) -> bool {
        matches!(self.component(9, 1), b"ACK" | b"MCF")
    }

    /// MSH-15 or MSH-16 is valued.
    pub(crate) fn is_enhanced(&self) -> bool {
        self.condition(15).or(self.condition(16)).is_some()
    }

    /// MSH-15 or MSH-16 (HL7 table 0155); `None` if it is empty.
    pub(crate) fn condition(&self, n: usize) -> Option<&[u8]> {
        Some(self.component(n, 1)).filter(|condition| !condition.is_empty() && condition != b"\"\"")
    }

    /// MSH-10 as text; `None` if absent or `""`.
    pub(crate) fn message_id(&self) -> Option<String> {
        let id = super::charset::lenient(self.field(10)).trim().to_owned();
        (!id.is_empty() && id != "\"\"").then_some(id)
    }
}

/// A field as an answer gives it back: without characters that steer (in UTF-8, or ASCII), and cut where it is too long.
fn echoed(field: &[u8]) -> Vec<u8> {
    let mut clean = Vec::with_capacity(field.len().min(MAX_FIELD));
    for chunk in field.utf8_chunks() {
        for c in chunk.valid().chars().filter(|c| !is_steering(*c)) {
            clean.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        // In another character set, bytes outside ASCII mean something else.
        clean.extend_from_slice(chunk.invalid());
    }
    clean.truncate(MAX_FIELD);
    clean
}

/// The message without a byte order mark, blanks and line ends before it.
pub(crate) fn begin(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.trim_ascii_start();
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_is_not_given_back() {
        let header = Header::read("MSH|^~\\&|A\u{1b}[2J|B|||1||ADT^A01|4\u{202E}2\u{85}\u{2066}|P|2.5".as_bytes());
        assert_eq!((header.field(3), header.field(10)), (b"A[2J".as_slice(), b"42".as_slice()));
        let latin = Header::read(b"MSH|^~\\&|H\xE4me\x07|B|||1||ADT^A01|42|P|2.5");
        assert_eq!(latin.field(3), b"H\xE4me");
        let long = Header::read(format!("MSH|^~\\&|{}", "x".repeat(9999)).as_bytes());
        assert_eq!(long.field(3).len(), MAX_FIELD);
    }
}
