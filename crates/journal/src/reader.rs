//! The reader: one member of an ordinary consumer group, on a thread of its own ([`crate::reading`]).
//!
//! The group says who reads what; [`Keeper`], that is PostgreSQL, says from where. Chunks come through [`Reader::next`],
//! one at a time; what is done with them goes back through [`Reader::stored`] and [`Reader::again`].

use crate::check::{GapReason, LeftOff};
use crate::chunk::{Chunk, Span};
use crate::client::Client;
use crate::error::JournalError;
use crate::left::Left;
use crate::membership::{Membership, Standing};
use crate::reading::Reading;
use event::Keyring;
use std::collections::BTreeMap;
use std::sync::{Arc, mpsc};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// A partition whose journal is not where it was left off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The partition.
    pub partition: i32,
    /// Why.
    pub reason: GapReason,
    /// Where it was left off.
    pub found: Option<LeftOff>,
    /// The first offset that is there.
    pub beginning: i64,
}

/// Whoever keeps the positions. Called from the reader's thread, and may take its time; `None`: not now.
pub struct Keeper {
    /// Where each partition was left off; one that is not there was never read.
    pub left_off: Box<dyn Fn() -> Option<BTreeMap<i32, LeftOff>> + Send>,
    /// Notes a gap and sets the partition to the beginning of what is there. False: it is no more where it was found, and
    /// nothing was done.
    pub open_gap: Box<dyn Fn(Gap) -> Option<bool> + Send>,
}

/// A running reader. Dropped, it leaves the group.
pub struct Reader {
    chunks: tokio::sync::mpsc::Receiver<Chunk>,
    commands: mpsc::Sender<Command>,
    ended: oneshot::Receiver<()>,
    /// What was given of this generation or an earlier one is dropped.
    dropped: Option<u64>,
    membership: Arc<Membership>,
}

/// For whoever wants to know what a reader is doing, also when it has ended.
#[derive(Clone)]
pub struct ReaderStanding(Arc<Membership>);

impl ReaderStanding {
    /// What it is doing now.
    #[must_use]
    pub fn now(&self) -> Standing {
        self.0.standing()
    }
}

pub(crate) enum Command {
    /// These positions are stored.
    Stored(Vec<(i32, i64)>),
    /// Start every partition again from where the keeper says.
    Again,
}

/// How often a running partition's journal is looked at: a topic that was made again under a living reader may be as long
/// as before or longer, and reading goes on in it without an error.
pub const LOOK: Duration = Duration::from_secs(20);

/// How long leaving may take: the database may just be asked, and the brokers be away.
const LEAVE: Duration = Duration::from_secs(15);

impl Reader {
    /// Joins the group; looks at what runs every `look` (usually [`LOOK`]). Ends by itself only after an error that no
    /// retry mends: [`Self::next`] then gives `None`.
    pub fn start(
        client: &Client,
        topic: &str,
        group: &str,
        keyring: &Keyring,
        keeper: Keeper,
        look: Duration,
    ) -> Result<Self, JournalError> {
        let (reading, chunks, commands) = Reading::try_new(client, topic, group, keyring, keeper, look)?;
        let membership = reading.membership();
        let (end, ended) = oneshot::channel();
        let run = move || {
            reading.run();
            // Nobody may wait for it any more.
            let _ = end.send(());
        };
        let thread = std::thread::Builder::new().name("journal-reader".to_owned()).spawn(run);
        thread.map_err(|_| JournalError::Unavailable { code: "thread".to_owned() })?;
        Ok(Self { chunks, commands, ended, dropped: None, membership })
    }

    /// What it is doing.
    #[must_use]
    pub fn standing(&self) -> ReaderStanding {
        ReaderStanding(Arc::clone(&self.membership))
    }

    /// The next chunk; `None`: the reader has ended. Cancel safe.
    pub async fn next(&mut self) -> Option<Chunk> {
        loop {
            let chunk = self.chunks.recv().await?;
            if self.dropped.is_none_or(|dropped| dropped < chunk.generation) {
                return Some(chunk);
            }
        }
    }

    /// How far it is behind.
    #[must_use]
    pub fn left(&self) -> Left {
        self.membership.left.clone()
    }

    /// The chunk is stored: told to Kafka too, for the tools that watch how far behind a group is.
    pub fn stored(&self, spans: &[Span]) {
        let positions = spans.iter().map(|span| (span.partition, span.to)).collect();
        // A reader that has ended says so in `next`.
        let _ = self.commands.send(Command::Stored(positions));
    }

    /// The chunk does not begin where a partition stands: drops everything that was given, and starts again from where
    /// the keeper says.
    pub fn again(&mut self, generation: u64) {
        self.dropped = Some(generation);
        let _ = self.commands.send(Command::Again);
    }

    /// Leaves the group, in order, and waits for it, but not for brokers that are away.
    pub async fn stop(mut self) {
        self.chunks.close();
        if timeout(LEAVE, &mut self.ended).await.is_err() {
            tracing::warn!("the reader of the journal could not leave in time: the group will miss it");
        }
    }
}
