//! What changes a person: death, non-disclosure, another identity code.
//!
//! A changed identity code is handled as changed for protection, whatever the ground was (661/2009 12 §): the ground is
//! not carried, for it is nobody's business here and one of them is gender recognition.

use crate::wire::{self, NotKnown, proto};
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

// === between the types and the wire ===

impl PersonDied {
    pub(crate) fn to_wire(&self) -> proto::PersonDied {
        proto::PersonDied { died_at: self.died_at.map(Instant::as_micros) }
    }

    pub(crate) fn from_wire(wire: &proto::PersonDied) -> Result<Self, NotKnown> {
        Ok(Self { died_at: wire.died_at.map(wire::instant_in).transpose()? })
    }
}

impl DeathCancelled {
    #[expect(clippy::unused_self, reason = "as every other event's")]
    pub(crate) fn to_wire(&self) -> proto::DeathCancelled {
        proto::DeathCancelled {}
    }
}

impl NationalIdChanged {
    pub(crate) fn to_wire(&self) -> proto::NationalIdChanged {
        proto::NationalIdChanged {
            old: wire::tokens_out(&self.old),
            new: wire::tokens_out(&self.new),
            authority: self.authority as i32,
            decider: wire::key_out(self.decider),
            reason: wire::code_out(self.reason.as_ref()),
        }
    }

    pub(crate) fn from_wire(wire: &proto::NationalIdChanged) -> Result<Self, NotKnown> {
        Ok(Self {
            old: wire::tokens_in(&wire.old)?,
            new: wire::tokens_in(&wire.new)?,
            authority: wire::member(Authority::ALL, wire.authority)?,
            decider: wire::key_in(&wire.decider)?,
            reason: wire::code_in(&wire.reason)?,
        })
    }
}

impl NonDisclosureSet {
    pub(crate) fn to_wire(&self) -> proto::NonDisclosureSet {
        proto::NonDisclosureSet { until: self.until.map(Instant::as_micros) }
    }

    pub(crate) fn from_wire(wire: &proto::NonDisclosureSet) -> Result<Self, NotKnown> {
        Ok(Self { until: wire.until.map(wire::instant_in).transpose()? })
    }
}

impl NonDisclosureLifted {
    #[expect(clippy::unused_self, reason = "as every other event's")]
    pub(crate) fn to_wire(&self) -> proto::NonDisclosureLifted {
        proto::NonDisclosureLifted {}
    }
}
