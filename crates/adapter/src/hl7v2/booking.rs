//! SIU^S12–S17, S26: an appointment was booked, moved, cancelled, or nobody came (HL7 v2 chapter 10; 360X PCC-60, PCC-61).
//!
//! One appointment is one contact by its own key, SCH-2, else SCH-1, and its channel is the last word about it: `booking`,
//! `booking-cancelled` or `no-show`, so that a count of bookings mends itself. A referral's state does not change by it.
//! An appointment without a PID is nobody's: of no use here.

use super::key;
use super::message::{Message, Value};
use super::referral::client;
use crate::Source;
use crate::envelope::Envelope;
use crate::rejection::{Fault, Place, RejectionCode};
use event::{Body, Code, ContactRecorded, Keyring, Token};

/// What became of the appointment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Booking {
    /// S12, S13, S14.
    Made,
    /// S15, S16, S17.
    Cancelled,
    /// S26.
    NoShow,
}

impl Booking {
    /// From MSH-9.2.
    pub(super) fn read(code: &[u8]) -> Option<Self> {
        Some(match code {
            b"S12" | b"S13" | b"S14" => Self::Made,
            b"S15" | b"S16" | b"S17" => Self::Cancelled,
            b"S26" => Self::NoShow,
            _ => return None,
        })
    }

    fn channel(self) -> &'static str {
        match self {
            Self::Made => "booking",
            Self::Cancelled => "booking-cancelled",
            Self::NoShow => "no-show",
        }
    }
}

/// Adds the message's event.
pub(super) fn events(
    source: &Source,
    keyring: &Keyring,
    message: &Message<'_>,
    booking: Booking,
    envelope: &mut Envelope<'_>,
) -> Result<(), Fault> {
    if message.segment("PID").is_none() {
        return Ok(());
    }
    let text = "the message has no SCH";
    let sch =
        message.segment("SCH").ok_or(Fault::new(RejectionCode::SegmentSequenceError, Place::Segment("SCH"), text))?;
    let key = |n| key(source, keyring, sch.field(n));
    let contact = key(2).or_else(|| key(1)).ok_or(Fault::missing(Place::Field("SCH", 2)))?;
    let (record, presented) = client(source, keyring, message, envelope.recorded_at)?;
    let body = Body::ContactRecorded(ContactRecorded {
        contact,
        channel: Code::try_new(booking.channel()).ok(),
        unit: unit(message),
    });
    envelope.add(&record, &presented, |_| body);
    Ok(())
}

fn key(source: &Source, keyring: &Keyring, id: Value<'_>) -> Option<Token> {
    key::ei(source, id).map(|id| id.token(keyring, "appointment"))
}

/// AIL-3.1, else PV1-3.1; left out if it is no code.
fn unit(message: &Message<'_>) -> Option<Code> {
    let point_of_care = |name| message.segment(name)?.field(3).component(1).subcomponent(1).text();
    point_of_care("AIL").or_else(|| point_of_care("PV1")).and_then(|code| Code::try_new(&code).ok())
}
