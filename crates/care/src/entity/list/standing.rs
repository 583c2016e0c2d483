//! What a list is measured against: what the single messages of its source have established.

use crate::fact::mark::Mark;
use event::{Instant, Ward, WorkerRole};
use serde::{Deserialize, Serialize};

/// What the single messages of a source have established. A whole list that does not have it ends it ([`crate::list`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The source whose lists may have it.
    pub source: String,
    /// A stay or an assignment.
    pub what: Listed,
    /// Where its last report stands.
    pub reported: Mark,
    /// Until when at most; `None`: no end is known.
    pub until: Option<Instant>,
}

/// What stands on a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Listed {
    /// A stay, on its ward.
    Stay(Option<Ward>),
    /// An assignment in a role; `None`: in one that is not mapped.
    Assignment(Option<WorkerRole>),
}
