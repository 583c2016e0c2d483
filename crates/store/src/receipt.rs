//! Every received message and its outcome: a receipt for its sender, a count for the county.
//!
//! A message is identified by its source and bytes. Its first copy is stored, ignored or rejected, and each further copy is
//! a duplicate. The copies are a set ([`event::Receipt::copy_id`]), so a copy that the transport delivers twice counts
//! once, and received = stored + duplicate + ignored + rejected at any time, in any order, across crashes. If copies have
//! different outcomes, the better one counts: a message that was rejected and later accepted is stored.
//!
//! If PostgreSQL refused an event, its message counts as rejected until the event is redriven. That is looked up when the
//! receipt is read, because event and receipt may come through different partitions.

mod again;
mod count;
mod find;
mod raw;
mod search;
mod sweep;

pub(crate) use again::reread;
pub use count::{Counts, counts};
pub use find::{MessageStatus, Outcome, find};
pub use raw::{KeptMessage, StoredEvent, kept, kept_count, stored_events};
pub(crate) use search::received_row;
pub use search::{ReceivedMessage, Search, read_raw, received, search};
pub use sweep::{Swept, sweep};

use crate::codec::array;
use crate::culprit::Culprit;
use crate::error::Fault;
use crate::named::Named;
use event::{Receipt, ReceiptOutcome, Sealed, SourceWatermark};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A known message that is translated again, by a corrected adapter or under another configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reread {
    /// The message.
    pub id: Uuid,
    /// The version of the adapter.
    pub adapter_version: u32,
    /// The events that it gives now.
    pub events: Vec<Uuid>,
}

/// The outcome of a received message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MessageOutcome {
    /// It gave events.
    Stored,
    /// It was known already.
    Duplicate,
    /// It was understood and gave no event.
    Ignored,
    /// It was not accepted, or only in part.
    Rejected,
}

impl MessageOutcome {
    /// Its name, as in `rinnakkain sources`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Duplicate => "duplicate",
            Self::Ignored => "ignored",
            Self::Rejected => "rejected",
        }
    }

    /// `copy`: its message is known already. `culprits`: events that PostgreSQL refused.
    fn of(receipt: &Receipt, copy: bool, culprits: &[Culprit]) -> Self {
        let refused = |id: &Uuid| culprits.iter().any(|it| it.event.received.event.id == *id);
        match &receipt.outcome {
            _ if copy => Self::Duplicate,
            ReceiptOutcome::Stored(events) if events.iter().any(refused) => Self::Rejected,
            ReceiptOutcome::Stored(_) => Self::Stored,
            ReceiptOutcome::Ignored => Self::Ignored,
            ReceiptOutcome::Rejected { .. } => Self::Rejected,
        }
    }
}

const REJECTED: i16 = 1;
const IGNORED: i16 = 2;
const STORED: i16 = 3;

fn number(outcome: &ReceiptOutcome) -> i16 {
    match outcome {
        ReceiptOutcome::Rejected { .. } => REJECTED,
        ReceiptOutcome::Ignored => IGNORED,
        ReceiptOutcome::Stored(_) => STORED,
    }
}

fn version(adapter_version: u32) -> i32 {
    i32::try_from(adapter_version).unwrap_or(i32::MAX)
}

/// What a batch's receipts show.
#[derive(Default)]
pub(crate) struct InsertedReceipts {
    /// Per source: the outcomes of its messages.
    pub counts: BTreeMap<(String, MessageOutcome), u64>,
    /// When sources reported (law 5), by messages that were accepted for the first time. A rejected message does not
    /// count, nor does one that is sent again: it shows nothing about the present.
    pub reports: Vec<SourceWatermark>,
}

/// Adds receipts, and gives the outcomes of their messages. An existing receipt changes nothing. `copies`: events of the
/// batch that were stored before it.
pub(crate) async fn insert(
    tx: &mut PgConnection,
    receipts: &[Receipt],
    copies: &[Uuid],
    culprits: &[Culprit],
) -> Result<InsertedReceipts, Fault> {
    let mut inserted = InsertedReceipts::default();
    if receipts.is_empty() {
        return Ok(inserted);
    }
    let mut first: BTreeMap<Uuid, &Receipt> = BTreeMap::new();
    for receipt in receipts {
        first.entry(receipt.id).or_insert(receipt);
    }
    let new = insert_new(tx, &first).await?;
    // Copies are rare: without any, no further statement is needed.
    let known = known(tx, first.values().copied().filter(|it| !new.contains(&it.id))).await?;
    // The first copy, and its outcome.
    let original = |it: &Receipt| match (known.get(&it.id), first.get(&it.id)) {
        (Some(known), _) => *known,
        (None, Some(first)) => (first.copy_id, number(&first.outcome)),
        (None, None) => (it.copy_id, number(&it.outcome)),
    };
    let is_copy = |it: &&Receipt| original(it).0 != it.copy_id;
    for receipt in receipts {
        let outcome = MessageOutcome::of(receipt, is_copy(&receipt), culprits);
        // A copy that was rejected before and is accepted now, after a correction: its content was never accepted
        // before.
        let is_rejected = MessageOutcome::of(receipt, false, culprits) == MessageOutcome::Rejected;
        let accepted_at_last = original(receipt).1 == REJECTED && !is_rejected;
        let first = matches!(outcome, MessageOutcome::Stored | MessageOutcome::Ignored);
        let events = events(&receipt.outcome);
        let known_before = !events.is_empty() && events.iter().all(|event| copies.contains(event));
        if (first || accepted_at_last) && !known_before {
            inserted.reports.push(SourceWatermark { source: receipt.source.clone(), at: receipt.received_at });
        }
        *inserted.counts.entry((receipt.source.clone(), outcome)).or_default() += 1;
    }
    let copies: Vec<&Receipt> = receipts.iter().filter(is_copy).collect();
    if copies.is_empty() {
        return Ok(inserted);
    }
    let messages: Vec<Uuid> = copies.iter().map(|it| it.id).collect();
    let copy_ids: Vec<Uuid> = copies.iter().map(|it| it.copy_id).collect();
    sqlx::query!(
        "INSERT INTO receipt_copy (message, copy_id)
         SELECT message, copy_id FROM unnest($1::uuid[], $2::uuid[]) AS n(message, copy_id)
         ORDER BY message, copy_id ON CONFLICT DO NOTHING",
        &messages,
        &copy_ids
    )
    .execute(&mut *tx)
    .named("receipt_copy.insert")
    .await?;
    again::improve(tx, &copies).await?;
    Ok(inserted)
}

/// Inserts new receipts, and the raw messages where they are kept. Gives the new ids.
async fn insert_new(tx: &mut PgConnection, receipts: &BTreeMap<Uuid, &Receipt>) -> Result<BTreeSet<Uuid>, Fault> {
    let all = || receipts.values();
    let ids: Vec<Uuid> = receipts.keys().copied().collect();
    let sources: Vec<&str> = all().map(|it| it.source.as_str()).collect();
    let tokens: Vec<Option<&[u8]>> = all().map(|it| it.message.as_ref().map(|it| it.as_bytes().as_slice())).collect();
    let headers: Vec<Option<&[u8]>> = all().map(|it| it.header.as_ref().map(|it| it.as_bytes().as_slice())).collect();
    let received_at: Vec<i64> = all().map(|it| it.received_at.as_micros()).collect();
    let copy_ids: Vec<Uuid> = all().map(|it| it.copy_id).collect();
    let versions: Vec<i32> = all().map(|it| version(it.adapter_version)).collect();
    let outcomes: Vec<i16> = all().map(|it| number(&it.outcome)).collect();
    let events: Vec<String> = all().map(|it| array(events(&it.outcome))).collect();
    let why: Vec<Option<[&str; 3]>> = all().map(|it| why(&it.outcome)).collect();
    let column = |n: usize| -> Vec<Option<&str>> { why.iter().map(|it| it.map(|it| it[n])).collect() };
    let raw = || all().map(|it| it.raw.as_ref());
    let key_ids: Vec<Option<i64>> = raw().map(|raw| raw.map(|raw| i64::from(raw.key_id()))).collect();
    let nonces: Vec<Option<&[u8]>> = raw().map(|raw| raw.map(|raw| raw.nonce().as_slice())).collect();
    let ciphertexts: Vec<Option<&[u8]>> = raw().map(|raw| raw.map(Sealed::ciphertext)).collect();
    let query = sqlx::query_scalar!(
        "WITH n AS MATERIALIZED (
             SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::bigint[], $5::uuid[], $6::int[], $7::smallint[],
                                  $8::text[], $9::text[], $10::text[], $11::text[], $12::bigint[], $13::bytea[],
                                  $14::bytea[], $15::bytea[])
                  AS n(id, source, token, received_at, copy_id, adapter_version, outcome, events, code, place, text,
                       key_id, nonce, ciphertext, header)
         ), new AS (
             INSERT INTO receipt (id, source, token, received_at, copy_id, adapter_version, outcome, events, code, place,
                                  text, header)
             SELECT id, source, token, instant(received_at), copy_id, adapter_version, outcome, events::uuid[], code, place,
                    text, header
             FROM n ORDER BY id ON CONFLICT (id) DO NOTHING RETURNING id
         ), bytes AS (
             INSERT INTO raw_message (received_at, message, source, key_id, nonce, ciphertext)
             SELECT instant(received_at), id, source, key_id, nonce, ciphertext
             FROM n JOIN new USING (id) WHERE ciphertext IS NOT NULL
             ON CONFLICT DO NOTHING
         )
         SELECT id FROM new",
        &ids,
        &sources as &[&str],
        &tokens as &[Option<&[u8]>],
        &received_at,
        &copy_ids,
        &versions,
        &outcomes,
        &events,
        &column(0) as &[Option<&str>],
        &column(1) as &[Option<&str>],
        &column(2) as &[Option<&str>],
        &key_ids as &[Option<i64>],
        &nonces as &[Option<&[u8]>],
        &ciphertexts as &[Option<&[u8]>],
        &headers as &[Option<&[u8]>]
    );
    Ok(query.fetch_all(tx).named("receipt.insert").await?.into_iter().collect())
}

/// The first copy of known messages, and its outcome. The earliest time of receipt counts.
async fn known<'a>(
    tx: &mut PgConnection,
    receipts: impl Iterator<Item = &'a Receipt>,
) -> Result<BTreeMap<Uuid, (Uuid, i16)>, Fault> {
    let (ids, received_at): (Vec<Uuid>, Vec<i64>) = receipts.map(|it| (it.id, it.received_at.as_micros())).unzip();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    // Every writer locks in the same order, which avoids deadlocks.
    let query =
        sqlx::query!("SELECT id, copy_id, outcome FROM receipt WHERE id = ANY($1) ORDER BY id FOR UPDATE", &ids);
    let known = query.fetch_all(&mut *tx).named("receipt.lock").await?;
    sqlx::query!(
        "UPDATE receipt SET received_at = instant(n.received_at)
         FROM unnest($1::uuid[], $2::bigint[]) AS n(id, received_at)
         WHERE receipt.id = n.id AND instant(n.received_at) < receipt.received_at",
        &ids,
        &received_at
    )
    .execute(tx)
    .named("receipt.update_received_at")
    .await?;
    Ok(known.into_iter().map(|row| (row.id, (row.copy_id, row.outcome))).collect())
}

fn events(outcome: &ReceiptOutcome) -> &[Uuid] {
    match outcome {
        ReceiptOutcome::Stored(events) => events,
        ReceiptOutcome::Ignored | ReceiptOutcome::Rejected { .. } => &[],
    }
}

fn why(outcome: &ReceiptOutcome) -> Option<[&str; 3]> {
    match outcome {
        ReceiptOutcome::Rejected { code, place, text } => Some([code, place, text]),
        ReceiptOutcome::Stored(_) | ReceiptOutcome::Ignored => None,
    }
}
