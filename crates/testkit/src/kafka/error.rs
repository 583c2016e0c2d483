//! What can keep Kafka from running, and what to do about it.

use crate::java;
use std::{io, path::PathBuf};

/// Why Kafka could not be found, fetched or started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Java, the jars, or the operating system.
    #[error(transparent)]
    Java(#[from] java::Error),
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
}

impl Error {
    /// For `map_err`: names what was tried on which path.
    pub(super) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let failed = java::Error::io(action, path);
        move |source| Self::Java(failed(source))
    }
}
