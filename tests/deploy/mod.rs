//! The files of `deploy/`: containers cannot be run here, so each file is read as strictly as the tool that takes it would
//! read it, and every command, setting, port and path in it is tried on the program.
//!
//! - `compose`, `kubernetes`, `systemd`: what each file may hold, and what it must, for no role runs with more than it
//!   needs;
//! - `law`: the tests that the table of the law names;
//! - `pin`: what the script makes of the images' names;
//! - `named`: the commands, options and settings there are those that the program knows.
//!
//! The types are as narrow as the files: a key that is not in them is an error, whether it is a slip of the pen or new.
//! A new one is added here once it is looked up in the format's own documentation.

mod compose;
mod kubernetes;
mod law;
mod named;
mod pin;
mod systemd;

use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use testkit::root;

/// A process of the program as a file starts it.
#[derive(Clone, Debug)]
struct Process {
    /// Where it stands.
    place: String,
    arguments: Vec<String>,
    environment: BTreeMap<String, String>,
    /// What lies at which path in it; a directory, or a file.
    mounts: BTreeSet<String>,
    /// Where it may write.
    writable: BTreeSet<String>,
    /// The ports that are open to others.
    ports: BTreeSet<u16>,
}

fn path(name: &str) -> PathBuf {
    root().join("deploy").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("deploy/{name}: {error}"))
}

/// The documents of a YAML file.
fn documents<T: DeserializeOwned>(name: &str) -> Vec<T> {
    serde_saphyr::from_multiple(&text(name)).unwrap_or_else(|error| panic!("deploy/{name}: {error}"))
}

/// Every process that a file of `deploy/` starts.
fn processes() -> Vec<Process> {
    let all = [compose::processes(), kubernetes::processes(), systemd::processes()].concat();
    assert!(all.len() >= 10, "three roles in two files, four instances of a unit: {}", all.len());
    all
}

#[test]
fn scripts_are_read_by_the_shell() {
    for name in ["backup", "restore", "pin"] {
        let checked = std::process::Command::new("bash").arg("-n").arg(path(name)).status().unwrap();
        assert!(checked.success(), "{name}");
        let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(path(name)).unwrap());
        assert_eq!(mode & 0o111, 0o111, "{name} can be run");
    }
}

/// Those of Prometheus and Grafana whose keys nobody else reads.
#[test]
fn what_watches_is_read() {
    #[derive(serde::Deserialize)]
    struct Prometheus {
        rule_files: Vec<String>,
        scrape_configs: Vec<serde_json::Value>,
    }
    let [prometheus] = &documents::<Prometheus>("prometheus.yaml")[..] else { panic!("one document") };
    assert_eq!(prometheus.rule_files, ["/etc/prometheus/alerts.yaml"], "where compose.yaml puts it");
    assert_eq!(prometheus.scrape_configs.len(), 1);
    let [sources] = &documents::<serde_json::Value>("grafana/datasources.yaml")[..] else { panic!("one document") };
    assert_eq!(sources["datasources"][0]["url"], "http://prometheus:9090");
    let [boards] = &documents::<serde_json::Value>("grafana/dashboards.yaml")[..] else { panic!("one document") };
    assert_eq!(boards["providers"][0]["options"]["path"], "/var/lib/grafana-dashboards");
}
