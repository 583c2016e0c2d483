//! ADT: what each trigger event reports of a stay and of a person (HL7 v2 chapter 3). [`super::identity`] has the
//! triggers about identities.
//!
//! - All but A08, A28 and A31 are about a stay and must have PV1. A28 and A31 are about the person, A08 about the current
//!   stay (3.3.31): of their PV1 [`super::stay`] says what is read.
//! - What is about something beside the stay ([`Trigger::BesideTheStay`]) is of use only if it shows that the client is
//!   there, or names a worker in a role that is configured. Otherwise nothing of it is read.
//! - All of these have one PID. A second PID would be another client's, and what it reports would be lost.
//! - [`super::stay`] has the events of one stay; [`super::renumber`] those of two stays or of a stay's number.
//! - PID-29 and PID-30 report a death with any of them, and the status of the stay is kept; PID-30 `N` in A08, A13, A28
//!   and A31 cancels one.

use super::identity::Identity;
use super::message::Message;
use super::numbers::{self, Ends};
use super::person::{self, Person};
use super::renumber::Renumber;
use super::stay::Stay;
use super::trigger::Trigger;
use super::visit::Visit;
use super::worker;
use crate::SourceProfile;
use crate::event_builder::EventBuilder;
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use event::{Body, Keyring, PersonUpdated};

/// Adds the message's events.
pub(super) fn events(
    source: &SourceProfile,
    keyring: &Keyring,
    message: &Message<'_>,
    trigger: Trigger,
    builder: &mut EventBuilder<'_>,
) -> Result<(), RejectionReason> {
    match trigger {
        Trigger::Identity(act) => return Identity { source, keyring, message }.events(act, builder),
        Trigger::A17 => return Renumber { source, keyring, message }.swap(builder),
        Trigger::Renumber => return Renumber { source, keyring, message }.events(builder),
        Trigger::A01
        | Trigger::A02
        | Trigger::A03
        | Trigger::A04
        | Trigger::A05
        | Trigger::A06
        | Trigger::A07
        | Trigger::A08
        | Trigger::A11
        | Trigger::A12
        | Trigger::A13
        | Trigger::A16
        | Trigger::A21
        | Trigger::A22
        | Trigger::A23
        | Trigger::A25
        | Trigger::A28
        | Trigger::A31
        | Trigger::A38
        | Trigger::A52
        | Trigger::A53
        | Trigger::BesideTheStay => {}
    }
    let pid = person::pid(message)?;
    // The second client's news would be lost.
    if message.segments().iter().filter(|segment| segment.is("PID")).count() > 1 {
        let text = "more than one PID in a message about one client";
        return Err(RejectionReason::new(RejectionCode::SegmentSequenceError, MessagePlace::Segment("PID"), text));
    }
    let identifiers = numbers::of_client(source, message, (pid, Ends::at(source, builder.recorded_at)))?;
    let visit = Visit::read(message, source);
    let record = person::record(source, keyring, &identifiers, visit.as_ref())?;
    let presented = identifiers.presented(source, keyring);
    match visit {
        Some(visit) => {
            Stay { source, keyring, visit, record: &record, presented: &presented, message }.add(trigger, builder)?;
        }
        None if trigger.is_of_the_person() || trigger == Trigger::BesideTheStay => {}
        None => {
            let text = "the message has no PV1";
            return Err(RejectionReason::new(RejectionCode::SegmentSequenceError, MessagePlace::Segment("PV1"), text));
        }
    }
    if trigger.is_of_the_person() {
        Person::read(pid)?.add(&record, &presented, (keyring, identifiers.birth_date()), builder);
    } else if trigger == Trigger::A13 {
        // A cancelled discharge may have been a death.
        Person::life(pid).add(&record, &presented, (keyring, None), builder);
    }
    if let Some(died) = person::death(message.zone(), pid)? {
        builder.add(&record, &presented, |_| Body::from(died));
    }
    worker::add(source, keyring, message, (&record, &presented), builder)?;
    // Presented identifiers are news too: an identity code without other data makes the client findable.
    if !builder.presents(&record) && !presented.is_empty() {
        builder.add(&record, &presented, |_| Body::from(PersonUpdated::default()));
    }
    Ok(())
}

/// Whether a message about something beside a stay shows that its one client is there, or who works with them.
pub(super) fn is_of_use(source: &SourceProfile, keyring: &Keyring, message: &Message<'_>) -> bool {
    let one = message.segments().iter().filter(|segment| segment.is("PID")).count() == 1;
    let shown = || Visit::read(message, source).and_then(|visit| visit.shown(source, keyring)).is_some();
    one && (shown() || worker::is_any_named(source, message))
}
