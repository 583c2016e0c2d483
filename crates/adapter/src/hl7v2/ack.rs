//! The answers to a message: at most one of each level, and never one to an acknowledgement.
//!
//! - Original mode (MSH-15 and MSH-16 empty): AA, AE or AR (HL7 table 0008).
//! - Enhanced mode (either valued; table 0155: AL, NE, ER, SU, any other value counts as AL): the accept level, CA, CE
//!   or CR, if MSH-15 asks for it; then the application level, AA, AE or AR, as a second message if MSH-16 asks for it.
//!   After a CE or CR no application acknowledgement follows, because nothing processes the message. Both are sent
//!   after the commit (law 1), so a message in the quarantine never gets CA.
//! - Engines differ in what AE and AR mean to them: [`NegativeAcknowledgement`] is what they mean to this sender.
//! - CR is for MSH-9, -11 and -12 only. A message that cannot be stored now gets CE, and AR in original mode, with code
//!   207 and "send it again later".
//! - The answer uses the sender's separators, version and character set, so MSH-10 goes back byte for byte. Its fields are
//!   those that the version has: see [`Version`]. A version that is not understood is answered in 2.5.1.
//! - A message without a readable MSH is answered once, AE with an empty MSA-2.
//! - A batch in one frame has one answer: [`super::Batch`].

use super::Header;
use super::separators::Separators;
use super::version::Version;
use crate::rejection::{AcknowledgementCode, MessagePlace, Rejection, RejectionCode};
use crate::{NegativeAcknowledgement, Outcome};
use bytes::{BufMut, Bytes, BytesMut};
use event::Instant;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

/// The outcome that the sender is answered.
#[derive(Clone, Copy, Debug)]
pub enum Answer<'a> {
    /// Stored: the sender need not send it again.
    Accepted,
    /// Rejected, and kept in the quarantine.
    Rejected(&'a Rejection),
    /// Not stored, for a reason that is not in the message: it must be sent again.
    NotStored,
}

impl<'a> From<&'a Outcome> for Answer<'a> {
    fn from(outcome: &'a Outcome) -> Self {
        match outcome {
            Outcome::Events(_) | Outcome::Ignored => Self::Accepted,
            Outcome::Rejected(rejection) => Self::Rejected(rejection),
        }
    }
}

/// The answers' payloads without their MLLP frames, in the order they are sent: none, one, or two in enhanced mode.
/// `zone`: the zone of MSH-7.
#[must_use]
pub fn acknowledge(header: &Header, answer: Answer<'_>, now: Instant, zone: &TimeZone) -> Vec<Bytes> {
    if header.is_acknowledgement() {
        return Vec::new();
    }
    let Levels { accept, application } = levels(header, answer);
    let codes = accept.into_iter().chain(application);
    codes.map(|code| message(header, answer, code, now, zone)).collect()
}

fn message(header: &Header, answer: Answer<'_>, code: &'static str, now: Instant, zone: &TimeZone) -> Bytes {
    let mut writer = Writer::new(header, code, now, zone);
    writer.acknowledgement(code, header, answer.why().map_or("", |(.., text)| text));
    writer.refusal(answer, "");
    writer.finish()
}

/// Whether an answer of any level is wanted.
pub(super) fn is_wanted(header: &Header, answer: Answer<'_>) -> bool {
    let Levels { accept, application } = levels(header, answer);
    !header.is_acknowledgement() && (accept.is_some() || application.is_some())
}

impl Answer<'_> {
    /// Why and where the message is rejected; `None`: it is not.
    fn why(&self) -> Option<(RejectionCode, MessagePlace, &'static str)> {
        match self {
            Self::Accepted => None,
            Self::Rejected(rejection) => Some((rejection.code, rejection.place, rejection.text)),
            Self::NotStored => {
                let text = "cannot be stored now: send it again later";
                Some((RejectionCode::ApplicationInternalError, MessagePlace::Message, text))
            }
        }
    }
}

/// MSA-1 of each level that is sent.
struct Levels {
    accept: Option<&'static str>,
    application: Option<&'static str>,
}

fn levels(header: &Header, answer: Answer<'_>) -> Levels {
    let wanted = |condition: &[u8]| match condition {
        b"NE" => false,
        b"ER" => !matches!(answer, Answer::Accepted),
        b"SU" => matches!(answer, Answer::Accepted),
        _ => true,
    };
    let application = match (answer, header.negative_acknowledgement) {
        (Answer::Accepted, _) => "AA",
        (
            Answer::Rejected(Rejection { acknowledgement: AcknowledgementCode::Error, .. }),
            NegativeAcknowledgement::Standard,
        )
        | (Answer::NotStored, NegativeAcknowledgement::ErrorIsSentAgain) => "AE",
        (Answer::Rejected(_), _) | (Answer::NotStored, NegativeAcknowledgement::Standard) => "AR",
    };
    let (Some(accepting), applying) = (header.condition(15), header.condition(16)) else {
        let condition = header.condition(16);
        let application = condition.is_none_or(wanted).then_some(application);
        return Levels { accept: None, application };
    };
    let accept = match answer {
        Answer::Accepted => "CA",
        Answer::Rejected(Rejection { acknowledgement: AcknowledgementCode::Reject, .. }) => "CR",
        Answer::Rejected(_) | Answer::NotStored => "CE",
    };
    let accept = wanted(accepting).then_some(accept);
    let last_word = accept.is_some() && !matches!(answer, Answer::Accepted);
    let application = (!last_word && applying.is_some_and(wanted)).then_some(application);
    Levels { accept, application }
}

/// An answer in the making.
pub(super) struct Writer {
    out: BytesMut,
    separators: Separators,
    version: Version,
    errors: Vec<(RejectionCode, MessagePlace, String)>,
}

impl Writer {
    /// With its MSH.
    pub(super) fn new(header: &Header, code: &str, now: Instant, zone: &TimeZone) -> Self {
        let given = header.component(12, 1);
        let (version, written) = Version::read(given).map_or(Version::UNKNOWN, |version| (version, given));
        let mut writer = Self { out: BytesMut::new(), separators: header.separators, version, errors: Vec::new() };
        writer.header(header, code, written, now, zone);
        writer
    }

    /// MSA; `text` is for a person.
    pub(super) fn acknowledgement(&mut self, code: &str, header: &Header, text: &str) {
        let text = if self.version.has_acknowledgement_text() { self.escaped(text) } else { Vec::new() };
        self.segment("MSA", &[code.as_bytes(), header.field(10), &text]);
    }

    /// ERR, if the message is rejected; `which` goes before its text.
    pub(super) fn refusal(&mut self, answer: Answer<'_>, which: &str) {
        if let Some((code, place, text)) = answer.why() {
            self.errors.push((code, place, format!("{which}{text}")));
        }
    }

    /// The payload.
    pub(super) fn finish(mut self) -> Bytes {
        let errors = std::mem::take(&mut self.errors);
        if self.version.has_error_location() {
            for (code, place, text) in &errors {
                self.error(*code, *place, text);
            }
        } else if !errors.is_empty() {
            // One ERR, whose first field repeats where the separators can say so.
            let all: Vec<String> =
                errors.iter().map(|(code, place, _)| self.code_and_location(*code, *place)).collect();
            let both = match self.separators.repetition {
                Some(sign) => all.join(&char::from(sign).to_string()),
                None => all.into_iter().next().unwrap_or_default(),
            };
            self.segment("ERR", &[both.as_bytes()]);
        }
        self.out.freeze()
    }

    fn header(&mut self, header: &Header, code: &str, version: &[u8], now: Instant, zone: &TimeZone) {
        let Separators { component, repetition, escape, subcomponent, truncation, .. } = self.separators;
        let signs = [Some(component), repetition, escape, subcomponent, truncation];
        let signs: Vec<u8> = signs.into_iter().flatten().collect();
        let time = now.to_timestamp().to_zoned(zone.clone()).strftime("%Y%m%d%H%M%S%z").to_string();
        let trigger = header.component(9, 2);
        let kind = match trigger {
            [] => b"ACK".to_vec(),
            trigger if self.version.has_message_structure() => [b"ACK", trigger, b"ACK"].join(&component),
            trigger => [b"ACK", trigger].join(&component),
        };
        let mut fields: Vec<&[u8]> = vec![&signs];
        // Sending and receiving, swapped.
        fields.extend([5, 6, 3, 4].map(|n| header.field(n)));
        let id = message_id(header, code, now);
        fields.extend([time.as_bytes(), b"", &kind, id.as_bytes(), header.component(11, 1), version]);
        // An answer in enhanced mode asks for no answer; otherwise it would be answered itself.
        let none: &[u8] = if header.is_enhanced() { b"NE" } else { b"" };
        fields.extend([b"", b"", none, none, b""]);
        fields.push(header.component(18, 1));
        self.segment("MSH", &fields);
    }

    /// ERR-2 location, ERR-3 code of table 0357, ERR-4 severity, ERR-8 text for a person.
    fn error(&mut self, code: RejectionCode, place: MessagePlace, text: &str) {
        let component = char::from(self.separators.component).to_string();
        let location = match place {
            MessagePlace::Message
            | MessagePlace::Member(_)
            | MessagePlace::Path(_)
            | MessagePlace::Line(..)
            | MessagePlace::Element(_)
            | MessagePlace::Entry(..) => String::new(),
            MessagePlace::Segment(segment) => [segment, "1"].join(&component),
            MessagePlace::Field(segment, field) => [segment, "1", &field.to_string()].join(&component),
            MessagePlace::Component(segment, field, part) => {
                [segment, "1", &field.to_string(), "1", &part.to_string()].join(&component)
            }
        };
        let (number, name) = code.hl7();
        let number = number.to_string();
        let code = [&number, name, "HL70357"].join(&component);
        let text = self.escaped(text);
        let fields: [&[u8]; 8] = [b"", location.as_bytes(), code.as_bytes(), b"E", b"", b"", b"", &text];
        self.segment("ERR", &fields);
    }

    /// ERR-1 before 2.5: segment, its sequence, field, and the code as a CE of subcomponents.
    fn code_and_location(&self, code: RejectionCode, place: MessagePlace) -> String {
        let (number, name) = code.hl7();
        let number = number.to_string();
        let (segment, field) = match place {
            MessagePlace::Message
            | MessagePlace::Member(_)
            | MessagePlace::Path(_)
            | MessagePlace::Line(..)
            | MessagePlace::Element(_)
            | MessagePlace::Entry(..) => ("", String::new()),
            MessagePlace::Segment(segment) => (segment, String::new()),
            MessagePlace::Field(segment, field) | MessagePlace::Component(segment, field, _) => {
                (segment, field.to_string())
            }
        };
        let code = match self.separators.subcomponent {
            Some(sign) => [&number, name, "HL70357"].join(&char::from(sign).to_string()),
            None => number,
        };
        let sequence = if segment.is_empty() { "" } else { "1" };
        [segment, sequence, &field, &code].join(&char::from(self.separators.component).to_string())
    }

    fn segment(&mut self, name: &str, fields: &[&[u8]]) {
        self.out.put_slice(name.as_bytes());
        let used = fields.len() - fields.iter().rev().take_while(|field| field.is_empty()).count();
        for field in &fields[..used] {
            self.out.put_u8(self.separators.field);
            self.out.put_slice(field);
        }
        self.out.put_u8(b'\r');
    }

    /// One of our own sentences, escaped for separators that may be any sign.
    fn escaped(&self, text: &str) -> Vec<u8> {
        let Separators { field, component, repetition, escape, subcomponent, truncation } = self.separators;
        let signs = [Some(field), Some(component), repetition, escape, subcomponent, truncation];
        let sign = |byte: u8| signs.contains(&Some(byte));
        text.bytes().map(|byte| if sign(byte) { b' ' } else { byte }).collect()
    }
}

/// MSH-10 of the answer: follows from the message's own, the answer's level and the time.
fn message_id(header: &Header, code: &str, now: Instant) -> String {
    let digest = Sha256::new().chain_update(header.field(10)).chain_update(now.as_micros().to_be_bytes());
    let digest = digest.chain_update(code).finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    format!("{:016X}", u64::from_be_bytes(first))
}
