//! MedCom HospitalNotification 3.0: eighteen codes, each given by four things together.
//!
//! The activity of the Provenance of *this* MessageHeader, the Encounter's status and class, and whether the Patient is
//! dead. Provenances of earlier messages travel along, in no fixed order; one that cancels has the entity role
//! `removal`.
//!
//! Where the status or the class contradicts the activity, the activity and the period decide, with a remark. MedCom's
//! own published discharge of a patient on leave has the status `onleave`, and rejecting it would leave the patient in
//! hospital for ever. The status `finished` with an end ends the stay in any message, because the message about the end
//! may be lost. A contradiction that no reading resolves safely is rejected: an admission of a cancelled Encounter, and
//! a cancelled discharge that the status and the period still report.
//!
//! | code | activity | status | events |
//! |---|---|---|---|
//! | STAA, STIN | admit-emergency, admit-inpatient | in-progress | StayStarted; after an STAA ClassChanged, after an STIN WardChanged |
//! | STOR, SLOR | start-leave-, end-leave-inpatient | onleave, in-progress | LeaveStarted, LeaveEnded |
//! | SLHJ | discharge-…-home | finished | StayEnded |
//! | MORS | as it was before | finished, deceased | StayEnded, PersonDied; StayStarted first if nothing was reported before |
//! | RE_… | revise-… | as the code's | StayCorrected; LeaveStarted, LeaveEnded, StayEnded again with other times |
//! | AN_… | cancel-… | as before the code | StayCancelled, LeaveStartCancelled, LeaveEndCancelled, DischargeCancelled |
//! | AN_MORS | as it was before, `removal` | as before | DeathCancelled, DischargeCancelled |

use crate::fhir::event::context::Context;
use crate::fhir::event::message::focus;
use crate::fhir::event::message::medcom_activity::{Activity, Before, Mode, NotifiedActivity};
use crate::fhir::event::visit::Visit;
use crate::fhir::event::writer::Writer;
use crate::fhir::resource::Status;
use crate::fhir::resource::{MessageHeader, Patient, Resource};
use crate::rejection::{MessagePlace, RejectionReason};
use event::{
    Body, ClassChanged, Code, DeathCancelled, DischargeCancelled, Instant, LeaveEndCancelled, LeaveEnded,
    LeaveStartCancelled, LeaveStarted, PersonDied, StayCancelled, StayClass, StayCorrected, StayEnded, StayStarted,
    WardChanged,
};

/// Adds the message's events.
pub(in crate::fhir) fn add_events(
    context: Context<'_>,
    header: &MessageHeader,
    writer: &mut Writer<'_>,
) -> Result<(), RejectionReason> {
    let at = focus(context, header)?;
    let Resource::Encounter(encounter) = context.bundle.resource(at)? else { return Ok(()) };
    let notified = NotifiedActivity::read(context)?;
    let visit = Visit::read(context, at, encounter)?;
    let recorded = notified.recorded.map_or_else(|| visit.recorded(), |when| Ok(Some(when)))?;
    writer.recorded(context, at, recorded)?;
    let dead = visit.subject.patient.is_some_and(Patient::is_deceased);
    notified.check(&visit, dead, at, writer)?;
    let occurred_at = notified.occurred.map_or(writer.recorded_at(), |when| when.at);
    let notification = Notification { visit, at, occurred_at };
    if dead && notified.mode != Mode::Cancel && !matches!(notified.activity, Activity::Discharge(_)) {
        notification.death(&notified, writer)?;
    } else if notified.removal && notified.mode == Mode::New {
        notification.death_cancelled(writer);
    } else {
        notification.course(&notified, writer)?;
    }
    // An admission may be cancelled because it was another client's.
    if !matches!((notified.activity, notified.mode), (Activity::Admit(_), Mode::Cancel)) {
        notification.visit.add_other_keys(writer)?;
        notification.visit.add_subject(writer)?;
    }
    notification.visit.add_person(writer)
}

struct Notification<'a> {
    visit: Visit<'a>,
    at: usize,
    /// When the activity took place, if the Encounter reports no time for it.
    occurred_at: Instant,
}

impl Notification<'_> {
    /// MORS and RE_MORS are reported the same way: the time of death is the end of the stay, and the later message
    /// counts.
    fn death(&self, notified: &NotifiedActivity, writer: &mut Writer<'_>) -> Result<(), RejectionReason> {
        let visit = &self.visit;
        if let (Before::Nothing, Activity::Admit(class)) = (notified.before, notified.activity) {
            self.start(class, writer)?;
        }
        let died_at = self.period_end(writer)?;
        let ended = StayEnded { stay: visit.stay(), ended_at: died_at, disposition: None };
        visit.add(died_at, Body::from(ended), writer);
        visit.add(died_at, Body::from(PersonDied { died_at: Some(died_at) }), writer);
        writer.death_reported = true;
        Ok(())
    }

    /// AN_MORS. The stay continues as it was: a leave that had not ended goes on.
    fn death_cancelled(&self, writer: &mut Writer<'_>) {
        let (visit, at) = (&self.visit, self.occurred_at);
        visit.add(at, Body::from(DeathCancelled), writer);
        if visit.status != Status::Finished {
            visit.add(at, Body::from(DischargeCancelled { stay: visit.stay(), class: None }), writer);
        }
    }

    fn course(&self, notified: &NotifiedActivity, writer: &mut Writer<'_>) -> Result<(), RejectionReason> {
        let (visit, occurred_at, stay) = (&self.visit, self.occurred_at, self.visit.stay());
        let (at, body) = match (notified.activity, notified.mode) {
            (Activity::Admit(class), Mode::New) => {
                self.admit(class, notified.before, writer)?;
                return self.end_beside(writer);
            }
            (Activity::Admit(class), Mode::Revise) => {
                (self.period_start(writer)?, self.corrected(Some(class), writer)?)
            }
            (Activity::Admit(_), Mode::Cancel) => (occurred_at, Body::from(StayCancelled { stay })),
            // The leave is over: correcting its start does not begin it again.
            (Activity::StartLeave, Mode::Revise) if visit.status != Status::OnLeave => {
                (occurred_at, self.corrected(visit.class(), writer)?)
            }
            (Activity::StartLeave, Mode::New | Mode::Revise) => {
                let started_at = visit.leave()?.0.ok_or(self.missing("resource.extension"))?;
                let corrected = notified.mode == Mode::Revise;
                (
                    started_at,
                    Body::from(LeaveStarted { stay, started_at, expected_return_at: None, corrected, class: None }),
                )
            }
            (Activity::StartLeave, Mode::Cancel) => (occurred_at, Body::from(LeaveStartCancelled { stay })),
            // It corrects a leave before the present one.
            (Activity::EndLeave, Mode::Revise) if visit.status == Status::OnLeave => {
                (occurred_at, self.corrected(visit.class(), writer)?)
            }
            (Activity::EndLeave, Mode::New | Mode::Revise) => {
                let ended_at = visit.leave()?.1.ok_or(self.missing("resource.extension"))?;
                (ended_at, Body::from(LeaveEnded { stay, ended_at, class: None }))
            }
            (Activity::EndLeave, Mode::Cancel) => (occurred_at, Body::from(LeaveEndCancelled { stay })),
            (Activity::Discharge(_), Mode::New | Mode::Revise) => {
                let ended_at = self.period_end(writer)?;
                (ended_at, self.ended(ended_at))
            }
            (Activity::Discharge(_), Mode::Cancel) => {
                (occurred_at, Body::from(DischargeCancelled { stay, class: None }))
            }
        };
        visit.add(at, body, writer);
        let reports_end = matches!(notified.activity, Activity::Discharge(_));
        let is_cancelled = matches!((notified.activity, notified.mode), (Activity::Admit(_), Mode::Cancel));
        if reports_end || is_cancelled { Ok(()) } else { self.end_beside(writer) }
    }

    /// Adds the end of the stay if status and period report it in a message about something earlier: the message about
    /// the end may be lost.
    fn end_beside(&self, writer: &mut Writer<'_>) -> Result<(), RejectionReason> {
        if self.visit.status == Status::Finished && self.visit.has_end() {
            let ended_at = self.period_end(writer)?;
            self.visit.add(ended_at, self.ended(ended_at), writer);
        }
        Ok(())
    }

    /// SLHJ is sent only for a discharge home or to the primary sector.
    fn ended(&self, ended_at: Instant) -> Body {
        Body::from(StayEnded { stay: self.visit.stay(), ended_at, disposition: Code::try_new("home").ok() })
    }

    fn corrected(&self, class: Option<StayClass>, writer: &Writer<'_>) -> Result<Body, RejectionReason> {
        let (ward, started_at) = (self.visit.ward()?, self.visit.started_at(writer)?);
        Ok(Body::from(StayCorrected { stay: self.visit.stay(), class, ward, started_at, also: Vec::new() }))
    }

    /// From acute to admitted, a new STIN comes without an SLHJ; a transfer's receiver sends an STIN, its sender nothing.
    fn admit(&self, class: StayClass, before: Before, writer: &mut Writer<'_>) -> Result<(), RejectionReason> {
        let (visit, stay) = (&self.visit, self.visit.stay());
        let at = self.period_start(writer)?;
        match before {
            Before::Activity(Activity::Admit(before)) if before != class => {
                let ward = visit.ward()?;
                visit.add(at, Body::from(ClassChanged { stay, class: Some(class), ward }), writer);
            }
            Before::Activity(Activity::Admit(_)) => {
                let (from, to) = (None, visit.ward()?);
                visit.add(at, Body::from(WardChanged { stay, from, to, class: None }), writer);
            }
            Before::Activity(Activity::StartLeave | Activity::EndLeave | Activity::Discharge(_))
            | Before::Nothing
            | Before::Unreported => return self.start(class, writer),
        }
        Ok(())
    }

    fn start(&self, class: StayClass, writer: &mut Writer<'_>) -> Result<(), RejectionReason> {
        let started_at = self.period_start(writer)?;
        let (stay, ward) = (self.visit.stay(), self.visit.ward()?);
        let started = StayStarted {
            stay,
            class: Some(class),
            ward,
            started_at,
            protected_speciality: self.visit.is_protected_speciality(),
            unit: self.visit.unit(),
            facility: self.visit.facility(),
        };
        self.visit.add(started_at, Body::from(started), writer);
        Ok(())
    }

    /// A start in the future cannot be when the event took place: then the time of writing counts.
    fn period_start(&self, writer: &Writer<'_>) -> Result<Instant, RejectionReason> {
        if !self.visit.has_start() {
            return Err(self.missing("resource.period.start"));
        }
        Ok(self.visit.started_before(writer)?.unwrap_or(writer.recorded_at()))
    }

    /// If the period has no end, the stay ended when the activity took place.
    fn period_end(&self, writer: &Writer<'_>) -> Result<Instant, RejectionReason> {
        Ok(self.visit.ended_at(writer)?.unwrap_or(self.occurred_at))
    }

    fn missing(&self, path: &'static str) -> RejectionReason {
        RejectionReason::missing(MessagePlace::Entry(self.at, path))
    }
}
