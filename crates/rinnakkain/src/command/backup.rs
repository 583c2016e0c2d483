//! When the last backup succeeded: a file in the data directory, which `with-database --backup` writes and `status` reads.

use anyhow::Context;
use event::Instant;
use std::path::{Path, PathBuf};

fn file(data: &Path) -> PathBuf {
    data.join("last-backup")
}

pub fn note(data: &Path, at: Instant) -> anyhow::Result<()> {
    let file = file(data);
    std::fs::write(&file, format!("{at}\n")).with_context(|| format!("cannot write {}", file.display()))
}

/// `None`: none was noted here.
pub fn last(data: &Path) -> Option<Instant> {
    let text = std::fs::read_to_string(file(data)).ok()?;
    text.trim().parse::<jiff::Timestamp>().ok().map(Instant::from_timestamp)
}
