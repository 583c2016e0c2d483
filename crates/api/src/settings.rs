//! What the services need, and what is configured.

use crate::caller::{Callers, Senders};
use crate::timing::Observer;
use crate::unknown::UnknownLimits;
use care::answer::County;
use event::{Instant, Keyring, ReceivedEvent};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use store::{Door, Store};
use tokio::sync::watch;

/// What the services need.
pub struct Services {
    /// The one door for reading.
    pub door: Door,
    /// The database behind it, for health and for receipts.
    pub ready: Store,
    /// Turns identifiers into tokens, and opens what is sealed.
    pub keyring: Arc<Keyring>,
    /// The settings in force. Each question is answered by the same settings from its beginning to its end.
    pub settings: watch::Receiver<Arc<Settings>>,
    /// Keeps what is recorded here before the database takes it. `None`: only the database keeps it.
    pub journal: Option<Journal>,
    /// The clock.
    pub clock: fn() -> Instant,
    /// Receives figures for metrics.
    pub observer: Observer,
}

/// Writes an event into the journal. True: it is there, and comes back from there after the restore of an older database.
pub type Journal = Arc<dyn Fn(ReceivedEvent) -> Pin<Box<dyn Future<Output = bool> + Send>> + Send + Sync>;

/// What is configured and may change while the services run.
#[derive(Clone)]
pub struct Settings {
    /// The county's configuration.
    pub county: Arc<County>,
    /// The registered systems.
    pub callers: Callers,
    /// The sources that may ask for the status of their messages.
    pub senders: Senders,
    /// How it is answered.
    pub answering: Answering,
}

/// How it is answered, whatever the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answering {
    /// An answer without data about a person leaves after a whole number of these.
    pub step: Duration,
    /// How many unknown or unrelated persons a caller may ask about.
    pub unknown: UnknownLimits,
}
