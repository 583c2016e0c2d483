//! ADT: what each trigger event says of a stay and of a person (HL7 v2 chapter 3). [`super::identity`] has the triggers
//! about who is who.
//!
//! - All but A08, A28 and A31 speak of a stay and must have PV1.
//! - A05 tells of a stay that is to come, if it tells when (PV2-8, else PV1-44); A38 takes it back.
//! - A08 carries no status: it corrects what it says of the stay, and the person.
//! - PV2-9 in A01, A02 and A08 sets the planned discharge; `""` takes it back.
//! - PID-29 and PID-30 tell a death with any of them, and the status of the stay is kept; PID-30 `N` in A08, A13, A28 and A31
//!   takes one back.

use super::identity::{self, Identity};
use super::message::Message;
use super::numbers::{self, Ends};
use super::person::{self, Person};
use super::time;
use super::visit::{PlannedDischarge, Visit};
use super::worker;
use crate::Source;
use crate::envelope::Envelope;
use crate::rejection::{Fault, Place, RejectionCode};
use event::{
    Body, ClassChanged, DischargeCancelled, Instant, Keyring, LeaveEndCancelled, LeaveEnded, LeaveStartCancelled,
    LeaveStarted, PlannedDischargeCancelled, PlannedDischargeSet, Presented, Record, StayCancelled, StayClass,
    StayCorrected, StayEnded, StayPlanCancelled, StayPlanned, StayStarted, Token, WardChangeCancelled, WardChanged,
};

/// The trigger events that give events.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Trigger {
    A01,
    A02,
    A03,
    A04,
    A05,
    A06,
    A07,
    A08,
    A11,
    A12,
    A13,
    A16,
    A21,
    A22,
    A25,
    A28,
    A31,
    A38,
    A52,
    A53,
    /// A18, A24, A30, A34, A36, A37, A39, A40, A45, A47.
    Identity(identity::Act),
}

impl Trigger {
    /// From MSH-9.2.
    pub(super) fn read(code: &[u8]) -> Option<Self> {
        Some(match code {
            b"A01" => Self::A01,
            b"A02" => Self::A02,
            b"A03" => Self::A03,
            b"A04" => Self::A04,
            b"A05" => Self::A05,
            b"A06" => Self::A06,
            b"A07" => Self::A07,
            b"A08" => Self::A08,
            b"A11" => Self::A11,
            b"A12" => Self::A12,
            b"A13" => Self::A13,
            b"A16" => Self::A16,
            b"A21" => Self::A21,
            b"A22" => Self::A22,
            b"A24" => Self::Identity(identity::Act::Link),
            b"A25" => Self::A25,
            b"A28" => Self::A28,
            b"A31" => Self::A31,
            b"A18" | b"A30" | b"A34" | b"A36" | b"A39" | b"A40" => Self::Identity(identity::Act::Merge),
            b"A37" => Self::Identity(identity::Act::Unlink),
            b"A38" => Self::A38,
            b"A45" => Self::Identity(identity::Act::MoveVisit),
            b"A47" => Self::Identity(identity::Act::ChangeIdentifiers),
            b"A52" => Self::A52,
            b"A53" => Self::A53,
            _ => return None,
        })
    }

    /// Speaks of the person, and of a stay only if it has PV1.
    fn is_of_the_person(self) -> bool {
        matches!(self, Self::A08 | Self::A28 | Self::A31)
    }
}

/// Triggers that we have no use for, because they change no answer (HL7 v2 chapter 3): tracking (A09, A10, A32, A33), what is
/// pending (A14, A15, A26, A27), beds (A20), accounts (A35, A41, A49), identifiers that are not read (A46, A48, A51), doctors
/// and allergies (A54, A55, A60–A62). Any other is refused, for its news would be lost.
pub(super) fn changes_nothing(code: &[u8]) -> bool {
    const TRIGGERS: &[&[u8]] = &[
        b"A09", b"A10", b"A14", b"A15", b"A20", b"A26", b"A27", b"A32", b"A33", b"A35", b"A41", b"A46", b"A48", b"A49",
        b"A51", b"A54", b"A55", b"A60", b"A61", b"A62",
    ];
    TRIGGERS.contains(&code)
}

/// Adds the message's events.
pub(super) fn events(
    source: &Source,
    keyring: &Keyring,
    message: &Message<'_>,
    trigger: Trigger,
    envelope: &mut Envelope<'_>,
) -> Result<(), Fault> {
    if let Trigger::Identity(act) = trigger {
        return Identity { source, keyring, message }.events(act, envelope);
    }
    let pid = person::pid(message)?;
    let identifiers = numbers::of_pid(source, pid, Ends::at(source, envelope.recorded_at))?;
    let visit = Visit::read(message, source);
    let record = person::record(source, keyring, &identifiers, visit.as_ref())?;
    let presented = identifiers.presented(source, keyring);
    match visit {
        Some(_) if matches!(trigger, Trigger::A28 | Trigger::A31) => {}
        Some(visit) => {
            Stay { source, keyring, visit, record: &record, presented: &presented, message }.add(trigger, envelope)?;
        }
        None if trigger.is_of_the_person() => {}
        None => {
            let text = "the message has no PV1";
            return Err(Fault::new(RejectionCode::SegmentSequenceError, Place::Segment("PV1"), text));
        }
    }
    match trigger {
        Trigger::A08 | Trigger::A28 | Trigger::A31 => {
            Person::read(pid)?.add(&record, &presented, (keyring, identifiers.birth_date()), envelope);
        }
        // A discharge that is taken back may have been a death.
        Trigger::A13 => Person::life(pid).add(&record, &presented, (keyring, None), envelope),
        _ => {}
    }
    if let Some(died) = person::death(source, pid)? {
        envelope.add(&record, &presented, |_| Body::PersonDied(died));
    }
    worker::add(source, keyring, message, (&record, &presented), envelope)
}

/// What a message says of a stay; `None`: nothing.
type Told = Result<Option<Body>, Fault>;

/// One message's word about a stay.
struct Stay<'a, 'm> {
    source: &'a Source,
    keyring: &'a Keyring,
    message: &'a Message<'m>,
    visit: Visit<'m>,
    record: &'a Record,
    presented: &'a [Presented],
}

impl Stay<'_, '_> {
    fn add(&self, trigger: Trigger, envelope: &mut Envelope<'_>) -> Result<(), Fault> {
        let stay = self.visit.stay(self.keyring);
        if let Some(body) = self.body(trigger, stay, (envelope.happened_at, envelope.recorded_at))? {
            envelope.add(self.record, self.presented, |_| body);
        }
        if matches!(trigger, Trigger::A01 | Trigger::A02 | Trigger::A08) {
            let body = match self.visit.planned_discharge(self.source)? {
                PlannedDischarge::Nothing => return Ok(()),
                PlannedDischarge::At(at) => {
                    Body::PlannedDischargeSet(PlannedDischargeSet { stay, planned_at: Some(at) })
                }
                PlannedDischarge::Cleared => Body::PlannedDischargeCancelled(PlannedDischargeCancelled { stay }),
            };
            envelope.add(self.record, self.presented, |_| body);
        }
        Ok(())
    }

    /// `None`: an A08 that says nothing of the stay, or a trigger that is not about one.
    fn body(&self, trigger: Trigger, stay: Option<Token>, (happened_at, recorded_at): (Instant, Instant)) -> Told {
        let visit = &self.visit;
        Ok(Some(match trigger {
            Trigger::A01 => self.started(stay, StayClass::Inpatient, happened_at)?,
            Trigger::A04 => self.started(stay, StayClass::Outpatient, happened_at)?,
            Trigger::A02 => Body::WardChanged(WardChanged {
                stay,
                from: visit.prior_ward(self.source)?,
                to: visit.ward(self.source)?,
            }),
            Trigger::A03 => {
                let ended_at = visit.discharged_at(self.source)?.unwrap_or(happened_at);
                Body::StayEnded(StayEnded { stay, ended_at, disposition: visit.disposition() })
            }
            Trigger::A05 => {
                let expected_at = visit.expected_at(self.source)?.or(visit.admitted_at(self.source)?);
                // Nobody is there yet: a stay that has begun would be said of one who may never come.
                let Some(expected_at) = expected_at.filter(|at| *at > recorded_at) else { return Ok(None) };
                let (class, ward) = (visit.class(), visit.ward(self.source)?);
                Body::StayPlanned(StayPlanned { stay, class, ward, expected_at: Some(expected_at) })
            }
            Trigger::A06 => self.class_changed(stay, StayClass::Inpatient)?,
            Trigger::A07 => self.class_changed(stay, StayClass::Outpatient)?,
            Trigger::A08 => {
                let (class, ward, started_at) =
                    (visit.class(), visit.ward(self.source)?, visit.admitted_at(self.source)?);
                if class.is_none() && ward.is_none() && started_at.is_none() {
                    return Ok(None);
                }
                Body::StayCorrected(StayCorrected { stay, class, ward, started_at })
            }
            Trigger::A11 => Body::StayCancelled(StayCancelled { stay }),
            Trigger::A38 => Body::StayPlanCancelled(StayPlanCancelled { stay }),
            Trigger::A12 => Body::WardChangeCancelled(WardChangeCancelled { stay, to: visit.ward(self.source)? }),
            Trigger::A13 => Body::DischargeCancelled(DischargeCancelled { stay }),
            Trigger::A16 => Body::PlannedDischargeSet(PlannedDischargeSet { stay, planned_at: self.planned_at()? }),
            Trigger::A25 => Body::PlannedDischargeCancelled(PlannedDischargeCancelled { stay }),
            Trigger::A21 => Body::LeaveStarted(LeaveStarted {
                stay,
                started_at: happened_at,
                expected_return_at: visit.expected_return_at(self.source)?,
                corrected: false,
            }),
            Trigger::A22 => Body::LeaveEnded(LeaveEnded { stay, ended_at: happened_at }),
            Trigger::A52 => Body::LeaveStartCancelled(LeaveStartCancelled { stay }),
            Trigger::A53 => Body::LeaveEndCancelled(LeaveEndCancelled { stay }),
            Trigger::A28 | Trigger::A31 | Trigger::Identity(_) => return Ok(None),
        }))
    }

    fn started(&self, stay: Option<Token>, otherwise: StayClass, happened_at: Instant) -> Result<Body, Fault> {
        Ok(Body::StayStarted(StayStarted {
            stay,
            class: Some(self.visit.class().unwrap_or(otherwise)),
            ward: self.visit.ward(self.source)?,
            started_at: self.visit.admitted_at(self.source)?.unwrap_or(happened_at),
        }))
    }

    /// The trigger tells the class; PV1-2 only whether it is an emergency visit.
    fn class_changed(&self, stay: Option<Token>, otherwise: StayClass) -> Result<Body, Fault> {
        let class = self.visit.class().filter(|class| *class == StayClass::Emergency).unwrap_or(otherwise);
        Ok(Body::ClassChanged(ClassChanged { stay, class: Some(class), ward: self.visit.ward(self.source)? }))
    }

    /// EVN-3, else PV2-9; `None`: pending, no time told.
    fn planned_at(&self) -> Result<Option<Instant>, Fault> {
        let evn = self.message.segment("EVN").map(|evn| evn.field(3));
        let event = evn.map_or(Ok(None), |field| time::instant(field, &self.source.zone, Place::Field("EVN", 3)))?;
        Ok(match (event, self.visit.planned_discharge(self.source)?) {
            (Some(at), _) | (None, PlannedDischarge::At(at)) => Some(at),
            (None, _) => None,
        })
    }
}
