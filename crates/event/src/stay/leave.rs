//! Leave of absence: the client is away for a while and the stay goes on.
//!
//! Each of the four events reports one thing about one leave. What they leave together, in whichever order they came, is
//! decided in `care`. MedCom's STOR and SLOR are the same two events, AN_STOR and AN_SLOR their cancellations.

use crate::wire::wire;
use crate::{Instant, StayClass, Token};

/// ADT A21, MedCom STOR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaveStarted {
    /// Which stay.
    pub stay: Option<Token>,
    /// EVN-6, else when it was recorded.
    pub started_at: Instant,
    /// PV2-47, if the source reports it.
    pub expected_return_at: Option<Instant>,
    /// The same leave reported again, because its time was wrong: MedCom RE_STOR. A second A21 does not mean that.
    pub corrected: bool,
    /// PV1-2, if it is the class of a presence.
    pub class: Option<StayClass>,
}

/// ADT A22, MedCom SLOR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaveEnded {
    /// Which stay.
    pub stay: Option<Token>,
    /// EVN-6, else when it was recorded.
    pub ended_at: Instant,
    /// PV1-2, if it is the class of a presence.
    pub class: Option<StayClass>,
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

// === on the wire ===

wire!(LeaveStarted { stay, started_at, expected_return_at, corrected, class });
wire!(LeaveEnded { stay, ended_at, class });
wire!(LeaveStartCancelled { stay });
wire!(LeaveEndCancelled { stay });
