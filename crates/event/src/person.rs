//! What changes a person: death, non-disclosure, another identity code.
//!
//! A changed identity code is handled as changed for protection, whatever the ground was (661/2009 12 §): the ground is
//! not carried, for it is nobody's business here and one of them is gender recognition.

use crate::wire::wire;
use crate::{Authority, Code, Instant, Token};

/// PID-29, PID-30 `Y`, MedCom MORS. The status of stays is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonDied {
    /// PID-29, if the source says.
    pub died_at: Option<Instant>,
}

/// MedCom AN_MORS. HL7 v2 takes a death back by PID-30 `N`, a field of [`crate::PersonUpdated`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeathCancelled;

/// The person has another identity code (661/2009 12 §).
///
/// The old code still finds the person for messages that come in, is never shown, and leads no caller to the new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NationalIdChanged {
    /// Tokens of the codes that are no longer the person's, sorted and distinct.
    pub old: Vec<Token>,
    /// Tokens of the code that is, if told.
    pub new: Vec<Token>,
    /// With what authority.
    pub authority: Authority,
    /// Keyed token of the person who decided, if told.
    pub decider: Option<Token>,
    /// Why, if a steward decided: never the ground of the change.
    pub reason: Option<Code>,
}

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

wire!(PersonDied { died_at });
wire!(DeathCancelled {});
wire!(NationalIdChanged { old, new, authority, decider, reason });
wire!(NonDisclosureSet { until });
wire!(NonDisclosureLifted {});
