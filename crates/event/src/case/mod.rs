//! A case: asia, from vireilletulo to its end.

mod assessment;
mod clientship;
mod plan;
mod service;

pub use assessment::*;
pub use clientship::*;
pub use plan::*;
pub use service::*;

use crate::wire::wire;
use crate::{Code, Token};

/// Vireilletulo (703/2023 41 §).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseOpened {
    /// Which case.
    pub case: Token,
    /// By what it became pending (1301/2014 34 §).
    pub ground: Option<Code>,
}

/// The case is pending no more: no ground for arranging social care (1301/2014 34 §), or another end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseClosed {
    /// Which case.
    pub case: Token,
    /// Why, a code.
    pub ground: Option<Code>,
}

/// The urgent need for help was assessed at once (1301/2014 36 § 1 mom.).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrgentNeedAssessed {
    /// Of which case.
    pub case: Token,
    /// Urgent, not urgent: a code.
    pub result: Option<Code>,
}

// === on the wire ===

wire!(CaseOpened { ground; case = case_key });
wire!(CaseClosed { ground; case = case_key });
wire!(UrgentNeedAssessed { result; case = case_key });
