//! A contact of the duty social service: the fact, its time and its place; no text (law 7).

use crate::wire::wire;
use crate::{Code, Instant, Sealed, Token, Worker};

/// The duty social service met or spoke with the client: the fact, no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DutyContactRecorded {
    /// Which contact.
    pub contact: Token,
    /// To whom the matter was handed over.
    pub handed_over_to: Option<Code>,
    /// Palvelutehtävä.
    pub service_task: Option<Code>,
    /// Who of the duty service, and where to call back.
    pub worker: Option<Sealed<Worker>>,
    /// By when somebody is to call back.
    pub required_by: Option<Instant>,
    /// The professional who opened it through this product; `None`: a source reported it.
    pub opened_by: Option<Token>,
}

/// The duty social service is done with a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DutyContactClosed {
    /// Which contact.
    pub contact: Token,
    /// To whom the matter was handed over.
    pub handed_over_to: Option<Code>,
}

// === on the wire ===

wire!(DutyContactRecorded { contact, handed_over_to, service_task, worker, required_by, opened_by });
wire!(DutyContactClosed { contact, handed_over_to });
