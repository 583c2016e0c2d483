//! Asiakassuunnitelma: that it exists, not what it contains (law 7).

use crate::wire::wire;
use crate::{Code, Instant, Token};

/// Asiakassuunnitelma (1301/2014 39 §) is agreed: a pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanAgreed {
    /// Which plan.
    pub plan: Token,
    /// Which kind of plan.
    pub kind: Option<Code>,
    /// By when it is to be reviewed, if the source reports it.
    pub review_by: Option<Instant>,
    /// Who takes part, sorted and distinct; empty: not reported.
    pub parties: Vec<Code>,
    /// How often they meet, in days.
    pub meet_every_days: Option<u32>,
    /// Palvelutehtävä.
    pub service_task: Option<Code>,
}

/// A plan was reviewed: a pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanRevised {
    /// Which plan.
    pub plan: Token,
    /// Which kind of plan.
    pub kind: Option<Code>,
    /// By when it is to be reviewed next, if the source reports it.
    pub review_by: Option<Instant>,
    /// Who takes part, sorted and distinct; empty: not reported.
    pub parties: Vec<Code>,
    /// How often they meet, in days.
    pub meet_every_days: Option<u32>,
}

// === on the wire ===

wire!(PlanAgreed { plan, kind, review_by, parties, meet_every_days, service_task });
wire!(PlanRevised { plan, kind, review_by, parties, meet_every_days });
