//! What goes wrong: a bad event, a moved position, a lost connection, a damaged cache.

use crate::county::{Chance, County, at, cut};
use crate::journal::marked;
use crate::oracle;
use crate::server::TestDatabase;
use event::{Checkpoint, Presented, RawMessage, Receipt, ReceiptOutcome, ReceivedEvent, Rejected, Sealed};
use sqlx::Row;
use store::quarantine::{self, Content, Filter};
use store::{ApplyError, Batch, Position, Progress};
use uuid::Uuid;

pub fn events(county: &County, seed: u64, count: u64) -> Vec<ReceivedEvent> {
    let mut chance = Chance(seed);
    (0..count).map(|n| county.event(&mut chance, n)).collect()
}

fn batch(events: &[ReceivedEvent]) -> Batch {
    Batch { events: events.to_vec(), ..Batch::default() }
}

fn position(from: i64, to: i64) -> Position {
    Position { topic: "care-events".into(), partition: 3, from, to, last_id: Uuid::from_u128(u128::MAX) }
}

pub fn rejected(id: u128, county: &County, named: &[usize]) -> Rejected {
    Rejected {
        id: Uuid::from_u128(id),
        source: county.name.clone(),
        received_at: at(5),
        adapter_version: 1,
        code: "207".into(),
        place: "PID-3".into(),
        text: "the identifier fails its check".into(),
        message: None,
        named: named.iter().map(|n| county.identifiers[*n].1).collect(),
        own: Vec::new(),
        raw: county.keys.sealer(county.records[0].key, Uuid::from_u128(id)).seal(&RawMessage { bytes: "MSH".into() }),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_database_refuses_goes_to_the_quarantine_and_the_rest_is_applied() {
    let database = TestDatabase::new().await;
    let pool = database.pool().await;
    let county = County::new("bad", 6, 4);
    let mut all = events(&county, 1, 40);
    let good = all.clone();
    // PostgreSQL takes no NUL in a text.
    let mut bad = Vec::new();
    for (n, place) in [(100, 7), (101, 8), (102, 30)] {
        let mut received = county.event(&mut Chance(n), n);
        received.event.source = "bad\0".into();
        let tokens = vec![county.identifiers[0].1];
        received.event.presented = vec![Presented { system: "a\0b".into(), tokens }];
        bad.push(received.event.id);
        all.insert(place, received);
    }
    let batch = Batch { positions: vec![position(0, 43)], ..batch(&all) };
    let applied = database.projector.apply(&batch).await.unwrap();
    let mut culprits = applied.culprits.clone();
    culprits.sort();
    bad.sort();
    assert_eq!((applied.stored, culprits), (40, bad.clone()));
    let keys = county.records.iter().map(|record| record.key).collect();
    assert_eq!(oracle::stored(&pool, &keys).await, oracle::clients(&good));
    assert_eq!(database.projector.progress("care-events").await.unwrap()[0].checkpoint.next, 43);

    let entries = quarantine::list(&database.store, &Filter::default(), None, 10).await.unwrap();
    assert_eq!(entries.len(), 3);
    assert!(entries.iter().all(|it| it.code == "refused-by-database" && it.place == "22021" && it.named == 1));
    let content = quarantine::get(&database.store, bad[0]).await.unwrap().unwrap();
    let bytes = all.iter().find(|it| it.event.id == bad[0]).unwrap().event.encode();
    assert_eq!(content, Content::Event(bytes));
}

/// A receipt only counts: its message is applied, the others are counted, and the position moves.
#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_the_database_refuses_is_left_out_and_the_rest_is_applied() {
    let database = TestDatabase::new().await;
    let county = County::new("receipts", 6, 4);
    let all = events(&county, 3, 9);
    let receipt = |(n, received): (u128, &ReceivedEvent)| Receipt {
        id: Uuid::from_u128(n),
        copy_id: Uuid::from_u128(n),
        // PostgreSQL takes no NUL in a text.
        source: if n == 4 || n == 9 { "bad\0".to_owned() } else { "kys".to_owned() },
        message: None,
        header: None,
        received_at: received.received_at,
        adapter_version: 1,
        outcome: ReceiptOutcome::Stored(vec![received.event.id]),
        raw: None,
    };
    let receipts = (1..).zip(&all).map(receipt).collect();
    let batch = Batch { positions: vec![position(0, 9)], receipts, ..batch(&all) };
    let applied = database.projector.apply(&batch).await.unwrap();
    assert_eq!((applied.stored, applied.refused_receipts, applied.culprits.len()), (9, 2, 0));
    assert_eq!(database.projector.progress("care-events").await.unwrap()[0].checkpoint.next, 9);
    let counted: i64 =
        sqlx::query_scalar("SELECT count(*) FROM receipt").fetch_one(&database.pool().await).await.unwrap();
    assert_eq!(counted, 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_starts_where_progress_stands_or_leaves_nothing() {
    let database = TestDatabase::new().await;
    let pool = database.pool().await;
    let county = County::new("moved", 3, 2);
    let all = events(&county, 2, 6);
    let part = |n: usize, from, to| Batch { positions: vec![position(from, to)], ..batch(&all[n..n + 2]) };
    let apply = async |batch: Batch| database.projector.apply(&batch).await;
    let count = async || -> i64 { sqlx::query_scalar("SELECT count(*) FROM history").fetch_one(&pool).await.unwrap() };

    assert_eq!(apply(part(0, 5, 7)).await, Err(ApplyError::Moved), "nothing was read before 5");
    assert_eq!(count().await, 0);
    apply(part(0, 0, 2)).await.unwrap();
    assert_eq!(apply(part(2, 3, 5)).await, Err(ApplyError::Moved));
    assert_eq!(apply(part(2, 0, 2)).await, Err(ApplyError::Moved));
    assert_eq!(count().await, 2);
    apply(part(2, 2, 4)).await.unwrap();
    let checkpoint = Checkpoint { next: 4, last_id: Some(Uuid::from_u128(u128::MAX)) };
    let progress = database.projector.progress("care-events").await.unwrap();
    assert_eq!(progress, [Progress { partition: 3, checkpoint }]);
}

/// As when its disk is full after a crash (XX000: it cannot write its own files), or its password is being changed.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_takes_no_connection_shows_nothing_about_the_batch() {
    let database = TestDatabase::new().await;
    let county = County::new("closed", 6, 4);
    let all = events(&county, 7, 20);
    database.takes_connections(false);
    // A connection of the pool may have been found alive just before it ended.
    let mut refused = Vec::new();
    for _ in 0..10 {
        refused.push(database.projector.apply(&batch(&all)).await.unwrap_err());
    }
    assert!(refused.iter().all(ApplyError::is_transient), "{refused:?}");
    assert!(refused.contains(&ApplyError::Transient { code: "55000".into() }), "{refused:?}");
    database.takes_connections(true);
    assert_eq!(database.projector.apply(&batch(&all)).await.unwrap().stored, 20);
    assert_eq!(quarantine::list(&database.store, &Filter::default(), None, 10).await.unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_killed_at_any_moment_cost_nothing() {
    let database = TestDatabase::new().await;
    let pool = database.pool().await;
    let county = County::new("killed", 12, 6);
    let all = events(&county, 3, 300);
    let killer = {
        let pool = pool.clone();
        tokio::spawn(async move {
            loop {
                let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                            WHERE application_name = 'rinnakkain' AND datname = current_database()";
                sqlx::query(kill).execute(&pool).await.unwrap();
                tokio::time::sleep(std::time::Duration::from_millis(23)).await;
            }
        })
    };
    let (mut transient, mut stored, mut duplicates) = (0, 0, 0);
    for part in cut(&mut Chance(4), all.clone(), 6) {
        loop {
            match database.projector.apply(&batch(&part)).await {
                Ok(applied) => {
                    stored += applied.stored;
                    duplicates += applied.duplicates;
                    break;
                }
                Err(error) => {
                    assert!(error.is_transient(), "{error}");
                    transient += 1;
                    if transient > 500 {
                        killer.abort();
                    }
                }
            }
        }
    }
    killer.abort();
    // A commit whose answer was lost is a duplicate the second time.
    assert_eq!(stored + duplicates, 300);
    assert!(transient > 0, "nothing was killed");
    let keys = county.records.iter().map(|record| record.key).collect();
    assert_eq!(oracle::stored(&pool, &keys).await, oracle::clients(&all));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_finds_and_mends_whatever_is_not_what_history_says() {
    let database = TestDatabase::new().await;
    let pool = database.pool().await;
    let county = County::new("mend", 15, 8);
    let mut all = events(&county, 5, 120);
    database.projector.apply(&batch(&all)).await.unwrap();
    let keys = county.records.iter().map(|record| record.key).collect();
    let right = oracle::clients(&all);
    let digest = "SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM (
        SELECT v::text AS t FROM view v UNION ALL SELECT p::text FROM presented_set p UNION ALL SELECT d::text FROM link_decision d
        UNION ALL SELECT c::text FROM presented_code c
        UNION ALL SELECT i::text FROM identifier i UNION ALL SELECT r::text FROM record r
        UNION ALL SELECT s::text FROM statement s) AS t";
    let before: String = sqlx::query_scalar(digest).fetch_one(&pool).await.unwrap();
    let rebuilt = database.projector.rebuild(false, |_, _| ()).await.unwrap();
    assert_eq!(rebuilt.differing, 0);
    assert_eq!(before, sqlx::query_scalar::<_, String>(digest).fetch_one(&pool).await.unwrap());

    let tamper = [
        "UPDATE view SET snapshot = snapshot || '\\x00' WHERE client = (SELECT max(client) FROM view)",
        "UPDATE view SET version = 0",
        "DELETE FROM view",
        "UPDATE statement SET content = '\\x00' WHERE ctid = (SELECT min(ctid) FROM statement)",
        "INSERT INTO statement SELECT client + 100000, kind, found_by, row_key, version, content FROM statement",
        "DELETE FROM statement",
        "DELETE FROM presented_set",
        "DELETE FROM identifier",
        "UPDATE identifier SET links = NOT links",
        "DELETE FROM link_decision",
        "INSERT INTO presented_code SELECT id, '\\x0102030405060708091011121314151617' FROM record",
        "UPDATE link_decision SET together = NOT together",
        "UPDATE record SET client = id",
        "UPDATE record SET client = (SELECT min(id) FROM record)",
        "DELETE FROM presented_set; DELETE FROM link_decision; DELETE FROM identifier; DELETE FROM view; DELETE FROM statement;
         UPDATE record SET client = id",
    ];
    for sql in tamper {
        database.execute(sql);
        let found = database.projector.rebuild(true, |_, _| ()).await.unwrap();
        assert!(found.differing > 0, "{sql}");
        let mut progress = Vec::new();
        database.projector.rebuild(false, |done, of| progress.push((done, of))).await.unwrap();
        assert_eq!(progress.last(), Some(&(15, 15)));
        assert_eq!(oracle::stored(&pool, &keys).await, right, "{sql}");
        assert_eq!(before, sqlx::query_scalar::<_, String>(digest).fetch_one(&pool).await.unwrap(), "{sql}");
        assert_eq!(database.projector.rebuild(true, |_, _| ()).await.unwrap().differing, 0, "{sql}");
    }

    // Views of another version are folded anew when they are next touched.
    database.execute("UPDATE view SET version = 0, snapshot = ''");
    let new = county.event(&mut Chance(6), 999);
    all.push(new.clone());
    database.projector.apply(&batch(&[new])).await.unwrap();
    let ids: Vec<i64> = sqlx::query_scalar("SELECT id FROM record").fetch_all(&pool).await.unwrap();
    assert!(database.projector.refold(&ids, true).await.unwrap().clients > 0);
    assert_eq!(oracle::stored(&pool, &keys).await, oracle::clients(&all));
}

#[tokio::test(flavor = "multi_thread")]
async fn rejections_watermarks_and_redriving_go_with_the_batch() {
    let database = TestDatabase::new().await;
    let pool = database.pool().await;
    let county = County::new("refused", 3, 4);
    let reported = |ingest: &str, minute| marked("s", ingest, at(minute));
    let batch = Batch {
        rejections: vec![rejected(1, &county, &[0, 1]), rejected(2, &county, &[]), rejected(2, &county, &[])],
        watermarks: vec![reported("i", 9), reported("i", 3), reported("j", 4)],
        ..Batch::default()
    };
    for _ in 0..2 {
        database.projector.apply(&batch).await.unwrap();
    }
    let listed = quarantine::list(&database.store, &Filter::default(), None, 10).await.unwrap();
    assert_eq!(listed.iter().map(|it| (it.id.as_u128(), it.named)).collect::<Vec<_>>(), [(1, 2), (2, 0)]);
    let next = quarantine::list(&database.store, &Filter::default(), Some((listed[0].received_at, listed[0].id)), 10)
        .await
        .unwrap();
    assert_eq!(next, listed[1..]);
    let raw: Sealed<RawMessage> = rejected(1, &county, &[]).raw;
    assert_eq!(quarantine::get(&database.store, Uuid::from_u128(1)).await.unwrap(), Some(Content::Message(raw)));
    assert_eq!(quarantine::get(&database.store, Uuid::from_u128(9)).await.unwrap(), None);

    let redriven = Batch { redriven: vec![Uuid::from_u128(1)], ..batch };
    database.projector.apply(&redriven).await.unwrap();
    assert_eq!(quarantine::list(&database.store, &Filter::default(), None, 10).await.unwrap(), listed[1..]);
    let rows = sqlx::query("SELECT ingest, micros(reported_at) AS at FROM source_watermark ORDER BY ingest")
        .fetch_all(&pool)
        .await
        .unwrap();
    let rows: Vec<(String, i64)> = rows.iter().map(|row| (row.get("ingest"), row.get("at"))).collect();
    assert_eq!(rows, [("i".to_owned(), at(9).as_micros()), ("j".to_owned(), at(4).as_micros())]);
}

/// Between the first read and the lock the record moved to another client: that one must be locked as well.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_changed_before_it_was_locked_is_locked_in_a_second_attempt() {
    let database = TestDatabase::new().await;
    let pool = database.pool().await;
    let county = County::new("late-lock", 2, 2);
    let mut all = events(&county, 7, 3);
    for (received, record) in all.iter_mut().zip([0, 1, 1]) {
        received.event.record = county.records[record].clone();
        received.event.presented = Vec::new();
        received.event.body = event::Body::from(event::PersonUpdated::default());
    }
    database.projector.apply(&batch(&all[..2])).await.unwrap();
    let ids = sqlx::query_scalar("SELECT id FROM record ORDER BY key = $1 DESC");
    let ids: Vec<i64> = ids.bind(county.records[0].key.as_bytes().as_slice()).fetch_all(&pool).await.unwrap();

    let lock = "SELECT id FROM record WHERE id = $1 FOR UPDATE";
    let mut first = pool.begin().await.unwrap();
    sqlx::query(lock).bind(ids[1]).execute(&mut *first).await.unwrap();
    let mut second = pool.begin().await.unwrap();
    sqlx::query(lock).bind(ids[0]).execute(&mut *second).await.unwrap();

    let (projector, coming) = (database.projector.clone(), batch(&all[2..]));
    let applying = tokio::spawn(async move { projector.apply(&coming).await });
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    // A transaction keeps the list of sessions it first saw; one that connects later would never be found in it.
    let afresh = "SELECT pg_stat_clear_snapshot()";
    let waiting = async {
        while sqlx::query_scalar::<_, i64>(waits).fetch_one(&mut *second).await.unwrap() == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            sqlx::query(afresh).execute(&mut *second).await.unwrap();
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), waiting).await.expect("it never waited for a lock");
    let join = "UPDATE record SET client = $1 WHERE id = $2";
    sqlx::query(join).bind(ids[0]).bind(ids[1]).execute(&mut *first).await.unwrap();
    first.commit().await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    assert!(!applying.is_finished(), "it went on without the lock of the other client");
    second.rollback().await.unwrap();
    applying.await.unwrap().unwrap();
    database.projector.rebuild(false, |_, _| ()).await.unwrap();
    let keys = county.records.iter().map(|record| record.key).collect();
    assert_eq!(oracle::stored(&pool, &keys).await, oracle::clients(&all));
}

#[tokio::test]
async fn a_database_that_is_away_is_reported_by_what_is_wrong_and_not_by_how_long_it_was_tried() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let away = store::Database::Url(format!("postgres://rinnakkain@{nobody}/rinnakkain"));
    let fault = store::Store::connect(&away, 1).await.err().unwrap();
    assert_eq!(fault, store::Fault::Unavailable { code: "connection".to_owned() });
}
