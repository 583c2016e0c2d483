//! Leave of absence: the client is away for a while and the stay goes on.
//!
//! Each of the four says one thing of one leave; what they leave of it together, in whichever order they came, is
//! `care`'s to say. MedCom's STOR and SLOR are the same two, AN_STOR and AN_SLOR their cancellations.

use crate::wire::{self, NotKnown, proto};
use crate::{Instant, Token};

/// ADT A21, MedCom STOR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaveStarted {
    /// Which stay.
    pub stay: Option<Token>,
    /// EVN-6, else when it was recorded.
    pub started_at: Instant,
    /// PV2-47, if the source says.
    pub expected_return_at: Option<Instant>,
    /// Said again of the same leave, because the time was wrong: MedCom RE_STOR. A second A21 says no such thing.
    pub corrected: bool,
}

/// ADT A22, MedCom SLOR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaveEnded {
    /// Which stay.
    pub stay: Option<Token>,
    /// EVN-6, else when it was recorded.
    pub ended_at: Instant,
}

/// ADT A52, MedCom AN_STOR: the client never left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaveStartCancelled {
    /// Which stay.
    pub stay: Option<Token>,
}

/// ADT A53, MedCom AN_SLOR: the client is on leave again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaveEndCancelled {
    /// Which stay.
    pub stay: Option<Token>,
}

// === between the types and the wire ===

impl LeaveStarted {
    pub(crate) fn to_wire(&self) -> proto::LeaveStarted {
        proto::LeaveStarted {
            stay: wire::key_out(self.stay),
            started_at: self.started_at.as_micros(),
            expected_return_at: self.expected_return_at.map(Instant::as_micros),
            corrected: self.corrected,
        }
    }

    pub(crate) fn from_wire(wire: &proto::LeaveStarted) -> Result<Self, NotKnown> {
        Ok(Self {
            stay: wire::key_in(&wire.stay)?,
            started_at: wire::instant_in(wire.started_at)?,
            expected_return_at: wire.expected_return_at.map(wire::instant_in).transpose()?,
            corrected: wire.corrected,
        })
    }
}

impl LeaveEnded {
    pub(crate) fn to_wire(&self) -> proto::LeaveEnded {
        proto::LeaveEnded { stay: wire::key_out(self.stay), ended_at: self.ended_at.as_micros() }
    }

    pub(crate) fn from_wire(wire: &proto::LeaveEnded) -> Result<Self, NotKnown> {
        Ok(Self { stay: wire::key_in(&wire.stay)?, ended_at: wire::instant_in(wire.ended_at)? })
    }
}

impl LeaveStartCancelled {
    pub(crate) fn to_wire(&self) -> proto::LeaveStartCancelled {
        proto::LeaveStartCancelled { stay: wire::key_out(self.stay) }
    }

    pub(crate) fn from_wire(wire: &proto::LeaveStartCancelled) -> Result<Self, NotKnown> {
        Ok(Self { stay: wire::key_in(&wire.stay)? })
    }
}

impl LeaveEndCancelled {
    pub(crate) fn to_wire(&self) -> proto::LeaveEndCancelled {
        proto::LeaveEndCancelled { stay: wire::key_out(self.stay) }
    }

    pub(crate) fn from_wire(wire: &proto::LeaveEndCancelled) -> Result<Self, NotKnown> {
        Ok(Self { stay: wire::key_in(&wire.stay)? })
    }
}
