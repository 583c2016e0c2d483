//! The one write path.

use crate::attempt::{self, Anew, Order, Work};
use crate::batch::{Applied, Batch};
use crate::culprit::{self, Culprit};
use crate::error::{ApplyError, Fault};
use crate::message::Became;
use crate::plan::{Incoming, incoming};
use crate::progress::Progress;
use crate::{Store, heard, message, progress, quarantine};
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// How often an attempt that met another transaction is repeated.
const ATTEMPTS: u32 = 12;

/// Takes batches into the record. Any number of them may work at once, in any number of processes.
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

    /// Applies a batch in one transaction: returns after its commit, or nothing of it is stored. An event that the
    /// database refuses goes to the quarantine; the rest is applied whole, with the same position.
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
        applied?.ok_or(ApplyError::Moved)
    }

    /// Where each partition of a topic was left off; one that is not there was never read.
    pub async fn progress(&self, topic: &str) -> Result<Vec<Progress>, ApplyError> {
        Ok(progress::of(&self.store, topic).await?)
    }

    /// [`Self::try_commit`] until it meets no other transaction.
    async fn commit(&self, batch: &Batch, incoming: &Incoming, culprits: &[Culprit]) -> Result<Option<Applied>, Fault> {
        let mut retry = Retry::default();
        let mut order = Order::ClientsFirst;
        loop {
            match self.try_commit(batch, incoming, order, culprits).await {
                Err(fault) if retry.after(&fault).await => order = Order::IdentifiersFirst,
                result => return result,
            }
        }
    }

    /// All of it in one transaction; `None`: progress is not where the batch starts.
    async fn try_commit(
        &self,
        batch: &Batch,
        incoming: &Incoming,
        order: Order,
        culprits: &[Culprit],
    ) -> Result<Option<Applied>, Fault> {
        let mut tx = self.store.begin().await?;
        let work = attempt::run(&mut tx, incoming, order, Anew::default()).await?;
        quarantine::insert(&mut tx, &batch.rejections, culprits).await?;
        quarantine::close(&mut tx, &batch.redriven).await?;
        quarantine::close_mended(&mut tx, &batch.events).await?;
        let message::Told { counts, heard } = message::insert(&mut tx, &batch.receipts, &work.copies, culprits).await?;
        message::reread(&mut tx, &batch.reread).await?;
        heard::write(&mut tx, &batch.watermarks, &heard).await?;
        if !progress::advance(&mut tx, &batch.positions).await? {
            tx.rollback().await?;
            return Ok(None);
        }
        // After the first error the transaction is dropped, so what is committed here is whole.
        tx.commit().await?;
        Ok(Some(applied(work, culprits, counts)))
    }
}

fn applied(work: Work, culprits: &[Culprit], messages: BTreeMap<(String, Became), u64>) -> Applied {
    Applied {
        messages,
        stored: work.stored,
        duplicates: work.duplicates,
        copies: work.copies,
        late: work.late,
        refolds: work.refolds,
        culprits: culprits.iter().map(|culprit| culprit.event.received.event.id).collect(),
    }
}

/// Repeats what met another transaction, a bounded number of times.
#[derive(Default)]
pub(crate) struct Retry {
    tried: u32,
}

impl Retry {
    /// True if it is to be tried again: after a wait that is random, so that two do not meet in step.
    pub async fn after(&mut self, fault: &Fault) -> bool {
        self.tried += 1;
        if !matches!(fault, Fault::Conflict { .. }) || self.tried >= ATTEMPTS {
            return false;
        }
        let chance = RandomState::new().hash_one(self.tried);
        tokio::time::sleep(Duration::from_micros(chance % (2_000 << self.tried.min(6)))).await;
        true
    }
}
