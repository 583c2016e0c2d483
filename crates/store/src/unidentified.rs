//! Current facts of clients whom no identifier finds: they may concern anybody (law 5).
//!
//! They are rows of the view of such a client, written with it and whenever the links change. Every answer asks which
//! sources and kinds have any: the query steps over the index from one source and kind to the next, so its cost does not
//! depend on the number of clients. A stay that is also reported for a client who is found, by the same key, is that
//! client's and raises no doubt about anybody else.

use crate::codec::instant;
use crate::error::Fault;
use crate::named::Named;
use crate::row_table::RowTable;
use care::Rows;
use care::current::{Current, CurrentRows, Until};
use event::{FactKind, Instant, Token};
use sqlx::PgConnection;
use std::collections::BTreeMap;

/// The numbers by which kinds are stored.
const KINDS: [(FactKind, i16); 6] = [
    (FactKind::Stays, 1),
    (FactKind::Referrals, 2),
    (FactKind::HealthSocialWork, 3),
    (FactKind::Clientships, 4),
    (FactKind::Workers, 5),
    (FactKind::DutyContacts, 6),
];

fn number(coverage: FactKind) -> i16 {
    KINDS.iter().find(|(kind, _)| *kind == coverage).map_or(0, |(_, number)| *number)
}

fn coverage(number: i16) -> Result<FactKind, Fault> {
    let kind = KINDS.iter().find(|(_, it)| *it == number);
    kind.map(|(coverage, _)| *coverage).ok_or(Fault::Stored("kind of fact"))
}

/// The rows in the table `unidentified`.
pub(crate) struct UnidentifiedTable;

impl RowTable for UnidentifiedTable {
    type Key = (String, FactKind, Option<Token>);
    type Row = Until;

    fn of(rows: &Rows, found: bool) -> CurrentRows {
        if found { CurrentRows::new() } else { rows.current.clone() }
    }

    async fn stored(tx: &mut PgConnection, clients: &[i64]) -> Result<BTreeMap<i64, CurrentRows>, Fault> {
        let query = sqlx::query!(
            "SELECT client, source, kind, stay, micros(until) AS until FROM unidentified WHERE client = ANY($1)",
            clients
        );
        let mut stored: BTreeMap<i64, CurrentRows> = BTreeMap::new();
        for row in query.fetch_all(tx).named("unidentified.of_clients").await? {
            let until = row.until.map(instant).transpose()?;
            let key = (row.source, coverage(row.kind)?, Token::from_slice(&row.stay));
            stored.entry(row.client).or_default().insert(key, until);
        }
        Ok(stored)
    }

    async fn clear(tx: &mut PgConnection, clients: &[i64]) -> Result<(), Fault> {
        sqlx::query!("DELETE FROM unidentified WHERE client = ANY($1)", clients)
            .execute(tx)
            .named("unidentified.clear")
            .await?;
        Ok(())
    }

    async fn delete(tx: &mut PgConnection, gone: &[(i64, Self::Key)]) -> Result<(), Fault> {
        let clients: Vec<i64> = gone.iter().map(|(client, _)| *client).collect();
        let (sources, kinds, stays) = columns(gone.iter().map(|(_, key)| key));
        sqlx::query!(
            "DELETE FROM unidentified u
             USING unnest($1::bigint[], $2::text[], $3::smallint[], $4::bytea[]) AS n(client, source, kind, stay)
             WHERE u.client = n.client AND u.source = n.source AND u.kind = n.kind AND u.stay = n.stay",
            &clients,
            &sources as &[&str],
            &kinds,
            &stays as &[&[u8]]
        )
        .execute(tx)
        .named("unidentified.delete")
        .await?;
        Ok(())
    }

    async fn put(tx: &mut PgConnection, new: &[(i64, Self::Key, Until)]) -> Result<(), Fault> {
        let clients: Vec<i64> = new.iter().map(|(client, _, _)| *client).collect();
        let (sources, kinds, stays) = columns(new.iter().map(|(_, key, _)| key));
        let until: Vec<Option<i64>> = new.iter().map(|(_, _, until)| until.map(Instant::as_micros)).collect();
        sqlx::query!(
            "INSERT INTO unidentified (client, source, kind, stay, until)
             SELECT client, source, kind, stay, instant(until)
             FROM unnest($1::bigint[], $2::text[], $3::smallint[], $4::bytea[], $5::bigint[])
                  AS n(client, source, kind, stay, until)
             ON CONFLICT (client, source, kind, stay) DO UPDATE SET until = excluded.until",
            &clients,
            &sources as &[&str],
            &kinds,
            &stays as &[&[u8]],
            &until as &[Option<i64>]
        )
        .execute(tx)
        .named("unidentified.insert")
        .await?;
        Ok(())
    }

    async fn delete_orphans(tx: &mut PgConnection, (after, last): (i64, i64)) -> Result<Vec<i64>, Fault> {
        let orphans = sqlx::query_scalar!(
            "DELETE FROM unidentified WHERE client > $1 AND client <= $2
                 AND NOT EXISTS (SELECT FROM view v WHERE v.client = unidentified.client) RETURNING client",
            after,
            last
        );
        orphans.fetch_all(tx).named("unidentified.delete_orphans").await
    }
}

/// The columns of the keys.
fn columns<'a>(
    keys: impl Iterator<Item = &'a (String, FactKind, Option<Token>)>,
) -> (Vec<&'a str>, Vec<i16>, Vec<&'a [u8]>) {
    let (mut sources, mut kinds, mut stays) = (Vec::new(), Vec::new(), Vec::new());
    for (source, coverage, stay) in keys {
        sources.push(source.as_str());
        kinds.push(number(*coverage));
        stays.push(stay.as_ref().map_or(&[][..], |stay| stay.as_bytes()));
    }
    (sources, kinds, stays)
}

/// The sources and kinds that have current facts, and until when at most.
pub(crate) async fn read(tx: &mut PgConnection) -> Result<Current, Fault> {
    let query = sqlx::query!(
        "WITH RECURSIVE step AS (
             (SELECT source, kind, until FROM unidentified u
              WHERE NOT EXISTS (SELECT FROM statement k WHERE k.kind = 5 AND k.found_by = u.stay)
              ORDER BY source, kind, until DESC LIMIT 1)
             UNION ALL
             SELECT n.source, n.kind, n.until FROM step s CROSS JOIN LATERAL (
                 SELECT u.source, u.kind, u.until FROM unidentified u
                 WHERE (u.source, u.kind) > (s.source, s.kind)
                   AND NOT EXISTS (SELECT FROM statement k WHERE k.kind = 5 AND k.found_by = u.stay)
                 ORDER BY u.source, u.kind, u.until DESC LIMIT 1) AS n)
         SELECT source AS \"source!\", kind AS \"kind!\", micros(until) AS until FROM step"
    );
    let mut current = Current::new();
    for row in query.fetch_all(tx).named("unidentified.read").await? {
        current.insert((row.source, coverage(row.kind)?), row.until.map(instant).transpose()?);
    }
    Ok(current)
}
