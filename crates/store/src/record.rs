//! Records: the streams of source identities, and the client that each belongs to.

use crate::codec::{slices, token};
use crate::error::Fault;
use crate::named::Named;
use event::{StreamId, Token};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

/// A record as stored.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub id: i64,
    pub key: Token,
    pub system: String,
    pub client: i64,
}

/// The records that a computation uses.
#[derive(Debug, Default)]
pub(crate) struct Records {
    by_id: BTreeMap<i64, Known>,
    ids: BTreeMap<Token, i64>,
}

impl Records {
    pub fn by_id(&self, id: i64) -> Option<&Known> {
        self.by_id.get(&id)
    }

    pub fn by_key(&self, key: &Token) -> Option<&Known> {
        self.ids.get(key).and_then(|id| self.by_id.get(id))
    }

    /// The record's id. Every record is in the database before a computation starts.
    pub fn id(&self, key: &Token) -> Result<i64, Fault> {
        self.ids.get(key).copied().ok_or(Fault::Stored("record"))
    }

    pub fn ids<'a>(&self, keys: impl IntoIterator<Item = &'a Token>) -> Result<BTreeSet<i64>, Fault> {
        keys.into_iter().map(|key| self.id(key)).collect()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Known> {
        self.by_id.values()
    }

    fn add(&mut self, known: Known) {
        self.ids.insert(known.key, known.id);
        self.by_id.insert(known.id, known);
    }

    /// Lets go of a record that is not used.
    pub fn forget(&mut self, id: i64) -> Option<Known> {
        let known = self.by_id.remove(&id)?;
        self.ids.remove(&known.key);
        Some(known)
    }

    /// Reads the records with these keys.
    pub async fn read_keys(&mut self, tx: &mut PgConnection, keys: &BTreeSet<Token>) -> Result<(), Fault> {
        let missing = slices(keys.iter().filter(|key| !self.ids.contains_key(*key)));
        if missing.is_empty() {
            return Ok(());
        }
        let query =
            sqlx::query!("SELECT id, key, system, client FROM record WHERE key = ANY($1)", &missing as &[&[u8]]);
        for row in query.fetch_all(tx).named("record.read_keys").await? {
            self.add(Known { id: row.id, key: token(&row.key)?, system: row.system, client: row.client });
        }
        Ok(())
    }

    /// Reads the records with these ids.
    pub async fn read_ids(&mut self, tx: &mut PgConnection, ids: &BTreeSet<i64>) -> Result<(), Fault> {
        let missing: Vec<i64> = ids.iter().copied().filter(|id| !self.by_id.contains_key(id)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let query = sqlx::query!("SELECT id, key, system, client FROM record WHERE id = ANY($1)", &missing);
        for row in query.fetch_all(tx).named("record.read_ids").await? {
            self.add(Known { id: row.id, key: token(&row.key)?, system: row.system, client: row.client });
        }
        Ok(())
    }
}

/// The records of a batch.
pub(crate) struct BatchRecords {
    /// The ids of inserted records.
    pub new: BTreeSet<i64>,
    /// The client of each record, as far as it is known without a lock.
    pub clients: BTreeSet<i64>,
}

/// Inserts missing records in the order of their keys, so that two batches wait for each other without a deadlock.
pub(crate) async fn insert_missing(
    tx: &mut PgConnection,
    wanted: &BTreeMap<Token, &StreamId>,
) -> Result<BatchRecords, Fault> {
    let mut known = Records::default();
    known.read_keys(tx, &wanted.keys().copied().collect()).await?;
    let clients: BTreeSet<i64> = known.iter().map(|known| known.client).collect();
    let missing: Vec<_> = wanted.iter().filter(|(key, _)| known.by_key(key).is_none()).collect();
    if missing.is_empty() {
        return Ok(BatchRecords { new: BTreeSet::new(), clients });
    }
    let keys = slices(missing.iter().map(|(key, _)| *key));
    let systems: Vec<&str> = missing.iter().map(|(_, record)| record.system.as_str()).collect();
    let inserted = sqlx::query_scalar!(
        "WITH new AS MATERIALIZED (
             SELECT nextval('record_id_seq') AS id, key, system
             FROM unnest($1::bytea[], $2::text[]) WITH ORDINALITY AS n(key, system, place) ORDER BY place)
         INSERT INTO record (id, key, system, client) SELECT id, key, system, id FROM new ORDER BY key
         ON CONFLICT (key) DO NOTHING RETURNING id",
        &keys as &[&[u8]],
        &systems as &[&str]
    );
    let new: BTreeSet<i64> = inserted.fetch_all(tx).named("record.insert").await?.into_iter().collect();
    // No other transaction sees the new records yet, so each of their clients counts as locked.
    Ok(BatchRecords { clients: clients.into_iter().chain(new.iter().copied()).collect(), new })
}

/// The clients of these records, as far as they are known without a lock.
pub(crate) async fn clients(tx: &mut PgConnection, records: &BTreeSet<i64>) -> Result<BTreeSet<i64>, Fault> {
    let records: Vec<i64> = records.iter().copied().collect();
    if records.is_empty() {
        return Ok(BTreeSet::new());
    }
    let query = sqlx::query_scalar!("SELECT client FROM record WHERE id = ANY($1)", &records);
    Ok(query.fetch_all(tx).named("record.clients").await?.into_iter().collect())
}

/// Limits how long this transaction waits for locks from here on, because others may wait for the locks that it holds.
pub(crate) async fn wait_briefly(tx: &mut PgConnection) -> Result<(), Fault> {
    sqlx::query_scalar!("SELECT set_config('lock_timeout', '100ms', true)")
        .fetch_one(tx)
        .named("lock_timeout.set")
        .await?;
    Ok(())
}

/// Locks clients in the order of their ids. Gives the records with those ids, read under the lock.
pub(crate) async fn lock_clients(tx: &mut PgConnection, clients: &BTreeSet<i64>) -> Result<Records, Fault> {
    let clients: Vec<i64> = clients.iter().copied().collect();
    let query =
        sqlx::query!("SELECT id, key, system, client FROM record WHERE id = ANY($1) ORDER BY id FOR UPDATE", &clients);
    let mut locked = Records::default();
    for row in query.fetch_all(tx).named("record.lock").await? {
        locked.add(Known { id: row.id, key: token(&row.key)?, system: row.system, client: row.client });
    }
    Ok(locked)
}

/// The ids of all records of these clients, by client.
pub(crate) async fn of_clients(
    tx: &mut PgConnection,
    clients: &BTreeSet<i64>,
) -> Result<BTreeMap<i64, BTreeSet<i64>>, Fault> {
    let clients: Vec<i64> = clients.iter().copied().collect();
    let mut records: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    let query = sqlx::query!("SELECT id, client FROM record WHERE client = ANY($1)", &clients);
    for row in query.fetch_all(tx).named("record.of_clients").await? {
        records.entry(row.client).or_default().insert(row.id);
    }
    Ok(records)
}

/// Assigns records to clients.
pub(crate) async fn assign(tx: &mut PgConnection, clients: &BTreeMap<i64, i64>) -> Result<(), Fault> {
    let (records, clients): (Vec<i64>, Vec<i64>) = clients.iter().unzip();
    if records.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "UPDATE record SET client = n.client FROM unnest($1::bigint[], $2::bigint[]) AS n(id, client)
         WHERE record.id = n.id",
        &records,
        &clients
    )
    .execute(tx)
    .named("record.assign")
    .await?;
    Ok(())
}
