//! An Encounter without an event code reports its whole state, whatever was reported before. So no other message is
//! needed for a stay that had ended and is in progress again.
//!
//! | status | events |
//! |---|---|
//! | planned | StayPlanned |
//! | arrived, triaged, in-progress | StayStated, LeaveEnded unless it is new |
//! | onleave | StayStated, LeaveStarted |
//! | finished | StayCorrected, StayEnded |
//! | cancelled, entered-in-error | StayCancelled |
//! | unknown | StayCorrected |
//!
//! An Encounter that is part of another is a ward inside that stay: in progress, the client is there; finished, the
//! client went on and the stay continues. Each whole Encounter reports the client of its stay, unless it is cancelled:
//! it may be cancelled because it was another client's. Each, whole or part, states all workers whom it gives the
//! client ([`crate::fhir::event::team`]).

use crate::fhir::event::team::{Lasts, Participant, Team, check_size};
use crate::fhir::event::visit::Visit;
use crate::fhir::event::writer::Writer;
use crate::fhir::resource::Status;
use crate::fhir::resource::element::CodeableConcept;
use crate::rejection::{MessagePlace, RejectionReason};
use event::{
    Body, Instant, LeaveEnded, LeaveStarted, StayCancelled, StayCorrected, StayPlanned, StayStated, WardChanged,
};

impl Visit<'_> {
    /// Adds the Encounter's events.
    pub(in crate::fhir) fn add_state(&self, writer: &mut Writer<'_>) -> Result<(), RejectionReason> {
        writer.recorded(self.context, self.at, self.recorded()?)?;
        if self.encounter.part_of.is_some() {
            self.add_part(writer)?;
            self.add_other_keys(writer)?;
        } else {
            self.add_whole(writer)?;
            if self.status != Status::Cancelled {
                self.add_other_keys(writer)?;
                self.add_subject(writer)?;
            }
        }
        self.add_participants(writer)?;
        self.add_person(writer)
    }

    fn add_part(&self, writer: &mut Writer<'_>) -> Result<(), RejectionReason> {
        let ward = self.ward()?;
        if let (Status::InProgress, Some(_)) = (self.status, &ward) {
            let at = self.started_at(writer)?.unwrap_or(writer.recorded_at());
            self.add(at, Body::from(WardChanged { stay: self.stay(), from: None, to: ward, class: None }), writer);
        }
        Ok(())
    }

    fn add_whole(&self, writer: &mut Writer<'_>) -> Result<(), RejectionReason> {
        let recorded_at = writer.recorded_at();
        let (stay, class, started_at) = (self.stay(), self.class(), self.started_at(writer)?);
        // If a part reports where the client is, the whole does not.
        let divided = self.context.bundle.divided.contains(&self.at);
        let ward = self.ward()?.filter(|_| !divided);
        match self.status {
            Status::Planned => {
                let planned = StayPlanned { stay, class, ward, expected_at: started_at };
                self.add(recorded_at, Body::from(planned), writer);
            }
            Status::InProgress | Status::OnLeave => {
                let stated = StayStated {
                    stay,
                    class,
                    ward,
                    started_at,
                    protected_speciality: self.is_protected_speciality(),
                    unit: self.unit(),
                    facility: self.facility(),
                };
                self.add(recorded_at, Body::from(stated), writer);
                self.add_leave(recorded_at, writer)?;
            }
            Status::Finished => {
                let corrected = StayCorrected { stay, class, ward, started_at, also: Vec::new() };
                self.add(started_at.unwrap_or(recorded_at), Body::from(corrected), writer);
                let (at, ended) = self.ended(writer)?;
                self.add(at, ended, writer);
            }
            Status::Cancelled => self.add(recorded_at, Body::from(StayCancelled { stay }), writer),
            Status::Unknown => {
                let corrected = StayCorrected { stay, class, ward, started_at, also: Vec::new() };
                self.add(recorded_at, Body::from(corrected), writer);
            }
        }
        Ok(())
    }

    /// The start or the end of a leave. An Encounter that is put again in progress is no longer on leave, whether it
    /// reports a leave or not. A new Encounter was on no leave.
    fn add_leave(&self, recorded_at: Instant, writer: &mut Writer<'_>) -> Result<(), RejectionReason> {
        let stay = self.stay();
        let (mut started, mut ended) = self.leave()?;
        let history = self.encounter.status_history.iter().flatten();
        if let Some(period) = history.rev().find(|it| it.status.as_deref() == Some("onleave")).map(|it| &it.period) {
            let place = MessagePlace::Entry(self.at, "resource.statusHistory");
            let at = |written: Option<&String>| self.context.instant(written.map(String::as_str), place);
            started = started.or(at(period.as_ref().and_then(|it| it.start.as_ref()))?);
            ended = ended.or(at(period.as_ref().and_then(|it| it.end.as_ref()))?);
        }
        if self.status == Status::OnLeave {
            let started_at = started.unwrap_or(recorded_at);
            let left = LeaveStarted { stay, started_at, expected_return_at: None, corrected: false, class: None };
            self.add(started_at, Body::from(left), writer);
        } else if let Some(ended_at) = ended.or_else(|| self.is_put_again().then_some(recorded_at)) {
            self.add(ended_at, Body::from(LeaveEnded { stay, ended_at, class: None }), writer);
        }
        Ok(())
    }

    /// True if it may be another version of a resource that was reported before.
    fn is_put_again(&self) -> bool {
        let request = self.context.bundle.entries[self.at].request.as_ref();
        self.stay().is_some() && request.is_none_or(|it| it.method.as_deref() == Some("PUT"))
    }

    /// Adds the participants in a known role, and those who may be the own worker because their role is not known; nobody
    /// takes part before it begins or after it ends.
    fn add_participants(&self, writer: &mut Writer<'_>) -> Result<(), RejectionReason> {
        check_size(self.encounter.participant.as_deref(), self.at)?;
        let place = MessagePlace::Entry(self.at, "resource.participant.individual");
        let lasts = matches!(self.status, Status::InProgress | Status::OnLeave | Status::Unknown);
        let lasts = if lasts { Lasts::Yes } else { Lasts::No(self.ended_at(writer)?) };
        let mut members = Vec::new();
        for participant in self.encounter.participant.iter().flatten().filter(|_| self.status != Status::Planned) {
            let roles = participant.role.as_deref().unwrap_or_default();
            if self.context.role(roles).is_none() && is_of_treatment(roles) {
                continue;
            }
            let participant = Participant {
                roles: (roles, MessagePlace::Entry(self.at, "resource.participant.type")),
                member: (participant.individual.as_ref(), place),
                period: participant.period.as_ref(),
            };
            members.extend(participant.named(self.context, writer)?);
        }
        let keys = self.context.resource_keys(self.at, self.encounter.identifier.as_deref());
        let of = (&self.record, self.subject.presented.as_slice());
        let since = self.started_at(writer)?;
        Team { context: self.context, at: self.at, of, keys, since, lasts }.add_events(&members, writer)
    }
}

/// True without a code, or if every code is a function in treatment by HL7's ParticipationType or by FHIR's own two
/// (hl7.org/fhir/R4/valueset-encounter-participant-type.html): doctors, nurses, escorts and translators, whom no answer names.
fn is_of_treatment(concepts: &[CodeableConcept]) -> bool {
    const TREATMENT: [&str; 12] =
        ["ADM", "ATND", "CALLBCK", "CON", "DIS", "ESC", "PART", "PPRF", "REF", "SPRF", "emergency", "translator"];
    concepts.iter().flat_map(CodeableConcept::codes).all(|code| TREATMENT.contains(&code))
}
