//! The course of a referral after the answer: started, on hold, completed, cancelled, failed.
//!
//! The states are FHIR's `Task.status` as Gravity's referral uses it. They belong to the receiver's register; `care`
//! decides what of them goes back to a hospital. A reason is a code, never text: the text stays at the source (law 7).

use crate::wire::wire;
use crate::{Code, Token};

/// Work has begun.
///
/// `Task.status` in-progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferralStarted {
    /// Which.
    pub referral: Option<Token>,
    /// Keyed token of the Task, where one request has several: each Task is a course of its own.
    pub course: Option<Token>,
}

/// Work waits.
///
/// `Task.status` on-hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferralOnHold {
    /// Which.
    pub referral: Option<Token>,
    /// Keyed token of the Task, where one request has several: each Task is a course of its own.
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
    /// Keyed token of the Task, where one request has several: each Task is a course of its own.
    pub course: Option<Token>,
    /// With what outcome, if the source reports it.
    pub outcome: Option<Code>,
}

/// Taken back, by the requester (REF^I14) or the performer.
///
/// `Task.status` cancelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferralCancelled {
    /// Which.
    pub referral: Option<Token>,
    /// Keyed token of the Task, where one request has several: each Task is a course of its own.
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
    /// Keyed token of the Task, where one request has several: each Task is a course of its own.
    pub course: Option<Token>,
    /// Why.
    pub reason: Option<Code>,
}

// === on the wire ===

wire!(ReferralStarted { referral, course });
wire!(ReferralOnHold { referral, course, reason });
wire!(ReferralCompleted { referral, course, outcome });
wire!(ReferralCancelled { referral, course, reason });
wire!(ReferralFailed { referral, course, reason });
