//! What sqlx knows of each query in `store`: made anew from the migrations, and compared with what is committed.
//!
//! A private database gets the migrations; then `store` is compiled with sqlx's macros asking that database and writing
//! one `query-<hash>.json` for each query. Cargo does not know that the macros read the database, so each run has a profile of
//! `store` that was never used before: cargo compiles it again (and `api`, which uses it), and the artefacts of ordinary
//! builds stay as they are. Its dependencies are compiled as for every other command. Only libraries are compiled: queries in
//! tests use sqlx's functions, not its macros.

use std::{
    collections::BTreeMap,
    fs,
    hash::{BuildHasher, RandomState},
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use embedded::Postgres;
use testkit::root;

use crate::released;
use crate::step::{cargo, run};

/// File name → content.
type Queries = BTreeMap<String, String>;

/// Fails when the committed queries are not those the code and the migrations give.
pub(crate) fn compare() -> anyhow::Result<()> {
    released::check(&released(), migrations()?.keys())?;
    let differences = differences(&read(&committed())?, &describe()?);
    if !differences.is_empty() {
        bail!("crates/store/.sqlx is out of date ({}): run `cargo prepare` and commit it", differences.join(", "));
    }
    Ok(())
}

/// Makes the committed queries those the code and the migrations give; before that, keeps what the program before the
/// newest migration asked.
pub(crate) fn refresh() -> anyhow::Result<()> {
    let (directory, before) = (committed(), read(&committed())?);
    released::keep(&released(), migrations()?.keys(), &before)?;
    let described = describe()?;
    fs::create_dir_all(&directory)?;
    for name in before.keys().filter(|name| !described.contains_key(*name)) {
        fs::remove_file(directory.join(name))?;
    }
    for (name, content) in described.iter().filter(|(name, content)| before.get(*name) != Some(content)) {
        fs::write(directory.join(name), content)?;
    }
    for difference in differences(&before, &described) {
        eprintln!("   {difference}");
    }
    Ok(())
}

fn committed() -> PathBuf {
    root().join("crates/store/.sqlx")
}

fn released() -> PathBuf {
    root().join("crates/store/released")
}

fn describe() -> anyhow::Result<Queries> {
    let work = tempfile::Builder::new().prefix("queries-").tempdir()?;
    let output = work.path().join("sqlx");
    fs::create_dir(&output)?;
    let data_dir = tempfile::tempdir()?;
    let postgres = Postgres::start(data_dir.path())?;
    for (name, sql) in migrations()? {
        postgres.execute("postgres", &sql).with_context(|| format!("crates/store/migrations/{name}"))?;
    }
    let mut command = cargo("check");
    command.args(["--quiet", "--locked", "--workspace", "--lib"]);
    // A setting that has no effect here, but makes this build of `store` one that was never compiled before.
    let unique = RandomState::new().hash_one(work.path()) % 1_000_000_000;
    command.args(["--config", &format!("profile.dev.package.store.codegen-units={}", unique + 1_000)]);
    for other in ["api", "store"] {
        command.args(["--config", &format!("profile.dev.package.{other}.incremental=false")]);
    }
    command.env("DATABASE_URL", postgres.url("postgres"));
    command.env("SQLX_OFFLINE", "false").env("SQLX_OFFLINE_DIR", &output);
    run(&mut command)?;
    postgres.stop()?;
    Ok(read(&output)?)
}

/// The migrations in order: their names begin with their number.
fn migrations() -> io::Result<BTreeMap<String, String>> {
    files(&root().join("crates/store/migrations"), "sql")
}

fn read(directory: &Path) -> io::Result<Queries> {
    files(directory, "json")
}

/// The files of a kind in a directory, which need not exist, by name.
fn files(directory: &Path, extension: &str) -> io::Result<BTreeMap<String, String>> {
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        entries => entries?,
    };
    let mut files = BTreeMap::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.insert(name, fs::read_to_string(path)?);
        }
    }
    Ok(files)
}

fn differences(committed: &Queries, described: &Queries) -> Vec<String> {
    let difference = |name: &String| match (committed.get(name), described.get(name)) {
        (None, _) => Some(format!("new {name}")),
        (_, None) => Some(format!("unused {name}")),
        (before, after) => (before != after).then(|| format!("changed {name}")),
    };
    let names: std::collections::BTreeSet<_> = committed.keys().chain(described.keys()).collect();
    names.into_iter().filter_map(difference).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queries(all: &[(&str, &str)]) -> Queries {
        all.iter().map(|(name, content)| ((*name).to_owned(), (*content).to_owned())).collect()
    }

    #[test]
    fn every_difference_is_named() {
        let committed = queries(&[("a", "1"), ("b", "1"), ("c", "1")]);
        let described = queries(&[("b", "1"), ("c", "2"), ("d", "1")]);
        assert_eq!(differences(&committed, &described), ["unused a", "changed c", "new d"]);
    }
}
