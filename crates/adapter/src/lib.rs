//! A source's message becomes events or a rejection: pure, no clock, no socket, no database.
//!
//! [`translate`] is a function of the bytes, the sender's configuration ([`SourceProfile`]) and [`VERSION`], never of
//! arrival (rule R1). A rejection names a code and a place and never quotes the message (law 3): a [`Place`] is made
//! of names and numbers that are in this source code.
//!
//! # Adding a format
//! 1. A module beside [`hl7v2`] and [`social`] with `translate(&Source, &Keyring, &[u8]) -> Translation`.
//! 2. Its variant in [`Format`]; the compiler then asks for its arm here.
//! 3. Its messages under `tests/messages/<format>`, each with what it gives.

#![deny(clippy::wildcard_enum_match_arm)]

mod envelope;
mod glimpse;
mod hex;
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
mod unmapped;

pub mod fhir;
pub mod hl7v2;
pub mod social;

pub use glimpse::glimpse;
pub use rejection::{AcknowledgementCode, Path, Place, Rejection, RejectionCode};
pub use remark::{Remark, RemarkCode};
pub use source_profile::{Decides, Format, NegativeAcknowledgement, NumberType, SourceProfile, StayKey};
pub use unmapped::{Unmapped, UnmappedKind};

use event::{Event, Keyring};

/// The version of what a message gives: raised with each change that gives other events for the same bytes. Events carry
/// it with the configuration's ([`SourceProfile::version`]).
pub const VERSION: u32 = 4;

/// What one message says. Has no `Debug`: the message id and the header are the sender's words.
pub struct Translation {
    /// Events, nothing of use, or a rejection.
    pub outcome: Outcome,
    /// The sender's own id of the message, if it could be read. Not for logs.
    pub message_id: Option<String>,
    /// What is odd in it, by itself; see [`Translation::remarks`].
    pub remarks: Vec<Remark>,
    /// What an HL7 answer is made of: always there for [`Format::Hl7v2`], however little could be read.
    pub hl7: Option<hl7v2::Header>,
}

/// What became of one message.
#[derive(Debug)]
pub enum Outcome {
    /// At least one event, in the order of their ordinals.
    Events(Vec<Event>),
    /// Understood, and nothing of it is kept: acknowledged like any other.
    Ignored,
    /// Not taken; goes to the quarantine.
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

/// What `bytes` hold that is not configured, sorted and distinct, whatever comes of the message.
#[must_use]
pub fn unmapped(source: &SourceProfile, bytes: &[u8]) -> Vec<Unmapped> {
    let mut found = unmapped::UnmappedCodes::default();
    match source.format {
        Format::Hl7v2 => hl7v2::unmapped(source, bytes, &mut found),
        Format::Fhir => fhir::unmapped(source, bytes, &mut found),
        // It has codes of its own.
        Format::Social => {}
    }
    found.finish()
}

impl From<Vec<Event>> for Outcome {
    fn from(events: Vec<Event>) -> Self {
        if events.is_empty() { Self::Ignored } else { Self::Events(events) }
    }
}
