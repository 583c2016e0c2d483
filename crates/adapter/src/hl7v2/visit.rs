//! PV1 and PV2: which stay, of what class, where, and when it should end.
//!
//! A visit number is told apart by (assigning authority, number), PV1-19; without one the stay is `None`: kept
//! unplaced, never bound by guess (rule R5).

use super::message::{Message, Segment, Value};
use super::time;
use crate::Source;
use crate::rejection::{Fault, Place};
use event::{Code, Instant, Keyring, Record, StayClass, Token, Ward};

/// PV1 and PV2 of one message.
pub(super) struct Visit<'m> {
    pv1: Segment<'m>,
    pv2: Option<Segment<'m>>,
    /// (scope, number).
    number: Option<(String, String)>,
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
        let pv1 = message.segment("PV1")?;
        let number = pv1.field(19);
        let authority = [1, 2].map(|n| number.component(4).subcomponent(n).text());
        let number = number.component(1).text().map(|value| (source.scope(&authority).to_owned(), value));
        Some(Self { pv1, pv2: message.segment("PV2"), number })
    }

    /// The stay's key.
    pub(super) fn stay(&self, keyring: &Keyring) -> Option<Token> {
        self.number.as_ref().map(|(scope, number)| keyring.token("stay", scope, number))
    }

    /// The record of a message that has nothing but a visit number.
    pub(super) fn record(&self, source: &Source, keyring: &Keyring) -> Option<Record> {
        let (scope, number) = self.number.as_ref()?;
        Some(keyring.record(&source.name, &format!("visit:{scope}"), number))
    }

    /// PV1-2, HL7 table 0004; `None` if absent, or if the code changes no answer.
    pub(super) fn class(&self) -> Option<StayClass> {
        match self.pv1.field(2).component(1).text()?.as_str() {
            "E" => Some(StayClass::Emergency),
            "I" => Some(StayClass::Inpatient),
            "O" | "R" | "B" => Some(StayClass::Outpatient),
            "P" => Some(StayClass::Planned),
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
