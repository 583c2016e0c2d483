//! Something reported that can be taken back, and reported again: an admission, a discharge, a clientship, a worker.
//!
//! Two registers, and what they leave together is worked out when asked. So a cancellation may come before what it cancels:
//! that is a state like any other.

use crate::fact::mark::Mark;
use event::Instant;
use serde::{Deserialize, Serialize};

/// A value and its revocation, in whichever order they came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocable<T, R = ()> {
    reported: Option<(Mark, T)>,
    revoked: Option<(Mark, R)>,
    since: Option<Instant>,
}

impl<T, R> Default for Revocable<T, R> {
    fn default() -> Self {
        Self { reported: None, revoked: None, since: None }
    }
}

impl<T, R> Revocable<T, R> {
    /// Reported, in the order of the fold. Lifts a revocation only if it stands after that.
    pub fn say(&mut self, mark: &Mark, value: T) {
        if self.in_force().is_none() {
            self.since = Some(mark.time());
        }
        if self.reported.as_ref().is_none_or(|(known, _)| !known.stands_after(mark)) {
            self.reported = Some((*mark, value));
        }
    }

    /// Revoked, in the order of the fold.
    pub fn revoke(&mut self, mark: Mark, why: R) {
        if self.revoked.as_ref().is_none_or(|(known, _)| !known.stands_after(&mark)) {
            self.revoked = Some((mark, why));
        }
    }

    /// What is reported and not revoked.
    #[must_use]
    pub fn in_force(&self) -> Option<&T> {
        if self.revoked().is_some() { None } else { self.said() }
    }

    /// What was reported last, revoked or not.
    #[must_use]
    pub fn said(&self) -> Option<&T> {
        self.reported.as_ref().map(|(_, value)| value)
    }

    /// The same, to leave something of it out.
    pub(crate) fn said_mut(&mut self) -> Option<&mut T> {
        self.reported.as_mut().map(|(_, value)| value)
    }

    /// Where the last report stands.
    #[must_use]
    pub fn mark(&self) -> Option<&Mark> {
        self.reported.as_ref().map(|(mark, _)| mark)
    }

    /// Since when it is in force: the first report since nothing was, not the last.
    #[must_use]
    pub fn since(&self) -> Option<Instant> {
        self.since.filter(|_| self.in_force().is_some())
    }

    /// The revocation in force. A tie goes to it: it names something that already was.
    #[must_use]
    pub fn revoked(&self) -> Option<&R> {
        let (revocation, why) = self.revoked.as_ref()?;
        let lifted = self.reported.as_ref().is_some_and(|(mark, _)| mark.stands_after(revocation));
        (!lifted).then_some(why)
    }

    /// Where the revocation in force stands.
    #[must_use]
    pub fn revocation(&self) -> Option<&Mark> {
        self.revoked().and(self.revoked.as_ref()).map(|(mark, _)| mark)
    }

    /// Forgets all of it.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}
