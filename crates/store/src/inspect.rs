//! The state of the database, for an operator who asks whether it can be relied on. It is read over one connection, in
//! a session that can change nothing.

use crate::Database;
use crate::error::Fault;
use crate::named::Named;
use event::Instant;
use sqlx::migrate::{Migrate, Migrator};
use sqlx::{Connection, PgConnection};
use std::collections::BTreeMap;

/// Where sqlx records applied migrations.
const APPLIED: &str = "_sqlx_migrations";

/// What the inspection found.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// `15.8`, and what its packager adds.
    pub version: String,
    /// Its major version.
    pub major: i32,
    /// The program's account there.
    pub account: String,
    /// The account is a superuser.
    pub superuser: bool,
    /// What the connection goes over.
    pub wire: Wire,
    /// It is a standby of another server, and accepts no writes.
    pub in_recovery: bool,
    /// PostgreSQL's own settings, by name, without those that the program sets.
    pub settings: BTreeMap<String, String>,
    /// Connected standbys, as far as the account may see them; and those that commits wait for.
    pub standbys: (i64, i64),
    /// The schema, compared with the program's.
    pub schema: Schema,
    /// The account may change the schema.
    pub may_migrate: bool,
    /// The privileges that the account lacks, table by table: `DELETE, UPDATE on gap`.
    pub lacking: Vec<String>,
    /// The check value of the keys that the database was first used with.
    pub key_check: KeyCheck,
    /// Its clock minus ours, in microseconds.
    pub clock_ahead: i64,
    /// How much of that may be the round trip.
    pub clock_doubt: i64,
}

/// What a connection goes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// This machine: a socket, or loopback.
    Local,
    /// A network, encrypted.
    Encrypted,
    /// A network, readable by everybody on it.
    Open,
}

/// The check value of the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyCheck {
    /// The database was never used.
    Never,
    /// The account may not read it.
    Hidden,
    /// The value.
    Value(Vec<u8>),
}

/// The database's schema, compared with the program's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// The database is empty.
    Empty,
    /// So many migrations are missing.
    Behind(usize),
    /// It is the program's.
    Current,
    /// A newer version created it.
    Newer,
    /// The account may not read which migrations are applied.
    Hidden,
    /// A migration was applied in part or left out, or differs from this build's.
    Strange,
}

/// The settings that matter.
const SETTINGS: [&str; 11] = [
    "fsync",
    "full_page_writes",
    "log_error_verbosity",
    "log_min_duration_sample",
    "log_min_duration_statement",
    "log_parameter_max_length",
    "log_parameter_max_length_on_error",
    "log_statement",
    "log_transaction_sample_rate",
    "synchronous_commit",
    "synchronous_standby_names",
];

impl Inspection {
    /// Inspects `database`; `clock` is ours. The caller limits the time.
    pub async fn of(database: &Database, clock: fn() -> Instant) -> Result<Self, Fault> {
        let options = database.options()?.application_name("rinnakkain check");
        let options = options.options([("default_transaction_read_only", "on"), ("statement_timeout", "5s")]);
        let mut connection = PgConnection::connect_with(&options).named("connect").await?;
        let inspection = Self::over(&mut connection, clock).await;
        // Whether it closes cleanly changes nothing.
        let _ = connection.close().await;
        inspection
    }

    async fn over(connection: &mut PgConnection, clock: fn() -> Instant) -> Result<Self, Fault> {
        let server = sqlx::query!(
            "SELECT current_setting('server_version') AS \"version!\",
                    current_setting('server_version_num')::int / 10000 AS \"major!\",
                    current_user::text AS \"account!\",
                    (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS \"superuser!\",
                    coalesce(inet_server_addr() << inet '127.0.0.0/8' OR inet_server_addr() = inet '::1', true)
                        AS \"local!\",
                    coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS \"encrypted!\",
                    pg_is_in_recovery() AS \"in_recovery!\",
                    (SELECT count(*) FROM pg_stat_replication) AS \"standbys!\",
                    (SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')) AS \"waited_for!\",
                    has_schema_privilege(current_schema(), 'CREATE') AS may_migrate,
                    to_regclass('key_check') IS NOT NULL AS \"was_used!\",
                    to_regclass($1) IS NOT NULL AS \"was_made!\"",
            APPLIED
        );
        let server = server.fetch_one(&mut *connection).named("inspect.server").await?;
        let names: Vec<String> = SETTINGS.map(str::to_owned).into();
        let settings = sqlx::query!(
            "SELECT name AS \"name!\", setting AS \"setting!\" FROM pg_settings WHERE name = ANY($1)",
            &names
        );
        let settings = settings.fetch_all(&mut *connection).named("inspect.settings").await?;
        let key_check = if !server.was_used {
            KeyCheck::Never
        } else if may_read(connection, "key_check").await? {
            let value = sqlx::query_scalar!("SELECT value FROM key_check")
                .fetch_optional(&mut *connection)
                .named("inspect.key_check")
                .await?;
            value.map_or(KeyCheck::Never, KeyCheck::Value)
        } else {
            KeyCheck::Hidden
        };
        let schema = if server.was_made { schema(connection).await? } else { Schema::Empty };
        let lacking = lacking(connection).await?;
        let asked = clock().as_micros();
        let now = sqlx::query_scalar!("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS \"now!\"");
        let now = now.fetch_one(&mut *connection).named("inspect.clock").await?;
        let clock_doubt = (clock().as_micros() - asked) / 2;
        Ok(Self {
            version: server.version,
            major: server.major,
            account: server.account,
            superuser: server.superuser,
            wire: match (server.local, server.encrypted) {
                (true, _) => Wire::Local,
                (false, true) => Wire::Encrypted,
                (false, false) => Wire::Open,
            },
            in_recovery: server.in_recovery,
            settings: settings.into_iter().map(|it| (it.name, it.setting)).collect(),
            standbys: (server.standbys, server.waited_for),
            schema,
            may_migrate: server.may_migrate.unwrap_or(false),
            lacking,
            key_check,
            clock_ahead: now - asked - clock_doubt,
            clock_doubt,
        })
    }
}

async fn may_read(connection: &mut PgConnection, table: &str) -> Result<bool, Fault> {
    let may = sqlx::query_scalar!("SELECT has_table_privilege($1, 'SELECT') AS \"may!\"", table);
    may.fetch_one(connection).named("inspect.may_read").await
}

/// The schema, also of a database that is empty.
pub(crate) async fn schema_of(connection: &mut PgConnection) -> Result<Schema, Fault> {
    let made = sqlx::query_scalar!("SELECT to_regclass($1) IS NOT NULL AS \"made!\"", APPLIED);
    let made = made.fetch_one(&mut *connection).named("inspect.migrations").await?;
    if made { schema(connection).await } else { Ok(Schema::Empty) }
}

/// The schema of a database that has one.
async fn schema(connection: &mut PgConnection) -> Result<Schema, Fault> {
    static MIGRATOR: Migrator = sqlx::migrate!();
    if !may_read(connection, APPLIED).await? {
        return Ok(Schema::Hidden);
    }
    if connection.dirty_version(APPLIED).await.map_err(Fault::of_migration)?.is_some() {
        return Ok(Schema::Strange);
    }
    let applied = connection.list_applied_migrations(APPLIED).await.map_err(Fault::of_migration)?;
    let ours = |version| MIGRATOR.iter().find(|ours| ours.version == version);
    if applied.iter().any(|it| ours(it.version).is_some_and(|ours| ours.checksum != it.checksum)) {
        return Ok(Schema::Strange);
    }
    let behind = MIGRATOR.iter().filter(|ours| applied.iter().all(|it| it.version != ours.version)).count();
    let is_newer = applied.iter().any(|it| ours(it.version).is_none());
    Ok(match (behind, is_newer) {
        (0, false) => Schema::Current,
        (0, true) => Schema::Newer,
        (behind, false) => Schema::Behind(behind),
        // A newer program's, without what came before it.
        (_, true) => Schema::Strange,
    })
}

/// The privileges that the account lacks on the tables, and on the sequence that numbers records. The access log needs no `UPDATE`
/// or `DELETE`.
async fn lacking(connection: &mut PgConnection) -> Result<Vec<String>, Fault> {
    let lacking = sqlx::query_scalar!(
        "SELECT string_agg(privilege, ', ' ORDER BY privilege) || ' on ' || relname AS \"lacking!\"
         FROM pg_class, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS n(privilege)
         WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND relname <> $1 AND NOT relispartition
           AND NOT (relname = 'access_log' AND privilege IN ('UPDATE', 'DELETE'))
           AND NOT has_table_privilege(pg_class.oid, privilege)
         GROUP BY relname
         UNION ALL
         SELECT 'USAGE on ' || relname FROM pg_class
         WHERE relnamespace = current_schema()::regnamespace AND relkind = 'S' AND relname = 'record_id_seq'
           AND NOT has_sequence_privilege(oid, 'USAGE')
         ORDER BY 1",
        APPLIED
    );
    lacking.fetch_all(connection).named("inspect.privileges").await
}
