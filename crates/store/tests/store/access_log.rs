//! The access log is in parts by month: made ahead, dropped whole, and no row of it is ever changed.

use crate::server::TestDatabase;
use event::Instant;
use sqlx::PgPool;
use sqlx::migrate::Migrator;
use std::borrow::Cow;
use std::time::Duration;
use store::LogParts;
use tokio::time::timeout;

/// A row at this time.
fn asked(at: &str) -> String {
    format!(
        "INSERT INTO access_log (at, kind, system, side, user_id, task, purpose, query, clients, decision, rule, registers)
         VALUES ({at}, 'use', 's', 'health', 'u', 't', 'p', 'q', '{{1}}', 'granted', 'r', '{{}}');"
    )
}

async fn number(pool: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn months_are_made_ahead_and_go_whole_when_the_law_lets_them() {
    let database = TestDatabase::new().await;
    let pool = database.pool().await;
    let young = "date_trunc('month', now()) - interval '11 years'";
    database.execute(&format!(
        "CREATE TEMP TABLE bound AS SELECT substring(pg_get_expr(relpartbound, oid) FROM ' TO \\(''([^'']+)''\\)') AS first
             FROM pg_class WHERE relname = 'access_log_first';
         ALTER TABLE access_log DETACH PARTITION access_log_first;
         CREATE TABLE access_log_old PARTITION OF access_log FOR VALUES FROM ('2005-01-01') TO ('2005-02-01');
         DO $$ BEGIN
             EXECUTE format('CREATE TABLE access_log_young PARTITION OF access_log FOR VALUES FROM (%L) TO (%L)',
                            {young}, {young} + interval '1 month');
             EXECUTE format('ALTER TABLE access_log ATTACH PARTITION access_log_first FOR VALUES FROM (%L) TO (%L)',
                            {young} + interval '1 month', (SELECT first FROM bound));
         END $$;
         {}{}",
        asked("'2005-01-10'"),
        asked(&format!("{young} + interval '1 day'")),
    ));
    // Another question reads the log for as long as it likes: nobody waits behind what is to go.
    let mut reads = pool.begin().await.unwrap();
    sqlx::query("SELECT count(*) FROM access_log").execute(&mut *reads).await.unwrap();
    let kept = timeout(Duration::from_mins(1), database.store.keep_access_log(Instant::MAX)).await.unwrap().unwrap();
    assert_eq!(kept.dropped, 0);
    reads.rollback().await.unwrap();
    let kept = database.store.keep_access_log(Instant::MAX).await.unwrap();
    assert_eq!(kept.dropped, 1, "whatever is asked for, twelve years stay");
    assert_eq!(number(&pool, "SELECT count(*) FROM access_log").await, 1);
    assert_eq!(database.store.keep_access_log(Instant::MAX).await.unwrap(), LogParts::default());
    // This month and the next are in the first part, and the one after them has its own.
    database.execute(&[0, 1, 2].map(|n| asked(&format!("now() + interval '{n} months'"))).concat());
    assert_eq!(number(&pool, "SELECT count(*) FROM access_log_other").await, 0);
    assert_eq!(number(&pool, "SELECT count(DISTINCT tableoid) FROM access_log").await, 3);
    // One that nobody made is no reason to give no answer.
    database.execute(&asked("now() + interval '10 years'"));
    assert_eq!(number(&pool, "SELECT count(*) FROM access_log_other").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_there_becomes_the_first_part_and_stays_as_it_is() {
    static ALL: Migrator = sqlx::migrate!();
    let database = TestDatabase::empty().await;
    let pool = database.pool().await;
    let before = ALL.iter().filter(|it| it.version < 16).cloned().collect();
    Migrator { migrations: Cow::Owned(before), ..Migrator::DEFAULT }.run(&pool).await.unwrap();
    database.execute(&format!(
        "{}{}DROP ROLE IF EXISTS log_reader; CREATE ROLE log_reader; GRANT SELECT, INSERT, UPDATE ON access_log TO log_reader",
        asked("'2024-02-29'"),
        asked("now()")
    ));
    database.store.migrate().await.unwrap();
    // As that account, which has no right on any part.
    database.execute(&format!("SET ROLE log_reader; {}", asked("now()")));
    assert_eq!(number(&pool, "SELECT count(*) FROM access_log_first").await, 3);
    assert_eq!(number(&pool, "SELECT max(id) FROM access_log").await, 3);
    for part in ["access_log", "access_log_first", "access_log_other"] {
        for change in
            [format!("UPDATE {part} SET rule = ''"), format!("DELETE FROM {part}"), format!("TRUNCATE {part}")]
        {
            let changed = sqlx::raw_sql(sqlx::AssertSqlSafe(change.clone())).execute(&pool).await;
            // Where there is no row, no row can be changed.
            assert!(changed.is_err() || part == "access_log_other" && !change.starts_with("TRUNCATE"), "{change}");
        }
    }
    database.execute("DROP OWNED BY log_reader; DROP ROLE log_reader");
}

/// Rows of a month that nobody had made ahead are kept as long, and no longer; and no single row is deleted.
#[tokio::test(flavor = "multi_thread")]
async fn rows_of_no_month_go_when_the_law_lets_them_too() {
    let database = TestDatabase::new().await;
    let pool = database.pool().await;
    // Beyond the first part, as after a clock that was wrong: into the rest.
    database.execute(
        "CREATE TEMP TABLE bound AS SELECT substring(pg_get_expr(relpartbound, oid) FROM ' TO \\(''([^'']+)''\\)') AS first
             FROM pg_class WHERE relname = 'access_log_first';
         ALTER TABLE access_log DETACH PARTITION access_log_first;
         DO $$ BEGIN EXECUTE format('ALTER TABLE access_log ATTACH PARTITION access_log_first FOR VALUES FROM (%L) TO (%L)',
                                    date_trunc('month', now()), (SELECT first FROM bound)); END $$;",
    );
    database.execute(&[asked("now() - interval '13 years'"), asked("now() - interval '11 years'")].concat());
    assert_eq!(number(&pool, "SELECT count(*) FROM access_log_other").await, 2);
    assert_eq!(database.store.keep_access_log(Instant::MAX).await.unwrap().dropped, 1);
    assert_eq!(number(&pool, "SELECT count(*) FROM access_log_other").await, 1, "the younger one stays");
    assert_eq!(database.store.keep_access_log(Instant::MAX).await.unwrap(), LogParts::default());
    database.execute(&asked("now() - interval '10 years'"));
    assert_eq!(number(&pool, "SELECT count(*) FROM access_log_other").await, 2, "it takes rows as before");
    for change in ["UPDATE access_log SET rule = ''", "DELETE FROM access_log_other", "TRUNCATE access_log_other"] {
        assert!(sqlx::raw_sql(sqlx::AssertSqlSafe(change)).execute(&pool).await.is_err(), "{change}");
    }
}

/// A month's rows of one user are found by an index, in the order in which they are listed.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_user_asked_is_found_by_an_index() {
    let database = TestDatabase::new().await;
    let pool = database.pool().await;
    let indexes = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'access_log_user'::regclass";
    assert!(number(&pool, indexes).await < number(&pool, PARTS).await, "those that were there have none yet");
    database.store.build_deferred(|_| {}).await.unwrap();
    assert_eq!(number(&pool, indexes).await, number(&pool, PARTS).await);
    database.execute("SELECT access_log_ahead(5)");
    assert_eq!(number(&pool, indexes).await, number(&pool, PARTS).await, "new ones have it from the beginning");
    let valid = "SELECT count(*) FROM pg_index WHERE indexrelid = 'access_log_user'::regclass AND indisvalid";
    assert_eq!(number(&pool, valid).await, 1);
    let mut connection = pool.acquire().await.unwrap();
    sqlx::raw_sql("SET enable_seqscan = off").execute(&mut *connection).await.unwrap();
    let explain = |filter: &str| {
        format!(
            "EXPLAIN SELECT id FROM access_log WHERE at >= now() - interval '1 month' {filter} ORDER BY at DESC, id DESC LIMIT 9"
        )
    };
    for (filter, index) in [("AND user_id = 'u'", "by_user"), ("", "_at")] {
        let plan = sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(explain(filter)));
        let plan = plan.fetch_all(&mut *connection).await.unwrap().join("\n");
        assert!(plan.contains(index) && plan.contains("Incremental Sort"), "{plan}");
    }
}

const PARTS: &str = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'access_log'::regclass";
