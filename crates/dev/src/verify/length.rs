//! No source file of Rust above 400 lines: one idea each, and read in one sitting.

use std::fs;

use anyhow::{Context, bail};
use testkit::root;

use super::tree::git;
use crate::step::skipped;

const MOST: usize = 400;

/// Fails when a source file is too long. New files count too, committed or not.
pub(super) fn check() -> anyhow::Result<()> {
    let Some(files) = git(&["ls-files", "--cached", "--others", "--exclude-standard", "*.rs"]) else {
        skipped("not a git repository");
        return Ok(());
    };
    let mut lengths = Vec::new();
    // A file may be listed that is deleted and not committed so.
    for file in files.lines().filter(|file| root().join(file).exists()) {
        let text = fs::read_to_string(root().join(file)).with_context(|| file.to_owned())?;
        lengths.push((text.lines().count(), file.to_owned()));
    }
    let too_long = too_long(&lengths);
    if !too_long.is_empty() {
        bail!("above {MOST} lines, part them:\n{}", too_long.join("\n"));
    }
    let mut rust: Vec<_> = lengths.into_iter().map(|(length, _)| length).collect();
    if let Some([median, most_of_ten, longest]) = summary(&mut rust) {
        eprintln!(
            "   {} files of Rust: median {median} lines, nine of ten at most {most_of_ten}, none above {longest}",
            rust.len()
        );
    }
    Ok(())
}

fn too_long(lengths: &[(usize, String)]) -> Vec<String> {
    let too_long = lengths.iter().filter(|(length, _)| *length > MOST);
    too_long.map(|(length, file)| format!("{file}: {length} lines")).collect()
}

/// The median, the length that nine of ten do not exceed, and the longest; `None`: there is none.
fn summary(lengths: &mut [usize]) -> Option<[usize; 3]> {
    lengths.sort_unstable();
    let at = |of_ten: usize| lengths.get((lengths.len() * of_ten).div_ceil(10).saturating_sub(1)).copied();
    Some([at(5)?, at(9)?, *lengths.last()?])
}

#[cfg(test)]
mod cases {
    use super::*;

    #[test]
    fn a_file_that_is_too_long_is_named_with_its_length() {
        let lengths = [(400, "a.rs"), (401, "b.rs"), (12, "c.sql")].map(|(lines, file)| (lines, file.to_owned()));
        assert_eq!(too_long(&lengths), ["b.rs: 401 lines"]);
    }

    #[test]
    fn half_and_nine_of_ten() {
        let mut ten: Vec<usize> = (1..=10).rev().collect();
        assert_eq!(summary(&mut ten), Some([5, 9, 10]));
        assert_eq!(summary(&mut [7]), Some([7, 7, 7]));
        assert_eq!(summary(&mut []), None);
    }
}
