//! PV1 and PV2: which stay, of what class, where, and when it should end.
//!
//! A visit number is told apart by (assigning authority, number), PV1-19, by the one rule of scopes ([`crate::scope`]);
//! without one the stay is `None`: kept unplaced, never bound by guess (rule R5).

use super::message::{Message, Segment, Value};
use super::{key, time};
use crate::Source;
use crate::rejection::{Fault, Place};
use crate::scope::Key;
use event::{Body, Code, Instant, Keyring, Record, StayClass, StayCorrected, StayEnded, StayStarted, Token, Ward};

/// PV1 and PV2 of one message.
pub(super) struct Visit<'m> {
    pv1: Segment<'m>,
    pv2: Option<Segment<'m>>,
    number: Option<Key>,
}

/// What PV2-9 says of the discharge that is planned.
pub(super) enum PlannedDischarge {
    Nothing,
    At(Instant),
    Cleared,
}

impl<'m> Visit<'m> {
    /// `None` if there is no PV1.
    pub(super) fn read(message: &Message<'m>, source: &Source) -> Option<Self> {
        Some(Self::of(message.segment("PV1")?, message.segment("PV2"), source))
    }

    /// That PV1 and PV2.
    pub(super) fn of(pv1: Segment<'m>, pv2: Option<Segment<'m>>, source: &Source) -> Self {
        Self { pv1, pv2, number: key::cx(source, pv1.field(19)) }
    }

    /// The stay's key.
    pub(super) fn stay(&self, keyring: &Keyring) -> Option<Token> {
        self.number.as_ref().map(|number| number.token(keyring, "stay"))
    }

    /// The record of a message that has nothing but a visit number.
    pub(super) fn record(&self, source: &Source, keyring: &Keyring) -> Option<Record> {
        Some(self.number.as_ref()?.record(source, keyring, "visit:"))
    }

    /// PV1-2, HL7 table 0004; `None` if absent, or if the code changes no answer.
    pub(super) fn class(&self) -> Option<StayClass> {
        match self.pv1.field(2).component(1).text()?.as_str() {
            "E" => Some(StayClass::Emergency),
            "I" => Some(StayClass::Inpatient),
            "O" | "R" | "B" => Some(StayClass::Outpatient),
            _ => None,
        }
    }

    /// PV1-3.1.
    pub(super) fn ward(&self, source: &Source) -> Result<Option<Ward>, Fault> {
        ward(source, self.pv1.field(3), Place::Component("PV1", 3, 1))
    }

    /// PV1-6.1.
    pub(super) fn prior_ward(&self, source: &Source) -> Result<Option<Ward>, Fault> {
        ward(source, self.pv1.field(6), Place::Component("PV1", 6, 1))
    }

    /// PV1-44.
    pub(super) fn admitted_at(&self, source: &Source) -> Result<Option<Instant>, Fault> {
        time::instant(self.pv1.field(44), &source.zone, Place::Field("PV1", 44))
    }

    /// PV1-45.
    pub(super) fn discharged_at(&self, source: &Source) -> Result<Option<Instant>, Fault> {
        time::instant(self.pv1.field(45), &source.zone, Place::Field("PV1", 45))
    }

    /// PV1-36, HL7 table 0112; left out if it is no code.
    pub(super) fn disposition(&self) -> Option<Code> {
        self.pv1.field(36).component(1).text().and_then(|code| Code::try_new(&code).ok())
    }

    /// PV2-8.
    pub(super) fn expected_at(&self, source: &Source) -> Result<Option<Instant>, Fault> {
        let field = self.pv2.map(|pv2| pv2.field(8));
        field.map_or(Ok(None), |field| time::instant(field, &source.zone, Place::Field("PV2", 8)))
    }

    /// PV2-47.
    pub(super) fn expected_return_at(&self, source: &Source) -> Result<Option<Instant>, Fault> {
        let field = self.pv2.map(|pv2| pv2.field(47));
        field.map_or(Ok(None), |field| time::instant(field, &source.zone, Place::Field("PV2", 47)))
    }

    /// What PV1 alone says of the stay: begun if PV1-44 tells when, ended if PV1-45 does, else its class and ward.
    pub(super) fn as_it_stands(&self, stay: Option<Token>, source: &Source) -> Result<Vec<Body>, Fault> {
        let (class, ward) = (self.class(), self.ward(source)?);
        let (started_at, ended_at) = (self.admitted_at(source)?, self.discharged_at(source)?);
        let begun =
            started_at.map(|started_at| Body::StayStarted(StayStarted { stay, class, ward: ward.clone(), started_at }));
        let said = class.is_some() || ward.is_some();
        let corrected = || Body::StayCorrected(StayCorrected { stay, class, ward: ward.clone(), started_at: None });
        let begun = begun.or_else(|| said.then(corrected));
        let disposition = self.disposition();
        let ended = ended_at.map(|ended_at| Body::StayEnded(StayEnded { stay, ended_at, disposition }));
        Ok(begun.into_iter().chain(ended).collect())
    }

    /// PV2-9.
    pub(super) fn planned_discharge(&self, source: &Source) -> Result<PlannedDischarge, Fault> {
        let Some(field) = self.pv2.map(|pv2| pv2.field(9)) else {
            return Ok(PlannedDischarge::Nothing);
        };
        if field.is_clear() {
            return Ok(PlannedDischarge::Cleared);
        }
        let at = time::instant(field, &source.zone, Place::Field("PV2", 9))?;
        Ok(at.map_or(PlannedDischarge::Nothing, PlannedDischarge::At))
    }
}

/// PL.1, by the sender's own list of wards. One that is no ward code is refused rather than left out: without it the ward's
/// worker would not be found.
fn ward(source: &Source, field: Value<'_>, place: Place) -> Result<Option<Ward>, Fault> {
    let Some(written) = field.component(1).subcomponent(1).text() else {
        return Ok(None);
    };
    let code = source.wards.get(&written).unwrap_or(&written);
    Ward::try_new(code).map(Some).ok_or(Fault::data_type(place, "a ward code longer than 80 characters"))
}
