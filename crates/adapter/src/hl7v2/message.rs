//! An HL7 v2 message as text: segments, fields, repetitions, components, subcomponents.
//!
//! Our own, because the parser crate we tried (hl7-parser 0.3) drops everything after a line that is no segment,
//! counts MSH's fields wrong when MSH-2 has other than four characters, and cuts escapes at character indices as if
//! they were bytes. Nothing is copied before it is asked for; every look-up is linear.

use super::escape::unescape;
use crate::rejection::{Fault, Place, RejectionCode};
use jiff::tz::TimeZone;

/// MSH-1 and MSH-2. What MSH-2 leaves out is not used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Separators {
    pub(crate) field: u8,
    pub(crate) component: u8,
    pub(crate) repetition: Option<u8>,
    pub(crate) escape: Option<u8>,
    pub(crate) subcomponent: Option<u8>,
    /// HL7 2.7 and later; nothing is cut at it here.
    pub(crate) truncation: Option<u8>,
}

impl Default for Separators {
    fn default() -> Self {
        let (repetition, escape, subcomponent) = (Some(b'~'), Some(b'\\'), Some(b'&'));
        Self { field: b'|', component: b'^', repetition, escape, subcomponent, truncation: None }
    }
}

impl Separators {
    /// From a message that begins with `MSH`. Accepts any distinct printable ASCII signs.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Fault> {
        Self::read_after(b"MSH", bytes)
    }

    /// From what begins with the segment `name`, which has its separators where MSH has them: FHS, BHS.
    pub(crate) fn read_after(name: &[u8], bytes: &[u8]) -> Result<Self, Fault> {
        let not_hl7 = Fault::new(
            RejectionCode::SegmentSequenceError,
            Place::Segment("MSH"),
            "the message does not begin with MSH",
        );
        let after = bytes.strip_prefix(name).ok_or(not_hl7)?;
        let fault = Fault::data_type(Place::Field("MSH", 2), "MSH-1 and MSH-2 are not two to six distinct signs");
        let (&field, rest) = after.split_first().ok_or(fault)?;
        let end = rest.iter().position(|byte| *byte == field || matches!(byte, b'\r' | b'\n')).unwrap_or(rest.len());
        let signs = rest.get(..end).filter(|signs| (1..=5).contains(&signs.len())).ok_or(fault)?;
        let all = &after[..=end];
        // Signs that times, versions and `""` are written with cannot separate.
        let usable = |sign: &u8| sign.is_ascii_punctuation() && !b"+-.\"".contains(sign);
        let distinct = all.iter().enumerate().all(|(at, sign)| usable(sign) && !all[..at].contains(sign));
        if !distinct {
            return Err(fault);
        }
        let at = |n: usize| signs.get(n).copied();
        let (repetition, escape, subcomponent, truncation) = (at(1), at(2), at(3), at(4));
        Ok(Self { field, component: signs[0], repetition, escape, subcomponent, truncation })
    }
}

/// A decoded message. No `Debug`: all of it is personal.
pub(crate) struct Message<'m> {
    segments: Vec<Segment<'m>>,
    zone: TimeZone,
}

/// One segment.
#[derive(Clone, Copy)]
pub(crate) struct Segment<'m> {
    text: &'m str,
    separators: Separators,
}

/// A field, repetition, component or subcomponent, not yet unescaped.
#[derive(Clone, Copy)]
pub(crate) struct Value<'m> {
    text: &'m str,
    separators: Separators,
}

impl<'m> Message<'m> {
    /// Splits `text` into segments as its header ends: at CR (an LF after it does not count), and then a bare LF is
    /// content; or, as files have it, at LF, and then at any CR too.
    pub(crate) fn new(text: &'m str, separators: Separators) -> Self {
        let as_in_files =
            text.trim_start().find(['\r', '\n']).is_some_and(|at| text.trim_start()[at..].starts_with('\n'));
        let ends: &[char] = if as_in_files { &['\r', '\n'] } else { &['\r'] };
        let lines = text.split(ends).map(str::trim_start).filter(|line| !line.is_empty());
        Self { segments: lines.map(|text| Segment { text, separators }).collect(), zone: TimeZone::UTC }
    }

    /// With the zone of its sender.
    pub(crate) fn written_in(mut self, zone: &TimeZone) -> Self {
        self.zone = match self.segment("MSH") {
            Some(msh) => super::time::zone(zone, msh.field(7)),
            None => zone.clone(),
        };
        self
    }

    /// The zone of its times that have no offset.
    pub(crate) fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Every segment, in order.
    pub(crate) fn segments(&self) -> &[Segment<'m>] {
        &self.segments
    }

    /// The first segment of that name.
    pub(crate) fn segment(&self, name: &str) -> Option<Segment<'m>> {
        self.segments.iter().copied().find(|segment| segment.is(name))
    }
}

impl<'m> Segment<'m> {
    /// Whether it has that name: the whole name, followed by the field separator or nothing.
    pub(crate) fn is(&self, name: &str) -> bool {
        let rest = self.text.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.as_bytes()[0] == self.separators.field)
    }

    /// Field `n` as HL7 counts (MSH-1, FHS-1 and BHS-1 are the separator itself); an absent one is empty.
    pub(crate) fn field(&self, n: u16) -> Value<'m> {
        let is_header = ["MSH", "FHS", "BHS"].iter().any(|name| self.text.starts_with(name));
        let skip = usize::from(if is_header { n.saturating_sub(1) } else { n });
        let text = self.text.split(char::from(self.separators.field)).nth(skip).unwrap_or_default();
        Value { text, separators: self.separators }
    }
}

impl<'m> Value<'m> {
    /// As it stands in the message, escapes and all.
    pub(crate) fn as_written(self) -> &'m str {
        self.text
    }
}

impl Value<'_> {
    fn split(self, separator: Option<u8>) -> impl Iterator<Item = Self> {
        // Without a separator of that kind the whole is its only part: no character of the text is NUL by then.
        let at = char::from(separator.unwrap_or(0));
        self.text.split(at).map(move |text| Self { text, ..self })
    }

    /// The repetitions of a field.
    pub(crate) fn repetitions(self) -> impl Iterator<Item = Self> {
        self.split(self.separators.repetition)
    }

    /// Component `n` (from 1) of the first repetition.
    pub(crate) fn component(self, n: usize) -> Self {
        let empty = Self { text: "", ..self };
        let first = self.split(self.separators.repetition).next().unwrap_or(empty);
        first.split(Some(self.separators.component)).nth(n - 1).unwrap_or(empty)
    }

    /// Subcomponent `n` (from 1) of a component.
    pub(crate) fn subcomponent(self, n: usize) -> Self {
        self.split(self.separators.subcomponent).nth(n - 1).unwrap_or(Self { text: "", ..self })
    }

    /// `""`: the sender empties the field (rule R4).
    pub(crate) fn is_clear(self) -> bool {
        self.text.trim() == "\"\""
    }

    /// The text without escapes, control characters and blanks around it; `None` if there is none, or `""`.
    pub(crate) fn text(self) -> Option<String> {
        if self.is_clear() {
            return None;
        }
        let plain: String = unescape(self.text, self.separators).chars().filter(|c| !c.is_control()).collect();
        let plain = plain.trim();
        (!plain.is_empty()).then(|| plain.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value<'_> {
        Value { text, separators: Separators::default() }
    }

    #[test]
    fn parts() {
        let field = value("a&b^c~d^e");
        assert_eq!(field.component(1).subcomponent(2).text().as_deref(), Some("b"));
        assert_eq!(field.component(2).text().as_deref(), Some("c"));
        assert_eq!(field.component(9).text(), None);
        assert_eq!(field.repetitions().nth(1).unwrap().component(2).text().as_deref(), Some("e"));
        assert!(value("\"\"").is_clear() && !value("").is_clear());
        for nothing in ["\"\"", "  ", "", r"\X00\"] {
            assert_eq!(value(nothing).text(), None, "{nothing}");
        }
        assert_eq!(value(" a\tb ").text().as_deref(), Some("ab"));
    }

    #[test]
    fn separators_are_what_msh_says() {
        let odd = Separators::read(b"MSH^|~\\&^X").ok().unwrap();
        assert_eq!((odd.field, odd.component), (b'^', b'|'));
        let five = Separators::read(b"MSH|^~\\&#|X").ok().unwrap();
        assert_eq!(five.subcomponent, Some(b'&'));
        let short = Separators::read(b"MSH|^|X").ok().unwrap();
        assert_eq!(short.escape, None);
        for bad in
            ["MSH", "MSH|", "MSH||A", "MSH|^^\\&|", "MSH|^~\\&#%|", "MSHA^~\\&A", "MSH|^~\\ |", "MSH+^|", "MS", "PID|1"]
        {
            assert!(Separators::read(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn segments_split_where_they_start() {
        let separators = Separators::default();
        let crlf = Message::new("MSH|^~\\&|A\r\nPID|1||x MSH|y\r\n\r\nZZZ|a\r\nPV1||I\r\n", separators);
        assert_eq!(crlf.segments().len(), 4);
        assert_eq!(crlf.segment("PV1").unwrap().field(2).text().as_deref(), Some("I"));
        assert_eq!(crlf.segment("MSH").unwrap().field(3).text().as_deref(), Some("A"));
        assert!(crlf.segment("PV").is_none() && crlf.segment("NK1").is_none());
        let lf = Message::new("MSH|^~\\&|A\nPV1||I\n", separators);
        assert!(lf.segment("PV1").is_some());
        let mixed = Message::new("MSH|^~\\&|A\nEVN||1\r\nPID|1\rPV1||I\n", separators);
        assert!(
            ["EVN", "PID", "PV1"].iter().all(|name| mixed.segment(name).is_some()),
            "line ends of more than one kind"
        );
        let content = Message::new("MSH|^~\\&|A\rPV1||I|two\nlines||b\r", separators);
        assert_eq!(content.segment("PV1").unwrap().field(5).text().as_deref(), Some("b"));
        let five = Message::new("MSH|^~\\&#|A|B\r", Separators::read(b"MSH|^~\\&#|A|B\r").ok().unwrap());
        assert_eq!(five.segment("MSH").unwrap().field(4).text().as_deref(), Some("B"));
    }
}
