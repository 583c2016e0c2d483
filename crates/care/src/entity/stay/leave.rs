//! Leave of absence: is the client away from a stay that goes on?
//!
//! Four kinds of event, in any order, two of them perhaps in one minute. Each is a register of its own, and what they
//! leave together is derived when asked. A second start while the client is away starts nothing (MedCom: it does not
//! trigger), but may give a new time of return. RE_STOR gives the corrected time of this start. A cancelled end without
//! a start still means that the client is away.

use crate::fact::mark::Mark;
use event::Instant;
use serde::{Deserialize, Serialize};

/// The leaves of one stay, as reported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leave {
    started: Option<(Mark, OnLeave)>,
    start_cancelled: Option<Mark>,
    ended: Option<Mark>,
    end_cancelled: Option<Mark>,
}

/// The client is away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnLeave {
    /// Since when; `None`: only a cancelled return was reported.
    pub since: Option<Instant>,
    /// PV2-47.
    pub expected_return_at: Option<Instant>,
}

impl Leave {
    /// A21.
    pub fn start(&mut self, mark: Mark, at: Instant, expected_return_at: Option<Instant>) {
        let away = self.in_force().unwrap_or_default();
        let since = away.since.or(Some(at));
        self.started =
            Some((mark, OnLeave { since, expected_return_at: expected_return_at.or(away.expected_return_at) }));
    }

    /// RE_STOR: the current leave began at this time. False: no such leave is known.
    pub fn correct_start(&mut self, at: Instant) -> bool {
        let on_leave = self.in_force().is_some();
        let started = self.started.as_mut().filter(|_| on_leave);
        started.is_some_and(|(_, away)| away.since.replace(at).is_some())
    }

    /// A22.
    pub fn end(&mut self, mark: Mark) {
        self.ended = Some(mark);
    }

    /// A52.
    pub fn cancel_start(&mut self, mark: Mark) {
        self.start_cancelled = Some(mark);
    }

    /// A53.
    pub fn cancel_end(&mut self, mark: Mark) {
        self.end_cancelled = Some(mark);
    }

    /// The current leave.
    #[must_use]
    pub fn in_force(&self) -> Option<OnLeave> {
        let stands = |reported: &Mark, cancelled: Option<Mark>| {
            cancelled.is_none_or(|cancelled| reported.stands_after(&cancelled))
        };
        let started = self.started.filter(|(mark, _)| stands(mark, self.start_cancelled));
        let ended = self.ended.filter(|mark| stands(mark, self.end_cancelled));
        match (started, ended) {
            (Some((mark, away)), Some(ended)) => mark.stands_after(&ended).then_some(away),
            (Some((_, away)), None) => Some(away),
            (None, None) if self.started.is_none() => self.end_cancelled.map(|_| OnLeave::default()),
            (None, _) => None,
        }
    }
}
