//! A referral between care units, or a hospital's contact or notice to social care, and the receiver's answer.
//!
//! 1301/2014 35 §: a *contact* (yhteydenotto) goes with the client's consent, a *notice* (ilmoitus) without it; a
//! hospital's word to social care is never a lähete. What of the answer goes back to the sender is `care`'s to decide.

use crate::wire::{self, NotKnown, Numbered, proto};
use crate::{Code, Instant, Sealed, Token, Worker};
use serde::{Deserialize, Serialize};

/// What kind of word it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(i32)]
pub enum ReferralKind {
    /// Lähete, between care units.
    Referral = 1,
    /// Yhteydenotto, with the client's consent.
    Contact = 2,
    /// Ilmoitus, without consent.
    Notice = 3,
}

impl ReferralKind {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::Referral, Self::Contact, Self::Notice];
}

impl Numbered for ReferralKind {
    fn number(self) -> i32 {
        self as i32
    }
}

/// REF^I12.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferralRequested {
    /// Keyed token of RF1-6; `None`: unplaced.
    pub referral: Option<Token>,
    /// Keyed token of the Task, where one request has more than one: each is a course of its own.
    pub course: Option<Token>,
    /// What kind.
    pub kind: ReferralKind,
    /// RF1-2, HL7 table 0280, the source's code.
    pub priority: Option<Code>,
    /// When an answer is needed, if the source says.
    pub required_by: Option<Instant>,
    /// RF1-8: when the request expires.
    pub expires_at: Option<Instant>,
    /// Through which channel it came: booking, referral, direct contact.
    pub source_channel: Option<Code>,
}

/// The receiver takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferralAccepted {
    /// Which.
    pub referral: Option<Token>,
    /// Keyed token of the Task, where one request has more than one: each is a course of its own.
    pub course: Option<Token>,
    /// Who takes it, if the source says.
    pub worker: Option<Sealed<Worker>>,
    /// When an outcome can be expected.
    pub expected_by: Option<Instant>,
}

/// The receiver does not take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferralRejected {
    /// Which.
    pub referral: Option<Token>,
    /// Keyed token of the Task, where one request has more than one: each is a course of its own.
    pub course: Option<Token>,
    /// Why.
    pub reason: Option<Code>,
}

// === between the types and the wire ===

impl ReferralRequested {
    pub(crate) fn to_wire(&self) -> proto::ReferralRequested {
        proto::ReferralRequested {
            referral: wire::key_out(self.referral),
            course: wire::key_out(self.course),
            kind: self.kind as i32,
            priority: wire::code_out(self.priority.as_ref()),
            required_by: self.required_by.map(Instant::as_micros),
            expires_at: self.expires_at.map(Instant::as_micros),
            source_channel: wire::code_out(self.source_channel.as_ref()),
        }
    }

    pub(crate) fn from_wire(wire: &proto::ReferralRequested) -> Result<Self, NotKnown> {
        Ok(Self {
            referral: wire::key_in(&wire.referral)?,
            course: wire::key_in(&wire.course)?,
            kind: wire::member(ReferralKind::ALL, wire.kind)?,
            priority: wire::code_in(&wire.priority)?,
            required_by: wire.required_by.map(wire::instant_in).transpose()?,
            expires_at: wire.expires_at.map(wire::instant_in).transpose()?,
            source_channel: wire::code_in(&wire.source_channel)?,
        })
    }
}

impl ReferralAccepted {
    pub(crate) fn to_wire(&self) -> proto::ReferralAccepted {
        proto::ReferralAccepted {
            referral: wire::key_out(self.referral),
            course: wire::key_out(self.course),
            worker: self.worker.as_ref().map(wire::sealed_out),
            expected_by: self.expected_by.map(Instant::as_micros),
        }
    }

    pub(crate) fn from_wire(wire: proto::ReferralAccepted) -> Result<Self, NotKnown> {
        Ok(Self {
            referral: wire::key_in(&wire.referral)?,
            course: wire::key_in(&wire.course)?,
            worker: wire.worker.map(wire::sealed_in).transpose()?,
            expected_by: wire.expected_by.map(wire::instant_in).transpose()?,
        })
    }
}

impl ReferralRejected {
    pub(crate) fn to_wire(&self) -> proto::ReferralRejected {
        proto::ReferralRejected {
            referral: wire::key_out(self.referral),
            course: wire::key_out(self.course),
            reason: wire::code_out(self.reason.as_ref()),
        }
    }

    pub(crate) fn from_wire(wire: &proto::ReferralRejected) -> Result<Self, NotKnown> {
        Ok(Self {
            referral: wire::key_in(&wire.referral)?,
            course: wire::key_in(&wire.course)?,
            reason: wire::code_in(&wire.reason)?,
        })
    }
}
