//! Something said that can be taken back, and said again: an admission, a discharge, a clientship, a worker.
//!
//! The fold meets facts in the order of their keys, but a minute holds many of them: a cancellation may sort before
//! what it cancels. That is a state like any other.

use event::{Instant, OrderKey, Received};
use serde::{Deserialize, Serialize};

/// Where in the order something was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark(OrderKey);

impl Mark {
    /// Of an event.
    #[must_use]
    pub fn of(received: &Received) -> Self {
        Self(received.order_key())
    }

    /// min(recorded, received).
    #[must_use]
    pub fn time(&self) -> Instant {
        self.0.time
    }

    /// True if the source said `self` after it said `revocation`: by its sequence numbers where both have one, else by
    /// min(recorded, received), so that a clock in 2029 wins nothing here either (rule R2). The same minute is not after:
    /// a cancellation names something that already was, so a tie is its.
    pub(crate) fn stands_after(&self, revocation: &Self) -> bool {
        match (self.0.sequence, revocation.0.sequence) {
            (Some(said), Some(revoked)) => said > revoked,
            _ => self.0.time > revocation.0.time,
        }
    }
}

/// A value and its revocation, in whichever order they came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocable<T, R = ()> {
    said: Option<T>,
    revoked: Option<(Mark, R)>,
}

impl<T, R> Default for Revocable<T, R> {
    fn default() -> Self {
        Self { said: None, revoked: None }
    }
}

impl<T, R> Revocable<T, R> {
    /// Said, in the order of the fold. Lifts an earlier revocation only if the source said it after that.
    pub fn say(&mut self, mark: &Mark, value: T) {
        self.said = Some(value);
        if self.revoked.as_ref().is_some_and(|(revocation, _)| mark.stands_after(revocation)) {
            self.revoked = None;
        }
    }

    /// Revoked, in the order of the fold.
    pub fn revoke(&mut self, mark: Mark, why: R) {
        self.revoked = Some((mark, why));
    }

    /// What is said and not revoked.
    #[must_use]
    pub fn in_force(&self) -> Option<&T> {
        if self.revoked.is_some() { None } else { self.said.as_ref() }
    }

    /// What was said last, revoked or not.
    #[must_use]
    pub fn said(&self) -> Option<&T> {
        self.said.as_ref()
    }

    /// The revocation in force.
    #[must_use]
    pub fn revoked(&self) -> Option<&R> {
        self.revoked.as_ref().map(|(_, why)| why)
    }

    /// Forgets all of it.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}
