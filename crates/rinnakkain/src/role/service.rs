//! Everything that runs in one process, watched until it stops, and stopped in order.

use super::signals::Signals;
use crate::database::Database;
use anyhow::{Context, bail};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::task::{AbortHandle, JoinHandle, JoinSet};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// How long an orderly stop may take before the rest is given up: its senders keep it.
const DRAIN: Duration = Duration::from_secs(25);
/// How much of that the listeners may take. They close what hangs before (`listener::winding_down`); if one does not end all
/// the same, the writer still stores what was received, and leaves in order.
const LISTENERS: Duration = Duration::from_secs(20);

/// The parts that run.
#[derive(Default)]
pub struct Service {
    pub(super) stop: CancellationToken,
    /// The listeners; each gives its name when it ends.
    pub(super) listeners: JoinSet<&'static str>,
    /// The writer: into the database, or into the journal.
    pub(super) writer: Option<JoinHandle<()>>,
    pub(super) projection: Option<JoinHandle<anyhow::Result<()>>>,
    pub(super) database: Option<JoinHandle<Database>>,
    /// Deletes what is kept for a time, and watches the sources.
    pub(super) sweeper: Option<JoinHandle<()>>,
    /// Stops the parts that run until the writer has ended.
    pub(super) stop_storing: CancellationToken,
    /// Whether ingest left a message to its sender.
    pub(super) left: Arc<AtomicBool>,
}

impl Service {
    /// Until a signal asks it to stop, or a part has ended that never should.
    pub async fn until(&mut self, signals: &mut Signals) -> anyhow::Result<()> {
        tokio::select! {
            () = signals.any() => {
                tracing::info!("stopping: what was received is stored and answered first");
                Ok(())
            }
            Some(ended) = self.listeners.join_next() => match ended {
                Ok(name) => bail!("the {name} listener ended"),
                Err(_) => bail!("a listener panicked"),
            },
            () = ended(&mut self.writer) => bail!("the writer panicked"),
            () = ended(&mut self.projection) => bail!("the projection ended: the log shows why"),
            // It is not joined again: what it owned ends with the process.
            () = ended(&mut self.database) => bail!("the watch of the database ended"),
        }
    }

    pub async fn stop(mut self) -> anyhow::Result<()> {
        // A message that was left before now is its sender's. From here on, the exit status reports one that is left.
        self.left.store(false, Ordering::Relaxed);
        self.stop.cancel();
        let drained = async {
            let ended = async { while self.listeners.join_next().await.is_some() {} };
            if timeout(LISTENERS, ended).await.is_err() {
                tracing::warn!("a listener does not end: it is given up");
                self.listeners.abort_all();
            }
            // The last way into the queue ended with the listeners.
            join(&mut self.writer).await;
            self.stop_storing.cancel();
            join(&mut self.projection).await;
            join(&mut self.sweeper).await;
        };
        let in_time = timeout(DRAIN, drained).await.is_ok();
        if !in_time {
            self.listeners.abort_all();
            for part in [self.writer.map(|it| it.abort_handle()), self.projection.map(|it| it.abort_handle())] {
                part.iter().for_each(AbortHandle::abort);
            }
        }
        self.stop_storing.cancel();
        // If the watch has ended, it was joined: the private server stops with the process's last handle on it.
        if let Some(database) = self.database.filter(|database| !database.is_finished()) {
            database.await.context("the watch of the database")?.close().await?;
        }
        if !in_time || self.left.load(Ordering::Relaxed) {
            bail!("not everything could be stored in time: what was not answered is still its sender's");
        }
        tracing::info!("stopped");
        Ok(())
    }
}

/// Waits for a part to end; a part that is not there never does.
async fn ended<T>(part: &mut Option<JoinHandle<T>>) {
    match part {
        Some(part) => drop(part.await),
        None => std::future::pending().await,
    }
}

/// Waits for a part to end, if it is there and still runs.
async fn join<T>(part: &mut Option<JoinHandle<T>>) {
    if let Some(part) = part.as_mut().filter(|part| !part.is_finished()) {
        drop(part.await);
    }
}
