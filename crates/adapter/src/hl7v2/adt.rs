//! ADT: what each trigger event says of a stay and of a person (HL7 v2 chapter 3).
//!
//! - A01, A04, A02, A06, A07, A03, A11, A13, A16, A25 speak of a stay and must have PV1.
//! - A08 carries no status: it corrects what it says of the stay, and the person.
//! - PV2-9 in A01, A02 and A08 sets the planned discharge; `""` takes it back.
//! - A40 has pairs of PID and MRG: PID-3 survives, MRG-1 is the same person.

use super::message::{Message, Segment};
use super::person::{self, Person};
use super::time;
use super::visit::{PlannedDischarge, Visit};
use crate::envelope::Envelope;
use crate::rejection::{Fault, Place, RejectionCode};
use crate::{Source, identifiers::Identifiers};
use event::{
    Authority, Body, ClassChanged, DischargeCancelled, IdentitiesMerged, Instant, Keyring, PersonUpdated,
    PlannedDischargeCancelled, PlannedDischargeSet, Presented, Record, StayCancelled, StayClass, StayCorrected,
    StayEnded, StayStarted, Token, WardChanged,
};

/// More pairs in one A40 are refused: a batch of events has a bound.
const MAX_MERGES: usize = 100;

/// The trigger events that give events.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Trigger {
    A01,
    A02,
    A03,
    A04,
    A06,
    A07,
    A08,
    A11,
    A13,
    A16,
    A25,
    A28,
    A31,
    A40,
}

impl Trigger {
    /// From MSH-9.2.
    pub(super) fn read(code: &[u8]) -> Option<Self> {
        Some(match code {
            b"A01" => Self::A01,
            b"A02" => Self::A02,
            b"A03" => Self::A03,
            b"A04" => Self::A04,
            b"A06" => Self::A06,
            b"A07" => Self::A07,
            b"A08" => Self::A08,
            b"A11" => Self::A11,
            b"A13" => Self::A13,
            b"A16" => Self::A16,
            b"A25" => Self::A25,
            b"A28" => Self::A28,
            b"A31" => Self::A31,
            b"A40" => Self::A40,
            _ => return None,
        })
    }
}

/// Triggers that we keep nothing of and that change no answer (HL7 v2 chapter 3): tracking (A09, A10, A32, A33), what is
/// pending or planned before anybody comes (A05, A14, A15, A26, A27, A38), beds (A20), leaves (A21, A22, A52, A53: the
/// stay goes on), doctors and allergies (A54, A55, A60–A62). Any other is refused, for its news would be lost.
pub(super) fn changes_nothing(code: &[u8]) -> bool {
    const TRIGGERS: &[&[u8]] = &[
        b"A05", b"A09", b"A10", b"A14", b"A15", b"A20", b"A21", b"A22", b"A26", b"A27", b"A32", b"A33", b"A38", b"A52",
        b"A53", b"A54", b"A55", b"A60", b"A61", b"A62",
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
    if trigger == Trigger::A40 {
        return merges(source, keyring, message, envelope);
    }
    let pid = person::pid(message)?;
    let identifiers = person::identifiers(source, pid.field(3), Place::Field("PID", 3))?;
    let visit = Visit::read(message, source);
    let record = person::record(source, keyring, &identifiers, visit.as_ref())?;
    let presented = identifiers.presented(source, keyring);
    match (trigger, visit) {
        (Trigger::A08, Some(visit)) => {
            Stay { source, keyring, message, visit, record: &record, presented: &presented }.add(trigger, envelope)?;
        }
        (Trigger::A08 | Trigger::A28 | Trigger::A31, _) => {}
        (_, Some(visit)) => {
            return Stay { source, keyring, message, visit, record: &record, presented: &presented }
                .add(trigger, envelope);
        }
        (_, None) => {
            let text = "the message has no PV1";
            return Err(Fault::new(RejectionCode::SegmentSequenceError, Place::Segment("PV1"), text));
        }
    }
    Person::read(pid)?.add(&record, &presented, envelope);
    Ok(())
}

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
        if let Some(body) = self.body(trigger, stay, envelope.happened_at)? {
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
    fn body(&self, trigger: Trigger, stay: Option<Token>, happened_at: Instant) -> Result<Option<Body>, Fault> {
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
            Trigger::A13 => Body::DischargeCancelled(DischargeCancelled { stay }),
            Trigger::A16 => Body::PlannedDischargeSet(PlannedDischargeSet { stay, planned_at: self.planned_at()? }),
            Trigger::A25 => Body::PlannedDischargeCancelled(PlannedDischargeCancelled { stay }),
            Trigger::A28 | Trigger::A31 | Trigger::A40 => return Ok(None),
        }))
    }

    fn started(&self, stay: Option<Token>, otherwise: StayClass, happened_at: Instant) -> Result<Body, Fault> {
        Ok(Body::StayStarted(StayStarted {
            stay,
            class: self.visit.class().unwrap_or(otherwise),
            ward: self.visit.ward(self.source)?,
            started_at: self.visit.admitted_at(self.source)?.unwrap_or(happened_at),
        }))
    }

    /// The trigger tells the class; PV1-2 only whether it is an emergency visit.
    fn class_changed(&self, stay: Option<Token>, otherwise: StayClass) -> Result<Body, Fault> {
        let class = self.visit.class().filter(|class| *class == StayClass::Emergency).unwrap_or(otherwise);
        Ok(Body::ClassChanged(ClassChanged { stay, class, ward: self.visit.ward(self.source)? }))
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

fn merges(source: &Source, keyring: &Keyring, message: &Message<'_>, envelope: &mut Envelope<'_>) -> Result<(), Fault> {
    let out_of_sequence =
        |segment, text| Fault::new(RejectionCode::SegmentSequenceError, Place::Segment(segment), text);
    let mut pairs: Vec<(Segment<'_>, Option<Segment<'_>>)> = Vec::new();
    for segment in message.segments() {
        if segment.is("PID") {
            pairs.push((*segment, None));
        } else if segment.is("MRG") {
            let pid = pairs.last_mut().filter(|(_, mrg)| mrg.is_none());
            pid.ok_or(out_of_sequence("MRG", "an MRG without its PID"))?.1 = Some(*segment);
        }
    }
    if pairs.len() > MAX_MERGES {
        return Err(Fault::too_large(Place::Segment("PID"), "more than 100 merges in one message"));
    }
    person::pid(message)?;
    for (pid, mrg) in pairs {
        let mrg = mrg.ok_or(out_of_sequence("MRG", "a PID without its MRG"))?;
        let survives: Identifiers = person::identifiers(source, pid.field(3), Place::Field("PID", 3))?;
        let ends: Identifiers = person::identifiers(source, mrg.field(1), Place::Field("MRG", 1))?;
        let record = person::record(source, keyring, &survives, None)?;
        let subsumed = ends.record(source, keyring).ok_or(Fault::missing(Place::Field("MRG", 1)))?;
        // A record merged with itself says nothing.
        if subsumed != record {
            // What MRG-1 presents is the other record's, so that the client is found by it too.
            let presented = ends.presented(source, keyring);
            if !presented.is_empty() {
                envelope.add(&subsumed, &presented, |_| Body::PersonUpdated(PersonUpdated::default()));
            }
            let body = Body::IdentitiesMerged(IdentitiesMerged {
                subsumed,
                authority: Authority::Source,
                decider: None,
                reason: None,
            });
            envelope.add(&record, &survives.presented(source, keyring), |_| body);
        }
    }
    Ok(())
}
