//! The context in which every member of one event's `data` is read.

use crate::SourceProfile;
use crate::rfc3339::WrittenTime;
use event::{Body, Instant, Keyring, Sealer, Token};

/// A body as read; its personal data are sealed once its event has an id.
pub(super) type UnsealedBody = Box<dyn FnOnce(Sealer<'_>) -> Body>;

/// The context in which every member of one event's `data` is read.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) source: &'a SourceProfile,
    pub(super) keyring: &'a Keyring,
    pub(super) happened_at: Instant,
    /// When the event was written.
    pub(super) written: WrittenTime,
}

impl Reader<'_> {
    /// The key of this sender's worker.
    pub(super) fn worker_key(&self, id: &str) -> Token {
        self.keyring.token("worker", &self.source.name, id)
    }
}
