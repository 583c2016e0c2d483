//! The product's binary, built.

use anyhow::Context;
use dev::step::{cargo, run};
use std::path::{Path, PathBuf};

/// Builds the product, as it is shipped or not, and says where it is.
pub(crate) fn built(release: bool) -> anyhow::Result<PathBuf> {
    let mut build = cargo("build");
    build.args(["--quiet", "--package", "rinnakkain"]).args(release.then_some("--release"));
    run(&mut build)?;
    found(if release { "release" } else { "debug" })
}

/// For a test of what runs the product, not of the product: as it was last built, by `cargo test --workspace` just now.
/// Built if it never was.
#[cfg(all(test, feature = "measure"))]
pub(crate) fn last_built() -> anyhow::Result<PathBuf> {
    found("debug").or_else(|_| built(false))
}

fn found(profile: &str) -> anyhow::Result<PathBuf> {
    // A command is target/PROFILE/dev, its tests are target/PROFILE/deps/dev-….
    let here = std::env::current_exe()?;
    let at = |directory: &Path| directory.join(profile).join("rinnakkain");
    here.ancestors().skip(2).map(at).find(|binary| binary.is_file()).context("where is the target directory?")
}
