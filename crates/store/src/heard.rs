//! Watermarks: up to when each source was heard.

use crate::batch::Heard;
use crate::error::Fault;
use crate::order::instant;
use event::Instant;
use sqlx::PgConnection;
use std::collections::BTreeMap;

/// Raises watermarks; an earlier one changes nothing.
pub(crate) async fn write(tx: &mut PgConnection, heard: &[Heard]) -> Result<(), Fault> {
    let mut latest: BTreeMap<(&str, &str, i32), Instant> = BTreeMap::new();
    for it in heard {
        let at = latest.entry((&it.source, &it.ingest, it.partition)).or_insert(it.at);
        *at = it.at.max(*at);
    }
    if latest.is_empty() {
        return Ok(());
    }
    let sources: Vec<&str> = latest.keys().map(|(source, _, _)| *source).collect();
    let ingests: Vec<&str> = latest.keys().map(|(_, ingest, _)| *ingest).collect();
    let partitions: Vec<i32> = latest.keys().map(|(_, _, partition)| *partition).collect();
    let at: Vec<i64> = latest.values().map(|at| at.as_micros()).collect();
    sqlx::query!(
        "INSERT INTO heard (source, ingest, partition, heard_at)
         SELECT source, ingest, partition, instant(at)
         FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[]) AS n(source, ingest, partition, at)
         ORDER BY source, ingest, partition
         ON CONFLICT (source, ingest, partition) DO UPDATE SET heard_at = excluded.heard_at
         WHERE heard.heard_at < excluded.heard_at",
        &sources as &[&str],
        &ingests as &[&str],
        &partitions,
        &at
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Per source: up to when it was heard, by the oldest of its watermarks.
pub(crate) async fn oldest(tx: &mut PgConnection) -> Result<BTreeMap<String, Instant>, Fault> {
    let query = sqlx::query!("SELECT source, micros(min(heard_at)) AS \"at!\" FROM heard GROUP BY source");
    let rows = query.fetch_all(tx).await?;
    rows.into_iter().map(|row| Ok((row.source, instant(row.at)?))).collect()
}
