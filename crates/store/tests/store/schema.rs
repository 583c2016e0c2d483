//! Changes of the schema on a database that is in use.

use crate::server::TestDatabase;
use sqlx::PgPool;
use std::time::Duration;
use store::deferred::Deferred;
use store::{Fault, Store, Tuning};
use tokio::time::{sleep, timeout};

/// Long for a test, short for a change of the schema.
const PATIENCE: Duration = Duration::from_mins(1);

/// With limits that a slow statement of the service would exceed.
fn hasty() -> Tuning {
    let hasty = Duration::from_millis(200);
    Tuning { connections: 4, statement_timeout: hasty, schema_lock_timeout: hasty, ..Tuning::default() }
}

/// A migration was not applied yet.
fn take_back_one(database: &TestDatabase) {
    database.execute(
        "DROP TABLE quarantine_unnamed;
         DROP FUNCTION quarantine_entered, quarantine_was_named, quarantine_changed, quarantine_open_entry_goes,
             quarantine_unnamed_add CASCADE;
         DELETE FROM _sqlx_migrations WHERE version = 13",
    );
}

async fn until(pool: &PgPool, sql: &'static str) {
    let met = async {
        while !sqlx::query_scalar::<_, bool>(sql).fetch_one(pool).await.unwrap() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, met).await.expect(sql);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_outlasts_a_lock_that_is_held_longer_than_any_limit_and_lets_others_pass() {
    let database = TestDatabase::new().await;
    take_back_one(&database);
    let (pool, store) = (database.pool().await, Store::connect(&database.address(), hasty()).await.unwrap());
    let mut held = pool.begin().await.unwrap();
    sqlx::query("LOCK TABLE quarantine IN ROW EXCLUSIVE MODE").execute(&mut *held).await.unwrap();
    let migrating = {
        let store = store.clone();
        tokio::spawn(async move { store.migrate().await })
    };
    until(&pool, "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'quarantine'::regclass AND NOT granted)").await;
    // Statements behind it are let through: it does not wait for as long as the lock is held.
    let behind =
        timeout(PATIENCE, sqlx::query("SELECT count(*) FROM quarantine").execute(&database.pool().await)).await;
    behind.expect("a question waits behind the migration").unwrap();
    sleep(Duration::from_millis(1_500)).await;
    assert!(!migrating.is_finished(), "it was given up");
    held.rollback().await.unwrap();
    timeout(PATIENCE, migrating).await.expect("it ends").unwrap().unwrap();
    until(&pool, "SELECT EXISTS (SELECT FROM _sqlx_migrations WHERE version = 13 AND success)").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_migration_is_no_database_that_is_away() {
    let database = TestDatabase::new().await;
    take_back_one(&database);
    // The migration reads this table; now that takes longer than the service's statements may.
    database.execute(
        "CREATE FUNCTION slowly() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1); END $$;
         CREATE EVENT TRIGGER slowly ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION slowly()",
    );
    let store = Store::connect(&database.address(), hasty()).await.unwrap();
    store.migrate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_migration_is_reported_as_that() {
    let database = TestDatabase::new().await;
    take_back_one(&database);
    let pool = database.pool().await;
    let store = Store::connect(&database.address(), Tuning { schema_lock_timeout: PATIENCE, ..hasty() }).await.unwrap();
    let mut held = pool.begin().await.unwrap();
    sqlx::query("LOCK TABLE quarantine IN ROW EXCLUSIVE MODE").execute(&mut *held).await.unwrap();
    let migrating = tokio::spawn(async move { store.migrate().await });
    until(&pool, "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'quarantine'::regclass AND NOT granted)").await;
    sqlx::query("SELECT pg_cancel_backend(pid) FROM pg_locks WHERE relation = 'quarantine'::regclass AND NOT granted")
        .execute(&pool)
        .await
        .unwrap();
    let fault = timeout(PATIENCE, migrating).await.expect("it ends").unwrap().unwrap_err();
    assert!(matches!(fault, Fault::Cancelled { .. }) && !fault.is_transient(), "{fault}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deferred_index_is_built_while_others_write_and_anew_if_it_was_broken_off() {
    let database = TestDatabase::new().await;
    let pool = database.pool().await;
    let valid = "SELECT coalesce(bool_and(indisvalid), false) FROM pg_index
                 WHERE indexrelid = to_regclass('quarantine_closed_at')";
    let is_valid = async || sqlx::query_scalar::<_, bool>(valid).fetch_one(&pool).await.unwrap();
    assert!(!is_valid().await, "it is of a migration");
    let store = Store::connect(&database.address(), hasty()).await.unwrap();
    // It waits for a transaction that has written, longer than the service's limits, and shows it.
    let mut held = pool.begin().await.unwrap();
    sqlx::query("LOCK TABLE quarantine IN ROW EXCLUSIVE MODE").execute(&mut *held).await.unwrap();
    let (seen, mut progress) = tokio::sync::mpsc::channel(64);
    let building = {
        let store = store.clone();
        tokio::spawn(async move { store.build_deferred(|it| drop(seen.try_send(it))).await })
    };
    let waits = async { while !progress.recv().await.unwrap().phase.starts_with("waiting for writers") {} };
    timeout(PATIENCE, waits).await.expect("progress is shown");
    assert_eq!(store.build_deferred(|_| ()).await, Ok(Deferred::Elsewhere));
    held.rollback().await.unwrap();
    let built = timeout(PATIENCE, building).await.expect("it ends").unwrap();
    assert!(matches!(built, Ok(Deferred::Done(1..))), "{built:?}");
    assert!(is_valid().await);
    assert_eq!(store.build_deferred(|_| ()).await, Ok(Deferred::Done(0)));

    database.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'quarantine_closed_at'::regclass");
    assert_eq!(store.build_deferred(|_| ()).await, Ok(Deferred::Done(1)));
    assert!(is_valid().await);
}
