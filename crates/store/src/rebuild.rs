//! Everything derived, computed anew from history: registers, decisions, clients, views and rows.
//!
//! The same write path as for a batch, with no events: so a rebuild may run while batches are applied. A rebuild of what
//! is right changes nothing.

use crate::Projector;
use crate::attempt::{self, Anew, Order, Work};
use crate::error::{ApplyError, Fault};
use crate::plan::Incoming;
use crate::projector::Retry;
use sqlx::PgConnection;
use std::collections::BTreeSet;
use tokio::task::JoinSet;

/// Records per transaction.
const PAGE: i64 = 500;
/// Pages at a time: while one is folded here, the database reads another.
const AT_ONCE: usize = 2;

/// What was folded anew for some records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refolded {
    /// Clients.
    pub clients: u64,
    /// Those whose view, rows or links were not what history says.
    pub differing: u64,
}

/// What a rebuild did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Clients.
    pub clients: u64,
    /// Those whose view, rows or links were not what history says.
    pub differing: u64,
}

impl Projector {
    /// Folds the clients of these records anew; without `write` it only compares.
    pub async fn refold(&self, records: &[i64], write: bool) -> Result<Refolded, ApplyError> {
        let records = records.iter().copied().collect();
        let work = self.refold_page(Anew { records: Some(&records), lowest_only: false }, write).await?;
        Ok(Refolded { clients: work.clients.len() as u64, differing: work.differing.len() as u64 })
    }

    /// Folds every client anew, page by page; with `verify` it only compares. `progress` is told how many records are
    /// done, and of how many.
    pub async fn rebuild(&self, verify: bool, mut progress: impl FnMut(u64, u64)) -> Result<Rebuilt, ApplyError> {
        let total = sqlx::query_scalar!("SELECT count(*) AS \"count!\" FROM record");
        let total = total.fetch_one(self.store().pool()).await.map_err(Fault::from)?;
        let total = u64::try_from(total).unwrap_or_default();
        let (mut clients, mut differing) = (BTreeSet::new(), BTreeSet::new());
        let (mut after, mut done, mut pages) = (0, 0, JoinSet::new());
        progress(done, total);
        loop {
            let page = sqlx::query_scalar!("SELECT id FROM record WHERE id > $1 ORDER BY id LIMIT $2", after, PAGE);
            let page = page.fetch_all(self.store().pool()).await.map_err(Fault::from)?;
            let last = page.last().copied();
            if let Some(last) = last {
                after = last;
                let (this, page) = (self.clone(), page.into_iter().collect::<BTreeSet<_>>());
                pages.spawn(async move {
                    let anew = Anew { records: Some(&page), lowest_only: true };
                    this.refold_page(anew, !verify).await.map(|work| (page.len() as u64, work))
                });
            }
            while pages.len() >= AT_ONCE || last.is_none() {
                let Some(folded) = pages.join_next().await else { break };
                let (records, work) =
                    folded.map_err(|_| Fault::Fatal { code: "a page was not folded to its end".to_owned() })??;
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
        Ok(Rebuilt { clients: clients.len() as u64, differing: differing.len() as u64 })
    }

    async fn refold_page(&self, anew: Anew<'_>, write: bool) -> Result<Work, Fault> {
        let mut retry = Retry::default();
        let mut order = Order::ClientsFirst;
        loop {
            match self.try_refold(anew, order, write).await {
                Err(fault) if retry.after(&fault).await => order = Order::IdentifiersFirst,
                result => return result,
            }
        }
    }

    async fn try_refold(&self, anew: Anew<'_>, order: Order, write: bool) -> Result<Work, Fault> {
        let mut tx = self.store().begin().await?;
        let work = attempt::run(&mut tx, &Incoming::new(), order, anew).await?;
        if write {
            tx.commit().await?;
        } else {
            tx.rollback().await?;
        }
        Ok(work)
    }

    /// Views and rows of clients that are none.
    async fn remove_orphans(&self, write: bool) -> Result<BTreeSet<i64>, Fault> {
        let mut tx = self.store().begin().await?;
        let orphans = orphans(&mut tx).await?;
        if write {
            tx.commit().await?;
        } else {
            tx.rollback().await?;
        }
        Ok(orphans)
    }
}

async fn orphans(tx: &mut PgConnection) -> Result<BTreeSet<i64>, Fault> {
    let views = sqlx::query_scalar!(
        "DELETE FROM view WHERE NOT EXISTS (SELECT FROM record WHERE id = view.client AND client = id) RETURNING client"
    );
    let mut orphans: BTreeSet<i64> = views.fetch_all(&mut *tx).await?.into_iter().collect();
    let statement = sqlx::query_scalar!(
        "DELETE FROM statement WHERE NOT EXISTS (SELECT FROM view v WHERE v.client = statement.client) RETURNING client"
    );
    orphans.extend(statement.fetch_all(&mut *tx).await?);
    let unidentified = sqlx::query_scalar!(
        "DELETE FROM unidentified WHERE NOT EXISTS (SELECT FROM view v WHERE v.client = unidentified.client)
         RETURNING client"
    );
    orphans.extend(unidentified.fetch_all(&mut *tx).await?);
    Ok(orphans)
}
