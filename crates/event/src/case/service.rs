//! A decision on services, and the services that follow it. Pointers: no decision's text, no content of a service (law 7).
//!
//! These stop the clock of 1301/2014 45 § (to be carried out within three months), and give the hours between leaving
//! hospital and the first service.

use crate::wire::wire;
use crate::{Code, Instant, Token};

/// A decision on services (1301/2014 45 §).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionMade {
    /// Which decision.
    pub decision: Token,
    /// The case it decides, if the source reports it.
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
    /// The decision it rests on, if the source reports it.
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
    /// The decision it rests on, if the source reports it.
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

// === on the wire ===

wire!(DecisionMade { decision, service_task, outcome; case = case_key });
wire!(ServiceStartAgreed { service, decision, service_task, starts_at });
wire!(ServiceStarted { service, decision, service_task, started_at });
wire!(ServiceEnded { service, ended_at, reason });
