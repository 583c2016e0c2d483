//! MedCom HospitalNotification 3.0: eighteen codes, told by four things together.
//!
//! The activity of the Provenance of *this* MessageHeader, the Encounter's status and class, and whether the Patient is
//! dead. Provenances of earlier messages travel along, in no fixed order; one that cancels says `removal`.
//!
//! Where the status or the class contradicts the activity, the activity and the period decide, and a remark says so:
//! MedCom's own published discharge of somebody on leave has the status `onleave`, and refusing it would leave them in
//! hospital for ever. The status `finished` with an end ends the stay in whatever message it stands: the one about the end may
//! be lost. Refused is what no reading is safe of: an admission that is told and never was, and a discharge taken
//! back that both the status and the period still tell.
//!
//! | code | activity | status | events |
//! |---|---|---|---|
//! | STAA, STIN | admit-emergency, admit-inpatient | in-progress | StayStarted; after an STAA ClassChanged, after an STIN WardChanged |
//! | STOR, SLOR | start-leave-, end-leave-inpatient | onleave, in-progress | LeaveStarted, LeaveEnded |
//! | SLHJ | discharge-…-home | finished | StayEnded |
//! | MORS | as it was before | finished, deceased | StayEnded, PersonDied; StayStarted first if nothing was told before |
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
use crate::rejection::{Place, RejectionReason};
use event::{
    Body, ClassChanged, Code, DeathCancelled, DischargeCancelled, Instant, LeaveEndCancelled, LeaveEnded,
    LeaveStartCancelled, LeaveStarted, PersonDied, StayCancelled, StayClass, StayCorrected, StayEnded, StayStarted,
    WardChanged,
};

/// Adds what the message says.
pub(in crate::fhir) fn add_events(
    context: Context<'_>,
    header: &MessageHeader,
    writer: &mut Writer<'_>,
) -> Result<(), RejectionReason> {
    let at = focus(context, header)?;
    let Resource::Encounter(encounter) = context.bundle.resource(at)? else { return Ok(()) };
    let told = NotifiedActivity::read(context)?;
    let visit = Visit::read(context, at, encounter)?;
    let recorded = told.recorded.map_or_else(|| visit.recorded(), |when| Ok(Some(when)))?;
    writer.recorded(recorded)?;
    let dead = visit.subject.patient.is_some_and(Patient::is_deceased);
    told.check(&visit, dead, at, writer)?;
    let occurred_at = told.occurred.map_or(writer.recorded_at(), |when| when.at);
    let notification = Notification { visit, at, occurred_at };
    if dead && told.mode != Mode::Cancel && !matches!(told.activity, Activity::Discharge(_)) {
        notification.death(&told, writer)?;
    } else if told.removal && told.mode == Mode::New {
        notification.death_cancelled(writer);
    } else {
        notification.course(&told, writer)?;
    }
    // Taken back, it may be because it was somebody else's.
    if !matches!((told.activity, told.mode), (Activity::Admit(_), Mode::Cancel)) {
        notification.visit.add_other_keys(writer)?;
        notification.visit.add_subject(writer)?;
    }
    notification.visit.add_person(writer)
}

struct Notification<'a> {
    visit: Visit<'a>,
    at: usize,
    /// When the activity took place, of which the Encounter tells no time.
    occurred_at: Instant,
}

impl Notification<'_> {
    /// MORS and RE_MORS are told the same way: the time of death is the end of the stay, and the later word counts.
    fn death(&self, told: &NotifiedActivity, writer: &mut Writer<'_>) -> Result<(), RejectionReason> {
        let visit = &self.visit;
        if let (Before::Nothing, Activity::Admit(class)) = (told.before, told.activity) {
            self.start(class, writer)?;
        }
        let died_at = self.period_end(writer)?;
        let ended = StayEnded { stay: visit.stay(), ended_at: died_at, disposition: None };
        visit.add(died_at, Body::from(ended), writer);
        visit.add(died_at, Body::from(PersonDied { died_at: Some(died_at) }), writer);
        writer.death_reported = true;
        Ok(())
    }

    /// AN_MORS. The stay goes on from where it was: a leave that was not ended is still one.
    fn death_cancelled(&self, writer: &mut Writer<'_>) {
        let (visit, at) = (&self.visit, self.occurred_at);
        visit.add(at, Body::from(DeathCancelled), writer);
        if visit.status != Status::Finished {
            visit.add(at, Body::from(DischargeCancelled { stay: visit.stay(), class: None }), writer);
        }
    }

    fn course(&self, told: &NotifiedActivity, writer: &mut Writer<'_>) -> Result<(), RejectionReason> {
        let (visit, occurred_at, stay) = (&self.visit, self.occurred_at, self.visit.stay());
        let (at, body) = match (told.activity, told.mode) {
            (Activity::Admit(class), Mode::New) => {
                self.admit(class, told.before, writer)?;
                return self.end_beside(writer);
            }
            (Activity::Admit(class), Mode::Revise) => {
                (self.period_start(writer)?, self.corrected(Some(class), writer)?)
            }
            (Activity::Admit(_), Mode::Cancel) => (occurred_at, Body::from(StayCancelled { stay })),
            // Of a leave that is over: that it begins again is not said.
            (Activity::StartLeave, Mode::Revise) if visit.status != Status::OnLeave => {
                (occurred_at, self.corrected(visit.class(), writer)?)
            }
            (Activity::StartLeave, Mode::New | Mode::Revise) => {
                let started_at = visit.leave()?.0.ok_or(self.missing("resource.extension"))?;
                let corrected = told.mode == Mode::Revise;
                (
                    started_at,
                    Body::from(LeaveStarted { stay, started_at, expected_return_at: None, corrected, class: None }),
                )
            }
            (Activity::StartLeave, Mode::Cancel) => (occurred_at, Body::from(LeaveStartCancelled { stay })),
            // Of a leave before the one that the client is on.
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
        let tells_end = matches!(told.activity, Activity::Discharge(_));
        let never_was = matches!((told.activity, told.mode), (Activity::Admit(_), Mode::Cancel));
        if tells_end || never_was { Ok(()) } else { self.end_beside(writer) }
    }

    /// A status and a period that tell the end of a stay, in a message about something before it: the message about the end
    /// may be lost.
    fn end_beside(&self, writer: &mut Writer<'_>) -> Result<(), RejectionReason> {
        if self.visit.status == Status::Finished && self.visit.has_end() {
            let ended_at = self.period_end(writer)?;
            self.visit.add(ended_at, self.ended(ended_at), writer);
        }
        Ok(())
    }

    /// SLHJ is sent when the way is home, or to the primary sector, only.
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
        let started = StayStarted { stay, class: Some(class), ward, started_at };
        self.visit.add(started_at, Body::from(started), writer);
        Ok(())
    }

    /// One that lies ahead is no time of what has taken place: then when it was written.
    fn period_start(&self, writer: &Writer<'_>) -> Result<Instant, RejectionReason> {
        if !self.visit.has_start() {
            return Err(self.missing("resource.period.start"));
        }
        Ok(self.visit.started_before(writer)?.unwrap_or(writer.recorded_at()))
    }

    /// What ends the stay took place when it ended, if the period does not tell.
    fn period_end(&self, writer: &Writer<'_>) -> Result<Instant, RejectionReason> {
        Ok(self.visit.ended_at(writer)?.unwrap_or(self.occurred_at))
    }

    fn missing(&self, path: &'static str) -> RejectionReason {
        RejectionReason::missing(Place::Entry(self.at, path))
    }
}
