//! What a record reports of the person: fields, death, turvakielto.

mod identity;

pub use identity::*;

use crate::wire::{numbered, wire};
use crate::{BirthDate, Code, Instant, PersonName, Sealed};
use serde::{Deserialize, Serialize};

/// ADT A08, A28, A31. Fields are registers (rule R4): `None` keeps what stood; `cleared` names what the source emptied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonUpdated {
    /// PID-5.
    pub name: Option<Sealed<PersonName>>,
    /// PID-7.
    pub birth_date: Option<Sealed<BirthDate>>,
    /// PID-15, the source's code.
    pub language: Option<Code>,
    /// PID-30.
    pub deceased: Option<bool>,
    /// Sorted and distinct.
    pub cleared: Vec<PersonField>,
}

numbered! {
    /// A person field that a source can empty.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    pub enum PersonField {
        /// PID-5.
        Name = 1,
        /// PID-7.
        BirthDate = 2,
        /// PID-15.
        Language = 3,
        /// PID-30.
        Deceased = 4,
    }
}

/// PID-29, PID-30 `Y`, MedCom MORS. The status of stays is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonDied {
    /// PID-29, if the source reports it.
    pub died_at: Option<Instant>,
}

/// MedCom AN_MORS. HL7 v2 takes a death back by PID-30 `N`, a field of [`crate::PersonUpdated`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeathCancelled;

/// Turvakielto (661/2009 36 §).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NonDisclosureSet {
    /// Until when; `None`: until further notice.
    pub until: Option<Instant>,
}

/// The turvakielto is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NonDisclosureLifted;

// === on the wire ===

wire!(PersonUpdated { name, birth_date, language, deceased, cleared });
wire!(PersonDied { died_at });
wire!(DeathCancelled {});
wire!(NonDisclosureSet { until });
wire!(NonDisclosureLifted {});
