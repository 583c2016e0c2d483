//! Limits how many clients a caller may ask about without being entitled to an answer, so that nobody can try identity
//! codes one by one.
//!
//! A hash of an identity code is no secret, and neither is an answer: 41 million codes could be tried one by one. So
//! distinct identifiers that find nobody, or nobody who is the asker's client, are counted by user and by calling
//! system, within an hour. Over the limit every question is refused before any look-up, about any person: otherwise the
//! refusal would be an answer.
//!
//! Each serving process counts in memory: with several processes the limit holds for each of them, and a restart begins
//! anew. That still stops a crawl, and a count in the database would cost each answer a write that others wait for. The
//! access log has every question, whichever process answered it.

use event::Token;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Within this time they are counted.
const HOUR: Duration = Duration::from_hours(1);

/// At most so many within an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownLimits {
    /// Of one user of one system.
    pub per_user: u32,
    /// The limit of one system, for all its users together: a system that names its users itself could name a new one
    /// each time.
    pub per_system: u32,
}

/// Who asks: a system, or one of its users.
type Asker = (String, Option<String>);

/// What was asked.
#[derive(Clone, Default)]
pub(crate) struct Unknown(Arc<Mutex<Counts>>);

#[derive(Default)]
struct Counts {
    by: BTreeMap<Asker, Asked>,
    swept: Option<Instant>,
}

#[derive(Default)]
struct Asked {
    /// Unknown or unrelated persons, and when each was asked about.
    nobody: BTreeMap<Token, Instant>,
    /// Not answered yet: each may turn out to be unknown. Counted as often as it is asked.
    open: BTreeMap<Token, usize>,
}

/// A question that is being answered.
pub(crate) struct Open {
    of: Unknown,
    askers: [Asker; 2],
    token: Token,
}

impl Unknown {
    /// Before a look-up. `None`: too many already.
    pub(crate) fn ask(
        &self,
        system: &str,
        user: &str,
        token: Token,
        limits: UnknownLimits,
        now: Instant,
    ) -> Option<Open> {
        let askers = [(system.to_owned(), None), (system.to_owned(), Some(user.to_owned()))];
        let mut counts = self.counts();
        counts.sweep(now);
        let most = [limits.per_system, limits.per_user].map(|most| usize::try_from(most).unwrap_or(usize::MAX));
        let full =
            |(asker, most): (&Asker, usize)| counts.by.get(asker).is_some_and(|it| it.is_full(&token, most, now));
        if askers.iter().zip(most).any(full) {
            return None;
        }
        for asker in &askers {
            *counts.by.entry(asker.clone()).or_default().open.entry(token).or_default() += 1;
        }
        drop(counts);
        Some(Open { of: self.clone(), askers, token })
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// It found nobody of whom anything may be shown.
    pub(crate) fn found_nobody(self, now: Instant) {
        let mut counts = self.of.counts();
        for asker in &self.askers {
            counts.by.entry(asker.clone()).or_default().nobody.insert(self.token, now);
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut counts = self.of.counts();
        for asker in &self.askers {
            let Some(asked) = counts.by.get_mut(asker) else { continue };
            if let Some(times) = asked.open.get_mut(&self.token) {
                *times -= 1;
                if *times == 0 {
                    asked.open.remove(&self.token);
                }
            }
        }
    }
}

impl Asked {
    /// One who was asked about already costs nothing.
    fn is_full(&self, token: &Token, most: usize, now: Instant) -> bool {
        let within: BTreeSet<&Token> =
            self.nobody.iter().filter(|(_, at)| now.duration_since(**at) < HOUR).map(|(token, _)| token).collect();
        let open = self.open.keys().filter(|it| !within.contains(it)).count();
        within.len() + open >= most && !within.contains(token) && !self.open.contains_key(token)
    }
}

impl Counts {
    /// What is older than an hour goes, once a minute.
    fn sweep(&mut self, now: Instant) {
        if self.swept.is_some_and(|at| now.duration_since(at) < Duration::from_mins(1)) {
            return;
        }
        self.swept = Some(now);
        self.by.retain(|_, asked| {
            asked.nobody.retain(|_, at| now.duration_since(*at) < HOUR);
            !asked.nobody.is_empty() || !asked.open.is_empty()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(n: u32) -> Token {
        crate::sample::keyring().token("identifier", "test", &n.to_string())
    }

    #[test]
    fn so_many_unknown_and_no_more_by_user_and_by_system_within_an_hour() {
        let (limits, begin) = (UnknownLimits { per_user: 3, per_system: 5 }, Instant::now());
        let unknown = Unknown::default();
        let asks = |user: &str, n: u32, known: bool, minute: u64| {
            let now = begin + Duration::from_secs(minute * 60);
            let open = unknown.ask("s", user, token(n), limits, now);
            let may = open.is_some();
            if let Some(open) = open.filter(|_| !known) {
                open.found_nobody(now);
            }
            may
        };
        assert!((0..3).all(|n| asks("a", n, false, 0)));
        assert!(!asks("a", 3, false, 1), "the fourth");
        assert!(!asks("a", 9, true, 1), "whoever it is about");
        assert!(asks("a", 2, false, 1), "the same again");
        assert!((10..40).all(|n| asks("b", n, true, 1)), "clients of one's own are no limit");
        assert!((3..5).all(|n| asks("b", n, false, 1)));
        assert!(!asks("c", 5, false, 2), "all users together");
        assert!(asks("c", 5, false, 61) && asks("a", 3, false, 61), "an hour later");
    }

    #[test]
    fn what_is_asked_at_once_counts_until_it_is_answered() {
        let (limits, now) = (UnknownLimits { per_user: 2, per_system: 9 }, Instant::now());
        let unknown = Unknown::default();
        let ask = |n| unknown.ask("s", "a", token(n), limits, now);
        let open: Vec<_> = [ask(1), ask(1), ask(2)].into_iter().flatten().collect();
        assert_eq!(open.len(), 3, "two of them are about one");
        assert!(ask(3).is_none());
        drop(open);
        assert!(ask(3).is_some(), "they were known");
    }
}
