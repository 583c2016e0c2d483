//! The one write path.

use crate::attempt::{self, LockOrder, Recompute, Work};
use crate::batch::{Applied, Batch};
use crate::culprit::{self, Culprit};
use crate::error::{ApplyError, Fault};
use crate::named::Named;
use crate::plan::{Incoming, incoming};
use crate::progress::Progress;
use crate::receipt::MessageOutcome;
use crate::retry::Retry;
use crate::{Store, progress, quarantine, receipt, refused_receipt, watermark};
use std::collections::BTreeMap;

/// Takes batches into the record. Any number of projectors may work at once, in any number of processes.
#[derive(Clone)]
pub struct Projector {
    store: Store,
}

impl Projector {
    /// On this store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// Applies a batch in one transaction: returns after its commit, or nothing of it is stored. An event that PostgreSQL
    /// refuses goes to the quarantine, and a receipt is left out; the rest is applied whole, with the same position.
    #[tracing::instrument(name = "store.apply", skip_all, fields(events = batch.events.len()))]
    pub async fn apply(&self, batch: &Batch) -> Result<Applied, ApplyError> {
        let mut incoming = incoming(&batch.events);
        let mut culprits = culprit::unreadable(&mut incoming);
        let applied = match self.commit(batch, &incoming, &culprits).await {
            Err(Fault::Refused { .. }) if !incoming.is_empty() => {
                culprits.extend(culprit::find(&self.store, &mut incoming).await?);
                self.commit(batch, &incoming, &culprits).await
            }
            applied => applied,
        };
        let applied = match applied {
            Err(Fault::Refused { .. }) if !batch.receipts.is_empty() => {
                self.commit_without_bad_receipts(batch, &incoming, &culprits).await
            }
            applied => applied,
        };
        applied?.ok_or(ApplyError::Moved)
    }

    async fn commit_without_bad_receipts(
        &self,
        batch: &Batch,
        incoming: &Incoming,
        culprits: &[Culprit],
    ) -> Result<Option<Applied>, Fault> {
        let (receipts, refused) = refused_receipt::leave_out(&self.store, &batch.receipts, culprits).await?;
        let batch = Batch { receipts, ..batch.clone() };
        let applied = self.commit(&batch, incoming, culprits).await?;
        Ok(applied.map(|applied| Applied { refused_receipts: refused, ..applied }))
    }

    /// The checkpoint of each partition of a topic. A partition without one was never read.
    pub async fn progress(&self, topic: &str) -> Result<Vec<Progress>, ApplyError> {
        Ok(progress::of(&self.store, topic).await?)
    }

    /// Deletes the watermarks of the time without a transport, for a system that uses one from now on. Those reports were
    /// applied when they came, and nothing writes such watermarks any more. In the other direction nothing is deleted: the
    /// journal may hold records that are not applied, so its ingests count until they leave in order or are retired.
    pub async fn through_journal(&self) -> Result<(), ApplyError> {
        let mut tx = self.store.begin().await?;
        watermark::forget_direct(&mut tx).await?;
        tx.commit().named("commit").await?;
        Ok(())
    }

    /// [`Self::try_commit`] until it conflicts with no other transaction.
    async fn commit(&self, batch: &Batch, incoming: &Incoming, culprits: &[Culprit]) -> Result<Option<Applied>, Fault> {
        let mut retry = Retry::default();
        let mut order = LockOrder::ClientsFirst;
        loop {
            match self.try_commit(batch, incoming, order, culprits).await {
                Err(fault) if retry.after(&fault).await => order = LockOrder::IdentifiersFirst,
                result => return result,
            }
        }
    }

    /// One transaction. `None`: the batch does not start at the stored progress.
    async fn try_commit(
        &self,
        batch: &Batch,
        incoming: &Incoming,
        order: LockOrder,
        culprits: &[Culprit],
    ) -> Result<Option<Applied>, Fault> {
        // With a position, a crash takes back the rows and the position together, and the transport delivers them again.
        // Without one, somebody waits for this commit: a sender for its acknowledgement, or an operator.
        let begun =
            if batch.positions.is_empty() { self.store.begin().await } else { self.store.begin_repeatable().await };
        let mut tx = begun?;
        let work = attempt::run(&mut tx, incoming, order, Recompute::default()).await?;
        quarantine::insert(&mut tx, &batch.rejections, culprits).await?;
        quarantine::close(&mut tx, &batch.redriven).await?;
        quarantine::close_mended(&mut tx, &batch.events).await?;
        let inserted = receipt::insert(&mut tx, &batch.receipts, &work.copies, culprits).await?;
        receipt::reread(&mut tx, &batch.reread).await?;
        watermark::write(&mut tx, &batch.watermarks, &inserted.reports).await?;
        if !progress::advance(&mut tx, &batch.positions).await? {
            tx.rollback().named("rollback").await?;
            return Ok(None);
        }
        // The first error drops the transaction, so a commit here covers the whole batch.
        tx.commit().named("commit").await?;
        Ok(Some(applied(work, culprits, inserted.counts)))
    }
}

fn applied(work: Work, culprits: &[Culprit], messages: BTreeMap<(String, MessageOutcome), u64>) -> Applied {
    Applied {
        messages,
        stored: work.stored,
        duplicates: work.duplicates,
        copies: work.copies,
        late: work.late,
        refolds: work.refolds,
        refused_receipts: 0,
        culprits: culprits.iter().map(|culprit| culprit.event.received.event.id).collect(),
    }
}
