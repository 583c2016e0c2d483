//! A real server through its whole life: made, asked, killed, recovered, stopped.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    process::Command,
};

use embedded::{Error, Postgres, SERVICE};

#[test]
fn it_keeps_what_was_committed_through_a_kill() {
    let data_dir = tempfile::tempdir().unwrap();
    let first = Postgres::start(data_dir.path()).unwrap();
    first.execute("postgres", "CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)").unwrap();
    assert!(Command::new("kill").args(["-9", &first.pid().to_string()]).status().unwrap().success());
    drop(first);

    let second = Postgres::start(data_dir.path()).unwrap();
    second.execute("postgres", "INSERT INTO kept SELECT 2 / count(*) FROM kept").unwrap();
    let socket_dir = second.socket_dir().to_owned();
    let pid = second.pid();
    second.stop().unwrap();
    assert!(!is_running(pid));
    assert!(!socket_dir.join(".s.PGSQL.5432").exists());
    assert!(Postgres::adopt(data_dir.path()).unwrap().is_none());
}

#[test]
fn one_program_owns_it_and_others_join() {
    let data_dir = tempfile::tempdir().unwrap();
    let owner = Postgres::start(data_dir.path()).unwrap();
    assert!(matches!(Postgres::start(data_dir.path()), Err(Error::InUse(_))));

    let joined = Postgres::adopt(data_dir.path()).unwrap().unwrap();
    assert_eq!((joined.pid(), joined.socket_dir()), (owner.pid(), owner.socket_dir()));
    joined.stop().unwrap();
    assert_eq!(owner.execute("postgres", "SELECT generate_series(1, 5)").unwrap(), 5);

    let pid = owner.pid();
    drop(owner);
    assert!(!is_running(pid));
}

#[test]
fn it_is_private_and_safe() {
    let data_dir = tempfile::tempdir().unwrap();
    let postgres = Postgres::start(data_dir.path()).unwrap();
    for (name, value) in [
        ("listen_addresses", ""),
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
        ("log_error_verbosity", "terse"),
        ("log_parameter_max_length_on_error", "0"),
        ("log_min_error_statement", "panic"),
    ] {
        let check = format!("DO $$ BEGIN ASSERT current_setting('{name}') = '{value}', '{name}'; END $$");
        postgres.execute("postgres", &check).unwrap();
    }
    postgres.execute("postgres", "DO $$ BEGIN ASSERT lower('Ä') = 'ä'; END $$").unwrap();

    let socket_dir = fs::metadata(postgres.socket_dir()).unwrap();
    assert_eq!(socket_dir.mode() & 0o777, 0o700);
    assert_ne!(socket_dir.uid(), 0, "PostgreSQL does not run as root");
}

/// What an earlier version made as the superuser is the service's after the next start, and what somebody makes so beside the
/// service is when a program joins.
#[test]
fn the_service_owns_the_database_and_is_no_superuser() {
    let data_dir = tempfile::tempdir().unwrap();
    let postgres = Postgres::start(data_dir.path()).unwrap();
    let as_service = |postgres: &Postgres, sql: &str| {
        postgres.execute("postgres", &format!("SET SESSION AUTHORIZATION {SERVICE}; {sql}"))
    };
    let earlier = |n: u32| {
        format!(
            "CREATE TABLE t{n} (id bigint GENERATED ALWAYS AS IDENTITY, at int) PARTITION BY RANGE (at);
             CREATE TABLE t{n}_1 PARTITION OF t{n} FOR VALUES FROM (1) TO (2);
             CREATE TABLE s{n} (id serial); CREATE SEQUENCE n{n}; CREATE VIEW v{n} AS SELECT id FROM t{n};
             CREATE FUNCTION f{n}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
        )
    };
    let later = |n: u32| {
        format!(
            "INSERT INTO t{n} (at) VALUES (1); ALTER TABLE t{n} ADD COLUMN more int; DROP TABLE t{n}_1;
             ALTER TABLE s{n} ADD COLUMN more int; INSERT INTO s{n} DEFAULT VALUES; SELECT nextval('n{n}'); DROP SEQUENCE n{n};
             DROP VIEW v{n}; CREATE VIEW v{n} AS SELECT 1 AS id; DROP FUNCTION f{n}(); CREATE TABLE own{n} (id int)"
        )
    };
    postgres.execute("postgres", &earlier(1)).unwrap();
    let refused = as_service(&postgres, &later(1)).unwrap_err();
    assert!(matches!(&refused, Error::Sql { code, .. } if code == "42501"), "{refused}");
    let joined = Postgres::adopt(data_dir.path()).unwrap().unwrap();
    as_service(&joined, &later(1)).unwrap();
    postgres.execute("postgres", &earlier(2)).unwrap();
    postgres.stop().unwrap();
    let postgres = Postgres::start(data_dir.path()).unwrap();
    as_service(&postgres, &later(2)).unwrap();

    for forbidden in [
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT pg_read_file('postgresql.conf')",
        "CREATE ROLE another",
        "SET ROLE postgres",
        "CREATE FUNCTION c() RETURNS int LANGUAGE c AS 'libc', 'getpid'",
    ] {
        let refused = as_service(&postgres, forbidden).unwrap_err();
        assert!(matches!(&refused, Error::Sql { code, .. } if code == "42501"), "{forbidden}: {refused}");
    }
}

#[test]
fn refusals_are_reported_and_scripts_are_one_transaction() {
    let data_dir = tempfile::tempdir().unwrap();
    let postgres = Postgres::start(data_dir.path()).unwrap();
    let refused = postgres.execute("postgres", "CREATE TABLE t (id int); SELECT 1 / 0").unwrap_err();
    assert!(matches!(&refused, Error::Sql { code, .. } if code == "22012"), "{refused}");
    postgres.execute("postgres", "CREATE TABLE t (id int)").unwrap();
    assert!(matches!(postgres.execute("nowhere", "SELECT 1"), Err(Error::Sql { code, .. }) if code == "3D000"));
    postgres.execute("postgres", "CREATE DATABASE one_per_test").unwrap();
    postgres.execute("one_per_test", "SELECT 1").unwrap();
}

#[test]
fn a_path_too_long_for_a_socket_has_it_in_the_temporary_directory() {
    let parent = tempfile::tempdir().unwrap();
    let open = fs::Permissions::from_mode(0o755);
    fs::set_permissions(parent.path(), open).unwrap();
    let data_dir = parent.path().join("pitkä polku ".repeat(10));
    let postgres = Postgres::start(&data_dir).unwrap();
    assert!(!postgres.socket_dir().starts_with(&data_dir));
    postgres.execute("postgres", "SELECT 1").unwrap();
}

/// A process that has ended may stay in the table until its parent asks: it does not run.
fn is_running(pid: u32) -> bool {
    let stat = fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat")).unwrap_or_default();
    stat.split_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}
