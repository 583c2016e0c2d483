//! What the record should hold, from scratch: join the copies, learn every link, fold every client.

use care::current::CurrentRows;
use care::link::{Crowded, Links};
use care::{ParallelView, RowBytes, Rows};
use event::{ReceivedEvent, Token};
use sqlx::{PgPool, Row};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A client's view and rows, printed so that a difference can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    pub snapshot: Vec<u8>,
    pub statements: BTreeSet<Vec<u8>>,
    pub unidentified: BTreeSet<String>,
}

/// By the keys of its records.
pub type Clients = BTreeMap<BTreeSet<Vec<u8>>, Client>;

/// Rule R1, written once more and otherwise.
pub fn join<'a>(copies: impl IntoIterator<Item = &'a ReceivedEvent>) -> Vec<ReceivedEvent> {
    let mut events: BTreeMap<Uuid, Vec<&ReceivedEvent>> = BTreeMap::new();
    for copy in copies {
        events.entry(copy.event.id).or_default().push(copy);
    }
    let joined = events.into_values().map(|copies| {
        let received_at = copies.iter().map(|copy| copy.received_at).min().unwrap();
        let best = copies.iter().max_by_key(|copy| (copy.event.adapter_version, copy.event.encode())).unwrap();
        ReceivedEvent { received_at, event: best.event.clone() }
    });
    joined.collect()
}

pub fn links(events: &[ReceivedEvent]) -> Links {
    let mut links = Links::default();
    for received in events {
        links.learn(received);
    }
    links
}

/// The records that are one person, and the view of each.
pub fn views(events: &[ReceivedEvent]) -> Vec<(BTreeSet<Token>, ParallelView)> {
    let links = links(events);
    let of = |keys: &BTreeSet<Token>| {
        ParallelView::fold(events.iter().filter(|received| keys.contains(&received.event.record.key)))
    };
    links.clients(&Crowded::new()).into_iter().map(|keys| (of(&keys), keys)).map(|(view, keys)| (keys, view)).collect()
}

pub fn clients(copies: &[ReceivedEvent]) -> Clients {
    let mut clients = Clients::new();
    let events = join(copies);
    let links = links(&events);
    let crowded = links.crowded();
    // A record that only a superseded copy named is known to the database, and has nothing.
    for (keys, view) in views(&events) {
        let found = links.is_found(&keys, &crowded);
        let keys = keys.iter().map(|key| key.as_bytes().to_vec()).collect();
        clients.insert(keys, client(&view, found));
    }
    clients.retain(|_, client| client.snapshot != ParallelView::default().encode());
    clients
}

fn client(view: &ParallelView, found: bool) -> Client {
    // A kind of row that is not compared does not compile.
    let Rows { standing, stated, declared, workers, subjects, current, stays, opened, directories } = Rows::of(view);
    let micros = |at: event::Instant| at.as_micros().to_string();
    let current = if found { CurrentRows::new() } else { current };
    let stays = stays.iter().filter(|_| found).map(|stay| stay.as_bytes().to_vec());
    Client {
        snapshot: view.encode(),
        statements: stated
            .values()
            .map(RowBytes::to_bytes)
            .chain(workers.values().map(RowBytes::to_bytes))
            .chain(declared.values().map(RowBytes::to_bytes))
            .chain(subjects.values().map(RowBytes::to_bytes))
            .chain(stays)
            .chain(standing.values().map(RowBytes::to_bytes))
            .chain(opened.values().map(RowBytes::to_bytes))
            .chain(directories.values().map(RowBytes::to_bytes))
            .collect(),
        unidentified: current
            .iter()
            .map(|((source, kind, stay), until)| {
                let stay = stay.map(|stay| stay.as_bytes().to_vec()).unwrap_or_default();
                format!("{source} {} {stay:?} {:?}", *kind as i16, until.map(micros))
            })
            .collect(),
    }
}

/// What the database holds of the records with these keys.
pub async fn stored(pool: &PgPool, keys: &BTreeSet<Token>) -> Clients {
    let keys: Vec<&[u8]> = keys.iter().map(|key| key.as_bytes().as_slice()).collect();
    let mut records: BTreeMap<i64, BTreeSet<Vec<u8>>> = BTreeMap::new();
    let rows =
        sqlx::query("SELECT key, client FROM record WHERE client IN (SELECT client FROM record WHERE key = ANY($1))");
    for row in rows.bind(&keys).fetch_all(pool).await.unwrap() {
        records.entry(row.get("client")).or_default().insert(row.get("key"));
    }
    let ids: Vec<i64> = records.keys().copied().collect();
    let mut clients: BTreeMap<i64, Client> = BTreeMap::new();
    for row in sqlx::query("SELECT client, snapshot FROM view WHERE client = ANY($1)")
        .bind(&ids)
        .fetch_all(pool)
        .await
        .unwrap()
    {
        let client =
            Client { snapshot: row.get("snapshot"), statements: BTreeSet::new(), unidentified: BTreeSet::new() };
        clients.insert(row.get("client"), client);
    }
    for row in sqlx::query("SELECT client, CASE kind WHEN 5 THEN found_by ELSE content END AS content FROM statement WHERE client = ANY($1)")
        .bind(&ids)
        .fetch_all(pool)
        .await
        .unwrap()
    {
        let client = clients.get_mut(&row.get("client")).expect("a row of no view");
        client.statements.insert(row.get("content"));
    }
    let unidentified =
        "SELECT client, source, kind, stay, micros(until)::text AS until FROM unidentified WHERE client = ANY($1)";
    for row in sqlx::query(unidentified).bind(&ids).fetch_all(pool).await.unwrap() {
        let (source, kind, until): (String, i16, Option<String>) =
            (row.get("source"), row.get("kind"), row.get("until"));
        let stay: Vec<u8> = row.get("stay");
        let client = clients.get_mut(&row.get("client")).expect("a row of no view");
        client.unidentified.insert(format!("{source} {kind} {stay:?} {until:?}"));
    }
    let empty = ParallelView::default().encode();
    records
        .into_iter()
        .filter_map(|(id, keys)| Some((keys, clients.remove(&id)?)))
        .filter(|(_, it)| it.snapshot != empty)
        .collect()
}
