//! EpisodeOfCare: the key of the Encounters that name it, and the care manager while it lasts.

use crate::fhir::event::context::Context;
use crate::fhir::event::team::{Lasts, Named, Team};
use crate::fhir::event::writer::Writer;
use crate::fhir::resource::EpisodeOfCare;
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use event::WorkerRole;

/// Adds the events of the EpisodeOfCare in entry `at`: its care manager, while it lasts.
pub(in crate::fhir) fn add_events(
    context: Context<'_>,
    at: usize,
    episode: &EpisodeOfCare,
    writer: &mut Writer<'_>,
) -> Result<(), RejectionReason> {
    let place = MessagePlace::Entry(at, "resource.status");
    let (begun, over) = match episode.status.as_deref().ok_or(RejectionReason::missing(place))? {
        "active" | "onhold" => (true, false),
        "finished" | "cancelled" | "entered-in-error" => (true, true),
        "planned" | "waitlist" => (false, true),
        _ => {
            let text = "not a status of an EpisodeOfCare";
            return Err(RejectionReason::new(RejectionCode::TableValueNotFound, place, text));
        }
    };
    let subject = context.subject(at, episode.patient.as_ref(), MessagePlace::Entry(at, "resource.patient"))?;
    let record = match (subject.record(context, None), &episode.care_manager) {
        (Ok(record), _) => record,
        (Err(fault), Some(_)) => return Err(fault),
        // Its client has no identifier and it has no care manager: there is nothing to report.
        (Err(_), None) => return Ok(()),
    };
    writer.recorded(context, at, context.recorded(at, episode.meta.as_ref())?)?;
    let period = episode.period.as_ref();
    let end = context.end(period.and_then(|it| it.end.as_deref()), MessagePlace::Entry(at, "resource.period.end"))?;
    let lasts = if over { Lasts::No(end) } else { Lasts::Yes };
    let place = MessagePlace::Entry(at, "resource.careManager");
    let named = |reference| Named { role: Some(WorkerRole::CaseManager), place, reference, period };
    let members: Vec<Named<'_>> = episode.care_manager.iter().filter(|_| begun).map(named).collect();
    let keys = context.resource_keys(at, episode.identifier.as_deref());
    let team = Team { context, at, of: (&record, &subject.presented), keys, since: None, lasts };
    team.add_events(&members, writer)?;
    subject.add_person(context, &record, writer)
}
