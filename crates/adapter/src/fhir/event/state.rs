//! Resources that report their state: a transaction, or a message without a profile of its own.

use super::referral::{service_request, task};
use super::{care_team, consent, episode_of_care};
use crate::fhir::event::context::Context;
use crate::fhir::event::visit::Visit;
use crate::fhir::event::writer::Writer;
use crate::fhir::resource::Resource;
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use crate::remark::RemarkCode;

/// Adds the events of every resource, in the bundle's order.
pub(in crate::fhir) fn add_events(context: Context<'_>, writer: &mut Writer<'_>) -> Result<(), RejectionReason> {
    context.bundle.check_addresses(false)?;
    for at in 0..context.bundle.entries.len() {
        let before = writer.events();
        match context.bundle.resource(at)? {
            Resource::Encounter(it) => Visit::read(context, at, it)?.add_state(writer)?,
            Resource::EpisodeOfCare(it) => episode_of_care::add_events(context, at, it, writer)?,
            Resource::Task(it) => task::add_events(context, at, it, writer)?,
            Resource::ServiceRequest(it) => service_request::add_events(context, at, it, writer)?,
            Resource::CareTeam(it) => care_team::add_events(context, at, it, writer)?,
            Resource::Consent(it) => consent::add_events(context, at, it, writer)?,
            Resource::MessageHeader(_)
            | Resource::Patient(_)
            | Resource::Organization(_)
            | Resource::Location(_)
            | Resource::Practitioner(_)
            | Resource::PractitionerRole(_)
            | Resource::Provenance(_)
            | Resource::Other => continue,
        }
        // What another resource points to may count with that one.
        let is_part = context.bundle.focused.contains(&at) || context.bundle.divided.contains(&at);
        if writer.events() == before && !is_part {
            writer.note(RemarkCode::GivesNothing, MessagePlace::Entry(at, "resource"));
        }
    }
    // Patients to whom no other resource refers: person data alone, as in A28 and A31.
    for at in 0..context.bundle.entries.len() {
        if let Resource::Patient(patient) = context.bundle.resource(at)?
            && !writer.reported.contains(&std::ptr::from_ref(&**patient).addr())
        {
            let subject = context.subject_of(at, patient)?;
            let record = subject.record(context, None)?;
            writer.recorded(context, at, context.recorded(at, patient.meta.as_ref())?)?;
            subject.add_person(context, &record, writer)?;
        }
    }
    Ok(())
}

/// A transaction may only create and update: no reading, no deleting, and nothing that depends on stored data, because
/// the answer would disclose that data.
pub(in crate::fhir) fn check_requests(context: Context<'_>) -> Result<(), RejectionReason> {
    for (at, entry) in context.bundle.entries.iter().enumerate() {
        let place = MessagePlace::Entry(at, "request");
        let request = entry.request.as_ref().ok_or(RejectionReason::missing(place))?;
        if request.is_conditional() {
            let text = "conditional requests are not accepted";
            return Err(RejectionReason::new(
                RejectionCode::UnsupportedMessageType,
                MessagePlace::Entry(at, "request"),
                text,
            ));
        }
        match request.method.as_deref() {
            Some("POST" | "PUT") => {}
            Some(_) => {
                let text = "only POST and PUT are accepted";
                let place = MessagePlace::Entry(at, "request.method");
                return Err(RejectionReason::new(RejectionCode::UnsupportedMessageType, place, text));
            }
            None => return Err(RejectionReason::missing(MessagePlace::Entry(at, "request.method"))),
        }
    }
    Ok(())
}
