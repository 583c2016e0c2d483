//! The dependency policy of `.deny.toml` and the advisories about dependencies, checked by cargo-deny.
//!
//! cargo-deny is taken from the `PATH`, else built once into `target/tools`, unoptimised: building it takes about a
//! minute, and optimising it would take longer than all its runs.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

use testkit::root;

use crate::step::{Error, cargo, run, run_within, skipped};

/// Any 0.20: cargo wants the range spelled out.
const CARGO_DENY: &str = "cargo-deny@^0.20";
/// How long the database of advisories may take to come.
const FETCHING: Duration = Duration::from_mins(1);

pub(super) fn policy() -> Result<(), Error> {
    run(Command::new(tool()?).current_dir(root()).args(CHECK).args(["bans", "licenses", "sources"]))
}

/// Where no database of advisories can be reached nothing is known, and that is no fault of the change.
pub(super) fn advisories() -> Result<(), Error> {
    let mut fetch = Command::new(tool()?);
    fetch.current_dir(root()).args(["--log-level", "off", "fetch", "db"]).env("GIT_TERMINAL_PROMPT", "0");
    if run_within(FETCHING, fetch.stderr(Stdio::null())).is_err() {
        skipped("no database of advisories can be reached");
        return Ok(());
    }
    run(Command::new(tool()?).current_dir(root()).args(CHECK).args(["--disable-fetch", "advisories"]))
}

const CHECK: [&str; 4] = ["--locked", "--log-level", "error", "check"];

fn tool() -> Result<PathBuf, Error> {
    let tools = root().join("target/tools");
    let built = tools.join("bin/cargo-deny");
    let installed = || Command::new("cargo-deny").arg("--version").stdout(Stdio::null()).status().is_ok();
    if !built.is_file() {
        if installed() {
            return Ok("cargo-deny".into());
        }
        eprintln!("   cargo-deny is not installed: building it into {}", tools.display());
        run(cargo("install").args(["--quiet", "--locked", "--debug", CARGO_DENY, "--root"]).arg(&tools))?;
    }
    Ok(built)
}
