//! Messages that come again with another outcome: as a copy, or translated again.

use super::{Reread, events, number, version, why};
use crate::codec::array;
use crate::error::Fault;
use crate::named::Named;
use event::Receipt;
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Copies with other outcomes: the better one counts; of equal ones, that of the later adapter version.
pub(crate) async fn improve(tx: &mut PgConnection, copies: &[&Receipt]) -> Result<(), Fault> {
    let rank = |it: &Receipt| (number(&it.outcome), version(it.adapter_version));
    // Of several copies of one message the first of the best.
    let mut best: BTreeMap<Uuid, &Receipt> = BTreeMap::new();
    for copy in copies {
        let known = best.entry(copy.id).or_insert(copy);
        if rank(known) < rank(copy) {
            *known = copy;
        }
    }
    let (ids, best): (Vec<Uuid>, Vec<&Receipt>) = best.into_iter().unzip();
    let versions: Vec<i32> = best.iter().map(|it| version(it.adapter_version)).collect();
    let outcomes: Vec<i16> = best.iter().map(|it| number(&it.outcome)).collect();
    let events: Vec<String> = best.iter().map(|it| array(events(&it.outcome))).collect();
    let column = |n: usize| -> Vec<Option<&str>> { best.iter().map(|it| why(&it.outcome).map(|it| it[n])).collect() };
    sqlx::query!(
        "UPDATE receipt SET adapter_version = n.adapter_version, outcome = n.outcome, events = n.events::uuid[],
                code = n.code, place = n.place, text = n.text
         FROM unnest($1::uuid[], $2::int[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::text[])
              AS n(id, adapter_version, outcome, events, code, place, text)
         WHERE receipt.id = n.id AND (receipt.outcome, receipt.adapter_version) < (n.outcome, n.adapter_version)",
        &ids,
        &versions,
        &outcomes,
        &events,
        &column(0) as &[Option<&str>],
        &column(1) as &[Option<&str>],
        &column(2) as &[Option<&str>]
    )
    .execute(tx)
    .named("receipt.improve")
    .await?;
    Ok(())
}

/// Messages that give events now. The events that they gave before stay theirs too, if only as withdrawn ones.
pub(crate) async fn reread(tx: &mut PgConnection, messages: &[Reread]) -> Result<(), Fault> {
    if messages.is_empty() {
        return Ok(());
    }
    // A message may be there twice: its events are joined.
    let mut joined: BTreeMap<Uuid, (i32, BTreeSet<Uuid>)> = BTreeMap::new();
    for message in messages {
        let (newest, events) = joined.entry(message.id).or_default();
        *newest = version(message.adapter_version).max(*newest);
        events.extend(&message.events);
    }
    let ids: Vec<Uuid> = joined.keys().copied().collect();
    let versions: Vec<i32> = joined.values().map(|(version, _)| *version).collect();
    let events: Vec<String> = joined.values().map(|(_, events)| array(events)).collect();
    sqlx::query!(
        "UPDATE receipt SET outcome = 3, adapter_version = greatest(receipt.adapter_version, n.adapter_version), code = NULL,
                place = NULL, text = NULL,
                events = ARRAY(SELECT unnest(receipt.events) UNION SELECT unnest(n.events::uuid[]) ORDER BY 1)
         FROM unnest($1::uuid[], $2::int[], $3::text[]) AS n(id, adapter_version, events)
         WHERE receipt.id = n.id",
        &ids,
        &versions,
        &events
    )
    .execute(tx)
    .named("receipt.reread")
    .await?;
    Ok(())
}
