//! What is refused at the start, and what comes from an ingest with other keys.

use crate::support::{BINARY, County, Transport, ago, over_kafka};
use std::path::Path;
use std::process::Command;
use testkit::county::{Visit, adt, config, person};
use testkit::edit::Edit;
use testkit::kafka;
use testkit::product::{Product, scratch};
use testkit::wire::{Mllp, acknowledgement_code};

/// What the product prints when it does not start.
fn refused(role: &str, config: &str) -> String {
    let directory = scratch().unwrap();
    let file = directory.path().join("rinnakkain.toml");
    std::fs::write(&file, config).unwrap();
    let data = directory.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let keys = Command::new(BINARY).arg("new-keys").arg(data.join("keys.toml")).status().unwrap();
    assert!(keys.success());
    let started = Product::start_part(Path::new(BINARY), role, &file, &data).map(Product::stop);
    started.expect_err("it should not start").to_string()
}

#[test]
fn a_topic_that_is_not_safe_is_refused_unless_the_configuration_says_why() {
    let broker = kafka::shared().unwrap();
    let config = over_kafka(&config(), &broker.bootstrap(), "care-events-unsafe");
    let output = refused("ingest", &config.edit("unsafe_because = \"a test loses nothing but its own\"\n", ""));
    assert!(output.contains("replication is 1") && output.contains("min.insync.replicas is 1"), "{output}");
    assert!(output.contains("kafka.unsafe_because"), "what to do: {output}");
}

#[test]
fn parts_without_kafka_are_refused() {
    for role in ["ingest", "project"] {
        let output = refused(role, &config());
        assert!(output.contains("rinnakkain run") && output.contains("kafka"), "{output}");
    }
}

/// What other keys made finds nobody: it would be answered as "none".
#[test]
fn what_was_written_under_other_keys_goes_into_the_quarantine() {
    let county = County::start_on(Transport::Kafka, &config());
    county.settle();
    let directory = scratch().unwrap();
    let foreign = directory.path();
    std::fs::copy(county.config(), foreign.join("rinnakkain.toml")).unwrap();
    let keys = Command::new(BINARY).arg("new-keys").arg(foreign.join("keys.toml")).status().unwrap();
    assert!(keys.success());
    let ingest = Product::start_part(Path::new(BINARY), "ingest", &foreign.join("rinnakkain.toml"), foreign).unwrap();
    let visit = Visit { number: "1", class: "I", ward: "OS3", ..Visit::default() };
    let message = adt("A01", "1", ago(60), &person(1), &visit);
    let answer = Mllp::connect(ingest.ports.mllp).unwrap().send(&message).unwrap();
    assert_eq!(acknowledgement_code(&answer), "AA", "the journal has it");
    let listed = || county.operator(&["quarantine", "list"]);
    for _ in 0..100 {
        if listed().contains("other-keys") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert!(listed().contains("other-keys"), "{}", listed());
    drop(ingest);
}
