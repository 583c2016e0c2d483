//! What the receiver, or the requester, reports of a referral.

use super::status::ReferralStatus;
use crate::fact::Origin;
use crate::fact::mark::{Mark, keep};
use event::{Code, Instant, Sealed, Worker};
use serde::{Deserialize, Serialize};

/// What a report about a referral gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The event that reported it.
    pub origin: Origin,
    /// Its place in the order.
    pub mark: Mark,
    /// The status that it leads to.
    pub status: ReferralStatus,
    /// Why; of a completion, its outcome.
    pub reason: Option<Code>,
    /// Who accepted it, if it is an acceptance that names them.
    pub worker: Option<Sealed<Worker>>,
    /// When an outcome is expected, if it is an acceptance that gives it.
    pub expected_by: Option<Instant>,
    /// The worker is shown without the place. Not part of the view's bytes.
    #[serde(skip)]
    pub without_place: bool,
}

impl Answer {
    /// Reported again, in the order of the fold: the first report stands, with the fields of the newer one.
    pub(super) fn again(&mut self, again: Self) {
        let newest = !self.mark.stands_after(&again.mark);
        keep(&mut self.reason, again.reason, newest);
        keep(&mut self.expected_by, again.expected_by, newest);
        if again.worker.is_some() && (newest || self.worker.is_none()) {
            // Sealed under its own record.
            (self.worker, self.origin.record) = (again.worker, again.origin.record);
        }
    }
}
