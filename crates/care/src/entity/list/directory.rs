//! The directory that a source states, as a row: found by the source, apart from its other lists, so that no question about a client
//! reads it.

use super::Stated;
use event::{Instant, Sealed, StatedDirectory, Token};
use serde::{Deserialize, Serialize};

/// The directory in force of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryRow {
    /// The source.
    pub source: String,
    /// When it was true.
    pub as_of: Instant,
    /// The stream in which it stands: by it the directory is opened.
    pub record: Token,
    /// What it states.
    pub directory: Sealed<StatedDirectory>,
}

impl Stated {
    pub(crate) fn directory(&self, source: &str) -> Option<DirectoryRow> {
        let list = self.list.as_ref()?;
        let directory = list.directory.clone()?;
        Some(DirectoryRow { source: source.to_owned(), as_of: list.as_of, record: list.origin.record, directory })
    }
}
