//! Source watermarks: up to when each source has reported. Ingest watermarks: up to when each ingest has written what it
//! received.
//!
//! A source reports by a message that was accepted for the first time, which its receipt shows when it is applied, and by
//! heartbeats, which an ingest writes to every partition.
//! - Any ingest may receive it, so the latest time counts.
//! - An ingest may be cut off with messages in hand. So no source watermark is later than the oldest ingest watermark,
//!   until that ingest has left in order or is retired.
//! - A partition may stand still, so the oldest partition counts. A partition that was never read makes every source
//!   unknown.
//!
//! An ingest that has left, or is retired, has written until `infinity`: nothing waits for it.

use crate::batch::Marked;
use crate::codec::instant;
use crate::error::Fault;
use crate::named::Named;
use crate::{Store, quarantine, statement, unidentified};
use care::source::{Declared, Reports};
use event::{Instant, SourceWatermark};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

/// A report shown by a receipt that came through a journal belongs to no ingest and no partition.
const BY_RECEIPT: (&str, i32) = ("", -1);

/// Raises the watermarks. `reports` are those that receipts show. An earlier time changes nothing.
pub(crate) async fn write(tx: &mut PgConnection, marks: &[Marked], reports: &[SourceWatermark]) -> Result<(), Fault> {
    if marks.is_empty() && reports.is_empty() {
        return Ok(());
    }
    // Ingests that have left and not come back since.
    let mut left: BTreeSet<(&str, i32)> = BTreeSet::new();
    let mut written: BTreeMap<(&str, i32), (Instant, u32)> = BTreeMap::new();
    let mut reported: BTreeMap<(&str, &str, i32), Instant> = BTreeMap::new();
    for Marked { partition, watermark } in marks {
        let ingest = (watermark.ingest.as_str(), *partition);
        let latest = written.entry(ingest).or_insert((watermark.at, watermark.partitions));
        *latest = (watermark.at, watermark.partitions).max(*latest);
        if watermark.leaving {
            left.insert(ingest)
        } else {
            left.remove(&ingest)
        };
        for it in &watermark.sources {
            let at = reported.entry((&it.source, ingest.0, ingest.1)).or_insert(it.at);
            *at = it.at.max(*at);
        }
    }
    let direct = written.contains_key(&(DIRECT, 0));
    let (ingest, partition) = if direct { (DIRECT, 0) } else { BY_RECEIPT };
    for it in reports {
        let at = reported.entry((&it.source, ingest, partition)).or_insert(it.at);
        *at = it.at.max(*at);
    }
    raise(tx, &reported, &written).await?;
    let (ingests, partitions): (Vec<&str>, Vec<i32>) = left.into_iter().unzip();
    if !ingests.is_empty() {
        sqlx::query!(
            "UPDATE ingest_watermark w SET written_at = 'infinity' FROM unnest($1::text[], $2::int[]) AS n(ingest, partition)
             WHERE w.ingest = n.ingest AND w.partition = n.partition",
            &ingests as &[&str],
            &partitions
        )
        .execute(tx)
        .named("ingest_watermark.leave").await?;
    }
    Ok(())
}

async fn raise(
    tx: &mut PgConnection,
    reported: &BTreeMap<(&str, &str, i32), Instant>,
    written: &BTreeMap<(&str, i32), (Instant, u32)>,
) -> Result<(), Fault> {
    let sources: Vec<&str> = reported.keys().map(|(source, _, _)| *source).collect();
    let reported_to: Vec<&str> = reported.keys().map(|(_, ingest, _)| *ingest).collect();
    let reported_in: Vec<i32> = reported.keys().map(|(_, _, partition)| *partition).collect();
    let reported_at: Vec<i64> = reported.values().map(|at| at.as_micros()).collect();
    let ingests: Vec<&str> = written.keys().map(|(ingest, _)| *ingest).collect();
    let partitions: Vec<i32> = written.keys().map(|(_, partition)| *partition).collect();
    let written_at: Vec<i64> = written.values().map(|(at, _)| at.as_micros()).collect();
    let of: Vec<i32> = written.values().map(|(_, of)| i32::try_from(*of).unwrap_or(i32::MAX)).collect();
    sqlx::query!(
        "WITH raised AS (
             INSERT INTO source_watermark (source, ingest, partition, reported_at)
             SELECT source, ingest, partition, instant(at)
             FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[]) AS n(source, ingest, partition, at)
             ORDER BY source, ingest, partition
             ON CONFLICT (source, ingest, partition) DO UPDATE SET reported_at = excluded.reported_at
             WHERE source_watermark.reported_at < excluded.reported_at
         )
         INSERT INTO ingest_watermark (ingest, partition, written_at, partitions)
         SELECT ingest, partition, instant(at), partitions
         FROM unnest($5::text[], $6::int[], $7::bigint[], $8::int[]) AS n(ingest, partition, at, partitions)
         ORDER BY ingest, partition
         ON CONFLICT (ingest, partition) DO UPDATE
         SET written_at = excluded.written_at, partitions = excluded.partitions
         WHERE ingest_watermark.written_at < excluded.written_at OR ingest_watermark.written_at = 'infinity'",
        &sources as &[&str],
        &reported_to as &[&str],
        &reported_in,
        &reported_at,
        &ingests as &[&str],
        &partitions,
        &written_at,
        &of
    )
    .execute(tx)
    .named("watermark.raise")
    .await?;
    Ok(())
}

/// Per source: up to when its reports are in the view. A source without an entry has never reported, or not through every
/// partition.
pub(crate) async fn oldest(tx: &mut PgConnection) -> Result<BTreeMap<String, Instant>, Fault> {
    let query = sqlx::query!(
        "WITH topic AS (
             SELECT coalesce(max(partitions) FILTER (WHERE written_at < 'infinity'), max(partitions), 1) AS partitions
             FROM ingest_watermark
         ), written AS (
             SELECT count(DISTINCT partition) AS partitions, min(written_at) AS at FROM ingest_watermark, topic
             WHERE partition < topic.partitions
         ), latest AS (
             SELECT source, partition, max(reported_at) AS reported_at FROM source_watermark, topic
             WHERE partition BETWEEN 0 AND topic.partitions - 1 GROUP BY source, partition
         ), reported AS (
             SELECT source, min(reported_at) AS at FROM latest
             GROUP BY source HAVING count(*) = (SELECT partitions FROM topic)
             UNION ALL
             SELECT source, reported_at FROM source_watermark, topic, written
             WHERE partition = -1 AND written.partitions = topic.partitions
         )
         SELECT source AS \"source!\", micros(least(max(at), (SELECT at FROM written))) AS \"at!\"
         FROM reported GROUP BY source"
    );
    let rows = query.fetch_all(tx).named("source_watermark.oldest").await?;
    rows.into_iter().map(|row| Ok((row.source, instant(row.at)?))).collect()
}

/// The time up to which everything in the journal is applied. In each partition it is the latest watermark that was
/// read there, whichever ingest wrote it, because records are applied in their order. So an ingest that is gone for
/// good holds up nothing that the others have written since. `None`: there is no journal, or every ingest has left.
pub(crate) async fn applied_until(tx: &mut PgConnection) -> Result<Option<Instant>, Fault> {
    let query = sqlx::query_scalar!(
        "SELECT micros(min(at)) FROM (
             SELECT max(written_at) AS at FROM ingest_watermark
             WHERE written_at < 'infinity' AND ingest <> $1
             GROUP BY substring(ingest FROM '[^@]*$'), partition
         ) AS latest",
        DIRECT
    );
    Ok(query.fetch_one(tx).named("ingest_watermark.applied").await?.map(instant).transpose()?)
}

/// The sources' reports as every answer reads them, and what sources declare that they cover.
pub async fn reports(store: &Store) -> Result<(Reports, BTreeMap<String, Declared>), Fault> {
    let mut tx = store.begin_reading().await?;
    let reports = Reports {
        reported_until: oldest(&mut tx).await?,
        rejected_unnamed: quarantine::unnamed(&mut tx, None).await?,
        unidentified: unidentified::read(&mut tx).await?,
    };
    let declared = statement::declared(&statement::read(&mut tx, &[], None).await?);
    Ok((reports, declared))
}

/// Up to when everything received is in the view, by the oldest ingest and partition. `None`: not known.
pub async fn written_until(store: &Store) -> Result<Option<Instant>, Fault> {
    let query = sqlx::query_scalar!(
        "WITH waited_for AS (SELECT * FROM ingest_watermark WHERE written_at < 'infinity'),
              topic AS (SELECT max(partitions) AS partitions FROM waited_for)
         SELECT micros(min(written_at)) FROM waited_for w, topic WHERE partition < topic.partitions
         HAVING count(DISTINCT partition) = (SELECT partitions FROM topic)"
    );
    Ok(query.fetch_optional(store.pool()).named("ingest_watermark.oldest").await?.flatten().map(instant).transpose()?)
}

/// Retires an ingest that is gone for good. False: there is none with this name.
pub async fn retire(store: &Store, ingest: &str) -> Result<bool, Fault> {
    let query = sqlx::query!(
        "UPDATE ingest_watermark SET written_at = 'infinity' WHERE ingest = $1 AND written_at < 'infinity'",
        ingest
    );
    let done = query.execute(store.pool()).named("ingest_watermark.retire").await?;
    Ok(done.rows_affected() > 0)
}

/// Deletes the watermarks of the time without a transport.
pub(crate) async fn forget_direct(tx: &mut PgConnection) -> Result<(), Fault> {
    for sql in [
        sqlx::query!("DELETE FROM ingest_watermark WHERE ingest = $1", DIRECT),
        sqlx::query!("DELETE FROM source_watermark WHERE ingest = $1", DIRECT),
    ] {
        sql.execute(&mut *tx).named("watermark.forget_direct").await?;
    }
    Ok(())
}

/// The ingests that still count, each with the time up to which everything it received is applied.
pub async fn active_ingests(store: &Store) -> Result<Vec<(String, Instant)>, Fault> {
    let query = sqlx::query!(
        "SELECT ingest, micros(min(written_at)) AS \"until!\" FROM ingest_watermark
         WHERE written_at < 'infinity' GROUP BY ingest ORDER BY ingest"
    );
    let rows = query.fetch_all(store.pool()).named("ingest_watermark.list").await?;
    rows.into_iter().map(|row| Ok((row.ingest, instant(row.until)?))).collect()
}

/// The name of the ingest without a transport.
pub const DIRECT: &str = "direct";
