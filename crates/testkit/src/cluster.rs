//! New PostgreSQL servers without the work of `initdb`: a cluster is made once on this machine, kept beside the fetched
//! programs, and copied for each server that wants an empty one.
//!
//! What `initdb` makes is 40 MB that it syncs to disk: seconds on a busy machine, for each of a hundred tests.

use embedded::{Binaries, Error, Postgres, cache};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Raised when `embedded` makes clusters in another way.
const REVISION: u32 = 2;

/// Starts a server on a directory that is new, or holds a cluster already.
pub fn start(directory: &Path) -> Result<Postgres, Error> {
    lay(directory)?;
    Postgres::start(directory)
}

/// Lays an empty cluster into a directory that is not there yet; one that is there is left as it is.
pub fn lay(directory: &Path) -> Result<(), Error> {
    if directory.exists() {
        return Ok(());
    }
    let kept = kept()?;
    let failed = |source| Error::Io { action: "copy a cluster to", path: directory.to_owned(), source };
    // With owners and modes: the server's account is often not ours.
    let copied = Command::new("cp").arg("--archive").arg(&kept).arg(directory).status().map_err(failed)?;
    if copied.success() { Ok(()) } else { Err(failed(std::io::Error::other(format!("cp: {copied}")))) }
}

fn kept() -> Result<PathBuf, Error> {
    let name = format!("cluster-{}-{REVISION}", Binaries::find()?.major());
    let place = cache::place(&name).ok_or(Error::Cache)?;
    cache::keep(&place, |work| {
        let made = work.join("made");
        Postgres::start(&made)?.stop()?;
        // Each server begins its own.
        let _ = fs::remove_file(made.join("server.log"));
        Ok::<_, Error>(made)
    })?;
    Ok(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_server_has_a_cluster_of_its_own() {
        let scratch = crate::product::scratch().unwrap();
        let [one, other] = ["one", "other"].map(|name| start(&scratch.path().join(name)).unwrap());
        one.execute("postgres", "CREATE TABLE mine (id int)").unwrap();
        assert!(other.execute("postgres", "SELECT FROM mine").is_err());
        one.stop().unwrap();
        let again = start(&scratch.path().join("one")).unwrap();
        assert_eq!(again.execute("postgres", "SELECT FROM mine").unwrap(), 0, "what is there is left as it is");
    }
}
