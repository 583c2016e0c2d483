//! Asiakassuunnitelma: that there is one, not what it says (law 7).

use crate::wire::wire;
use crate::{Code, Instant, Token};

/// Asiakassuunnitelma (1301/2014 39 §) is agreed: a pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanAgreed {
    /// Which plan.
    pub plan: Token,
    /// Which kind of plan.
    pub kind: Option<Code>,
    /// When it is to be looked at again, if the source says.
    pub review_by: Option<Instant>,
}

/// A plan was looked at again: a pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanRevised {
    /// Which plan.
    pub plan: Token,
    /// Which kind of plan.
    pub kind: Option<Code>,
    /// When it is to be looked at next, if the source says.
    pub review_by: Option<Instant>,
}

// === on the wire ===

wire!(PlanAgreed { plan, kind, review_by });
wire!(PlanRevised { plan, kind, review_by });
