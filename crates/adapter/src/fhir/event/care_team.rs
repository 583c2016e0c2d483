//! CareTeam: who works with the client, in what role, since when and until when.
//!
//! A participant's role is one of our own codes (`own-worker`, `case-manager` …), or a code that the configuration maps
//! to one. Those in `other_roles` (a doctor's, a relative's) are left out: they change no answer. Somebody in any other role, or in none,
//! may be the own worker, and is kept without a role.

use crate::fhir::event::context::Context;
use crate::fhir::event::team::{Lasts, Participant, Team, check_size};
use crate::fhir::event::writer::Writer;
use crate::fhir::resource::CareTeam;
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};

/// Adds the events of the CareTeam in entry `at`. A team that is proposed, suspended, inactive or entered in error does
/// not take part in the client's care (hl7.org/fhir/R4/valueset-care-team-status.html): it assigns no worker.
pub(in crate::fhir) fn add_events(
    context: Context<'_>,
    at: usize,
    team: &CareTeam,
    writer: &mut Writer<'_>,
) -> Result<(), RejectionReason> {
    let (begun, takes_part) = match team.status.as_deref() {
        None | Some("active") => (true, true),
        Some("suspended" | "inactive" | "entered-in-error") => (true, false),
        Some("proposed") => (false, false),
        Some(_) => {
            let text = "not a status of a CareTeam";
            return Err(RejectionReason::new(
                RejectionCode::TableValueNotFound,
                MessagePlace::Entry(at, "resource.status"),
                text,
            ));
        }
    };
    check_size(team.participant.as_deref(), at)?;
    let subject = context.subject(at, team.subject.as_ref(), MessagePlace::Entry(at, "resource.subject"))?;
    let record = subject.record(context, None)?;
    writer.recorded(context, at, context.recorded(at, team.meta.as_ref())?)?;
    let whole = team.period.as_ref();
    let end = context.end(whole.and_then(|it| it.end.as_deref()), MessagePlace::Entry(at, "resource.period.end"))?;
    let place = MessagePlace::Entry(at, "resource.participant.member");
    let mut members = Vec::new();
    for participant in team.participant.iter().flatten().filter(|_| begun) {
        let participant = Participant {
            roles: (
                participant.role.as_deref().unwrap_or_default(),
                MessagePlace::Entry(at, "resource.participant.role"),
            ),
            member: (participant.member.as_ref(), place),
            period: participant.period.as_ref().or(whole),
        };
        members.extend(participant.named(context, writer)?);
    }
    let lasts = if takes_part { Lasts::Yes } else { Lasts::No(end) };
    let keys = context.resource_keys(at, team.identifier.as_deref());
    Team { context, at, of: (&record, &subject.presented), keys, since: None, lasts }.add_events(&members, writer)?;
    subject.add_person(context, &record, writer)
}
