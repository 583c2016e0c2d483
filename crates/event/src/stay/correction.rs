//! What mends a stay: a ward change taken back, a visit that was another patient's.
//!
//! A45 moves a visit from one patient to another with both named: [`StayReassigned`] stands in the stream of the record that
//! loses it, and the adapter tells the stay anew, from the same message's PV1, in the stream of the record that gets it:
//! an event never reaches into another client's stream (rules R3, R5). A47 changes a patient's list of numbers and no
//! visit: it is a [`crate::NationalIdChanged`], or for the sender's own number a [`crate::IdentitiesMerged`]. A *renumbered*
//! visit (A50) has no event: facts already told under the old number could be joined to the new one only by folding them
//! again under another key, and two states of a stay that both have facts have no honest sum; it is refused.

use crate::wire::wire;
use crate::{Record, StayClass, Token, Ward};

/// ADT A12: the client is back on the ward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WardChangeCancelled {
    /// Which stay.
    pub stay: Option<Token>,
    /// PV1-3: where the client is, if the source says.
    pub to: Option<Ward>,
    /// PV1-2, if it tells a class that is a presence.
    pub class: Option<StayClass>,
}

/// ADT A45: the visit is `to`'s, not the event's own record's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayReassigned {
    /// Which stay.
    pub stay: Option<Token>,
    /// The record whose visit it is.
    pub to: Record,
}

// === on the wire ===

wire!(WardChangeCancelled { stay, to, class });
wire!(StayReassigned { stay, to });
