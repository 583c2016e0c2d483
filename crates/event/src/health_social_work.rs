//! Social work in health care. Its register differs between counties, so the event carries it.

use crate::wire::wire;
use crate::{Code, Instant, Sealed, Token, Worker};

/// Social work in health care begins: a low threshold, no assessment needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthSocialWorkOpened {
    /// Which.
    pub work: Token,
    /// Booking, referral, direct contact, through nurses.
    pub channel: Option<Code>,
    /// Who, and how to reach them, if the source reports it.
    pub worker: Option<Sealed<Worker>>,
    /// A fixed term's end.
    pub until: Option<Instant>,
    /// At which unit.
    pub unit: Option<Code>,
}

/// Social work in health care ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthSocialWorkClosed {
    /// Which.
    pub work: Token,
    /// No need, continues in social care, joint client, continues here.
    pub outcome: Option<Code>,
}

// === on the wire ===

wire!(HealthSocialWorkOpened { work, channel, worker, until, unit });
wire!(HealthSocialWorkClosed { work, outcome });
