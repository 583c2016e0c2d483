//! The answer to a message: at most one, and never to an ACK.
//!
//! - Original mode (MSH-15 and MSH-16 empty): AA, AE or AR (HL7 table 0008).
//! - Either valued: the accept level, CA, CE or CR, if MSH-15 wants it (table 0155: AL, NE, ER, SU; another word is
//!   taken for AL); else the application level, if MSH-16 does; NE and NE get nothing. CR is said for MSH-9, -11 and
//!   -12 only; what we cannot store now is CE there and AR in original mode, with code 207 and "send it again later".
//! - The answer speaks in the sender's own separators, version and character set, so MSH-10 goes back byte for byte.
//! - A message without a readable MSH is answered once, AE with an empty MSA-2.

use super::Header;
use super::message::Separators;
use crate::Outcome;
use crate::rejection::{Place, Refusal, Rejection, RejectionCode};
use bytes::{BufMut, Bytes, BytesMut};
use event::Instant;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

/// What the sender is told.
#[derive(Clone, Copy, Debug)]
pub enum Answer<'a> {
    /// Stored: the sender need not send it again.
    Accepted,
    /// Not taken, and kept in the quarantine.
    Rejected(&'a Rejection),
    /// We cannot store now, for a reason that is not in the message.
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

/// The answer's payload, without its MLLP frame; `None` if none is wanted. `zone`: whose clock MSH-7 shows.
#[must_use]
pub fn acknowledge(header: &Header, answer: Answer<'_>, now: Instant, zone: &TimeZone) -> Option<Bytes> {
    if header.is_acknowledgement() {
        return None;
    }
    let code = code(header, answer)?;
    let mut writer = Writer { out: BytesMut::new(), separators: header.separators };
    writer.header(header, now, zone);
    let (text, error) = match answer {
        Answer::Accepted => ("", None),
        Answer::Rejected(rejection) => (rejection.text, Some((rejection.code, rejection.place))),
        Answer::NotStored => (
            "cannot be stored now: send it again later",
            Some((RejectionCode::ApplicationInternalError, Place::Message)),
        ),
    };
    writer.segment("MSA", &[code.as_bytes(), header.field(10), &writer.escaped(text)]);
    if let Some((code, place)) = error {
        writer.error(code, place, text);
    }
    Some(writer.out.freeze())
}

/// MSA-1; `None`: no answer is wanted.
fn code(header: &Header, answer: Answer<'_>) -> Option<&'static str> {
    let wanted = |condition: &[u8]| match condition {
        b"NE" => false,
        b"ER" => !matches!(answer, Answer::Accepted),
        b"SU" => matches!(answer, Answer::Accepted),
        _ => true,
    };
    let valued = |n| Some(header.component(n, 1)).filter(|condition| !condition.is_empty() && condition != b"\"\"");
    let application = match answer {
        Answer::Accepted => "AA",
        Answer::Rejected(Rejection { acknowledgement: Refusal::Error, .. }) => "AE",
        Answer::Rejected(_) | Answer::NotStored => "AR",
    };
    let accept = match answer {
        Answer::Accepted => "CA",
        Answer::Rejected(Rejection { acknowledgement: Refusal::Reject, .. }) => "CR",
        Answer::Rejected(_) | Answer::NotStored => "CE",
    };
    match (valued(15), valued(16)) {
        (None, None) => Some(application),
        (Some(condition), _) if wanted(condition) => Some(accept),
        (_, Some(condition)) if wanted(condition) => Some(application),
        _ => None,
    }
}

struct Writer {
    out: BytesMut,
    separators: Separators,
}

impl Writer {
    fn header(&mut self, header: &Header, now: Instant, zone: &TimeZone) {
        let Separators { component, repetition, escape, subcomponent, .. } = self.separators;
        let signs: Vec<u8> = [Some(component), repetition, escape, subcomponent].into_iter().flatten().collect();
        let time = now.to_timestamp().to_zoned(zone.clone()).strftime("%Y%m%d%H%M%S%z").to_string();
        let trigger = header.component(9, 2);
        let kind = match trigger {
            [] => b"ACK".to_vec(),
            trigger => [b"ACK", trigger, b"ACK"].join(&component),
        };
        let version = match header.component(12, 1) {
            [] => b"2.5.1",
            version => version,
        };
        let mut fields: Vec<&[u8]> = vec![&signs];
        // Sending and receiving, swapped.
        fields.extend([5, 6, 3, 4].map(|n| header.field(n)));
        let id = message_id(header, now);
        fields.extend([time.as_bytes(), b"", &kind, id.as_bytes(), header.component(11, 1), version]);
        fields.extend([b"".as_slice(); 5]);
        fields.push(header.component(18, 1));
        self.segment("MSH", &fields);
    }

    /// ERR-2 location, ERR-3 code of table 0357, ERR-4 severity, ERR-8 text for a person.
    fn error(&mut self, code: RejectionCode, place: Place, text: &str) {
        let component = char::from(self.separators.component).to_string();
        let location = match place {
            Place::Message | Place::Member(_) | Place::Element(_) | Place::Entry(..) => String::new(),
            Place::Segment(segment) => [segment, "1"].join(&component),
            Place::Field(segment, field) => [segment, "1", &field.to_string()].join(&component),
            Place::Component(segment, field, part) => {
                [segment, "1", &field.to_string(), "1", &part.to_string()].join(&component)
            }
        };
        let (number, name) = code.hl7();
        let code = [&number.to_string(), name, "HL70357"].join(&component);
        let text = self.escaped(text);
        self.segment("ERR", &[b"", location.as_bytes(), code.as_bytes(), b"E", b"", b"", b"", &text]);
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

    /// One of our own sentences, in separators that may be any sign.
    fn escaped(&self, text: &str) -> Vec<u8> {
        let Separators { field, component, repetition, escape, subcomponent } = self.separators;
        let sign = |byte: u8| [Some(field), Some(component), repetition, escape, subcomponent].contains(&Some(byte));
        text.bytes().map(|byte| if sign(byte) { b' ' } else { byte }).collect()
    }
}

/// MSH-10 of the answer: follows from the message's own and the time.
fn message_id(header: &Header, now: Instant) -> String {
    let digest = Sha256::new().chain_update(header.field(10)).chain_update(now.as_micros().to_be_bytes()).finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    format!("{:016X}", u64::from_be_bytes(first))
}
