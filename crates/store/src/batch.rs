//! What goes into one transaction, and what came of it.

use crate::message::{Became, Reread};
use event::{Receipt, Received, Rejected, Watermark};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What is applied in one transaction: all of it, or nothing. In any order and any number of times, the events give the
/// same record.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// What happened.
    pub events: Vec<Received>,
    /// What was refused before it came here.
    pub rejections: Vec<Rejected>,
    /// That messages were received, whatever became of them.
    pub receipts: Vec<Receipt>,
    /// Messages that were received before, and are read once more.
    pub reread: Vec<Reread>,
    /// Up to when ingests have written, and which sources they heard otherwise than by a message. What is heard by messages
    /// their receipts tell.
    pub watermarks: Vec<Marked>,
    /// Where in the transport the batch lies, a partition at most once; empty if there is no transport between.
    pub positions: Vec<Position>,
    /// Quarantine entries that this batch came of: closed with it.
    pub redriven: Vec<Uuid>,
}

/// A watermark, and the partition that it was read from; 0 without a transport.
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
    /// The events of the batch that were stored before it.
    pub copies: Vec<Uuid>,
    /// Events that sort below what was folded, and copies that changed a stored event.
    pub late: u64,
    /// Clients folded anew from their history.
    pub refolds: u64,
    /// Events that the database refused; they are in the quarantine.
    pub culprits: Vec<Uuid>,
    /// Per source: what became of the messages whose receipts were in the batch. For figures: a batch that is applied
    /// again because it was not known to be committed counts again, and [`crate::message::counts`] counts once.
    pub messages: BTreeMap<(String, Became), u64>,
}
