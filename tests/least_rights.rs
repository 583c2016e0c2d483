//! The service works as an account that reads and writes rows and can change nothing else, and leaves no dump of its memory.

use crate::support::{BINARY, County, DUTY, ago};
use std::fs;
use std::path::Path;
use std::process::Command;
use testkit::county::{Visit, adt, config_with, person};
use testkit::edit::Edit;
use testkit::product::scratch;
use testkit::{root, wait};

/// The statements of `deploy/postgres.sql` on the server and in the database, without what is psql's own; passwords are not
/// asked for here.
fn statements() -> (Vec<String>, Vec<String>) {
    let script = fs::read_to_string(root().join("deploy/postgres.sql")).unwrap();
    let script = script.edit(":'owner_password'", "'made-up'").edit(":'password'", "'made-up'");
    let (of_server, of_database) = script.split_once("\\connect rinnakkain\n").unwrap();
    let statements = |text: &str| {
        let lines = text.lines().filter(|line| !line.starts_with('\\') && !line.starts_with("--"));
        let sql = lines.collect::<Vec<_>>().join("\n");
        sql.split(';').map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    (statements(of_server), statements(of_database))
}

/// The accounts and the database.
fn make_accounts(postgres: &embedded::Postgres) {
    for role in statements().0.iter().filter(|it| it.starts_with("CREATE ROLE")) {
        postgres.execute("postgres", role).unwrap();
    }
    make_database(postgres);
}

/// An empty database for the accounts that are there.
fn make_database(postgres: &embedded::Postgres) {
    let (of_server, of_database) = statements();
    for statement in of_server.iter().filter(|it| !it.starts_with("CREATE ROLE")) {
        postgres.execute("postgres", statement).unwrap();
    }
    for statement in of_database {
        postgres.execute("rinnakkain", &statement).unwrap();
    }
}

fn run(arguments: &[&str], config: &Path, data: &Path) -> String {
    let mut command = Command::new(BINARY);
    command.args(arguments).arg("--config").arg(config).arg("--data").arg(data);
    let output = wait::output(&mut command).unwrap();
    let text = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap()).concat();
    assert!(output.status.success(), "{arguments:?}: {text}");
    text
}

#[test]
fn the_service_works_as_an_account_that_can_change_nothing_but_rows() {
    let directory = scratch().unwrap();
    let (base, keys) = (directory.path(), directory.path().join("keys.toml"));
    let postgres = testkit::cluster::start(&base.join("county")).unwrap();
    make_accounts(&postgres);
    assert!(Command::new(BINARY).arg("new-keys").arg(&keys).status().unwrap().success());
    let config = |account: &str| {
        let url = postgres.url("rinnakkain").edit_first("postgres@", &format!("{account}@"));
        config_with(&format!("[database]\nurl = {url:?}\n[keys]\nfile = {:?}\n", keys.to_str().unwrap()))
    };
    let of_owner = base.join("owner.toml");
    fs::write(&of_owner, config("rinnakkain_owner")).unwrap();
    run(&["migrate"], &of_owner, base);
    let found = run(&["check", "--json"], &of_owner, base);
    assert!(found.contains("may change the schema"), "{found}");

    let mut county = County::start_with(&config("rinnakkain"));
    county.heartbeat();
    let visit = Visit { number: "1", class: "I", ward: "OS3", started: Some(ago(3600)), ..Visit::default() };
    assert_eq!(county.hl7(&adt("A01", "1", ago(60), &person(1), &visit)), "AA");
    let of_nobody = adt("A01", "2", ago(60), &person(2), &visit).edit("|POTILAS|KESKUSSAIRAALA|", "|NOBODY|NOWHERE|");
    assert_eq!(county.hl7(&of_nobody), "AE");
    assert!(county.involvement(DUTY, &person(1).hetu).is_ok());
    for command in [&["sources"][..], &["quarantine", "list"], &["rebuild", "--verify"], &["migrate"]] {
        run(command, &county.config(), &county.data());
    }
    let found = run(&["check", "--json"], &county.config(), &county.data());
    assert!(!found.contains("\"failure\"") && !found.contains("may change the schema"), "{found}");
    for sql in [
        "CREATE TABLE another (n integer)",
        "DROP TABLE history",
        "DROP TABLE access_log_first",
        "ALTER TABLE access_log DISABLE TRIGGER ALL",
        "UPDATE access_log SET rule = ''",
        "DELETE FROM access_log",
        "TRUNCATE access_log",
        "TRUNCATE history",
        "CREATE ROLE another",
    ] {
        let done = postgres.execute("rinnakkain", &format!("SET ROLE rinnakkain; {sql}"));
        assert!(done.is_err(), "{sql}");
    }

    // Backed up while it runs, as the account that only reads, and restored as the owner, as in deploy/README.md.
    let backups = base.join("backups");
    let script = |name: &str, argument: &Path, config: &Path, data: &Path| {
        let mut command = Command::new(root().join("deploy").join(name));
        command.arg(argument).arg("--config").arg(config).arg("--data").arg(data).env("RINNAKKAIN", BINARY);
        command
    };
    let refused = wait::output(&mut script("backup", &backups, &county.config(), &county.data())).unwrap();
    assert!(!refused.status.success(), "it may not read the access log's parts by themselves");
    postgres.execute("postgres", "ALTER ROLE rinnakkain_backup LOGIN").unwrap();
    let url_of = |account: &str| postgres.url("rinnakkain").edit_first("postgres@", &format!("{account}@"));
    let mut backup = script("backup", &backups, &county.config(), &county.data());
    let output = wait::output(backup.env("RINNAKKAIN_DATABASE__URL", url_of("rinnakkain_backup"))).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let backup = String::from_utf8(output.stdout).unwrap();
    let backup = Path::new(backup.trim());
    county.stop();
    postgres.execute("postgres", "ALTER DATABASE rinnakkain RENAME TO lost").unwrap();
    make_database(&postgres);
    let refused = wait::output(&mut script("restore", backup, &county.config(), &county.data())).unwrap();
    assert!(!refused.status.success(), "the service's account may make no table");
    let mut restore = script("restore", backup, &county.config(), &county.data());
    let output = wait::output(restore.env("RINNAKKAIN_DATABASE__URL", url_of("rinnakkain_owner"))).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    county.start_again();
    county.heartbeat();
    assert_eq!(county.involved(&person(1)), "not-known", "what forbids it to be told may be lost");
    county.operator(&["journal", "close-gap", "1", "--reason", "sent-again"]);
    assert_eq!(county.involved(&person(1)), "involved");
    assert_eq!(county.hl7(&adt("A31", "3", ago(30), &person(3), &Visit::default())), "AA");
    let found = run(&["check", "--json"], &county.config(), &county.data());
    assert!(!found.contains("\"failure\"") && !found.contains("may change the schema"), "{found}");
    county.stop();

    // While an upgrade rolls, and after going back, this version starts on the next schema.
    let next = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                VALUES (9999, 'of the next version', true, '', 0)";
    postgres.execute("rinnakkain", next).unwrap();
    county.start_again();
    assert_eq!(county.involved(&person(1)), "involved");
    county.stop();
    postgres.execute("rinnakkain", "UPDATE _sqlx_migrations SET checksum = '' WHERE version = 1").unwrap();
    let mut serve = Command::new(BINARY);
    serve.arg("serve").arg("--config").arg(county.config()).arg("--data").arg(county.data());
    let refused = wait::output(&mut serve).unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("schema does not match this program"), "{said}");
}

#[test]
fn with_a_database_of_its_own_the_service_is_no_superuser_there() {
    let mut county = County::start();
    assert_eq!(county.hl7(&adt("A31", "1", ago(30), &person(1), &Visit::default())), "AA");
    let sessions = |of: &str| {
        let postgres = embedded::Postgres::adopt(&county.data().join("postgres")).unwrap().unwrap();
        let sessions = "SELECT FROM pg_stat_activity a JOIN pg_roles r ON r.rolname = a.usename
                        WHERE application_name LIKE 'rinnakkain%'";
        postgres.execute("postgres", &format!("{sessions} AND {of}")).unwrap()
    };
    assert_eq!(sessions("(rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)"), 0);
    assert!(sessions("rolname = 'service'") > 0);
    let found = run(&["check", "--json"], &county.config(), &county.data());
    assert!(!found.contains("\"failure\"") && !found.contains("superuser"), "{found}");
    county.stop();
}

#[test]
fn neither_the_service_nor_its_database_leaves_a_dump_of_its_memory() {
    let county = County::start();
    for process in [county.product().pid(), county.postgres()] {
        let limits = fs::read_to_string(format!("/proc/{process}/limits")).unwrap();
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        let numbers: Vec<&str> = core.split_whitespace().filter(|it| it.parse::<u64>().is_ok()).collect();
        assert!(numbers.iter().all(|it| matches!(*it, "0" | "1")) && numbers.len() == 2, "{core}");
    }
}
