//! Applies one batch until its outcome is known.
//!
//! A batch that the database cannot take now is retried until it is taken: applying it twice changes nothing (law 2), and
//! giving it up would lose it.

use crate::telemetry::metrics;
use crate::telemetry::spans::Applying;
use journal::TraceParent;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::{Applied, ApplyError, Batch, Projector};
use tokio::time::{Instant, sleep, timeout};
use tracing::Instrument;

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// A database that is silent for this long is gone. The outcome of the batch is unknown, so the batch is applied again.
const SILENCE: Duration = Duration::from_mins(2);

/// Applies batches.
pub struct Applier {
    projector: Projector,
    /// False while the database does not take batches.
    storing: Arc<AtomicBool>,
}

impl Applier {
    /// `storing` shows others whether the database takes batches.
    pub fn new(projector: Projector, storing: Arc<AtomicBool>) -> Self {
        Self { projector, storing }
    }

    /// Retries until the outcome is known. `traces`: those of its messages, as [`recorded`](crate::telemetry::spans::recorded) gives them.
    pub async fn apply(&self, batch: &Batch, traces: &[TraceParent]) -> Result<Applied, ApplyError> {
        let applying = Applying::begin(batch.events.len(), traces);
        self.until_known(batch).instrument(applying.span()).await
    }

    async fn until_known(&self, batch: &Batch) -> Result<Applied, ApplyError> {
        let mut since = None;
        let mut pause = FIRST_PAUSE;
        loop {
            let silent = |_| Err(ApplyError::Transient { code: "silent".to_owned() });
            let begun = Instant::now();
            let result = timeout(SILENCE, self.projector.apply(batch)).await.unwrap_or_else(silent);
            match &result {
                Err(error) if error.is_transient() => {
                    if since.is_none() {
                        self.storing.store(false, Ordering::Relaxed);
                        tracing::error!(%error, "cannot store: the batch is retried until it is stored");
                    }
                    since.get_or_insert_with(Instant::now);
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                    continue;
                }
                Err(ApplyError::Moved) => {}
                Ok(applied) if applied.refused_receipts > 0 => {
                    let receipts = applied.refused_receipts;
                    tracing::error!(
                        receipts,
                        "the database refuses receipts: their messages are applied, and not counted"
                    );
                }
                Err(error) => tracing::error!(%error, events = batch.events.len(), "a batch cannot be stored"),
                Ok(applied) if !applied.culprits.is_empty() => {
                    tracing::error!(
                        events = applied.culprits.len(),
                        "the database refuses events: they are in the quarantine"
                    );
                }
                Ok(applied) => tracing::debug!(
                    stored = applied.stored,
                    duplicates = applied.duplicates,
                    late = applied.late,
                    refolds = applied.refolds,
                    "batch stored"
                ),
            }
            if let Some(since) = since {
                tracing::info!(seconds = since.elapsed().as_secs(), "the database answers again");
            }
            self.storing.store(true, Ordering::Relaxed);
            if let Ok(applied) = &result {
                metrics::applied(batch, applied, begun.elapsed());
            }
            return result;
        }
    }
}
