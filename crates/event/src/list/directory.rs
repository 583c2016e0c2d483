//! The directory of a source, stated as a whole: its units, its wards and their workers, with hours and numbers.

use super::MayEnd;
use crate::wire::wire;
use crate::{Instant, Sealed, StatedDirectory, Token};

/// Every unit, ward and worker of a source's directory. In the stream of the source itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryStated {
    /// The source's clock when it was true.
    pub as_of: Instant,
    /// Every entry on it, sorted and distinct: a unit, a ward, a worker of a ward.
    pub entries: Vec<Token>,
    /// How much it may end on its own.
    pub may_end: MayEnd,
    /// What it states of them. Sealed as one: names and numbers of workers are in it.
    pub directory: Sealed<StatedDirectory>,
}

impl StatedDirectory {
    /// The bytes that it is sealed as.
    #[must_use]
    pub fn size(&self) -> usize {
        prost::Message::encoded_len(self)
    }
}

// === on the wire ===

wire!(DirectoryStated { as_of, entries, may_end, directory });
