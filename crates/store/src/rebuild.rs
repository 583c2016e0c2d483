//! Recomputes everything derived from history: registers, decisions, clients, views and rows.
//!
//! It uses the same write path as a batch, without events, so it may run while batches are applied. A rebuild of correct
//! data changes nothing.

use crate::Projector;
use crate::attempt::{self, LockOrder, Recompute, Work};
use crate::error::{ApplyError, Fault, Statement};
use crate::named::Named;
use crate::plan::Incoming;
use crate::retry::Retry;
use crate::row;
use sqlx::PgConnection;
use std::collections::BTreeSet;
use tokio::task::JoinSet;

/// Records per transaction.
const PAGE: i64 = 500;
/// Pages at a time: while one is folded here, the database reads another.
const AT_ONCE: usize = 2;

/// How many clients were recomputed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recomputed {
    /// All of them.
    pub clients: u64,
    /// Those whose view, rows or links differed from history.
    pub differing: u64,
}

impl Projector {
    /// Recomputes the clients of these records. Without `write` it only compares.
    pub async fn refold(&self, records: &[i64], write: bool) -> Result<Recomputed, ApplyError> {
        let records = records.iter().copied().collect();
        let work = self.refold_page(Recompute { records: Some(&records), lowest_only: false }, write).await?;
        Ok(Recomputed { clients: work.clients.len() as u64, differing: work.differing.len() as u64 })
    }

    /// Recomputes every client, page by page. With `verify` it only compares. `progress` is called with the number of
    /// records that are done, and of all.
    pub async fn rebuild(&self, verify: bool, mut progress: impl FnMut(u64, u64)) -> Result<Recomputed, ApplyError> {
        let total = sqlx::query_scalar!("SELECT count(*) AS \"count!\" FROM record");
        let total = total.fetch_one(self.store().pool()).named("record.count").await?;
        let total = u64::try_from(total).unwrap_or_default();
        let (mut clients, mut differing) = (BTreeSet::new(), BTreeSet::new());
        let (mut after, mut done, mut pages) = (0, 0, JoinSet::new());
        progress(done, total);
        loop {
            let page = sqlx::query_scalar!("SELECT id FROM record WHERE id > $1 ORDER BY id LIMIT $2", after, PAGE);
            let page = page.fetch_all(self.store().pool()).named("record.page").await?;
            let last = page.last().copied();
            if let Some(last) = last {
                after = last;
                let (this, page) = (self.clone(), page.into_iter().collect::<BTreeSet<_>>());
                pages.spawn(async move {
                    let recompute = Recompute { records: Some(&page), lowest_only: true };
                    this.refold_page(recompute, !verify).await.map(|work| (page.len() as u64, work))
                });
            }
            while pages.len() >= AT_ONCE || last.is_none() {
                let Some(folded) = pages.join_next().await else { break };
                let at = || Statement::new("rebuild.page");
                let (records, work) = folded.map_err(|_| Fault::Fatal { code: "panic".to_owned(), at: at() })??;
                clients.extend(work.clients);
                differing.extend(work.differing);
                done += records;
                progress(done.min(total), total);
            }
            if last.is_none() {
                break;
            }
        }
        differing.extend(self.remove_orphans(!verify).await?);
        Ok(Recomputed { clients: clients.len() as u64, differing: differing.len() as u64 })
    }

    async fn refold_page(&self, anew: Recompute<'_>, write: bool) -> Result<Work, Fault> {
        let mut retry = Retry::default();
        let mut order = LockOrder::ClientsFirst;
        loop {
            match self.try_refold(anew, order, write).await {
                Err(fault) if retry.after(&fault).await => order = LockOrder::IdentifiersFirst,
                result => return result,
            }
        }
    }

    async fn try_refold(&self, anew: Recompute<'_>, order: LockOrder, write: bool) -> Result<Work, Fault> {
        let mut tx = self.store().begin().await?;
        let work = attempt::run(&mut tx, &Incoming::new(), order, anew).await?;
        if write {
            tx.commit().named("commit").await?;
        } else {
            tx.rollback().named("rollback").await?;
        }
        Ok(work)
    }

    /// Deletes views and rows without a client, page by page as everything here: a county's views are gigabytes.
    async fn remove_orphans(&self, write: bool) -> Result<BTreeSet<i64>, Fault> {
        let (mut removed, mut after) = (BTreeSet::new(), i64::MIN);
        loop {
            let mut tx = self.store().begin().await?;
            let last = sqlx::query_scalar!(
                "SELECT max(id) FROM (SELECT id FROM record WHERE id > $1 ORDER BY id LIMIT $2) AS page",
                after,
                PAGE
            );
            let last = last.fetch_one(&mut *tx).named("record.page").await?;
            removed.extend(orphans(&mut tx, (after, last.unwrap_or(i64::MAX))).await?);
            if write {
                tx.commit().named("commit").await?;
            } else {
                tx.rollback().named("rollback").await?;
            }
            let Some(last) = last else { return Ok(removed) };
            after = last;
        }
    }
}

/// Deletes views and rows of clients without a record, after the first of these ids and up to the second.
async fn orphans(tx: &mut PgConnection, (after, last): (i64, i64)) -> Result<BTreeSet<i64>, Fault> {
    let views = sqlx::query_scalar!(
        "DELETE FROM view WHERE client > $1 AND client <= $2
             AND NOT EXISTS (SELECT FROM record WHERE id = view.client AND client = id) RETURNING client",
        after,
        last
    );
    let mut orphans: BTreeSet<i64> =
        views.fetch_all(&mut *tx).named("view.delete_orphans").await?.into_iter().collect();
    orphans.extend(row::delete_orphans(tx, (after, last)).await?);
    Ok(orphans)
}
