//! Events that the database refuses: found by trial transactions that are rolled back, so that one bad event does not
//! hold up its batch.

use crate::Store;
use crate::attempt::{self, LockOrder, Recompute};
use crate::error::Fault;
use crate::history::Stored;
use crate::named::Named;
use crate::plan::Incoming;
use crate::retry::Retry;
use event::{Body, Event};
use uuid::Uuid;

/// An event that cannot be stored, and why.
#[derive(Debug)]
pub(crate) struct Culprit {
    pub event: Stored,
    pub reason: String,
}

/// Removes from `incoming` events of unknown type whose bytes could not be read back.
pub(crate) fn unreadable(incoming: &mut Incoming) -> Vec<Culprit> {
    let unreadable = |stored: &Stored| {
        let event = &stored.received.event;
        matches!(event.body, Body::Unknown(_)) && Event::decode(&stored.payload).as_ref() != Ok(event)
    };
    let found = incoming.extract_if(.., |_, (stored, _)| unreadable(stored));
    found.map(|(_, (event, _))| Culprit { event, reason: "unreadable".to_owned() }).collect()
}

/// Removes from `incoming` the events that the database refuses, alone or together with those that it accepts.
pub(crate) async fn find(store: &Store, incoming: &mut Incoming) -> Result<Vec<Culprit>, Fault> {
    let mut accepted = Incoming::new();
    let mut culprits = Vec::new();
    let mut open: Vec<Vec<Uuid>> = vec![incoming.keys().copied().collect()];
    while let Some(part) = open.pop() {
        let mut trial = accepted.clone();
        trial.extend(part.iter().filter_map(|id| Some((*id, incoming.get(id)?.clone()))));
        match (try_out(store, &trial).await, part.as_slice()) {
            (Ok(()), _) => accepted = trial,
            (Err(Fault::Refused { code, .. }), [id]) => {
                let event = incoming.remove(id).map(|(event, _)| event);
                culprits.extend(event.map(|event| Culprit { event, reason: code }));
            }
            (Err(Fault::Refused { .. }), part) => {
                let (first, second) = part.split_at(part.len() / 2);
                open.extend([second.to_vec(), first.to_vec()]);
            }
            (Err(fault), _) => return Err(fault),
        }
    }
    Ok(culprits)
}

async fn try_out(store: &Store, incoming: &Incoming) -> Result<(), Fault> {
    let mut retry = Retry::default();
    loop {
        let mut tx = store.begin().await?;
        match attempt::run(&mut tx, incoming, LockOrder::IdentifiersFirst, Recompute::default()).await {
            Ok(_) => return tx.rollback().named("rollback").await,
            Err(fault) => {
                drop(tx);
                if !retry.after(&fault).await {
                    return Err(fault);
                }
            }
        }
    }
}
