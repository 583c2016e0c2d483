//! The fuzz targets build. They are a workspace of their own, which no other step compiles.

use std::process::Stdio;

use testkit::root;

use crate::step::{Error, cargo, run, skipped};

pub(super) fn build() -> Result<(), Error> {
    let mut asked = cargo("+nightly");
    asked.args(["fuzz", "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
    if asked.status().is_ok_and(|status| status.success()) {
        return run(cargo("+nightly").args(["fuzz", "build", "--fuzz-dir", "tests/fuzz"]));
    }
    skipped("no nightly toolchain with cargo-fuzz: the targets are only checked");
    let manifest = root().join("tests/fuzz/Cargo.toml");
    run(cargo("check").args(["--quiet", "--locked", "--target-dir", "target/fuzz", "--manifest-path"]).arg(manifest))
}
