//! The protos: written as the field does (`lint`), and with nothing taken back of what landed before (`promises`).
//!
//! What landed before is taken from git: the last commit that this branch shares with `origin/main`, or where there is
//! no such branch with `main`; on that branch itself the commit before.

mod lint;
mod promises;

use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, bail};
use prost_types::FileDescriptorSet;
use testkit::root;

use super::tree::git;
use crate::step::skipped;

/// Whether a breaking change fails. Nothing is deployed yet and nobody else has the protos, so until then it is listed;
/// from the first deployment on this is `true` and stays so.
const BREAKING_FAILS: bool = false;

pub(super) fn check() -> anyhow::Result<()> {
    let now = compile(&root().join("proto"))?;
    let mistakes = lint::mistakes(&now);
    if !mistakes.is_empty() {
        bail!("protos are not written as others are:\n{}", mistakes.join("\n"));
    }
    let Some(base) = base() else {
        skipped("no commit to compare with");
        return Ok(());
    };
    let before = tempfile::tempdir()?;
    export(&base, before.path())?;
    let broken = promises::broken(&compile(&before.path().join("proto"))?, &now);
    let short = base.get(..9).unwrap_or(&base);
    if broken.is_empty() {
        eprintln!("   nothing is taken back of what stood in {short}");
        return Ok(());
    }
    let list = format!("{} breaking changes since {short}:\n   {}", broken.len(), broken.join("\n   "));
    if BREAKING_FAILS {
        bail!(list);
    }
    eprintln!("   {list}\n   allowed until the first deployment");
    Ok(())
}

/// All protos below a directory.
fn compile(directory: &Path) -> anyhow::Result<FileDescriptorSet> {
    let mut files = Vec::new();
    collect(directory, &mut files)?;
    files.sort();
    protox::compile(files, [directory]).context("protos do not compile")
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|it| it == "proto") {
            files.push(path);
        }
    }
    Ok(())
}

/// The commit that landed before this work.
pub(crate) fn base() -> Option<String> {
    let commit = |arguments: &[&str]| git(arguments).map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
    let shared = ["origin/main", "main"].iter().find_map(|branch| commit(&["merge-base", "HEAD", branch]));
    let shared = shared.or_else(|| commit(&["rev-parse", "HEAD"]))?;
    let nothing_since = git(&["diff", "--quiet", &shared, "--", "proto"]).is_some();
    let before = || commit(&["rev-parse", "--verify", "--quiet", &format!("{shared}^")]);
    if nothing_since { before() } else { Some(shared) }
}

/// Writes the protos of a commit below `directory`.
pub(crate) fn export(commit: &str, directory: &Path) -> anyhow::Result<()> {
    let names = git(&["ls-tree", "-r", "--name-only", commit, "--", "proto"]).context("git ls-tree failed")?;
    for name in names.lines() {
        let text = git(&["show", &format!("{commit}:{name}")]).with_context(|| format!("git show {commit}:{name}"))?;
        let file = directory.join(name);
        fs::create_dir_all(file.parent().unwrap_or(directory))?;
        fs::write(file, text)?;
    }
    Ok(())
}

#[cfg(test)]
fn compiled(text: &str) -> FileDescriptorSet {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path().join("a/b/v1");
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join("c.proto"), format!("syntax = \"proto3\";\npackage a.b.v1;\n{text}")).unwrap();
    compile(directory.path()).unwrap()
}
