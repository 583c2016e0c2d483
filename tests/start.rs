//! It starts with nothing set up, and leaves nothing behind.

use crate::support::{County, ago, over_kafka};
use std::fs;
use std::path::Path;
use testkit::county::{Visit, adt, person};
use testkit::edit::Edit;
use testkit::product::Product;

/// The command lines of all processes.
fn processes() -> Vec<String> {
    let all = fs::read_dir("/proc").unwrap().flatten();
    all.filter_map(|entry| fs::read_to_string(entry.path().join("cmdline")).ok()).collect()
}

#[test]
fn the_shipped_configuration_starts_takes_a_message_and_leaves_nothing_behind() {
    let shipped = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/rinnakkain.toml")).unwrap();
    // The machine gives the ports.
    let ports = ["2575", "8080", "50051"].iter().fold(shipped, |it, port| {
        it.edit(&format!("\n# address = \"127.0.0.1:{port}\"\n"), "\naddress = \"127.0.0.1:0\"\n")
    });
    let mut county = County::start_from_nothing(&ports);
    let data = county.data();
    let message =
        adt("A01", "1", ago(60), &person(1), &Visit { number: "1", class: "I", ward: "1", ..Visit::default() });
    let message = message.edit("|POTILAS|KESKUSSAIRAALA|", "|LIFECARE|KYS|");
    assert_eq!(county.hl7(&message), "AA");

    let keys = data.join("keys.toml");
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&keys).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600, "nobody else reads the keys");
    county.stop();
    assert!(!data.join("ports.json").exists());
    let left: Vec<_> = processes().into_iter().filter(|command| command.contains(data.to_str().unwrap())).collect();
    assert!(left.is_empty(), "{left:?}");
}

/// Killed, it leaves its PostgreSQL running; started again, it takes it over.
#[test]
fn a_database_left_by_a_kill_is_adopted() {
    let mut county = County::start();
    let postgres = county.postgres();
    county.kill();
    county.start_again();
    assert_eq!(county.postgres(), postgres, "the same server");
    let message =
        adt("A01", "1", ago(60), &person(1), &Visit { number: "1", class: "I", ward: "1", ..Visit::default() });
    assert_eq!(county.hl7(&message), "AA");
}

/// A listener without TLS binds to loopback only, unless the configuration states that TLS ends elsewhere.
#[test]
fn a_listener_open_to_others_is_refused() {
    let config = testkit::county::config().edit_first("address = \"127.0.0.1:0\"", "address = \"0.0.0.0:0\"");
    let directory = testkit::product::scratch().unwrap();
    let file = directory.path().join("rinnakkain.toml");
    fs::write(&file, config).unwrap();
    fs::create_dir(directory.path().join("data")).unwrap();
    let data = directory.path().join("data");
    let refused = Product::start(Path::new(crate::support::BINARY), &file, &data).map(Product::stop);
    let output = refused.expect_err("a listener without TLS is open to others").to_string();
    assert!(output.contains("exit status: 64"), "{output}");
    assert!(output.contains("mllp.address") && output.contains("tls_ends_elsewhere"), "{output}");
}

/// Questions are answered from the database: whoever only does that starts while Kafka is away.
#[test]
fn kafka_may_be_away_when_only_questions_are_answered() {
    let directory = testkit::product::scratch().unwrap();
    let (file, data) = (directory.path().join("rinnakkain.toml"), directory.path().join("data"));
    // Nobody listens there.
    fs::write(&file, over_kafka(&testkit::county::config(), "127.0.0.1:1", "care-events")).unwrap();
    fs::create_dir(&data).unwrap();
    fs::set_permissions(&data, std::os::unix::fs::PermissionsExt::from_mode(0o711)).unwrap();
    let serve = Product::start_part(Path::new(crate::support::BINARY), "serve", &file, &data).unwrap();
    assert_ne!(serve.ports.grpc, 0);
    assert!(serve.stop().unwrap().success());
}

/// A database of the county's own: it is used, and goes on when the service stops.
#[test]
fn a_configured_database_is_used() {
    let directory = testkit::product::scratch().unwrap();
    let postgres = embedded::Postgres::start(&directory.path().join("county")).unwrap();
    let keys = directory.path().join("keys.toml");
    let made = std::process::Command::new(crate::support::BINARY).arg("new-keys").arg(&keys).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    let (url, keys) = (postgres.url("postgres"), keys.display());
    let config = format!("[database]\nurl = {url:?}\n[keys]\nfile = \"{keys}\"");
    let mut county = County::start_with(&testkit::county::config_with(&config));
    let client = person(1);
    county.heartbeat();
    let visit = Visit { number: "1", class: "I", ward: "OS3", ..Visit::default() };
    assert_eq!(county.hl7(&adt("A01", "1", ago(60), &client, &visit)), "AA");
    assert_eq!(county.involved(&client), "involved");
    assert!(!county.data().join("postgres").exists(), "no private one beside it");
    county.stop();
    postgres.execute("postgres", "SELECT 1").unwrap();
}

/// The index key is right, so every client is found; what another sealing key seals would be lost once the right one is back.
#[test]
fn another_sealing_key_in_the_place_of_the_databases_is_refused() {
    let mut county = County::start_with(&testkit::county::config());
    let client = person(2);
    assert_eq!(county.hl7(&adt("A31", "1", ago(60), &client, &Visit::default())), "AA");
    county.stop();
    let (keys, other) = (county.data().join("keys.toml"), county.data().join("other.toml"));
    let made = std::process::Command::new(crate::support::BINARY).arg("new-keys").arg(&other).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    let [right, other] = [&keys, &other].map(|file| fs::read_to_string(file).unwrap());
    let parts =
        |text: &str| text.split_once("[[seal]]").map(|(index, seal)| (index.to_owned(), seal.to_owned())).unwrap();
    let mixed = format!("{}[[seal]]{}", parts(&right).0, parts(&other).1);
    fs::write(&keys, mixed).unwrap();
    let refusal = "is not the one of this database";
    let fails = county.operator_fails(&["check-keys"]);
    assert!(fails.contains(refusal), "{fails}");
    let status = county.operator_says(&["status"]);
    assert!(status.contains(refusal), "{status}");
    let started =
        Product::start(Path::new(crate::support::BINARY), &county.config(), &county.data()).map(Product::stop);
    let output = started.expect_err("it would seal with it").to_string();
    assert!(output.contains(refusal), "{output}");
    fs::write(&keys, right).unwrap();
    county.start_again();
}
