//! The sealed bytes of messages, for translating them again.

use crate::Store;
use crate::codec::instant;
use crate::error::Fault;
use crate::named::Named;
use bytes::Bytes;
use event::{Instant, RawMessage, Sealed};
use uuid::Uuid;

/// A message whose bytes are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptMessage {
    /// Its id.
    pub id: Uuid,
    /// When its first copy was received.
    pub received_at: Instant,
    /// Its place in the order: the next page begins after it.
    pub place: (Instant, Uuid),
    /// The events it gave, by id.
    pub events: Vec<Uuid>,
    /// Its bytes.
    pub raw: Sealed<RawMessage>,
}

/// How many kept messages of `source` were received from `since` to before `until`.
pub async fn kept_count(store: &Store, source: &str, since: Instant, until: Instant) -> Result<u64, Fault> {
    let query = sqlx::query_scalar!(
        "SELECT count(*) AS \"count!\" FROM raw_message
         WHERE source = $1 AND received_at >= instant($2) AND received_at < instant($3)",
        source,
        since.as_micros(),
        until.as_micros()
    );
    Ok(u64::try_from(query.fetch_one(store.pool()).named("raw_message.count").await?).unwrap_or_default())
}

/// The next of them, in the order of receipt.
pub async fn kept(
    store: &Store,
    source: &str,
    (since, until): (Instant, Instant),
    after: Option<(Instant, Uuid)>,
    limit: u32,
) -> Result<Vec<KeptMessage>, Fault> {
    let (at, id) = after.unwrap_or((since, Uuid::nil()));
    let query = sqlx::query!(
        "SELECT k.message, micros(k.received_at) AS \"place!\", micros(m.received_at) AS \"received_at!\", m.events,
                k.key_id, k.nonce, k.ciphertext
         FROM raw_message k JOIN receipt m ON m.id = k.message
         WHERE k.source = $1 AND (k.received_at, k.message) > (instant($2), $3) AND k.received_at < instant($4)
         ORDER BY k.received_at, k.message LIMIT $5",
        source,
        at.as_micros(),
        id,
        until.as_micros(),
        i64::from(limit)
    );
    let mut kept = Vec::new();
    for row in query.fetch_all(store.pool()).named("raw_message.read").await? {
        let key_id = u32::try_from(row.key_id).map_err(|_| Fault::Stored("key id"))?;
        let nonce = row.nonce.try_into().map_err(|_| Fault::Stored("nonce"))?;
        kept.push(KeptMessage {
            id: row.message,
            received_at: instant(row.received_at)?,
            place: (instant(row.place)?, row.message),
            events: row.events,
            raw: Sealed::from_parts(key_id, nonce, row.ciphertext),
        });
    }
    Ok(kept)
}

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its id.
    pub id: Uuid,
    /// The version of the adapter that gave it.
    pub adapter_version: u32,
    /// Its bytes.
    pub payload: Bytes,
}

/// The stored events with these ids.
pub async fn stored_events(store: &Store, ids: &[Uuid]) -> Result<Vec<StoredEvent>, Fault> {
    let query = sqlx::query!("SELECT id, adapter_version, payload FROM history WHERE id = ANY($1)", ids);
    let rows = query.fetch_all(store.pool()).named("history.stored_events").await?;
    let event = |id, version: i32, payload: Vec<u8>| StoredEvent {
        id,
        adapter_version: u32::try_from(version).unwrap_or_default(),
        payload: payload.into(),
    };
    Ok(rows.into_iter().map(|row| event(row.id, row.adapter_version, row.payload)).collect())
}
