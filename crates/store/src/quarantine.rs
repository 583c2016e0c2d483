//! The quarantine: rejected messages and refused events, each with its reason, until they are redriven.
//!
//! A message is stored sealed. An event that PostgreSQL refused is stored as the event's bytes, whose personal part is
//! sealed already. An entry is closed in the transaction that applies its result ([`crate::Batch::redriven`]), in the one
//! that stores a corrected copy of its message, or by an operator with a reason ([`close_for`]).

mod answer;
mod list;
mod operator;

pub(crate) use answer::{since, unnamed};
pub use list::{Entry, Filter, Reason, count, list};
pub use operator::{EntryDetails, details, drop_content, read_content};

use crate::Store;
use crate::codec::slices;
use crate::culprit::Culprit;
use crate::error::Fault;
use crate::named::Named;
use crate::retry::Retry;
use bytes::Bytes;
use care::access::CONSENTS;
use event::{Code, HETU_SYSTEM, Instant, RawMessage, ReceivedEvent, Rejected, Sealed, Token};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A message, as received.
    Message(Sealed<RawMessage>),
    /// An event's bytes, and when its message was received.
    Event(Bytes),
}

/// Per source: how many entries are open.
pub async fn open(store: &Store) -> Result<BTreeMap<String, u64>, Fault> {
    let query = sqlx::query!(
        "SELECT source, count(*) AS \"count!\" FROM quarantine WHERE state = 'open' GROUP BY source ORDER BY source"
    );
    let rows = query.fetch_all(store.pool()).named("quarantine.count").await?;
    Ok(rows.into_iter().map(|row| (row.source, u64::try_from(row.count).unwrap_or_default())).collect())
}

/// The content of an entry, open or closed. `None`: there is no such entry, or its content is deleted.
pub async fn get(store: &Store, id: Uuid) -> Result<Option<Content>, Fault> {
    let query = sqlx::query!("SELECT key_id, nonce, ciphertext, event FROM quarantine WHERE id = $1", id);
    let Some(row) = query.fetch_optional(store.pool()).named("quarantine.get").await? else {
        return Ok(None);
    };
    let content = match (row.key_id, row.nonce, row.ciphertext, row.event) {
        (Some(key_id), Some(nonce), Some(ciphertext), _) => {
            let key_id = u32::try_from(key_id).map_err(|_| Fault::Stored("key id"))?;
            let nonce = nonce.try_into().map_err(|_| Fault::Stored("nonce"))?;
            Content::Message(Sealed::from_parts(key_id, nonce, ciphertext))
        }
        (.., Some(event)) => Content::Event(event.into()),
        _ => return Ok(None),
    };
    Ok(Some(content))
}

/// A text column of a row.
type Text = for<'r, 's> fn(&'r Row<'s>) -> &'r str;

/// The columns of one new entry.
struct Row<'a> {
    id: Uuid,
    source: String,
    received_at: Instant,
    adapter_version: u32,
    code: &'a str,
    place: &'a str,
    text: &'a str,
    message: Option<&'a [u8]>,
    raw: Option<&'a Sealed<RawMessage>>,
    event: Option<&'a [u8]>,
    named: BTreeSet<Token>,
    own: BTreeSet<Token>,
}

impl<'a> Row<'a> {
    fn of_rejected(it: &'a Rejected) -> Self {
        Self {
            id: it.id,
            source: storable(&it.source),
            received_at: it.received_at,
            adapter_version: it.adapter_version,
            code: &it.code,
            place: &it.place,
            text: &it.text,
            message: it.message.as_ref().map(|token| token.as_bytes().as_slice()),
            raw: Some(&it.raw),
            event: None,
            named: it.named.iter().copied().collect(),
            own: it.own.iter().copied().collect(),
        }
    }

    fn of_culprit(it: &'a Culprit) -> Self {
        let event = &it.event.received.event;
        let own_system = event.record.system.as_str();
        let own = event.presented.iter().filter(|set| set.system == own_system && own_system != HETU_SYSTEM);
        Self {
            id: event.id,
            source: storable(&event.source),
            received_at: it.event.received.received_at,
            adapter_version: event.adapter_version,
            code: "refused-by-database",
            place: &it.reason,
            text: "the database refuses a value of this event",
            message: Some(event.message.as_bytes()),
            raw: None,
            event: Some(&it.event.payload),
            named: event.presented.iter().flat_map(|set| set.tokens.iter().copied()).collect(),
            own: own.flat_map(|set| set.tokens.iter().copied()).collect(),
        }
    }
}

/// PostgreSQL accepts no NUL in a text. A NUL must not prevent the entry that reports it.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// Adds entries. An existing entry stays as it is.
pub(crate) async fn insert(tx: &mut PgConnection, rejected: &[Rejected], culprits: &[Culprit]) -> Result<(), Fault> {
    let rows = rejected.iter().map(Row::of_rejected).chain(culprits.iter().map(Row::of_culprit));
    let rows: BTreeMap<Uuid, Row<'_>> = rows.map(|row| (row.id, row)).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let text = |of: Text| -> Vec<String> { rows.values().map(|row| storable(of(row))).collect() };
    let ids: Vec<Uuid> = rows.keys().copied().collect();
    let received_at: Vec<i64> = rows.values().map(|row| row.received_at.as_micros()).collect();
    let versions: Vec<i32> = rows.values().map(|row| i32::try_from(row.adapter_version).unwrap_or(i32::MAX)).collect();
    let messages: Vec<Option<&[u8]>> = rows.values().map(|row| row.message).collect();
    let key_ids: Vec<Option<i64>> = rows.values().map(|row| row.raw.map(|raw| i64::from(raw.key_id()))).collect();
    let nonces: Vec<Option<&[u8]>> = rows.values().map(|row| row.raw.map(|raw| raw.nonce().as_slice())).collect();
    let ciphertexts: Vec<Option<&[u8]>> = rows.values().map(|row| row.raw.map(Sealed::ciphertext)).collect();
    let events: Vec<Option<&[u8]>> = rows.values().map(|row| row.event).collect();
    sqlx::query!(
        "INSERT INTO quarantine (id, source, received_at, adapter_version, code, place, text, message, key_id, nonce,
                                 ciphertext, event)
         SELECT id, source, instant(received_at), adapter_version, code, place, text, message, key_id, nonce,
                ciphertext, event
         FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::int[], $5::text[], $6::text[], $7::text[], $8::bytea[],
                     $9::bigint[], $10::bytea[], $11::bytea[], $12::bytea[])
              AS n(id, source, received_at, adapter_version, code, place, text, message, key_id, nonce, ciphertext,
                   event)
         ORDER BY id ON CONFLICT (id) DO NOTHING",
        &ids,
        &text(|row| &row.source),
        &received_at,
        &versions,
        &text(|row| row.code),
        &text(|row| row.place),
        &text(|row| row.text),
        &messages as &[Option<&[u8]>],
        &key_ids as &[Option<i64>],
        &nonces as &[Option<&[u8]>],
        &ciphertexts as &[Option<&[u8]>],
        &events as &[Option<&[u8]>]
    )
    .execute(&mut *tx)
    .named("quarantine.insert")
    .await?;
    let named = || rows.values().flat_map(|row| row.named.iter().map(move |token| (row, token)));
    let entries: Vec<Uuid> = named().map(|(row, _)| row.id).collect();
    let own: Vec<bool> = named().map(|(row, token)| row.own.contains(token)).collect();
    // Its sender's own number identifies the client for others too, if the client who has it here is known by an
    // identity code, or by a number that another system gave (`care::RecordLinks::finding_for_others`).
    sqlx::query!(
        "INSERT INTO quarantine_named (quarantine, token, for_others)
         SELECT quarantine, n.token, NOT own OR EXISTS (
             SELECT FROM identifier i JOIN record r ON r.id = i.record JOIN record o ON o.client = r.client
             JOIN identifier k ON k.record = o.id AND k.links
             JOIN presented_set p ON p.record = o.id AND k.token = ANY(p.tokens)
             WHERE i.token = n.token AND i.links
                   AND (p.system = $4 OR (p.system <> o.system AND o.system <> $5)))
         FROM unnest($1::uuid[], $2::bytea[], $3::boolean[]) AS n(quarantine, token, own)
         ORDER BY quarantine, n.token ON CONFLICT DO NOTHING",
        &entries,
        &slices(named().map(|(_, token)| token)) as &[&[u8]],
        &own,
        HETU_SYSTEM,
        CONSENTS
    )
    .execute(tx)
    .named("quarantine_named.insert")
    .await?;
    Ok(())
}

/// Closes entries whose content is now applied.
pub(crate) async fn close(tx: &mut PgConnection, redriven: &[Uuid]) -> Result<(), Fault> {
    if redriven.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "UPDATE quarantine SET state = 'redriven', closed_at = now() WHERE id = ANY($1) AND state = 'open'",
        redriven
    )
    .execute(tx)
    .named("quarantine.redriven")
    .await?;
    Ok(())
}

/// Closes entries without applying them, for a reason. Gives those of `ids` that were open.
pub async fn close_for(store: &Store, ids: &[Uuid], reason: &Code) -> Result<Vec<Uuid>, Fault> {
    // A writer may hold the entries, and the number of the open ones, in another order.
    let mut retry = Retry::default();
    loop {
        match try_close(store, ids, reason).await {
            Err(fault) if retry.after(&fault).await => {}
            closed => return closed,
        }
    }
}

async fn try_close(store: &Store, ids: &[Uuid], reason: &Code) -> Result<Vec<Uuid>, Fault> {
    let query = sqlx::query_scalar!(
        "UPDATE quarantine SET state = 'closed', closed_at = now(), close_reason = $2
         WHERE id = ANY($1) AND state = 'open' RETURNING id",
        ids,
        reason.as_str()
    );
    query.fetch_all(store.pool()).named("quarantine.close").await
}

/// Closes the entries whose corrected copy has just been stored with these events: same source and message id, received
/// later, and with an identifier in common.
///
/// Some feeds reuse a message id for other content, so an entry without a common identifier stays open. So does one that
/// was received after the event, because a copy of a known event corrects nothing. And so does an entry for one of these
/// events that PostgreSQL refused.
pub(crate) async fn close_mended(tx: &mut PgConnection, events: &[ReceivedEvent]) -> Result<(), Fault> {
    let events = || events.iter().map(|it| &it.event);
    let named =
        || events().flat_map(|it| it.presented.iter().flat_map(|set| &set.tokens).map(move |token| (it, token)));
    let (ids, sources): (Vec<Uuid>, Vec<String>) = named().map(|(it, _)| (it.id, storable(&it.source))).unzip();
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "UPDATE quarantine SET state = 'redriven', closed_at = now() WHERE id IN (
             SELECT q.id FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::bytea[]) AS n(id, source, message, token)
             JOIN quarantine q ON q.message = n.message AND q.source = n.source AND q.state = 'open'
             JOIN quarantine_named w ON w.quarantine = q.id AND w.token = n.token
             JOIN history h ON h.id = n.id AND h.received_at > q.received_at)",
        &ids,
        &sources,
        &slices(named().map(|(it, _)| &it.message)) as &[&[u8]],
        &slices(named().map(|(_, token)| token)) as &[&[u8]]
    )
    .execute(tx)
    .named("quarantine.close_mended")
    .await?;
    Ok(())
}
