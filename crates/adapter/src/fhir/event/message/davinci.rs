//! Da Vinci Unsolicited Notifications 1.0: admit, transfer, discharge (hl7.org/fhir/us/davinci-alerts).
//!
//! The event code gives the event. A contradicting status gets a remark if the period supports the event, and a
//! rejection if not: a message about the discharge of a planned stay never turns the plan into a presence. A cancelled
//! Encounter cancels the stay, whatever the event code. The Provenance names an intermediary that relayed or translated
//! the message (`relay`). The originating source then differs from the sender, and the stay's identifier is still the
//! hospital's.

use crate::fhir::event::context::Context;
use crate::fhir::event::message::focus;
use crate::fhir::event::message_event::Notification;
use crate::fhir::event::visit::Visit;
use crate::fhir::event::writer::Writer;
use crate::fhir::resource::Status;
use crate::fhir::resource::{MessageHeader, Resource};
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use crate::remark::RemarkCode;
use event::{Body, ClassChanged, LeaveStarted, StayCancelled, StayClass, WardChanged};

/// Adds the message's events.
pub(in crate::fhir) fn add_events(
    context: Context<'_>,
    header: &MessageHeader,
    kind: Notification,
    writer: &mut Writer<'_>,
) -> Result<(), RejectionReason> {
    let at = focus(context, header)?;
    let Resource::Encounter(encounter) = context.bundle.resource(at)? else { return Ok(()) };
    let visit = Visit::read(context, at, encounter)?;
    let of_header = context.recorded(0, None)?;
    let recorded_at =
        writer.recorded(context, at, of_header.map_or_else(|| visit.recorded(), |when| Ok(Some(when)))?)?;
    let stay = visit.stay();
    if visit.status == Status::Cancelled {
        visit.add(recorded_at, Body::from(StayCancelled { stay }), writer);
        return visit.add_person(writer);
    }
    let contradicts = match visit.status {
        Status::Planned => kind != Notification::Admit || visit.started_before(writer)?.is_none(),
        Status::Finished => kind == Notification::Transfer && !visit.has_end(),
        Status::InProgress | Status::OnLeave => kind == Notification::Discharge && !visit.has_end(),
        Status::Cancelled | Status::Unknown => false,
    };
    let place = MessagePlace::Entry(at, "resource.status");
    if contradicts {
        let text = "the status contradicts the message's event";
        return Err(RejectionReason::new(RejectionCode::TableValueNotFound, place, text));
    }
    match kind {
        Notification::Admit => {
            if visit.status == Status::Planned {
                writer.note(RemarkCode::StatusContradicts, place);
            }
            let (started_at, started) = visit.started(writer)?;
            visit.add(started_at, started, writer);
            if visit.status == Status::OnLeave {
                let started_at = visit.leave()?.0.unwrap_or(recorded_at);
                let left = LeaveStarted { stay, started_at, expected_return_at: None, corrected: false, class: None };
                visit.add(started_at, Body::from(left), writer);
            }
        }
        Notification::Transfer => {
            // The period is that of the stay. The time of the transfer is not reported, only when it was recorded.
            let (from, to) = (visit.prior_ward()?, visit.ward()?);
            visit.add(recorded_at, Body::from(WardChanged { stay, from, to: to.clone(), class: None }), writer);
            if let Some(class) = visit.class().filter(|it| *it != StayClass::Emergency && visit.came_from_emergency()) {
                visit.add(recorded_at, Body::from(ClassChanged { stay, class: Some(class), ward: to }), writer);
            }
            if visit.status == Status::Finished {
                writer.note(RemarkCode::StatusContradicts, place);
            }
        }
        Notification::Discharge => {
            if matches!(visit.status, Status::InProgress | Status::OnLeave) {
                writer.note(RemarkCode::StatusContradicts, place);
            }
        }
    }
    if kind == Notification::Discharge || visit.status == Status::Finished {
        let (ended_at, ended) = visit.ended(writer)?;
        visit.add(ended_at, ended, writer);
    }
    visit.add_other_keys(writer)?;
    visit.add_subject(writer)?;
    visit.add_person(writer)
}
