//! A source's message becomes events or a rejection: pure, no clock, no socket, no database.
//!
//! [`translate`] is a function of the bytes, the sender's configuration ([`SourceProfile`]) and [`VERSION`], never of
//! arrival (rule R1). A rejection names a code and a place and never quotes the message (law 3): a [`MessagePlace`] is made
//! of names and numbers that are in this source code.
//!
//! # Adding a format
//! 1. A module beside [`hl7v2`], [`fhir`] and [`social`] with `translate(&SourceProfile, &Keyring, &[u8]) -> Translation`.
//! 2. Its variant in [`Format`]; the compiler then asks for its arms in [`translate`], [`codes()`], [`own_numbers`], [`ignored()`]
//!    and `permitted`.
//! 3. Its messages under `tests/messages/<format>`, each with what it gives; their folder in `tests/adapter/support.rs`.
//!
//! How it comes in, and the commands that read files of it, are the binary's: see `crates/README.md`.

#![deny(clippy::wildcard_enum_match_arm)]

mod event_builder;
mod found_by;
mod glimpse;
mod identifiers;
mod json;
mod number;
mod own_code;
mod permitted;
mod placeholder;
mod rejection;
mod remark;
mod rfc3339;
mod scope;
mod source_profile;
mod survey;
mod used_code;

pub mod fhir;
pub mod hl7v2;
pub mod social;

pub use found_by::{FoundBy, found_by};
pub use glimpse::glimpse;
pub use permitted::named;
pub use rejection::{AcknowledgementCode, MessagePlace, Path, Rejection, RejectionCode};
pub use remark::{Remark, RemarkCode};
pub use source_profile::{Decides, Format, NegativeAcknowledgement, NumberType, SourceProfile, StayKey};
pub use survey::{Survey, Withheld};
pub use used_code::{CodeKind, UsedCode};

use event::{Event, HETU_SYSTEM, Keyring, Token};

/// The version of what a message gives: raised with each change that gives other events for the same bytes. Events carry
/// it with the configuration's ([`SourceProfile::version`]).
pub const VERSION: u32 = 11;

/// What one message gives. It has no `Debug`, because the message id and the header are the sender's own text.
pub struct Translation {
    /// Events, nothing to keep, or a rejection.
    pub outcome: Outcome,
    /// The sender's own id of the message, if it could be read. Not for logs.
    pub message_id: Option<String>,
    /// A second id by which the sender may ask: `MessageHeader.id` of a FHIR message whose Bundle has an id of its own. Not
    /// for logs.
    pub header_id: Option<String>,
    /// The contradictions in the message. [`Translation::remarks_at`] adds those that only the time of receipt shows.
    pub remarks: Vec<Remark>,
    /// What an HL7 answer is made of. [`Format::Hl7v2`] always gives it, however little could be read.
    pub hl7: Option<hl7v2::Header>,
}

/// The outcome of one message.
#[derive(Debug)]
pub enum Outcome {
    /// At least one event, in the order of their ordinals.
    Events(Vec<Event>),
    /// Understood, and nothing of it is kept; it is acknowledged like any other.
    Ignored,
    /// Rejected; it goes to the quarantine.
    Rejected(Rejection),
}

/// Translates one message: an HL7 v2 message without its MLLP frame, one CloudEvent, or one FHIR Bundle.
#[must_use]
pub fn translate(source: &SourceProfile, keyring: &Keyring, bytes: &[u8]) -> Translation {
    let mut translation = match source.format {
        Format::Hl7v2 => hl7v2::translate(source, keyring, bytes),
        Format::Social => social::translate(source, keyring, bytes),
        Format::Fhir => fhir::translate(source, keyring, bytes),
    };
    translation.outcome = permitted::only(source, translation.outcome, &mut translation.remarks);
    translation
}

/// The codes that `bytes` use and what each means, sorted and distinct, whatever the outcome of the message.
#[must_use]
pub fn codes(source: &SourceProfile, bytes: &[u8]) -> Vec<UsedCode> {
    let mut found = used_code::Codes::default();
    match source.format {
        Format::Hl7v2 => hl7v2::codes(source, bytes, &mut found),
        Format::Fhir => fhir::codes(source, bytes, &mut found),
        Format::Social => social::codes(source, bytes, &mut found),
    }
    found.finish()
}

/// The tokens of the sender's own numbers in the bytes of a rejected message, as far as they can be read, sorted. Only
/// the sender asks by these numbers.
#[must_use]
pub fn own_numbers(source: &SourceProfile, keyring: &Keyring, bytes: &[u8]) -> Vec<Token> {
    let system = source.own_system();
    if system == HETU_SYSTEM || !source.linking.contains(system) {
        return Vec::new();
    }
    let only_own = SourceProfile { linking: [system.to_owned()].into(), ..source.clone() };
    match source.format {
        Format::Hl7v2 => hl7v2::named(&[&only_own], keyring, bytes),
        Format::Social => glimpse(&only_own, keyring, bytes),
        Format::Fhir => fhir::named_in(&only_own, keyring, bytes),
    }
}

/// Why a message that is taken ([`Outcome::Ignored`]) gives nothing, for the person who connects a feed.
#[must_use]
pub fn ignored(source: &SourceProfile, bytes: &[u8]) -> &'static str {
    match source.format {
        Format::Hl7v2 => hl7v2::ignored(source, bytes),
        Format::Fhir => fhir::ignored(bytes),
        Format::Social => "this source is not configured to decide it (`decides`)",
    }
}

impl From<Vec<Event>> for Outcome {
    fn from(events: Vec<Event>) -> Self {
        if events.is_empty() { Self::Ignored } else { Self::Events(events) }
    }
}
