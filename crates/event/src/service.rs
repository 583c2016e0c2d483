//! Decisions, services and plans of social care: that they are, and when; what they say stays at the source (law 7).
//!
//! The 45 § clock of 1301/2014 (to be carried out within three months) stops by them, and the hours between leaving
//! hospital and the first service are known from them.

use crate::wire::{self, NotKnown, proto};
use crate::{Code, Instant, Token};

/// A decision on services (1301/2014 45 §).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionMade {
    /// Which decision.
    pub decision: Token,
    /// The case it decides, if the source says.
    pub case: Option<Token>,
    /// Palvelutehtävä.
    pub service_task: Option<Code>,
    /// Granted, partly, refused: a code.
    pub outcome: Option<Code>,
}

/// It is agreed when a service begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceStartAgreed {
    /// Which service.
    pub service: Token,
    /// The decision it rests on, if the source says.
    pub decision: Option<Token>,
    /// Palvelutehtävä.
    pub service_task: Option<Code>,
    /// When.
    pub starts_at: Instant,
}

/// A service has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceStarted {
    /// Which service.
    pub service: Token,
    /// The decision it rests on, if the source says.
    pub decision: Option<Token>,
    /// Palvelutehtävä.
    pub service_task: Option<Code>,
    /// When.
    pub started_at: Instant,
}

/// A service has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceEnded {
    /// Which service.
    pub service: Token,
    /// When.
    pub ended_at: Instant,
    /// Why.
    pub reason: Option<Code>,
}

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

// === between the types and the wire ===

impl DecisionMade {
    pub(crate) fn to_wire(&self) -> proto::DecisionMade {
        proto::DecisionMade {
            decision: wire::token_out(self.decision),
            case_key: wire::key_out(self.case),
            service_task: wire::code_out(self.service_task.as_ref()),
            outcome: wire::code_out(self.outcome.as_ref()),
        }
    }

    pub(crate) fn from_wire(wire: &proto::DecisionMade) -> Result<Self, NotKnown> {
        Ok(Self {
            decision: wire::token_in(&wire.decision)?,
            case: wire::key_in(&wire.case_key)?,
            service_task: wire::code_in(&wire.service_task)?,
            outcome: wire::code_in(&wire.outcome)?,
        })
    }
}

impl ServiceStartAgreed {
    pub(crate) fn to_wire(&self) -> proto::ServiceStartAgreed {
        proto::ServiceStartAgreed {
            service: wire::token_out(self.service),
            decision: wire::key_out(self.decision),
            service_task: wire::code_out(self.service_task.as_ref()),
            starts_at: self.starts_at.as_micros(),
        }
    }

    pub(crate) fn from_wire(wire: &proto::ServiceStartAgreed) -> Result<Self, NotKnown> {
        Ok(Self {
            service: wire::token_in(&wire.service)?,
            decision: wire::key_in(&wire.decision)?,
            service_task: wire::code_in(&wire.service_task)?,
            starts_at: wire::instant_in(wire.starts_at)?,
        })
    }
}

impl ServiceStarted {
    pub(crate) fn to_wire(&self) -> proto::ServiceStarted {
        proto::ServiceStarted {
            service: wire::token_out(self.service),
            decision: wire::key_out(self.decision),
            service_task: wire::code_out(self.service_task.as_ref()),
            started_at: self.started_at.as_micros(),
        }
    }

    pub(crate) fn from_wire(wire: &proto::ServiceStarted) -> Result<Self, NotKnown> {
        Ok(Self {
            service: wire::token_in(&wire.service)?,
            decision: wire::key_in(&wire.decision)?,
            service_task: wire::code_in(&wire.service_task)?,
            started_at: wire::instant_in(wire.started_at)?,
        })
    }
}

impl ServiceEnded {
    pub(crate) fn to_wire(&self) -> proto::ServiceEnded {
        proto::ServiceEnded {
            service: wire::token_out(self.service),
            ended_at: self.ended_at.as_micros(),
            reason: wire::code_out(self.reason.as_ref()),
        }
    }

    pub(crate) fn from_wire(wire: &proto::ServiceEnded) -> Result<Self, NotKnown> {
        Ok(Self {
            service: wire::token_in(&wire.service)?,
            ended_at: wire::instant_in(wire.ended_at)?,
            reason: wire::code_in(&wire.reason)?,
        })
    }
}

impl PlanAgreed {
    pub(crate) fn to_wire(&self) -> proto::PlanAgreed {
        proto::PlanAgreed {
            plan: wire::token_out(self.plan),
            kind: wire::code_out(self.kind.as_ref()),
            review_by: self.review_by.map(Instant::as_micros),
        }
    }

    pub(crate) fn from_wire(wire: &proto::PlanAgreed) -> Result<Self, NotKnown> {
        Ok(Self {
            plan: wire::token_in(&wire.plan)?,
            kind: wire::code_in(&wire.kind)?,
            review_by: wire.review_by.map(wire::instant_in).transpose()?,
        })
    }
}

impl PlanRevised {
    pub(crate) fn to_wire(&self) -> proto::PlanRevised {
        proto::PlanRevised {
            plan: wire::token_out(self.plan),
            kind: wire::code_out(self.kind.as_ref()),
            review_by: self.review_by.map(Instant::as_micros),
        }
    }

    pub(crate) fn from_wire(wire: &proto::PlanRevised) -> Result<Self, NotKnown> {
        Ok(Self {
            plan: wire::token_in(&wire.plan)?,
            kind: wire::code_in(&wire.kind)?,
            review_by: wire.review_by.map(wire::instant_in).transpose()?,
        })
    }
}
