//! Person fields, and decisions that two records are, or are not, one person.

use crate::wire::{numbered, wire};
use crate::{BirthDate, Code, PersonName, Record, Sealed, Token};
use serde::{Deserialize, Serialize};

/// ADT A08, A28, A31. Fields are registers (rule R4): `None` says nothing, `cleared` names what the source emptied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonUpdated {
    /// PID-5.
    pub name: Option<Sealed<PersonName>>,
    /// PID-7.
    pub birth_date: Option<Sealed<BirthDate>>,
    /// PID-15, the source's code.
    pub language: Option<Code>,
    /// PID-30.
    pub deceased: Option<bool>,
    /// Sorted and distinct.
    pub cleared: Vec<PersonField>,
}

/// A person field that a source can empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(i32)]
pub enum PersonField {
    /// PID-5.
    Name = 1,
    /// PID-7.
    BirthDate = 2,
    /// PID-15.
    Language = 3,
    /// PID-30.
    Deceased = 4,
}

impl PersonField {
    /// Every field.
    pub const ALL: &[Self] = &[Self::Name, Self::BirthDate, Self::Language, Self::Deceased];
}

numbered!(PersonField);

/// Who decided. A steward outranks a source, whenever either decided (rule R6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(i32)]
pub enum Authority {
    /// A source that is not configured to decide it: it waits for a steward, and links and changes nothing.
    Unconfirmed = 3,
    /// A source system.
    Source = 1,
    /// The county's identity steward.
    Steward = 2,
}

impl Authority {
    /// Every authority, the lowest first.
    pub const ALL: &[Self] = &[Self::Unconfirmed, Self::Source, Self::Steward];

    fn rank(self) -> u8 {
        match self {
            Self::Unconfirmed => 0,
            Self::Source => 1,
            Self::Steward => 2,
        }
    }
}

/// By rank. Derived, it would go by the numbers of the wire, of which the lowest rank has the highest.
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

numbered!(Authority);

/// ADT A40: the event's own record (PID-3) survives, `subsumed` (MRG-1) is the same person. ADT A24 (link) says the same
/// of two records that both go on: direction is for display only (rule R6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentitiesMerged {
    /// The other record.
    pub subsumed: Record,
    /// Who decided.
    pub authority: Authority,
    /// Keyed token of the person who decided (EVN-5), if told.
    pub decider: Option<Token>,
    /// Why.
    pub reason: Option<Code>,
}

/// The event's own record and `separated` are not the same person. ADT A37.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentitiesUnmerged {
    /// The other record.
    pub separated: Record,
    /// Who decided.
    pub authority: Authority,
    /// Keyed token of the person who decided (EVN-5), if told.
    pub decider: Option<Token>,
    /// Why.
    pub reason: Option<Code>,
}

// === on the wire ===

wire!(PersonUpdated { name, birth_date, language, deceased, cleared });
wire!(IdentitiesMerged { subsumed, authority, decider, reason });
wire!(IdentitiesUnmerged { separated, authority, decider, reason });
#[cfg(test)]
mod tests {
    use super::Authority;

    #[test]
    fn what_nobody_confirmed_ranks_lowest_and_a_steward_highest() {
        assert!(Authority::ALL.is_sorted_by(|a, b| a < b));
    }
}
