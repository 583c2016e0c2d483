//! REF^I12: a hospital's referral, contact or notice (HL7 v2 chapter 11).
//!
//! Acknowledged by a plain ACK: the RRI comes with the receiver's own answer. RF1-3.1 tells by configuration whether
//! it is a lähete, a yhteydenotto or an ilmoitus (1301/2014 35 §).

use super::message::Message;
use super::person;
use super::time;
use super::visit::Visit;
use crate::Source;
use crate::envelope::Envelope;
use crate::rejection::{Fault, Place, RejectionCode};
use event::{Body, Code, Keyring, ReferralKind, ReferralRequested};

/// Adds the message's event.
pub(super) fn events(
    source: &Source,
    keyring: &Keyring,
    message: &Message<'_>,
    envelope: &mut Envelope<'_>,
) -> Result<(), Fault> {
    let text = "the message has no RF1";
    let rf1 =
        message.segment("RF1").ok_or(Fault::new(RejectionCode::SegmentSequenceError, Place::Segment("RF1"), text))?;
    let identifiers = person::identifiers(source, person::pid(message)?.field(3), Place::Field("PID", 3))?;
    let record = person::record(source, keyring, &identifiers, Visit::read(message, source).as_ref())?;
    let id = rf1.field(6);
    let authority = [2, 3].map(|n| id.component(n).text());
    let referral = id.component(1).text().map(|value| keyring.token("referral", source.scope(&authority), &value));
    let kind = rf1.field(3).component(1).text().and_then(|code| source.referral_kinds.get(&code).copied());
    let body = Body::ReferralRequested(ReferralRequested {
        referral,
        kind: kind.unwrap_or(ReferralKind::Referral),
        priority: rf1.field(2).component(1).text().and_then(|code| Code::try_new(&code).ok()),
        required_by: time::instant(rf1.field(8), &source.zone, Place::Field("RF1", 8))?,
        source_channel: None,
    });
    envelope.add(&record, &identifiers.presented(source, keyring), |_| body);
    Ok(())
}
