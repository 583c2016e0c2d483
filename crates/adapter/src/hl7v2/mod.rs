//! HL7 v2 (versions 2.1 to 2.9): ADT, REF and RRI, 360X's orders and bookings. `tests/messages/hl7v2/EVENTS.md` lists
//! which message gives which event.
//!
//! - [`mllp`] frames bytes and knows no message; [`split`] does the same for files; [`acknowledge`] makes the answers and
//!   knows no socket.
//! - MSH-9 gives the message's type, not EVN-1. An empty field means no change, `""` empties the field.
//! - Unknown segments, Z segments and fields that are not needed are ignored.
//! - Triggers that affect no answer are acknowledged and dropped; triggers that would, but are not supported, are
//!   rejected (AR 201), as are other message types (AR 200): what is acknowledged is never lost.
//! - Contradictions are taken as reported, with a remark.

mod ack;
mod adt;
mod batch;
mod booking;
mod charset;
mod escape;
mod header;
mod identity;
mod key;
mod lenient;
mod message;
pub mod mllp;
mod numbers;
mod order;
mod person;
mod referral;
mod remarks;
mod renumber;
mod separators;
mod split;
mod stay;
mod time;
mod trigger;
mod used_code;
mod version;
mod visit;
mod worker;

pub use ack::{Answer, acknowledge};
pub use batch::Batch;
pub use charset::is_character_set;
pub use header::Header;
pub use split::split;
pub(crate) use used_code::codes;

use crate::event_builder::EventBuilder;
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use crate::{Outcome, Remark, SourceProfile, Translation};
use event::{Event, Instant, Keyring, Token};
use message::Message;
use time::TimeReading;
use version::Version;

/// MSH-10 in bytes, at most (HL7 2.7 and later).
const MAX_MESSAGE_ID: usize = 199;

/// Translates one message, without its MLLP frame.
#[must_use]
pub fn translate(source: &SourceProfile, keyring: &Keyring, bytes: &[u8]) -> Translation {
    let (header, (outcome, remarks)) = match Header::try_read(bytes) {
        Err(fault) => {
            let named = lenient::named(source, keyring, bytes);
            (Header::default(), (Outcome::Rejected(fault.naming(named)), Vec::new()))
        }
        Ok(header) if header.is_acknowledgement() => (header, (Outcome::Ignored, Vec::new())),
        Ok(header) => {
            let outcome = outcome(source, keyring, bytes, &header);
            (header, outcome)
        }
    };
    let header = header.of(source);
    Translation { outcome, message_id: header.message_id(), header_id: None, remarks, hl7: Some(header) }
}

/// Why a message that is taken gives nothing.
pub(crate) fn ignored(source: &SourceProfile, bytes: &[u8]) -> &'static str {
    let Ok(header) = Header::try_read(bytes) else { return "it is no message" };
    if header.is_acknowledgement() {
        return "an acknowledgement: nothing is read of it";
    }
    match kind(source, &header) {
        Ok(None | Some(MessageKind::Adt(trigger::Trigger::BesideTheStay))) | Err(_) => {
            "this trigger event (MSH-9.2) changes no answer"
        }
        Ok(Some(MessageKind::Adt(_))) => {
            "it reports neither a stay nor a person's data nor a worker in a configured role"
        }
        Ok(Some(MessageKind::Referral(_))) => {
            "an answer to a referral that is pending still (RF1-1), or refuses its cancelling"
        }
        Ok(Some(MessageKind::Order)) => {
            "an order without the mark of a referral (360X in MSH-21, 57133-1 in OBR-4): `orders_are_referrals` takes all"
        }
        Ok(Some(MessageKind::Booking(_))) => "an appointment without a client (PID) or without a time",
    }
}

/// The clients named in bytes that cannot be read as a message, by the configuration of any of the sources, as in a rejection.
#[must_use]
pub fn named(sources: &[&SourceProfile], keyring: &Keyring, bytes: &[u8]) -> Vec<Token> {
    lenient::named_by_any(sources, keyring, bytes)
}

/// The same for the beginning of a message, without the part that it ends in the middle of.
#[must_use]
pub fn named_at_the_beginning(sources: &[&SourceProfile], keyring: &Keyring, head: &[u8]) -> Vec<Token> {
    lenient::named_by_any(sources, keyring, lenient::whole_part(head, Header::read(head).separators))
}

/// The rejection of a frame over the limit, from its beginning ([`mllp::FrameError::TooLong`]): it has a header to
/// answer with, and names the clients in that beginning.
#[must_use]
pub fn refuse_too_long(source: &SourceProfile, keyring: &Keyring, head: &[u8]) -> Translation {
    let fault = RejectionReason::too_large(MessagePlace::Message, "the message is longer than the limit");
    refuse_beginning(source, keyring, head, fault)
}

/// The rejection of a frame without an end block, from the part that was received ([`mllp::FrameError::Cut`]). It is
/// for the quarantine, and for the clients it names: its sender gave the frame up, and is not answered.
#[must_use]
pub fn refuse_cut(source: &SourceProfile, keyring: &Keyring, head: &[u8]) -> Translation {
    let text = "a frame without an end block: only a part of the message was received";
    refuse_beginning(source, keyring, head, RejectionReason::new(RejectionCode::Malformed, MessagePlace::Message, text))
}

fn refuse_beginning(source: &SourceProfile, keyring: &Keyring, head: &[u8], fault: RejectionReason) -> Translation {
    let header = Header::read(head).of(source);
    let named = lenient::named(source, keyring, lenient::whole_part(head, header.separators));
    let outcome = Outcome::Rejected(fault.naming(named));
    Translation { outcome, message_id: header.message_id(), header_id: None, remarks: Vec::new(), hl7: Some(header) }
}

fn outcome(source: &SourceProfile, keyring: &Keyring, bytes: &[u8], header: &Header) -> (Outcome, Vec<Remark>) {
    let body = header::begin(bytes);
    let (text, readable) =
        match charset::decode(body, header.separators, (header.character_set(), source.character_set.as_deref())) {
            Ok(text) => (text, Ok(())),
            // It is still read, to find the clients that the rejected message names.
            Err(fault) => (charset::lenient(body), Err(fault)),
        };
    let message = Message::new(&text, header.separators);
    let zone = time::zone_of(&message, &source.zone);
    let message = message.written_in(zone);
    match readable.and_then(|()| events(source, keyring, bytes, header, &message)) {
        Ok(events) => {
            let remarks = events.first().map(|event| remarks::remarks(source, &message, written(event)));
            (events.into(), remarks.unwrap_or_default())
        }
        Err(fault) => (Outcome::Rejected(fault.naming(lenient::named(source, keyring, bytes))), Vec::new()),
    }
}

/// The last instant at which the message may have been written.
fn written(event: &Event) -> Instant {
    event.recorded_at.plus_micros((event.recorded_width - 1).max(0))
}

/// The kind of a message, by MSH-9.
enum MessageKind {
    Adt(trigger::Trigger),
    Referral(referral::ReferralMessage),
    Order,
    Booking(booking::Booking),
}

fn events(
    source: &SourceProfile,
    keyring: &Keyring,
    bytes: &[u8],
    header: &Header,
    message: &Message<'_>,
) -> Result<Vec<Event>, RejectionReason> {
    let message_id = check(source, bytes, header, message)?;
    let Some(kind) = kind(source, header)? else {
        return Ok(Vec::new());
    };
    // Its times are not read either.
    if matches!(kind, MessageKind::Adt(trigger::Trigger::BesideTheStay)) && !adt::is_of_use(source, keyring, message) {
        return Ok(Vec::new());
    }
    let (happened, recorded) = times(message, &kind)?;
    let mut builder = EventBuilder::new(source, keyring, &message_id, bytes, (happened, recorded.at));
    builder.recorded_width = recorded.width;
    builder.sequence = sequence(message)?;
    let is_identity = matches!(kind, MessageKind::Adt(trigger::Trigger::Identity(_)));
    let is_adt = matches!(kind, MessageKind::Adt(_));
    match kind {
        MessageKind::Adt(trigger) => adt::events(source, keyring, message, trigger, &mut builder)?,
        MessageKind::Referral(act) => referral::events(source, keyring, message, act, &mut builder)?,
        MessageKind::Order => order::events(source, keyring, message, &mut builder)?,
        MessageKind::Booking(booking) => booking::events(source, keyring, message, booking, &mut builder)?,
    }
    // Messages about identities have already added what follows, and an ignored order has no client.
    if !is_identity && (is_adt || !builder.is_empty()) {
        numbers::add_ended(source, keyring, message, &mut builder)?;
    }
    Ok(builder.finish())
}

/// Checks every message; gives MSH-10.
fn check(
    source: &SourceProfile,
    bytes: &[u8],
    header: &Header,
    message: &Message<'_>,
) -> Result<String, RejectionReason> {
    if bytes.contains(&0) {
        return Err(RejectionReason::data_type(MessagePlace::Message, "a NUL character"));
    }
    if bytes.contains(&mllp::START) {
        return Err(RejectionReason::data_type(
            MessagePlace::Message,
            "a vertical tab, which begins a frame and cannot be content",
        ));
    }
    if message.segments().iter().filter(|segment| segment.is("MSH")).count() != 1 {
        let text = "more than one message header in one message";
        return Err(RejectionReason::new(RejectionCode::SegmentSequenceError, MessagePlace::Segment("MSH"), text));
    }
    let place = MessagePlace::Field("MSH", 10);
    let message_id = header.message_id().ok_or(RejectionReason::missing(place))?;
    if header.field(10).len() > MAX_MESSAGE_ID {
        return Err(RejectionReason::data_type(place, "longer than 199 characters"));
    }
    if Version::read(header.component(12, 1)).is_none() {
        let text = "only HL7 versions 2.1 to 2.9 are understood";
        return Err(RejectionReason::new(RejectionCode::UnsupportedVersionId, MessagePlace::Field("MSH", 12), text));
    }
    if header.component(11, 1) != source.processing_id.as_bytes() {
        let text = "the processing id is not this deployment's";
        return Err(RejectionReason::new(RejectionCode::UnsupportedProcessingId, MessagePlace::Field("MSH", 11), text));
    }
    Ok(message_id)
}

/// MSH-9; `None`: a trigger event that changes no answer.
fn kind(source: &SourceProfile, header: &Header) -> Result<Option<MessageKind>, RejectionReason> {
    let unsupported_event = || {
        let text = "this trigger event is not supported";
        RejectionReason::new(RejectionCode::UnsupportedEventCode, MessagePlace::Component("MSH", 9, 2), text)
    };
    match (header.component(9, 1), header.component(9, 2)) {
        (b"ADT", trigger) => match trigger::Trigger::read(trigger, source) {
            Some(trigger) => Ok(Some(MessageKind::Adt(trigger))),
            None if trigger::changes_nothing(trigger) => Ok(None),
            None => Err(unsupported_event()),
        },
        (b"REF", b"I12" | b"I13") => Ok(Some(MessageKind::Referral(referral::ReferralMessage::Request))),
        (b"REF", b"I14") => Ok(Some(MessageKind::Referral(referral::ReferralMessage::Cancel))),
        // It asks for the status of a referral, and reports nothing.
        (b"REF", b"I15") => Ok(None),
        (b"RRI", b"I12" | b"I13" | b"I15") => Ok(Some(MessageKind::Referral(referral::ReferralMessage::Answer))),
        (b"RRI", b"I14") => Ok(Some(MessageKind::Referral(referral::ReferralMessage::AnswerToCancel))),
        (b"OMG", b"O19") | (b"OSU", b"O51") => Ok(Some(MessageKind::Order)),
        (b"SIU", trigger) => match booking::Booking::read(trigger) {
            Some(booking) => Ok(Some(MessageKind::Booking(booking))),
            None => Err(unsupported_event()),
        },
        (b"REF" | b"RRI" | b"OMG" | b"OSU", _) => Err(unsupported_event()),
        ([], _) => Err(RejectionReason::missing(MessagePlace::Field("MSH", 9))),
        _ => {
            let text = "only ADT, REF, RRI, OMG, OSU and SIU messages are accepted here";
            Err(RejectionReason::new(RejectionCode::UnsupportedMessageType, MessagePlace::Component("MSH", 9, 1), text))
        }
    }
}

/// (happened, recorded): EVN-6, of an order ORC-9, else recorded; EVN-2, else MSH-7.
fn times(message: &Message<'_>, kind: &MessageKind) -> Result<(Instant, TimeReading), RejectionReason> {
    let read = |name, n| {
        let field = message.segment(name).map(|segment| segment.field(n));
        field.map_or(Ok(None), |field| time::reading(field, message.zone(), MessagePlace::Field(name, n)))
    };
    let missing = match kind {
        MessageKind::Adt(_) => MessagePlace::Field("EVN", 2),
        MessageKind::Referral(_) | MessageKind::Order | MessageKind::Booking(_) => MessagePlace::Field("MSH", 7),
    };
    let recorded = match read("EVN", 2)? {
        Some(at) => at,
        None => read("MSH", 7)?.ok_or(RejectionReason::missing(missing))?,
    };
    let happened = match kind {
        MessageKind::Order => read("ORC", 9)?,
        MessageKind::Adt(_) | MessageKind::Referral(_) | MessageKind::Booking(_) => read("EVN", 6)?,
    };
    Ok((happened.map_or(recorded.at, |happened| happened.at), recorded))
}

/// MSH-13.
fn sequence(message: &Message<'_>) -> Result<Option<i64>, RejectionReason> {
    let text = message.segment("MSH").and_then(|msh| msh.field(13).text());
    let number = |text: String| {
        text.parse().map_err(|_| RejectionReason::data_type(MessagePlace::Field("MSH", 13), "not a whole number"))
    };
    text.map(number).transpose()
}
