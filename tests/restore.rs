//! An older backup is restored, by the operators' own scripts (`deploy/backup`, `deploy/restore`).
//!
//! With Kafka the view catches up by itself with what came since: beside it stands an oracle, a projector on a database
//! of its own that nothing ever happens to. Without, what came since is lost until it is sent again, and the script prints that.

use crate::support::{BINARY, County, ago, over_kafka, settle};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use store::{Database, Store};
use testkit::county::{Person, SOCIAL_TOKEN, Visit, adt, person};
use testkit::edit::Edit;
use testkit::kafka;
use testkit::product::{Product, scratch};
use testkit::root;
use testkit::server::Server;
use testkit::wire::{Mllp, acknowledgement_code, post};

/// The scripts need PostgreSQL's client programs, which a fetched PostgreSQL does not bring.
pub fn pg_dump_is_here() -> bool {
    let here = ["pg_dump", "pg_restore", "psql"].iter().all(|it| Command::new(it).arg("--version").output().is_ok());
    if !here {
        eprintln!("not run: there is no pg_dump, pg_restore or psql here (Debian: postgresql-client)");
    }
    here
}

/// A script of `deploy/`, with a configuration and a data directory.
pub fn script(name: &str, argument: &Path, config: &Path, data: &Path) -> Output {
    script_with(name, &[], argument, config, data)
}

fn script_with(name: &str, options: &[&str], argument: &Path, config: &Path, data: &Path) -> Output {
    testkit::wait::output(&mut script_for(name, options, argument, config, data)).unwrap()
}

fn script_for(name: &str, options: &[&str], argument: &Path, config: &Path, data: &Path) -> Command {
    let mut command = Command::new(root().join("deploy").join(name));
    command.args(options).arg(argument).arg("--config").arg(config).arg("--data").arg(data);
    command.env("RINNAKKAIN", BINARY);
    command
}

/// Its standard output; it succeeded.
pub fn done(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Backs up into `directory`; the file.
pub fn back_up(directory: &Path, config: &Path, data: &Path) -> PathBuf {
    let file = PathBuf::from(done(script("backup", directory, config, data)).trim());
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&file).unwrap());
    assert_eq!(mode & 0o077, 0, "for its owner's eyes only");
    file
}

fn patient(n: u32) -> Person {
    person(8000 + n)
}

fn admission(n: u32) -> String {
    let number = format!("B{n}");
    let visit = Visit { number: &number, class: "I", ward: "OS3", started: Some(ago(3600)), ..Visit::default() };
    adt("A01", &format!("B{n}"), ago(3600), &patient(n), &visit)
}

/// Sends admissions; every fifth twice, and every seventh from a sender that is not configured.
fn load(port: u16, messages: &[String], of: Range<usize>) {
    let mut connection = Mllp::connect(port).unwrap();
    let mut send = |message: &str, expected: &str| {
        let answer = connection.send(message).unwrap();
        assert_eq!(acknowledgement_code(&answer), expected, "{answer}");
    };
    for n in of {
        send(&messages[n], "AA");
        if n % 5 == 0 {
            send(&messages[n], "AA");
        }
        if n % 7 == 0 {
            send(&messages[n].edit("|POTILAS|", "|NOBODY|"), "AE");
        }
    }
}

/// Whether these keys open it could then not be known before the database is changed.
#[test]
fn a_backup_that_does_not_say_with_which_keys_it_was_made_is_not_restored() {
    if !pg_dump_is_here() {
        return;
    }
    let county = County::start();
    let (config, data) = (county.config(), county.data());
    let backup = data.join("of-no-keys.dump");
    let dump = ["pg_dump", "--format=custom", "--exclude-table-data=key_check", "--file"];
    let mut command = Command::new(BINARY);
    command
        .arg("with-database")
        .arg("--config")
        .arg(&config)
        .arg("--data")
        .arg(&data)
        .arg("--")
        .args(dump)
        .arg(&backup);
    done(command.output().unwrap());
    // What looks into the database changes nothing.
    let mut written = Command::new(BINARY);
    written.args(["with-database", "--config"]).arg(&config).arg("--data").arg(&data);
    let written = written.args(["--", "psql", "-c", "DELETE FROM key_check"]).output().unwrap();
    assert!(!written.status.success());
    assert!(String::from_utf8_lossy(&written.stderr).contains("read-only transaction"), "{written:?}");
    let name = backup.file_name().unwrap();
    let sum = done(Command::new("sha256sum").arg(name).current_dir(&data).output().unwrap());
    std::fs::write(format!("{}.sha256", backup.display()), sum).unwrap();
    let refused = script_with("restore", &["--drill"], &backup, &config, &data);
    let output = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && output.contains("does not say with which keys it was made"), "{output}");
}

#[test]
fn with_kafka_the_view_catches_up_by_itself() {
    if !pg_dump_is_here() {
        return;
    }
    let directory = scratch().unwrap();
    let base = directory.path();
    let broker = kafka::shared().unwrap();
    let (mut county, oracle) =
        (Server::start(base.join("county")).unwrap(), Server::start(base.join("oracle")).unwrap());
    let keys = base.join("keys.toml");
    assert!(Command::new(BINARY).arg("new-keys").arg(&keys).status().unwrap().success());
    let common = over_kafka(&testkit::county::config(), &broker.bootstrap(), "care-events-backup");
    let keys = keys.display().to_string();
    let configure = |name: &str, group: &str, url: &str| {
        let common = common.edit("group = \"care-events-backup\"", &format!("group = {group:?}"));
        let config =
            format!("{common}\n[database]\nurl = {url:?}\n[keys]\nfile = {keys:?}\n[ingest]\nname = \"one\"\n");
        let (file, data) = (base.join(format!("{name}.toml")), base.join(name));
        std::fs::write(&file, config).unwrap();
        std::fs::create_dir_all(&data).unwrap();
        (file, data)
    };
    let (config, data) = configure("before", "county", &county.url());
    let (oracle_config, oracle_data) = configure("apart", "oracle", &oracle.url());
    let (_, ingest_data) = configure("ingest", "county", &county.url());
    let start = |part, config: &Path, data: &Path| Product::start_part(Path::new(BINARY), part, config, data).unwrap();
    let ingest = start("ingest", &config, &ingest_data);
    let projector = start("project", &config, &data);
    let beside = start("project", &oracle_config, &oracle_data);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let settle = |server: &Server| {
        let store = runtime.block_on(Store::connect(&Database::Url(server.url()), 1)).unwrap();
        runtime.block_on(settle(&store));
    };
    let sources = |config: &Path, data: &Path| {
        let mut command = Command::new(BINARY);
        done(command.args(["sources", "--json", "--config"]).arg(config).arg("--data").arg(data).output().unwrap())
    };

    let messages: Vec<String> = (0..110).map(admission).collect();
    load(ingest.ports.mllp, &messages, 0..40);
    settle(&county);
    let backup = back_up(&base.join("backups"), &config, &data);
    load(ingest.ports.mllp, &messages, 40..100);
    settle(&county);
    settle(&oracle);
    assert_eq!(county.digest().unwrap(), oracle.digest().unwrap());

    // The database is lost with its machine; another takes its place. Messages are taken in all the while.
    projector.stop().unwrap();
    county.stop().unwrap();
    let renewed = Server::start(base.join("another")).unwrap();
    let (config, data) = configure("after", "county", &renewed.url());
    let output = done(script("restore", &backup, &config, &data));
    assert!(
        output.contains("40 clients verified: 0 differ from history") && output.contains("Kafka holds what came since"),
        "{output}"
    );
    assert_eq!(renewed.value("SELECT count(*) FROM history").unwrap(), "40");
    assert_ne!(renewed.digest().unwrap(), oracle.digest().unwrap(), "it is older");
    assert_ne!(sources(&config, &data), sources(&oracle_config, &oracle_data));

    let projector = start("project", &config, &data);
    settle(&renewed);
    assert_eq!(renewed.value("SELECT count(*) FROM history").unwrap(), "100");
    assert_eq!(renewed.digest().unwrap(), oracle.digest().unwrap(), "byte for byte");
    assert_eq!(sources(&config, &data), sources(&oracle_config, &oracle_data), "every message is counted once");
    assert_eq!(renewed.value("SELECT count(*) FROM gap").unwrap(), "0", "nothing was missing");
    load(ingest.ports.mllp, &messages, 100..110);
    settle(&renewed);
    settle(&oracle);
    assert_eq!(renewed.digest().unwrap(), oracle.digest().unwrap());

    // A second restore would lose what is there: it is refused, and changes nothing.
    let refused = script("restore", &backup, &config, &data);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("not empty"), "{refused:?}");
    assert_eq!(renewed.digest().unwrap(), oracle.digest().unwrap());
    for part in [ingest, projector, beside] {
        part.stop().unwrap();
    }
}

#[test]
fn without_kafka_what_came_since_is_not_known_until_it_is_sent_again() {
    if !pg_dump_is_here() {
        return;
    }
    let mut county = County::start();
    let backups = county.data().with_file_name("backups");
    let nobody = person(8999);
    let speak = |county: &County| {
        let heartbeat = post(county.product().ports.http, "/heartbeat", SOCIAL_TOKEN, "text/plain", "").unwrap();
        assert_eq!(heartbeat.status / 100, 2, "{heartbeat:?}");
    };
    let messages: Vec<String> = (0..30).map(admission).collect();
    let send = |county: &County, of: Range<usize>| {
        for message in &messages[of] {
            assert_eq!(county.hl7(message), "AA");
        }
        speak(county);
    };
    send(&county, 0..20);
    assert_eq!(county.involved(&nobody), "none");
    // While it runs.
    let backup = back_up(&backups, &county.config(), &county.data());
    send(&county, 20..30);
    assert_eq!(county.involved(&patient(25)), "involved");
    assert!(county.operator_says(&["status"]).contains("backup: the last one is"));

    // A drill beside it: into a database of its own, which is gone afterwards.
    let drills = county.data().with_file_name("drills");
    std::fs::create_dir(&drills).unwrap();
    let mut drill = script_for("restore", &["--drill"], &backup, &county.config(), &county.data());
    let drilled = done(testkit::wait::output(drill.env("TMPDIR", &drills)).unwrap());
    assert!(
        drilled.contains("20 clients verified: 0 differ from history") && drilled.contains("not touched"),
        "{drilled}"
    );
    assert_eq!(std::fs::read_dir(&drills).unwrap().count(), 0, "it is gone");
    assert_eq!(county.involved(&patient(25)), "involved");
    county.stop();

    // Other keys: nothing is restored, and nothing is left behind.
    let (keys, aside) = (county.data().join("keys.toml"), county.data().join("keys.aside"));
    std::fs::rename(county.data().join("postgres"), county.data().join("postgres.lost")).unwrap();
    std::fs::rename(&keys, &aside).unwrap();
    assert!(Command::new(BINARY).arg("new-keys").arg(&keys).status().unwrap().success());
    for drill in [&["--drill"][..], &[]] {
        let refused = script_with("restore", drill, &backup, &county.config(), &county.data());
        let text = String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success() && text.contains("other keys than those of the backup"), "{text}");
    }
    std::fs::rename(&aside, &keys).unwrap();
    // A restore that breaks off leaves no half database.
    let mut broken = Command::new(BINARY);
    broken.args(["with-database", "--new", "--config"]).arg(county.config()).arg("--data").arg(county.data());
    assert!(!broken.args(["--", "false"]).status().unwrap().success());
    assert!(!county.data().join("postgres").exists());

    // A restore whose schema cannot be migrated leaves nothing either, and prints what would be left of a configured database.
    let with = |failing: &str| {
        let program = county.data().with_file_name("program");
        let text = format!("#!/bin/sh\n[ \"$1\" != {failing} ] || exit 1\nexec '{BINARY}' \"$@\"\n");
        std::fs::write(&program, text).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&program, mode).unwrap();
        let mut command = script_for("restore", &[], &backup, &county.config(), &county.data());
        let output = testkit::wait::output(command.env("RINNAKKAIN", program)).unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let unfinished = with("migrate");
    assert!(unfinished.contains("migrate, ") && unfinished.contains("journal restored"), "{unfinished}");
    assert!(!county.data().join("postgres").exists());
    // One whose comparison fails has noted what is lost: who starts the service then gets no "none" of it.
    let differs = with("rebuild");
    assert!(differs.contains("is restored, but the check above failed"), "{differs}");
    county.start_again();
    speak(&county);
    assert!(county.operator(&["journal", "status"]).contains("database-restored"));
    assert_eq!(county.involved(&patient(25)), "not-known", "the one before it may have reported it");
    county.stop();
    std::fs::remove_dir_all(county.data().join("postgres")).unwrap();

    let output = done(script("restore", &backup, &county.config(), &county.data()));
    assert!(
        output.contains("20 clients verified: 0 differ from history")
            && output.contains("is lost until its sources send it"),
        "{output}"
    );
    county.start_again();
    send(&county, 0..1);
    assert_eq!(county.involved(&patient(5)), "not-known", "what forbids it to be told may be lost");
    assert_eq!(county.involved(&patient(25)), "not-known", "the one before it may have reported it");
    assert!(county.operator(&["journal", "status"]).contains("database-restored"));
    send(&county, 0..30);
    assert_eq!(county.involved(&patient(25)), "not-known");
    assert_eq!(county.involved(&nobody), "not-known");
    county.operator(&["journal", "close-gap", "1", "--reason", "sent-again"]);
    assert_eq!([5, 25].map(|n| county.involved(&patient(n))), ["involved"; 2]);
    assert_eq!(county.involved(&nobody), "none");

    // The sealing key is changed in two steps; without the new one, what it sealed does not open, and that is found.
    let rotate = |arguments: &[&str]| {
        assert!(Command::new(BINARY).arg("rotate-seal").arg(&keys).args(arguments).status().unwrap().success());
    };
    assert_eq!(county.hl7(&admission(1).edit("|POTILAS|", "|NOBODY|")), "AE");
    county.stop();
    std::fs::copy(&keys, &aside).unwrap();
    rotate(&[]);
    rotate(&["--use"]);
    county.start_again();
    let named = adt("A31", "B99", ago(60), &patient(28), &Visit::default());
    assert_eq!(county.hl7(&named), "AA");
    assert_eq!(county.hl7(&admission(2).edit("|POTILAS|", "|NOBODY|")), "AE");
    assert!(county.operator(&["rebuild", "--verify"]).contains("0 differ"));
    std::fs::rename(&keys, keys.with_extension("new")).unwrap();
    std::fs::rename(&aside, &keys).unwrap();
    assert!(county.operator_fails(&["rebuild", "--verify"]).contains("lacks a sealing key"));
    // What a lost key sealed stays, and keeps nothing else from being tried.
    let redriven = county.operator_says(&["quarantine", "redrive", "--all"]);
    assert!(
        redriven.contains("does not open with these keys") && redriven.contains("no source is configured"),
        "{redriven}"
    );
    std::fs::rename(keys.with_extension("new"), &keys).unwrap();

    // A damaged backup is known before anything is touched; and keys are not kept with backups.
    std::fs::write(&backup, b"damaged").unwrap();
    let refused = script("restore", &backup, &county.config(), &county.data());
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("damaged"), "{refused:?}");
    std::fs::copy(county.data().join("keys.toml"), backups.join("keys.toml")).unwrap();
    let refused = script("backup", &backups, &county.config(), &county.data());
    assert!(
        !refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("kept apart"),
        "{refused:?}"
    );
}
