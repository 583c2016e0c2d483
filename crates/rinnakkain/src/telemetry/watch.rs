//! Watches sources, quarantine and gaps in the database: a source that falls silent raises an alarm, by the same rule that
//! turns "none" into "not known".

use super::metrics;
use crate::clock;
use crate::config::Config;
use care::source::{Source, SourceState};
use std::collections::BTreeSet;
use std::time::Duration;
use store::{Fault, Store, gap, quarantine, watermark};
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// Between two checks: at least four in the shortest declared silence, within these bounds.
const LONGEST: Duration = Duration::from_secs(15);
const SHORTEST: Duration = Duration::from_secs(1);

/// Runs in a process that projects.
pub struct Watch {
    store: Store,
    sources: watch::Receiver<Vec<Source>>,
    through_journal: bool,
    silent: BTreeSet<String>,
}

impl Watch {
    /// `sources`: those that are configured now.
    pub fn new(store: Store, config: &Config, sources: watch::Receiver<Vec<Source>>) -> Self {
        Self { store, sources, through_journal: config.kafka.is_some(), silent: BTreeSet::new() }
    }

    /// Until `stop`.
    pub async fn run(mut self, stop: CancellationToken) {
        loop {
            let pause = self.pause();
            let check = async {
                if let Err(error) = self.check().await {
                    // The writer logs that the database is away.
                    tracing::debug!(%error, "the sources could not be checked");
                }
                sleep(pause).await;
            };
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = check => {}
            }
        }
    }

    fn pause(&self) -> Duration {
        let sources = self.sources.borrow();
        let shortest = sources.iter().filter_map(|source| u64::try_from(source.silence_seconds).ok()).min();
        shortest.map_or(LONGEST, |it| (Duration::from_secs(it) / 4).clamp(SHORTEST, LONGEST))
    }

    async fn check(&mut self) -> Result<(), Fault> {
        let (reports, declared) = watermark::reports(&self.store).await?;
        let now = clock::now();
        let sources: Vec<_> = self.sources.borrow().iter().map(|source| source.narrowed(&declared, now)).collect();
        let states = SourceState::all(&sources, &reports, now);
        self.log(&states);
        if metrics::are_on() {
            metrics::sources(&states, now);
            metrics::quarantined(&quarantine::open(&self.store).await?);
            let until = if self.through_journal { watermark::written_until(&self.store).await? } else { None };
            metrics::journal(gap::open(&self.store).await?.len(), until, now);
        }
        Ok(())
    }

    /// Once when a source falls silent, and once when it reports again.
    fn log(&mut self, states: &[SourceState]) {
        for state in states {
            if !state.silent {
                if self.silent.remove(&state.name) {
                    tracing::info!(source = state.name, "a silent source reports again");
                }
            } else if self.silent.insert(state.name.clone()) {
                let reported_until = state.reported_until.map(tracing::field::display);
                tracing::warn!(
                    source = state.name,
                    reported_until,
                    "a source is silent for longer than it declares: what it covers is answered as \"not known\". Ask its \
                     operators, and check the connection"
                );
            }
        }
    }
}
