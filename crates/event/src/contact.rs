//! A contact with the client, for the statistics: the fact, its time and its place; no text (law 7).

use crate::wire::wire;
use crate::{Code, Token};

/// Somebody was in contact with the client: a count for the reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactRecorded {
    /// Which contact.
    pub contact: Token,
    /// Phone, visit, booking: a code.
    pub channel: Option<Code>,
    /// At which unit.
    pub unit: Option<Code>,
}

/// A contact that was agreed on did not take place: cancelled, or not kept. It is no contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactCancelled {
    /// Which contact.
    pub contact: Token,
    /// Why, a code.
    pub reason: Option<Code>,
}

// === on the wire ===

wire!(ContactRecorded { contact, channel, unit });
wire!(ContactCancelled { contact, reason });
