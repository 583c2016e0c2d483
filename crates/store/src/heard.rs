//! Up to when each source was heard, and watermarks: up to when each ingest has written what it received.
//!
//! A source is heard by what it sent and was taken for the first time, which is known where its receipt is applied, and by
//! its heartbeats, which an ingest tells every partition. It is heard by any ingest, so the latest time counts. But an ingest
//! may be cut off with messages in hand, so no source is heard later than the oldest of the ingests has written, until that
//! has left in order or is retired. And a partition may stand still, so the oldest of the partitions counts; one that nothing
//! was read from makes everything unheard.
//!
//! An ingest that has left, or is retired, has written until `infinity`: nobody waits for it.

use crate::batch::Marked;
use crate::error::Fault;
use crate::order::instant;
use crate::{ApplyError, Projector, Store, statement};
use care::source::Declared;
use event::{Heard, Instant};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

/// What is heard by receipts that came through a journal is of no ingest and of no partition.
const BY_RECEIPT: (&str, i32) = ("", -1);

/// Raises watermarks, and the times of the sources that `receipts` tell of; an earlier one changes nothing.
pub(crate) async fn write(tx: &mut PgConnection, marks: &[Marked], receipts: &[Heard]) -> Result<(), Fault> {
    if marks.is_empty() && receipts.is_empty() {
        return Ok(());
    }
    // Left, and not come back since.
    let mut left: BTreeSet<(&str, i32)> = BTreeSet::new();
    let mut written: BTreeMap<(&str, i32), (Instant, u32)> = BTreeMap::new();
    let mut heard: BTreeMap<(&str, &str, i32), Instant> = BTreeMap::new();
    for Marked { partition, watermark } in marks {
        let ingest = (watermark.ingest.as_str(), *partition);
        let latest = written.entry(ingest).or_insert((watermark.at, watermark.partitions));
        *latest = (watermark.at, watermark.partitions).max(*latest);
        if watermark.leaving {
            left.insert(ingest)
        } else {
            left.remove(&ingest)
        };
        for it in &watermark.heard {
            let at = heard.entry((&it.source, ingest.0, ingest.1)).or_insert(it.at);
            *at = it.at.max(*at);
        }
    }
    let direct = written.contains_key(&(DIRECT, 0));
    let (ingest, partition) = if direct { (DIRECT, 0) } else { BY_RECEIPT };
    for it in receipts {
        let at = heard.entry((&it.source, ingest, partition)).or_insert(it.at);
        *at = it.at.max(*at);
    }
    raise(tx, &heard, &written).await?;
    let (ingests, partitions): (Vec<&str>, Vec<i32>) = left.into_iter().unzip();
    if !ingests.is_empty() {
        sqlx::query!(
            "UPDATE watermark w SET written_at = 'infinity' FROM unnest($1::text[], $2::int[]) AS n(ingest, partition)
             WHERE w.ingest = n.ingest AND w.partition = n.partition",
            &ingests as &[&str],
            &partitions
        )
        .execute(tx)
        .await?;
    }
    Ok(())
}

async fn raise(
    tx: &mut PgConnection,
    heard: &BTreeMap<(&str, &str, i32), Instant>,
    written: &BTreeMap<(&str, i32), (Instant, u32)>,
) -> Result<(), Fault> {
    let sources: Vec<&str> = heard.keys().map(|(source, _, _)| *source).collect();
    let heard_by: Vec<&str> = heard.keys().map(|(_, ingest, _)| *ingest).collect();
    let heard_in: Vec<i32> = heard.keys().map(|(_, _, partition)| *partition).collect();
    let heard_at: Vec<i64> = heard.values().map(|at| at.as_micros()).collect();
    let ingests: Vec<&str> = written.keys().map(|(ingest, _)| *ingest).collect();
    let partitions: Vec<i32> = written.keys().map(|(_, partition)| *partition).collect();
    let written_at: Vec<i64> = written.values().map(|(at, _)| at.as_micros()).collect();
    let of: Vec<i32> = written.values().map(|(_, of)| i32::try_from(*of).unwrap_or(i32::MAX)).collect();
    sqlx::query!(
        "WITH heard_of AS (
             INSERT INTO heard (source, ingest, partition, heard_at)
             SELECT source, ingest, partition, instant(at)
             FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[]) AS n(source, ingest, partition, at)
             ORDER BY source, ingest, partition
             ON CONFLICT (source, ingest, partition) DO UPDATE SET heard_at = excluded.heard_at
             WHERE heard.heard_at < excluded.heard_at
         )
         INSERT INTO watermark (ingest, partition, written_at, partitions)
         SELECT ingest, partition, instant(at), partitions
         FROM unnest($5::text[], $6::int[], $7::bigint[], $8::int[]) AS n(ingest, partition, at, partitions)
         ORDER BY ingest, partition
         ON CONFLICT (ingest, partition) DO UPDATE
         SET written_at = excluded.written_at, partitions = excluded.partitions
         WHERE watermark.written_at < excluded.written_at OR watermark.written_at = 'infinity'",
        &sources as &[&str],
        &heard_by as &[&str],
        &heard_in,
        &heard_at,
        &ingests as &[&str],
        &partitions,
        &written_at,
        &of
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Per source: up to when what was heard of it is in the view. A source that is not there was never heard, or not by way
/// of every partition.
pub(crate) async fn oldest(tx: &mut PgConnection) -> Result<BTreeMap<String, Instant>, Fault> {
    let query = sqlx::query!(
        "WITH topic AS (
             SELECT coalesce(max(partitions) FILTER (WHERE written_at < 'infinity'), max(partitions), 1) AS partitions
             FROM watermark
         ), written AS (
             SELECT count(DISTINCT partition) AS partitions, min(written_at) AS at FROM watermark, topic
             WHERE partition < topic.partitions
         ), latest AS (
             SELECT source, partition, max(heard_at) AS heard_at FROM heard, topic
             WHERE partition BETWEEN 0 AND topic.partitions - 1 GROUP BY source, partition
         ), heard_at AS (
             SELECT source, min(heard_at) AS at FROM latest
             GROUP BY source HAVING count(*) = (SELECT partitions FROM topic)
             UNION ALL
             SELECT source, heard_at FROM heard, topic, written
             WHERE partition = -1 AND written.partitions = topic.partitions
         )
         SELECT source AS \"source!\", micros(least(max(at), (SELECT at FROM written))) AS \"at!\"
         FROM heard_at GROUP BY source"
    );
    let rows = query.fetch_all(tx).await?;
    rows.into_iter().map(|row| Ok((row.source, instant(row.at)?))).collect()
}

/// Per source: up to when what was heard of it is in the view; and what sources say themselves that they speak for.
pub async fn sources(store: &Store) -> Result<(BTreeMap<String, Instant>, BTreeMap<String, Declared>), Fault> {
    let mut tx = store.begin_reading().await?;
    let heard = oldest(&mut tx).await?;
    let declared = statement::declared(&statement::read(&mut tx, &[], None).await?);
    Ok((heard, declared))
}

/// Up to when everything that was received is in the view: by the oldest ingest and partition. `None`: not known.
pub async fn written_until(store: &Store) -> Result<Option<Instant>, Fault> {
    let query = sqlx::query_scalar!(
        "WITH waited_for AS (SELECT * FROM watermark WHERE written_at < 'infinity'),
              topic AS (SELECT max(partitions) AS partitions FROM waited_for)
         SELECT micros(min(written_at)) FROM waited_for w, topic WHERE partition < topic.partitions
         HAVING count(DISTINCT partition) = (SELECT partitions FROM topic)"
    );
    Ok(query.fetch_optional(store.pool()).await?.flatten().map(instant).transpose()?)
}

/// An ingest that is gone for good is not waited for any more. False: there is none of this name.
pub async fn retire(store: &Store, ingest: &str) -> Result<bool, Fault> {
    let query = sqlx::query!(
        "UPDATE watermark SET written_at = 'infinity' WHERE ingest = $1 AND written_at < 'infinity'",
        ingest
    );
    let done = query.execute(store.pool()).await?;
    Ok(done.rows_affected() > 0)
}

impl Projector {
    /// What was heard without a transport is forgotten where there is one from now on: it was applied when it was heard,
    /// and nobody writes so any more. The other way round nothing is forgotten: the journal may hold what is not applied,
    /// so its ingests are waited for until they have left in order, and that was applied, or are retired.
    pub async fn through_journal(&self) -> Result<(), ApplyError> {
        let mut tx = self.store().begin().await?;
        for sql in [
            sqlx::query!("DELETE FROM watermark WHERE ingest = $1", DIRECT),
            sqlx::query!("DELETE FROM heard WHERE ingest = $1", DIRECT),
        ] {
            sql.execute(&mut *tx).await.map_err(Fault::from)?;
        }
        tx.commit().await.map_err(Fault::from)?;
        Ok(())
    }
}

/// The ingests that are waited for, each with the time until which everything that it received is applied.
pub async fn waited_for(store: &Store) -> Result<Vec<(String, Instant)>, Fault> {
    let query = sqlx::query!(
        "SELECT ingest, micros(min(written_at)) AS \"until!\" FROM watermark
         WHERE written_at < 'infinity' GROUP BY ingest ORDER BY ingest"
    );
    let rows = query.fetch_all(store.pool()).await?;
    rows.into_iter().map(|row| Ok((row.ingest, instant(row.until)?))).collect()
}

/// The name of the ingest without a transport.
pub const DIRECT: &str = "direct";
