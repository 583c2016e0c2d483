//! What can keep Kafka from running, and what to do about it.

use std::{io, path::PathBuf};

/// Why Kafka could not be found, fetched or started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No Java, or only an old one.
    #[error(
        "Kafka needs Java {oldest} or newer, and {}: install the Debian package openjdk-17-jre-headless",
        found.map_or_else(|| "there is none in JAVA_HOME or on the PATH".to_owned(), |found| format!("this is {found}"))
    )]
    Java {
        /// The oldest version that will do.
        oldest: u32,
        /// The newest version found.
        found: Option<u32>,
    },
    /// There is nowhere to keep the jars.
    #[error("no place to keep Kafka's jars: set XDG_CACHE_HOME")]
    Cache,
    /// There is no `curl`.
    #[error("Kafka's jars cannot be fetched without the command curl: install the Debian package curl")]
    Curl,
    /// Fetching the jars failed.
    #[error(
        "Kafka's jars could not be fetched (curl: {0}): try again, or set RINNAKKAIN_MAVEN_REPOSITORY to a mirror of \
         Maven Central"
    )]
    Fetch(String),
    /// A fetched file does not have the listed digest.
    #[error(
        "what {url} gave is not the jar in the list (sha256 {found}): try again, or correct RINNAKKAIN_MAVEN_REPOSITORY"
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
    /// The directory given holds something already: a cluster's data belongs to its ports, which are new every time.
    #[error("{} holds files: give the brokers a directory that is new or empty", .0.display())]
    NotEmpty(PathBuf),
    /// A data directory could not be made.
    #[error("the storage of broker {node} was not formatted: {message}")]
    Format {
        /// The broker.
        node: usize,
        /// What Kafka's tool wrote to its standard error.
        message: String,
    },
    /// A broker did not begin to answer.
    #[error("broker {node} did not start ({reason}); it wrote last:\n{lines}")]
    Start {
        /// The broker.
        node: usize,
        /// How that was seen.
        reason: &'static str,
        /// The end of its log.
        lines: String,
    },
    /// There is no such broker, or it has been killed.
    #[error("broker {0} does not run")]
    NotRunning(usize),
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
    pub(super) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}
