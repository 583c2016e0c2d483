//! Who asked: the log itself is read, which is an access too.

use super::{About, Access, Decided, Logged, insert};
use crate::Store;
use crate::codec::{instant, slices};
use crate::error::Fault;
use crate::named::Named;
use crate::person::Look;
use crate::record::{self, Records};
use event::{Instant, Token};
use std::collections::BTreeSet;

/// Which rows are listed.
#[derive(Clone, Debug)]
pub struct LogFilter<'a> {
    /// About the client whom this identifier finds now, and about the identifier itself.
    pub client: Option<Token>,
    /// Of this user.
    pub user: Option<&'a str>,
    /// From then on.
    pub from: Instant,
    /// Until before then.
    pub until: Instant,
    /// Older than this row.
    pub before: Option<i64>,
    /// So many, the newest.
    pub most: u32,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as the columns, which `Access` and `Decided` document")]
pub struct LogRow {
    pub id: i64,
    pub at: Instant,
    pub system: String,
    pub side: String,
    pub user: String,
    /// `token` or `asserted`; `None`: an operator, or before it was logged.
    pub user_known: Option<String>,
    pub user_name: Option<String>,
    pub user_unit: Option<String>,
    pub task: String,
    pub purpose: String,
    pub case_reference: Option<String>,
    pub query: String,
    pub as_of: Option<Instant>,
    pub decision: String,
    pub kind: String,
    pub rule: String,
    pub registers: Vec<String>,
}

/// Lists rows, the newest first. Who looks and why is logged in the same transaction, with the clients.
pub async fn list(store: &Store, filter: &LogFilter<'_>, look: Look<'_>) -> Result<Vec<LogRow>, Fault> {
    let mut tx = store.begin_reading().await?;
    let mut records = Records::default();
    if let Some(client) = filter.client {
        let query = sqlx::query_scalar!(
            "SELECT DISTINCT record FROM identifier WHERE token = $1",
            client.as_bytes().as_slice()
        );
        let found = query.fetch_all(&mut *tx).named("access_log.presenters").await?;
        records.read_ids(&mut tx, &found.into_iter().collect()).await?;
    }
    let clients: BTreeSet<i64> = records.iter().map(|known| known.client).collect();
    // A row names the client as it was then: by the lowest of the records that belonged together.
    let all: Vec<i64> = record::of_clients(&mut tx, &clients).await?.into_values().flatten().collect();
    let identifier = slices(filter.client.as_ref()).first().copied();
    let query = sqlx::query!(
        "SELECT id, micros(at) AS \"at!\", system, side, user_id, user_known, user_name, user_unit, task, purpose,
                case_reference, query, micros(as_of) AS as_of, decision, kind, rule, registers
         FROM access_log
         WHERE at >= instant($1) AND at < instant($2) AND ($3::text IS NULL OR user_id = $3)
           AND ($4::bytea IS NULL OR identifier = $4 OR clients && $5::bigint[]) AND id < $6
         ORDER BY id DESC LIMIT $7",
        filter.from.as_micros(),
        filter.until.as_micros(),
        filter.user,
        identifier,
        &all,
        filter.before.unwrap_or(i64::MAX),
        i64::from(filter.most)
    );
    let rows = query.fetch_all(&mut *tx).named("access_log.list").await?;
    let rows = rows.into_iter().map(|row| {
        Ok(LogRow {
            id: row.id,
            at: instant(row.at)?,
            system: row.system,
            side: row.side,
            user: row.user_id,
            user_known: row.user_known,
            user_name: row.user_name,
            user_unit: row.user_unit,
            task: row.task,
            purpose: row.purpose,
            case_reference: row.case_reference,
            query: row.query,
            as_of: row.as_of.map(instant).transpose()?,
            decision: row.decision,
            kind: row.kind,
            rule: row.rule,
            registers: row.registers,
        })
    });
    let rows: Vec<LogRow> = rows.collect::<Result<_, Fault>>()?;
    let access = Access::of_operator(look.user, look.reason, None, "log-list");
    let about = About { at: look.at, identifier: filter.client, as_of: None, clients: clients.into_iter().collect() };
    insert(&mut tx, &[Logged { access: &access, about, decided: Decided::to_operator() }]).await?;
    tx.commit().named("commit").await?;
    Ok(rows)
}
