//! The reader: one member of an ordinary consumer group, on a thread of its own ([`crate::reading`]).
//!
//! The group decides who reads which partitions. [`PositionStore`], that is PostgreSQL, decides from where. Batches come
//! through [`Reader::next`], one at a time; their outcome goes back through [`Reader::stored`] and [`Reader::restart`].

use crate::batch::{RecordBatch, Span};
use crate::client::Client;
use crate::error::JournalError;
use crate::lag::Lag;
use crate::membership::{Membership, ReaderStatus};
use crate::position_store::PositionStore;
use crate::reading::{Command, Reading};
use event::Keyring;
use std::sync::{Arc, mpsc};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// A running reader. Dropped, it leaves the group.
pub struct Reader {
    batches: tokio::sync::mpsc::Receiver<RecordBatch>,
    commands: mpsc::Sender<Command>,
    ended: oneshot::Receiver<()>,
    /// Batches of this generation or an earlier one are dropped.
    dropped: Option<u64>,
    membership: Arc<Membership>,
}

/// Shows what a reader is doing, also after it has ended.
#[derive(Clone)]
pub struct ReaderMonitor(Arc<Membership>);

impl ReaderMonitor {
    /// What it is doing now.
    #[must_use]
    pub fn now(&self) -> ReaderStatus {
        self.0.status()
    }
}

/// How often a running partition is checked. A topic that was created again under a running reader may be as long as
/// before or longer, and then reading continues in it without an error.
pub const RECHECK_INTERVAL: Duration = Duration::from_secs(20);

/// How long leaving may take. A question to the database may be under way, and the brokers may be unreachable.
const LEAVE: Duration = Duration::from_secs(15);

impl Reader {
    /// Joins the group. Checks running partitions every `recheck_interval` (usually [`RECHECK_INTERVAL`]). Ends by itself
    /// only after an error that no retry fixes: [`Self::next`] then gives `None`.
    pub fn start(
        client: &Client,
        topic: &str,
        group: &str,
        keyring: &Keyring,
        position_store: PositionStore,
        recheck_interval: Duration,
    ) -> Result<Self, JournalError> {
        let (reading, batches, commands) =
            Reading::try_new(client, topic, group, keyring, position_store, recheck_interval)?;
        let membership = reading.membership();
        let (end, ended) = oneshot::channel();
        let run = move || {
            reading.run();
            // Fails only if nobody waits for it.
            let _ = end.send(());
        };
        let thread = std::thread::Builder::new().name("journal-reader".to_owned()).spawn(run);
        thread.map_err(|_| JournalError::Unavailable { code: "thread".to_owned() })?;
        Ok(Self { batches, commands, ended, dropped: None, membership })
    }

    /// What it is doing.
    #[must_use]
    pub fn status(&self) -> ReaderMonitor {
        ReaderMonitor(Arc::clone(&self.membership))
    }

    /// The next batch; `None`: the reader has ended. Cancel safe.
    pub async fn next(&mut self) -> Option<RecordBatch> {
        loop {
            let batch = self.batches.recv().await?;
            if self.dropped.is_none_or(|dropped| dropped < batch.generation) {
                return Some(batch);
            }
        }
    }

    /// How far it is behind.
    #[must_use]
    pub fn lag(&self) -> Lag {
        self.membership.lag.clone()
    }

    /// The batch is stored. Its end is committed to Kafka too, for tools that watch the group's lag.
    pub fn stored(&self, spans: &[Span]) {
        let positions = spans.iter().map(|span| (span.partition, span.to)).collect();
        // Fails only if the reader has ended, which `next` shows.
        let _ = self.commands.send(Command::Stored(positions));
    }

    /// The batch does not begin at the stored position: drops all batches so far and starts again from there.
    pub fn restart(&mut self, generation: u64) {
        self.dropped = Some(generation);
        let _ = self.commands.send(Command::Restart);
    }

    /// Leaves the group in order and waits for that, but not for unreachable brokers.
    pub async fn stop(mut self) {
        self.batches.close();
        if timeout(LEAVE, &mut self.ended).await.is_err() {
            tracing::warn!(
                "the reader could not leave the group in time: the group removes it after the session timeout"
            );
        }
    }
}
