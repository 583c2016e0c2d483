//! What a referral asks.

use crate::fact::Origin;
use crate::fact::mark::{Mark, keep};
use event::{Code, Instant, ReferralKind, ReferralRequested};
use serde::{Deserialize, Serialize};

/// The request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The last event of it, with the earliest reported time.
    pub origin: Origin,
    /// Where the first report of it stands.
    pub mark: Mark,
    /// Lähete, yhteydenotto or ilmoitus.
    pub kind: ReferralKind,
    /// RF1-2.
    pub priority: Option<Code>,
    /// When an answer is needed, if the source reports it.
    pub required_by: Option<Instant>,
    /// RF1-8: when it expires.
    pub expires_at: Option<Instant>,
    /// Booking, referral, direct contact.
    pub source_channel: Option<Code>,
}

impl Request {
    pub(super) fn of(asked: &ReferralRequested, mark: Mark, origin: Origin) -> Self {
        Self {
            origin,
            mark,
            kind: asked.kind,
            priority: asked.priority.clone(),
            required_by: asked.required_by,
            expires_at: asked.expires_at,
            source_channel: asked.source_channel.clone(),
        }
    }

    /// Reported again, in the order of the fold: an absent field keeps what was reported before.
    pub(super) fn again(&mut self, again: Self) {
        let newest = !self.mark.stands_after(&again.mark);
        keep(&mut self.priority, again.priority, newest);
        keep(&mut self.required_by, again.required_by, newest);
        keep(&mut self.expires_at, again.expires_at, newest);
        keep(&mut self.source_channel, again.source_channel, newest);
        if newest {
            self.kind = again.kind;
        }
        self.origin = again.origin.since(self.origin.happened_at);
    }
}
