//! Statements about many clients, from streams that belong to no client: lists that sources state as a whole, workers'
//! absences, and whose a stay, a referral or a team is. For clients: what single messages have established, and, if an
//! identifier finds them, which stays are theirs.
//!
//! They are rows of the view of such a stream, written with it. An answer looks them up by the sources, workers and stays of
//! the client's own view. For an earlier time, or a row of another version of the code, the stream is folded again instead.

use crate::codec::slices;
use crate::error::Fault;
use crate::named::Named;
use crate::{history, record};
use care::list::{Scope, StatedRow};
use care::source::Declared;
use care::{ParallelView, RowBytes, Rows, Standing, StatedSubject, Statements, Wanted, WorkerState};
use event::{Instant, Token};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

event::listed! {
    /// What a row states; by its number in the table and in the queries below.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum RowKind {
        List,
        Worker,
        Declared,
        Subject,
        /// Read only by [`crate::unidentified`].
        Stay,
        /// Read only to measure a list.
        Standing,
    }
}

impl RowKind {
    fn number(self) -> i16 {
        match self {
            Self::List => 1,
            Self::Worker => 2,
            Self::Declared => 3,
            Self::Subject => 4,
            Self::Stay => 5,
            Self::Standing => 6,
        }
    }

    fn of(number: i16) -> Result<Self, Fault> {
        Self::ALL.iter().find(|it| it.number() == number).copied().ok_or(Fault::Stored("kind of statement"))
    }
}

/// Kind and key of a row.
type Key = (i16, Vec<u8>);
/// The key that it is looked up by, and its bytes.
type Row = (Vec<u8>, Vec<u8>);
/// The rows of one client.
pub(crate) type Content = BTreeMap<Key, Row>;

/// Rows to delete and to write.
#[derive(Default)]
pub(crate) struct StatementDifference {
    cleared: Vec<i64>,
    gone: Vec<(i64, Key)>,
    new: Vec<(i64, Key, Row)>,
}

impl StatementDifference {
    /// Deletes all rows of a client.
    pub fn clear(&mut self, client: i64) {
        self.cleared.push(client);
    }

    /// From the old rows of a client to the new ones.
    pub fn add(&mut self, client: i64, old: &Content, new: Content) {
        let gone = old.keys().filter(|key| !new.contains_key(*key)).cloned();
        self.gone.extend(gone.map(|key| (client, key)));
        let differs = |(key, row): &(_, _)| old.get(key) != Some(row);
        self.new.extend(new.into_iter().filter(differs).map(|(key, row)| (client, key, row)));
    }

    /// Writes it.
    pub async fn write(&self, tx: &mut PgConnection) -> Result<(), Fault> {
        if !self.cleared.is_empty() {
            sqlx::query!("DELETE FROM statement WHERE client = ANY($1)", &self.cleared)
                .execute(&mut *tx)
                .named("statement.clear")
                .await?;
        }
        if !self.gone.is_empty() {
            let clients: Vec<i64> = self.gone.iter().map(|(client, _)| *client).collect();
            let kinds: Vec<i16> = self.gone.iter().map(|(_, (kind, _))| *kind).collect();
            let keys: Vec<&[u8]> = self.gone.iter().map(|(_, (_, key))| key.as_slice()).collect();
            sqlx::query!(
                "DELETE FROM statement s USING unnest($1::bigint[], $2::smallint[], $3::bytea[]) AS n(client, kind, row_key)
                 WHERE s.client = n.client AND s.kind = n.kind AND s.row_key = n.row_key",
                &clients,
                &kinds,
                &keys as &[&[u8]]
            )
            .execute(&mut *tx)
            .named("statement.delete").await?;
        }
        if !self.new.is_empty() {
            let clients: Vec<i64> = self.new.iter().map(|(client, _, _)| *client).collect();
            let kinds: Vec<i16> = self.new.iter().map(|(_, (kind, _), _)| *kind).collect();
            let keys: Vec<&[u8]> = self.new.iter().map(|(_, (_, key), _)| key.as_slice()).collect();
            let found_by: Vec<&[u8]> = self.new.iter().map(|(_, _, (found_by, _))| found_by.as_slice()).collect();
            let content: Vec<&[u8]> = self.new.iter().map(|(_, _, (_, content))| content.as_slice()).collect();
            sqlx::query!(
                "INSERT INTO statement (client, kind, row_key, found_by, version, content)
                 SELECT client, kind, row_key, found_by, $6, content
                 FROM unnest($1::bigint[], $2::smallint[], $3::bytea[], $4::bytea[], $5::bytea[])
                      AS n(client, kind, row_key, found_by, content)
                 ON CONFLICT (client, kind, row_key) DO UPDATE
                 SET found_by = excluded.found_by, version = excluded.version, content = excluded.content",
                &clients,
                &kinds,
                &keys as &[&[u8]],
                &found_by as &[&[u8]],
                &content as &[&[u8]],
                ParallelView::VERSION
            )
            .execute(tx)
            .named("statement.insert")
            .await?;
        }
        Ok(())
    }
}

/// The rows of a client as stored. `found`: an identifier finds the client.
pub(crate) fn content(rows: &Rows, found: bool) -> Content {
    // What is current has a table of its own.
    let Rows { standing, stated, declared, workers, subjects, current: _, stays } = rows;
    let lists = stated.values().map(|list| {
        let found_by = list.source.as_bytes().to_vec();
        ((RowKind::List.number(), list_key(&list.source, &list.scope)), (found_by, list.to_bytes()))
    });
    let workers = workers.iter().map(|(worker, staff)| {
        let key = worker.as_bytes().to_vec();
        ((RowKind::Worker.number(), key.clone()), (key, staff.to_bytes()))
    });
    let declared = declared.iter().map(|(source, declared)| {
        let key = source.as_bytes().to_vec();
        ((RowKind::Declared.number(), key.clone()), (key, declared.to_bytes()))
    });
    let subjects = subjects.iter().map(|(owned, subject)| {
        let key = owned.as_bytes().to_vec();
        ((RowKind::Subject.number(), key.clone()), (key, subject.to_bytes()))
    });
    let known = stays.iter().filter(|_| found).map(|stay| {
        let key = stay.as_bytes().to_vec();
        ((RowKind::Stay.number(), key.clone()), (key, Vec::new()))
    });
    let standing = standing.iter().map(|(key, standing)| {
        let found_by = standing.source.as_bytes().to_vec();
        ((RowKind::Standing.number(), key.as_bytes().to_vec()), (found_by, standing.to_bytes()))
    });
    lists.chain(workers).chain(declared).chain(subjects).chain(known).chain(standing).collect()
}

/// Source and scope, so that no two give the same bytes.
fn list_key(source: &str, scope: &Scope) -> Vec<u8> {
    let (kind, parts): (u8, Vec<Vec<u8>>) = match scope {
        Scope::Stays(wards) => (1, wards.iter().map(|ward| ward.code().as_bytes().to_vec()).collect()),
        Scope::Workers(roles) => (2, roles.iter().map(|role| vec![*role as u8]).collect()),
    };
    let mut key = source.as_bytes().to_vec();
    key.extend([0, kind]);
    for part in parts {
        key.extend(part);
        key.push(0);
    }
    key
}

/// What clients' views need, stream by stream, as it was known at `then` or is known now; and what each source declares
/// that it covers.
pub(crate) async fn read(tx: &mut PgConnection, wanted: &[Wanted], then: Option<Instant>) -> Result<Vec<Rows>, Fault> {
    let sources: BTreeSet<&[u8]> = wanted.iter().flat_map(|it| &it.sources).map(String::as_bytes).collect();
    let sources: Vec<&[u8]> = sources.into_iter().collect();
    let workers: BTreeSet<&Token> = wanted.iter().flat_map(|it| &it.workers).collect();
    let owned: BTreeSet<&Token> = wanted.iter().flat_map(|it| &it.owned).collect();
    let query = sqlx::query!(
        "SELECT client, kind, found_by, version, content FROM statement
         WHERE (kind = 1 AND found_by = ANY($1)) OR (kind = 2 AND found_by = ANY($2)) OR kind = 3
            OR (kind = 4 AND found_by = ANY($3))
         ORDER BY client, kind, row_key",
        &sources as &[&[u8]],
        &slices(workers) as &[&[u8]],
        &slices(owned) as &[&[u8]]
    );
    let (mut streams, mut anew) = (Vec::new(), BTreeSet::new());
    for row in query.fetch_all(&mut *tx).named("statement.read").await? {
        let stale = then.is_some() || row.version != ParallelView::VERSION;
        match rows(RowKind::of(row.kind)?, &row.found_by, &row.content).filter(|_| !stale) {
            Some(rows) => streams.push(rows),
            None => {
                anew.insert(row.client);
            }
        }
    }
    for records in record::of_clients(tx, &anew).await?.into_values() {
        let events = history::of_records(tx, &records, then).await?;
        streams.push(Rows::of(&ParallelView::fold(events.values().flatten())));
    }
    measure(tx, &mut streams).await?;
    Ok(streams)
}

/// Measures lists that follow no earlier list, against what single messages have established.
async fn measure(tx: &mut PgConnection, streams: &mut [Rows]) -> Result<(), Fault> {
    let mut lists: Vec<&mut StatedRow> = streams.iter_mut().flat_map(|rows| rows.stated.values_mut()).collect();
    lists.retain(|list| list.unmeasured.is_some());
    let sources: BTreeSet<&[u8]> = lists.iter().map(|list| list.source.as_bytes()).collect();
    if sources.is_empty() {
        return Ok(());
    }
    let sources: Vec<&[u8]> = sources.into_iter().collect();
    let query = sqlx::query!(
        "SELECT found_by, row_key, version, content FROM statement WHERE kind = 6 AND found_by = ANY($1)",
        &sources as &[&[u8]]
    );
    let (mut standing, mut unread) = (Vec::new(), Vec::new());
    for row in query.fetch_all(&mut *tx).named("statement.measure").await? {
        let Some(key) = Token::from_slice(&row.row_key) else { continue };
        let current = row.version == ParallelView::VERSION;
        match Standing::from_bytes(&row.content).ok().filter(|_| current) {
            Some(it) => standing.push((key, it)),
            // Folding its client anew here would make each answer after an upgrade wait for all of them.
            None => unread.push((row.found_by, key)),
        }
    }
    for list in lists {
        let unread = unread.iter().filter(|(source, _)| source.as_slice() == list.source.as_bytes());
        let unread: Vec<Token> = unread.map(|(_, key)| *key).collect();
        list.measure(standing.iter().map(|(key, it)| (key, it)), &unread);
    }
    Ok(())
}

/// What each source declares that it covers, by its latest declaration.
pub(crate) fn declared(streams: &[Rows]) -> BTreeMap<String, Declared> {
    let mut declared: BTreeMap<String, Declared> = BTreeMap::new();
    for (source, it) in streams.iter().flat_map(|rows| &rows.declared) {
        let known = declared.entry(source.clone()).or_insert_with(|| it.clone());
        if it.origin.recorded_at > known.origin.recorded_at {
            known.clone_from(it);
        }
    }
    declared
}

/// Every list of every source.
pub(crate) async fn lists(tx: &mut PgConnection) -> Result<Vec<StatedRow>, Fault> {
    let query = sqlx::query_scalar!("SELECT DISTINCT found_by FROM statement WHERE kind = 1");
    let sources = query
        .fetch_all(&mut *tx)
        .named("statement.lists")
        .await?
        .into_iter()
        .filter_map(|name| String::from_utf8(name).ok());
    let wanted = Wanted { sources: sources.collect(), ..Wanted::default() };
    let streams = read(tx, std::slice::from_ref(&wanted), None).await?;
    Ok(Statements::of(&streams, &wanted).lists)
}

/// The row as those of its stream; `None`: it cannot be read, and the stream is folded anew.
fn rows(kind: RowKind, found_by: &[u8], content: &[u8]) -> Option<Rows> {
    let mut rows = Rows::default();
    match kind {
        RowKind::List => {
            let list = StatedRow::from_bytes(content).ok()?;
            rows.stated.insert((list.source.clone(), list.scope.clone()), list);
        }
        RowKind::Subject => {
            rows.subjects.insert(Token::from_slice(found_by)?, StatedSubject::from_bytes(content).ok()?);
        }
        RowKind::Worker => {
            rows.workers.insert(Token::from_slice(found_by)?, WorkerState::from_bytes(content).ok()?);
        }
        RowKind::Declared => {
            let source = String::from_utf8(found_by.to_vec()).ok()?;
            rows.declared.insert(source, Declared::from_bytes(content).ok()?);
        }
        // Not asked for here.
        RowKind::Stay | RowKind::Standing => return None,
    }
    Some(rows)
}

/// The rows of clients, for comparing them with their views.
pub(crate) async fn of_clients(tx: &mut PgConnection, clients: &[i64]) -> Result<BTreeMap<i64, Content>, Fault> {
    let query =
        sqlx::query!("SELECT client, kind, row_key, found_by, content FROM statement WHERE client = ANY($1)", clients);
    let mut stored: BTreeMap<i64, Content> = BTreeMap::new();
    for row in query.fetch_all(tx).named("statement.of_clients").await? {
        let key = (row.kind, row.row_key);
        stored.entry(row.client).or_default().insert(key, (row.found_by, row.content));
    }
    Ok(stored)
}
