//! A referral, contact or notice, and the receiver's answer.

use crate::view::Origin;
use event::{Code, Instant, ReferralKind, Sealed, Worker};
use serde::{Deserialize, Serialize};

/// One referral. The answer may come before the request: then the request is `None`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// Who asked, if told.
    pub request: Option<Request>,
    /// The receiver's last word.
    pub state: ReferralState,
}

/// The request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The event that told it.
    pub origin: Origin,
    /// Lähete, yhteydenotto or ilmoitus.
    pub kind: ReferralKind,
    /// RF1-2.
    pub priority: Option<Code>,
    /// RF1-8.
    pub required_by: Option<Instant>,
}

/// The receiver's last word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReferralState {
    /// None yet.
    Requested,
    /// Taken.
    Accepted {
        /// The event that told it.
        origin: Origin,
        /// By whom.
        worker: Option<Sealed<Worker>>,
        /// Outcome expected by.
        expected_by: Option<Instant>,
    },
    /// Not taken.
    Rejected {
        /// The event that told it.
        origin: Origin,
        /// Why.
        reason: Option<Code>,
    },
}

impl Referral {
    /// Nothing known.
    #[must_use]
    pub fn new() -> Self {
        Self { request: None, state: ReferralState::Requested }
    }
}

impl Default for Referral {
    fn default() -> Self {
        Self::new()
    }
}

impl ReferralState {
    /// Who told it; `None` while there is no answer.
    #[must_use]
    pub fn origin(&self) -> Option<&Origin> {
        match self {
            Self::Requested => None,
            Self::Accepted { origin, .. } | Self::Rejected { origin, .. } => Some(origin),
        }
    }
}
