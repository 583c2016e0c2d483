//! Waits for what a process needs and is away, with growing pauses; its beginning and its end are logged once each.

use super::health::Health;
use std::fmt::Display;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// One wait.
pub struct Waiting<'a> {
    /// What is waited for.
    what: &'static str,
    /// What to check if it should be there.
    advice: &'static str,
    health: &'a Health,
    since: Option<Instant>,
    pause: Duration,
}

impl<'a> Waiting<'a> {
    pub fn new(what: &'static str, advice: &'static str, health: &'a Health) -> Self {
        Self { what, advice, health, since: None, pause: FIRST_PAUSE }
    }

    /// An attempt failed.
    pub async fn after(&mut self, error: &impl Display) {
        if self.since.is_none() {
            self.since = Some(Instant::now());
            self.health.waits_for(Some(self.what));
            let (what, advice) = (self.what, self.advice);
            tracing::warn!(%error, "waiting for {what}; if it should be there, check {advice}");
        }
        sleep(self.pause).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }

    /// It is there.
    pub fn over(self) {
        if let Some(since) = self.since {
            self.health.waits_for(None);
            tracing::info!(seconds = since.elapsed().as_secs(), "{} is there", self.what);
        }
    }
}
