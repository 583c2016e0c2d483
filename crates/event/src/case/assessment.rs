//! Palvelutarpeen arviointi.

use crate::wire::wire;
use crate::{Code, Token};

/// Palvelutarpeen arviointi begins (1301/2014 36 §).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssessmentStarted {
    /// Which assessment.
    pub assessment: Token,
    /// The case it belongs to, if the source reports it.
    pub case: Option<Token>,
    /// Which kind of assessment.
    pub kind: Option<Code>,
    /// Which unit assesses.
    pub unit: Option<Code>,
    /// Made together with another service.
    pub joint: Option<bool>,
    /// Palvelutehtävä.
    pub service_task: Option<Code>,
}

/// Palvelutarpeen arvio is ready (703/2023 42 §).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssessmentFinished {
    /// Which assessment.
    pub assessment: Token,
    /// 1301/2014 37 § 4 k.
    pub own_worker_needed: Option<bool>,
    /// Does a clientship follow.
    pub clientship: Option<bool>,
}

// === on the wire ===

wire!(AssessmentStarted { assessment, kind, unit, joint, service_task; case = case_key });
wire!(AssessmentFinished { assessment, own_worker_needed, clientship });
