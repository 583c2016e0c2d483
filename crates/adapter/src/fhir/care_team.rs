//! CareTeam: who works with the client, in what role, since when and until when.
//!
//! A participant's role is one of our own words (`own-worker`, `case-manager` …), or a code that the configuration maps to
//! one. Others, a doctor's or a relative's, are passed over: they change no answer.

use super::context::{Context, Writer};
use super::element::{CodeableConcept, Identifier, Meta, Period, Reference};
use super::worker::Member;
use crate::rejection::{Fault, Place, RejectionCode};
use event::WorkerRole;
use serde::Deserialize;

/// More participants in one team are refused.
const MAX_PARTICIPANTS: usize = 100;

/// A CareTeam.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct CareTeam {
    meta: Option<Meta>,
    identifier: Option<Vec<Identifier>>,
    status: Option<String>,
    pub(super) subject: Option<Reference>,
    period: Option<Period>,
    participant: Option<Vec<Participant>>,
}

/// `CareTeam.participant`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Participant {
    role: Option<Vec<CodeableConcept>>,
    member: Option<Reference>,
    period: Option<Period>,
}

/// Adds what the CareTeam of entry `at` says.
pub(super) fn tell(context: Context<'_>, at: usize, team: &CareTeam, writer: &mut Writer<'_>) -> Result<(), Fault> {
    let over = match team.status.as_deref() {
        Some("proposed") => return Ok(()),
        None | Some("active" | "suspended") => false,
        Some("inactive" | "entered-in-error") => true,
        Some(_) => {
            let text = "not a status of a CareTeam";
            return Err(Fault::new(RejectionCode::TableValueNotFound, Place::Entry(at, "resource.status"), text));
        }
    };
    let subject = context.subject(at, team.subject.as_ref(), Place::Entry(at, "resource.subject"))?;
    let record = subject.record(context, None)?;
    let recorded_at = writer.recorded(context.last_updated(team.meta.as_ref(), at)?)?;
    let participants = team.participant.as_deref().unwrap_or_default();
    if participants.len() > MAX_PARTICIPANTS {
        let place = Place::Entry(at, "resource.participant");
        return Err(Fault::too_large(place, "more than 100 participants"));
    }
    let identifier = team.identifier.iter().flatten().find_map(Identifier::value);
    let none = Period::default();
    let whole = team.period.as_ref().unwrap_or(&none);
    for participant in participants {
        let Some(role) = context.role(participant.role.as_deref().unwrap_or_default()) else { continue };
        let place = Place::Entry(at, "resource.participant.member");
        let reference = participant.member.as_ref().ok_or(Fault::missing(place))?;
        let period = Some(participant.period.as_ref().unwrap_or(whole));
        let member = Member { context, at, team: identifier, place, reference };
        member.tell((&record, &subject.presented), role, (period, over.then_some(whole)), recorded_at, writer)?;
    }
    subject.tell_person(context, &record, writer)
}

impl Context<'_> {
    /// The first role that is known here.
    fn role(self, concepts: &[CodeableConcept]) -> Option<WorkerRole> {
        let codes = || concepts.iter().flat_map(CodeableConcept::codes);
        let configured = codes().find_map(|code| self.source.worker_roles.get(code).copied());
        configured.or_else(|| codes().find_map(ours))
    }
}

fn ours(code: &str) -> Option<WorkerRole> {
    Some(match code {
        "own-worker" => WorkerRole::OwnWorker,
        "responsible-worker" => WorkerRole::ResponsibleWorker,
        "work-pair" => WorkerRole::WorkPair,
        "childs-social-worker" => WorkerRole::ChildsSocialWorker,
        "health-social-worker" => WorkerRole::HealthSocialWorker,
        "case-manager" => WorkerRole::CaseManager,
        "duty-social-service" => WorkerRole::DutySocialService,
        _ => return None,
    })
}
