//! SIU^S12–S17, S26: an appointment was booked, moved, cancelled or not kept (HL7 v2 chapter 10; 360X PCC-60, PCC-61).
//!
//! One appointment is one contact by its own key, SCH-2, else SCH-1. Its time is the appointment's, never the booking
//! message's: TQ1-7 (2.5 and later), else SCH-11 (before), else the start of the booked resource (AIS-4, AIP-6, AIL-6,
//! AIG-8). A booking without a time cannot be counted, and is ignored. The contact is cancelled when the appointment is
//! cancelled, discontinued, deleted or not kept, by the trigger or by the status (SCH-25, HL7 table 0278): some senders
//! send each change as an S14. A booking does not change a referral's state. An appointment without a PID has no
//! client, and is ignored.

use super::key;
use super::message::{Message, Value};
use super::referral::client;
use super::time;
use crate::SourceProfile;
use crate::event_builder::EventBuilder;
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use event::{Body, Code, ContactCancelled, ContactRecorded, Instant, Keyring, Token};

/// The outcome of the appointment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Booking {
    /// S12, S13, S14.
    Made,
    /// S15, S16, S17, S26, with the reason for when SCH-6 gives none.
    Cancelled(&'static str),
}

impl Booking {
    /// From MSH-9.2.
    pub(super) fn read(code: &[u8]) -> Option<Self> {
        Some(match code {
            b"S12" | b"S13" | b"S14" => Self::Made,
            b"S15" => Self::Cancelled("cancelled"),
            b"S16" => Self::Cancelled("discontinued"),
            b"S17" => Self::Cancelled("deleted"),
            b"S26" => Self::Cancelled(NO_SHOW),
            _ => return None,
        })
    }

    /// Applies SCH-25 to an appointment that the trigger reports as made.
    fn with_status(self, status: Value<'_>) -> Self {
        let status = status.component(1).text().unwrap_or_default().to_ascii_lowercase();
        match status.as_str() {
            _ if !matches!(self, Self::Made) => self,
            "cancelled" | "canceled" => Self::Cancelled("cancelled"),
            "dc" | "discontinued" => Self::Cancelled("discontinued"),
            "deleted" => Self::Cancelled("deleted"),
            "noshow" | "no-show" => Self::Cancelled(NO_SHOW),
            _ => self,
        }
    }
}

/// SCH-6 does not count here: it gives the reason of the message.
const NO_SHOW: &str = "no-show";

/// Adds the message's event.
pub(super) fn events(
    source: &SourceProfile,
    keyring: &Keyring,
    message: &Message<'_>,
    booking: Booking,
    builder: &mut EventBuilder<'_>,
) -> Result<(), RejectionReason> {
    if message.segment("PID").is_none() {
        return Ok(());
    }
    let text = "the message has no SCH";
    let sch = message.segment("SCH").ok_or(RejectionReason::new(
        RejectionCode::SegmentSequenceError,
        MessagePlace::Segment("SCH"),
        text,
    ))?;
    let key = |n| key(source, keyring, sch.field(n));
    let contact = key(2).or_else(|| key(1)).ok_or(RejectionReason::missing(MessagePlace::Field("SCH", 2)))?;
    let (record, presented) = client(source, keyring, message, builder.recorded_at)?;
    let body = match booking.with_status(sch.field(25)) {
        Booking::Made => {
            let Some(at) = time_of(message)? else { return Ok(()) };
            builder.happened_at = at;
            Body::from(ContactRecorded { contact, channel: code("booking"), unit: unit(message), mode: None })
        }
        Booking::Cancelled(why) => {
            let given = sch.field(6).component(1).text().as_deref().and_then(code).filter(|_| why != NO_SHOW);
            Body::from(ContactCancelled { contact, reason: given.or(code(why)) })
        }
    };
    builder.add(&record, &presented, |_| body);
    Ok(())
}

fn code(text: &str) -> Option<Code> {
    Code::try_new(text).ok()
}

/// When the appointment is.
fn time_of(message: &Message<'_>) -> Result<Option<Instant>, RejectionReason> {
    /// SCH-11.4 is that of its first repetition.
    const PLACES: [(&str, u16, usize); 6] =
        [("TQ1", 7, 1), ("SCH", 11, 4), ("AIS", 4, 1), ("AIP", 6, 1), ("AIL", 6, 1), ("AIG", 8, 1)];
    for (name, n, component) in PLACES {
        for segment in message.segments().iter().filter(|segment| segment.is(name)) {
            let Some(first) = segment.field(n).repetitions().next() else { continue };
            let at = time::instant(first.component(component), message.zone(), MessagePlace::Field(name, n))?;
            if at.is_some() {
                return Ok(at);
            }
        }
    }
    Ok(None)
}

fn key(source: &SourceProfile, keyring: &Keyring, id: Value<'_>) -> Option<Token> {
    key::ei(source, id).map(|id| id.token(keyring, "appointment"))
}

/// AIL-3.1, else PV1-3.1; left out if it is not a valid code.
fn unit(message: &Message<'_>) -> Option<Code> {
    let point_of_care = |name| message.segment(name)?.field(3).component(1).subcomponent(1).text();
    point_of_care("AIL").or_else(|| point_of_care("PV1")).and_then(|code| Code::try_new(&code).ok())
}
