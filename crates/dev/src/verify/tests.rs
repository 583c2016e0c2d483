//! The tests, all of them or those that need no brokers.

use std::{
    io::{self, Seek},
    panic::resume_unwind,
    process::{Command, Stdio},
    thread,
};

use anyhow::Context;
use serde_json::Value;

use super::snapshots::References;
use crate::step::{cargo, run};

/// The test binary that meets the product as its users do.
const PRODUCT: &str = "integration";
/// Test binaries that are not quick: they start brokers, or the whole product.
const SLOW: [&str; 2] = [PRODUCT, "journal"];
/// Unit tests that start brokers.
const WITH_BROKERS: [&str; 3] = ["kafka::whole_life::", "measure::tests::", "trial::tests::"];

/// Every test, in two lanes: those of the whole product mostly wait, for programs that start and for deadlines, and the others
/// compute meanwhile, one at a time: what has a deadline keeps it on two processors. The first lane prints as it goes; what the
/// second printed comes after it.
pub(super) fn all(references: &References) -> anyhow::Result<()> {
    run(cargo("test").args(["--workspace", "--lib", "--bins", "--tests", "--locked", "--no-run"]))?;
    let mut others = all_but(&[PRODUCT])?;
    let mut printed = tempfile::tempfile()?;
    others.env("RUST_TEST_THREADS", "1").stdout(printed.try_clone()?).stderr(printed.try_clone()?);
    let mut product = cargo("test");
    product.args(["--workspace", "--locked", "--test", PRODUCT]);
    let (product, others) = thread::scope(|lanes| {
        let others = lanes.spawn(|| run(references.noted_by(&mut others)));
        let product = run(references.noted_by(&mut product));
        (product, others.join())
    });
    printed.rewind()?;
    io::copy(&mut printed, &mut io::stdout())?;
    product?;
    Ok(others.unwrap_or_else(|panic| resume_unwind(panic))?)
}

/// Unit tests and the store's, built as for all of them: nothing is compiled twice.
pub(super) fn quick() -> anyhow::Result<()> {
    let mut command = all_but(&SLOW)?;
    command.arg("--");
    for name in WITH_BROKERS {
        command.args(["--skip", name]);
    }
    Ok(run(&mut command)?)
}

/// Unit tests, and the test binaries but these.
fn all_but(left_out: &[&str]) -> anyhow::Result<Command> {
    let mut command = cargo("test");
    command.args(["--workspace", "--lib", "--bins", "--locked"]);
    for name in targets()?.iter().filter(|name| !left_out.contains(&name.as_str())) {
        command.args(["--test", name]);
    }
    Ok(command)
}

/// The names of the test binaries.
fn targets() -> anyhow::Result<Vec<String>> {
    let mut command: Command = cargo("metadata");
    command.args(["--no-deps", "--locked", "--format-version", "1"]).stderr(Stdio::inherit());
    let metadata: Value = serde_json::from_slice(&command.output()?.stdout).context("cargo metadata")?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let targets = packages.flat_map(|package| package["targets"].as_array().into_iter().flatten());
    let tests = targets.filter(|target| target["kind"][0] == "test");
    Ok(tests.filter_map(|target| target["name"].as_str()).map(str::to_owned).collect())
}

#[cfg(test)]
mod cases {
    use super::*;

    #[test]
    fn what_is_left_out_is_there_to_be_left_out() {
        let targets = targets().unwrap();
        assert!(SLOW.iter().all(|slow| targets.iter().any(|name| name == slow)), "{targets:?}");
        assert!(targets.iter().any(|name| name == "store"), "{targets:?}");
    }
}
