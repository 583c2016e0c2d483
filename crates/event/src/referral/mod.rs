//! A referral between care units, or a hospital's contact or notice to social care, and the receiver's answer.
//!
//! 1301/2014 35 §: a *contact* (yhteydenotto) needs the client's consent, a *notice* (ilmoitus) does not. What a
//! hospital sends to social care is never a lähete. `care` decides how much of the answer goes back to the sender.

mod course;

pub use course::*;

use crate::wire::{numbered, wire};
use crate::{Code, Instant, Sealed, Token, Worker};
use serde::{Deserialize, Serialize};

numbered! {
    /// What is sent.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum ReferralKind {
        /// Lähete, between care units.
        Referral = 1,
        /// Yhteydenotto, with the client's consent.
        Contact = 2,
        /// Ilmoitus, without consent.
        Notice = 3,
    }
}

/// REF^I12.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferralRequested {
    /// Keyed token of RF1-6; `None`: unplaced.
    pub referral: Option<Token>,
    /// Keyed token of the Task, where one request has several: each Task is a course of its own.
    pub course: Option<Token>,
    /// What kind.
    pub kind: ReferralKind,
    /// RF1-2, HL7 table 0280, the source's code.
    pub priority: Option<Code>,
    /// When an answer is needed, if the source reports it.
    pub required_by: Option<Instant>,
    /// RF1-8: when the request expires.
    pub expires_at: Option<Instant>,
    /// Through which channel it came: booking, referral, direct contact.
    pub source_channel: Option<Code>,
    /// The unit that asks.
    pub requester_unit: Option<Code>,
    /// The unit that receives the request.
    pub receiver: Option<Code>,
    /// The client's consent, or the ground for acting without it (1301/2014 35 §).
    pub basis: Option<Code>,
}

/// The receiver takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferralAccepted {
    /// Which.
    pub referral: Option<Token>,
    /// Keyed token of the Task, where one request has several: each Task is a course of its own.
    pub course: Option<Token>,
    /// Who takes it, if the source reports it.
    pub worker: Option<Sealed<Worker>>,
    /// When an outcome can be expected.
    pub expected_by: Option<Instant>,
}

/// The receiver does not take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferralRejected {
    /// Which.
    pub referral: Option<Token>,
    /// Keyed token of the Task, where one request has several: each Task is a course of its own.
    pub course: Option<Token>,
    /// Why.
    pub reason: Option<Code>,
}

// === on the wire ===

wire!(ReferralRequested {
    referral,
    course,
    kind,
    priority,
    required_by,
    expires_at,
    source_channel,
    requester_unit,
    receiver,
    basis
});
wire!(ReferralAccepted { referral, course, worker, expected_by });
wire!(ReferralRejected { referral, course, reason });
