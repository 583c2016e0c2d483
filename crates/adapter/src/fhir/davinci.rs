//! Da Vinci Unsolicited Notifications 1.0: admit, transfer, discharge (hl7.org/fhir/us/davinci-alerts).
//!
//! The event code says what took place; the Encounter's status must not contradict it. An Encounter that never was
//! cancels the stay, whatever the event. Who relayed or translated the message is in its Provenance (`relay`): the sender
//! is then not the source of the event, and the stay's identifier is still the hospital's.

use super::context::{Context, Writer};
use super::encounter::{Status, Visit};
use super::message::focus;
use super::resource::{MessageHeader, Resource};
use crate::rejection::{Fault, Place, RejectionCode};
use event::{Body, ClassChanged, LeaveStarted, StayCancelled, StayClass, WardChanged};

/// The three that have a profile.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Admit,
    Transfer,
    Discharge,
}

/// Adds what the message says.
pub(super) fn tell(
    context: Context<'_>,
    header: &MessageHeader,
    kind: Kind,
    writer: &mut Writer<'_>,
) -> Result<(), Fault> {
    let at = focus(context, header)?;
    let Resource::Encounter(encounter) = context.bundle.resource(at)? else { return Ok(()) };
    let visit = Visit::read(context, at, encounter)?;
    let recorded_at = writer.recorded_with_message(visit.last_updated()?)?;
    let stay = visit.stay();
    let contradicts = || {
        let text = "the status contradicts the message's event";
        Fault::new(RejectionCode::TableValueNotFound, Place::Entry(at, "resource.status"), text)
    };
    match (kind, visit.status) {
        (_, Status::Cancelled) => {
            visit.add(recorded_at, Body::StayCancelled(StayCancelled { stay }), writer);
        }
        (_, Status::Planned) => return Err(contradicts()),
        (Kind::Admit, status) => {
            let (started_at, started) = visit.started(recorded_at)?;
            visit.add(started_at, started, writer);
            match status {
                Status::Finished => {
                    let (ended_at, ended) = visit.ended(recorded_at)?;
                    visit.add(ended_at, ended, writer);
                }
                Status::OnLeave => {
                    let started_at = visit.leave()?.0.unwrap_or(recorded_at);
                    let left = LeaveStarted { stay, started_at, expected_return_at: None, corrected: false };
                    visit.add(started_at, Body::LeaveStarted(left), writer);
                }
                _ => {}
            }
        }
        (Kind::Transfer, Status::Finished) | (Kind::Discharge, Status::InProgress | Status::OnLeave) => {
            return Err(contradicts());
        }
        (Kind::Transfer, _) => {
            // The period is the stay's; when the client was moved is not told, only when it was known.
            let (from, to) = (visit.prior_ward()?, visit.ward()?);
            visit.add(recorded_at, Body::WardChanged(WardChanged { stay, from, to: to.clone() }), writer);
            if let Some(class) = visit.class().filter(|it| *it != StayClass::Emergency && visit.came_from_emergency()) {
                visit.add(recorded_at, Body::ClassChanged(ClassChanged { stay, class: Some(class), ward: to }), writer);
            }
        }
        (Kind::Discharge, Status::Finished | Status::Unknown) => {
            let (ended_at, ended) = visit.ended(recorded_at)?;
            visit.add(ended_at, ended, writer);
        }
    }
    visit.tell_person(writer)
}
