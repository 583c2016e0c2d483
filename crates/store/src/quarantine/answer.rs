//! What an answer takes from the quarantine: rejected messages may be about the client who is asked about.

use crate::codec::instant;
use crate::error::Fault;
use crate::named::Named;
use event::{Instant, Token};
use sqlx::PgConnection;
use std::collections::BTreeMap;

/// For each identifier asked for, with the records that it finds, in order: per source, the earliest receipt of an open
/// entry that names it or an identifier of those records.
pub(crate) async fn since(
    tx: &mut PgConnection,
    asked: &[(Token, Vec<i64>)],
    until: Option<Instant>,
) -> Result<Vec<BTreeMap<String, Instant>>, Fault> {
    let places = || (0i64..).zip(asked);
    let (tokens, places_of_tokens): (Vec<&[u8]>, Vec<i64>) =
        places().map(|(place, (token, _))| (token.as_bytes().as_slice(), place)).unzip();
    let (records, places_of_records): (Vec<i64>, Vec<i64>) =
        places().flat_map(|(place, (_, records))| records.iter().map(move |record| (*record, place))).unzip();
    let query = sqlx::query!(
        "SELECT a.place AS \"place!\", q.source, micros(min(q.received_at)) AS \"since!\"
         FROM (SELECT token, place FROM unnest($1::bytea[], $2::bigint[]) AS t(token, place)
               UNION SELECT i.token, r.place FROM unnest($3::bigint[], $4::bigint[]) AS r(record, place)
                     JOIN identifier i ON i.record = r.record) AS a
         JOIN quarantine_named n ON n.token = a.token JOIN quarantine q ON q.id = n.quarantine
         WHERE q.state = 'open' AND ($5::bigint IS NULL OR q.received_at <= instant($5))
         GROUP BY a.place, q.source",
        &tokens as &[&[u8]],
        &places_of_tokens,
        &records,
        &places_of_records,
        until.map(Instant::as_micros)
    );
    let mut since = vec![BTreeMap::new(); asked.len()];
    for row in query.fetch_all(tx).named("quarantine.since").await? {
        if let Some(of) = usize::try_from(row.place).ok().and_then(|place| since.get_mut(place)) {
            of.insert(row.source, instant(row.since)?);
        }
    }
    Ok(since)
}

/// Per source: how many open entries identify no client to others than their sender. For the present the database keeps
/// the number, because every answer needs it; for the past it is counted.
pub(crate) async fn unnamed(tx: &mut PgConnection, until: Option<Instant>) -> Result<BTreeMap<String, u64>, Fault> {
    let number = |it: i64| u64::try_from(it).unwrap_or_default();
    let Some(until) = until else {
        let query = sqlx::query!(
            "SELECT source, sum(entries)::bigint AS \"count!\" FROM quarantine_unnamed GROUP BY source
             HAVING sum(entries) > 0"
        );
        let rows = query.fetch_all(tx).named("quarantine_unnamed.read").await?;
        return Ok(rows.into_iter().map(|row| (row.source, number(row.count))).collect());
    };
    let query = sqlx::query!(
        "SELECT source, count(*) AS \"count!\" FROM quarantine q
         WHERE state = 'open' AND received_at <= instant($1)
           AND NOT EXISTS (SELECT FROM quarantine_named n WHERE n.quarantine = q.id AND n.for_others)
         GROUP BY source",
        until.as_micros()
    );
    let rows = query.fetch_all(tx).named("quarantine.unnamed").await?;
    Ok(rows.into_iter().map(|row| (row.source, number(row.count))).collect())
}
