//! Gaps: records that may be missing, of the journal or of a restored database.
//!
//! A partition is read on from its checkpoint only if the record before it is the one that was read last. Otherwise the
//! log is read from its beginning, which changes nothing that is known already, and a gap is opened: nobody knows which
//! records stood between. Until an operator closes it, no answer is "none", and no permission from before it opens anything: its
//! withdrawal may be among them.

use crate::codec::instant;
use crate::error::Fault;
use crate::named::Named;
use crate::progress;
use crate::watermark::DIRECT;
use crate::{ApplyError, Projector, Store};
use event::{Checkpoint, Code, GapReason, Instant};
use sqlx::PgConnection;

/// A partition whose log does not continue from its checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// Why.
    pub reason: GapReason,
    /// Its checkpoint; `None`: it was never read.
    pub expected: Option<Checkpoint>,
    /// The first offset that the broker holds: it is read from here.
    pub beginning: i64,
}

/// A gap that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenGap {
    /// Its id.
    pub id: i64,
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// Why, as a code.
    pub reason: String,
    /// Where reading should have gone on.
    pub expected: i64,
    /// Where it went on.
    pub resumed: i64,
    /// Up to when the partition is known to be whole; `None`: never was.
    pub known_until: Option<Instant>,
    /// When it was found.
    pub found_at: Instant,
}

impl Projector {
    /// Opens a gap and sets the partition to the first offset that the broker holds, in one transaction. False: the
    /// checkpoint has moved, so another program did it.
    pub async fn open_gap(&self, gap: &Gap) -> Result<bool, ApplyError> {
        let mut tx = self.store().begin().await?;
        if !progress::set_back(&mut tx, &gap.topic, gap.partition, gap.expected, gap.beginning).await? {
            return Ok(false);
        }
        sqlx::query!(
            "INSERT INTO gap (topic, partition, reason, expected, resumed, known_until)
             VALUES ($1, $2, $3, $4, $5, (SELECT max(written_at) FROM ingest_watermark WHERE partition = $2 AND written_at < 'infinity'))",
            gap.topic,
            gap.partition,
            gap.reason.code(),
            gap.expected.map_or(0, |checkpoint| checkpoint.next),
            gap.beginning
        )
        .execute(&mut *tx).named("gap.insert").await?;
        tx.commit().named("commit").await?;
        Ok(true)
    }
}

/// Opens a gap for the time after the backup that this database was restored from; gives its id. Everything is known up to
/// the last report of a source.
pub async fn restored(store: &Store) -> Result<i64, Fault> {
    let query = sqlx::query_scalar!(
        "INSERT INTO gap (topic, partition, reason, expected, resumed, known_until)
         VALUES ($1, 0, $2, 0, 0, (SELECT max(reported_at) FROM source_watermark)) RETURNING id",
        DIRECT,
        GapReason::DatabaseRestored.code()
    );
    query.fetch_one(store.pool()).named("gap.insert_restored").await
}

/// The open gaps of all topics. Each of them turns every "none" into "not known".
pub async fn open(store: &Store) -> Result<Vec<OpenGap>, Fault> {
    let query = sqlx::query!(
        "SELECT id, topic, partition, reason, expected, resumed, micros(known_until) AS known_until,
                micros(found_at) AS \"found_at!\"
         FROM gap WHERE closed_at IS NULL ORDER BY id"
    );
    let mut gaps = Vec::new();
    for row in query.fetch_all(store.pool()).named("gap.list").await? {
        gaps.push(OpenGap {
            id: row.id,
            topic: row.topic,
            partition: row.partition,
            reason: row.reason,
            expected: row.expected,
            resumed: row.resumed,
            known_until: row.known_until.map(instant).transpose()?,
            found_at: instant(row.found_at)?,
        });
    }
    Ok(gaps)
}

/// Closes gaps for a reason: nothing is missing, or it was sent again. Gives those of `ids` that were open.
pub async fn close(store: &Store, ids: &[i64], reason: &Code) -> Result<Vec<i64>, Fault> {
    let query = sqlx::query_scalar!(
        "UPDATE gap SET closed_at = now(), close_reason = $2 WHERE id = ANY($1) AND closed_at IS NULL RETURNING id",
        ids,
        reason.as_str()
    );
    query.fetch_all(store.pool()).named("gap.close").await
}

/// After the restore of an older backup, with a journal: the records of these partitions before these offsets are not
/// applied yet. That needs no gap, because nothing is lost; see `Missing::permissions_doubted`.
pub async fn restored_to(store: &Store, topic: &str, ends: &[(i32, i64)]) -> Result<(), Fault> {
    let (partitions, ends): (Vec<i32>, Vec<i64>) = ends.iter().copied().unzip();
    let mut tx = store.begin().await?;
    sqlx::query!("DELETE FROM restored").execute(&mut *tx).named("restored.clear").await?;
    sqlx::query!(
        "INSERT INTO restored (topic, partition, until)
         SELECT $1, n.partition, n.until FROM unnest($2::int[], $3::bigint[]) AS n(partition, until)
         WHERE n.until > coalesce((SELECT next FROM progress p WHERE p.topic = $1 AND p.partition = n.partition), 0)",
        topic,
        &partitions,
        &ends
    )
    .execute(&mut *tx)
    .named("restored.insert")
    .await?;
    tx.commit().named("commit").await
}

/// What may be missing in this database.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::option_option, reason = "whether a gap is open, and whether it is known since when")]
pub(crate) struct Missing {
    /// `Some`: a gap is open. Inside: since when not everything is known, by the earliest gap (`None`: everything never
    /// was).
    pub since: Option<Option<Instant>>,
    /// What was permitted before this time may have been withdrawn since. The withdrawal may lie in a gap, until an
    /// operator closes it; after a restore, it may be in the journal and not applied yet.
    pub permissions_doubted: Option<Instant>,
}

pub(crate) async fn missing(tx: &mut PgConnection) -> Result<Missing, Fault> {
    let query = sqlx::query!(
        "SELECT count(*) AS \"open!\", count(known_until) AS \"known!\", micros(min(known_until)) AS since,
                micros(greatest(max(found_at), (
                    SELECT max(r.at) FROM restored r
                    WHERE NOT EXISTS (SELECT FROM progress p
                                      WHERE p.topic = r.topic AND p.partition = r.partition AND p.next >= r.until))))
                    AS doubted
         FROM gap WHERE closed_at IS NULL"
    );
    let row = query.fetch_one(tx).named("gap.missing").await?;
    let permissions_doubted = row.doubted.map(instant).transpose()?;
    if row.open == 0 {
        return Ok(Missing { since: None, permissions_doubted });
    }
    let since = row.since.filter(|_| row.known == row.open).map(instant).transpose()?;
    Ok(Missing { since: Some(since), permissions_doubted })
}
