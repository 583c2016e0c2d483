//! A contact with the client, for the statistics: the fact, its time and its place; no text (law 7).

use crate::wire::{numbered, wire};
use crate::{Code, Token};
use serde::{Deserialize, Serialize};

numbered! {
    /// How somebody is in contact with the client.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    pub enum ContactMode {
        /// By telephone.
        Telephone = 1,
        /// The client comes.
        Visit = 2,
        /// At the client's home.
        HomeVisit = 3,
        /// By video or another remote connection.
        Remote = 4,
    }
}

/// Somebody was in contact with the client: a count for the reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactRecorded {
    /// Which contact.
    pub contact: Token,
    /// Phone, visit, booking: a code.
    pub channel: Option<Code>,
    /// At which unit.
    pub unit: Option<Code>,
    /// How they met, apart from through which channel.
    pub mode: Option<ContactMode>,
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

wire!(ContactRecorded { contact, channel, unit, mode });
wire!(ContactCancelled { contact, reason });
