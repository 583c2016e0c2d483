//! What each statement costs the database, as `pg_stat_statements` counts it, where the server's programs have it.

use super::sql::Sql;
use anyhow::Context;
use embedded::Binaries;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

/// So many statements are shown: those that cost most.
const STATEMENTS: &str = r"
    SELECT format('%8s µs %8s B of WAL %7s images  %s', round((us / $1)::numeric, 2), round(wal / $1::numeric),
                  round(images / $1::numeric, 3), statement)
    FROM (SELECT left(regexp_replace(query, '\s+', ' ', 'g'), 90) AS statement, sum(total_exec_time) * 1000 AS us,
                 sum(wal_bytes) AS wal, sum(wal_fpi) AS images
          FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid AND d.datname = current_database()
          GROUP BY statement) AS s
    ORDER BY us DESC LIMIT 24";

/// Lays a cluster whose server counts statements. A server that is not there yet starts on it.
pub(crate) fn lay(cluster: &Path) -> anyhow::Result<()> {
    testkit::cluster::lay(cluster)?;
    let programs = Binaries::find()?;
    let library = |directory: &str| programs.directory().join(directory).join("pg_stat_statements.so");
    if ["../lib", "../lib/postgresql"].iter().any(|it| library(it).exists()) {
        let settings = cluster.join("cluster/postgresql.auto.conf");
        let mut settings = OpenOptions::new().append(true).open(settings).context("the cluster's settings")?;
        writeln!(settings, "shared_preload_libraries = 'pg_stat_statements'")?;
    }
    Ok(())
}

/// Counts from now on. False: this server counts none.
pub(crate) fn begin(sql: &Sql) -> anyhow::Result<bool> {
    const LOADED: &str = "SELECT count(*) FROM pg_settings WHERE name = 'shared_preload_libraries'
                          AND setting LIKE '%pg_stat_statements%'";
    let counts = sql.number(LOADED)? > 0;
    if counts {
        sql.run("CREATE EXTENSION IF NOT EXISTS pg_stat_statements; SELECT pg_stat_statements_reset()")?;
    }
    Ok(counts)
}

/// A line a statement, for each of so many events.
pub(crate) fn read(sql: &Sql, events: f64) -> anyhow::Result<Vec<String>> {
    sql.lines(STATEMENTS, events)
}
