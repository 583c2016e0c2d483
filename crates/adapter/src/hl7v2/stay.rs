//! What one ADT message reports of one stay (HL7 v2 chapter 3).
//!
//! - A01 and A04 begin a stay. A01 is of admitted patients only (3.3.1): with an outpatient's PV1-2 by the table alone it
//!   contradicts itself, and the class is not known. PV1-5 is the number under which it was expected: under that number it
//!   is no longer expected.
//! - A05 and A14 report a planned stay, and its time (PV2-8, else a later PV1-44, else EVN-3) if given; A38 and A27 cancel
//!   it. Before the visit has a number of its own PV1-5 is its number.
//! - A06 and A07 change the class. [`super::renumber`] has the case of a new number.
//! - A08 carries no status: it corrects the fields that it has, and the expected time (PV2-8).
//! - What is about the person (A28, A31), or about something beside the stay (A09, A10, A15, A20, A26, A32, A33, A54, A55,
//!   A60–A62), has no news of it. But its PV1 is of the current visit (3.4.3), so one with a visit number and a class of
//!   presence, and no discharge, shows that there is such a visit: the message may be the first of it that is received. It
//!   is a correction of the class alone: whoever is not known to be there is then not known not to be.
//! - A23 deletes a visit: the stay is cancelled.
//! - PV2-9 in A01, A02 and A08 sets the planned discharge; `""` cancels it.

use super::message::Message;
use super::time;
use super::trigger::Trigger;
use super::visit::{PlannedDischarge, Visit};
use crate::SourceProfile;
use crate::event_builder::EventBuilder;
use crate::rejection::{MessagePlace, RejectionReason};
use crate::scope::Key;
use event::{
    Body, DischargeCancelled, FactKind, Instant, Keyring, LeaveEndCancelled, LeaveEnded, LeaveStartCancelled,
    LeaveStarted, PlannedDischargeCancelled, PlannedDischargeSet, Presented, StayCancelled, StayClass, StayCorrected,
    StayEnded, StayPlanCancelled, StayPlanned, StayStarted, StreamId, SubjectStated, Token, WardChangeCancelled,
    WardChanged,
};

/// Adds the client of the stay, in the stay's own stream, if the message identifies no client.
pub(super) fn add_of_nobody(
    (source, keyring): (&SourceProfile, &Keyring),
    visit: &Visit<'_>,
    record: &StreamId,
    ends: bool,
    builder: &mut EventBuilder<'_>,
) {
    if let Some(number) = visit.key().filter(|_| record.is_kept_by_visit()) {
        let (key, subject) = (number.token(keyring, "stay"), record.clone());
        let stream = number.record(source, keyring, "stay:");
        let stated = SubjectStated { kind: FactKind::Stays, key, subject, ends };
        builder.add(&stream, &[], |_| Body::from(stated));
    }
}

/// The news of a stay in one message.
pub(super) struct Stay<'a, 'm> {
    pub(super) source: &'a SourceProfile,
    pub(super) keyring: &'a Keyring,
    pub(super) message: &'a Message<'m>,
    pub(super) visit: Visit<'m>,
    pub(super) record: &'a StreamId,
    pub(super) presented: &'a [Presented],
}

impl Stay<'_, '_> {
    /// Adds the message's events of the stay.
    pub(super) fn add(&self, trigger: Trigger, builder: &mut EventBuilder<'_>) -> Result<(), RejectionReason> {
        let stay = self.key(trigger);
        let times = (builder.happened_at, builder.recorded_at);
        for body in self.bodies(trigger, stay, times)? {
            builder.add(self.record, self.presented, |_| body);
        }
        self.add_of_nobody(trigger, builder);
        if matches!(trigger, Trigger::A01 | Trigger::A02 | Trigger::A08) {
            let body = match self.visit.planned_discharge()? {
                PlannedDischarge::Nothing => return Ok(()),
                PlannedDischarge::At(at) => Body::from(PlannedDischargeSet {
                    stay,
                    planned_at: Some(at),
                    class: None,
                    destination: self.visit.destination(),
                    reported_at: self.reported_at(),
                }),
                PlannedDischarge::Cleared => Body::from(PlannedDischargeCancelled { stay }),
            };
            builder.add(self.record, self.presented, |_| body);
        }
        Ok(())
    }

    /// PV1-2 is in every message of a visit. If the trigger gives no class, a class that means presence still counts: a
    /// ward stay must not remain a clinic visit because no A06 was received.
    fn presence(&self) -> Option<StayClass> {
        self.visit.class(self.source).filter(|class| *class != StayClass::Outpatient)
    }

    /// A message that identifies no client is about the client of the stay: its news of presence or ward is found
    /// through the stay's own stream.
    fn add_of_nobody(&self, trigger: Trigger, builder: &mut EventBuilder<'_>) {
        let ends = match trigger {
            // An outpatient is no longer present either.
            Trigger::A03 | Trigger::A07 | Trigger::A11 | Trigger::A23 => true,
            Trigger::A01
            | Trigger::A02
            | Trigger::A04
            | Trigger::A06
            | Trigger::A12
            | Trigger::A13
            | Trigger::A17
            | Trigger::A21
            | Trigger::A22
            | Trigger::A52
            | Trigger::A53 => false,
            // Nothing of either.
            Trigger::A05
            | Trigger::A08
            | Trigger::A16
            | Trigger::A25
            | Trigger::A28
            | Trigger::A31
            | Trigger::A38
            | Trigger::BesideTheStay
            | Trigger::Renumber
            | Trigger::Identity(_) => return,
        };
        add_of_nobody((self.source, self.keyring), &self.visit, self.record, ends, builder);
    }

    fn key(&self, trigger: Trigger) -> Option<Token> {
        let expected = || {
            let number = self.visit.preadmit(self.source).filter(|_| matches!(trigger, Trigger::A05 | Trigger::A38));
            number.map(|number| number.token(self.keyring, "stay"))
        };
        self.visit.stay(self.keyring).or_else(expected)
    }

    fn bodies(
        &self,
        trigger: Trigger,
        stay: Option<Token>,
        (happened_at, recorded_at): (Instant, Instant),
    ) -> Result<Vec<Body>, RejectionReason> {
        let (visit, source) = (&self.visit, self.source);
        Ok(vec![match trigger {
            Trigger::A01 => return self.started(stay, self.visit.class_of_admission(source), happened_at),
            Trigger::A04 => {
                let class = self.visit.class_or(StayClass::Outpatient, source);
                return self.started(stay, class, happened_at);
            }
            Trigger::A02 => Body::from(WardChanged {
                stay,
                from: visit.prior_ward(source)?,
                to: visit.ward(source)?,
                class: self.presence(),
            }),
            Trigger::A03 => {
                let ended_at = visit.discharged_at(recorded_at)?.unwrap_or(happened_at);
                Body::from(StayEnded { stay, ended_at, disposition: visit.disposition() })
            }
            Trigger::A05 => {
                let (class, ward) = (visit.class(source), visit.ward(source)?);
                let expected_at = match visit.expected_at(recorded_at)? {
                    Some(at) => Some(at),
                    None => self.event_planned_at()?.filter(|at| *at > recorded_at),
                };
                Body::from(StayPlanned { stay, class, ward, expected_at })
            }
            Trigger::A06 => return self.class_changed(stay, StayClass::Inpatient, happened_at),
            Trigger::A07 => return self.class_changed(stay, StayClass::Outpatient, happened_at),
            Trigger::A08 => {
                let (class, ward, started_at) = (visit.class(source), visit.ward(source)?, visit.admitted_at()?);
                let has_news = class.is_some() || ward.is_some() || started_at.is_some();
                let corrected = StayCorrected { stay, class, ward, started_at, also: Vec::new() };
                let corrected = has_news.then_some(Body::from(corrected));
                // Changes the time of an expected stay. It never turns a presence into a plan.
                let expected = visit
                    .postponed_to(recorded_at)?
                    .map(|at| Body::from(StayPlanned { stay, class: None, ward: None, expected_at: Some(at) }));
                return Ok(corrected.into_iter().chain(expected).collect());
            }
            Trigger::A11 | Trigger::A23 => Body::from(StayCancelled { stay }),
            Trigger::A38 => Body::from(StayPlanCancelled { stay }),
            Trigger::A12 => Body::from(WardChangeCancelled { stay, to: visit.ward(source)?, class: self.presence() }),
            Trigger::A13 => Body::from(DischargeCancelled { stay, class: self.presence() }),
            Trigger::A16 => Body::from(PlannedDischargeSet {
                stay,
                planned_at: self.planned_at()?,
                class: self.presence(),
                destination: visit.destination(),
                reported_at: self.reported_at(),
            }),
            Trigger::A25 => Body::from(PlannedDischargeCancelled { stay }),
            Trigger::A21 => Body::from(LeaveStarted {
                stay,
                started_at: happened_at,
                expected_return_at: visit.expected_return_at()?,
                corrected: false,
                class: self.presence(),
            }),
            Trigger::A22 => Body::from(LeaveEnded { stay, ended_at: happened_at, class: self.presence() }),
            Trigger::A52 => Body::from(LeaveStartCancelled { stay }),
            Trigger::A53 => Body::from(LeaveEndCancelled { stay }),
            Trigger::A28 | Trigger::A31 | Trigger::BesideTheStay => {
                return Ok(visit.shown(source, self.keyring).map(Body::from).into_iter().collect());
            }
            Trigger::A17 | Trigger::Renumber | Trigger::Identity(_) => return Ok(Vec::new()),
        }])
    }

    fn started(
        &self,
        stay: Option<Token>,
        class: Option<StayClass>,
        happened_at: Instant,
    ) -> Result<Vec<Body>, RejectionReason> {
        let started = self.start(stay, class, happened_at)?;
        let fulfilled = self.other(self.visit.preadmit(self.source));
        let fulfilled = fulfilled.map(|stay| Body::from(StayPlanCancelled { stay: Some(stay) }));
        Ok(std::iter::once(started).chain(fulfilled).collect())
    }

    /// PV1 as the start of a stay.
    pub(super) fn start(
        &self,
        stay: Option<Token>,
        class: Option<StayClass>,
        happened_at: Instant,
    ) -> Result<Body, RejectionReason> {
        let started_at = self.visit.admitted_at()?.unwrap_or(happened_at);
        Ok(Body::from(StayStarted {
            stay,
            class,
            ward: self.visit.ward(self.source)?,
            started_at,
            protected_speciality: self.visit.is_protected_speciality(),
            unit: self.visit.unit(),
            facility: self.visit.facility(),
        }))
    }

    /// Its key, if it differs from the key of the message's own stay.
    pub(super) fn other(&self, number: Option<Key>) -> Option<Token> {
        let own = self.visit.key()?;
        number.filter(|number| number != own).map(|number| number.token(self.keyring, "stay"))
    }

    /// EVN-2.
    fn reported_at(&self) -> Option<Instant> {
        let evn = self.message.segment("EVN")?;
        time::instant(evn.field(2), self.message.zone(), MessagePlace::Field("EVN", 2)).ok().flatten()
    }

    /// EVN-3, the time of a pending event.
    fn event_planned_at(&self) -> Result<Option<Instant>, RejectionReason> {
        let evn = self.message.segment("EVN").map(|evn| evn.field(3));
        evn.map_or(Ok(None), |field| time::instant(field, self.message.zone(), MessagePlace::Field("EVN", 3)))
    }

    /// EVN-3, else PV2-9; `None`: pending, without a time.
    fn planned_at(&self) -> Result<Option<Instant>, RejectionReason> {
        Ok(match (self.event_planned_at()?, self.visit.planned_discharge()?) {
            (Some(at), _) | (None, PlannedDischarge::At(at)) => Some(at),
            (None, _) => None,
        })
    }
}
