//! Decisions that two records are, or are not, one person; another identity code.
//!
//! A changed identity code is handled as one changed for protection, whatever the ground was (661/2009 12 §). The ground
//! is not carried: nobody here needs it, and gender recognition is one of the grounds.

use crate::wire::{numbered, wire};
use crate::{Code, StreamId, Token};
use serde::{Deserialize, Serialize};

numbered! {
    /// Who decided. A steward outranks a source, whichever of them decided later (rule R6).
    /// Declared from the lowest.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
    pub enum Authority {
        /// A source that is not configured to decide. Its decision waits for a steward, and links and changes nothing.
        Unconfirmed = 3,
        /// A source system.
        Source = 1,
        /// The county's identity steward.
        Steward = 2,
    }
}

impl Authority {
    fn rank(self) -> u8 {
        match self {
            Self::Unconfirmed => 0,
            Self::Source => 1,
            Self::Steward => 2,
        }
    }
}

/// By rank. A derived order would follow the numbers on the wire, where the lowest rank has the highest number.
impl Ord for Authority {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for Authority {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// ADT A40: the event's own record (PID-3) survives, and `subsumed` (MRG-1) is the same person. Direction is for display
/// only (rule R6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentitiesMerged {
    /// The other record.
    pub subsumed: StreamId,
    /// Who decided.
    pub authority: Authority,
    /// Keyed token of the person who decided (EVN-5), if reported.
    pub decider: Option<Token>,
    /// Why.
    pub reason: Option<Code>,
}

/// ADT A24: the event's own record and `other` are the same person, and both remain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordsLinked {
    /// The other record.
    pub other: StreamId,
    /// Who decided.
    pub authority: Authority,
    /// Keyed token of the person who decided (EVN-5), if reported.
    pub decider: Option<Token>,
    /// Why.
    pub reason: Option<Code>,
}

/// The event's own record and `separated` are not the same person. ADT A37.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentitiesUnmerged {
    /// The other record.
    pub separated: StreamId,
    /// Who decided.
    pub authority: Authority,
    /// Keyed token of the person who decided (EVN-5), if reported.
    pub decider: Option<Token>,
    /// Why.
    pub reason: Option<Code>,
}

/// The person has another identity code (661/2009 12 §).
///
/// The old code still finds the person for incoming messages. It is never shown, and it leads no caller to the new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NationalIdChanged {
    /// Tokens of the codes that are no longer the person's, sorted and distinct.
    pub old: Vec<Token>,
    /// Tokens of the code that is the person's now, if reported.
    pub new: Vec<Token>,
    /// With what authority.
    pub authority: Authority,
    /// Keyed token of the person who decided, if reported.
    pub decider: Option<Token>,
    /// Why, if a steward decided: never the ground of the change.
    pub reason: Option<Code>,
}

// === on the wire ===

wire!(IdentitiesMerged { subsumed, authority, decider, reason });
wire!(RecordsLinked { other, authority, decider, reason });
wire!(IdentitiesUnmerged { separated, authority, decider, reason });
wire!(NationalIdChanged { old, new, authority, decider, reason });

#[cfg(test)]
mod tests {
    use super::Authority;

    #[test]
    fn what_nobody_confirmed_ranks_lowest_and_a_steward_highest() {
        assert!(Authority::ALL.is_sorted_by(|a, b| a < b));
    }
}
