//! Messages for an operator: by the source's own id, or by when they were received.

use super::{IGNORED, STORED};
use crate::Store;
use crate::access_log::{self, About, Access, Decided, Logged};
use crate::codec::instant;
use crate::error::Fault;
use crate::named::Named;
use event::{Code, Instant, RawMessage, Sealed, Token};
use sqlx::PgConnection;
use uuid::Uuid;

/// Which messages: those that fit everything that is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Of this source.
    pub source: Option<String>,
    /// With this id of the source's own, as a keyed token.
    pub message: Option<Token>,
    /// Received then or later.
    pub since: Option<Instant>,
    /// Received before then.
    pub until: Option<Instant>,
}

/// A message that was received, without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedMessage {
    /// Its id here; of a refused message also that of its quarantine entry.
    pub id: Uuid,
    /// The configured name of the source.
    pub source: String,
    /// When its first copy was received.
    pub received_at: Instant,
    /// `stored`, `ignored` or `rejected`.
    pub outcome: &'static str,
    /// The events that it gave, by id.
    pub events: Vec<Uuid>,
    /// Why it was rejected: a code.
    pub code: Option<String>,
    /// Where in the message.
    pub place: Option<String>,
}

/// The messages after `after`, in the order of receipt.
pub async fn search(
    store: &Store,
    search: &Search,
    after: Option<(Instant, Uuid)>,
    limit: u32,
) -> Result<Vec<ReceivedMessage>, Fault> {
    let (received_at, id) = after.unzip();
    let query = sqlx::query!(
        "SELECT id, source, micros(received_at) AS \"received_at!\", outcome, events, code, place FROM receipt
         WHERE ($1::bigint IS NULL OR (received_at, id) > (instant($1), $2))
           AND ($4::text IS NULL OR source = $4) AND ($5::bytea IS NULL OR token = $5 OR header = $5)
           AND ($6::bigint IS NULL OR received_at >= instant($6))
           AND ($7::bigint IS NULL OR received_at < instant($7))
         ORDER BY received_at, id LIMIT $3",
        received_at.map(Instant::as_micros),
        id,
        i64::from(limit),
        search.source.as_deref(),
        search.message.as_ref().map(|token| token.as_bytes().as_slice()),
        search.since.map(Instant::as_micros),
        search.until.map(Instant::as_micros)
    );
    let mut found = Vec::new();
    for row in query.fetch_all(store.pool()).named("receipt.search").await? {
        let why = (row.code, row.place);
        found.push(received_row(row.id, row.source, row.received_at, row.outcome, row.events, why)?);
    }
    Ok(found)
}

/// One message; `None`: no receipt has this id, or it has gone.
pub async fn received(store: &Store, id: Uuid) -> Result<Option<ReceivedMessage>, Fault> {
    let query = sqlx::query!(
        "SELECT source, micros(received_at) AS \"received_at!\", outcome, events, code, place FROM receipt WHERE id = $1",
        id
    );
    let Some(row) = query.fetch_optional(store.pool()).named("receipt.one").await? else { return Ok(None) };
    received_row(id, row.source, row.received_at, row.outcome, row.events, (row.code, row.place)).map(Some)
}

/// The bytes of a message, for a person to read. The user, the reason and every client about whom it gave something are
/// written to the access log first. `None`: its bytes are not kept, or not any more; the bytes of a refused message are
/// in the quarantine.
pub async fn read_raw(
    store: &Store,
    message: &ReceivedMessage,
    (user, reason): (&str, &Code),
    at: Instant,
) -> Result<Option<Sealed<RawMessage>>, Fault> {
    let mut tx = store.begin().await?;
    let Some(raw) = raw(&mut tx, message).await? else { return Ok(None) };
    let clients = sqlx::query_scalar!(
        "SELECT DISTINCT r.client FROM history h JOIN record r ON r.id = h.record WHERE h.id = ANY($1) ORDER BY 1",
        &message.events
    );
    let clients = clients.fetch_all(&mut *tx).named("receipt.clients").await?;
    let access = Access::of_operator(user, reason, Some(message.id.to_string()), "message-show");
    let about = About { at, identifier: None, as_of: None, clients };
    access_log::insert(&mut tx, &[Logged { access: &access, about, decided: Decided::to_operator() }]).await?;
    tx.commit().named("commit").await?;
    Ok(Some(raw))
}

/// A raw message's key begins with the time of its receipt, or with a later time where copies came out of order.
async fn raw(tx: &mut PgConnection, message: &ReceivedMessage) -> Result<Option<Sealed<RawMessage>>, Fault> {
    let query = sqlx::query!(
        "SELECT key_id, nonce, ciphertext FROM raw_message WHERE received_at >= instant($1) AND message = $2
         ORDER BY received_at LIMIT 1",
        message.received_at.as_micros(),
        message.id
    );
    let Some(row) = query.fetch_optional(tx).named("raw_message.one").await? else { return Ok(None) };
    let key_id = u32::try_from(row.key_id).map_err(|_| Fault::Stored("key id"))?;
    let nonce = row.nonce.try_into().map_err(|_| Fault::Stored("nonce"))?;
    Ok(Some(Sealed::from_parts(key_id, nonce, row.ciphertext)))
}

/// A row of `receipt`.
pub(crate) fn received_row(
    id: Uuid,
    source: String,
    received_at: i64,
    outcome: i16,
    events: Vec<Uuid>,
    (code, place): (Option<String>, Option<String>),
) -> Result<ReceivedMessage, Fault> {
    let outcome = match outcome {
        STORED => "stored",
        IGNORED => "ignored",
        _ => "rejected",
    };
    Ok(ReceivedMessage { id, source, received_at: instant(received_at)?, outcome, events, code, place })
}
