//! A database that is set back to an older backup, under a reader that goes on.

use crate::support::{BINARY, ago, over_kafka, settle};
use std::path::Path;
use std::process::Command;
use store::{Database, Store};
use testkit::county::{Visit, adt, person};
use testkit::kafka;
use testkit::product::{Product, scratch};
use testkit::server::Server;
use testkit::wire::{Mllp, acknowledgement_code};

fn admission(n: u32) -> String {
    let number = format!("R{n}");
    let visit = Visit { number: &number, class: "I", ward: "OS3", started: Some(ago(3600)), ..Visit::default() };
    adt("A01", &format!("R{n}"), ago(3600), &person(5000 + n), &visit)
}

fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
    assert!(copied.success());
}

#[test]
fn a_database_restored_under_a_living_reader_catches_up_by_itself() {
    let directory = scratch().unwrap();
    let base = directory.path();
    let broker = kafka::shared().unwrap();
    let mut server = Server::start(base.join("county")).unwrap();
    let keys = base.join("keys.toml");
    assert!(Command::new(BINARY).arg("new-keys").arg(&keys).status().unwrap().success());
    let config = over_kafka(&testkit::county::config(), &broker.bootstrap(), "care-events-restored");
    let (url, keys) = (server.url(), keys.display().to_string());
    let config = format!("{config}\n[database]\nurl = {url:?}\n[keys]\nfile = {keys:?}\n");
    std::fs::write(base.join("rinnakkain.toml"), config).unwrap();
    let data = base.join("data");
    std::fs::create_dir(&data).unwrap();
    let product = Product::start(Path::new(BINARY), &base.join("rinnakkain.toml"), &data).unwrap();
    let send = |n: std::ops::Range<u32>| {
        let mut connection = Mllp::connect(product.ports.mllp).unwrap();
        for n in n {
            let answer = connection.send(&admission(n)).unwrap();
            assert_eq!(acknowledgement_code(&answer), "AA", "{answer}");
        }
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let stored = |server: &Server| {
        let store = runtime.block_on(Store::connect(&Database::Url(server.url()), 1)).unwrap();
        runtime.block_on(settle(&store));
        server.value("SELECT count(*) FROM history").unwrap().parse::<u32>().unwrap()
    };

    send(0..40);
    assert_eq!(stored(&server), 40);
    // A cold backup.
    server.stop().unwrap();
    let (cluster, backup) = (base.join("county/cluster"), base.join("backup"));
    copy(&cluster, &backup);
    server.start_in_the_end().unwrap();
    send(40..100);
    assert_eq!(stored(&server), 100);
    let whole = server.digest().unwrap();

    // Lost, and the backup put back; the reader has never stopped.
    server.kill().unwrap();
    std::fs::remove_dir_all(&cluster).unwrap();
    copy(&backup, &cluster);
    server.start_in_the_end().unwrap();
    assert_eq!(stored(&server), 100, "what came after the backup is still in the journal");
    assert_eq!(server.digest().unwrap(), whole, "byte for byte");
    assert_eq!(server.value("SELECT count(*) FROM gap").unwrap(), "0", "nothing was missing");
    let log = product.log().unwrap();
    assert!(log.contains("reading starts again from the database"), "the living reader noticed: {log}");
    send(100..110);
    assert_eq!(stored(&server), 110);
    product.stop().unwrap();
}
