//! A case: asia, from vireilletulo to its end.

mod assessment;
mod clientship;
mod plan;
mod service;

pub use assessment::*;
pub use clientship::*;
pub use plan::*;
pub use service::*;

use crate::wire::{numbered, wire};
use crate::{Code, Instant, Token};
use serde::{Deserialize, Serialize};

numbered! {
    /// Who made a case pending (1301/2014 34 §, 35 §).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    pub enum Initiator {
        /// The client.
        Client = 1,
        /// A relative or another person close to the client.
        Relative = 2,
        /// The client's legal representative.
        Representative = 3,
        /// A professional of social or health care.
        Professional = 4,
        /// Another authority.
        OtherAuthority = 5,
    }
}

numbered! {
    /// The group of clients that gives the assessment its deadlines (1301/2014 36 §).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    pub enum DeadlineGroup {
        /// Over 75 years old.
        Over75 = 1,
        /// Receives the highest care allowance (570/2007 9 §).
        HighestCareAllowance = 2,
        /// A disabled person (675/2023).
        DisabledPerson = 3,
        /// A child who needs special support: the assessment must be ready in three months, as for the others.
        ChildNeedingSpecialSupport = 4,
        /// None of them.
        None = 5,
    }
}

/// Vireilletulo (703/2023 41 §).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseOpened {
    /// Which case.
    pub case: Token,
    /// The ground on which it became pending (1301/2014 34 §).
    pub ground: Option<Code>,
    /// Who made it pending.
    pub initiator: Option<Initiator>,
    /// When they made contact: the time from which the urgent need is assessed and the deadlines run (1301/2014 36 §).
    pub contacted_at: Option<Instant>,
    /// Which deadlines of the assessment bind.
    pub deadline_group: Option<DeadlineGroup>,
    /// The client needs special support (1301/2014 3 § 3 k.; a child: 3 § 6 k.).
    pub special_support: Option<bool>,
}

/// The case is no longer pending: no ground for arranging social care (1301/2014 34 §), or another end.
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

wire!(CaseOpened { ground, initiator, contacted_at, deadline_group, special_support; case = case_key });
wire!(CaseClosed { ground; case = case_key });
wire!(UrgentNeedAssessed { result; case = case_key });
