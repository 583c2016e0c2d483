//! The statements of the last program of the previous schema: `crates/store/released/NNNN.json`.
//!
//! While an upgrade rolls, programs of two schemas work on the newer one; `store`'s tests prove that by these
//! statements. When a migration is added, `.sqlx` still holds the statements of the program without it. They are kept
//! once and not touched again. Older ones are removed, because an upgrade crosses one schema at a time.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

/// The number of the schema before the newest, by the migrations' file names.
fn previous<'a>(migrations: impl Iterator<Item = &'a String>) -> Option<String> {
    let numbers = migrations.filter_map(|name| name.split('_').next());
    let numbers: Vec<_> = numbers.collect();
    numbers.len().checked_sub(2).map(|at| numbers[at].to_owned())
}

/// Keeps `queries`, which are those of before the newest migration, unless such are kept already.
pub(crate) fn keep<'a>(
    directory: &Path,
    migrations: impl Iterator<Item = &'a String>,
    queries: &BTreeMap<String, String>,
) -> anyhow::Result<()> {
    let Some(number) = previous(migrations) else { return Ok(()) };
    let file = directory.join(format!("{number}.json"));
    if file.exists() {
        return Ok(());
    }
    let mut statements = Vec::new();
    for (name, text) in queries {
        let query: serde_json::Value = serde_json::from_str(text).with_context(|| format!(".sqlx/{name}"))?;
        statements.push(query["query"].as_str().with_context(|| format!(".sqlx/{name}: no query"))?.to_owned());
    }
    statements.sort();
    fs::create_dir_all(directory)?;
    for entry in fs::read_dir(directory)? {
        fs::remove_file(entry?.path())?;
    }
    fs::write(&file, serde_json::to_string_pretty(&statements)? + "\n")?;
    eprintln!("   kept {}", file.display());
    Ok(())
}

/// Fails when what the program before asked is not there.
pub(crate) fn check<'a>(directory: &Path, migrations: impl Iterator<Item = &'a String>) -> anyhow::Result<()> {
    match previous(migrations) {
        Some(number) if !directory.join(format!("{number}.json")).is_file() => {
            bail!("crates/store/released/{number}.json is missing: run `cargo prepare` and commit it")
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_program_before_asks_is_kept_once() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join("released");
        let named = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let (two, three) = (named(&["0001_a.sql", "0002_b.sql"]), named(&["0001_a.sql", "0002_b.sql", "0003_c.sql"]));
        let asks = |sql: &str| BTreeMap::from([("query-1.json".to_owned(), format!(r#"{{"query": "{sql}"}}"#))]);
        assert!(check(&place, two.iter()).is_err());
        keep(&place, two.iter(), &asks("SELECT 1")).unwrap();
        // A query that changed after the migration was added: the previous program never asked it.
        keep(&place, two.iter(), &asks("SELECT 2")).unwrap();
        check(&place, two.iter()).unwrap();
        assert_eq!(fs::read_to_string(place.join("0001.json")).unwrap(), "[\n  \"SELECT 1\"\n]\n");
        keep(&place, three.iter(), &asks("SELECT 3")).unwrap();
        check(&place, three.iter()).unwrap();
        assert!(!place.join("0001.json").exists(), "an upgrade goes over one schema");
    }
}
