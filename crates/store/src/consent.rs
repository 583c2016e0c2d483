//! A consent takes the one write path, directly to PostgreSQL, also where Kafka is used: the next question must find
//! it. That is safe because the view is a function of the set of events, whichever way each of them came.

use crate::record::Records;
use crate::{ApplyError, Batch, Fault, Projector, Store};
use event::{ReceivedEvent, StreamId, Token};
use std::collections::BTreeSet;

/// The stream with this key, if there is one.
pub async fn stream(store: &Store, key: Token) -> Result<Option<StreamId>, Fault> {
    let mut tx = store.begin_reading().await?;
    let mut records = Records::default();
    records.read_keys(&mut tx, &BTreeSet::from([key])).await?;
    Ok(records.by_key(&key).map(|known| StreamId { key: known.key, system: known.system.clone() }))
}

/// Stores it; returns after the commit. `false`: the database rejects one of its values.
pub async fn record(store: &Store, recorded: ReceivedEvent) -> Result<bool, ApplyError> {
    let batch = Batch { events: vec![recorded], ..Batch::default() };
    Ok(Projector::new(store.clone()).apply(&batch).await?.culprits.is_empty())
}
