//! The stored link registers (rule R6): the identifiers that records present, the decisions between pairs of records, and
//! the index that finds records by identifier.
//!
//! In memory they are `care::link::Links`, by record key. Here they are read, and the difference of two states is written.

mod write;

pub(crate) use write::{agree, mend_index, write};

use crate::codec::{from_bytes, slices, token};
use crate::error::Fault;
use crate::named::Named;
use crate::record::Records;
use care::link::{CROWD, Former, LinkDecision, Links, PresentedSet, RecordLinks, pair};
use event::{Authority, Evidence, HETU_SYSTEM, Token};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

/// Two states of the registers of some records: what is stored, and what follows from the events.
#[derive(Clone, Copy)]
pub(crate) struct RegisterStates<'p> {
    pub records: &'p Records,
    pub before: &'p Links,
    pub after: &'p Links,
    /// Records whose stored registers have keys that are not right any more.
    pub stale: &'p BTreeSet<Token>,
    /// Every (record, identifier) that the events report.
    pub reported: &'p BTreeSet<(Token, Token)>,
}

/// Reads the registers of these records into `links`, and the records at the other side of their decided pairs into
/// `records`.
pub(crate) async fn read(
    tx: &mut PgConnection,
    keys: &BTreeSet<Token>,
    records: &mut Records,
    links: &mut Links,
) -> Result<(), Fault> {
    let ids: Vec<i64> = records.ids(keys)?.into_iter().collect();
    if ids.is_empty() {
        return Ok(());
    }
    for known in ids.iter().filter_map(|id| records.by_id(*id)) {
        links.records.insert(known.key, RecordLinks { system: known.system.clone(), ..RecordLinks::default() });
    }
    // One statement for all registers: most records have the first only, and each statement costs a round trip.
    let query = sqlx::query!(
        "SELECT record AS \"record!\", order_key, system, tokens, token, other, authority, holds
         FROM (SELECT record, order_key, system, tokens, NULL::bytea AS token, NULL::bigint AS other, NULL::int AS authority,
                      NULL::boolean AS holds
               FROM presented_set WHERE record = ANY($1)
               UNION ALL SELECT record, order_key, NULL, NULL, token, NULL, authority, former FROM former_code
                         WHERE record = ANY($1)
               UNION ALL SELECT record, NULL, NULL, NULL, token, NULL, NULL, NULL FROM presented_code
                         WHERE record = ANY($1)
               UNION ALL SELECT low, order_key, NULL, NULL, NULL, high, authority, together FROM link_decision
                         WHERE low = ANY($1)
               UNION ALL SELECT low, order_key, NULL, NULL, NULL, high, authority, together FROM link_decision
                         WHERE high = ANY($1) AND low <> ALL($1)) AS register",
        &ids
    );
    let mut decided = Vec::new();
    for row in query.fetch_all(&mut *tx).named("register.read").await? {
        let links_of = records.by_id(row.record).and_then(|known| links.records.get_mut(&known.key));
        let Some(order_key) = row.order_key else {
            if let (Some(record), Some(code)) = (links_of, row.token) {
                record.codes.insert(token(&code)?);
            }
            continue;
        };
        match (row.system, row.tokens, row.token, row.holds) {
            (Some(system), Some(tokens), ..) => {
                let tokens = tokens.iter().map(|bytes| token(bytes)).collect::<Result<_, _>>()?;
                let set = PresentedSet { key: from_bytes(&order_key)?, tokens };
                if let Some(record) = links_of {
                    record.presented.insert(system, set);
                }
            }
            (.., Some(bytes), Some(former)) => {
                let change = Former { authority: authority(row.authority)?, key: from_bytes(&order_key)?, former };
                if let Some(record) = links_of {
                    record.former.insert(token(&bytes)?, change);
                }
            }
            (.., Some(together)) => {
                let decision =
                    LinkDecision { authority: authority(row.authority)?, key: from_bytes(&order_key)?, together };
                decided.push((row.record, row.other.ok_or(Fault::Stored("decision"))?, decision));
            }
            _ => return Err(Fault::Stored("register")),
        }
    }
    records.read_ids(tx, &decided.iter().flat_map(|(low, high, _)| [*low, *high]).collect()).await?;
    for (low, high, decision) in decided {
        let (Some(a), Some(b)) = (records.by_id(low), records.by_id(high)) else {
            return Err(Fault::Stored("decision"));
        };
        links.decided.insert(pair(a.key, b.key), decision);
    }
    Ok(())
}

pub(crate) fn authority(number: Option<i32>) -> Result<Authority, Fault> {
    let known = Authority::ALL.iter().copied().find(|it| Some(*it as i32) == number);
    known.ok_or(Fault::Stored("authority"))
}

/// The records that present a token, by their system: at most `limit` of each system, so that a placeholder that thousands
/// present costs no more than one person's number.
pub(crate) async fn presenters(
    tx: &mut PgConnection,
    tokens: &BTreeSet<Token>,
    limit: usize,
    ever: bool,
    after: i64,
) -> Result<BTreeMap<(Token, String), BTreeSet<i64>>, Fault> {
    let mut presenters: BTreeMap<_, BTreeSet<i64>> = BTreeMap::new();
    if tokens.is_empty() {
        return Ok(presenters);
    }
    // The recursion steps over the index from system to system instead of reading every row of a token.
    let query = sqlx::query!(
        "WITH RECURSIVE step AS (
             SELECT t.token, (SELECT min(i.system) FROM identifier i WHERE i.token = t.token) AS system
             FROM unnest($1::bytea[]) AS t(token)
             UNION ALL
             SELECT s.token, (SELECT min(i.system) FROM identifier i WHERE i.token = s.token AND i.system > s.system)
             FROM step s WHERE s.system IS NOT NULL)
         SELECT s.token AS \"token!\", s.system AS \"system!\", r.record AS \"record!\"
         FROM step s CROSS JOIN LATERAL (
             SELECT i.record FROM identifier i
             WHERE i.token = s.token AND i.system = s.system AND i.record > $4 AND (i.links OR $3)
             ORDER BY i.record LIMIT $2) AS r
         WHERE s.system IS NOT NULL",
        &slices(tokens) as &[&[u8]],
        i64::try_from(limit).unwrap_or(i64::MAX),
        ever,
        after
    );
    for row in query.fetch_all(tx).named("identifier.presenters").await? {
        presenters.entry((token(&row.token)?, row.system)).or_default().insert(row.record);
    }
    Ok(presenters)
}

/// The tokens that a record presents now without being linked by them. An identity code without its label no longer counts
/// once a message of that record has a labelled one.
pub(crate) async fn unlinked(tx: &mut PgConnection, tokens: &BTreeSet<Token>) -> Result<BTreeSet<Token>, Fault> {
    let query = sqlx::query_scalar!(
        "SELECT t.token AS \"token!\" FROM unnest($1::bytea[]) AS t(token)
         WHERE EXISTS (SELECT FROM identifier i JOIN presented_set p ON p.record = i.record
                       WHERE i.token = t.token AND NOT i.links AND t.token = ANY(p.tokens)
                         AND NOT (p.system = $2 AND EXISTS (
                             SELECT FROM presented_set labelled
                             WHERE labelled.record = p.record AND labelled.system = $3 AND labelled.order_key > p.order_key
                               AND cardinality(labelled.tokens) > 0)))",
        &slices(tokens) as &[&[u8]],
        Evidence::UnlabelledCode.system(),
        HETU_SYSTEM
    );
    Ok(query
        .fetch_all(tx)
        .named("identifier.unlinked")
        .await?
        .iter()
        .map(|bytes| token(bytes))
        .collect::<Result<_, _>>()?)
}

/// Tokens that are former codes of a client's record, each with that client. They do not find it.
pub(crate) async fn former(
    tx: &mut PgConnection,
    tokens: &BTreeSet<Token>,
    clients: &BTreeMap<i64, BTreeSet<i64>>,
) -> Result<BTreeSet<(Token, i64)>, Fault> {
    let client_of: BTreeMap<i64, i64> =
        clients.iter().flat_map(|(client, records)| records.iter().map(|record| (*record, *client))).collect();
    let records: Vec<i64> = client_of.keys().copied().collect();
    let query = sqlx::query!(
        "SELECT token, record FROM former_code WHERE former AND authority <> 3 AND token = ANY($1) AND record = ANY($2)",
        &slices(tokens) as &[&[u8]],
        &records
    );
    let mut former = BTreeSet::new();
    for row in query.fetch_all(tx).named("former_code.read").await? {
        if let Some(client) = client_of.get(&row.record) {
            former.insert((token(&row.token)?, *client));
        }
    }
    Ok(former)
}

/// Proposals of sources without authority to decide them, which nobody has decided: the codes and records concerned.
#[derive(Debug, Default)]
pub(crate) struct Proposed {
    pub tokens: BTreeSet<Token>,
    pub records: BTreeSet<i64>,
}

/// The open proposals about these codes and records: see `care::link::Links::is_in_doubt`.
pub(crate) async fn proposed(
    tx: &mut PgConnection,
    tokens: &BTreeSet<Token>,
    clients: &BTreeMap<i64, BTreeSet<i64>>,
) -> Result<Proposed, Fault> {
    let records: Vec<i64> = clients.values().flatten().copied().collect();
    // Of the last two parts: a code gave way to another without a report of why; a code of theirs has ended, and another client's
    // record presents it as valid.
    let query = sqlx::query!(
        "SELECT token, NULL::bigint AS record FROM former_code WHERE token = ANY($1) AND authority = 3
         UNION ALL SELECT NULL, record FROM former_code WHERE record = ANY($2) AND authority = 3
         UNION ALL SELECT NULL, unnest(ARRAY[d.low, d.high])
                   FROM link_decision d JOIN record a ON a.id = d.low JOIN record b ON b.id = d.high
                   WHERE (d.low = ANY($2) OR d.high = ANY($2)) AND d.authority = 3 AND d.together AND a.client <> b.client
         UNION ALL SELECT c.token, c.record FROM presented_code c
                   WHERE (c.token = ANY($1) OR c.record = ANY($2))
                     AND NOT EXISTS (SELECT FROM former_code f WHERE f.record = c.record AND f.token = c.token)
                     AND NOT EXISTS (SELECT FROM presented_set p WHERE p.record = c.record AND p.system IN ($3, $4)
                                                                   AND c.token = ANY(p.tokens))
         UNION ALL SELECT NULL, e.record
                   FROM presented_set e JOIN record own ON own.id = e.record CROSS JOIN LATERAL unnest(e.tokens) AS t(token)
                   WHERE e.record = ANY($2) AND e.system = $3
                     AND NOT EXISTS (SELECT FROM former_code f
                                     WHERE f.record = e.record AND f.token = t.token AND f.authority <> 3)
                     AND EXISTS (SELECT FROM identifier i JOIN record other ON other.id = i.record
                                 JOIN presented_set p ON p.record = i.record
                                 WHERE i.token = t.token AND other.client <> own.client
                                   AND p.system <> $3 AND t.token = ANY(p.tokens))",
        &slices(tokens) as &[&[u8]],
        &records,
        Evidence::EndedCode.system(),
        HETU_SYSTEM
    );
    let mut proposed = Proposed::default();
    for row in query.fetch_all(tx).named("register.proposed").await? {
        proposed.records.extend(row.record);
        proposed.tokens.extend(row.token.map(|bytes| token(&bytes)).transpose()?);
    }
    Ok(proposed)
}

/// More presenters than this of one system make a crowd, even after `leaving` of them have left.
pub(crate) fn crowd_limit(leaving: usize) -> usize {
    CROWD + 1 + leaving
}

/// Locks identifiers in order. A transaction that changes the presenters of one waits for another that does, and then sees
/// its result.
pub(crate) async fn lock_tokens(tx: &mut PgConnection, tokens: &BTreeSet<Token>) -> Result<(), Fault> {
    if tokens.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO identifier_token (token) SELECT token FROM unnest($1::bytea[]) AS n(token) ORDER BY token
         ON CONFLICT (token) DO UPDATE SET token = excluded.token",
        &slices(tokens) as &[&[u8]]
    )
    .execute(tx)
    .named("identifier_token.lock")
    .await?;
    Ok(())
}
