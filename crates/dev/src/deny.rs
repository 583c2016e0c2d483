//! The dependency policy of `.deny.toml`, checked by cargo-deny.
//!
//! cargo-deny is taken from the `PATH`, else built once into `target/tools`, unoptimised: building it takes about a
//! minute, and optimising it would take longer than all its runs.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

use testkit::root;

use crate::step::{Error, cargo, run};

/// Any 0.20: cargo wants the range spelled out.
const CARGO_DENY: &str = "cargo-deny@^0.20";

pub(crate) fn check() -> Result<(), Error> {
    let mut command = Command::new(tool()?);
    command.current_dir(root()).args(["--locked", "--log-level", "error", "check"]);
    run(command.args(["bans", "licenses", "sources"]))
}

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
