//! Who asked: the log itself is read, which is an access too.

use super::{About, Access, Decided, Logged, Look, declaration, insert};
use crate::Store;
use crate::codec::{instant, slices, token};
use crate::error::Fault;
use crate::named::Named;
use crate::record::{self, Records};
use event::{Instant, Sealed, Token, WrittenReason};
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
    /// Only refused calls and questions.
    pub refused: bool,
    /// Only questions with which something was declared.
    pub declared: bool,
    /// Only this row.
    pub id: Option<i64>,
    /// Older than this row: its time and its id.
    pub before: Option<(Instant, i64)>,
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
    /// What was shown. Rows from before this was logged have only the registers, in `registers`.
    pub shown: Vec<ShownRow>,
    pub registers: Vec<String>,
    pub outcome: Option<String>,
    pub grounds: Vec<String>,
    pub declared: Option<String>,
    /// Why it was declared, and the token of the identifier that opens it.
    pub reason: Option<(Token, Sealed<WrittenReason>)>,
    /// Whether what was declared is reviewed.
    pub reviewed: bool,
}

/// What an answer showed of one register: see [`Shown`](super::Shown).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as in `Shown`")]
pub struct ShownRow {
    pub register: String,
    pub kind: String,
    pub data: Vec<String>,
    pub provision: String,
}

impl ShownRow {
    /// As [`Shown`](super::Shown) writes it.
    fn read(line: &str) -> Option<Self> {
        let mut words = line.splitn(4, ' ').map(str::to_owned);
        let (register, kind, data, provision) = (words.next()?, words.next()?, words.next()?, words.next()?);
        Some(Self { register, kind, data: data.split(',').map(str::to_owned).collect(), provision })
    }
}

/// Lists rows, the newest first, by an index on the time or on the user and the time. Who looks and why is logged in the same transaction, with the clients.
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
                case_reference, query, micros(as_of) AS as_of, decision, kind, rule, registers, outcome, shown, grounds, declared,
                reason, identifier,
                declared IS NOT NULL AND EXISTS (SELECT FROM access_log AS review WHERE review.declaration = access_log.declaration
                                                 AND review.declared IS NULL) AS \"reviewed!\"
         FROM access_log
         WHERE at >= instant($1) AND at < instant($2) AND ($3::text IS NULL OR user_id = $3)
           AND ($4::bytea IS NULL OR identifier = $4 OR clients && $5::bigint[])
           AND ($6::bigint IS NULL OR (at, id) < (instant($6), $7)) AND (NOT $8 OR decision = 'refused')
           AND ($9::bigint IS NULL OR id = $9) AND (NOT $11 OR declared IS NOT NULL)
         ORDER BY at DESC, id DESC LIMIT $10",
        filter.from.as_micros(),
        filter.until.as_micros(),
        filter.user,
        identifier,
        &all,
        filter.before.map(|(at, _)| at.as_micros()),
        filter.before.map_or(i64::MAX, |(_, id)| id),
        filter.refused,
        filter.id,
        i64::from(filter.most),
        filter.declared
    );
    let rows = query.fetch_all(&mut *tx).named("access_log.list").await?;
    let rows = rows.into_iter().map(|row| {
        let reason = row.identifier.as_deref().zip(row.reason.as_deref());
        let reason = reason.map(|(of, reason)| Ok::<_, Fault>((token(of)?, declaration::read(reason)?))).transpose()?;
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
            outcome: row.outcome,
            shown: row.shown.as_deref().unwrap_or_default().lines().filter_map(ShownRow::read).collect(),
            grounds: row.grounds.as_deref().unwrap_or_default().lines().map(str::to_owned).collect(),
            declared: row.declared,
            reason,
            reviewed: row.reviewed,
        })
    });
    let rows: Vec<LogRow> = rows.collect::<Result<_, Fault>>()?;
    let (query, reference) = match filter.id {
        Some(id) => ("log-explain", Some(id.to_string())),
        None => ("log-list", None),
    };
    let access = Access::of_operator(look.user, look.reason, reference, query);
    let about = About { at: look.at, identifier: filter.client, as_of: None, clients: clients.into_iter().collect() };
    insert(&mut tx, &[Logged { access: &access, about, decided: Decided::to_operator() }]).await?;
    tx.commit().named("commit").await?;
    Ok(rows)
}
