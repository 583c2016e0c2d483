//! Writes the difference of two states of the registers, and their index.

use super::RegisterStates;
use crate::codec::{slices, to_bytes, token};
use crate::error::Fault;
use crate::named::Named;
use crate::record::Records;
use care::link::{Links, RecordLinks};
use event::Token;
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

/// Writes the difference of two states of the registers. An identifier that the batch's events report, and that is in neither
/// state, is still indexed as once presented, for the view as of an earlier time.
pub(crate) async fn write(tx: &mut PgConnection, states: RegisterStates<'_>) -> Result<(), Fault> {
    let RegisterStates { records, before, after, stale: _, reported } = states;
    write_presented(tx, states).await?;
    write_former(tx, records, before, after).await?;
    write_codes(tx, records, before, after).await?;
    write_identifiers(tx, records, (before, after), reported).await?;
    write_decided(tx, records, before, after).await
}

/// May the stored key of this system stay? In the usual case the same identifiers are reported again, and a new key
/// alone would cost a written row for every event. So the stored key is that of any event since which the record has
/// reported the same, and history is read when that does not suffice ([`Links::needs_history`]). A key that is compared
/// in time with another register is exact.
fn stands(system: &str, stored: &RecordLinks, right: &RecordLinks, is_stale: bool) -> bool {
    match (stored.presented.get(system), right.presented.get(system)) {
        (Some(old), Some(new)) if old == new => true,
        (Some(old), Some(new)) => {
            old.tokens == new.tokens && old.key < new.key && !is_stale && !right.is_compared(system)
        }
        (None, None) => true,
        (None, Some(_)) | (Some(_), None) => false,
    }
}

/// Are a record's stored registers those that follow from its history, `right`?
pub(crate) fn agree(stored: Option<&RecordLinks>, right: Option<&RecordLinks>, is_stale: bool) -> bool {
    let (Some(stored), Some(right)) = (stored, right) else { return stored == right };
    let mut systems = stored.presented.keys().chain(right.presented.keys());
    stored.system == right.system
        && stored.former == right.former
        && stored.codes == right.codes
        && systems.all(|system| stands(system, stored, right, is_stale))
}

async fn write_presented(tx: &mut PgConnection, states: RegisterStates<'_>) -> Result<(), Fault> {
    let RegisterStates { records, before, after, stale, reported: _ } = states;
    let nothing = RecordLinks::default();
    let (mut ids, mut systems, mut order_keys, mut literals) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut again_ids, mut again_systems, mut again_order_keys) = (Vec::new(), Vec::new(), Vec::new());
    let (mut gone_ids, mut gone_systems) = (Vec::new(), Vec::new());
    for (key, links) in &after.records {
        let (id, old) = (records.id(key)?, before.records.get(key).unwrap_or(&nothing));
        for (system, set) in &links.presented {
            match old.presented.get(system) {
                _ if stands(system, old, links, stale.contains(key)) => continue,
                Some(before) if before.tokens == set.tokens => {
                    again_ids.push(id);
                    again_systems.push(system.as_str());
                    again_order_keys.push(to_bytes(&set.key));
                    continue;
                }
                _ => {}
            }
            ids.push(id);
            systems.push(system.as_str());
            order_keys.push(to_bytes(&set.key));
            // PostgreSQL has no array of arrays of different lengths: each set is its tokens, concatenated.
            literals.push(set.tokens.iter().flat_map(|token| *token.as_bytes()).collect::<Vec<u8>>());
        }
        for system in old.presented.keys().filter(|system| !links.presented.contains_key(*system)) {
            gone_ids.push(id);
            gone_systems.push(system.as_str());
        }
    }
    if !again_ids.is_empty() {
        sqlx::query!(
            "UPDATE presented_set SET order_key = n.order_key
             FROM unnest($1::bigint[], $2::text[], $3::bytea[]) AS n(record, system, order_key)
             WHERE presented_set.record = n.record AND presented_set.system = n.system",
            &again_ids,
            &again_systems as &[&str],
            &again_order_keys
        )
        .execute(&mut *tx)
        .named("presented_set.update")
        .await?;
    }
    if !ids.is_empty() {
        sqlx::query!(
            "INSERT INTO presented_set (record, system, order_key, tokens)
             SELECT record, system, order_key, ARRAY(
                 SELECT substr(tokens, 1 + 17 * k, 17) FROM generate_series(0, octet_length(tokens) / 17 - 1) AS k)
             FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::bytea[]) AS n(record, system, order_key, tokens)
             ORDER BY record, system
             ON CONFLICT (record, system) DO UPDATE SET order_key = excluded.order_key, tokens = excluded.tokens",
            &ids,
            &systems as &[&str],
            &order_keys,
            &literals
        )
        .execute(&mut *tx)
        .named("presented_set.insert")
        .await?;
    }
    if !gone_ids.is_empty() {
        sqlx::query!(
            "DELETE FROM presented_set USING unnest($1::bigint[], $2::text[]) AS n(record, system)
             WHERE presented_set.record = n.record AND presented_set.system = n.system",
            &gone_ids,
            &gone_systems as &[&str]
        )
        .execute(&mut *tx)
        .named("presented_set.delete")
        .await?;
    }
    Ok(())
}

async fn write_former(tx: &mut PgConnection, records: &Records, before: &Links, after: &Links) -> Result<(), Fault> {
    let nothing = RecordLinks::default();
    let (mut ids, mut tokens, mut order_keys, mut former) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut authorities = Vec::new();
    let (mut gone_ids, mut gone_tokens) = (Vec::new(), Vec::new());
    for (key, links) in &after.records {
        let id = records.id(key)?;
        let old = &before.records.get(key).unwrap_or(&nothing).former;
        for (token, it) in links.former.iter().filter(|(token, it)| old.get(*token) != Some(*it)) {
            ids.push(id);
            tokens.push(token);
            order_keys.push(to_bytes(&it.key));
            former.push(it.former);
            authorities.push(it.authority as i32);
        }
        for token in old.keys().filter(|token| !links.former.contains_key(*token)) {
            gone_ids.push(id);
            gone_tokens.push(token);
        }
    }
    if !ids.is_empty() {
        sqlx::query!(
            "INSERT INTO former_code (record, token, order_key, former, authority)
             SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::boolean[], $5::int[])
             ON CONFLICT (record, token) DO UPDATE
             SET order_key = excluded.order_key, former = excluded.former, authority = excluded.authority",
            &ids,
            &slices(tokens) as &[&[u8]],
            &order_keys,
            &former,
            &authorities
        )
        .execute(&mut *tx)
        .named("former_code.insert")
        .await?;
    }
    if !gone_ids.is_empty() {
        sqlx::query!(
            "DELETE FROM former_code USING unnest($1::bigint[], $2::bytea[]) AS n(record, token)
             WHERE former_code.record = n.record AND former_code.token = n.token",
            &gone_ids,
            &slices(gone_tokens) as &[&[u8]]
        )
        .execute(tx)
        .named("former_code.delete")
        .await?;
    }
    Ok(())
}

async fn write_codes(tx: &mut PgConnection, records: &Records, before: &Links, after: &Links) -> Result<(), Fault> {
    let nothing = RecordLinks::default();
    let (mut new_ids, mut new, mut gone_ids, mut gone) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (key, links) in &after.records {
        let (id, old) = (records.id(key)?, &before.records.get(key).unwrap_or(&nothing).codes);
        for token in links.codes.difference(old) {
            new_ids.push(id);
            new.push(token);
        }
        for token in old.difference(&links.codes) {
            gone_ids.push(id);
            gone.push(token);
        }
    }
    if !new_ids.is_empty() {
        sqlx::query!(
            "INSERT INTO presented_code (record, token) SELECT * FROM unnest($1::bigint[], $2::bytea[])
             ON CONFLICT DO NOTHING",
            &new_ids,
            &slices(new) as &[&[u8]]
        )
        .execute(&mut *tx)
        .named("presented_code.insert")
        .await?;
    }
    if !gone_ids.is_empty() {
        sqlx::query!(
            "DELETE FROM presented_code USING unnest($1::bigint[], $2::bytea[]) AS n(record, token)
             WHERE presented_code.record = n.record AND presented_code.token = n.token",
            &gone_ids,
            &slices(gone) as &[&[u8]]
        )
        .execute(tx)
        .named("presented_code.delete")
        .await?;
    }
    Ok(())
}

/// Every token of a record's registers, with whether it links.
fn indexed(links: Option<&RecordLinks>) -> BTreeMap<Token, bool> {
    let Some(links) = links else { return BTreeMap::new() };
    let mut tokens: BTreeMap<_, _> =
        links.presented.values().flat_map(|set| &set.tokens).map(|it| (*it, false)).collect();
    tokens.extend(links.linking().map(|token| (token, true)));
    tokens
}

async fn write_identifiers(
    tx: &mut PgConnection,
    records: &Records,
    (before, after): (&Links, &Links),
    reported: &BTreeSet<(Token, Token)>,
) -> Result<(), Fault> {
    let mut rows = BTreeMap::new();
    for (key, token) in reported {
        let presents = |links: &Links| {
            let record = links.records.get(key);
            record.is_some_and(|it| {
                let presented = it.presented.values().any(|set| set.tokens.contains(token));
                presented || it.former().any(|former| former == *token)
            })
        };
        if presents(before) || presents(after) {
            continue;
        }
        if let Some(known) = records.by_key(key) {
            rows.insert((*token, known.id), (known.system.as_str(), false));
        }
    }
    for (key, links) in &after.records {
        if before.records.get(key).is_some_and(|before| before.links_as(links)) {
            continue;
        }
        let (old, new) = (indexed(before.records.get(key)), indexed(Some(links)));
        let id = records.id(key)?;
        // An identifier that it no longer presents stays in the index as once presented.
        for token in old.keys().filter(|token| !new.contains_key(*token)) {
            rows.insert((*token, id), (links.system.as_str(), false));
        }
        for (token, links_now) in new.iter().filter(|(token, links_now)| old.get(*token) != Some(*links_now)) {
            rows.insert((*token, id), (links.system.as_str(), *links_now));
        }
    }
    write_index(tx, &rows).await
}

/// Writes rows of the index: (token, record) to (system, links).
async fn write_index(tx: &mut PgConnection, rows: &BTreeMap<(Token, i64), (&str, bool)>) -> Result<(), Fault> {
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
    .named("identifier.insert")
    .await?;
    Ok(())
}

async fn write_decided(tx: &mut PgConnection, records: &Records, before: &Links, after: &Links) -> Result<(), Fault> {
    let ids = |(a, b): &(Token, Token)| -> Result<(i64, i64), Fault> {
        let (a, b) = (records.id(a)?, records.id(b)?);
        Ok((a.min(b), a.max(b)))
    };
    let (mut lows, mut highs) = (Vec::new(), Vec::new());
    let (mut authorities, mut together, mut order_keys) = (Vec::new(), Vec::new(), Vec::new());
    for (pair, decision) in after.decided.iter().filter(|(pair, decision)| before.decided.get(*pair) != Some(*decision))
    {
        let (low, high) = ids(pair)?;
        lows.push(low);
        highs.push(high);
        authorities.push(decision.authority as i32);
        together.push(decision.together);
        order_keys.push(to_bytes(&decision.key));
    }
    if !lows.is_empty() {
        sqlx::query!(
            "INSERT INTO link_decision (low, high, authority, together, order_key)
             SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::boolean[], $5::bytea[])
             ON CONFLICT (low, high) DO UPDATE
             SET authority = excluded.authority, together = excluded.together, order_key = excluded.order_key",
            &lows,
            &highs,
            &authorities,
            &together,
            &order_keys
        )
        .execute(&mut *tx)
        .named("link_decision.insert")
        .await?;
    }
    let gone = before.decided.keys().filter(|pair| !after.decided.contains_key(*pair)).map(ids);
    let (lows, highs): (Vec<i64>, Vec<i64>) = gone.collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
    if !lows.is_empty() {
        sqlx::query!(
            "DELETE FROM link_decision USING unnest($1::bigint[], $2::bigint[]) AS n(low, high)
             WHERE link_decision.low = n.low AND link_decision.high = n.high",
            &lows,
            &highs
        )
        .execute(tx)
        .named("link_decision.delete")
        .await?;
    }
    Ok(())
}

/// For a rebuild: compares the index of these records with history and corrects it. Returns the records that differed.
pub(crate) async fn mend_index(
    tx: &mut PgConnection,
    states: RegisterStates<'_>,
    keys: &BTreeSet<Token>,
) -> Result<BTreeSet<Token>, Fault> {
    let ids: Vec<i64> = states.records.ids(keys)?.into_iter().collect();
    let mut stored: BTreeMap<(Token, i64), bool> = BTreeMap::new();
    let query = sqlx::query!("SELECT token, record, links FROM identifier WHERE record = ANY($1)", &ids);
    for row in query.fetch_all(&mut *tx).named("identifier.read").await? {
        stored.insert((token(&row.token)?, row.record), row.links);
    }
    let (mut rows, mut differing) = (BTreeMap::new(), BTreeSet::new());
    for known in ids.iter().filter_map(|id| states.records.by_id(*id)) {
        let reported = states.reported.range((known.key, Token::from_bytes([0; Token::LEN]))..);
        let reported = reported.take_while(|(key, _)| *key == known.key).map(|(_, token)| (*token, false));
        let mut right: BTreeMap<Token, bool> = reported.collect();
        right.extend(indexed(states.after.records.get(&known.key)));
        let stale =
            stored.iter().filter(|((token, id), links)| *id == known.id && **links && !right.contains_key(token));
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
