//! What an operator does with one entry: reads it, and deletes its content.

use super::{Content, Entry};
use crate::Store;
use crate::access_log::{self, About, Access, Decided, Logged};
use crate::codec::instant;
use crate::error::Fault;
use crate::named::Named;
use crate::retry::Retry;
use event::{Code, Instant};
use uuid::Uuid;

/// One entry, open or closed, without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryDetails {
    /// The entry.
    pub entry: Entry,
    /// `open`, `redriven` or `closed`.
    pub state: String,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    /// Why an operator closed it.
    pub close_reason: Option<String>,
    /// Whether its content is stored.
    pub kept: bool,
}

/// One entry; `None`: there is none with this id.
pub async fn details(store: &Store, id: Uuid) -> Result<Option<EntryDetails>, Fault> {
    let query = sqlx::query!(
        "SELECT id, source, micros(received_at) AS \"received_at!\", adapter_version, code, place, text, state,
                micros(closed_at) AS closed_at, close_reason, num_nonnulls(ciphertext, event) > 0 AS \"kept!\",
                (SELECT count(*) FROM quarantine_named n WHERE n.quarantine = q.id AND n.for_others) AS \"named!\"
         FROM quarantine q WHERE id = $1",
        id
    );
    let Some(row) = query.fetch_optional(store.pool()).named("quarantine.show").await? else {
        return Ok(None);
    };
    let entry = Entry {
        id: row.id,
        source: row.source,
        received_at: instant(row.received_at)?,
        adapter_version: u32::try_from(row.adapter_version).unwrap_or_default(),
        code: row.code,
        place: row.place,
        text: row.text,
        named: u64::try_from(row.named).unwrap_or_default(),
    };
    let closed_at = row.closed_at.map(instant).transpose()?;
    Ok(Some(EntryDetails { entry, state: row.state, closed_at, close_reason: row.close_reason, kept: row.kept }))
}

/// The content of an entry, for a person to read. The user, the reason and every client whom the entry names are written to
/// the access log first. `None`: there is no such entry, or its content is deleted.
pub async fn read_content(
    store: &Store,
    id: Uuid,
    (user, reason): (&str, &Code),
    at: Instant,
) -> Result<Option<Content>, Fault> {
    let Some(content) = super::get(store, id).await? else {
        return Ok(None);
    };
    let mut tx = store.begin().await?;
    let clients = sqlx::query_scalar!(
        "SELECT DISTINCT r.client FROM quarantine_named n JOIN identifier i ON i.token = n.token
         JOIN record r ON r.id = i.record WHERE n.quarantine = $1 ORDER BY 1",
        id
    );
    let clients = clients.fetch_all(&mut *tx).named("quarantine.clients").await?;
    let access = Access::of_operator(user, reason, Some(id.to_string()), "quarantine-show");
    let about = About { at, identifier: None, as_of: None, clients };
    access_log::insert(&mut tx, &[Logged { access: &access, about, decided: Decided::to_operator() }]).await?;
    tx.commit().named("commit").await?;
    Ok(Some(content))
}

/// Deletes the content of entries, and closes the open ones, for a reason. Gives those of `ids` that had content. The rows
/// stay, so rejected messages stay counted.
pub async fn drop_content(store: &Store, ids: &[Uuid], reason: &Code) -> Result<Vec<Uuid>, Fault> {
    let mut retry = Retry::default();
    loop {
        match try_drop(store, ids, reason).await {
            Err(fault) if retry.after(&fault).await => {}
            dropped => return dropped,
        }
    }
}

async fn try_drop(store: &Store, ids: &[Uuid], reason: &Code) -> Result<Vec<Uuid>, Fault> {
    let query = sqlx::query_scalar!(
        "UPDATE quarantine SET key_id = NULL, nonce = NULL, ciphertext = NULL, event = NULL,
                closed_at = coalesce(closed_at, now()), state = CASE state WHEN 'open' THEN 'closed' ELSE state END,
                close_reason = CASE state WHEN 'redriven' THEN NULL ELSE coalesce(close_reason, $2) END
         WHERE id = ANY($1) AND num_nonnulls(ciphertext, event) > 0 RETURNING id",
        ids,
        reason.as_str()
    );
    query.fetch_all(store.pool()).named("quarantine.drop_content").await
}
