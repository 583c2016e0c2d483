//! Receipts that the database refuses: found as bad events are ([`crate::culprit`]), and left out.
//!
//! A receipt only counts its message and keeps its bytes. The message's events are applied, and a rejected message is
//! in the quarantine. So leaving out a receipt holds up nobody.

use crate::Store;
use crate::culprit::Culprit;
use crate::error::Fault;
use crate::named::Named;
use crate::retry::Retry;
use crate::{receipt, watermark};
use event::Receipt;

/// The receipts that the database takes, together with those before them, and how many it refuses.
pub(crate) async fn leave_out(
    store: &Store,
    receipts: &[Receipt],
    culprits: &[Culprit],
) -> Result<(Vec<Receipt>, u64), Fault> {
    let (mut accepted, mut refused) = (Vec::new(), 0);
    let mut open = vec![receipts];
    while let Some(part) = open.pop() {
        let trial = [&accepted, part].concat();
        match (try_out_receipts(store, &trial, culprits).await, part) {
            (Ok(()), _) => accepted = trial,
            (Err(Fault::Refused { .. }), [_]) => refused += 1,
            (Err(Fault::Refused { .. }), part) => {
                let (first, second) = part.split_at(part.len() / 2);
                open.extend([second, first]);
            }
            (Err(fault), _) => return Err(fault),
        }
    }
    Ok((accepted, refused))
}

/// With what their sources have reported by them.
async fn try_out_receipts(store: &Store, receipts: &[Receipt], culprits: &[Culprit]) -> Result<(), Fault> {
    let mut retry = Retry::default();
    loop {
        let mut tx = store.begin().await?;
        let tried = async {
            let inserted = receipt::insert(&mut tx, receipts, &[], culprits).await?;
            watermark::write(&mut tx, &[], &inserted.reports).await
        };
        match tried.await {
            Ok(()) => return tx.rollback().named("rollback").await,
            Err(fault) => {
                drop(tx);
                if !retry.after(&fault).await {
                    return Err(fault);
                }
            }
        }
    }
}
