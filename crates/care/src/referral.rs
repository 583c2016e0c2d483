//! A referral, contact or notice, and what the receiver says of it.
//!
//! The states are FHIR's `Task.status` as Gravity's referral uses it:
//!
//! | from | to |
//! |---|---|
//! | requested | accepted, rejected, cancelled |
//! | accepted | in progress, on hold, completed, failed, cancelled |
//! | in progress, on hold | each other, completed, failed, cancelled |
//! | rejected, completed, failed, cancelled | nothing |
//!
//! Messages get lost and share minutes, so the fold is kinder than the table, and total. A word that skips a state implies
//! it: work that has started was accepted. A word that comes after the state it leads to adds what it knows and moves
//! nothing. A rejection after an acceptance is the receiver's last word. A word said after the end moves nothing either,
//! but stays beside it for somebody to look at: [`Referral::contradicted`].

use crate::mark::Mark;
use crate::view::Origin;
use event::{Body, Code, Instant, ReferralKind, Sealed, Token, Worker};
use serde::{Deserialize, Serialize};

/// One referral. The answer may come before the request: then the request is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// Who asked, if told.
    pub request: Option<Request>,
    /// The word that stands; `None`: no answer yet.
    pub answer: Option<Answer>,
    /// The last acceptance, whatever came of it: who took it, and by when an outcome is expected.
    pub acceptance: Option<Answer>,
    /// A word that the table does not allow after the one that stands.
    pub contradicted: Option<Answer>,
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
    /// When an answer is needed, if the source says.
    pub required_by: Option<Instant>,
    /// RF1-8: when it expires.
    pub expires_at: Option<Instant>,
    /// Booking, referral, direct contact.
    pub source_channel: Option<Code>,
}

/// What a word about a referral says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The event that told it.
    pub origin: Origin,
    /// Its place in the order.
    pub mark: Mark,
    /// The state it leads to.
    pub status: ReferralStatus,
    /// Why; of a completion, its outcome.
    pub reason: Option<Code>,
    /// Who took it, if it is an acceptance that says so.
    pub worker: Option<Sealed<Worker>>,
    /// When an outcome is expected, if it is an acceptance that says so.
    pub expected_by: Option<Instant>,
}

/// Where a referral is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReferralStatus {
    /// No answer yet.
    Requested,
    /// Taken.
    Accepted,
    /// Not taken.
    Rejected,
    /// Work has begun.
    InProgress,
    /// Work waits.
    OnHold,
    /// Work is done.
    Completed,
    /// Taken back.
    Cancelled,
    /// Work could not be done.
    Failed,
}

impl ReferralStatus {
    /// True while somebody still owes something.
    #[must_use]
    pub fn is_open(self) -> bool {
        self.stage() < 3
    }

    fn stage(self) -> u8 {
        match self {
            Self::Requested => 0,
            Self::Accepted => 1,
            Self::InProgress | Self::OnHold => 2,
            Self::Rejected | Self::Completed | Self::Cancelled | Self::Failed => 3,
        }
    }
}

impl Answer {
    /// The referral and the word, if `body` is one about a referral.
    pub(crate) fn of(body: &Body, mark: Mark, origin: Origin) -> Option<(Option<Token>, Self)> {
        let (referral, status, reason) = match body {
            Body::ReferralAccepted(x) => (x.referral, ReferralStatus::Accepted, None),
            Body::ReferralRejected(x) => (x.referral, ReferralStatus::Rejected, x.reason.clone()),
            Body::ReferralStarted(x) => (x.referral, ReferralStatus::InProgress, None),
            Body::ReferralOnHold(x) => (x.referral, ReferralStatus::OnHold, x.reason.clone()),
            Body::ReferralCompleted(x) => (x.referral, ReferralStatus::Completed, x.outcome.clone()),
            Body::ReferralCancelled(x) => (x.referral, ReferralStatus::Cancelled, x.reason.clone()),
            Body::ReferralFailed(x) => (x.referral, ReferralStatus::Failed, x.reason.clone()),
            _ => return None,
        };
        let (worker, expected_by) = match body {
            Body::ReferralAccepted(x) => (x.worker.clone(), x.expected_by),
            _ => (None, None),
        };
        Some((referral, Self { origin, mark, status, reason, worker, expected_by }))
    }
}

impl Referral {
    /// Where it is.
    #[must_use]
    pub fn status(&self) -> ReferralStatus {
        self.answer.as_ref().map_or(ReferralStatus::Requested, |answer| answer.status)
    }

    /// The next word in the order of the fold. Total: every word means something in every state.
    pub fn evolve(&mut self, word: Answer) {
        let (now, said_later) = (self.status(), |known: &Answer| word.mark.stands_after(&known.mark));
        if word.status == ReferralStatus::Accepted && now != ReferralStatus::Rejected {
            self.acceptance = Some(word.clone());
        }
        if now.is_open() {
            // Not backwards: an acceptance that comes after the start moves nothing.
            if word.status.stage() >= now.stage() {
                self.answer = Some(word);
            }
        } else if word.status == now {
            // Said again: the first stands.
        } else if self.answer.as_ref().is_some_and(said_later) {
            self.contradicted = Some(word);
        }
    }
}
