//! An HL7 v2 message as text: segments, fields, repetitions, components, subcomponents.
//!
//! It is our own, because the parser crate we tried (hl7-parser 0.3) drops everything after a line that is no segment,
//! counts MSH's fields wrong when MSH-2 has other than four characters, and cuts escapes at character indices as if
//! they were bytes. Nothing is copied before it is read; every look-up is linear.

use super::escape::unescape;
use super::separators::Separators;
use jiff::tz::TimeZone;

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
    /// Splits `text` into segments at the line end that its header has. At CR, an LF after a CR does not count, and a
    /// bare LF is content. At LF, as in files, any CR splits too.
    pub(crate) fn new(text: &'m str, separators: Separators) -> Self {
        let as_in_files =
            text.trim_start().find(['\r', '\n']).is_some_and(|at| text.trim_start()[at..].starts_with('\n'));
        let ends: &[char] = if as_in_files { &['\r', '\n'] } else { &['\r'] };
        let lines = text.split(ends).map(str::trim_start).filter(|line| !line.is_empty());
        Self { segments: lines.map(|text| Segment { text, separators }).collect(), zone: TimeZone::UTC }
    }

    /// With the zone of its times that have no offset.
    pub(crate) fn written_in(self, zone: TimeZone) -> Self {
        Self { zone, ..self }
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

    /// Its name: what stands before the first separator.
    pub(crate) fn name(&self) -> &'m str {
        self.text.split(char::from(self.separators.field)).next().unwrap_or_default()
    }

    /// Its fields after the name, each with its number as HL7 counts.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (u16, Value<'m>)> {
        let first = if self.is_header() { 2 } else { 1 };
        let separators = self.separators;
        let fields = self.text.split(char::from(separators.field)).skip(1);
        (first..).zip(fields.map(move |text| Value { text, separators }))
    }

    fn is_header(&self) -> bool {
        ["MSH", "FHS", "BHS"].iter().any(|name| self.text.starts_with(name))
    }

    /// Field `n` as HL7 counts (MSH-1, FHS-1 and BHS-1 are the separator itself); an absent one is empty.
    pub(crate) fn field(&self, n: u16) -> Value<'m> {
        let skip = usize::from(if self.is_header() { n.saturating_sub(1) } else { n });
        let text = self.text.split(char::from(self.separators.field)).nth(skip).unwrap_or_default();
        Value { text, separators: self.separators }
    }
}

impl<'m> Value<'m> {
    /// As written in the message, with its escapes.
    pub(crate) fn as_written(self) -> &'m str {
        self.text
    }
}

impl Value<'_> {
    fn split(self, separator: Option<u8>) -> impl Iterator<Item = Self> {
        // Without a separator of that kind the whole is its only part: NUL stands for it, and the text has no NUL by
        // then.
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
