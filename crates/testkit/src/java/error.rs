//! What can keep a Java program from being found, fetched or started, and what to do about it.

use std::{io, path::PathBuf};

/// Why there is none.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No Java, or only an old one.
    #[error(
        "Java {oldest} or newer is needed, and {}: install the Debian package openjdk-17-jre-headless",
        found.map_or_else(|| "there is none in JAVA_HOME or on the PATH".to_owned(), |found| format!("this is {found}"))
    )]
    Java {
        /// The oldest version that will do.
        oldest: u32,
        /// The newest version found.
        found: Option<u32>,
    },
    /// There is nowhere to keep what is fetched.
    #[error("no place to keep what is fetched: set XDG_CACHE_HOME")]
    Cache,
    /// There is no `curl`.
    #[error("nothing can be fetched without the command curl: install the Debian package curl")]
    Curl,
    /// Fetching failed.
    #[error(
        "Maven Central gave nothing (curl: {0}): try again, or set RINNAKKAIN_MAVEN_REPOSITORY to a mirror of \
         Maven Central"
    )]
    Fetch(String),
    /// A fetched file does not have the listed digest.
    #[error(
        "what {url} gave is not what the list names (sha256 {found}): try again, or correct RINNAKKAIN_MAVEN_REPOSITORY"
    )]
    Checksum {
        /// Where it came from.
        url: String,
        /// The sum it has.
        found: String,
    },
    /// The cache could not be used.
    #[error(transparent)]
    Keep(#[from] embedded::Error),
    /// A program did not begin to answer.
    #[error("{program} did not start in time; it wrote last:\n{lines}")]
    Start {
        /// Which.
        program: &'static str,
        /// The end of its log.
        lines: String,
    },
    /// The operating system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl Error {
    /// For `map_err`: names what was tried on which path.
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}
