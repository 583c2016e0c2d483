//! Who is who, for an operator: the records that an identifier finds, and what one record consists of.
//!
//! A look is an access: its user, its reason and the clients that it found are written to the access log in the transaction
//! that reads.

use crate::Store;
use crate::access_log::{self, About, Access, Decided, Logged, Look};
use crate::codec::{from_bytes, slices};
use crate::error::Fault;
use crate::history;
use crate::named::Named;
use crate::receipt::{self, ReceivedMessage};
use crate::record::{self, Records};
use crate::register;
use care::link::LinkDecision;
use event::{ReceivedEvent, StreamId, Token};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A record of a client. It identifies nobody by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordOf {
    /// The reference that a steward uses: the record's id in this database.
    pub reference: i64,
    /// Its client: the lowest reference of its records.
    pub client: i64,
    /// The system of its own identity.
    pub system: String,
    /// The configured names of the sources that reported it.
    pub sources: BTreeSet<String>,
    /// It presents the identifier now, and is found by it; `None`: it never presented it.
    pub presents: Option<bool>,
}

/// A decision about a record and another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidedPair {
    /// The other record.
    pub other: i64,
    /// The decision.
    pub decision: LinkDecision,
}

/// What one record consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordDetails {
    /// Its own identity.
    pub stream: StreamId,
    /// All records of its client, and this one.
    pub client: Vec<RecordOf>,
    /// What was decided, or proposed, about it and other records.
    pub decided: Vec<DecidedPair>,
    /// Its events, in their order.
    pub events: Vec<ReceivedEvent>,
    /// The messages that gave them, as long as they have receipts.
    pub messages: Vec<ReceivedMessage>,
}

/// The records that presented this identifier, and all other records of their clients. More than `most` are not listed: so many
/// present a placeholder.
pub async fn find(store: &Store, identifier: Token, look: Look<'_>, most: u32) -> Result<Vec<RecordOf>, Fault> {
    let mut tx = store.begin_reading().await?;
    let query = sqlx::query!(
        "SELECT record, bool_or(links) AS \"links!\" FROM identifier WHERE token = $1 GROUP BY record ORDER BY record
         LIMIT $2",
        identifier.as_bytes().as_slice(),
        i64::from(most)
    );
    let rows = query.fetch_all(&mut *tx).named("person.presenters").await?;
    let presenters: BTreeMap<i64, bool> = rows.into_iter().map(|row| (row.record, row.links)).collect();
    let mut records = Records::default();
    records.read_ids(&mut tx, &presenters.keys().copied().collect()).await?;
    let clients = records.iter().map(|known| known.client).collect();
    let mut found = of_clients(&mut tx, &clients).await?;
    for it in &mut found {
        it.presents = presenters.get(&it.reference).copied();
    }
    log(&mut tx, look, Some(identifier), None, &clients, "person-find").await?;
    tx.commit().named("commit").await?;
    Ok(found)
}

/// What this record consists of; `None`: there is none with this reference.
pub async fn show(store: &Store, reference: i64, look: Look<'_>) -> Result<Option<RecordDetails>, Fault> {
    let mut tx = store.begin_reading().await?;
    let mut records = Records::default();
    records.read_ids(&mut tx, &BTreeSet::from([reference])).await?;
    let Some(known) = records.by_id(reference).cloned() else { return Ok(None) };
    let clients = BTreeSet::from([known.client]);
    let events = history::of_records(&mut tx, &BTreeSet::from([reference]), None).await?;
    let mut events = events.into_values().next().unwrap_or_default();
    events.sort_by_key(ReceivedEvent::order_key);
    let details = RecordDetails {
        client: of_clients(&mut tx, &clients).await?,
        decided: decided(&mut tx, reference).await?,
        messages: messages(&mut tx, &events).await?,
        stream: StreamId { key: known.key, system: known.system },
        events,
    };
    log(&mut tx, look, None, Some(reference), &clients, "person-show").await?;
    tx.commit().named("commit").await?;
    Ok(Some(details))
}

/// The clients of these records, each with its records.
pub async fn clients_of(store: &Store, references: &BTreeSet<i64>) -> Result<BTreeMap<i64, BTreeSet<i64>>, Fault> {
    let mut tx = store.begin_reading().await?;
    let clients = record::clients(&mut tx, references).await?;
    record::of_clients(&mut tx, &clients).await
}

/// The stored event with this id.
pub async fn stored_event(store: &Store, id: Uuid) -> Result<Option<ReceivedEvent>, Fault> {
    let mut tx = store.begin_reading().await?;
    Ok(history::with_ids(&mut tx, &[id]).await?.remove(&id).map(|stored| stored.received))
}

/// Writes to the access log that an operator changed who is who.
pub async fn log_change(
    store: &Store,
    look: Look<'_>,
    clients: &BTreeSet<i64>,
    change: &'static str,
) -> Result<(), Fault> {
    let mut tx = store.begin().await?;
    log(&mut tx, look, None, None, clients, change).await?;
    tx.commit().named("commit").await
}

async fn log(
    tx: &mut PgConnection,
    look: Look<'_>,
    identifier: Option<Token>,
    reference: Option<i64>,
    clients: &BTreeSet<i64>,
    query: &'static str,
) -> Result<(), Fault> {
    let access = Access::of_operator(look.user, look.reason, reference.map(|it| it.to_string()), query);
    let about = About { at: look.at, identifier, as_of: None, clients: clients.iter().copied().collect() };
    access_log::insert(tx, &[Logged { access: &access, about, decided: Decided::to_operator() }]).await
}

async fn of_clients(tx: &mut PgConnection, clients: &BTreeSet<i64>) -> Result<Vec<RecordOf>, Fault> {
    let all: BTreeSet<i64> = record::of_clients(tx, clients).await?.into_values().flatten().collect();
    let mut records = Records::default();
    records.read_ids(tx, &all).await?;
    let mut events = history::of_records(tx, &all, None).await?;
    let of = |known: &record::Known| RecordOf {
        reference: known.id,
        client: known.client,
        system: known.system.clone(),
        sources: events.remove(&known.id).into_iter().flatten().map(|it| it.event.source).collect(),
        presents: None,
    };
    let mut found: Vec<RecordOf> = records.iter().map(of).collect();
    found.sort_by_key(|it| (it.client, it.reference));
    Ok(found)
}

async fn decided(tx: &mut PgConnection, reference: i64) -> Result<Vec<DecidedPair>, Fault> {
    let query = sqlx::query!(
        "SELECT low, high, authority, together, order_key FROM link_decision
         WHERE low = $1 OR high = $1 ORDER BY low, high",
        reference
    );
    let mut pairs = Vec::new();
    for row in query.fetch_all(tx).named("person.decided").await? {
        let other = if row.low == reference { row.high } else { row.low };
        let authority = register::authority(Some(row.authority))?;
        pairs.push(DecidedPair {
            other,
            decision: LinkDecision { authority, key: from_bytes(&row.order_key)?, together: row.together },
        });
    }
    Ok(pairs)
}

/// By the source's own id of the message, which each event carries: receipts have no index by event.
async fn messages(tx: &mut PgConnection, events: &[ReceivedEvent]) -> Result<Vec<ReceivedMessage>, Fault> {
    let tokens: BTreeSet<Token> = events.iter().map(|it| it.event.message).collect();
    let query = sqlx::query!(
        "SELECT id, source, micros(received_at) AS \"received_at!\", outcome, events, code, place FROM receipt
         WHERE token = ANY($1) ORDER BY received_at, id",
        &slices(&tokens) as &[&[u8]]
    );
    let gave: BTreeSet<Uuid> = events.iter().map(|it| it.event.id).collect();
    let mut messages = Vec::new();
    for row in query.fetch_all(tx).named("person.messages").await? {
        if row.events.iter().any(|id| gave.contains(id)) {
            messages.push(receipt::received_row(
                row.id,
                row.source,
                row.received_at,
                row.outcome,
                row.events,
                (row.code, row.place),
            )?);
        }
    }
    Ok(messages)
}

/// Events of the first records and of the last: to try keys on.
pub async fn sample(store: &Store, most: u32) -> Result<Vec<event::Event>, Fault> {
    let query = sqlx::query_scalar!(
        "(SELECT payload AS \"payload!\" FROM history ORDER BY record, arrival LIMIT $1)
         UNION ALL (SELECT payload FROM history ORDER BY record DESC, arrival DESC LIMIT $1)",
        i64::from(most)
    );
    let rows = query.fetch_all(store.pool()).named("person.sample").await?;
    let decoded = |bytes: Vec<u8>| event::Event::decode(&bytes.into()).map_err(|_| Fault::Stored("event"));
    rows.into_iter().map(decoded).collect()
}
