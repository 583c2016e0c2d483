//! The link registers (rule R6) as stored: what records present, what is decided between pairs of them, and the index by
//! which a record is found by an identifier.
//!
//! In memory they are `care::link::Links`, by record key; here they are read, and the difference of two is written.

use crate::error::Fault;
use crate::order::{from_bytes, slices, to_bytes, token};
use crate::plan::Plan;
use crate::record::Records;
use care::link::{CROWD, Decision, Links, PresentedSet, RecordLinks, pair};
use event::{Authority, Token};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

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
        links.records.insert(
            known.key,
            RecordLinks {
                system: known.system.clone(),
                presented: BTreeMap::new(),
            },
        );
    }
    let query = sqlx::query!(
        "SELECT record, system, said, tokens FROM presented WHERE record = ANY($1)",
        &ids
    );
    for row in query.fetch_all(&mut *tx).await? {
        let tokens = row.tokens.iter().map(|bytes| token(bytes)).collect::<Result<_, _>>()?;
        let set = PresentedSet {
            key: from_bytes(&row.said)?,
            tokens,
        };
        if let Some(record) = records
            .by_id(row.record)
            .and_then(|known| links.records.get_mut(&known.key))
        {
            record.presented.insert(row.system, set);
        }
    }
    let query = sqlx::query!(
        "SELECT low AS \"low!\", high AS \"high!\", authority AS \"authority!\", together AS \"together!\", said AS \"said!\"
         FROM decided WHERE low = ANY($1)
         UNION ALL SELECT low, high, authority, together, said FROM decided WHERE high = ANY($1) AND low <> ALL($1)",
        &ids
    );
    let rows = query.fetch_all(&mut *tx).await?;
    let pairs = rows.iter().flat_map(|row| [row.low, row.high]);
    records.read_ids(tx, &pairs.collect()).await?;
    for row in rows {
        let (Some(a), Some(b)) = (records.by_id(row.low), records.by_id(row.high)) else {
            return Err(Fault::Stored("decision"));
        };
        let authority = Authority::ALL.iter().copied().find(|it| *it as i32 == row.authority);
        let authority = authority.ok_or(Fault::Stored("authority"))?;
        let decision = Decision {
            authority,
            key: from_bytes(&row.said)?,
            together: row.together,
        };
        links.decided.insert(pair(a.key, b.key), decision);
    }
    Ok(())
}

/// Who presents a token, by the system of the records: at most `limit` of each system, so that a placeholder that
/// thousands present costs no more than a number of one person.
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
    for row in query.fetch_all(tx).await? {
        presenters
            .entry((token(&row.token)?, row.system))
            .or_default()
            .insert(row.record);
    }
    Ok(presenters)
}

/// More presenters than this of one system make a crowd, even after `leaving` of them have left.
pub(crate) fn crowd_limit(leaving: usize) -> usize {
    CROWD + 1 + leaving
}

/// Locks identifiers, in order: whoever changes who presents one waits for whoever does so now, and then sees it.
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
    .await?;
    Ok(())
}

/// Writes what differs between two states of the registers. `told` is every (record, identifier) of the events that came:
/// one that never got into a register is kept as once presented, for the view as of an earlier time.
pub(crate) async fn write(
    tx: &mut PgConnection,
    records: &Records,
    (before, after): (&Links, &Links),
    told: &BTreeSet<(Token, Token)>,
) -> Result<(), Fault> {
    write_presented(tx, records, before, after).await?;
    write_identifiers(tx, records, (before, after), told).await?;
    write_decided(tx, records, before, after).await
}

async fn write_presented(tx: &mut PgConnection, records: &Records, before: &Links, after: &Links) -> Result<(), Fault> {
    let nothing = RecordLinks::default();
    let (mut ids, mut systems, mut said, mut literals) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut gone_ids, mut gone_systems) = (Vec::new(), Vec::new());
    for (key, links) in &after.records {
        let id = records.id(key)?;
        let old = before.records.get(key).unwrap_or(&nothing);
        for (system, set) in links
            .presented
            .iter()
            .filter(|(system, set)| old.presented.get(*system) != Some(*set))
        {
            ids.push(id);
            systems.push(system.as_str());
            said.push(to_bytes(&set.key));
            // An array of arrays of different lengths is none: each set goes as its tokens end to end.
            literals.push(
                set.tokens
                    .iter()
                    .flat_map(|token| *token.as_bytes())
                    .collect::<Vec<u8>>(),
            );
        }
        for system in old
            .presented
            .keys()
            .filter(|system| !links.presented.contains_key(*system))
        {
            gone_ids.push(id);
            gone_systems.push(system.as_str());
        }
    }
    if !ids.is_empty() {
        sqlx::query!(
            "INSERT INTO presented (record, system, said, tokens)
             SELECT record, system, said, ARRAY(
                 SELECT substr(tokens, 1 + 17 * k, 17) FROM generate_series(0, octet_length(tokens) / 17 - 1) AS k)
             FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::bytea[]) AS n(record, system, said, tokens)
             ORDER BY record, system
             ON CONFLICT (record, system) DO UPDATE SET said = excluded.said, tokens = excluded.tokens",
            &ids,
            &systems as &[&str],
            &said,
            &literals
        )
        .execute(&mut *tx)
        .await?;
    }
    if !gone_ids.is_empty() {
        sqlx::query!(
            "DELETE FROM presented USING unnest($1::bigint[], $2::text[]) AS n(record, system)
             WHERE presented.record = n.record AND presented.system = n.system",
            &gone_ids,
            &gone_systems as &[&str]
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// Every token of a record's registers, with whether it links.
pub(crate) fn indexed(links: Option<&RecordLinks>) -> BTreeMap<Token, bool> {
    let Some(links) = links else { return BTreeMap::new() };
    let mut tokens: BTreeMap<_, _> = links
        .presented
        .values()
        .flat_map(|set| &set.tokens)
        .map(|it| (*it, false))
        .collect();
    tokens.extend(links.linking().map(|token| (token, true)));
    tokens
}

async fn write_identifiers(
    tx: &mut PgConnection,
    records: &Records,
    (before, after): (&Links, &Links),
    told: &BTreeSet<(Token, Token)>,
) -> Result<(), Fault> {
    let mut rows = BTreeMap::new();
    for (key, token) in told {
        let presents = |links: &Links| {
            let record = links.records.get(key);
            record.is_some_and(|it| it.presented.values().any(|set| set.tokens.contains(token)))
        };
        if let Some(known) = records.by_key(key).filter(|_| !presents(before) && !presents(after)) {
            rows.insert((*token, known.id), (known.system.as_str(), false));
        }
    }
    for (key, links) in &after.records {
        let (old, new) = (indexed(before.records.get(key)), indexed(Some(links)));
        let id = records.id(key)?;
        // What it no longer presents stays, as something that it once presented.
        for token in old.keys().filter(|token| !new.contains_key(*token)) {
            rows.insert((*token, id), (links.system.as_str(), false));
        }
        for (token, links_now) in new
            .iter()
            .filter(|(token, links_now)| old.get(*token) != Some(*links_now))
        {
            rows.insert((*token, id), (links.system.as_str(), *links_now));
        }
    }
    write_index(tx, &rows).await
}

/// Writes rows of the index: (token, record) to (system, links).
pub(crate) async fn write_index(
    tx: &mut PgConnection,
    rows: &BTreeMap<(Token, i64), (&str, bool)>,
) -> Result<(), Fault> {
    if rows.is_empty() {
        return Ok(());
    }
    let tokens = slices(rows.keys().map(|(token, _)| token));
    let ids: Vec<i64> = rows.keys().map(|(_, id)| *id).collect();
    let (systems, links): (Vec<&str>, Vec<bool>) = rows.values().copied().unzip();
    sqlx::query!(
        "INSERT INTO identifier (token, system, record, links)
         SELECT token, system, record, links
         FROM unnest($1::bytea[], $2::text[], $3::bigint[], $4::boolean[]) AS n(token, system, record, links)
         ON CONFLICT (token, system, record) DO UPDATE SET links = excluded.links",
        &tokens as &[&[u8]],
        &systems as &[&str],
        &ids,
        &links
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn write_decided(tx: &mut PgConnection, records: &Records, before: &Links, after: &Links) -> Result<(), Fault> {
    let ids = |(a, b): &(Token, Token)| -> Result<(i64, i64), Fault> {
        let (a, b) = (records.id(a)?, records.id(b)?);
        Ok((a.min(b), a.max(b)))
    };
    let (mut lows, mut highs) = (Vec::new(), Vec::new());
    let (mut authorities, mut together, mut said) = (Vec::new(), Vec::new(), Vec::new());
    for (pair, decision) in after
        .decided
        .iter()
        .filter(|(pair, decision)| before.decided.get(*pair) != Some(*decision))
    {
        let (low, high) = ids(pair)?;
        lows.push(low);
        highs.push(high);
        authorities.push(decision.authority as i32);
        together.push(decision.together);
        said.push(to_bytes(&decision.key));
    }
    if !lows.is_empty() {
        sqlx::query!(
            "INSERT INTO decided (low, high, authority, together, said)
             SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::boolean[], $5::bytea[])
             ON CONFLICT (low, high) DO UPDATE
             SET authority = excluded.authority, together = excluded.together, said = excluded.said",
            &lows,
            &highs,
            &authorities,
            &together,
            &said
        )
        .execute(&mut *tx)
        .await?;
    }
    let gone = before
        .decided
        .keys()
        .filter(|pair| !after.decided.contains_key(*pair))
        .map(ids);
    let (lows, highs): (Vec<i64>, Vec<i64>) = gone.collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
    if !lows.is_empty() {
        sqlx::query!(
            "DELETE FROM decided USING unnest($1::bigint[], $2::bigint[]) AS n(low, high)
             WHERE decided.low = n.low AND decided.high = n.high",
            &lows,
            &highs
        )
        .execute(tx)
        .await?;
    }
    Ok(())
}

/// Compares the index of these records with what history says, and writes what differs; returns whose it was: for a
/// rebuild.
pub(crate) async fn mend_index(
    tx: &mut PgConnection,
    plan: &Plan,
    keys: &BTreeSet<Token>,
) -> Result<BTreeSet<Token>, Fault> {
    let ids: Vec<i64> = plan.records.ids(keys)?.into_iter().collect();
    let mut stored: BTreeMap<(Token, i64), bool> = BTreeMap::new();
    let query = sqlx::query!(
        "SELECT token, record, links FROM identifier WHERE record = ANY($1)",
        &ids
    );
    for row in query.fetch_all(&mut *tx).await? {
        stored.insert((token(&row.token)?, row.record), row.links);
    }
    let (mut rows, mut differing) = (BTreeMap::new(), BTreeSet::new());
    for known in ids.iter().filter_map(|id| plan.records.by_id(*id)) {
        let told = plan.told.range((known.key, Token::from_bytes([0; Token::LEN]))..);
        let told = told
            .take_while(|(key, _)| *key == known.key)
            .map(|(_, token)| (*token, false));
        let mut right: BTreeMap<Token, bool> = told.collect();
        right.extend(indexed(plan.after.records.get(&known.key)));
        let stale = stored
            .iter()
            .filter(|((token, id), links)| *id == known.id && **links && !right.contains_key(token));
        let stale: Vec<Token> = stale.map(|((token, _), _)| *token).collect();
        right.extend(stale.into_iter().map(|token| (token, false)));
        for (token, links) in right {
            if stored.get(&(token, known.id)) != Some(&links) {
                rows.insert((token, known.id), (known.system.as_str(), links));
                differing.insert(known.key);
            }
        }
    }
    write_index(tx, &rows).await?;
    Ok(differing)
}
