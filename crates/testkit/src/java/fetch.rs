//! Files fetched from Maven Central with `curl` alone, for there may be no Maven.
//!
//! A list has a line for each: its sha256 and its path in the repository, so any mirror will do
//! (`RINNAKKAIN_MAVEN_REPOSITORY`).

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use embedded::cache;
use sha2::{Digest, Sha256};

use super::Error;

/// Fetches the files of a list into the directory `place`, unless it is there.
pub(crate) fn fetch(place: &Path, list: &str) -> Result<(), Error> {
    fetch_with(place, list, Ok)
}

/// The same. `make` turns the directory with the files into the directory that is kept.
pub(crate) fn fetch_with(
    place: &Path,
    list: &str,
    make: impl FnOnce(PathBuf) -> Result<PathBuf, Error>,
) -> Result<(), Error> {
    if place.is_dir() { Ok(()) } else { fetch_from(&cache::repository(), place, list, make) }
}

fn fetch_from(
    repository: &str,
    place: &Path,
    list: &str,
    make: impl FnOnce(PathBuf) -> Result<PathBuf, Error>,
) -> Result<(), Error> {
    cache::keep(place, |work| {
        let files = work.join("files");
        fs::create_dir(&files).map_err(Error::io("create", &files))?;
        let list: Vec<_> = list.lines().filter_map(|line| line.split_once(' ')).collect();
        let url = |path: &str| format!("{repository}/{path}");
        download(&files, list.iter().map(|(_, path)| url(path)))?;
        for (sum, path) in list {
            let file = files.join(Path::new(path).file_name().unwrap_or_default());
            let found = sha256(&fs::read(&file).map_err(Error::io("read", &file))?);
            if found != sum {
                return Err(Error::Checksum { url: url(path), found });
            }
        }
        make(files)
    })
}

fn download(directory: &Path, urls: impl Iterator<Item = String>) -> Result<(), Error> {
    let mut curl = Command::new("curl");
    curl.current_dir(directory).args(["--parallel", "--parallel-max", "8", "--fail", "--fail-early", "--location"]);
    curl.args(["--silent", "--show-error", "--connect-timeout", "20", "--speed-limit", "1000", "--speed-time", "30"]);
    curl.args(["--retry", "2"]);
    for url in urls {
        curl.args(["--remote-name", &url]);
    }
    let output = match curl.output() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(Error::Curl),
        other => other.map_err(Error::io("run", "curl"))?,
    };
    if output.status.success() {
        return Ok(());
    }
    Err(Error::Fetch(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const JAR: &str = "org/made/up/1/up-1.jar";

    /// A repository with one jar of the given bytes, on a disk instead of a network.
    fn repository(bytes: &str) -> (tempfile::TempDir, String) {
        let directory = tempfile::tempdir().unwrap();
        let jar = directory.path().join(JAR);
        fs::create_dir_all(jar.parent().unwrap()).unwrap();
        fs::write(&jar, bytes).unwrap();
        let url = format!("file://{}", directory.path().display());
        (directory, url)
    }

    #[test]
    fn only_what_the_list_names_is_kept() {
        let cache = tempfile::tempdir().unwrap();
        let place = cache.path().join("kafka");
        let list = format!("{} {JAR}\n", sha256(b"the right bytes"));

        let (_tampered, url) = repository("other bytes");
        let refused = fetch_from(&url, &place, &list, Ok).unwrap_err();
        assert!(matches!(&refused, Error::Checksum { found, .. } if *found == sha256(b"other bytes")), "{refused}");
        assert_eq!(fs::read_dir(cache.path()).unwrap().count(), 0);

        let (_right, url) = repository("the right bytes");
        fetch_from(&url, &place, &list, Ok).unwrap();
        assert_eq!(fs::read(place.join("up-1.jar")).unwrap(), b"the right bytes");
    }

    #[test]
    fn a_repository_without_the_jar_differs_from_a_wrong_one() {
        let cache = tempfile::tempdir().unwrap();
        let (_directory, url) = repository("");
        let list = format!("{} {JAR}\n{} org/made/up/2/up-2.jar\n", sha256(b""), sha256(b""));
        let error = fetch_from(&url, &cache.path().join("kafka"), &list, Ok).unwrap_err();
        assert!(matches!(error, Error::Fetch(_)), "{error}");
        assert_eq!(fs::read_dir(cache.path()).unwrap().count(), 0);
    }
}
