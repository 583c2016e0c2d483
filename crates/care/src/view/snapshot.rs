//! A view's bytes: a cache of the fold, never the record.
//!
//! The same view always gives the same bytes (sorted maps, fixed layout), so views from two paths can be compared byte
//! for byte. Bytes of another version are not read: the client is refolded.

use crate::entity::declared::Declared;
use crate::entity::duty_contact::OpenedContact;
use crate::entity::list::{DirectoryRow, StatedRow};
use crate::{ParallelView, Standing, StatedSubject, WorkerState};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The bytes are of another version, or damaged: fold the client anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a stored view is of another version or damaged: the client must be folded anew")]
pub struct Outdated;

impl ParallelView {
    /// Its bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        // Writing to memory can fail only for values this type cannot hold; empty bytes are read as outdated.
        postcard::to_stdvec(self).unwrap_or_default()
    }

    /// From bytes that were written by `version`.
    pub fn decode(version: i32, bytes: &[u8]) -> Result<Self, Outdated> {
        if version != Self::VERSION {
            return Err(Outdated);
        }
        match postcard::take_from_bytes(bytes) {
            Ok((view, [])) => Ok(view),
            _ => Err(Outdated),
        }
    }
}

/// The bytes of a row, or of a part of it, that no query reads into. Bytes of another version are not read.
pub trait RowBytes: Serialize + DeserializeOwned {
    /// Its bytes.
    #[must_use]
    fn to_bytes(&self) -> Vec<u8> {
        postcard::to_stdvec(self).unwrap_or_default()
    }

    /// From bytes that this version wrote.
    fn from_bytes(bytes: &[u8]) -> Result<Self, Outdated> {
        match postcard::take_from_bytes(bytes) {
            Ok((row, [])) => Ok(row),
            _ => Err(Outdated),
        }
    }
}

impl RowBytes for WorkerState {}
impl RowBytes for StatedRow {}
impl RowBytes for DirectoryRow {}
impl RowBytes for Declared {}
impl RowBytes for StatedSubject {}
impl RowBytes for Standing {}
impl RowBytes for OpenedContact {}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    /// If this fails, a view holds other things, or events fold otherwise, than in the version before: raise
    /// [`ParallelView::VERSION`] and write the new digest here. If only the random histories changed, write the digest alone.
    #[test]
    fn what_a_view_holds_is_that_of_its_version() {
        let mut bytes = Vec::new();
        for seed in 0..20 {
            let events = testkit::history::history(seed, 60);
            for view in crate::oracle::clients(&events).values() {
                bytes.extend(view.encode());
                bytes.extend(format!("{:?}", crate::Rows::of(view)).bytes());
            }
        }
        let digest = Uuid::new_v5(&Uuid::NAMESPACE_OID, &bytes).to_string();
        assert_eq!((ParallelView::VERSION, digest.as_str()), (18, "4560b1a6-65dd-5eee-ba80-17e8a5d18339"));
    }
}
