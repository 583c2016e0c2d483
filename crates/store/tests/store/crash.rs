//! PostgreSQL that is killed: what an acknowledgement or an answer rests on is on the disk, and the rest comes again.

use crate::county::{Chance, County, at, cut};
use crate::faults::events;
use crate::law2::access;
use crate::oracle;
use crate::server::TestDatabase;
use care::Limits;
use embedded::Postgres;
use event::ReceivedEvent;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use store::receipt::Reread;
use store::{Ask, Batch, Database, Decided, Door, Position, Projector, Store};
use uuid::Uuid;

const TOPIC: &str = "care-events";

fn position(from: i64, to: i64) -> Position {
    Position { topic: TOPIC.into(), partition: 0, from, to, last_id: Uuid::nil() }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_delivered_again_is_committed_without_waiting_for_the_disk() {
    let database = TestDatabase::new().await;
    let pool = database.pool().await;
    database.execute(
        "CREATE TABLE committed (setting text);
         CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             INSERT INTO committed SELECT current_setting('synchronous_commit'); RETURN NULL; END $$;
         CREATE TRIGGER note AFTER INSERT ON history FOR EACH STATEMENT EXECUTE FUNCTION note();
         CREATE TRIGGER note AFTER UPDATE ON quarantine FOR EACH STATEMENT EXECUTE FUNCTION note();
         CREATE TRIGGER note AFTER UPDATE ON receipt FOR EACH STATEMENT EXECUTE FUNCTION note()",
    );
    let county = County::new("committed", 6, 4);
    let all = events(&county, 1, 30);
    let of = |part: usize| Batch { events: all[part * 10..][..10].to_vec(), ..Batch::default() };
    let reread = Reread { id: Uuid::nil(), adapter_version: 1, events: Vec::new() };
    let batches = [
        ("from a sender", "on", of(0)),
        ("from a journal", "off", Batch { positions: vec![position(0, 1)], ..of(1) }),
        ("from a sender, on the same connection", "on", of(2)),
        ("redriven", "on", Batch { redriven: vec![Uuid::nil()], ..Batch::default() }),
        ("translated again", "on", Batch { reread: vec![reread], ..Batch::default() }),
    ];
    for (what, expected, batch) in batches {
        database.projector.apply(&batch).await.unwrap();
        let settings =
            sqlx::query_scalar::<_, String>("DELETE FROM committed RETURNING setting").fetch_all(&pool).await;
        let settings = settings.unwrap();
        assert!(!settings.is_empty() && settings.iter().all(|it| it == expected), "{what}: {settings:?}");
    }
}

async fn connect(postgres: &Postgres) -> Store {
    Store::connect(&Database::Url(postgres.url("postgres")), 4).await.unwrap()
}

async fn next(store: &Store) -> i64 {
    let progress = Projector::new(store.clone()).progress(TOPIC).await.unwrap();
    progress.first().map_or(0, |it| it.checkpoint.next)
}

/// As a projector: from the stored position on, until the database is gone. Asks in between; `answered` is the position
/// that an answer has shown.
async fn project(store: Store, county: Arc<County>, parts: Arc<Vec<Vec<ReceivedEvent>>>, answered: Arc<AtomicI64>) {
    let (projector, door) = (Projector::new(store.clone()), Door::new(store.clone()));
    let mut from = next(&store).await;
    while let Some(part) = parts.get(usize::try_from(from).unwrap()) {
        let batch = Batch { events: part.clone(), positions: vec![position(from, from + 1)], ..Batch::default() };
        match projector.apply(&batch).await {
            Ok(_) => from += 1,
            Err(error) if error.is_transient() => return,
            Err(error) => unreachable!("{error}"),
        }
        let ask =
            Ask { token: county.identifiers[0].1, as_of: None, timeline: false, at: at(50), limits: Limits::default() };
        let granted = |()| Decided {
            answer: (),
            decision: "granted",
            rule: "test".to_owned(),
            outcome: "shown",
            shown: Vec::new(),
            grounds: Vec::new(),
        };
        if from % 7 == 0 && door.ask(ask, access(), move |_| granted(())).await.is_ok() {
            answered.fetch_max(from, Ordering::Relaxed);
        }
    }
}

/// The process with everything that it has not written; what it has written the kernel keeps.
fn kill(postgres: &Postgres) {
    let killed = Command::new("kill").args(["-KILL", &postgres.pid().to_string()]).status().unwrap();
    assert!(killed.success());
}

async fn restarted(directory: &Path) -> (Postgres, Store) {
    let directory = directory.to_owned();
    let postgres = tokio::task::spawn_blocking(move || Postgres::start(&directory).unwrap()).await.unwrap();
    let store = connect(&postgres).await;
    (postgres, store)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_database_loses_no_answer_and_takes_rows_back_with_their_position() {
    let scratch = tempfile::tempdir().unwrap();
    let directory = scratch.path().join("pg");
    testkit::cluster::lay(&directory).unwrap();
    let (mut postgres, mut store) = restarted(&directory).await;
    store.migrate().await.unwrap();
    // What waits for no commit is written late, so that a crash finds something to lose.
    postgres.execute("postgres", "ALTER SYSTEM SET wal_writer_delay = '10s'").unwrap();
    postgres.execute("postgres", "ALTER SYSTEM SET wal_writer_flush_after = '1GB'").unwrap();
    postgres.execute("postgres", "SELECT pg_reload_conf()").unwrap();
    let county = Arc::new(County::new("crash", 12, 6));
    let all = events(&county, 9, 600);
    let parts = Arc::new(cut(&mut Chance(3), all.clone(), 6));
    let (answered, mut lost) = (Arc::new(AtomicI64::new(0)), 0);
    for round in 0..5 {
        let projecting = project(store.clone(), county.clone(), parts.clone(), answered.clone());
        let projecting = tokio::spawn(projecting);
        tokio::time::sleep(Duration::from_millis(60 + 37 * round)).await;
        let committed = next(&store).await;
        kill(&postgres);
        projecting.await.unwrap();
        drop(postgres);
        (postgres, store) = restarted(&directory).await;
        let kept = next(&store).await;
        assert!(kept >= answered.load(Ordering::Relaxed), "round {round}: an answer showed what is not stored");
        lost += i64::from(kept < committed);
        let pool = sqlx::PgPool::connect(&postgres.url("postgres")).await.unwrap();
        let stored = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM history").fetch_one(&pool).await.unwrap();
        let expected: usize = parts[..usize::try_from(kept).unwrap()].iter().map(Vec::len).sum();
        assert_eq!(usize::try_from(stored), Ok(expected), "round {round}: rows without their position, or the reverse");
    }
    println!("{lost} of 5 crashes took something back");
    project(store.clone(), county.clone(), parts.clone(), answered).await;
    assert_eq!(usize::try_from(next(&store).await), Ok(parts.len()));
    let pool = sqlx::PgPool::connect(&postgres.url("postgres")).await.unwrap();
    let keys = county.records.iter().map(|record| record.key).collect();
    assert_eq!(oracle::stored(&pool, &keys).await, oracle::clients(&all));
    let rebuilt = Projector::new(store.clone()).rebuild(true, |_, _| ()).await.unwrap();
    assert_eq!(rebuilt.differing, 0);
    store.close().await;
    postgres.stop().unwrap();
}
