//! No snapshot without a test that reads it: an orphaned one looks like a promise.
//!
//! insta notes every snapshot that a test reads in the file that `INSTA_SNAPSHOT_REFERENCES_FILE` names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::bail;
use tempfile::TempDir;
use testkit::root;

use super::tree::listed;
use crate::step::skipped;

/// Read only where published samples lie beside the checkout (`adapter`'s `fhir_published`).
const NOT_EVERYWHERE: &str = "tests/messages/fhir/published/";

/// Where the tests note what they read.
pub(super) struct References(TempDir);

impl References {
    pub(super) fn new() -> std::io::Result<Self> {
        Ok(Self(tempfile::tempdir()?))
    }

    /// The tests that this command runs note here what they read.
    pub(super) fn noted_by<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("INSTA_SNAPSHOT_REFERENCES_FILE", self.file())
    }

    /// Fails when a snapshot of the repository was not read.
    pub(super) fn compare(&self) -> anyhow::Result<()> {
        let Some(committed) = listed("*.snap") else {
            skipped("not a git repository");
            return Ok(());
        };
        let noted = fs::read_to_string(self.file()).unwrap_or_default();
        let orphans = orphans(&root(), &committed, &noted);
        if !orphans.is_empty() {
            bail!("no test reads these snapshots, remove them: {}", orphans.join(", "));
        }
        eprintln!("   {} snapshots, none without a test", committed.len());
        Ok(())
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("read")
    }
}

fn orphans(root: &Path, committed: &[String], noted: &str) -> Vec<String> {
    let read: BTreeSet<_> = noted.lines().filter_map(|line| fs::canonicalize(line).ok()).collect();
    let is_read = |name: &String| fs::canonicalize(root.join(name)).is_ok_and(|path| read.contains(&path));
    let wanted = committed.iter().filter(|name| !name.starts_with(NOT_EVERYWHERE));
    wanted.filter(|name| !is_read(name)).cloned().collect()
}

#[cfg(test)]
mod cases {
    use super::*;

    #[test]
    fn a_snapshot_that_no_test_read_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let committed = ["a.snap", "b.snap"].map(str::to_owned);
        for name in &committed {
            fs::write(directory.path().join(name), "").unwrap();
        }
        // As a test names it: by a way of its own.
        let noted = format!("{}/./a.snap\n", directory.path().display());
        assert_eq!(orphans(directory.path(), &committed, &noted), ["b.snap"]);
    }
}
