//! One set of features: a package that tests want with other features than tools would be compiled twice, and with it
//! everything that depends on it.
//!
//! What is built for a command has the features that the default members ask for; tests add those of their own
//! dependencies. Where they differ, the tool asks for the missing ones (`crates/dev/Cargo.toml`).

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;

use anyhow::{Context, bail};

use crate::step::cargo;

/// Package → the sets of features it is compiled with.
type Features = BTreeMap<String, BTreeSet<String>>;

pub(super) fn compare() -> anyhow::Result<()> {
    let tools = features(&["--edges", "normal,build"])?;
    let tests = features(&["--workspace", "--edges", "normal,build,dev"])?;
    let differences = differences(&tools, &tests);
    if !differences.is_empty() {
        bail!("tests and tools would each compile their own:\n{}", differences.join("\n"));
    }
    Ok(())
}

fn features(selected: &[&str]) -> anyhow::Result<Features> {
    let mut command = cargo("tree");
    command.args(["--locked", "--prefix", "none", "--format", "{p}|{f}"]).args(selected);
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!("cargo tree failed ({})", output.status);
    }
    parse(&String::from_utf8(output.stdout)?).context("cargo tree prints something else")
}

fn parse(text: &str) -> Option<Features> {
    let mut features = Features::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        let (package, set) = line.trim_end_matches(" (*)").split_once('|')?;
        features.entry(package.to_owned()).or_default().insert(set.to_owned());
    }
    Some(features)
}

fn differences(tools: &Features, tests: &Features) -> Vec<String> {
    let both = tools.iter().filter_map(|(package, sets)| Some((package, sets, tests.get(package)?)));
    let different = both.filter(|(_, tools, tests)| tools != tests);
    different.map(|(package, tools, tests)| format!("{package}: tools {tools:?}, tests {tests:?}")).collect()
}

#[cfg(test)]
mod cases {
    use super::*;

    #[test]
    fn a_package_with_two_sets_is_named() {
        let tools = parse("a v1.0.0|std\nb v1.0.0|\na v1.0.0|std (*)\n").unwrap();
        let tests = parse("a v1.0.0|default,std\nb v1.0.0|\nonly-tests v1.0.0|\n").unwrap();
        assert_eq!(differences(&tools, &tests), ["a v1.0.0: tools {\"std\"}, tests {\"default,std\"}"]);
        assert_eq!(differences(&tools, &tools), Vec::<String>::new());
    }
}
