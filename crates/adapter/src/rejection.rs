//! Why a message is rejected: a code, a place, a plain sentence. It never quotes the message (law 3).

use event::Token;

/// A rejected message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// Why.
    pub code: RejectionCode,
    /// Where.
    pub place: MessagePlace,
    /// Why, for a person; one of the sentences of this crate.
    pub text: &'static str,
    /// Index tokens of the valid linking identifiers that could be read, sorted and distinct: these clients' "none"
    /// becomes "not known" (law 5).
    pub named: Vec<Token>,
    /// The acknowledgement code that the sender gets.
    pub acknowledgement: AcknowledgementCode,
}

/// The two codes of HL7 table 0008 that reject a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AcknowledgementCode {
    /// AE: the message must be corrected before it is sent again.
    Error,
    /// AR: MSH-9, MSH-11 or MSH-12 is not acceptable here, or nothing can be stored now.
    Reject,
}

/// HL7 table 0357 as far as it is used, and three codes of our own for what is no message at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RejectionCode {
    /// 100.
    SegmentSequenceError,
    /// 101.
    RequiredFieldMissing,
    /// 102.
    DataTypeError,
    /// 103.
    TableValueNotFound,
    /// 200.
    UnsupportedMessageType,
    /// 201.
    UnsupportedEventCode,
    /// 202.
    UnsupportedProcessingId,
    /// 203.
    UnsupportedVersionId,
    /// 204.
    UnknownKeyIdentifier,
    /// 205.
    DuplicateKeyIdentifier,
    /// 207.
    ApplicationInternalError,
    /// Not HL7, not JSON; 102 on the HL7 side.
    Malformed,
    /// Over a limit of size or number; 102 on the HL7 side.
    TooLarge,
    /// JSON nested too deep; 102 on the HL7 side.
    TooDeep,
}

/// Where in the message. Only names and numbers of our own source code, so it can hold no content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessagePlace {
    /// The message as a whole.
    Message,
    /// An HL7 segment.
    Segment(&'static str),
    /// An HL7 field.
    Field(&'static str, u16),
    /// A component of an HL7 field.
    Component(&'static str, u16, u16),
    /// A member of a CloudEvent: `specversion`.
    Member(&'static str),
    /// A member inside the data of a CloudEvent: `data.client.identifiers`.
    Path(Path),
    /// The same inside a line of a list, from 0: `data.lines[16].stay`.
    Line(u16, Path),
    /// An element of a batch, from 0.
    Element(usize),
    /// A place in an entry of a FHIR Bundle, from 0: `resource.period.end`.
    Entry(usize, &'static str),
}

/// The names of members, each inside the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path([&'static str; 4]);

impl Path {
    /// `data` itself.
    pub(crate) const DATA: Self = Self(["data", "", "", ""]);
    /// The lines of a list.
    pub(crate) const LINES: Self = Self(["data", "lines", "", ""]);

    /// The member of that name inside it. Beyond the length of a path, the place is the member that holds it.
    pub(crate) fn then(mut self, name: &'static str) -> Self {
        if let Some(free) = self.0.iter_mut().find(|name| name.is_empty()) {
            *free = name;
        }
        self
    }
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut names = self.0.iter().filter(|name| !name.is_empty());
        names.next().map_or(Ok(()), |first| f.write_str(first))?;
        names.try_for_each(|name| write!(f, ".{name}"))
    }
}

/// Why and where a message is rejected. The clients that it names are not known yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RejectionReason {
    pub(crate) code: RejectionCode,
    pub(crate) place: MessagePlace,
    pub(crate) text: &'static str,
}

impl RejectionReason {
    pub(crate) fn new(code: RejectionCode, place: MessagePlace, text: &'static str) -> Self {
        Self { code, place, text }
    }

    pub(crate) fn missing(place: MessagePlace) -> Self {
        Self::new(RejectionCode::RequiredFieldMissing, place, "a required field is missing")
    }

    pub(crate) fn data_type(place: MessagePlace, text: &'static str) -> Self {
        Self::new(RejectionCode::DataTypeError, place, text)
    }

    pub(crate) fn too_large(place: MessagePlace, text: &'static str) -> Self {
        Self::new(RejectionCode::TooLarge, place, text)
    }

    /// Of a list's line its number is given: one of hundreds may be wrong.
    pub(crate) fn in_line(self, index: usize, of: Path) -> Self {
        match self.place {
            MessagePlace::Path(path) if of == Path::LINES => {
                // A list has fewer lines.
                Self { place: MessagePlace::Line(u16::try_from(index).unwrap_or(u16::MAX), path), ..self }
            }
            MessagePlace::Message
            | MessagePlace::Segment(_)
            | MessagePlace::Field(..)
            | MessagePlace::Component(..)
            | MessagePlace::Member(_)
            | MessagePlace::Path(_)
            | MessagePlace::Line(..)
            | MessagePlace::Element(_)
            | MessagePlace::Entry(..) => self,
        }
    }

    pub(crate) fn naming(self, named: Vec<Token>) -> Rejection {
        let Self { code, place, text } = self;
        Rejection { code, place, text, named, acknowledgement: code.acknowledgement_code() }
    }
}

impl RejectionCode {
    /// Every code.
    pub const ALL: &[Self] = &[
        Self::SegmentSequenceError,
        Self::RequiredFieldMissing,
        Self::DataTypeError,
        Self::TableValueNotFound,
        Self::UnsupportedMessageType,
        Self::UnsupportedEventCode,
        Self::UnsupportedProcessingId,
        Self::UnsupportedVersionId,
        Self::UnknownKeyIdentifier,
        Self::DuplicateKeyIdentifier,
        Self::ApplicationInternalError,
        Self::Malformed,
        Self::TooLarge,
        Self::TooDeep,
    ];

    /// The stable name: in JSON answers, metrics and the quarantine.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SegmentSequenceError => "segment-sequence-error",
            Self::RequiredFieldMissing => "required-field-missing",
            Self::DataTypeError => "data-type-error",
            Self::TableValueNotFound => "table-value-not-found",
            Self::UnsupportedMessageType => "unsupported-message-type",
            Self::UnsupportedEventCode => "unsupported-event-code",
            Self::UnsupportedProcessingId => "unsupported-processing-id",
            Self::UnsupportedVersionId => "unsupported-version-id",
            Self::UnknownKeyIdentifier => "unknown-key-identifier",
            Self::DuplicateKeyIdentifier => "duplicate-key-identifier",
            Self::ApplicationInternalError => "application-internal-error",
            Self::Malformed => "malformed",
            Self::TooLarge => "too-large",
            Self::TooDeep => "too-deep",
        }
    }

    /// Code and text of HL7 table 0357.
    #[must_use]
    pub fn hl7(self) -> (u16, &'static str) {
        match self {
            Self::SegmentSequenceError => (100, "Segment sequence error"),
            Self::RequiredFieldMissing => (101, "Required field missing"),
            Self::DataTypeError | Self::Malformed | Self::TooLarge | Self::TooDeep => (102, "Data type error"),
            Self::TableValueNotFound => (103, "Table value not found"),
            Self::UnsupportedMessageType => (200, "Unsupported message type"),
            Self::UnsupportedEventCode => (201, "Unsupported event code"),
            Self::UnsupportedProcessingId => (202, "Unsupported processing id"),
            Self::UnsupportedVersionId => (203, "Unsupported version id"),
            Self::UnknownKeyIdentifier => (204, "Unknown key identifier"),
            Self::DuplicateKeyIdentifier => (205, "Duplicate key identifier"),
            Self::ApplicationInternalError => (207, "Application internal error"),
        }
    }

    /// AR for MSH-9, MSH-11, MSH-12 and for our own failures; AE for all else.
    #[must_use]
    pub fn acknowledgement_code(self) -> AcknowledgementCode {
        match self {
            Self::UnsupportedMessageType
            | Self::UnsupportedEventCode
            | Self::UnsupportedProcessingId
            | Self::UnsupportedVersionId
            | Self::ApplicationInternalError => AcknowledgementCode::Reject,
            Self::SegmentSequenceError
            | Self::RequiredFieldMissing
            | Self::DataTypeError
            | Self::TableValueNotFound
            | Self::UnknownKeyIdentifier
            | Self::DuplicateKeyIdentifier
            | Self::Malformed
            | Self::TooLarge
            | Self::TooDeep => AcknowledgementCode::Error,
        }
    }
}

impl std::fmt::Display for RejectionCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::fmt::Display for MessagePlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Message => f.write_str("message"),
            Self::Segment(name) | Self::Member(name) => f.write_str(name),
            Self::Field(segment, field) => write!(f, "{segment}-{field}"),
            Self::Component(segment, field, component) => write!(f, "{segment}-{field}.{component}"),
            Self::Path(path) => write!(f, "{path}"),
            Self::Line(index, Path(names)) => {
                let names = names.iter().enumerate().filter(|(_, name)| !name.is_empty());
                names.into_iter().try_for_each(|(n, name)| match n {
                    0 => f.write_str(name),
                    1 => write!(f, ".{name}[{index}]"),
                    _ => write!(f, ".{name}"),
                })
            }
            Self::Element(index) => write!(f, "[{index}]"),
            Self::Entry(index, path) => write!(f, "Bundle.entry[{index}].{path}"),
        }
    }
}

impl std::fmt::Display for Rejection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at {}: {}", self.code, self.place, self.text)
    }
}

impl std::error::Error for Rejection {}
