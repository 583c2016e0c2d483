//! Current facts of clients whom no identifier finds: they may concern anybody (law 5).
//!
//! They are rows of the view of such a client, written with it and whenever the links change. Every answer asks which
//! sources and kinds have any: the query steps over the index from one source and kind to the next, so its cost does not
//! depend on the number of clients. A stay that is also reported for a client who is found, by the same key, is that
//! client's and raises no doubt about anybody else.

use crate::codec::instant;
use crate::error::Fault;
use crate::named::Named;
use care::current::{Current, CurrentRows};
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

/// Rows to delete and to write.
#[derive(Default)]
pub(crate) struct CurrentDifference {
    cleared: Vec<i64>,
    new: Vec<(i64, CurrentRows)>,
}

impl CurrentDifference {
    /// All rows of a client go.
    pub fn clear(&mut self, client: i64) {
        self.cleared.push(client);
    }

    /// From the old rows of a client to the new ones: a handful, so all of them are written.
    pub fn add(&mut self, client: i64, old: &CurrentRows, new: CurrentRows) {
        if *old == new {
            return;
        }
        if !old.is_empty() {
            self.cleared.push(client);
        }
        self.new.push((client, new));
    }

    /// Writes it.
    pub async fn write(&self, tx: &mut PgConnection) -> Result<(), Fault> {
        if !self.cleared.is_empty() {
            sqlx::query!("DELETE FROM unidentified WHERE client = ANY($1)", &self.cleared)
                .execute(&mut *tx)
                .named("unidentified.clear")
                .await?;
        }
        let rows = || self.new.iter().flat_map(|(client, rows)| rows.iter().map(move |row| (*client, row)));
        let clients: Vec<i64> = rows().map(|(client, _)| client).collect();
        if clients.is_empty() {
            return Ok(());
        }
        let sources: Vec<&str> = rows().map(|(_, ((source, _, _), _))| source.as_str()).collect();
        let kinds: Vec<i16> = rows().map(|(_, ((_, coverage, _), _))| number(*coverage)).collect();
        let stays: Vec<&[u8]> =
            rows().map(|(_, ((_, _, stay), _))| stay.as_ref().map_or(&[][..], |stay| stay.as_bytes())).collect();
        let until: Vec<Option<i64>> = rows().map(|(_, (_, until))| until.map(Instant::as_micros)).collect();
        sqlx::query!(
            "INSERT INTO unidentified (client, source, kind, stay, until)
             SELECT client, source, kind, stay, instant(until)
             FROM unnest($1::bigint[], $2::text[], $3::smallint[], $4::bytea[], $5::bigint[])
                  AS n(client, source, kind, stay, until)",
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

/// The rows of clients, for comparing them with their views.
pub(crate) async fn of_clients(tx: &mut PgConnection, clients: &[i64]) -> Result<BTreeMap<i64, CurrentRows>, Fault> {
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
