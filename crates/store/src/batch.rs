//! What goes into one transaction, and what came of it.

use event::{Instant, RawMessage, Received, Sealed, Token};
use uuid::Uuid;

/// What is applied in one transaction: all of it, or nothing. In any order and any number of times, the events give the
/// same record.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// What happened.
    pub events: Vec<Received>,
    /// What was refused before it came here.
    pub rejections: Vec<Rejected>,
    /// Up to when sources were heard.
    pub heard: Vec<Heard>,
    /// Where in the transport the batch lies; `None` if there is no transport between.
    pub position: Option<Position>,
    /// Quarantine entries that this batch came of: closed with it.
    pub redriven: Vec<Uuid>,
}

/// A message that no adapter takes. An entry with the same id that is already there stays as it is.
#[derive(Clone, Debug)]
pub struct Rejected {
    /// A function of the message, so that a second copy is the same entry.
    pub id: Uuid,
    /// The configured name of the source.
    pub source: String,
    /// Our clock at ingest.
    pub received_at: Instant,
    /// Who refused it.
    pub adapter_version: u32,
    /// Why, as a code.
    pub code: String,
    /// Where in the message: segment and field, never content.
    pub place: String,
    /// Why, in static words.
    pub text: String,
    /// Keyed token of the source's message id, if it had one.
    pub message: Option<Token>,
    /// Identifiers of the clients that it names: their "none" becomes "not known".
    pub named: Vec<Token>,
    /// The message.
    pub raw: Sealed<RawMessage>,
}

/// Up to when a source was heard.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Heard {
    /// The configured name of the source.
    pub source: String,
    /// Which ingest heard it.
    pub ingest: String,
    /// Into which partition it wrote what it heard; 0 without a transport.
    pub partition: i32,
    /// Up to when; an earlier time than what is stored changes nothing.
    pub at: Instant,
}

/// Where in the transport a batch lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The first offset; must be where progress stands. 0 where none is stored: the beginning.
    pub from: i64,
    /// The offset after the last.
    pub to: i64,
    /// The id of the last record.
    pub last_id: Uuid,
}

/// What a batch did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Events that were new.
    pub stored: u64,
    /// Copies of what was stored or earlier in the batch.
    pub duplicates: u64,
    /// Events that sort below what was folded, and copies that changed a stored event.
    pub late: u64,
    /// Clients folded anew from their history.
    pub refolds: u64,
    /// Events that the database refused; they are in the quarantine.
    pub culprits: Vec<Uuid>,
}
