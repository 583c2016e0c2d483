//! The kept number of open entries that identify no client is always the number that counting gives.

use crate::county::{Chance, County};
use crate::faults::rejected;
use crate::law2::batch;
use crate::server::TestDatabase;
use care::access::CONSENTS;
use event::{Body, Code, HETU_SYSTEM, PersonUpdated, Presented, Rejected, StreamId};
use sqlx::PgPool;
use store::{Batch, quarantine};
use uuid::Uuid;

async fn apply(database: &TestDatabase, batch: Batch) {
    database.projector.apply(&batch).await.unwrap();
}

/// What is kept, if it is what counting gives.
async fn kept(pool: &PgPool) -> i64 {
    let kept = sqlx::query_scalar("SELECT coalesce(sum(entries), 0)::bigint FROM quarantine_unnamed");
    let kept: i64 = kept.fetch_one(pool).await.unwrap();
    let counted = sqlx::query_scalar::<_, i64>(
        "SELECT count(*) FROM quarantine q WHERE state = 'open'
         AND NOT EXISTS (SELECT FROM quarantine_named n WHERE n.quarantine = q.id AND n.for_others)",
    );
    assert_eq!(kept, counted.fetch_one(pool).await.unwrap());
    kept
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_of_entries_that_identify_no_client_is_kept() {
    let database = TestDatabase::new().await;
    let (pool, county) = (database.pool().await, County::new("unnamed", 3, 4));
    let entries = |range: std::ops::RangeInclusive<u128>, named: &[usize]| -> Batch {
        Batch { rejections: range.map(|id| rejected(id, &county, named)).collect(), ..Batch::default() }
    };
    apply(&database, entries(1..=4, &[])).await;
    apply(&database, entries(11..=12, &[0, 1])).await;
    assert_eq!(kept(&pool).await, 4);
    // Once more, and one of them with names now: an entry stays as it is, but its names are added.
    apply(&database, entries(1..=3, &[])).await;
    apply(&database, entries(4..=4, &[2])).await;
    assert_eq!(kept(&pool).await, 3);
    // An identifier by which only its sender asks does not count; with another beside it, it does.
    let own = |id, named: &[usize]| {
        let it = rejected(id, &county, named);
        Batch { rejections: vec![Rejected { own: it.named[..1].to_vec(), ..it }], ..Batch::default() }
    };
    apply(&database, own(21, &[0])).await;
    assert_eq!(kept(&pool).await, 4);
    apply(&database, own(22, &[0, 1])).await;
    assert_eq!(kept(&pool).await, 4);
    apply(&database, Batch { redriven: vec![Uuid::from_u128(21)], ..Batch::default() }).await;
    apply(&database, Batch { redriven: vec![Uuid::from_u128(1), Uuid::from_u128(11)], ..Batch::default() }).await;
    assert_eq!(kept(&pool).await, 2);
    let reason = Code::try_new("test").unwrap();
    quarantine::close_for(&database.store, &[Uuid::from_u128(2), Uuid::from_u128(12)], &reason).await.unwrap();
    assert_eq!(kept(&pool).await, 1);
    quarantine::drop_content(&database.store, &[Uuid::from_u128(3)], &reason).await.unwrap();
    assert_eq!(kept(&pool).await, 0);
    // Nothing in the program opens an entry again or deletes an open one; an operator's SQL may.
    for (sql, left) in [
        ("UPDATE quarantine SET state = 'open', closed_at = NULL, close_reason = NULL WHERE ciphertext IS NOT NULL", 3),
        ("DELETE FROM quarantine WHERE state = 'open'", 0),
    ] {
        database.execute(sql);
        assert_eq!(kept(&pool).await, left, "{sql}");
    }
}

/// The sender's own number of a client makes an entry one that names a client if others know the client too, by another record. The
/// record of a consent repeats the number that a caller asked with, and makes nobody known.
#[tokio::test(flavor = "multi_thread")]
async fn an_own_number_is_a_name_if_others_know_the_client() {
    let database = TestDatabase::new().await;
    let (pool, county) = (database.pool().await, County::new("others", 3, 4));
    let number = |value: &str| county.keys.identifier("own", value);
    let ward = |value: &str| county.keys.record(&county.name, "own", value);
    let consent = |value: &str| county.keys.record(CONSENTS, CONSENTS, value);
    let reports: [(StreamId, &str, &str); 8] = [
        (ward("1"), "own", "1"),
        (ward("2"), "own", "2"),
        (consent("2"), "own", "2"),
        (ward("3"), "own", "3"),
        (ward("3"), HETU_SYSTEM, "code"),
        (ward("4"), "own", "4"),
        (consent("4"), "own", "4"),
        (consent("4"), HETU_SYSTEM, "4"),
    ];
    let reports: Vec<_> = (0..)
        .zip(reports)
        .map(|(n, (record, system, value))| {
            let mut received = county.event(&mut Chance(7), n);
            let tokens = vec![county.keys.identifier(system, value)];
            received.event.presented = vec![Presented { system: system.to_owned(), tokens }];
            (received.event.record, received.event.body) = (record, Body::from(PersonUpdated::default()));
            received
        })
        .collect();
    apply(&database, batch(&reports)).await;
    let mut waiting = 0;
    for (id, value, counts, why) in [
        (1, "1", 1, "known by its own number"),
        (2, "2", 1, "and a consent was recorded with it"),
        (3, "3", 0, "known by an identity code"),
        (4, "4", 0, "the consent was recorded with an identity code"),
    ] {
        let it = rejected(id, &county, &[]);
        let own = vec![number(value)];
        apply(&database, Batch { rejections: vec![Rejected { named: own.clone(), own, ..it }], ..Batch::default() })
            .await;
        waiting += counts;
        assert_eq!(kept(&pool).await, waiting, "{why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_at_the_same_time_lose_no_entry() {
    let database = TestDatabase::new().await;
    let (pool, county) = (database.pool().await, std::sync::Arc::new(County::new("crowd", 3, 4)));
    let writers = (0..6u128).map(|writer| {
        let (projector, county) = (database.projector.clone(), county.clone());
        tokio::spawn(async move {
            for n in 0..20u128 {
                let id = writer * 1000 + n;
                let rejections = vec![rejected(id, &county, &[]), rejected(id + 500, &county, &[0])];
                // Half of the entries of the round before are closed.
                let redriven = if n % 2 == 1 { vec![Uuid::from_u128(id - 1)] } else { Vec::new() };
                projector.apply(&Batch { rejections, redriven, ..Batch::default() }).await.unwrap();
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    assert_eq!(kept(&pool).await, 60);
}

/// An entry is closed and gets its first names, or gets first names twice, by two transactions neither of which sees the other.
#[tokio::test(flavor = "multi_thread")]
async fn an_entry_is_taken_off_once() {
    let database = TestDatabase::new().await;
    let (pool, county) = (database.pool().await, County::new("once", 3, 4));
    let entries = (1..=4).map(|id| rejected(id, &county, &[])).collect();
    apply(&database, Batch { rejections: entries, ..Batch::default() }).await;
    let named = |id: u128, token: u8| {
        format!(
            "INSERT INTO quarantine_named (quarantine, token) VALUES ('{}', decode('{token:02x}', 'hex'))",
            Uuid::from_u128(id)
        )
    };
    let close = |id: u128| {
        format!("UPDATE quarantine SET state = 'redriven', closed_at = now() WHERE id = '{}'", Uuid::from_u128(id))
    };
    let pairs = [(close(1), named(1, 1)), (named(2, 1), close(2)), (named(3, 1), named(3, 2))];
    for (n, (first, second)) in (1..).zip(pairs) {
        let mut one = pool.begin().await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(first)).execute(&mut *one).await.unwrap();
        let other = database.pool().await;
        let waiting = tokio::spawn(async move {
            let mut two = other.begin().await.unwrap();
            sqlx::raw_sql(sqlx::AssertSqlSafe(second)).execute(&mut *two).await.unwrap();
            two
        });
        // It is done, without having seen the first; or it waits for the first.
        let waits =
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        while !waiting.is_finished() && sqlx::query_scalar::<_, i64>(waits).fetch_one(&pool).await.unwrap() == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        one.commit().await.unwrap();
        waiting.await.unwrap().commit().await.unwrap();
        assert_eq!(kept(&pool).await, 4 - n, "the pair {n}");
    }
}
