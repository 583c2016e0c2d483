//! Where PostgreSQL's tools are.
//!
//! In order: `PG_BIN`, the `PATH` (through links), Debian's directories with the highest version first, and a build that was
//! fetched before. If there is none, one is fetched. Only version 15 or newer counts, and only a directory with all three
//! tools: a cluster of one `initdb` must be run by the `postgres` beside it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Error, cache::environment, fetch};

const OLDEST: u32 = 15;

/// A directory with `initdb`, `pg_ctl` and `postgres` of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    directory: PathBuf,
    major: u32,
}

impl Binaries {
    /// Finds PostgreSQL 15 or later on this machine, else fetches it (about 15 MB, once).
    pub fn find() -> Result<Self, Error> {
        Self::find_version(|_| true)?.map_or_else(Self::fetch, Ok)
    }

    /// The tools for a cluster that version `major` made; they are fetched only when `major` is what would be fetched.
    pub(crate) fn find_major(major: u32) -> Result<Option<Self>, Error> {
        match Self::find_version(|found| found == major)? {
            None if major == fetch::MAJOR => Self::fetch().map(Some),
            found => Ok(found),
        }
    }

    /// Fetches PostgreSQL into the cache: `/var/cache/rinnakkain` for root, else the user's cache directory.
    pub fn fetch() -> Result<Self, Error> {
        let directory = fetch::fetch()?;
        Self::inspect(&directory).ok_or(Error::PgBin(directory))
    }

    /// The directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The major version, such as 18.
    #[must_use]
    pub fn major(&self) -> u32 {
        self.major
    }

    pub(crate) fn tool(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    fn find_version(wanted: impl Fn(u32) -> bool) -> Result<Option<Self>, Error> {
        if let Some(directory) = environment("PG_BIN") {
            let found = Self::inspect(Path::new(&directory)).ok_or_else(|| Error::PgBin(directory.into()))?;
            return Ok(Some(found).filter(|found| wanted(found.major)));
        }
        let places = on_path().into_iter().chain(of_debian()).chain(fetch::fetched());
        Ok(places.filter_map(|directory| Self::inspect(&directory)).find(|found| wanted(found.major)))
    }

    fn inspect(directory: &Path) -> Option<Self> {
        let directory = directory.canonicalize().ok()?;
        if !["initdb", "pg_ctl", "postgres"].iter().all(|tool| directory.join(tool).is_file()) {
            return None;
        }
        let output = Command::new(directory.join("postgres")).arg("--version").output().ok()?;
        let major = version(&String::from_utf8_lossy(&output.stdout))?;
        (major >= OLDEST).then_some(Self { directory, major })
    }
}

fn on_path() -> Vec<PathBuf> {
    let path = environment("PATH").unwrap_or_default();
    let links = std::env::split_paths(&path).map(|directory| directory.join("initdb"));
    links.filter_map(|link| link.canonicalize().ok()?.parent().map(Path::to_owned)).collect()
}

fn of_debian() -> Vec<PathBuf> {
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<u32> = installed.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    versions.iter().map(|version| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin"))).collect()
}

/// The major version in `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn version(line: &str) -> Option<u32> {
    let number = line.split_once("(PostgreSQL) ")?.1;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_in_every_form() {
        assert_eq!(version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(version("postgres (PostgreSQL) 18.1\n"), Some(18));
        assert_eq!(version("postgres (PostgreSQL) 19beta1\n"), Some(19));
        assert_eq!(version("cockroach 25"), None);
    }

    #[test]
    fn tools_are_found_and_new_enough() {
        let found = Binaries::find().unwrap();
        assert!(found.major() >= OLDEST);
        assert!(found.tool("initdb").is_file());
    }
}
