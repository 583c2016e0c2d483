//! One attempt at a batch, inside one transaction (READ COMMITTED), in the order that makes it safe.
//!
//! 1. Missing records are inserted, sorted.
//! 2. Everything that may change is locked, each kind in order: the clients of the batch's records, the identifiers whose
//!    presenters change, and the clients that these bring in. All data in use was read under its lock. If more is affected
//!    than is locked, another transaction was first, and the attempt is repeated.
//! 3. History is written, then the clients are folded, then views, rows and registers are written.

use crate::client::{self, Base, Target};
use crate::closure::Closure;
use crate::error::Fault;
use crate::history::{self, Stored};
use crate::plan::{Incoming, Plan, named};
use crate::record::{self, Records};
use crate::register;
use crate::row::ClientRows;
use event::{StreamId, Token};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What an attempt did.
#[derive(Debug, Default)]
pub(crate) struct Work {
    pub stored: u64,
    pub duplicates: u64,
    pub copies: Vec<Uuid>,
    pub late: u64,
    pub refolds: u64,
    /// Clients that were folded.
    pub clients: BTreeSet<i64>,
    /// Those of them whose view, rows or links differ from what was stored.
    pub differing: BTreeSet<i64>,
}

/// Which records are recomputed from history, and which clients with them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Recompute<'a> {
    pub records: Option<&'a BTreeSet<i64>>,
    /// Only clients whose lowest record is among them, so that a rebuild in pages folds each client once.
    pub lowest_only: bool,
}

/// What is locked first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum LockOrder {
    /// The clients of the batch's records. Nearly always no link changes, so nothing else need be locked, and all data is
    /// read once. A transaction that holds clients waits only briefly for identifiers or other clients, which avoids
    /// deadlocks.
    #[default]
    ClientsFirst,
    /// Identifiers first, as in every second attempt. It waits as long as it takes, and so succeeds.
    IdentifiersFirst,
}

/// Applies `incoming`, and recomputes what `recompute` names.
pub(crate) async fn run(
    tx: &mut PgConnection,
    incoming: &Incoming,
    order: LockOrder,
    recompute: Recompute<'_>,
) -> Result<Work, Fault> {
    let nothing = BTreeSet::new();
    let asked = recompute.records.unwrap_or(&nothing);
    let records = incoming.values().flat_map(|(stored, _)| named(&stored.received));
    let wanted: BTreeMap<Token, &StreamId> = records.map(|record| (record.key, record)).collect();
    let batch = record::insert_missing(tx, &wanted).await?;
    let (mut locked, mut known) = (BTreeSet::new(), Records::default());
    if order == LockOrder::ClientsFirst {
        locked = batch.clients;
        locked.extend(record::clients(tx, asked).await?);
        known = record::lock_clients(tx, &locked).await?;
    }

    let mut plan = Plan::read(tx, incoming, known, &batch.new, asked).await?;
    if plan.touched.is_empty() && plan.seeds.is_empty() {
        return Ok(Work { duplicates: plan.duplicates, copies: plan.copies, ..Work::default() });
    }
    let tokens = plan.tokens();
    if order == LockOrder::ClientsFirst && !plan.seeds.is_empty() {
        record::wait_briefly(tx).await?;
    }
    register::lock_tokens(tx, &tokens).await?;
    let mut closure = Closure::read(tx, &mut plan).await?;
    if !closure.is_within(&locked, &plan) {
        if order == LockOrder::ClientsFirst {
            record::wait_briefly(tx).await?;
        }
        locked = closure.clients.into_keys().collect();
        known = record::lock_clients(tx, &locked).await?;
        plan = Plan::read(tx, incoming, known, &batch.new, asked).await?;
        closure = Closure::read(tx, &mut plan).await?;
        if !closure.is_within(&locked, &plan) || !plan.tokens().is_subset(&tokens) {
            return Err(Fault::conflict("affected records changed before they were locked"));
        }
    }
    Attempt { plan, closure, new_records: batch.new, recompute }.write(tx).await
}

struct Attempt<'a> {
    plan: Plan,
    closure: Closure,
    new_records: BTreeSet<i64>,
    recompute: Recompute<'a>,
}

impl Attempt<'_> {
    async fn write(self, tx: &mut PgConnection) -> Result<Work, Fault> {
        let plan = &self.plan;
        history::insert(tx, &with_records(plan, plan.fresh.iter())?).await?;
        history::update(tx, &with_records(plan, plan.changed.iter().map(|change| &change.new))?).await?;

        let mut moved = BTreeMap::new();
        let mut targets = self.targets(&mut moved)?;
        let gone: BTreeSet<i64> = self.closure.clients.keys().copied().filter(|it| !targets.contains_key(it)).collect();
        let stored = self.closure.clients.keys().chain(targets.keys()).copied().collect();
        let snapshots = client::snapshots(tx, &stored).await?;
        // A client stays as it is if its records are the same, it is found as before, and it has no new event.
        targets.retain(|client, target| {
            let found = snapshots.get(client).map(|stored| stored.found);
            target.base != Base::Snapshot
                || !target.fresh.is_empty()
                || target.found.is_some_and(|it| found == Some(!it))
        });
        let mut folded = client::fold(tx, &targets, &snapshots, &plan.history).await?;
        let (late, refolds, mend) = (folded.late, folded.refolds, self.recompute.records.is_some());

        let mut differing = BTreeSet::new();
        if mend {
            let clients: Vec<i64> = folded.views.keys().copied().collect();
            folded.listed = ClientRows::stored(tx, &clients).await?;
            differing.extend(self.differing_registers(tx, &targets).await?);
        }
        differing.extend(client::write(tx, folded, &snapshots, mend, &gone).await?);
        differing.extend(gone);
        record::assign(tx, &moved).await?;
        register::write(tx, plan.registers()).await?;
        Ok(Work {
            stored: plan.fresh.len() as u64,
            duplicates: plan.duplicates,
            copies: plan.copies.clone(),
            late: late + plan.changed.len() as u64,
            refolds,
            clients: targets.into_keys().collect(),
            differing,
        })
    }

    /// The clients as they will be. Records whose client changes go into `moved`.
    fn targets(&self, moved: &mut BTreeMap<i64, i64>) -> Result<BTreeMap<i64, Target<'_>>, Fault> {
        let plan = &self.plan;
        let mut targets = BTreeMap::new();
        let mut owner = BTreeMap::new();
        let clients = self.closure.components(plan)?;
        let linked: BTreeSet<i64> = clients.iter().flat_map(|(records, _)| records).copied().collect();
        let others = self.closure.clients.values().filter(|records| records.is_disjoint(&linked));
        let others: Vec<_> = others.map(|records| (records.clone(), None)).collect();
        let clients = clients.into_iter().map(|(records, found)| (records, Some(found)));
        for (records, found) in clients.chain(others) {
            let Some(client) = records.first().copied() else {
                continue;
            };
            let base = if records.is_subset(&self.new_records) {
                Base::New
            } else if self.closure.clients.get(&client) == Some(&records) && !self.is_asked(&records) {
                Base::Snapshot
            } else {
                Base::History
            };
            // A new record without links presents no identifier that finds it.
            let found = found.or((base == Base::New).then_some(false));
            for record in &records {
                owner.insert(*record, client);
                if plan.records.by_id(*record).is_some_and(|known| known.client != client) {
                    moved.insert(*record, client);
                }
            }
            targets.insert(client, Target { records, fresh: Vec::new(), base, found });
        }
        let mut target = |stored: &Stored, with: &mut dyn FnMut(&mut Target<'_>)| -> Result<(), Fault> {
            let record = plan.records.id(&stored.received.event.record.key)?;
            owner.get(&record).and_then(|client| targets.get_mut(client)).map(with).ok_or(Fault::Stored("client"))
        };
        for change in &plan.changed {
            target(&change.old, &mut |target| target.base = Base::History)?;
            target(&change.new, &mut |target| target.base = Base::History)?;
        }
        for event in &plan.fresh {
            let record = plan.records.id(&event.received.event.record.key)?;
            let client = owner.get(&record).ok_or(Fault::Stored("client"))?;
            targets.get_mut(client).ok_or(Fault::Stored("client"))?.fresh.push(&event.received);
        }
        Ok(targets)
    }

    fn is_asked(&self, records: &BTreeSet<i64>) -> bool {
        let Some(asked) = self.recompute.records else { return false };
        if self.recompute.lowest_only {
            records.first().is_some_and(|lowest| asked.contains(lowest))
        } else {
            !records.is_disjoint(asked)
        }
    }

    /// Clients of records whose registers or index differ from history. Corrects the index.
    async fn differing_registers(
        &self,
        tx: &mut PgConnection,
        targets: &BTreeMap<i64, Target<'_>>,
    ) -> Result<BTreeSet<i64>, Fault> {
        let plan = &self.plan;
        let asked = self.recompute.records.into_iter().flatten().filter_map(|id| plan.records.by_id(*id));
        let keys: BTreeSet<Token> = asked.map(|known| known.key).collect();
        let mut differing: BTreeSet<Token> = register::mend_index(tx, plan.registers(), &keys).await?;
        let agree = |key: &Token| {
            let (stored, right) = (plan.before.records.get(key), plan.after.records.get(key));
            register::agree(stored, right, plan.stale.contains(key))
        };
        differing.extend(keys.iter().filter(|key| !agree(key)));
        let pairs = plan.before.decided.keys().chain(plan.after.decided.keys());
        let differ = pairs.filter(|pair| plan.before.decided.get(*pair) != plan.after.decided.get(*pair));
        differing.extend(differ.map(|(a, _)| *a));
        let ids = plan.records.ids(&differing)?;
        let client = |id: &i64| {
            let owner = targets.iter().find(|(_, target)| target.records.contains(id)).map(|(client, _)| *client);
            owner.or_else(|| plan.records.by_id(*id).map(|known| known.client))
        };
        Ok(ids.iter().filter_map(client).collect())
    }
}

fn with_records<'a>(plan: &Plan, events: impl Iterator<Item = &'a Stored>) -> Result<Vec<(i64, &'a Stored)>, Fault> {
    events.map(|event| Ok((plan.records.id(&event.received.event.record.key)?, event))).collect()
}
