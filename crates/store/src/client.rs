//! Clients: their folded views, and the rows listed from them.
//!
//! A client whose records stay the same takes new events on top of its snapshot. Any other is folded again from its
//! history. Either way the same events give the same bytes (law 2), so an unchanged view is not written.

use crate::error::Fault;
use crate::history;
use crate::named::Named;
use crate::row::{ClientRows, RowDifference};
use care::ParallelView;
use event::ReceivedEvent;
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

/// A client as it will be.
pub(crate) struct Target<'a> {
    /// Its records.
    pub records: BTreeSet<i64>,
    /// New events, sorted by their keys.
    pub fresh: Vec<&'a ReceivedEvent>,
    /// What they are folded on.
    pub base: Base,
    /// Whether an identifier finds it; `None`: as before.
    pub found: Option<bool>,
}

/// What new events are folded on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base {
    /// An empty view: every record is new.
    New,
    /// The stored snapshot, if all of them sort above it.
    Snapshot,
    /// The client's whole history.
    History,
}

/// A view as stored.
pub(crate) struct Snapshot {
    pub version: i32,
    pub bytes: Vec<u8>,
    /// An identifier finds the client.
    pub found: bool,
}

impl Snapshot {
    pub fn decode(&self) -> Option<ParallelView> {
        ParallelView::decode(self.version, &self.bytes).ok()
    }
}

/// Views as stored, by client.
pub(crate) type Snapshots = BTreeMap<i64, Snapshot>;

/// What was folded.
#[derive(Default)]
pub(crate) struct Folded {
    pub views: BTreeMap<i64, ParallelView>,
    /// Whether an identifier finds each of them.
    pub found: BTreeMap<i64, bool>,
    /// The rows of the views that were read, as they were before the new events.
    pub listed: BTreeMap<i64, ClientRows>,
    pub late: u64,
    pub refolds: u64,
}

pub(crate) async fn snapshots(tx: &mut PgConnection, clients: &BTreeSet<i64>) -> Result<Snapshots, Fault> {
    let clients: Vec<i64> = clients.iter().copied().collect();
    let query = sqlx::query!("SELECT client, version, snapshot, found FROM view WHERE client = ANY($1)", &clients);
    let rows = query.fetch_all(tx).named("view.read").await?;
    let snapshot = |version, bytes, found| Snapshot { version, bytes, found };
    Ok(rows.into_iter().map(|row| (row.client, snapshot(row.version, row.snapshot, row.found))).collect())
}

/// Folds the clients as they will be. History holds the new events already. `known` is the history of records that need
/// not be read again.
pub(crate) async fn fold(
    tx: &mut PgConnection,
    targets: &BTreeMap<i64, Target<'_>>,
    snapshots: &Snapshots,
    known: &BTreeMap<i64, Vec<ReceivedEvent>>,
) -> Result<Folded, Fault> {
    let mut folded = Folded::default();
    let mut anew = Vec::new();
    for (client, target) in targets {
        // A client that is folded again and has no new event does not need its old snapshot.
        let of_use = target.base == Base::Snapshot || !target.fresh.is_empty();
        let known_found = snapshots.get(client).is_none_or(|stored| stored.found);
        folded.found.insert(*client, target.found.unwrap_or(known_found));
        let stored = snapshots.get(client).filter(|_| of_use);
        let stored = stored.and_then(Snapshot::decode);
        folded.listed.extend(stored.as_ref().map(|view| (*client, ClientRows::of(view, known_found))));
        let base = match (target.base, stored) {
            (Base::New, _) => Some(ParallelView::default()),
            (Base::Snapshot | Base::History, Some(view)) => {
                folded.late += target.fresh.iter().map(|it| u64::from(!view.takes_next(it))).sum::<u64>();
                let next = target.fresh.first().is_none_or(|first| view.takes_next(first));
                (target.base == Base::Snapshot && next).then_some(view)
            }
            _ => None,
        };
        match base {
            Some(mut view) => {
                target.fresh.iter().for_each(|received| view.evolve(received));
                folded.views.insert(*client, view);
            }
            None => anew.push((*client, &target.records)),
        }
    }
    folded.refolds = anew.len() as u64;
    let records = anew.iter().flat_map(|(_, records)| records.iter().copied());
    let read = history::of_records(tx, &records.filter(|it| !known.contains_key(it)).collect(), None).await?;
    for (client, records) in anew {
        let events = records.iter().filter_map(|record| known.get(record).or_else(|| read.get(record))).flatten();
        folded.views.insert(client, ParallelView::fold(events));
    }
    Ok(folded)
}

/// Writes views that differ from `snapshots`, and rows that differ from `listed` or from those of the stored view. With
/// `mend` the rows of an unchanged view are compared too. `gone` are clients that no longer exist. Returns the clients
/// with any difference.
pub(crate) async fn write(
    tx: &mut PgConnection,
    Folded { views, found, mut listed, .. }: Folded,
    snapshots: &Snapshots,
    mend: bool,
    gone: &BTreeSet<i64>,
) -> Result<BTreeSet<i64>, Fault> {
    let (mut changed, mut new) = (Columns::default(), Columns::default());
    let (mut difference, mut differing) = (RowDifference::default(), BTreeSet::new());
    for (client, view) in &views {
        let bytes = view.encode();
        let stored = snapshots.get(client);
        let found = found.get(client).copied().unwrap_or(true);
        let is_current = |it: &Snapshot| it.version == ParallelView::VERSION;
        let same = stored.is_some_and(|it| is_current(it) && it.bytes == bytes && it.found == found);
        if same && !mend {
            continue;
        }
        let old = match (stored, listed.remove(client)) {
            (Some(stored), _) if !is_current(stored) => None,
            (_, Some(listed)) => Some(listed),
            (Some(stored), None) => stored.decode().map(|view| ClientRows::of(&view, stored.found)),
            (None, None) => Some(ClientRows::default()),
        };
        let old = old.unwrap_or_else(|| {
            // Rows of another version of the code: all are deleted.
            difference.clear(*client);
            ClientRows::default()
        });
        let rows = ClientRows::of(view, found);
        if !same || old != rows {
            differing.insert(*client);
        }
        difference.add(*client, &old, rows);
        if !same {
            let columns = if stored.is_some() { &mut changed } else { &mut new };
            columns.clients.push(*client);
            columns.snapshots.push(bytes);
            columns.found.push(found);
        }
    }
    for client in gone {
        difference.clear(*client);
    }
    delete(tx, gone).await?;
    difference.write(tx).await?;
    changed.update(tx).await?;
    new.insert(tx).await?;
    Ok(differing)
}

/// Views to write. The client is locked, so whether its view exists is known: a plain `INSERT` or `UPDATE` spares
/// PostgreSQL a lookup and a lock for each row.
#[derive(Default)]
struct Columns {
    clients: Vec<i64>,
    snapshots: Vec<Vec<u8>>,
    found: Vec<bool>,
}

impl Columns {
    async fn update(&self, tx: &mut PgConnection) -> Result<(), Fault> {
        if self.clients.is_empty() {
            return Ok(());
        }
        sqlx::query!(
            "UPDATE view SET version = $2, snapshot = n.snapshot, found = n.found
             FROM unnest($1::bigint[], $3::bytea[], $4::boolean[]) AS n(client, snapshot, found)
             WHERE view.client = n.client",
            &self.clients,
            ParallelView::VERSION,
            &self.snapshots,
            &self.found
        )
        .execute(tx)
        .named("view.update")
        .await?;
        Ok(())
    }

    async fn insert(&self, tx: &mut PgConnection) -> Result<(), Fault> {
        if self.clients.is_empty() {
            return Ok(());
        }
        sqlx::query!(
            "INSERT INTO view (client, version, snapshot, found)
             SELECT client, $2, snapshot, found
             FROM unnest($1::bigint[], $3::bytea[], $4::boolean[]) AS n(client, snapshot, found)",
            &self.clients,
            ParallelView::VERSION,
            &self.snapshots,
            &self.found
        )
        .execute(tx)
        .named("view.insert")
        .await?;
        Ok(())
    }
}

async fn delete(tx: &mut PgConnection, gone: &BTreeSet<i64>) -> Result<(), Fault> {
    let gone: Vec<i64> = gone.iter().copied().collect();
    if !gone.is_empty() {
        sqlx::query!("DELETE FROM view WHERE client = ANY($1)", &gone).execute(tx).named("view.delete").await?;
    }
    Ok(())
}
