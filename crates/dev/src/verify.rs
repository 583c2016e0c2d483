//! `cargo verify`: everything a change must pass, cheapest first; the first failure ends it.
//!
//! The tests come last and nothing is printed after them: the output ends with the test runner's own words. They start
//! their own PostgreSQL servers and Kafka brokers; that the programs are there is made sure of first, so that no test
//! waits for a download.

use crate::step::{cargo, run as run_command, step};
use anyhow::Context;
use embedded::Binaries;
use testkit::kafka;

use crate::{deny, queries};

/// `cargo measure` is not in every build of `dev`, and is to pass as everything is.
const MEASURE: &str = "dev/measure";

pub(crate) fn run() -> anyhow::Result<()> {
    step("PostgreSQL is here", Binaries::find)?;
    step("Kafka is here", kafka::Binaries::find)?;
    step("format", || run_command(cargo("fmt").args(["--all", "--check"])))
        .context("run `cargo fmt --all` and look at what it changed")?;
    let everything = ["--workspace", "--all-targets", "--features", MEASURE, "--locked", "--", "--deny", "warnings"];
    step("lints", || run_command(cargo("clippy").args(everything)))
        .context("where it asks for `cargo sqlx prepare`, run `cargo prepare`")?;
    let docs = ["--workspace", "--no-deps", "--features", MEASURE, "--locked"];
    step("documentation", || run_command(cargo("doc").args(docs).env("RUSTDOCFLAGS", "--deny warnings")))?;
    step("dependency policy", deny::check)?;
    step("queries", queries::compare)?;
    // On their own, so that the last words are those of tests that ran.
    step("examples in the documentation", || {
        run_command(cargo("test").args(["--workspace", "--doc", "--features", MEASURE, "--locked"]))
    })?;
    eprintln!("── tests");
    Ok(run_command(cargo("test").args([
        "--workspace",
        "--lib",
        "--bins",
        "--tests",
        "--features",
        MEASURE,
        "--locked",
    ]))?)
}
