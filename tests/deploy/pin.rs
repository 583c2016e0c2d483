//! `deploy/pin`, with a stand-in for the registry.

use super::path;
use sha2::{Digest, Sha256};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use testkit::wait;

/// Prints a list of architectures that differs from image to image, as the registry's does.
const REGISTRY: &str = r#"#!/bin/sh
printf '{"of": "%s", "manifests": [{"architecture": "amd64"}, {"architecture": "%s"}]}' "$3" "$OTHER"
"#;

fn pin(at: &Path, other: &str, arguments: &[&str]) -> (bool, String) {
    let programs = embedded::cache::environment("PATH").unwrap();
    let mut command = Command::new(at.join("pin"));
    command.args(arguments).env("PATH", format!("{}:{}", at.display(), programs.display())).env("OTHER", other);
    let output = wait::output(&mut command).unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn every_image_gets_the_digest_of_the_list_of_both_architectures() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    for name in ["pin", "compose.yaml", "Containerfile"] {
        fs::copy(path(name), at.join(name)).unwrap();
    }
    fs::write(at.join("skopeo"), REGISTRY).unwrap();
    fs::set_permissions(at.join("skopeo"), fs::Permissions::from_mode(0o755)).unwrap();
    let read = || {
        fs::read_to_string(at.join("compose.yaml")).unwrap() + &fs::read_to_string(at.join("Containerfile")).unwrap()
    };
    let before = read();

    let (done, said) = pin(at, "riscv64", &[]);
    assert!(!done && said.contains("is not there for arm64") && read() == before, "{said}");
    let (done, said) = pin(at, "arm64", &[]);
    assert!(done, "{said}");
    assert!(pin(at, "arm64", &["--check"]).0);
    let images: Vec<String> = before
        .lines()
        .filter_map(|line| line.trim().strip_prefix("image: ").or_else(|| line.strip_prefix("FROM ")))
        .filter_map(|image| image.split([' ', '@']).next())
        .filter(|image| image.contains(".io/"))
        .map(str::to_owned)
        .collect();
    assert!(images.len() >= 7, "{images:?}");
    for image in images {
        let list = format!(
            r#"{{"of": "docker://{image}", "manifests": [{{"architecture": "amd64"}}, {{"architecture": "arm64"}}]}}"#
        );
        let pinned = format!("{image}@sha256:{}", hex::encode(Sha256::digest(list.as_bytes())));
        assert!(read().contains(&pinned), "{pinned}");
    }
    let pinned = read();
    assert!(pin(at, "arm64", &[]).0 && read() == pinned, "again it changes nothing");

    let image = "docker.io/library/postgres:17-bookworm";
    let compose = fs::read_to_string(at.join("compose.yaml")).unwrap();
    let (before, after) = compose.split_once(&format!("{image}@sha256:")).unwrap();
    fs::write(at.join("compose.yaml"), format!("{before}{image}{}", &after[64..])).unwrap();
    let (done, said) = pin(at, "arm64", &["--check"]);
    let unpinned: Vec<&str> = said.lines().filter(|line| line.contains("without a digest")).collect();
    assert!(!done && said.contains("1 of "), "{said}");
    assert_eq!(unpinned, [format!("pin: without a digest: {image} (compose.yaml)")]);
}
