//! `cargo verify`: everything a change must pass, cheapest first; the first failure ends it.
//!
//! The tests start their own PostgreSQL servers and Kafka brokers; that the programs are there is made sure of first, so
//! that no test waits for a download. What only the whole run can show comes after the tests: a clean tree, and no
//! snapshot that no test reads. A check whose tool or data is not here is reported as skipped.
//!
//! To add a check: a file here, and its step below.

mod browser;
mod circles;
mod deny;
mod features;
mod fuzz;
mod length;
mod paths;
pub(crate) mod protos;
mod snapshots;
mod tests;
mod tree;
mod unused;

use anyhow::Context;
use embedded::Binaries;
use std::process::Command;
use testkit::kafka;

use crate::queries;
use crate::step::{cargo, run, step};

/// Everything a change must pass, cheapest first.
#[derive(clap::Args)]
pub(crate) struct Verify {
    /// Format, lints, unit tests and the tests of the store: for every few minutes
    #[arg(long)]
    quick: bool,
}

impl Verify {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        if self.quick { quick() } else { whole() }
    }
}

fn quick() -> anyhow::Result<()> {
    step("PostgreSQL is here", Binaries::find)?;
    style()?;
    step("tests of units and of the store", tests::quick)
}

fn whole() -> anyhow::Result<()> {
    let before = tree::changes();
    step("PostgreSQL is here", Binaries::find)?;
    step("Kafka is here", kafka::Binaries::find)?;
    step("a browser is here", browser::find)?;
    step("one set of features", features::compare)?;
    step("protos", protos::check)?;
    style()?;
    let docs = ["--workspace", "--no-deps", "--locked"];
    step("documentation", || run(cargo("doc").args(docs).env("RUSTDOCFLAGS", "--deny warnings")))?;
    step("dependency policy", deny::policy)?;
    step("dependency advisories", deny::advisories)?;
    step("unused dependencies", unused::check)?;
    step("queries", queries::compare)?;
    step("fuzz targets", fuzz::build)?;
    eprintln!("── clients and validators that nobody here wrote");
    // A process of its own, so that Ctrl-C ends it as it ends the other commands.
    run(Command::new(std::env::current_exe()?).arg("interop"))?;
    // On their own, so that the last test runner to print is one whose tests ran.
    step("examples in the documentation", || run(cargo("test").args(["--workspace", "--doc", "--locked"])))?;
    let references = snapshots::References::new()?;
    eprintln!("── tests, and afterwards a clean tree and no snapshot without a test");
    tests::all(&references)?;
    // On success nothing is printed after the tests: the last lines are the test runner's.
    references.compare().context("snapshots")?;
    tree::compare(before.as_deref()).context("a clean tree")
}

fn style() -> anyhow::Result<()> {
    step("format", || run(cargo("fmt").args(["--all", "--check"])))
        .context("run `cargo fmt --all` and review what it changed")?;
    let everything = ["--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"];
    step("no file too long", length::check)?;
    step("no circle of files", circles::check)?;
    step("the architecture's paths are there", paths::check)?;
    step("lints", || run(cargo("clippy").args(everything)))
        .context("where it asks for `cargo sqlx prepare`, run `cargo prepare`")
}
