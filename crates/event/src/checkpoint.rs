//! The position up to which a partition has been read, and why records before it may be missing.
//!
//! In this crate because both sides use it: `journal` reads from a checkpoint, `store` keeps it.

use uuid::Uuid;

/// Where reading of a partition goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The next offset.
    pub next: i64,
    /// The id of the record before it; `None`: reading began here.
    pub last_id: Option<Uuid>,
}

/// Why records may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapReason {
    /// The records at the checkpoint are gone: retention passed it.
    RetentionPassed,
    /// The journal ends before the checkpoint, or another record stands before it: it is another journal.
    JournalReplaced,
    /// The database is an older backup, and no journal holds what came since.
    DatabaseRestored,
}

impl GapReason {
    /// As it is stored and shown.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::RetentionPassed => "retention-passed",
            Self::JournalReplaced => "journal-replaced",
            Self::DatabaseRestored => "database-restored",
        }
    }
}
