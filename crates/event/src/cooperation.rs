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
    /// When an answer is needed, if the source says.
    pub required_by: Option<Instant>,
}

// === on the wire ===

wire!(CooperationRequested { request, asked_of, required_by });
