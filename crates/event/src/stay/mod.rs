//! A stay: osastohoitojakso or päivystyskäynti, as ADT messages report it.
//!
//! `stay` is the keyed token of (assigning authority, visit number). `None`: the message has no visit number. Then the
//! fact is kept unplaced; it is never bound to a stay by guess (rule R5).

mod correction;
mod leave;

pub use correction::*;
pub use leave::*;

use crate::wire::{numbered, wire};
use crate::{Code, Instant, Token};
use serde::{Deserialize, Serialize};

numbered! {
    /// PV1-2, HL7 table 0004, as far as it changes an answer.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum StayClass {
        /// `E`: päivystyskäynti.
        Emergency = 1,
        /// `I`, `B` (obstetrics): osastohoitojakso.
        Inpatient = 2,
        /// `O`, `R`: comes and goes the same day.
        Outpatient = 3,
        /// A code that is no known class: a presence all the same.
        Unknown = 4,
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

/// ADT A05, FHIR `Encounter.status` planned: the client is expected and has not come yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayPlanned {
    /// Which stay.
    pub stay: Option<Token>,
    /// Of what class, if reported.
    pub class: Option<StayClass>,
    /// Where, if the source reports it.
    pub ward: Option<Ward>,
    /// PV2-8, else PV1-44: when the client is expected, if reported.
    pub expected_at: Option<Instant>,
}

/// ADT A38: the client is no longer expected. A presence that has begun is not touched.
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
    /// Of what class; `None`: not reported. It is a presence all the same.
    pub class: Option<StayClass>,
    /// Where, if the source reports it.
    pub ward: Option<Ward>,
    /// PV1-44, else when it happened.
    pub started_at: Instant,
    /// Of a speciality that is specially protected (703/2023 26 §).
    pub protected_speciality: Option<bool>,
    /// The unit that answers for the care: PV1-10.
    pub unit: Option<Code>,
    /// The facility: PV1-3.4.
    pub facility: Option<Code>,
}

/// ADT A08: `None` keeps what stood. It carries no status.
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
    /// Its other keys, sorted and distinct: an Encounter may have more identifiers. Empty: none is reported.
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
    /// PV1-2, if it is the class of a presence.
    pub class: Option<StayClass>,
}

/// ADT A06 (out → in), A07 (in → out).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassChanged {
    /// Which stay.
    pub stay: Option<Token>,
    /// The class it has now; `None`: not reported.
    pub class: Option<StayClass>,
    /// PV1-3, if the source reports it.
    pub ward: Option<Ward>,
}

/// ADT A16, or PV2-9 in A01, A02, A08.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedDischargeSet {
    /// Which stay.
    pub stay: Option<Token>,
    /// When; `None`: the source reports only that the discharge is pending.
    pub planned_at: Option<Instant>,
    /// PV1-2, if it is the class of a presence.
    pub class: Option<StayClass>,
    /// Where the client is to go: PV1-37.
    pub destination: Option<Code>,
    /// When the plan was reported, if the source gives that time besides the time of the message: EVN-2.
    pub reported_at: Option<Instant>,
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
    /// PV1-2, if it is the class of a presence.
    pub class: Option<StayClass>,
}

/// One line of a list of stays: the client is there as of when it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayStated {
    /// Which stay.
    pub stay: Option<Token>,
    /// Its class, if the list gives it.
    pub class: Option<StayClass>,
    /// Its ward, if the list gives it.
    pub ward: Option<Ward>,
    /// Since when, if the list gives it.
    pub started_at: Option<Instant>,
    /// Of a speciality that is specially protected (703/2023 26 §).
    pub protected_speciality: Option<bool>,
    /// The unit that answers for the care.
    pub unit: Option<Code>,
    /// The facility.
    pub facility: Option<Code>,
}

// === on the wire ===

wire!(StayPlanned { stay, class, ward, expected_at });
wire!(StayPlanCancelled { stay });
wire!(StayStarted { stay, class, ward, started_at, protected_speciality, unit, facility });
wire!(StayCorrected { stay, class, ward, started_at, also });
wire!(StayCancelled { stay });
wire!(WardChanged { stay, from, to, class });
wire!(ClassChanged { stay, class, ward });
wire!(PlannedDischargeSet { stay, planned_at, class, destination, reported_at });
wire!(PlannedDischargeCancelled { stay });
wire!(StayEnded { stay, ended_at, disposition });
wire!(DischargeCancelled { stay, class });
wire!(StayStated { stay, class, ward, started_at, protected_speciality, unit, facility });
