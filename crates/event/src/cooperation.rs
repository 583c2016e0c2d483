//! Yhteistyöpyyntö: a request to work together.

use crate::wire::wire;
use crate::{Code, Instant, Token};

/// Yhteistyöpyyntö: one service asks another to work together around the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CooperationRequested {
    /// Which request.
    pub request: Token,
    /// Of whom: a unit or a service task.
    pub asked_of: Option<Code>,
    /// When an answer is needed, if the source reports it.
    pub required_by: Option<Instant>,
}

/// What the asked service answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CooperationAnswered {
    /// Which request.
    pub request: Token,
    /// Comes along, does not: a code.
    pub outcome: Option<Code>,
    /// Which unit answers.
    pub unit: Option<Code>,
}

// === on the wire ===

wire!(CooperationRequested { request, asked_of, required_by });
wire!(CooperationAnswered { request, outcome, unit });
