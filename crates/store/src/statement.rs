//! Statements about many clients, from streams that belong to no client: lists that sources state as a whole, workers'
//! absences, and to whom a stay, a referral or a team belongs. From the streams of clients: what single messages have
//! established, and, if an identifier finds the client, which stays are theirs.
//!
//! They are rows of the view of such a stream, written with it. An answer looks them up by the sources, workers and stays of
//! the client's own view. For an earlier time, or a row of another version of the code, the stream is folded again instead.

use crate::codec::slices;
use crate::error::Fault;
use crate::named::Named;
use crate::row_table::{Content, RowTable};
use crate::{history, record};
use care::list::{Scope, StatedRow};
use care::source::Declared;
use care::{OpenedContact, ParallelView, RowBytes, Rows, Standing, StatedSubject, Statements, Wanted, WorkerState};
use event::{Instant, Token};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

/// The kinds of row, each once: its number in the table and in the queries below, and its field of `Rows`. Then, for
/// each row, its key, the key that it is looked up by, and its bytes; and how these are read.
macro_rules! row_kinds {
    ($($(#[$doc:meta])* $kind:ident = $number:literal: $rows:ident $row:expr, $read:expr;)*) => {
        event::listed! {
            /// What a row states.
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
            #[repr(i16)]
            pub enum RowKind {
                $($(#[$doc])* $kind = $number,)*
            }
        }

        impl RowKind {
            /// As stored. Two kinds with one number do not compile.
            fn number(self) -> i16 {
                self as i16
            }
        }

        /// The rows of a client as stored.
        fn content(rows: &Rows) -> Content<StatementTable> {
            // What is current has a table of its own.
            let Rows { $($rows,)* current: _ } = rows;
            let mut content = Content::<StatementTable>::new();
            $(content.extend($rows.iter().map($row).map(|(key, found_by, bytes)| (($number, key), (found_by, bytes))));)*
            content
        }

        /// The row as the rows of its stream. `None`: it cannot be read, and the stream is folded anew.
        fn rows(kind: RowKind, found_by: &[u8], content: &[u8]) -> Option<Rows> {
            let mut rows = Rows::default();
            let read: fn(&mut Rows, &[u8], &[u8]) -> Option<()> = match kind {
                $(RowKind::$kind => $read,)*
            };
            read(&mut rows, found_by, content).map(|()| rows)
        }
    };
}

row_kinds! {
    List = 1: stated
        |((source, scope), list)| (list_key(source, scope), source.as_bytes().to_vec(), list.to_bytes()),
        |rows, _, content| {
            let list = StatedRow::from_bytes(content).ok()?;
            rows.stated.insert((list.source.clone(), list.scope.clone()), list);
            Some(())
        };
    Worker = 2: workers |(key, it)| by_key(key.as_bytes(), it.to_bytes()), |rows, key, content| {
        rows.workers.insert(Token::from_slice(key)?, WorkerState::from_bytes(content).ok()?);
        Some(())
    };
    Declared = 3: declared |(source, it)| by_key(source.as_bytes(), it.to_bytes()), |rows, source, content| {
        rows.declared.insert(String::from_utf8(source.to_vec()).ok()?, Declared::from_bytes(content).ok()?);
        Some(())
    };
    Subject = 4: subjects |(key, it)| by_key(key.as_bytes(), it.to_bytes()), |rows, key, content| {
        rows.subjects.insert(Token::from_slice(key)?, StatedSubject::from_bytes(content).ok()?);
        Some(())
    };
    /// Read only by [`crate::unidentified`].
    Stay = 5: stays |key| by_key(key.as_bytes(), Vec::new()), |_, _, _| None;
    /// Read only to measure a list.
    Standing = 6: standing
        |(key, it)| (key.as_bytes().to_vec(), it.source.as_bytes().to_vec(), it.to_bytes()),
        |_, _, _| None;
    /// Read only by [`opened`].
    Opened = 7: opened
        |(key, it)| (key.as_bytes().to_vec(), it.by.as_bytes().to_vec(), it.to_bytes()),
        |_, _, _| None;
    /// Read only by [`crate::directory`].
    Directory = 8: directories |(source, it)| by_key(source.as_bytes(), it.to_bytes()), |_, _, _| None;
}

impl RowKind {
    fn of(number: i16) -> Result<Self, Fault> {
        Self::ALL.iter().find(|it| it.number() == number).copied().ok_or(Fault::Stored("kind of statement"))
    }
}

/// A row that is looked up by its key.
fn by_key(key: &[u8], bytes: Vec<u8>) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    (key.to_vec(), key.to_vec(), bytes)
}

/// The rows in the table `statement`.
pub(crate) struct StatementTable;

impl RowTable for StatementTable {
    /// Kind and key of a row.
    type Key = (i16, Vec<u8>);
    /// The key that it is looked up by, and its bytes.
    type Row = (Vec<u8>, Vec<u8>);

    fn of(rows: &Rows, found: bool) -> Content<Self> {
        let mut content = content(rows);
        content.retain(|(kind, _), _| found || *kind != RowKind::Stay.number());
        content
    }

    async fn stored(tx: &mut PgConnection, clients: &[i64]) -> Result<BTreeMap<i64, Content<Self>>, Fault> {
        let query = sqlx::query!(
            "SELECT client, kind, row_key, found_by, content FROM statement WHERE client = ANY($1)",
            clients
        );
        let mut stored: BTreeMap<i64, Content<Self>> = BTreeMap::new();
        for row in query.fetch_all(tx).named("statement.of_clients").await? {
            let key = (row.kind, row.row_key);
            stored.entry(row.client).or_default().insert(key, (row.found_by, row.content));
        }
        Ok(stored)
    }

    async fn clear(tx: &mut PgConnection, clients: &[i64]) -> Result<(), Fault> {
        sqlx::query!("DELETE FROM statement WHERE client = ANY($1)", clients)
            .execute(tx)
            .named("statement.clear")
            .await?;
        Ok(())
    }

    async fn delete(tx: &mut PgConnection, gone: &[(i64, Self::Key)]) -> Result<(), Fault> {
        let clients: Vec<i64> = gone.iter().map(|(client, _)| *client).collect();
        let kinds: Vec<i16> = gone.iter().map(|(_, (kind, _))| *kind).collect();
        let keys: Vec<&[u8]> = gone.iter().map(|(_, (_, key))| key.as_slice()).collect();
        sqlx::query!(
            "DELETE FROM statement s USING unnest($1::bigint[], $2::smallint[], $3::bytea[]) AS n(client, kind, row_key)
             WHERE s.client = n.client AND s.kind = n.kind AND s.row_key = n.row_key",
            &clients,
            &kinds,
            &keys as &[&[u8]]
        )
        .execute(tx)
        .named("statement.delete")
        .await?;
        Ok(())
    }

    async fn put(tx: &mut PgConnection, new: &[(i64, Self::Key, Self::Row)]) -> Result<(), Fault> {
        let clients: Vec<i64> = new.iter().map(|(client, _, _)| *client).collect();
        let kinds: Vec<i16> = new.iter().map(|(_, (kind, _), _)| *kind).collect();
        let keys: Vec<&[u8]> = new.iter().map(|(_, (_, key), _)| key.as_slice()).collect();
        let found_by: Vec<&[u8]> = new.iter().map(|(_, _, (found_by, _))| found_by.as_slice()).collect();
        let content: Vec<&[u8]> = new.iter().map(|(_, _, (_, content))| content.as_slice()).collect();
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
        Ok(())
    }

    async fn delete_orphans(tx: &mut PgConnection, (after, last): (i64, i64)) -> Result<Vec<i64>, Fault> {
        let orphans = sqlx::query_scalar!(
            "DELETE FROM statement WHERE client > $1 AND client <= $2
                 AND NOT EXISTS (SELECT FROM view v WHERE v.client = statement.client) RETURNING client",
            after,
            last
        );
        orphans.fetch_all(tx).named("statement.delete_orphans").await
    }
}

/// Source and scope, so that no two give the same bytes.
fn list_key(source: &str, scope: &Scope) -> Vec<u8> {
    let (kind, parts): (u8, Vec<Vec<u8>>) = match scope {
        Scope::Stays(wards) => (1, wards.iter().map(|ward| ward.code().as_bytes().to_vec()).collect()),
        Scope::Workers(roles) => (2, roles.iter().map(|role| vec![*role as u8]).collect()),
        Scope::Directory => (3, Vec::new()),
    };
    let mut key = source.as_bytes().to_vec();
    key.extend([0, kind]);
    for part in parts {
        key.extend(part);
        key.push(0);
    }
    key
}

/// What clients' views need, stream by stream, as it was known at `then` (`None`: as it is known now); and what each
/// source declares that it covers.
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
            // Folding its client anew here would make each answer after an upgrade wait for all such clients.
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

/// The contacts that this professional opened and that are listed at `at`, by client: the latest `most` of them, and
/// whether there are more.
pub(crate) async fn opened(
    tx: &mut PgConnection,
    by: &Token,
    at: Instant,
    most: usize,
) -> Result<(BTreeMap<i64, BTreeSet<Token>>, bool), Fault> {
    let query = sqlx::query!(
        "SELECT client, row_key, content FROM statement WHERE kind = 7 AND found_by = $1",
        by.as_bytes().as_slice()
    );
    let mut listed = Vec::new();
    for row in query.fetch_all(tx).named("statement.opened").await? {
        let Some(contact) = Token::from_slice(&row.row_key) else { continue };
        // A row of another version that cannot be read is listed: the view decides.
        let until = OpenedContact::from_bytes(&row.content).map_or(Instant::MAX, |it| it.until);
        if until > at {
            listed.push((until, row.client, contact));
        }
    }
    listed.sort_unstable_by(|a, b| b.cmp(a));
    let more = listed.len() > most;
    let mut of_clients: BTreeMap<i64, BTreeSet<Token>> = BTreeMap::new();
    for (_, client, contact) in listed.into_iter().take(most) {
        of_clients.entry(client).or_default().insert(contact);
    }
    Ok((of_clients, more))
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
