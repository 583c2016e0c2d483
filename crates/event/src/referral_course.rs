//! What becomes of a referral after the answer: started, on hold, completed, cancelled, failed.
//!
//! The states are FHIR's `Task.status` as Gravity's referral uses it; they are the receiver's own, and go back
//! to a hospital only as far as `care` lets them.
//! A reason is a code, never text: the text stays at the source (law 7).

use crate::wire::{self, NotKnown, proto};
use crate::{Code, Token};

/// Work has begun.
///
/// `Task.status` in-progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferralStarted {
    /// Which.
    pub referral: Option<Token>,
    /// Keyed token of the Task, where one request has more than one: each is a course of its own.
    pub course: Option<Token>,
}

/// Work waits.
///
/// `Task.status` on-hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferralOnHold {
    /// Which.
    pub referral: Option<Token>,
    /// Keyed token of the Task, where one request has more than one: each is a course of its own.
    pub course: Option<Token>,
    /// Why.
    pub reason: Option<Code>,
}

/// Work is done.
///
/// `Task.status` completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferralCompleted {
    /// Which.
    pub referral: Option<Token>,
    /// Keyed token of the Task, where one request has more than one: each is a course of its own.
    pub course: Option<Token>,
    /// With what outcome, if the source says.
    pub outcome: Option<Code>,
}

/// Taken back, by the requester (REF^I14) or the performer.
///
/// `Task.status` cancelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferralCancelled {
    /// Which.
    pub referral: Option<Token>,
    /// Keyed token of the Task, where one request has more than one: each is a course of its own.
    pub course: Option<Token>,
    /// Why.
    pub reason: Option<Code>,
}

/// Work could not be done.
///
/// `Task.status` failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferralFailed {
    /// Which.
    pub referral: Option<Token>,
    /// Keyed token of the Task, where one request has more than one: each is a course of its own.
    pub course: Option<Token>,
    /// Why.
    pub reason: Option<Code>,
}

// === between the types and the wire ===

impl ReferralStarted {
    pub(crate) fn to_wire(&self) -> proto::ReferralStarted {
        proto::ReferralStarted { referral: wire::key_out(self.referral), course: wire::key_out(self.course) }
    }

    pub(crate) fn from_wire(wire: &proto::ReferralStarted) -> Result<Self, NotKnown> {
        Ok(Self { referral: wire::key_in(&wire.referral)?, course: wire::key_in(&wire.course)? })
    }
}

impl ReferralOnHold {
    pub(crate) fn to_wire(&self) -> proto::ReferralOnHold {
        proto::ReferralOnHold {
            referral: wire::key_out(self.referral),
            course: wire::key_out(self.course),
            reason: wire::code_out(self.reason.as_ref()),
        }
    }

    pub(crate) fn from_wire(wire: &proto::ReferralOnHold) -> Result<Self, NotKnown> {
        Ok(Self {
            referral: wire::key_in(&wire.referral)?,
            course: wire::key_in(&wire.course)?,
            reason: wire::code_in(&wire.reason)?,
        })
    }
}

impl ReferralCompleted {
    pub(crate) fn to_wire(&self) -> proto::ReferralCompleted {
        proto::ReferralCompleted {
            referral: wire::key_out(self.referral),
            course: wire::key_out(self.course),
            outcome: wire::code_out(self.outcome.as_ref()),
        }
    }

    pub(crate) fn from_wire(wire: &proto::ReferralCompleted) -> Result<Self, NotKnown> {
        Ok(Self {
            referral: wire::key_in(&wire.referral)?,
            course: wire::key_in(&wire.course)?,
            outcome: wire::code_in(&wire.outcome)?,
        })
    }
}

impl ReferralCancelled {
    pub(crate) fn to_wire(&self) -> proto::ReferralCancelled {
        proto::ReferralCancelled {
            referral: wire::key_out(self.referral),
            course: wire::key_out(self.course),
            reason: wire::code_out(self.reason.as_ref()),
        }
    }

    pub(crate) fn from_wire(wire: &proto::ReferralCancelled) -> Result<Self, NotKnown> {
        Ok(Self {
            referral: wire::key_in(&wire.referral)?,
            course: wire::key_in(&wire.course)?,
            reason: wire::code_in(&wire.reason)?,
        })
    }
}

impl ReferralFailed {
    pub(crate) fn to_wire(&self) -> proto::ReferralFailed {
        proto::ReferralFailed {
            referral: wire::key_out(self.referral),
            course: wire::key_out(self.course),
            reason: wire::code_out(self.reason.as_ref()),
        }
    }

    pub(crate) fn from_wire(wire: &proto::ReferralFailed) -> Result<Self, NotKnown> {
        Ok(Self {
            referral: wire::key_in(&wire.referral)?,
            course: wire::key_in(&wire.course)?,
            reason: wire::code_in(&wire.reason)?,
        })
    }
}
