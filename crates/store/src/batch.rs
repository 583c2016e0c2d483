//! A batch for one transaction, and its outcome.

use crate::receipt::{MessageOutcome, Reread};
use event::{Receipt, ReceivedEvent, Rejected, Watermark};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Applied in one transaction, whole or not at all. The events give the same record in any order and any number of times.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Events.
    pub events: Vec<ReceivedEvent>,
    /// Rejected messages.
    pub rejections: Vec<Rejected>,
    /// Receipts of messages, whatever their outcome.
    pub receipts: Vec<Receipt>,
    /// Messages that were received before and are translated again.
    pub reread: Vec<Reread>,
    /// The times up to which ingests have written, and the sources from which they received heartbeats. A message's own
    /// receipt shows when its source sent it.
    pub watermarks: Vec<Marked>,
    /// Where in the transport the batch lies, each partition at most once. Empty without a transport.
    pub positions: Vec<Position>,
    /// Quarantine entries that this batch comes from: closed with it.
    pub redriven: Vec<Uuid>,
}

/// A watermark, and the partition that it was read from. 0 without a transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// The partition.
    pub partition: i32,
    /// The watermark.
    pub watermark: Watermark,
}

/// Where in a partition a batch lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The first offset. It must equal the stored progress; 0 (the beginning) if there is none.
    pub from: i64,
    /// The offset after the last.
    pub to: i64,
    /// The id of the last record.
    pub last_id: Uuid,
}

/// What applying a batch changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Events that were new.
    pub stored: u64,
    /// Copies of events that were stored or earlier in the batch.
    pub duplicates: u64,
    /// The events of the batch that were stored before it.
    pub copies: Vec<Uuid>,
    /// Events that sort below what was folded, and copies that changed a stored event.
    pub late: u64,
    /// Clients folded again from their history.
    pub refolds: u64,
    /// Events that the database refused. They are in the quarantine.
    pub culprits: Vec<Uuid>,
    /// Receipts that the database refused. Their messages are applied, but neither counted nor kept.
    pub refused_receipts: u64,
    /// Per source: the outcomes of the messages whose receipts were in the batch. For metrics only: a batch that is applied
    /// again because its commit was in doubt counts again. [`crate::receipt::counts`] counts once.
    pub messages: BTreeMap<(String, MessageOutcome), u64>,
}
