//! Corrections of a stay: a ward change cancelled, a visit that was another patient's.
//!
//! A45 moves a visit from one patient to another and names both. [`StayReassigned`] stands in the stream of the record
//! that loses the visit. The adapter reports the stay anew, from the PV1 of the same message, in the stream of the
//! record that gets it: an event never reaches into another client's stream (rules R3, R5). A47 changes a patient's list
//! of numbers and no visit: it is a [`crate::NationalIdChanged`], or for the sender's own number a
//! [`crate::IdentitiesMerged`]. A *renumbered* visit (A50) has no event of its own: facts under the old number would
//! have to be folded again under the new one, and two stays that both have facts have no well-defined sum. It is
//! refused.

use crate::wire::wire;
use crate::{StayClass, StreamId, Token, Ward};

/// ADT A12: the client is back on the ward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WardChangeCancelled {
    /// Which stay.
    pub stay: Option<Token>,
    /// PV1-3: where the client is, if the source reports it.
    pub to: Option<Ward>,
    /// PV1-2, if it is the class of a presence.
    pub class: Option<StayClass>,
}

/// ADT A45: the visit belongs to `to`, not to the event's own record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayReassigned {
    /// Which stay.
    pub stay: Option<Token>,
    /// The record that the visit belongs to.
    pub to: StreamId,
}

// === on the wire ===

wire!(WardChangeCancelled { stay, to, class });
wire!(StayReassigned { stay, to });
