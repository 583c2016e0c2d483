//! Migrations expand, then contract: the previous schema's program keeps working on the new schema, so that an upgrade
//! may roll and be taken back.
//!
//! `released/NNNN.json` is everything that the last program of schema NNNN asks (`cargo prepare` keeps it when a
//! migration is added). Here each of these statements is prepared and planned on that schema and on the newest one, and
//! must mean the same. What planning does not see are new demands on what the old program writes: columns that must be
//! given, constraints, unique indexes, triggers on tables that it knows. Each of them is found too; one that no old
//! program can break is in [`ACCEPTED`] with the reason.

use crate::county::{Chance, County};
use crate::server::TestDatabase;
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Column, Either, Executor, PgPool, SqlSafeStr, Statement, TypeInfo};
use std::collections::BTreeSet;
use store::Batch;

/// The schema that brought it, what was found, and why the program before it cannot break it.
const ACCEPTED: &[(i64, &str, &str)] = &[
    (
        13,
        "quarantine demands CREATE TRIGGER quarantine_changed AFTER UPDATE ON public.quarantine REFERENCING OLD TABLE AS \
         before NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION quarantine_changed()",
        KEEPS_A_NUMBER,
    ),
    (
        13,
        "quarantine demands CREATE TRIGGER quarantine_entered AFTER INSERT ON public.quarantine REFERENCING NEW TABLE AS \
         entered FOR EACH STATEMENT EXECUTE FUNCTION quarantine_entered()",
        KEEPS_A_NUMBER,
    ),
    (
        13,
        "quarantine demands CREATE TRIGGER quarantine_open_entry_goes BEFORE DELETE ON public.quarantine FOR EACH ROW WHEN \
         ((old.state = 'open'::text)) EXECUTE FUNCTION quarantine_open_entry_goes()",
        KEEPS_A_NUMBER,
    ),
    (
        13,
        "quarantine_named demands CREATE TRIGGER quarantine_was_named AFTER INSERT ON public.quarantine_named REFERENCING \
         NEW TABLE AS named FOR EACH STATEMENT EXECUTE FUNCTION quarantine_was_named()",
        KEEPS_A_NUMBER,
    ),
];

const KEEPS_A_NUMBER: &str = "it refuses nothing: it keeps a number, for the program before too";

/// What the tables of a schema demand of those who write: one line each, with the table first.
const DEMANDS: &str = "
    SELECT c.relname || ' demands ' || what FROM pg_class c JOIN (
        SELECT attrelid, attname::text FROM pg_attribute
        WHERE attnum > 0 AND NOT attisdropped AND attnotnull AND NOT atthasdef AND attidentity = ''
        UNION ALL SELECT conrelid, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype IN ('c', 'f', 'x')
        UNION ALL SELECT indrelid, regexp_replace(pg_get_indexdef(indexrelid), '^.* USING ', 'one each of ')
        FROM pg_index WHERE indisunique
        UNION ALL SELECT tgrelid, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    ) AS demand (of, what) ON of = c.oid
    WHERE c.relnamespace = 'public'::regnamespace";

/// The columns that always hold something, or that need not, each after its table.
const ALWAYS: &str = "
    SELECT attrelid::regclass::text || '.' || attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped AND attnotnull";
const NOT_ALWAYS: &str = "
    SELECT attrelid::regclass::text || '.' || attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped AND NOT attnotnull";
const TABLES: &str = "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'";

async fn lines(pool: &PgPool, query: &'static str) -> BTreeSet<String> {
    sqlx::query_scalar(query).fetch_all(pool).await.unwrap().into_iter().collect()
}

/// What a statement takes and gives; or why it cannot be asked.
async fn meaning(pool: &PgPool, sql: &str) -> Result<String, String> {
    let mut connection = pool.acquire().await.unwrap();
    let message =
        |error: sqlx::Error| error.as_database_error().map_or(error.to_string(), |it| it.message().to_owned());
    let prepared = connection.prepare(AssertSqlSafe(sql).into_sql_str()).await.map_err(message)?;
    let takes: Vec<&str> = match prepared.parameters() {
        Some(Either::Left(types)) => types.iter().map(TypeInfo::name).collect(),
        _ => Vec::new(),
    };
    let gives: Vec<_> = prepared.columns().iter().map(|it| (it.name(), it.type_info().name())).collect();
    // Planned too, for whatever is given: only then PostgreSQL looks for the unique index of an ON CONFLICT.
    let nothing = vec!["NULL"; takes.len()].join(", ");
    let arguments = if takes.is_empty() { String::new() } else { format!("({nothing})") };
    let plan = format!(
        "BEGIN; SET LOCAL plan_cache_mode = force_generic_plan; PREPARE asked AS {sql}; \
         EXPLAIN EXECUTE asked{arguments}; DEALLOCATE asked; COMMIT"
    );
    let planned = sqlx::raw_sql(AssertSqlSafe(plan)).execute(&mut *connection).await;
    let meaning = format!("takes {takes:?} and gives {gives:?}");
    // After an error it holds half of this.
    connection.close_on_drop();
    planned.map(|_| meaning).map_err(message)
}

/// What would keep a program that asks `statements` of the schema `old` from working on `new`.
async fn findings(statements: &[String], old: &TestDatabase, new: &TestDatabase) -> Vec<String> {
    let (old, new) = (old.pool().await, new.pool().await);
    let mut found = Vec::new();
    for sql in statements {
        let before = meaning(&old, sql).await;
        assert!(before.is_ok(), "released/ is not what the program of this schema asked: {before:?}: {sql}");
        let after = meaning(&new, sql).await;
        if after != before {
            found.push(format!("{}: {sql}", after.unwrap_or_else(|message| message)));
        }
    }
    let known = lines(&old, TABLES).await;
    let is_known = |line: &&String| line.split_once(' ').is_some_and(|(table, _)| known.contains(table));
    let (before, after) = (lines(&old, DEMANDS).await, lines(&new, DEMANDS).await);
    found.extend(after.difference(&before).filter(is_known).cloned());
    let (before, after) = (lines(&old, ALWAYS).await, lines(&new, NOT_ALWAYS).await);
    found.extend(before.intersection(&after).map(|column| format!("{column} may be empty")));
    found
}

/// The numbers of the schemas.
fn schemas() -> Vec<i64> {
    sqlx::migrate!().iter().map(|migration| migration.version).collect()
}

/// A database with the schema of this number.
async fn of_schema(number: i64) -> TestDatabase {
    let database = TestDatabase::empty().await;
    let migrations = sqlx::migrate!().iter().filter(|it| it.version <= number).cloned().collect();
    Migrator::with_migrations(migrations).run(&database.pool().await).await.unwrap();
    database
}

/// What the last program of this schema asks.
fn released(number: i64) -> Vec<String> {
    let file = format!("{}/released/{number:04}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(file).expect("`cargo prepare` keeps it")).unwrap()
}

#[tokio::test]
async fn the_program_of_the_schema_before_works_on_the_newest() {
    let [.., previous, newest] = schemas()[..] else { panic!("two schemas") };
    let statements = released(previous);
    assert!(statements.len() > 50, "{}", statements.len());
    let found = findings(&statements, &of_schema(previous).await, &of_schema(newest).await).await;
    let accepted = ACCEPTED.iter().filter(|(schema, _, _)| *schema == newest).map(|(_, found, _)| (*found).to_owned());
    assert_eq!(found, accepted.collect::<Vec<_>>(), "expand first: see README, \"Upgrade\", of deploy/");
}

#[tokio::test]
async fn what_would_break_it_is_found() {
    let [.., previous, newest] = schemas()[..] else { panic!("two schemas") };
    let statements = released(previous);
    let old = of_schema(newest).await;
    let contracting = [
        ("ALTER TABLE view DROP COLUMN found", "column \"found\""),
        ("ALTER TABLE progress RENAME COLUMN next TO position", "column \"next\""),
        ("DROP TABLE statement", "relation \"statement\" does not exist"),
        ("ALTER TABLE presented_set RENAME TO last_presented", "relation \"presented_set\" does not exist"),
        ("ALTER TABLE view ALTER version TYPE bigint", "INT8"),
        ("DROP FUNCTION micros(timestamptz)", "function micros"),
        ("ALTER TABLE presented_set DROP CONSTRAINT presented_set_pkey", "ON CONFLICT"),
        ("ALTER TABLE former_code ADD unit text NOT NULL", "former_code demands unit"),
        ("ALTER TABLE quarantine ADD CHECK (octet_length(text) < 80)", "quarantine demands CHECK"),
        ("CREATE UNIQUE INDEX ON identifier (token)", "identifier demands one each of btree (token)"),
        ("ALTER TABLE link_decision ADD FOREIGN KEY (low) REFERENCES record", "link_decision demands FOREIGN KEY"),
        (
            "CREATE TRIGGER t BEFORE INSERT ON gap FOR EACH ROW EXECUTE FUNCTION access_log_is_append_only()",
            "gap demands CREATE TRIGGER",
        ),
        ("ALTER TABLE link_decision ALTER together DROP NOT NULL", "link_decision.together may be empty"),
    ];
    for (sql, expected) in contracting {
        let new = of_schema(newest).await;
        new.execute(sql);
        let found = findings(&statements, &old, &new).await;
        assert!(found.iter().any(|it| it.contains(expected)), "{sql}: {found:?}");
    }
    let expanding = "
        CREATE TABLE deadline (client bigint PRIMARY KEY, at timestamptz NOT NULL CHECK (at > 'epoch'));
        ALTER TABLE record ADD seen_at timestamptz;
        ALTER TABLE former_code ADD unit text NOT NULL DEFAULT '';
        CREATE INDEX ON history (received_at);
        ALTER TABLE gap DROP CONSTRAINT gap_check;
        CREATE FUNCTION later(timestamptz) RETURNS timestamptz LANGUAGE sql AS 'SELECT $1'";
    let new = of_schema(newest).await;
    new.execute(expanding);
    assert_eq!(findings(&statements, &old, &new).await, Vec::<String>::new());
}

/// Migration 0012 renames tables. An account that may not migrate has the same privileges on the views under the old names.
#[tokio::test]
async fn privileges_on_a_renamed_table_hold_for_its_view() {
    let database = of_schema(11).await;
    database.execute(
        "CREATE ROLE program_before;
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO program_before;
         REVOKE DELETE ON heard FROM program_before",
    );
    let pool = database.pool().await;
    let migrations = sqlx::migrate!().iter().filter(|it| it.version <= 12).cloned().collect();
    Migrator::with_migrations(migrations).run(&pool).await.unwrap();
    let lacking: Vec<String> = sqlx::query_scalar(
        "SELECT privilege || ' on ' || relname FROM pg_class,
                unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS n(privilege)
         WHERE relnamespace = 'public'::regnamespace AND relkind = 'v'
           AND NOT has_table_privilege('program_before', pg_class.oid, privilege)",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(lacking, ["DELETE on heard"], "as on the table");
}

/// While an upgrade rolls, this program may be started again on the next schema.
#[tokio::test]
async fn this_program_starts_and_works_on_the_next_schema() {
    let database = TestDatabase::new().await;
    database.execute(
        "CREATE TABLE of_the_next_schema (id bigint PRIMARY KEY);
         ALTER TABLE record ADD of_the_next_schema text;
         INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'of the next schema', true, '', 0)",
    );
    database.store.migrate().await.unwrap();
    let (county, mut chance) = (County::new("next", 4, 4), Chance(1));
    let events = (0..50).map(|n| county.event(&mut chance, n)).collect();
    let applied = database.projector.apply(&Batch { events, ..Batch::default() }).await.unwrap();
    assert_eq!(applied.stored, 50);
    // A migration of its own that was changed afterwards is still refused.
    database.execute("UPDATE _sqlx_migrations SET checksum = '' WHERE version = 1");
    assert!(database.store.migrate().await.is_err());
}
