//! `rinnakkain check`, and how the program ends: what it finds, what it never prints, and that it changes nothing.

use crate::support::{BINARY, County, free_port};
use serde_json::Value;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};
use testkit::county::config_with;
use testkit::edit::Edit;
use testkit::kafka;
use testkit::product::scratch;
use testkit::wait;

/// Runs a command on a configuration and a data directory.
fn run(arguments: &[&str], config: &Path, data: &Path) -> Output {
    let mut command = Command::new(BINARY);
    command.args(arguments).arg("--config").arg(config).arg("--data").arg(data);
    wait::output(&mut command).unwrap()
}

/// What `check --json` finds: its exit code, and all that it prints.
fn check(config: &str, directory: &Path) -> (i32, Value) {
    check_of("run", config, directory)
}

fn check_of(role: &str, config: &str, directory: &Path) -> (i32, Value) {
    let file = directory.join("rinnakkain.toml");
    std::fs::write(&file, config).unwrap();
    let output = run(&["check", "--json", "--role", role], &file, &directory.join("data"));
    let text = String::from_utf8(output.stdout).unwrap();
    let json = serde_json::from_str(&text);
    (
        output.status.code().unwrap(),
        json.unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&output.stderr))),
    )
}

/// Whether something of this outcome is found, with this text in it.
fn finds(found: &Value, outcome: &str, word: &str) -> bool {
    let findings = found["findings"].as_array().unwrap().iter();
    findings.clone().any(|it| it["outcome"] == outcome && it["text"].as_str().unwrap().contains(word))
}

#[track_caller]
fn assert_finds(found: &Value, outcome: &str, word: &str) {
    assert!(finds(found, outcome, word), "no {outcome} with {word:?}: {found:#}");
}

fn keys(file: &Path) {
    assert!(Command::new(BINARY).arg("new-keys").arg(file).status().unwrap().success());
}

#[test]
fn before_the_first_run_nothing_fails_and_nothing_is_made() {
    let directory = scratch().unwrap();
    let (code, found) = check(&config_with(""), directory.path());
    assert_eq!(code, 0, "{found:#}");
    for word in ["a private PostgreSQL, which the first run makes", "the first run makes it, with the private"] {
        assert_finds(&found, "ok", word);
    }
    let left: Vec<_> = std::fs::read_dir(directory.path()).unwrap().flatten().map(|it| it.file_name()).collect();
    assert_eq!(left, ["rinnakkain.toml"]);
    assert_eq!(found["configuration"]["ingest"]["hold"], "20s", "what holds is shown, written or not");
}

#[test]
fn of_a_running_service_its_ports_its_keys_and_its_database_are_known() {
    let port = free_port();
    let config = config_with("").edit_first("127.0.0.1:0", &format!("127.0.0.1:{port}"));
    let mut county = County::start_with(&config);
    let directory = county.data().parent().unwrap().to_owned();
    let (code, found) = check(&config, &directory);
    assert_eq!(code, 0, "{found:#}");
    for word in ["this service's already", "they are this database's", "fsync is on", "the schema is this program's"] {
        assert_finds(&found, "ok", word);
    }
    assert_finds(&found, "ok", "this machine's (give or take");
    assert_finds(&found, "ok", "the server's log holds no values");
    assert_finds(&found, "warning", "on no other");

    // Other keys.
    let file = county.data().join("keys.toml");
    let kept = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    keys(&file);
    let (code, found) = check(&config, &directory);
    assert_eq!(code, 1);
    assert_finds(&found, "failure", "they are not this database's");
    let status = county.operator_says(&["status"]);
    assert!(status.contains("these are not the keys of this database"), "{status}");
    std::fs::write(&file, kept).unwrap();

    // It has stopped, and another program has its port.
    county.stop();
    let other = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let (code, found) = check(&config, &directory);
    assert_eq!(code, 1);
    assert_finds(&found, "failure", &format!("mllp.address 127.0.0.1:{port}"));
    assert_finds(&found, "ok", "does not run now");
    drop(other);
}

#[test]
fn a_countys_database_is_looked_at_as_the_service_would_use_it() {
    let directory = scratch().unwrap();
    let base = directory.path();
    let postgres = testkit::cluster::start(&base.join("county")).unwrap();
    keys(&base.join("keys.toml"));
    let config = |account: &str| {
        let url = postgres.url("postgres").edit_first("postgres@", &format!("{account}@"));
        config_with(&format!("[database]\nurl = {url:?}\n[keys]\nfile = \"{}\"", base.join("keys.toml").display()))
    };
    postgres.execute("postgres", "CREATE ROLE clerk LOGIN").unwrap();
    let (code, found) = check(&config("clerk"), base);
    assert_eq!(code, 1);
    assert_finds(&found, "failure", "the account may not change it");
    let (code, found) = check(&config("postgres"), base);
    assert_eq!(code, 0, "{found:#}");
    assert_finds(&found, "ok", "the schema is empty");
    assert_finds(&found, "warning", "is a superuser");
    assert_eq!(
        postgres.execute("postgres", "SELECT FROM pg_class WHERE relname = 'history'").unwrap(),
        0,
        "nothing is made"
    );

    let file = base.join("rinnakkain.toml");
    let data = base.join("data");
    assert!(run(&["migrate"], &file, &data).status.success());
    let (code, found) = check(&config("clerk"), base);
    assert_eq!(code, 1);
    assert_finds(&found, "failure", "DELETE, INSERT, SELECT, UPDATE on former_code");
    assert_finds(&found, "failure", "may not read which migrations");
    let granted = "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO clerk";
    postgres.execute("postgres", granted).unwrap();
    let (code, found) = check(&config("clerk"), base);
    assert_eq!(code, 1, "{found:#}");
    assert_finds(&found, "failure", "USAGE on record_id_seq");
    postgres.execute("postgres", "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO clerk").unwrap();
    let (code, found) = check(&config("clerk"), base);
    assert_eq!(code, 0, "{found:#}");
    assert_finds(&found, "ok", "the schema is this program's");
    // With no right to change the schema the service finds nothing to change.
    assert!(run(&["migrate"], &file, &data).status.success());

    for setting in ["log_statement = 'all'", "log_parameter_max_length = -1", "synchronous_commit = off"] {
        postgres.execute("postgres", &format!("ALTER DATABASE postgres SET {setting}")).unwrap();
    }
    postgres.execute("postgres", "INSERT INTO key_check (value) VALUES ('other')").unwrap();
    let newer = "INSERT INTO _sqlx_migrations SELECT 99, description, installed_on, success, checksum, execution_time
                 FROM _sqlx_migrations WHERE version = 8";
    postgres.execute("postgres", newer).unwrap();
    assert_finds(&check(&config("postgres"), base).1, "warning", "of a newer program");
    postgres.execute("postgres", "DELETE FROM _sqlx_migrations WHERE version IN (8, 99)").unwrap();
    let (code, found) = check(&config("postgres"), base);
    assert_eq!(code, 1);
    assert_finds(&found, "warning", "with their parameters");
    assert_finds(&found, "warning", "the server's is off; the program sets on for itself");
    assert_finds(&found, "failure", "they are not this database's");
    assert_finds(&found, "ok", "migrations that the next start applies: 1");
    // A newer program's without one before it; and one that was changed.
    for (change, level, what) in [
        ("UPDATE _sqlx_migrations SET version = 99 WHERE version = 7", "failure", "none that this program knows"),
        (
            "UPDATE _sqlx_migrations SET version = 7 WHERE version = 99",
            "ok",
            "migrations that the next start applies: 1",
        ),
        ("UPDATE _sqlx_migrations SET checksum = 'x' WHERE version = 1", "failure", "none that this program knows"),
    ] {
        postgres.execute("postgres", change).unwrap();
        assert_finds(&check(&config("postgres"), base).1, level, what);
    }
}

/// Everything is away, and everything is secret.
#[test]
fn what_is_away_is_told_with_what_to_do_and_no_secret() {
    let directory = scratch().unwrap();
    let secret = "hidden-word";
    let password = directory.path().join("password");
    std::fs::write(&password, secret).unwrap();
    let config = config_with(&format!(
        "[database]\nurl = \"postgres://rinnakkain:{secret}@127.0.0.1:1/rinnakkain\"\n[kafka]\nbrokers = \
         \"127.0.0.1:1\"\n[kafka.client]\n\"sasl.username\" = \"{secret}\"\n\"ssl.ca.location\" = \
         \"/nowhere/ca.pem\"\n[kafka.client_files]\n\"sasl.password\" = \"{}\"\n",
        password.display()
    ));
    let config = format!("transport = \"kafka\"\n{config}");
    let (code, found) = check(&config, directory.path());
    assert_eq!(code, 1);
    assert_finds(&found, "failure", "PostgreSQL is unavailable");
    assert_finds(&found, "failure", "Kafka");
    assert_finds(&found, "failure", "keys.toml is not there");
    for finding in found["findings"].as_array().unwrap() {
        assert!(finding["outcome"] == "ok" || finding["advice"].is_string(), "what to do: {finding}");
    }
    let of = |role| check_of(role, &config, directory.path()).1;
    let (ingest, serve) = (of("ingest"), of("serve"));
    assert!(finds(&ingest, "failure", "Kafka") && !finds(&ingest, "failure", "PostgreSQL"), "{ingest:#}");
    assert!(!finds(&serve, "failure", "Kafka") && finds(&serve, "failure", "PostgreSQL"), "{serve:#}");
    assert!(finds(&ingest, "ok", "mllp.address") && !finds(&ingest, "ok", "grpc.address"), "{ingest:#}");
    let shown = &found["configuration"];
    assert_eq!(shown["database"]["url"], "(set)");
    assert_eq!(shown["kafka"]["client"]["sasl.username"], "(set)");
    assert_eq!(shown["kafka"]["client"]["ssl.ca.location"], "/nowhere/ca.pem");
    assert_eq!(shown["caller"][0]["token_sha256"], "(set)");
    let digest = config.lines().find_map(|line| line.strip_prefix("token_sha256 = \"")).unwrap();
    let text = run(&["check"], &directory.path().join("rinnakkain.toml"), &directory.path().join("data"));
    assert_eq!(text.status.code(), Some(1));
    let text = format!("{}{}{found}", String::from_utf8(text.stdout).unwrap(), String::from_utf8(text.stderr).unwrap());
    assert!(text.contains("FAILURE  database: ") && text.contains("-> see that the server runs"), "{text}");
    assert!(!text.contains(secret) && !text.contains(digest.trim_end_matches('"')), "{text}");
}

#[test]
fn a_topic_is_looked_at_and_not_made() {
    let broker = kafka::shared().unwrap();
    let directory = scratch().unwrap();
    let config = |more: &str| {
        let brokers = broker.bootstrap();
        let config =
            config_with(&format!("[kafka]\nbrokers = \"{brokers}\"\ntopic = \"care-events-looked-at\"\n{more}"));
        format!("transport = \"kafka\"\n{config}")
    };
    assert_finds(
        &check(&config(""), directory.path()).1,
        "failure",
        "is not there, and 3 copies of it do not fit 1 broker",
    );
    let one = "replication = 1\nmin_insync_replicas = 1\n";
    let (code, found) = check(&config(one), directory.path());
    assert_eq!(code, 1, "as the start would refuse to make it: {found:#}");
    assert_finds(&found, "failure", "replication is 1");
    for _ in 0..2 {
        let (code, found) = check(&config(&format!("{one}unsafe_because = \"a test\"")), directory.path());
        assert_eq!(code, 0, "{found:#}");
        assert_finds(&found, "ok", "is not there: the first ingest or project makes it");
        assert_finds(&found, "warning", "replication is 1");
    }
}

/// As in `--help`.
#[test]
fn how_the_program_ends_is_what_help_says() {
    let directory = scratch().unwrap();
    let (file, data) = (directory.path().join("rinnakkain.toml"), directory.path().join("data"));
    let help = Command::new(BINARY).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let (_, documented) = help.split_once("Exit status:\n").unwrap();
    let codes: Vec<i32> = documented.lines().filter_map(|line| line.split_whitespace().next()?.parse().ok()).collect();
    assert_eq!((help_code(), codes), (0, vec![0, 1, 2, 64]));

    std::fs::write(&file, "[mllp]\nadress = \"127.0.0.1:0\"\n[log]\nfilter = \"=\"\n").unwrap();
    for command in [&["run"][..], &["serve"], &["check"], &["check", "--json"], &["sources"]] {
        let output = run(command, &file, &data);
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(64), "{command:?}: {printed}");
        assert!(printed.contains("did you mean address?"), "{printed}");
        assert!(!data.exists(), "nothing was begun");
    }
    std::fs::write(&file, "[log]\nfilter = \"=\"\n").unwrap();
    let output = run(&["run"], &file, &data);
    assert_eq!(output.status.code(), Some(64), "{output:?}");
    std::fs::write(&file, "").unwrap();
    let by_variable = Command::new(BINARY).arg("check").env("RINNAKKAIN_MLLP__ADRESS", "x").output().unwrap();
    let printed = String::from_utf8_lossy(&by_variable.stderr).into_owned();
    assert!(by_variable.status.code() == Some(64) && printed.contains("did you mean address?"), "{printed}");
    assert_eq!(run(&["sources"], &file, &data).status.code(), Some(1), "there is no database");
    assert_eq!(run(&["walk"], &file, &data).status.code(), Some(2));
}

fn help_code() -> i32 {
    Command::new(BINARY).arg("--help").output().unwrap().status.code().unwrap()
}
