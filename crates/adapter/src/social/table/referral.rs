//! A referral by social care, and the progress of a referral.

use super::rows;
use crate::social::kind::{Code, LASTS, Optional, REFERRAL_KIND, Required, Scoped, Worker};
use event::{
    ReferralAccepted, ReferralCancelled, ReferralCompleted, ReferralFailed, ReferralOnHold, ReferralRejected,
    ReferralRequested, ReferralStarted,
};

/// As RF1-6 has it; absent: the answer names no referral, and stays unplaced.
const REFERRAL: Optional<Scoped> = Optional(Scoped("referral"));

rows! {
    /// A referral, contact or notice (1301/2014 35 §).
    ReferralRequested: Begins, Client {
        referral: REFERRAL,
        kind: Required(REFERRAL_KIND),
        priority: Optional(Code),
        required_by: Optional(LASTS),
        source_channel: Optional(Code),
        /// The unit that asks.
        requester_unit: Optional(Code),
        /// The unit that is asked.
        receiver: Optional(Code),
        /// The client's consent, or on what ground it is made without (1301/2014 35 §).
        basis: Optional(Code),
    } => |_| ReferralRequested {
        referral,
        course: None,
        kind,
        priority,
        expires_at: None,
        required_by,
        source_channel,
        requester_unit,
        receiver,
        basis,
    };

    /// The receiver accepts it.
    ReferralAccepted: Begins, Client {
        referral: REFERRAL,
        worker: Optional(Worker),
        expected_by: Optional(LASTS),
    } => |sealer| ReferralAccepted { referral, course: None, worker: worker.map(|it| sealer.seal(&it)), expected_by };

    /// The receiver rejects it.
    ReferralRejected: Ended, Client { referral: REFERRAL, reason: Optional(Code) }
        => |_| ReferralRejected { referral, course: None, reason };

    /// Work has begun.
    ReferralStarted: Begins, Client { referral: REFERRAL } => |_| ReferralStarted { referral, course: None };

    /// Work waits.
    ReferralOnHold: Begins, Client { referral: REFERRAL, reason: Optional(Code) }
        => |_| ReferralOnHold { referral, course: None, reason };

    /// Work is done.
    ReferralCompleted: Ended, Client { referral: REFERRAL, outcome: Optional(Code) }
        => |_| ReferralCompleted { referral, course: None, outcome };

    /// The referral is cancelled.
    ReferralCancelled: Ended, Client { referral: REFERRAL, reason: Optional(Code) }
        => |_| ReferralCancelled { referral, course: None, reason };

    /// Work could not be done.
    ReferralFailed: Ended, Client { referral: REFERRAL, reason: Optional(Code) }
        => |_| ReferralFailed { referral, course: None, reason };
}
