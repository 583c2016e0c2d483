//! A clean tree: the run must leave nothing behind, neither a generated file nor a changed one.

use std::process::Command;

use anyhow::bail;
use testkit::root;

use crate::step::skipped;

/// What is not committed, as `git status` prints it; `None` outside of a repository.
pub(super) fn changes() -> Option<String> {
    git(&["status", "--porcelain"])
}

/// Fails when something has changed since `before`.
pub(super) fn compare(before: Option<&str>) -> anyhow::Result<()> {
    let (Some(before), Some(after)) = (before, changes()) else {
        skipped("not a git repository");
        return Ok(());
    };
    let new: Vec<_> = after.lines().filter(|line| !before.lines().any(|it| it == *line)).collect();
    if !new.is_empty() {
        bail!("the run left something behind:\n{}", new.join("\n"));
    }
    if !before.is_empty() {
        eprintln!("   as it was: {} changes are not committed", before.lines().count());
    }
    Ok(())
}

/// The committed files that a pattern names.
pub(super) fn listed(pattern: &str) -> Option<Vec<String>> {
    Some(git(&["ls-files", pattern])?.lines().map(str::to_owned).collect())
}

/// What git prints; `None` if it fails.
pub(super) fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).current_dir(root()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
