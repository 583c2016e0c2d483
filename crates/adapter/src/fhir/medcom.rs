//! MedCom HospitalNotification 3.0: eighteen codes, told by four things together.
//!
//! The activity of the Provenance of *this* MessageHeader, the Encounter's status and class, and whether the Patient is
//! dead. Provenances of earlier messages travel along, in no fixed order; one that cancels says `removal`.
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

use super::context::{Context, Writer};
use super::element::Reference;
use super::encounter::{Status, Visit};
use super::message::focus;
use super::resource::{MessageHeader, Patient, Provenance, Resource};
use crate::rejection::{Fault, Place, RejectionCode};
use event::{
    Body, ClassChanged, Code, DeathCancelled, DischargeCancelled, Instant, LeaveEndCancelled, LeaveEnded,
    LeaveStartCancelled, LeaveStarted, PersonDied, StayCancelled, StayClass, StayEnded, StayStarted, WardChanged,
};

/// What an activity is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Activity {
    Admit(StayClass),
    StartLeave,
    EndLeave,
    Discharge(StayClass),
}

/// Whether it is new, corrected or taken back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    New,
    Revise,
    Cancel,
}

/// The Provenance of this message, as far as it tells the code.
struct Told {
    activity: Activity,
    mode: Mode,
    /// True if it removes what it refers to.
    removal: bool,
    before: Before,
}

/// What the message was about that this one follows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// It follows none.
    Nothing,
    /// It follows one whose Provenance does not travel along.
    Untold,
    Told(Activity),
}

/// Adds what the message says.
pub(super) fn tell(context: Context<'_>, header: &MessageHeader, writer: &mut Writer<'_>) -> Result<(), Fault> {
    let at = focus(context, header)?;
    let Resource::Encounter(encounter) = context.bundle.resource(at)? else { return Ok(()) };
    let told = told(context)?;
    let visit = Visit::read(context, at, encounter)?;
    let recorded_at = writer.recorded_with_message(visit.last_updated()?)?;
    let dead = visit.subject.patient.is_some_and(Patient::is_deceased);
    told.check(&visit, dead, at)?;
    let notification = Notification { visit, at, recorded_at };
    if dead && told.mode != Mode::Cancel && !matches!(told.activity, Activity::Discharge(_)) {
        notification.death(&told, writer)?;
    } else if told.removal && told.mode == Mode::New {
        notification.death_cancelled(writer);
    } else {
        notification.course(&told, writer)?;
    }
    notification.visit.tell_person(writer)
}

struct Notification<'a> {
    visit: Visit<'a>,
    at: usize,
    recorded_at: Instant,
}

impl Notification<'_> {
    /// MORS and RE_MORS are told the same way: the time of death is the end of the stay, and the later word counts.
    fn death(&self, told: &Told, writer: &mut Writer<'_>) -> Result<(), Fault> {
        let visit = &self.visit;
        if let (Before::Nothing, Activity::Admit(class)) = (told.before, told.activity) {
            self.start(class, writer)?;
        }
        let died_at = self.period_end()?;
        let ended = StayEnded { stay: visit.stay(), ended_at: died_at, disposition: None };
        visit.add(died_at, Body::StayEnded(ended), writer);
        visit.add(died_at, Body::PersonDied(PersonDied { died_at: Some(died_at) }), writer);
        writer.death_told = true;
        Ok(())
    }

    /// AN_MORS. The stay goes on from where it was: a leave that was not ended is still one.
    fn death_cancelled(&self, writer: &mut Writer<'_>) {
        let (visit, at) = (&self.visit, self.recorded_at);
        visit.add(at, Body::DeathCancelled(DeathCancelled), writer);
        if visit.status != Status::Finished {
            visit.add(at, Body::DischargeCancelled(DischargeCancelled { stay: visit.stay() }), writer);
        }
    }

    fn course(&self, told: &Told, writer: &mut Writer<'_>) -> Result<(), Fault> {
        let (visit, recorded_at, stay) = (&self.visit, self.recorded_at, self.visit.stay());
        let (at, body) = match (told.activity, told.mode) {
            (Activity::Admit(class), Mode::New) => return self.admit(class, told.before, writer),
            (Activity::Admit(_), Mode::Revise) => (self.period_start()?, visit.corrected()?),
            (Activity::Admit(_), Mode::Cancel) => (recorded_at, Body::StayCancelled(StayCancelled { stay })),
            // Of a leave that is over: that it begins again is not said.
            (Activity::StartLeave, Mode::Revise) if visit.status != Status::OnLeave => {
                (recorded_at, visit.corrected()?)
            }
            (Activity::StartLeave, Mode::New | Mode::Revise) => {
                let started_at = visit.leave()?.0.ok_or(self.missing("resource.extension"))?;
                let corrected = told.mode == Mode::Revise;
                (started_at, Body::LeaveStarted(LeaveStarted { stay, started_at, expected_return_at: None, corrected }))
            }
            (Activity::StartLeave, Mode::Cancel) => {
                (recorded_at, Body::LeaveStartCancelled(LeaveStartCancelled { stay }))
            }
            // Of a leave before the one that the client is on.
            (Activity::EndLeave, Mode::Revise) if visit.status == Status::OnLeave => (recorded_at, visit.corrected()?),
            (Activity::EndLeave, Mode::New | Mode::Revise) => {
                let ended_at = visit.leave()?.1.ok_or(self.missing("resource.extension"))?;
                (ended_at, Body::LeaveEnded(LeaveEnded { stay, ended_at }))
            }
            (Activity::EndLeave, Mode::Cancel) => (recorded_at, Body::LeaveEndCancelled(LeaveEndCancelled { stay })),
            (Activity::Discharge(_), Mode::New | Mode::Revise) => {
                let ended_at = self.period_end()?;
                // SLHJ is sent when the way is home, or to the primary sector, only.
                let disposition = Code::try_new("home").ok();
                (ended_at, Body::StayEnded(StayEnded { stay, ended_at, disposition }))
            }
            (Activity::Discharge(_), Mode::Cancel) => {
                (recorded_at, Body::DischargeCancelled(DischargeCancelled { stay }))
            }
        };
        visit.add(at, body, writer);
        Ok(())
    }

    /// From acute to admitted, a new STIN comes without an SLHJ; a transfer's receiver sends an STIN, its sender nothing.
    fn admit(&self, class: StayClass, before: Before, writer: &mut Writer<'_>) -> Result<(), Fault> {
        let (visit, stay) = (&self.visit, self.visit.stay());
        let at = self.period_start()?;
        match before {
            Before::Told(Activity::Admit(before)) if before != class => {
                let ward = visit.ward()?;
                visit.add(at, Body::ClassChanged(ClassChanged { stay, class: Some(class), ward }), writer);
            }
            Before::Told(Activity::Admit(_)) => {
                let (from, to) = (None, visit.ward()?);
                visit.add(at, Body::WardChanged(WardChanged { stay, from, to }), writer);
            }
            _ => return self.start(class, writer),
        }
        Ok(())
    }

    fn start(&self, class: StayClass, writer: &mut Writer<'_>) -> Result<(), Fault> {
        let started_at = self.period_start()?;
        let (stay, ward) = (self.visit.stay(), self.visit.ward()?);
        self.visit.add(
            started_at,
            Body::StayStarted(StayStarted { stay, class: Some(class), ward, started_at }),
            writer,
        );
        Ok(())
    }

    fn period_start(&self) -> Result<Instant, Fault> {
        self.visit.started_at()?.ok_or(self.missing("resource.period.start"))
    }

    fn period_end(&self) -> Result<Instant, Fault> {
        self.visit.ended_at()?.ok_or(self.missing("resource.period.end"))
    }

    fn missing(&self, path: &'static str) -> Fault {
        Fault::missing(Place::Entry(self.at, path))
    }
}

impl Told {
    /// The combinations of MedCom's table; a corrected message may be one of before what came since.
    fn check(&self, visit: &Visit<'_>, dead: bool, at: usize) -> Result<(), Fault> {
        use Status::{Cancelled, Finished, InProgress, OnLeave};
        let fits = match (self.activity, self.mode, visit.status) {
            (Activity::Discharge(_), Mode::Cancel, it) => it == InProgress || it == OnLeave,
            (Activity::Discharge(_), _, it) => it == Finished,
            (_, Mode::New | Mode::Revise, Finished) if dead => true,
            (_, Mode::New, it) if self.removal => matches!(it, InProgress | OnLeave | Finished),
            (Activity::Admit(_), Mode::Cancel, it) => it == Cancelled,
            (Activity::StartLeave, Mode::New, it) | (Activity::EndLeave, Mode::Cancel, it) => it == OnLeave,
            (Activity::Admit(_) | Activity::EndLeave, Mode::New, it) | (Activity::StartLeave, Mode::Cancel, it) => {
                it == InProgress
            }
            (_, Mode::Revise, it) => matches!(it, InProgress | OnLeave | Finished),
        };
        let fault = |path, text| Fault::new(RejectionCode::TableValueNotFound, Place::Entry(at, path), text);
        if dead && self.removal {
            return Err(fault("resource.status", "a death is taken back, and the Patient is still marked as dead"));
        }
        if !fits {
            return Err(fault("resource.status", "the status contradicts the activity of the message's Provenance"));
        }
        let class = match self.activity {
            Activity::Admit(class) | Activity::Discharge(class) => class,
            Activity::StartLeave | Activity::EndLeave => StayClass::Inpatient,
        };
        if visit.class() != Some(class) {
            return Err(fault("resource.class", "the class contradicts the activity of the message's Provenance"));
        }
        Ok(())
    }
}

/// What the Provenance of this MessageHeader tells.
fn told(context: Context<'_>) -> Result<Told, Fault> {
    let text = "no Provenance tells the activity of this message";
    let place = Place::Entry(0, "resource");
    let missing = Fault::new(RejectionCode::RequiredFieldMissing, place, text);
    let all = || {
        context.bundle.entries.iter().enumerate().filter_map(|(at, entry)| match &entry.resource {
            Ok(Resource::Provenance(it)) => Some((at, &**it)),
            _ => None,
        })
    };
    let (at, own) = all().find(|(_, it)| targets(it).any(|it| context.bundle.entry(it) == Some(0))).ok_or(missing)?;
    let text = "not an activity of a hospital notification";
    let unknown = Fault::new(RejectionCode::UnsupportedEventCode, Place::Entry(at, "resource.activity"), text);
    let (mode, activity) = activity(own).ok_or(unknown)?;
    let entities = || own.entity.iter().flatten();
    let removal = entities().any(|entity| entity.role.as_deref() == Some("removal"));
    let before = entities().find_map(|entity| entity.what.as_ref()).map_or(Before::Nothing, |what| {
        let earlier = all().find(|(_, it)| targets(it).any(|it| it.literal == what.literal));
        earlier.and_then(|(_, it)| self::activity(it)).map_or(Before::Untold, |(_, it)| Before::Told(it))
    });
    Ok(Told { activity, mode, removal, before })
}

fn targets(provenance: &Provenance) -> impl Iterator<Item = &Reference> {
    provenance.target.iter().flatten()
}

fn activity(provenance: &Provenance) -> Option<(Mode, Activity)> {
    provenance.activity.as_ref()?.codes().find_map(|code| {
        let (mode, code) = match code.split_once('-') {
            Some(("revise", code)) => (Mode::Revise, code),
            Some(("cancel", code)) => (Mode::Cancel, code),
            _ => (Mode::New, code),
        };
        let activity = match code {
            "admit-emergency" => Activity::Admit(StayClass::Emergency),
            "admit-inpatient" => Activity::Admit(StayClass::Inpatient),
            "start-leave-inpatient" => Activity::StartLeave,
            "end-leave-inpatient" => Activity::EndLeave,
            "discharge-emergency-home" => Activity::Discharge(StayClass::Emergency),
            "discharge-inpatient-home" => Activity::Discharge(StayClass::Inpatient),
            _ => return None,
        };
        Some((mode, activity))
    })
}
