//! What can keep a private PostgreSQL from running, and what to do about it.
//!
//! Every message names the next step; a missing part is named by its Debian package. Messages carry paths and versions,
//! never the content of the server's log: the log's path is given instead.

use std::{io, path::PathBuf};

/// Why PostgreSQL could not be found, started, joined, asked or stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// `PG_BIN` names a directory without usable tools.
    #[error(
        "PG_BIN is {}, which has no initdb, pg_ctl and postgres of version 15 or later: correct or unset PG_BIN",
        .0.display()
    )]
    PgBin(PathBuf),
    /// The cluster was made by a major version of which no tools are found.
    #[error(
        "{} was made by PostgreSQL {major}, which is not here: install the Debian package postgresql-{major}, \
         or set PG_BIN to its bin directory",
        directory.display()
    )]
    Version {
        /// The data directory.
        directory: PathBuf,
        /// The major version that made it.
        major: u32,
    },
    /// No archive of PostgreSQL is known for this kind of processor.
    #[error("no PostgreSQL to fetch for {0}: install the Debian package postgresql")]
    Processor(&'static str),
    /// There is nowhere to keep a fetched PostgreSQL.
    #[error("no place to keep a fetched PostgreSQL: set XDG_CACHE_HOME, or install the Debian package postgresql")]
    Cache,
    /// A command needed to fetch PostgreSQL is not installed.
    #[error(
        "PostgreSQL is not installed and cannot be fetched without the command {command}: \
         install the Debian package postgresql, or {package}"
    )]
    Missing {
        /// The command.
        command: &'static str,
        /// The Debian package that brings it.
        package: &'static str,
    },
    /// Fetching PostgreSQL failed.
    #[error(
        "PostgreSQL is not installed and could not be fetched ({command}: {message}): \
         install the Debian package postgresql, or set RINNAKKAIN_MAVEN_REPOSITORY to a mirror of Maven Central"
    )]
    Fetch {
        /// The command that failed.
        command: &'static str,
        /// What it wrote to its standard error.
        message: String,
    },
    /// What was fetched is not what the source code expects.
    #[error(
        "what {url} gave is not the PostgreSQL this program knows (sha256 {found}): \
         try again, correct RINNAKKAIN_MAVEN_REPOSITORY, or install the Debian package postgresql"
    )]
    Checksum {
        /// Where it came from.
        url: String,
        /// The sum it has.
        found: String,
    },
    /// A command ran and failed.
    #[error("{command} failed ({status}): {message}")]
    Failed {
        /// The command.
        command: String,
        /// How it ended.
        status: std::process::ExitStatus,
        /// What it wrote to its standard error.
        message: String,
    },
    /// The directory holds something else.
    #[error("{} holds other files: give PostgreSQL a directory that is new or empty", .0.display())]
    Foreign(PathBuf),
    /// Another living program owns the directory.
    #[error("another program runs PostgreSQL in {}: stop it, or choose another data directory", .0.display())]
    InUse(PathBuf),
    /// The account that runs the server cannot reach a path.
    #[error(
        "PostgreSQL does not run as root but as uid {uid}, which cannot enter {}: \
         choose a place it can (such as /var/lib/rinnakkain), or run as another user",
        path.display()
    )]
    Unreachable {
        /// The account's uid.
        uid: u32,
        /// The first directory it cannot enter.
        path: PathBuf,
    },
    /// Neither the data directory nor the temporary directory can hold the socket.
    #[error("no usable place for PostgreSQL's socket, {} is not: set TMPDIR to a short plain path", .0.display())]
    Socket(PathBuf),
    /// The server did not begin to accept connections.
    #[error("PostgreSQL did not start ({reason}): see the end of {}", log.display())]
    Start {
        /// The reason from `pg_ctl` or from waiting for the server.
        reason: String,
        /// The server's log.
        log: PathBuf,
    },
    /// The server refused what it was asked.
    #[error("PostgreSQL refused ({code}): {message}")]
    Sql {
        /// The SQLSTATE.
        code: String,
        /// PostgreSQL's message, without detail.
        message: String,
    },
    /// The server's answer made no sense: it is not PostgreSQL, or it wants a password.
    #[error("the server at the socket did not answer as a private PostgreSQL does: is the data directory ours?")]
    Protocol,
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
