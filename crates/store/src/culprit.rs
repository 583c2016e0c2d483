//! Events that the database refuses: found by trial transactions that are rolled back, so that one bad event never
//! costs its batch.

use crate::Store;
use crate::attempt::{self, Anew, Order};
use crate::error::Fault;
use crate::history::Stored;
use crate::plan::Incoming;
use crate::projector::Retry;
use event::{Body, Event};
use uuid::Uuid;

/// An event that cannot be stored, and why.
#[derive(Debug)]
pub(crate) struct Culprit {
    pub event: Stored,
    pub reason: String,
}

/// Takes out of `incoming` what claims to be unknown bytes of an event, but could not be read back.
pub(crate) fn unreadable(incoming: &mut Incoming) -> Vec<Culprit> {
    let unreadable = |stored: &Stored| {
        let event = &stored.received.event;
        matches!(event.body, Body::Unknown(_)) && Event::decode(&stored.payload).as_ref() != Ok(event)
    };
    let found = incoming.extract_if(.., |_, (stored, _)| unreadable(stored));
    found.map(|(_, (event, _))| Culprit { event, reason: "unreadable".to_owned() }).collect()
}

/// Takes out of `incoming` what the database refuses, alone or together with what it takes.
pub(crate) async fn find(store: &Store, incoming: &mut Incoming) -> Result<Vec<Culprit>, Fault> {
    let mut taken = Incoming::new();
    let mut culprits = Vec::new();
    let mut open: Vec<Vec<Uuid>> = vec![incoming.keys().copied().collect()];
    while let Some(part) = open.pop() {
        let mut trial = taken.clone();
        trial.extend(part.iter().filter_map(|id| Some((*id, incoming.get(id)?.clone()))));
        match (try_out(store, &trial).await, part.as_slice()) {
            (Ok(()), _) => taken = trial,
            (Err(Fault::Refused { code }), [id]) => {
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
        match attempt::run(&mut tx, incoming, Order::IdentifiersFirst, Anew::default()).await {
            Ok(_) => return Ok(tx.rollback().await?),
            Err(fault) => {
                drop(tx);
                if !retry.after(&fault).await {
                    return Err(fault);
                }
            }
        }
    }
}
