//! The product's binary, built.

use crate::step::{cargo, run};
use anyhow::Context;
use std::path::{Path, PathBuf};

/// Builds the product, in release or debug, and gives its path. With the features of the default members, as
/// this program was: nothing is compiled twice for it.
pub(crate) fn built(release: bool) -> anyhow::Result<PathBuf> {
    let mut build = cargo("build");
    build.args(["--quiet", "--bin", "rinnakkain"]).args(release.then_some("--release"));
    run(&mut build)?;
    found(if release { "release" } else { "debug" })
}

fn found(profile: &str) -> anyhow::Result<PathBuf> {
    // A command is target/PROFILE/dev, its tests are target/PROFILE/deps/dev-….
    let here = std::env::current_exe()?;
    let at = |directory: &Path| directory.join(profile).join("rinnakkain");
    here.ancestors().skip(2).map(at).find(|binary| binary.is_file()).context("where is the target directory?")
}
