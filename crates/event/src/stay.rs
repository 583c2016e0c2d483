//! A stay: osastojakso or päivystyskäynti, as ADT messages tell it.
//!
//! `stay` is the keyed token of (assigning authority, visit number). `None` means the message had no visit number:
//! the fact is kept unplaced and never bound to a stay by guess (rule R5).

use crate::wire::{self, NotKnown, Numbered, proto};
use crate::{Code, Instant, Token};
use serde::{Deserialize, Serialize};

/// PV1-2, HL7 table 0004, as far as it changes an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(i32)]
pub enum StayClass {
    /// `E`: päivystyskäynti.
    Emergency = 1,
    /// `I`, `B` (obstetrics): osastojakso.
    Inpatient = 2,
    /// `O`, `R`: comes and goes the same day.
    Outpatient = 3,
}

impl StayClass {
    /// Every class.
    pub const ALL: &[Self] = &[Self::Emergency, Self::Inpatient, Self::Outpatient];
}

impl Numbered for StayClass {
    fn number(self) -> i32 {
        self as i32
    }
}

/// A ward or clinic, by the source's own code (PV1-3.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ward(String);

impl Ward {
    /// 1–80 characters, none of them a control character; blanks around it do not count.
    #[must_use]
    pub fn try_new(code: &str) -> Option<Self> {
        let code = code.trim();
        let fits = !code.is_empty() && code.chars().count() <= 80 && !code.chars().any(char::is_control);
        fits.then(|| Self(code.to_owned()))
    }

    /// The source's code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0
    }
}

/// ADT A05, FHIR `Encounter.status` planned: the client is expected, and nobody is there yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayPlanned {
    /// Which stay.
    pub stay: Option<Token>,
    /// Of what class, if told.
    pub class: Option<StayClass>,
    /// Where, if the source says.
    pub ward: Option<Ward>,
    /// PV2-8, else PV1-44: when the client is expected, if told.
    pub expected_at: Option<Instant>,
}

/// ADT A38: the client is expected no more. A presence that has begun is not touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayPlanCancelled {
    /// Which stay.
    pub stay: Option<Token>,
}

/// ADT A01, A04.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayStarted {
    /// Which stay.
    pub stay: Option<Token>,
    /// Of what class; `None`: not told, or by a code that the configuration does not know. A presence all the same.
    pub class: Option<StayClass>,
    /// Where, if the source says.
    pub ward: Option<Ward>,
    /// PV1-44, else when it happened.
    pub started_at: Instant,
}

/// ADT A08: what is `None` says nothing; carries no status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayCorrected {
    /// Which stay.
    pub stay: Option<Token>,
    /// Corrected class.
    pub class: Option<StayClass>,
    /// Corrected ward.
    pub ward: Option<Ward>,
    /// Corrected start.
    pub started_at: Option<Instant>,
    /// Its other keys, sorted and distinct: an Encounter may have more identifiers. None: nothing is said of them.
    pub also: Vec<Token>,
}

/// ADT A11.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayCancelled {
    /// Which stay.
    pub stay: Option<Token>,
}

/// ADT A02.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WardChanged {
    /// Which stay.
    pub stay: Option<Token>,
    /// PV1-6.
    pub from: Option<Ward>,
    /// PV1-3.
    pub to: Option<Ward>,
}

/// ADT A06 (out → in), A07 (in → out).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassChanged {
    /// Which stay.
    pub stay: Option<Token>,
    /// The class it has now; `None`: not told.
    pub class: Option<StayClass>,
    /// PV1-3, if the source says.
    pub ward: Option<Ward>,
}

/// ADT A16, or PV2-9 in A01, A02, A08.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedDischargeSet {
    /// Which stay.
    pub stay: Option<Token>,
    /// When; `None` if the source only said that it is pending.
    pub planned_at: Option<Instant>,
}

/// ADT A25, or `""` in PV2-9.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedDischargeCancelled {
    /// Which stay.
    pub stay: Option<Token>,
}

/// ADT A03.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayEnded {
    /// Which stay.
    pub stay: Option<Token>,
    /// PV1-45, else when it happened.
    pub ended_at: Instant,
    /// PV1-36, HL7 table 0112, the source's code.
    pub disposition: Option<Code>,
}

/// ADT A13.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DischargeCancelled {
    /// Which stay.
    pub stay: Option<Token>,
}

// === between the types and the wire ===

impl StayPlanned {
    pub(crate) fn to_wire(&self) -> proto::StayPlanned {
        proto::StayPlanned {
            stay: wire::key_out(self.stay),
            class: wire::class_out(self.class),
            ward: self.ward.as_ref().map(wire::ward_out),
            expected_at: self.expected_at.map(Instant::as_micros),
        }
    }

    pub(crate) fn from_wire(wire: proto::StayPlanned) -> Result<Self, NotKnown> {
        Ok(Self {
            stay: wire::key_in(&wire.stay)?,
            class: wire::class_in(wire.class)?,
            ward: wire::ward_in(wire.ward)?,
            expected_at: wire.expected_at.map(wire::instant_in).transpose()?,
        })
    }
}

impl StayPlanCancelled {
    pub(crate) fn to_wire(&self) -> proto::StayPlanCancelled {
        proto::StayPlanCancelled { stay: wire::key_out(self.stay) }
    }

    pub(crate) fn from_wire(wire: &proto::StayPlanCancelled) -> Result<Self, NotKnown> {
        Ok(Self { stay: wire::key_in(&wire.stay)? })
    }
}

impl StayStarted {
    pub(crate) fn to_wire(&self) -> proto::StayStarted {
        proto::StayStarted {
            stay: wire::key_out(self.stay),
            class: wire::class_out(self.class),
            ward: self.ward.as_ref().map(wire::ward_out),
            started_at: self.started_at.as_micros(),
        }
    }

    pub(crate) fn from_wire(wire: proto::StayStarted) -> Result<Self, NotKnown> {
        Ok(Self {
            stay: wire::key_in(&wire.stay)?,
            class: wire::class_in(wire.class)?,
            ward: wire::ward_in(wire.ward)?,
            started_at: wire::instant_in(wire.started_at)?,
        })
    }
}

impl StayCorrected {
    pub(crate) fn to_wire(&self) -> proto::StayCorrected {
        proto::StayCorrected {
            stay: wire::key_out(self.stay),
            class: wire::class_out(self.class),
            ward: self.ward.as_ref().map(wire::ward_out),
            started_at: self.started_at.map(Instant::as_micros),
            also: wire::tokens_out(&self.also),
        }
    }

    pub(crate) fn from_wire(wire: proto::StayCorrected) -> Result<Self, NotKnown> {
        Ok(Self {
            stay: wire::key_in(&wire.stay)?,
            class: wire::class_in(wire.class)?,
            ward: wire::ward_in(wire.ward)?,
            started_at: wire.started_at.map(wire::instant_in).transpose()?,
            also: wire::tokens_in(&wire.also)?,
        })
    }
}

impl StayCancelled {
    pub(crate) fn to_wire(&self) -> proto::StayCancelled {
        proto::StayCancelled { stay: wire::key_out(self.stay) }
    }

    pub(crate) fn from_wire(wire: &proto::StayCancelled) -> Result<Self, NotKnown> {
        Ok(Self { stay: wire::key_in(&wire.stay)? })
    }
}

impl WardChanged {
    pub(crate) fn to_wire(&self) -> proto::WardChanged {
        proto::WardChanged {
            stay: wire::key_out(self.stay),
            from: self.from.as_ref().map(wire::ward_out),
            to: self.to.as_ref().map(wire::ward_out),
        }
    }

    pub(crate) fn from_wire(wire: proto::WardChanged) -> Result<Self, NotKnown> {
        Ok(Self { stay: wire::key_in(&wire.stay)?, from: wire::ward_in(wire.from)?, to: wire::ward_in(wire.to)? })
    }
}

impl ClassChanged {
    pub(crate) fn to_wire(&self) -> proto::ClassChanged {
        proto::ClassChanged {
            stay: wire::key_out(self.stay),
            class: wire::class_out(self.class),
            ward: self.ward.as_ref().map(wire::ward_out),
        }
    }

    pub(crate) fn from_wire(wire: proto::ClassChanged) -> Result<Self, NotKnown> {
        Ok(Self {
            stay: wire::key_in(&wire.stay)?,
            class: wire::class_in(wire.class)?,
            ward: wire::ward_in(wire.ward)?,
        })
    }
}

impl PlannedDischargeSet {
    pub(crate) fn to_wire(&self) -> proto::PlannedDischargeSet {
        proto::PlannedDischargeSet {
            stay: wire::key_out(self.stay),
            planned_at: self.planned_at.map(Instant::as_micros),
        }
    }

    pub(crate) fn from_wire(wire: &proto::PlannedDischargeSet) -> Result<Self, NotKnown> {
        Ok(Self { stay: wire::key_in(&wire.stay)?, planned_at: wire.planned_at.map(wire::instant_in).transpose()? })
    }
}

impl PlannedDischargeCancelled {
    pub(crate) fn to_wire(&self) -> proto::PlannedDischargeCancelled {
        proto::PlannedDischargeCancelled { stay: wire::key_out(self.stay) }
    }

    pub(crate) fn from_wire(wire: &proto::PlannedDischargeCancelled) -> Result<Self, NotKnown> {
        Ok(Self { stay: wire::key_in(&wire.stay)? })
    }
}

impl StayEnded {
    pub(crate) fn to_wire(&self) -> proto::StayEnded {
        proto::StayEnded {
            stay: wire::key_out(self.stay),
            ended_at: self.ended_at.as_micros(),
            disposition: wire::code_out(self.disposition.as_ref()),
        }
    }

    pub(crate) fn from_wire(wire: &proto::StayEnded) -> Result<Self, NotKnown> {
        Ok(Self {
            stay: wire::key_in(&wire.stay)?,
            ended_at: wire::instant_in(wire.ended_at)?,
            disposition: wire::code_in(&wire.disposition)?,
        })
    }
}

impl DischargeCancelled {
    pub(crate) fn to_wire(&self) -> proto::DischargeCancelled {
        proto::DischargeCancelled { stay: wire::key_out(self.stay) }
    }

    pub(crate) fn from_wire(wire: &proto::DischargeCancelled) -> Result<Self, NotKnown> {
        Ok(Self { stay: wire::key_in(&wire.stay)? })
    }
}
