//! EpisodeOfCare: the key of the Encounters that name it, and the care manager while it lasts.

use super::context::{Context, Writer};
use super::element::{Identifier, Meta, Period, Reference};
use super::worker::Member;
use crate::rejection::{Fault, Place, RejectionCode};
use event::WorkerRole;
use serde::Deserialize;

/// An EpisodeOfCare.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct EpisodeOfCare {
    meta: Option<Meta>,
    pub(super) identifier: Option<Vec<Identifier>>,
    status: Option<String>,
    pub(super) patient: Option<Reference>,
    period: Option<Period>,
    #[serde(rename = "careManager")]
    care_manager: Option<Reference>,
}

/// Adds what the EpisodeOfCare of entry `at` says: who manages it.
pub(super) fn tell(
    context: Context<'_>,
    at: usize,
    episode: &EpisodeOfCare,
    writer: &mut Writer<'_>,
) -> Result<(), Fault> {
    let place = Place::Entry(at, "resource.status");
    let over = match episode.status.as_deref().ok_or(Fault::missing(place))? {
        "planned" | "waitlist" => return Ok(()),
        "active" | "onhold" => false,
        "finished" | "cancelled" | "entered-in-error" => true,
        _ => {
            let text = "not a status of an EpisodeOfCare";
            return Err(Fault::new(RejectionCode::TableValueNotFound, place, text));
        }
    };
    let Some(manager) = &episode.care_manager else { return Ok(()) };
    let subject = context.subject(at, episode.patient.as_ref(), Place::Entry(at, "resource.patient"))?;
    let record = subject.record(context, None)?;
    let recorded_at = writer.recorded(context.last_updated(episode.meta.as_ref(), at)?)?;
    let team = episode.identifier.iter().flatten().find_map(Identifier::value);
    let member = Member { context, at, team, place: Place::Entry(at, "resource.careManager"), reference: manager };
    let none = Period::default();
    let period = episode.period.as_ref().unwrap_or(&none);
    let over = over.then_some(period);
    member.tell((&record, &subject.presented), WorkerRole::CaseManager, (Some(period), over), recorded_at, writer)?;
    subject.tell_person(context, &record, writer)
}
