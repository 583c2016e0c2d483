//! Something reported that can be revoked and reported again: an admission, a discharge, a clientship, a worker.
//!
//! Two registers: the last report, and the last revocation. What holds is derived when asked. So a revocation may come
//! before what it revokes; that is a state like any other.

use crate::fact::mark::Mark;
use event::Instant;
use serde::{Deserialize, Serialize};

/// A value and its revocation, in whichever order they arrived.
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
    /// A report, in the order of the fold. It lifts a revocation only if it stands after it.
    pub fn report(&mut self, mark: &Mark, value: T) {
        if self.in_force().is_none() {
            self.since = Some(mark.time());
        }
        if self.reported.as_ref().is_none_or(|(known, _)| !known.stands_after(mark)) {
            self.reported = Some((*mark, value));
        }
    }

    /// A revocation, in the order of the fold.
    pub fn revoke(&mut self, mark: Mark, why: R) {
        if self.revoked.as_ref().is_none_or(|(known, _)| !known.stands_after(&mark)) {
            self.revoked = Some((mark, why));
        }
    }

    /// What is reported and not revoked.
    #[must_use]
    pub fn in_force(&self) -> Option<&T> {
        if self.revoked().is_some() { None } else { self.reported() }
    }

    /// The last reported value, revoked or not.
    #[must_use]
    pub fn reported(&self) -> Option<&T> {
        self.reported.as_ref().map(|(_, value)| value)
    }

    /// The same, to take something out of it.
    pub(crate) fn reported_mut(&mut self) -> Option<&mut T> {
        self.reported.as_mut().map(|(_, value)| value)
    }

    /// Where the last report stands.
    #[must_use]
    pub fn mark(&self) -> Option<&Mark> {
        self.reported.as_ref().map(|(mark, _)| mark)
    }

    /// Since when it is in force: the first report after it was not in force, not the last report.
    #[must_use]
    pub fn since(&self) -> Option<Instant> {
        self.since.filter(|_| self.in_force().is_some())
    }

    /// The revocation in force. A tie goes to it: it names something that existed before.
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
