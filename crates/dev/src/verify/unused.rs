//! Dependencies that no source file names, found by cargo-machete.

use std::process::{Command, Stdio};

use testkit::root;

use crate::step::{Error, run, skipped};

pub(super) fn check() -> Result<(), Error> {
    let installed = Command::new("cargo-machete").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !installed.is_ok_and(|status| status.success()) {
        skipped("cargo-machete is not installed (`cargo install cargo-machete`)");
        return Ok(());
    }
    run(Command::new("cargo-machete").arg("crates").current_dir(root()))
}
