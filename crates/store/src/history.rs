//! History: every event once, in its record, and the join of its copies (rule R1).

use crate::codec::instant;
use crate::error::Fault;
use crate::named::Named;
use bytes::Bytes;
use event::{Event, ReceivedEvent};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// An event with its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    pub received: ReceivedEvent,
    pub payload: Bytes,
}

impl Stored {
    pub fn of(received: &ReceivedEvent) -> Self {
        Self { received: received.clone(), payload: received.event.encode() }
    }

    fn read(received_at: i64, payload: Vec<u8>) -> Result<Self, Fault> {
        let payload = Bytes::from(payload);
        let event = Event::decode(&payload).map_err(|_| Fault::Stored("event"))?;
        Ok(Self { received: ReceivedEvent { received_at: instant(received_at)?, event }, payload })
    }

    /// Joins two copies of one event: the earliest time of receipt, and, where the contents differ, the whole content
    /// with the higher (adapter version, bytes). The order is total, so the join is the same whichever copy comes
    /// first.
    pub fn join(&mut self, copy: &Self) {
        let received_at = self.received.received_at.min(copy.received.received_at);
        let rank = |it: &Self| (it.received.event.adapter_version, it.payload.clone());
        if rank(self) < rank(copy) {
            *self = copy.clone();
        }
        self.received.received_at = received_at;
    }
}

/// The stored events with these ids.
pub(crate) async fn with_ids(tx: &mut PgConnection, ids: &[Uuid]) -> Result<BTreeMap<Uuid, Stored>, Fault> {
    let query = sqlx::query!(
        "SELECT id, micros(received_at) AS \"received_at!\", payload FROM history WHERE id = ANY($1)",
        ids
    );
    let rows = query.fetch_all(tx).named("history.read").await?;
    rows.into_iter().map(|row| Ok((row.id, Stored::read(row.received_at, row.payload)?))).collect()
}

/// The events of these records, by record; with `until`, only those received by then.
pub(crate) async fn of_records(
    tx: &mut PgConnection,
    records: &BTreeSet<i64>,
    until: Option<event::Instant>,
) -> Result<BTreeMap<i64, Vec<ReceivedEvent>>, Fault> {
    let records: Vec<i64> = records.iter().copied().collect();
    let mut events: BTreeMap<i64, Vec<ReceivedEvent>> = BTreeMap::new();
    if records.is_empty() {
        return Ok(events);
    }
    let query = sqlx::query!(
        "SELECT record, micros(received_at) AS \"received_at!\", payload FROM history
         WHERE record = ANY($1) AND ($2::bigint IS NULL OR received_at <= instant($2))",
        &records,
        until.map(event::Instant::as_micros)
    );
    for row in query.fetch_all(tx).named("history.of_records").await? {
        let stored = Stored::read(row.received_at, row.payload)?;
        events.entry(row.record).or_default().push(stored.received);
    }
    Ok(events)
}

/// Appends events, each with its record's id.
pub(crate) async fn insert(tx: &mut PgConnection, events: &[(i64, &Stored)]) -> Result<(), Fault> {
    if events.is_empty() {
        return Ok(());
    }
    let columns = Columns::of(events);
    sqlx::query!(
        "INSERT INTO history (record, id, received_at, adapter_version, payload)
         SELECT record, id, instant(received_at), adapter_version, payload
         FROM unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::int[], $5::bytea[])
              AS n(record, id, received_at, adapter_version, payload)",
        &columns.records,
        &columns.ids,
        &columns.received_at,
        &columns.adapter_versions,
        &columns.payloads as &[&[u8]]
    )
    .execute(tx)
    .named("history.insert")
    .await?;
    Ok(())
}

/// Replaces events by their joins. An event whose winning copy names another record moves there.
pub(crate) async fn update(tx: &mut PgConnection, events: &[(i64, &Stored)]) -> Result<(), Fault> {
    if events.is_empty() {
        return Ok(());
    }
    let columns = Columns::of(events);
    sqlx::query!(
        "UPDATE history SET record = n.record, received_at = instant(n.received_at),
                adapter_version = n.adapter_version, payload = n.payload
         FROM unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::int[], $5::bytea[])
              AS n(record, id, received_at, adapter_version, payload)
         WHERE history.id = n.id",
        &columns.records,
        &columns.ids,
        &columns.received_at,
        &columns.adapter_versions,
        &columns.payloads as &[&[u8]]
    )
    .execute(tx)
    .named("history.update")
    .await?;
    Ok(())
}

struct Columns<'a> {
    records: Vec<i64>,
    ids: Vec<Uuid>,
    received_at: Vec<i64>,
    adapter_versions: Vec<i32>,
    payloads: Vec<&'a [u8]>,
}

impl<'a> Columns<'a> {
    fn of(events: &[(i64, &'a Stored)]) -> Self {
        let version = |it: &Stored| i32::try_from(it.received.event.adapter_version).unwrap_or(i32::MAX);
        Self {
            records: events.iter().map(|(record, _)| *record).collect(),
            ids: events.iter().map(|(_, it)| it.received.event.id).collect(),
            received_at: events.iter().map(|(_, it)| it.received.received_at.as_micros()).collect(),
            adapter_versions: events.iter().map(|(_, it)| version(it)).collect(),
            payloads: events.iter().map(|(_, it)| it.payload.as_ref()).collect(),
        }
    }
}
