//! Kafka's jars fetched from Maven Central with `curl` alone, for there may be no Maven.
//!
//! `jars.txt` lists them, each with its sha256, so any mirror will do (`RINNAKKAIN_MAVEN_REPOSITORY`). It is what Maven
//! takes along at run time with `org.apache.kafka:kafka_2.13:4.1.1` and `org.slf4j:slf4j-simple:1.7.36`, less what only
//! parts refer to that we do not run: the macros of `scala-logging`, Kafka's container entry (YAML), tiered storage
//! (caffeine), OAuth (jose4j), commons-validator's rule files, and log4j behind its API, since slf4j-simple writes the
//! log. For a new version take its whole list first, then leave out the same.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use embedded::cache;
use sha2::{Digest, Sha256};

use super::Error;

/// Kafka's version.
pub const VERSION: &str = "4.1.1";
/// A line is the sha256 and the path in the repository.
const JARS: &str = include_str!("jars.txt");

/// The directory of the jars, which are fetched when it is not there.
pub(super) fn jars() -> Result<PathBuf, Error> {
    let place = cache::place(&format!("kafka-{VERSION}")).ok_or(Error::Cache)?;
    if !place.is_dir() {
        fetch(&place, &cache::repository(), JARS)?;
    }
    Ok(place)
}

fn fetch(place: &Path, repository: &str, list: &str) -> Result<(), Error> {
    cache::keep(place, |work| {
        let jars = work.join("jars");
        fs::create_dir(&jars).map_err(Error::io("create", &jars))?;
        let list: Vec<_> = list.lines().filter_map(|line| line.split_once(' ')).collect();
        let url = |path: &str| format!("{repository}/{path}");
        download(&jars, list.iter().map(|(_, path)| url(path)))?;
        for (sum, path) in list {
            let jar = jars.join(Path::new(path).file_name().unwrap_or_default());
            let found = sha256(&fs::read(&jar).map_err(Error::io("read", &jar))?);
            if found != sum {
                return Err(Error::Checksum { url: url(path), found });
            }
        }
        Ok(jars)
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
    use std::collections::BTreeSet;

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
    fn only_what_the_list_says_is_kept() {
        let cache = tempfile::tempdir().unwrap();
        let place = cache.path().join("kafka");
        let list = format!("{} {JAR}\n", sha256(b"the right bytes"));

        let (_tampered, url) = repository("other bytes");
        let refused = fetch(&place, &url, &list).unwrap_err();
        assert!(matches!(&refused, Error::Checksum { found, .. } if *found == sha256(b"other bytes")), "{refused}");
        assert_eq!(fs::read_dir(cache.path()).unwrap().count(), 0);

        let (_right, url) = repository("the right bytes");
        fetch(&place, &url, &list).unwrap();
        assert_eq!(fs::read(place.join("up-1.jar")).unwrap(), b"the right bytes");
    }

    #[test]
    fn a_repository_without_the_jar_is_told_from_a_wrong_one() {
        let cache = tempfile::tempdir().unwrap();
        let (_directory, url) = repository("");
        let list = format!("{} {JAR}\n{} org/made/up/2/up-2.jar\n", sha256(b""), sha256(b""));
        let error = fetch(&cache.path().join("kafka"), &url, &list).unwrap_err();
        assert!(matches!(error, Error::Fetch(_)), "{error}");
        assert_eq!(fs::read_dir(cache.path()).unwrap().count(), 0);
    }

    #[test]
    fn the_list_has_a_sum_and_a_place_for_each_jar() {
        let entries: Vec<_> = JARS.lines().map(|line| line.split_once(' ').unwrap()).collect();
        let names: BTreeSet<_> = entries.iter().map(|(_, path)| path.rsplit('/').next().unwrap()).collect();
        assert_eq!(names.len(), entries.len(), "they lie in one directory");
        for (sum, path) in entries {
            assert!(sum.len() == 64 && sum.bytes().all(|byte| byte.is_ascii_hexdigit()), "{path}");
        }
        assert!(names.contains(format!("kafka_2.13-{VERSION}.jar").as_str()));
    }
}
