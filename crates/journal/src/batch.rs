//! A batch: records of several partitions that are applied together, and which part of each partition they are.

use crate::trace::TraceParent;
use bytes::Bytes;
use event::Entry;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Records that are applied in one transaction.
#[derive(Debug)]
pub struct RecordBatch {
    /// The records, each partition's in order.
    pub records: Vec<ConsumedRecord>,
    /// The part of each partition, once for each.
    pub spans: Vec<Span>,
    /// Rises when the reader restarts. Batches of an earlier generation are dropped.
    pub generation: u64,
}

/// A record as it was read from Kafka.
#[derive(Debug)]
pub struct ConsumedRecord {
    /// The partition.
    pub partition: i32,
    /// Its id.
    pub id: Uuid,
    /// When it was written into the journal, in milliseconds since the epoch.
    pub written_at: Option<i64>,
    /// The trace that it belongs to.
    pub trace: Option<TraceParent>,
    /// What it holds.
    pub content: Content,
}

/// What a record holds.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly all are entries")]
pub enum Content {
    /// An entry.
    Entry(Entry),
    /// Bytes that this version cannot read.
    Unreadable(Bytes),
    /// Bytes that were written under other keys. Their tokens would match no client, and nothing would show it.
    OtherKeys(Bytes),
}

/// The part of a partition that a batch holds.
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

/// Collects records into a batch.
#[derive(Default)]
pub(crate) struct BatchBuilder {
    records: Vec<ConsumedRecord>,
    spans: BTreeMap<i32, Span>,
    bytes: usize,
}

/// The most records in a batch. One record is nearly always a message's event and its receipt.
const MOST_RECORDS: usize = 1_000;
/// About the most bytes in a batch, unless a single record is larger.
const MOST_BYTES: usize = 4 << 20;

impl BatchBuilder {
    /// Adds the record at `offset`. `from` is where the partition's part begins, if this is its first record.
    pub fn push(&mut self, from: i64, offset: i64, size: usize, record: ConsumedRecord) {
        let (partition, last_id) = (record.partition, record.id);
        let new = || Span { partition, from, to: offset + 1, last_id };
        let span = self.spans.entry(partition).or_insert_with(new);
        (span.to, span.last_id) = (offset + 1, last_id);
        self.bytes += size;
        self.records.push(record);
    }

    /// Drops the records of this partition: they are read again from the stored position.
    pub fn forget(&mut self, partition: i32) {
        if self.spans.remove(&partition).is_some() {
            self.records.retain(|record| record.partition != partition);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    pub fn is_full(&self) -> bool {
        self.records.len() >= MOST_RECORDS || self.bytes >= MOST_BYTES
    }

    pub fn take(&mut self, generation: u64) -> RecordBatch {
        let Self { records, spans, .. } = std::mem::take(self);
        RecordBatch { records, spans: spans.into_values().collect(), generation }
    }
}
