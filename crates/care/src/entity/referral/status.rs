//! The status of a referral: FHIR's `Task.status` as Gravity's referral uses it.
//!
//! | from | to |
//! |---|---|
//! | requested | accepted, rejected, cancelled |
//! | accepted | in progress, on hold, completed, failed, cancelled |
//! | in progress, on hold | each other, completed, failed, cancelled |
//! | rejected, completed, failed, cancelled | nothing |

use serde::{Deserialize, Serialize};

/// The status of a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReferralStatus {
    /// No answer yet.
    Requested,
    /// Accepted.
    Accepted,
    /// Rejected.
    Rejected,
    /// Work has begun.
    InProgress,
    /// Work waits.
    OnHold,
    /// Work is done.
    Completed,
    /// Cancelled.
    Cancelled,
    /// Work could not be done.
    Failed,
}

impl ReferralStatus {
    /// True while somebody must still act.
    #[must_use]
    pub fn is_open(self) -> bool {
        self.stage() < 3
    }

    /// How far along it is: no status goes back to a lower stage.
    pub(super) fn stage(self) -> u8 {
        match self {
            Self::Requested => 0,
            Self::Accepted => 1,
            Self::InProgress | Self::OnHold => 2,
            Self::Rejected | Self::Completed | Self::Cancelled | Self::Failed => 3,
        }
    }
}
