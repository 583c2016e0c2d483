//! Applies the journal to the record: the records that were read and their positions, in one transaction.
//!
//! Nothing blocks. A record that cannot be read, was written under other keys, or cannot be applied by any retry goes sealed
//! into the quarantine, in the transaction that moves the position. After a correction it is redriven, however late (law 2).

use crate::clock;
use crate::config::{JOURNAL, Kafka};
use crate::role::apply::Applier;
use crate::role::ingest::message;
use crate::telemetry::{metrics, spans};
use anyhow::Context;
use bytes::Bytes;
use event::{Entry, Instant, Keyring, ReceivedEvent, Rejected, Token, Watermark};
use journal::{ConsumedRecord, Content, JournalError, PositionStore, Reader, ReaderMonitor, RecordBatch, Span};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use store::gap::Gap;
use store::{ApplyError, Batch, Marked, Position, Projector};
use tokio::runtime::Handle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How long the database may take to return the positions, before it is asked again.
const ANSWER: Duration = Duration::from_secs(10);
/// The pause after an error that no retry removes: an operator must repair the database.
const PAUSE: Duration = Duration::from_secs(5);

/// A projector between journal and database.
pub struct Projection {
    reader: Reader,
    topic: String,
    applier: Applier,
    keyring: Arc<Keyring>,
}

impl Projection {
    pub fn start(
        kafka: &Kafka,
        projector: Projector,
        keyring: Arc<Keyring>,
        storing: Arc<AtomicBool>,
    ) -> Result<Self, JournalError> {
        let topic = kafka.topic.name.clone();
        let positions = position_store(projector.clone(), topic.clone());
        let interval = journal::RECHECK_INTERVAL;
        let reader = Reader::start(&kafka.client, &topic, &kafka.group, &keyring, positions, interval)?;
        metrics::follow(reader.lag());
        Ok(Self { reader, topic, applier: Applier::new(projector, storing), keyring })
    }

    /// The status of its reader.
    pub fn standing(&self) -> ReaderMonitor {
        self.reader.status()
    }

    /// Until `stop`. What is not stored then is read again by the next projector.
    pub async fn run(mut self, stop: CancellationToken) -> anyhow::Result<()> {
        loop {
            let records = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                records = self.reader.next() => records.context("the reader of the journal has ended")?,
            };
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = self.apply(records) => {}
            }
        }
        self.reader.stop().await;
        Ok(())
    }

    async fn apply(&mut self, records: RecordBatch) {
        let RecordBatch { records, spans, generation } = records;
        // A watermark is not a message.
        let messages = records.iter().filter(|record| !matches!(record.content, Content::Entry(Entry::Watermark(_))));
        let traces = spans::recorded(messages.filter_map(|record| record.trace));
        let mut batch = self.batch(records, &spans);
        loop {
            match self.applier.apply(&batch, &traces).await {
                Ok(_) => {
                    log_age(&batch);
                    return self.reader.stored(&spans);
                }
                Err(ApplyError::Moved) => {
                    tracing::warn!("a partition is not where it was left: reading starts again from the database");
                    return self.reader.restart(generation);
                }
                Err(error) if error.is_of_the_events() && !batch.events.is_empty() => {
                    batch = self.without_what_cannot_be_applied(batch).await;
                }
                Err(_) => sleep(PAUSE).await,
            }
        }
    }

    fn batch(&self, records: Vec<ConsumedRecord>, spans: &[Span]) -> Batch {
        let mut batch = Batch::default();
        for record in records {
            match record.content {
                Content::Entry(Entry::Event(received, receipt)) => {
                    batch.events.push(received);
                    batch.receipts.extend(receipt);
                }
                Content::Entry(Entry::Rejected(rejected, receipt)) => {
                    batch.rejections.push(rejected);
                    batch.receipts.extend(receipt);
                }
                Content::Entry(Entry::Receipt(receipt)) => batch.receipts.push(receipt),
                Content::Entry(Entry::Watermark(watermark)) => {
                    // Scoped to this topic: an ingest of the same name may write into another one.
                    let ingest = format!("{}@{}", watermark.ingest, self.topic);
                    let watermark = Watermark { ingest, ..watermark };
                    batch.watermarks.push(Marked { partition: record.partition, watermark });
                }
                Content::Unreadable(bytes) => {
                    batch.rejections.push(self.unreadable(record.id, record.written_at, bytes, &UNREADABLE));
                }
                Content::OtherKeys(bytes) => {
                    batch.rejections.push(self.unreadable(record.id, record.written_at, bytes, &OTHER_KEYS));
                }
            }
        }
        let position = |span: &Span| Position {
            topic: self.topic.clone(),
            partition: span.partition,
            from: span.from,
            to: span.to,
            last_id: span.last_id,
        };
        batch.positions = spans.iter().map(position).collect();
        batch
    }

    /// Applies each event on its own; those that cannot be applied go into the quarantine with the rest of the batch.
    async fn without_what_cannot_be_applied(&self, batch: Batch) -> Batch {
        let mut left = Batch { events: Vec::new(), ..batch };
        for received in batch.events {
            let alone = Batch { events: vec![received.clone()], ..Batch::default() };
            match self.applier.apply(&alone, &[]).await {
                Ok(_) => {}
                Err(error) if error.is_of_the_events() => left.rejections.push(self.not_applied(received)),
                // Not because of this event: it stays in the batch.
                Err(_) => left.events.push(received),
            }
        }
        left
    }

    /// `written_at`: in milliseconds since the epoch.
    fn unreadable(&self, id: Uuid, written_at: Option<i64>, bytes: Bytes, why: &Why) -> Rejected {
        let written_at = written_at.and_then(|millis| Instant::from_micros(millis.saturating_mul(1000)));
        self.refused(id, bytes, written_at.unwrap_or(Instant::MIN), Vec::new(), why)
    }

    fn not_applied(&self, received: ReceivedEvent) -> Rejected {
        let presented = received.event.presented.iter();
        let named = presented.flat_map(|presented| presented.tokens.iter().copied()).collect();
        let (id, received_at) = (received.event.id, received.received_at);
        self.refused(id, Entry::Event(received, None).encode().into(), received_at, named, &NOT_APPLIED)
    }

    fn refused(&self, id: Uuid, bytes: Bytes, at: Instant, named: Vec<Token>, why: &Why) -> Rejected {
        tracing::error!(code = why.code, "a record of the journal goes into the quarantine");
        Rejected {
            id,
            source: JOURNAL.to_owned(),
            received_at: at,
            adapter_version: adapter::VERSION,
            code: why.code.to_owned(),
            place: "record".to_owned(),
            text: why.text.to_owned(),
            message: None,
            named,
            own: Vec::new(),
            raw: message::seal(&self.keyring, JOURNAL, id, bytes),
        }
    }
}

/// For measurements (`log.filter = "info,rinnakkain::role::project=debug"`): the time from the receipt of a
/// batch's oldest event, by the ingest's clock, until answers show it, by ours.
fn log_age(batch: &Batch) {
    if let Some(oldest) = batch.events.iter().map(|received| received.received_at).min() {
        let oldest_ms = (clock::now().as_micros() - oldest.as_micros()) / 1000;
        tracing::debug!(events = batch.events.len(), oldest_ms, "applied");
    }
}

/// Why a record is refused.
pub struct Why {
    pub code: &'static str,
    text: &'static str,
}

const UNREADABLE: Why = Why { code: "unreadable", text: "this version cannot read the entry" };
pub const OTHER_KEYS: Why = Why {
    code: "other-keys",
    text: "the record was written under other keys: its ingest needs this county's key file",
};
const NOT_APPLIED: Why = Why { code: "not-applied", text: "the event cannot be applied to what is stored" };

/// The database stores the positions. The reader asks from a thread of its own.
fn position_store(projector: Projector, topic: String) -> PositionStore {
    let handle = Handle::current();
    let (opener, open_on, of_topic) = (projector.clone(), handle.clone(), topic.clone());
    let checkpoints = move || {
        let progress = handle.block_on(async { timeout(ANSWER, projector.progress(&topic)).await });
        let progress =
            progress.ok()?.inspect_err(|error| tracing::debug!(%error, "the database returned no positions")).ok()?;
        Some(progress.into_iter().map(|it| (it.partition, it.checkpoint)).collect::<BTreeMap<_, _>>())
    };
    let open_gap = move |gap: journal::Gap| {
        let journal::Gap { partition, reason, expected, beginning } = gap;
        tracing::error!(
            partition,
            reason = reason.code(),
            expected = expected.map(|it| it.next),
            resumed = beginning,
            "the log does not continue from the checkpoint: it is read from its beginning, and no answer is \"none\" \
             until an operator closes the gap (rinnakkain journal status)"
        );
        let gap = Gap { topic: of_topic.clone(), partition, reason, expected, beginning };
        open_on.block_on(async { timeout(ANSWER, opener.open_gap(&gap)).await }).ok()?.ok()
    };
    PositionStore { checkpoints: Box::new(checkpoints), open_gap: Box::new(open_gap) }
}
