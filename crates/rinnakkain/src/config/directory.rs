//! The directory in files of its own: units, county lines, wards and staff. A TOML file, and beside it CSV files of wards
//! and of staff, as the county's own lists are.
//!
//! They are read with the configuration: at start, and again when they change. Everything that is wrong is reported at once,
//! with the line; no error quotes a name or a number.

mod build;
mod row;
mod table;

use super::environment::Environment;
use super::problems::{Invalid, Problems};
use super::reading;
use care::directory::Directory;
use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use table::DirectoryTable;
use toml::Value;

/// Where the directory is, and what it is put on.
#[derive(Clone)]
pub struct DirectoryFiles {
    /// The TOML file.
    pub path: PathBuf,
    /// What the configuration itself has of wards.
    pub base: Directory,
    /// The configured sources: wards are theirs.
    pub sources: Vec<String>,
    /// For the days of confirmations.
    pub zone: TimeZone,
}

/// The files, as they were read.
pub struct Contents {
    text: String,
    /// The CSV files that the TOML file names.
    lists: BTreeMap<PathBuf, Result<String, String>>,
}

/// The files cannot be used, and why: a line each.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", .0.join("; "))]
pub struct Unusable(pub Vec<String>);

impl DirectoryFiles {
    /// Reads the files; what they mean is [`Self::build`]'s.
    pub fn read(&self) -> Result<Contents, Unusable> {
        let text = read(&self.path).map_err(|problem| Unusable(vec![problem]))?;
        // A file that is no TOML names no lists; that is reported when it is built.
        let table: toml::Table = toml::from_str(&text).unwrap_or_default();
        let named = [table::WARDS, table::STAFF].into_iter().filter_map(|key| table.get(key)?.as_str());
        let lists = named.map(|name| self.beside(name)).map(|path| (path.clone(), read(&path))).collect();
        Ok(Contents { text, lists })
    }

    /// The directory; or all that is wrong with the files.
    pub fn build(&self, contents: &Contents) -> Result<Directory, Unusable> {
        let at = |line: String| format!("{} {line}", self.path.display());
        let of_file = |invalid: Invalid| Unusable(invalid.into_lines().into_iter().map(at).collect());
        let written: toml::Table =
            toml::from_str(&contents.text).map_err(|error| of_file(Invalid::syntax(&contents.text, &error)))?;
        let (stand_ins, mut problems, mut lines) = (reading::stand_ins(), Problems::default(), Vec::new());
        let table: Option<(DirectoryTable, _)> = reading::read_as(written, &stand_ins, |_| None, &mut problems);
        let directory = table.and_then(|(mut table, _)| {
            table.ward.extend(self.list(table.wards.as_deref(), stand_ins.get("ward"), contents, &mut lines));
            table.worker.extend(self.list(table.staff.as_deref(), stand_ins.get("worker"), contents, &mut lines));
            // What stands in for what cannot be read is no directory.
            problems.is_empty().then(|| build::build(table, self, &mut problems, &mut lines))
        });
        if let Err(invalid) = problems.into_result(&contents.text, &Environment::default()) {
            lines.splice(..0, of_file(invalid).0);
        }
        directory.filter(|_| lines.is_empty()).ok_or(Unusable(lines))
    }

    /// The rows of a CSV file that the TOML file names.
    fn list<T: DeserializeOwned>(
        &self,
        name: Option<&str>,
        stand_in: Option<&Value>,
        contents: &Contents,
        lines: &mut Vec<String>,
    ) -> Vec<T> {
        let path = name.map(|name| self.beside(name));
        let text =
            path.as_ref().and_then(|path| contents.lists.get(path).cloned()).unwrap_or_else(|| Ok(String::new()));
        let text = text.map_err(|problem| lines.push(problem)).unwrap_or_default();
        row::rows(&path.unwrap_or_default().display().to_string(), &text, stand_in, lines)
    }

    /// A CSV file is named as it lies beside the TOML file.
    fn beside(&self, name: &str) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(name)
    }
}

impl Contents {
    /// Whether two readings are of the same files.
    pub fn digest(&self) -> [u8; 32] {
        let mut digest = Sha256::new();
        digest.update(&self.text);
        for (path, text) in &self.lists {
            digest.update(path.as_os_str().as_encoded_bytes());
            digest.update(text.as_ref().map_or_else(String::as_bytes, String::as_bytes));
        }
        digest.finalize().into()
    }
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests;
