//! REF^I12–I15 and RRI^I12–I15: a hospital's referral, contact or notice, and the receiver's answer (HL7 v2 chapter 11).
//!
//! - I12 makes a request and I13 changes it; I14 cancels it; I15 asks for its status, and reports nothing.
//! - An RRI reports the outcome in RF1-1 (HL7 table 0283); one without RF1 only acknowledges the message. In an RRI^I14
//!   "accepted" means the cancellation: a rejected cancellation changes nothing.
//! - RF1-3.1 gives by configuration whether it is a lähete, a yhteydenotto or an ilmoitus (1301/2014 35 §).
//!
//! All are acknowledged by a plain ACK: the RRI brings the receiver's own answer later.

use super::message::{Message, Segment, Value};
use super::numbers::{self, Ends};
use super::time::{self, TimeReading};
use super::visit::Visit;
use super::{key, person, worker};
use crate::SourceProfile;
use crate::event_builder::EventBuilder;
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use event::{
    Body, Code, FactKind, Instant, Keyring, Presented, ReferralAccepted, ReferralCancelled, ReferralFailed,
    ReferralKind, ReferralRejected, ReferralRequested, StreamId, Token,
};

/// The kind of message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ReferralMessage {
    /// REF^I12, I13.
    Request,
    /// REF^I14.
    Cancel,
    /// RRI^I12, I13, I15.
    Answer,
    /// RRI^I14.
    AnswerToCancel,
}

/// Adds the message's event.
pub(super) fn events(
    source: &SourceProfile,
    keyring: &Keyring,
    message: &Message<'_>,
    act: ReferralMessage,
    builder: &mut EventBuilder<'_>,
) -> Result<(), RejectionReason> {
    let Some(rf1) = message.segment("RF1") else {
        if matches!(act, ReferralMessage::Answer | ReferralMessage::AnswerToCancel) {
            return Ok(());
        }
        let text = "the message has no RF1";
        return Err(RejectionReason::new(RejectionCode::SegmentSequenceError, MessagePlace::Segment("RF1"), text));
    };
    let (record, presented) = client(source, keyring, message, builder.recorded_at)?;
    let referral = key(source, keyring, rf1.field(6));
    match act {
        ReferralMessage::Request => {
            let body = Body::from(requested(source, message, referral, rf1)?);
            builder.add(&record, &presented, |_| body);
            // Its PV1 shows whether the client is there, as that of an ADT about something else does. A referral that may not
            // be written is refused, and not taken for its PV1.
            let shown = || Visit::read(message, source).and_then(|visit| visit.shown(source, keyring));
            if let Some(shown) = source.covers.contains(&FactKind::Referrals).then(shown).flatten() {
                builder.add(&record, &presented, |_| Body::from(shown));
            }
            worker::add(source, keyring, message, (&record, &presented), builder)
        }
        ReferralMessage::Cancel => {
            let reason = rf1.field(10).component(1).text().and_then(|code| Code::try_new(&code).ok());
            builder.add(&record, &presented, |_| Body::from(ReferralCancelled { referral, course: None, reason }));
            Ok(())
        }
        ReferralMessage::Answer | ReferralMessage::AnswerToCancel => {
            answer(message, act, rf1, referral, (&record, &presented), builder)
        }
    }
}

/// The client of a message about a referral, an order or a booking.
pub(super) fn client(
    source: &SourceProfile,
    keyring: &Keyring,
    message: &Message<'_>,
    recorded_at: Instant,
) -> Result<(StreamId, Vec<Presented>), RejectionReason> {
    let identifiers = numbers::of_client(source, message, (person::pid(message)?, Ends::at(source, recorded_at)))?;
    let record = person::record(source, keyring, &identifiers, Visit::read(message, source).as_ref())?;
    Ok((record, identifiers.presented(source, keyring)))
}

/// The referral's key: EI, the requester's own number of it.
pub(super) fn key(source: &SourceProfile, keyring: &Keyring, id: Value<'_>) -> Option<Token> {
    key::ei(source, id).map(|id| id.token(keyring, "referral"))
}

fn requested(
    source: &SourceProfile,
    message: &Message<'_>,
    referral: Option<Token>,
    rf1: Segment<'_>,
) -> Result<ReferralRequested, RejectionReason> {
    let kind = rf1.field(3).component(1).text().and_then(|code| source.referral_kinds.get(&code).copied());
    let kind = kind.unwrap_or(ReferralKind::Referral);
    Ok(ReferralRequested {
        referral,
        course: None,
        kind,
        priority: rf1.field(2).component(1).text().and_then(|code| Code::try_new(&code).ok()),
        required_by: None,
        // The end of the written value: a day is over when the next one begins.
        expires_at: time::reading(rf1.field(8), message.zone(), MessagePlace::Field("RF1", 8))?.map(TimeReading::over),
        source_channel: channel(kind),
        requester_unit: unit(message, "RP"),
        receiver: unit(message, "RT"),
        // No field of the message gives it.
        basis: None,
    })
}

/// A lähete is a channel of its own; the channel of a contact or a notice is not reported.
pub(super) fn channel(kind: ReferralKind) -> Option<Code> {
    (kind == ReferralKind::Referral).then(|| Code::try_new("referral").ok()).flatten()
}

fn answer(
    message: &Message<'_>,
    act: ReferralMessage,
    rf1: Segment<'_>,
    referral: Option<Token>,
    (record, presented): (&StreamId, &[Presented]),
    builder: &mut EventBuilder<'_>,
) -> Result<(), RejectionReason> {
    let body = match (rf1.field(1).component(1).text().as_deref(), act) {
        (None | Some("P"), _) | (Some("R"), ReferralMessage::AnswerToCancel) => return Ok(()),
        (Some("A"), ReferralMessage::AnswerToCancel) => {
            Body::from(ReferralCancelled { referral, course: None, reason: None })
        }
        (Some("A"), _) => {
            let worker = accepted_by(message)?;
            builder.add(record, presented, |sealer| {
                let worker = worker.map(|worker| sealer.seal(&worker));
                Body::from(ReferralAccepted { referral, course: None, worker, expected_by: None })
            });
            return Ok(());
        }
        (Some("R"), _) => Body::from(ReferralRejected { referral, course: None, reason: None }),
        (Some("E"), _) => Body::from(ReferralFailed { referral, course: None, reason: Code::try_new("expired").ok() }),
        (Some(_), _) => {
            let text = "not a referral status of table 0283";
            return Err(RejectionReason::new(RejectionCode::TableValueNotFound, MessagePlace::Field("RF1", 1), text));
        }
    };
    builder.add(record, presented, |_| body);
    Ok(())
}

/// The provider in that role (PRD-1, HL7 table 0286).
fn provider<'m>(message: &Message<'m>, role: &str) -> Option<Segment<'m>> {
    let in_role = |segment: &&Segment<'m>| {
        segment.is("PRD")
            && segment.field(1).repetitions().any(|given| given.component(1).text().as_deref() == Some(role))
    };
    message.segments().iter().find(in_role).copied()
}

/// The provider's unit: PRD-4, its point of care. PRD-7 may identify a person.
fn unit(message: &Message<'_>, role: &str) -> Option<Code> {
    let prd = provider(message, role)?;
    Code::try_new(&prd.field(4).component(1).subcomponent(1).text()?).ok()
}

/// The provider referred to (PRD-1 `RT`, HL7 table 0286), if named.
fn accepted_by(message: &Message<'_>) -> Result<Option<event::Worker>, RejectionReason> {
    let Some(prd) = provider(message, "RT") else {
        return Ok(None);
    };
    let name = prd.field(2);
    let name = [name.component(2), name.component(1).subcomponent(1)];
    let worker = worker::worker(name, prd.field(5), None, MessagePlace::Field("PRD", 2))?;
    Ok(Some(worker).filter(|worker| !worker.name.is_empty()))
}
