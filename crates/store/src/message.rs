//! Every message that was received, and what became of it: a receipt for its sender, a count for the county.
//!
//! A message is its source and bytes; its first copy is stored, ignored or rejected, and each further copy a duplicate.
//! Which copies there are is a set ([`event::Receipt::arrival`]), so what a transport reads twice counts once, and
//! received = stored + duplicate + ignored + rejected at any time, in any order, across crashes. Of two copies with two
//! outcomes the better one is the message's: refused and later taken is stored.
//!
//! An event that the database refused makes its message rejected until the event is redriven: that is looked up when it
//! is asked for, because event and receipt may come by different partitions.

mod count;
mod kept;
mod receipt;
mod sweep;

pub use count::{Counts, counts};
pub use kept::{Kept, StoredEvent, kept, kept_count, stored_events};
pub use receipt::{Found, Outcome, find};
pub use sweep::{Swept, sweep};

use crate::culprit::Culprit;
use crate::error::Fault;
use crate::order::array;
use event::{Heard, Receipt, ReceiptOutcome, Sealed};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A message that is known, read once more: by a mended adapter, or under another configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reread {
    /// The message.
    pub id: Uuid,
    /// Who read it.
    pub adapter_version: u32,
    /// What it gives.
    pub events: Vec<Uuid>,
}

/// What became of a received message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Became {
    /// It gave events.
    Stored,
    /// It was known.
    Duplicate,
    /// It was understood and gave nothing.
    Ignored,
    /// It was not taken, or not whole.
    Rejected,
}

impl Became {
    /// In one word, as `rinnakkain sources` says it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Duplicate => "duplicate",
            Self::Ignored => "ignored",
            Self::Rejected => "rejected",
        }
    }

    /// `copy`: its message is known; `culprits`: events that the database refused.
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

/// What receipts tell.
#[derive(Default)]
pub(crate) struct Told {
    /// Per source: what became of its messages.
    pub counts: BTreeMap<(String, Became), u64>,
    /// The sources that are heard by them (law 5): by what is taken for the first time, and not by what is refused, nor by
    /// what is sent again, which says nothing of now.
    pub heard: Vec<Heard>,
}

/// Adds receipts, and tells what became of their messages. One that is there already changes nothing. `copies`: events of
/// the batch that were stored before it.
pub(crate) async fn insert(
    tx: &mut PgConnection,
    receipts: &[Receipt],
    copies: &[Uuid],
    culprits: &[Culprit],
) -> Result<Told, Fault> {
    let mut told = Told::default();
    if receipts.is_empty() {
        return Ok(told);
    }
    let mut first: BTreeMap<Uuid, &Receipt> = BTreeMap::new();
    for receipt in receipts {
        first.entry(receipt.id).or_insert(receipt);
    }
    let new = insert_new(tx, &first).await?;
    // Copies are rare: what comes once needs no further statement.
    let known = known(tx, first.values().copied().filter(|it| !new.contains(&it.id))).await?;
    // The copy that came first, and what became of it.
    let original = |it: &Receipt| match (known.get(&it.id), first.get(&it.id)) {
        (Some(known), _) => *known,
        (None, Some(first)) => (first.arrival, number(&first.outcome)),
        (None, None) => (it.arrival, number(&it.outcome)),
    };
    let is_copy = |it: &&Receipt| original(it).0 != it.arrival;
    for receipt in receipts {
        let became = Became::of(receipt, is_copy(&receipt), culprits);
        // Refused before and taken now, after a mend: it was sent again, and says what was never taken.
        let taken_at_last = original(receipt).1 == REJECTED && Became::of(receipt, false, culprits) != Became::Rejected;
        let first = matches!(became, Became::Stored | Became::Ignored);
        let events = events(&receipt.outcome);
        let known_before = !events.is_empty() && events.iter().all(|event| copies.contains(event));
        if (first || taken_at_last) && !known_before {
            told.heard.push(Heard { source: receipt.source.clone(), at: receipt.received_at });
        }
        *told.counts.entry((receipt.source.clone(), became)).or_default() += 1;
    }
    let copies: Vec<&Receipt> = receipts.iter().filter(is_copy).collect();
    if copies.is_empty() {
        return Ok(told);
    }
    let messages: Vec<Uuid> = copies.iter().map(|it| it.id).collect();
    let arrivals: Vec<Uuid> = copies.iter().map(|it| it.arrival).collect();
    sqlx::query!(
        "INSERT INTO message_copy (message, arrival)
         SELECT message, arrival FROM unnest($1::uuid[], $2::uuid[]) AS n(message, arrival)
         ORDER BY message, arrival ON CONFLICT DO NOTHING",
        &messages,
        &arrivals
    )
    .execute(&mut *tx)
    .await?;
    for copy in copies {
        improve(tx, copy).await?;
    }
    Ok(told)
}

/// Inserts the messages that are not there, and their bytes where they are kept; gives their ids.
async fn insert_new(tx: &mut PgConnection, receipts: &BTreeMap<Uuid, &Receipt>) -> Result<BTreeSet<Uuid>, Fault> {
    let all = || receipts.values();
    let ids: Vec<Uuid> = receipts.keys().copied().collect();
    let sources: Vec<&str> = all().map(|it| it.source.as_str()).collect();
    let tokens: Vec<Option<&[u8]>> = all().map(|it| it.message.as_ref().map(|it| it.as_bytes().as_slice())).collect();
    let received_at: Vec<i64> = all().map(|it| it.received_at.as_micros()).collect();
    let arrivals: Vec<Uuid> = all().map(|it| it.arrival).collect();
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
                                  $14::bytea[])
                  AS n(id, source, token, received_at, arrival, adapter_version, outcome, events, code, place, text,
                       key_id, nonce, ciphertext)
         ), new AS (
             INSERT INTO message (id, source, token, received_at, arrival, adapter_version, outcome, events, code, place,
                                  text)
             SELECT id, source, token, instant(received_at), arrival, adapter_version, outcome, events::uuid[], code, place,
                    text
             FROM n ORDER BY id ON CONFLICT (id) DO NOTHING RETURNING id
         ), bytes AS (
             INSERT INTO kept (received_at, message, source, key_id, nonce, ciphertext)
             SELECT instant(received_at), id, source, key_id, nonce, ciphertext
             FROM n JOIN new USING (id) WHERE ciphertext IS NOT NULL
             ON CONFLICT DO NOTHING
         )
         SELECT id FROM new",
        &ids,
        &sources as &[&str],
        &tokens as &[Option<&[u8]>],
        &received_at,
        &arrivals,
        &versions,
        &outcomes,
        &events,
        &column(0) as &[Option<&str>],
        &column(1) as &[Option<&str>],
        &column(2) as &[Option<&str>],
        &key_ids as &[Option<i64>],
        &nonces as &[Option<&[u8]>],
        &ciphertexts as &[Option<&[u8]>]
    );
    Ok(query.fetch_all(tx).await?.into_iter().collect())
}

/// Of messages that are there: which copy came first, and what became of it. The earliest receipt counts.
async fn known<'a>(
    tx: &mut PgConnection,
    receipts: impl Iterator<Item = &'a Receipt>,
) -> Result<BTreeMap<Uuid, (Uuid, i16)>, Fault> {
    let (ids, received_at): (Vec<Uuid>, Vec<i64>) = receipts.map(|it| (it.id, it.received_at.as_micros())).unzip();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    // Locked in one order by every writer, so that none waits for another in a circle.
    let query =
        sqlx::query!("SELECT id, arrival, outcome FROM message WHERE id = ANY($1) ORDER BY id FOR UPDATE", &ids);
    let known = query.fetch_all(&mut *tx).await?;
    sqlx::query!(
        "UPDATE message SET received_at = instant(n.received_at)
         FROM unnest($1::uuid[], $2::bigint[]) AS n(id, received_at)
         WHERE message.id = n.id AND instant(n.received_at) < message.received_at",
        &ids,
        &received_at
    )
    .execute(tx)
    .await?;
    Ok(known.into_iter().map(|row| (row.id, (row.arrival, row.outcome))).collect())
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

/// A copy with another outcome: the better one counts, of two that are as good the later version's.
async fn improve(tx: &mut PgConnection, copy: &Receipt) -> Result<(), Fault> {
    let [code, place, text] = why(&copy.outcome).map_or([None; 3], |why| why.map(Some));
    sqlx::query!(
        "UPDATE message SET adapter_version = $2, outcome = $3, events = $4, code = $5, place = $6, text = $7
         WHERE id = $1 AND (outcome, adapter_version) < ($3, $2)",
        copy.id,
        version(copy.adapter_version),
        number(&copy.outcome),
        events(&copy.outcome),
        code,
        place,
        text
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Messages that give events now; what they gave before stays theirs too: it is there, if only as withdrawn.
pub(crate) async fn reread(tx: &mut PgConnection, messages: &[Reread]) -> Result<(), Fault> {
    for message in messages {
        sqlx::query!(
            "UPDATE message SET outcome = 3, adapter_version = greatest(adapter_version, $2), code = NULL, place = NULL,
                    text = NULL, events = ARRAY(SELECT unnest(events) UNION SELECT unnest($3::uuid[]) ORDER BY 1)
             WHERE id = $1",
            message.id,
            version(message.adapter_version),
            &message.events
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}
