//! The architecture (`crates/README.md`) names only files and folders that exist: a newcomer goes where it points.

use std::fs;

use anyhow::bail;
use testkit::root;

use super::tree::listed;
use crate::step::skipped;

/// Fails when a file or folder that it names is not there.
pub(super) fn check() -> anyhow::Result<()> {
    let Some(files) = listed("*") else {
        skipped("not a git repository");
        return Ok(());
    };
    let missing = missing(&fs::read_to_string(root().join("crates/README.md"))?, &files);
    if !missing.is_empty() {
        bail!("crates/README.md names what is not there: {}", missing.join(", "));
    }
    Ok(())
}

/// The paths between back quotes that name no file, whichever crate they begin in.
fn missing(text: &str, files: &[String]) -> Vec<String> {
    let quoted = text.split("```").step_by(2).flat_map(|prose| prose.split('`').skip(1).step_by(2));
    let is_path = |it: &&str| {
        let plain = it.chars().all(|c| c.is_ascii_alphanumeric() || "_./-<>".contains(c));
        plain && (it.contains('/') || [".rs", ".ftl", ".toml", ".proto"].iter().any(|end| it.ends_with(end)))
    };
    let is_there = |path: &str| {
        // `<format>` and `<crate>` stand for any.
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && !part.starts_with('<')).collect();
        files.iter().any(|file| {
            let of_file: Vec<&str> = file.split('/').collect();
            of_file.windows(parts.len()).any(|some| some == parts)
        })
    };
    quoted.filter(is_path).filter(|path| !is_there(path)).map(str::to_owned).collect()
}

#[cfg(test)]
mod cases {
    use super::*;

    #[test]
    fn a_path_that_is_not_there_is_named_and_other_words_are_none() {
        let files = ["crates/care/src/rule/mod.rs", "tests/page.rs"].map(str::to_owned);
        let text = "`care/src/rule`, `rule/gone.rs`, `rule/`, `src/<format>/mod.rs`, `page.rs`, `cargo test -p care`, `a::b`, `AE`\n\
                    ```sh\ncargo `x/y`\n```\nand `tests/page.rs`, `deploy`, `tests/none`";
        assert_eq!(missing(text, &files), ["rule/gone.rs", "src/<format>/mod.rs", "tests/none"]);
    }
}
