//! No two files of a crate that use each other, nor three in a ring, unless one is a part of the other; and so for folders.
//!
//! Each file is read as tokens, and each name in it is followed through `use` and re-exports to the file that defines it. What
//! only a type checker knows (the method of a value that was never named) is not seen.

mod graph;
mod modules;
mod names;

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use modules::Modules;
use testkit::root;

/// Fails when there is a circle, and names it with what each member uses of the others.
pub(super) fn check() -> anyhow::Result<()> {
    let circles = all(&root().join("crates"))?;
    if !circles.is_empty() {
        bail!("what is used in a circle belongs in a file of its own, below both:\n{}", circles.join("\n"));
    }
    Ok(())
}

/// The circles in these crates.
fn all(crates: &Path) -> anyhow::Result<Vec<String>> {
    let mut circles = Vec::new();
    for directory in fs::read_dir(crates)? {
        let directory = directory?;
        let name = directory.file_name().to_string_lossy().into_owned();
        for file in ["lib.rs", "main.rs"].map(|file| directory.path().join("src").join(file)) {
            if file.is_file() {
                let modules = Modules::of_crate(&file).with_context(|| file.display().to_string())?;
                circles.extend(graph::circles(&modules).into_iter().map(|it| format!("{name}: {it}")));
            }
        }
    }
    circles.sort();
    Ok(circles)
}

#[cfg(test)]
mod cases;
