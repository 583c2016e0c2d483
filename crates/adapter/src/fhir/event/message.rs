//! A message bundle: the MessageHeader gives the event, and its focus or its profile the content.

mod davinci;
mod medcom;
mod medcom_activity;

use crate::fhir::bundle::Bundle;
use crate::fhir::event::context::Context;
use crate::fhir::event::message_event::MessageEvent;
use crate::fhir::event::state;
use crate::fhir::event::writer::Writer;
use crate::fhir::resource::{MessageHeader, Resource};

use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};

/// The header of a message bundle: its first entry, by FHIR's rule.
pub(in crate::fhir) fn header(bundle: &Bundle) -> Result<&MessageHeader, RejectionReason> {
    let text = "a message begins with its MessageHeader";
    let missing = RejectionReason::new(
        RejectionCode::SegmentSequenceError,
        MessagePlace::Member("Bundle.entry[0].resource"),
        text,
    );
    if bundle.entries.first().is_none_or(|entry| entry.kind != "MessageHeader") {
        return Err(missing);
    }
    let Resource::MessageHeader(header) = bundle.resource(0)? else { return Err(missing) };
    Ok(header)
}

/// Adds the message's events.
pub(in crate::fhir) fn add_events(
    context: Context<'_>,
    header: &MessageHeader,
    writer: &mut Writer<'_>,
) -> Result<(), RejectionReason> {
    let place = MessagePlace::Entry(0, "resource.id");
    header.id.as_deref().filter(|id| !id.is_empty()).ok_or(RejectionReason::missing(place))?;
    match MessageEvent::read(header)? {
        MessageEvent::Acknowledgement | MessageEvent::Empty => Ok(()),
        MessageEvent::HospitalNotification => medcom::add_events(context, header, writer),
        MessageEvent::Notification(kind) => davinci::add_events(context, header, kind, writer),
        MessageEvent::State(_) => state::add_events(context, writer),
    }
}

/// The entry of the Encounter that is the message's focus.
pub(in crate::fhir) fn focus(context: Context<'_>, header: &MessageHeader) -> Result<usize, RejectionReason> {
    let place = MessagePlace::Entry(0, "resource.focus");
    let focus = header.focus.as_deref().unwrap_or_default();
    if focus.is_empty() {
        return Err(RejectionReason::missing(place));
    }
    let encounter = |at: &usize| context.bundle.entries[*at].kind == "Encounter";
    let text = "the focus is not an Encounter of this bundle";
    let unknown = RejectionReason::new(RejectionCode::UnknownKeyIdentifier, place, text);
    for reference in focus {
        if let Some(at) = context.bundle.entry(0, reference, place)?.filter(encounter) {
            return Ok(at);
        }
    }
    Err(unknown)
}
