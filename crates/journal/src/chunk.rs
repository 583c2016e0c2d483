//! What is read: records of several partitions, and what of each partition they are.

use crate::trace::TraceParent;
use bytes::Bytes;
use event::Entry;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Records that are applied in one transaction.
#[derive(Debug)]
pub struct Chunk {
    /// The records, each partition's in order.
    pub records: Vec<Got>,
    /// Of each partition, once.
    pub spans: Vec<Span>,
    /// When the reader starts again, what it gave before is dropped: this tells which.
    pub generation: u64,
}

/// One record.
#[derive(Debug)]
pub struct Got {
    /// The partition.
    pub partition: i32,
    /// Its id.
    pub id: Uuid,
    /// When it was written into the journal, in milliseconds since the epoch.
    pub written_at: Option<i64>,
    /// The trace that it belongs to.
    pub trace: Option<TraceParent>,
    /// What it says.
    pub content: Content,
}

/// What a record says.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly all are entries")]
pub enum Content {
    /// An entry.
    Entry(Entry),
    /// Bytes that this version cannot read.
    Unreadable(Bytes),
    /// Bytes that were written under other keys: their tokens would find nobody, and nobody would know.
    OtherKeys(Bytes),
}

/// What of a partition a chunk is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The partition.
    pub partition: i32,
    /// The first offset.
    pub from: i64,
    /// The offset after the last.
    pub to: i64,
    /// The id of the last record.
    pub last_id: Uuid,
}

/// A chunk in the making.
#[derive(Default)]
pub(crate) struct Gathering {
    records: Vec<Got>,
    spans: BTreeMap<i32, Span>,
    bytes: usize,
}

/// A chunk is at most so many records (nearly always a message's event and its receipt in one) …
const MOST_RECORDS: usize = 1_000;
/// … and about so many bytes, unless a single record is larger.
const MOST_BYTES: usize = 4 << 20;

impl Gathering {
    /// Adds the record at `offset`; `from` is where the partition's part begins if it has none yet.
    pub fn push(&mut self, from: i64, offset: i64, size: usize, got: Got) {
        let (partition, last_id) = (got.partition, got.id);
        let new = || Span { partition, from, to: offset + 1, last_id };
        let span = self.spans.entry(partition).or_insert_with(new);
        (span.to, span.last_id) = (offset + 1, last_id);
        self.bytes += size;
        self.records.push(got);
    }

    /// Drops what is of this partition: it is read anew, from where the keeper says.
    pub fn forget(&mut self, partition: i32) {
        if self.spans.remove(&partition).is_some() {
            self.records.retain(|got| got.partition != partition);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    pub fn is_full(&self) -> bool {
        self.records.len() >= MOST_RECORDS || self.bytes >= MOST_BYTES
    }

    pub fn take(&mut self, generation: u64) -> Chunk {
        let Self { records, spans, .. } = std::mem::take(self);
        Chunk { records, spans: spans.into_values().collect(), generation }
    }
}
