//! The review list (`care::review`): read from the current registers each time, so it is never stale.
//!
//! Only the part of the registers that can be on the list is read: it grows with the number of doubts, not with the
//! county. To find it, the database scans the registers, which is acceptable for an operator's command. An identifier
//! that thousands share is one case, of which the first records are shown.

use crate::Store;
use crate::codec::{from_bytes, slices, token};
use crate::error::Fault;
use crate::history;
use crate::named::Named;
use crate::record::{self, Records};
use crate::register;
use crate::statement;
use care::link::{CROWD, Former, LARGEST, LinkDecision, Links, RecordLinks, components};
pub use care::list::{PendingList, Scope, StatedRow};
pub use care::review::{
    CodeVerdict, Reason, STEWARD, Verdict, code_decided, decided, list_confirmed, made_again, undone,
};
use event::{Authority, Evidence, HETU_SYSTEM, Instant, StreamId, Token};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Records whose history is read at once.
const PAGE: usize = 100;
/// How many records of one system that present one doubtful identifier are shown, the undecided first. Nobody decides
/// about more of them one by one, and a number that somebody uses for "unknown" may stand in a hundred thousand.
const SHOWN: i64 = 200;

/// Records for which a person must decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Why.
    pub reason: Reason,
    /// The earliest receipt of the latest reports that led to it.
    pub since: Instant,
    /// The records, by reference.
    pub records: Vec<Party>,
}

/// One record of an entry. It identifies nobody by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Party {
    /// The reference that a steward uses: the record's id in this database.
    pub reference: i64,
    /// The system of its own identity.
    pub system: String,
    /// The configured names of the sources that reported it.
    pub sources: BTreeSet<String>,
    /// A steward has decided about it and another record of the entry.
    pub decided: bool,
}

/// The open entries, as of one moment.
pub async fn list(store: &Store) -> Result<Vec<Entry>, Fault> {
    let mut tx = store.begin_reading().await?;
    let (mut records, mut links) = (Records::default(), Links::default());
    let ids = candidates(&mut tx).await?;
    records.read_ids(&mut tx, &ids).await?;
    let keys: BTreeSet<Token> = ids.iter().filter_map(|id| records.by_id(*id)).map(|known| known.key).collect();
    register::read(&mut tx, &keys, &mut records, &mut links).await?;
    let mut clients: BTreeMap<i64, BTreeSet<Token>> = BTreeMap::new();
    for known in keys.iter().filter_map(|key| records.by_key(key)) {
        clients.entry(known.client).or_default().insert(known.key);
    }
    let clients: Vec<BTreeSet<Token>> = clients.into_values().collect();
    let reviews = care::review::open(&links, &clients);
    let concerned = reviews.iter().flat_map(|it| it.open.keys().chain(it.decided.keys()));
    last_reports(&mut tx, &records, &mut links, &concerned.copied().collect()).await?;
    let reviews = care::review::open(&links, &clients);
    let order_keys = reviews.iter().flat_map(|it| it.open.values().chain(it.decided.values())).flatten();
    let events: BTreeSet<Uuid> = order_keys.map(|key| key.id).collect();
    let source_of = sources(&mut tx, &events.into_iter().collect::<Vec<_>>()).await?;
    let mut entries = Vec::new();
    for review in reviews {
        let parties = review.open.iter().map(|it| (it, false)).chain(review.decided.iter().map(|it| (it, true)));
        let mut since = Instant::MAX;
        let mut entry = Vec::new();
        for ((key, order_keys), decided) in parties {
            let known = records.by_key(key).ok_or(Fault::Stored("record"))?;
            since = order_keys.iter().map(|key| key.received).fold(since, Instant::min);
            let sources = order_keys.iter().filter_map(|key| source_of.get(&key.id)).cloned().collect();
            let (reference, system) = (known.id, known.system.clone());
            entry.push(Party { reference, system, sources, decided });
        }
        entry.sort();
        entries.push(Entry { reason: review.reason, since, records: entry });
    }
    entries.sort_by_key(|entry| (entry.since, entry.reason));
    Ok(entries)
}

/// Which source each of these events is of.
async fn sources(tx: &mut PgConnection, events: &[Uuid]) -> Result<BTreeMap<Uuid, String>, Fault> {
    let mut sources = BTreeMap::new();
    for page in events.chunks(PAGE) {
        let page = history::with_ids(tx, page).await?;
        sources.extend(page.into_iter().map(|(id, it)| (id, it.received.event.source)));
    }
    Ok(sources)
}

/// The registers of these records with the keys of the last reports. They come from history, because a stored key may
/// be that of an earlier event that reported the same.
async fn last_reports(
    tx: &mut PgConnection,
    records: &Records,
    links: &mut Links,
    keys: &BTreeSet<Token>,
) -> Result<(), Fault> {
    let keys: Vec<Token> = keys.iter().copied().collect();
    for page in keys.chunks(PAGE) {
        let mut last = Links::default();
        let events = history::of_records(tx, &records.ids(page)?, None).await?;
        events.values().flatten().for_each(|received| last.learn(received));
        for key in page {
            if let (Some(record), Some(last)) = (links.records.get_mut(key), last.records.remove(key)) {
                record.presented = last.presented;
            }
        }
    }
    Ok(())
}

/// The two records that a steward names, and the decision about them. `None`: there is no such record.
pub async fn pair(
    store: &Store,
    (a, b): (i64, i64),
) -> Result<Option<(StreamId, StreamId, Option<LinkDecision>)>, Fault> {
    let mut tx = store.begin_reading().await?;
    let mut records = Records::default();
    records.read_ids(&mut tx, &BTreeSet::from([a, b])).await?;
    let of = |id| records.by_id(id).map(|known| StreamId { key: known.key, system: known.system.clone() });
    let (Some(first), Some(second)) = (of(a), of(b)) else { return Ok(None) };
    let query = sqlx::query!(
        "SELECT authority, together, order_key FROM link_decision WHERE low = $1 AND high = $2",
        a.min(b),
        a.max(b)
    );
    let decision = query.fetch_optional(&mut *tx).named("link_decision.read").await?.map(|row| {
        let authority = register::authority(Some(row.authority))?;
        Ok::<_, Fault>(LinkDecision { authority, key: from_bytes(&row.order_key)?, together: row.together })
    });
    Ok(Some((first, second, decision.transpose()?)))
}

/// A record that a steward names, and what concerns its identity codes.
pub struct RecordCodes {
    /// The record.
    pub record: StreamId,
    /// Those that have ended or are proposed to.
    pub proposed: BTreeMap<Token, Former>,
    /// The ids of the decisions of a steward that hold.
    pub decisions: BTreeSet<Uuid>,
}

/// `None`: there is no such record.
pub async fn codes(store: &Store, reference: i64) -> Result<Option<RecordCodes>, Fault> {
    let mut tx = store.begin_reading().await?;
    let (mut records, mut links) = (Records::default(), Links::default());
    records.read_ids(&mut tx, &BTreeSet::from([reference])).await?;
    let known = records.by_id(reference).map(|known| StreamId { key: known.key, system: known.system.clone() });
    let Some(record) = known else { return Ok(None) };
    register::read(&mut tx, &BTreeSet::from([record.key]), &mut records, &mut links).await?;
    let of_record = links.records.get(&record.key);
    let ended = of_record.into_iter().flat_map(RecordLinks::ended);
    let proposed = of_record.into_iter().flat_map(RecordLinks::proposed);
    let stand = of_record.into_iter().flat_map(|it| it.former.values());
    let decisions = stand.filter(|it| it.authority == Authority::Steward).map(|it| it.key.id).collect();
    Ok(Some(RecordCodes { record, proposed: ended.chain(proposed).collect(), decisions }))
}

/// The lists that wait for confirmation, the oldest first.
pub async fn pending_lists(store: &Store) -> Result<Vec<StatedRow>, Fault> {
    let mut lists = statement::lists(&mut *store.begin_reading().await?).await?;
    lists.retain(|list| list.pending.is_some());
    lists.sort_by_key(|list| list.pending.as_ref().map(|pending| (pending.received, pending.list)));
    Ok(lists)
}

/// The records that can be on the list.
async fn candidates(tx: &mut PgConnection) -> Result<BTreeSet<i64>, Fault> {
    let query = sqlx::query!(
        "WITH by_steward AS (SELECT unnest(ARRAY[low, high]) AS record FROM link_decision WHERE authority = 2),
         doubtful AS MATERIALIZED (
             SELECT p.record, t.token,
                    row_number() OVER (PARTITION BY p.system, t.token
                                       ORDER BY p.record IN (SELECT record FROM by_steward), p.record) AS place
             FROM presented_set p CROSS JOIN unnest(p.tokens) AS t(token)
             WHERE (p.system = $1 AND cardinality(p.tokens) > 1) OR p.system IN ($2, $3))
         SELECT record, token AS \"token!\" FROM doubtful
         WHERE record IN (SELECT record FROM doubtful GROUP BY record HAVING max(place) <= $4)",
        HETU_SYSTEM,
        Evidence::RefusedCode.system(),
        Evidence::EndedCode.system(),
        SHOWN
    );
    let (mut ids, mut tokens) = (BTreeSet::new(), BTreeSet::new());
    for row in query.fetch_all(&mut *tx).named("review.presented").await? {
        ids.insert(row.record);
        tokens.insert(token(&row.token)?);
    }
    let query = sqlx::query_scalar!(
        "WITH presenting AS (
             SELECT record, row_number() OVER (PARTITION BY token, system ORDER BY record) AS place
             FROM identifier WHERE token = ANY($1))
         SELECT DISTINCT record FROM presenting WHERE place <= $2",
        &slices(&tokens) as &[&[u8]],
        SHOWN
    );
    ids.extend(query.fetch_all(&mut *tx).named("review.presenters").await?);
    let crowd = i64::try_from(CROWD).unwrap_or(i64::MAX);
    let query = sqlx::query_scalar!(
        "WITH by_steward AS (SELECT unnest(ARRAY[low, high]) AS record FROM link_decision WHERE authority = 2),
         crowded AS (SELECT token, system FROM identifier WHERE links GROUP BY token, system HAVING count(*) > $1),
         crowd AS (
             SELECT i.record, row_number() OVER (PARTITION BY i.token, i.system
                                                 ORDER BY i.record IN (SELECT record FROM by_steward), i.record) AS place
             FROM identifier i JOIN crowded c ON c.token = i.token AND c.system = i.system WHERE i.links)
         SELECT DISTINCT record FROM crowd WHERE place <= $2",
        crowd,
        SHOWN
    );
    ids.extend(query.fetch_all(&mut *tx).named("review.crowds").await?);
    let query = sqlx::query_scalar!(
        "SELECT id FROM record WHERE client IN (
             SELECT r.client FROM presented_set p JOIN record r ON r.id = p.record CROSS JOIN unnest(p.tokens) AS t(token)
             WHERE p.system = $1 OR (p.system = $2 AND cardinality(p.tokens) = 1)
             GROUP BY r.client, p.system HAVING count(DISTINCT t.token) > 1)",
        Evidence::BirthDate.system(),
        HETU_SYSTEM
    );
    ids.extend(query.fetch_all(&mut *tx).named("review.contradicting").await?);
    let query = sqlx::query_scalar!(
        "SELECT record AS \"record!\" FROM former_code WHERE authority = 3
         UNION SELECT record FROM presented_code
         UNION SELECT unnest(ARRAY[low, high]) FROM link_decision WHERE authority = 3"
    );
    ids.extend(query.fetch_all(&mut *tx).named("review.proposed").await?);
    ids.extend(in_too_large(tx, crowd).await?);
    Ok(ids)
}

/// Records of components that are too large. Only links between clients are read; these exist only where a component is
/// too large or somebody has decided. Clients that are too large themselves are added: each of their links was decided.
async fn in_too_large(tx: &mut PgConnection, crowd: i64) -> Result<Vec<i64>, Fault> {
    // Each record that shares an identifier, with the lowest that shares it: enough to join them.
    let query = sqlx::query!(
        "WITH linking AS (
             SELECT token, record, count(*) OVER (PARTITION BY token, system) AS of_system
             FROM identifier WHERE links),
         shared AS (
             SELECT record, min(record) OVER (PARTITION BY token) AS lowest FROM linking WHERE of_system <= $1),
         linked AS (
             SELECT lowest AS low, record AS high FROM shared WHERE record <> lowest
             UNION ALL SELECT low, high FROM link_decision WHERE together AND authority <> 3)
         SELECT DISTINCT a.client AS \"low!\", b.client AS \"high!\" FROM linked
         JOIN record a ON a.id = low JOIN record b ON b.id = high WHERE a.client <> b.client
         UNION ALL SELECT client, client FROM record GROUP BY client HAVING count(*) > $2",
        crowd,
        i64::try_from(LARGEST).unwrap_or(i64::MAX)
    );
    let edges = query.fetch_all(&mut *tx).named("review.components").await?;
    let edges: Vec<(i64, i64)> = edges.into_iter().map(|row| (row.low, row.high)).collect();
    let clients: BTreeSet<i64> = edges.iter().flat_map(|(low, high)| [*low, *high]).collect();
    let records = record::of_clients(tx, &clients).await?;
    let components = components(clients.into_iter(), edges.into_iter()).into_iter();
    let of_clients = components
        .map(|clients| clients.iter().filter_map(|it| records.get(it)).flatten().copied().collect::<Vec<i64>>());
    Ok(of_clients.filter(|records| records.len() > LARGEST).flatten().collect())
}
