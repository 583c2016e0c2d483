//! Person fields, and decisions that two records are, or are not, one person.

use crate::wire::{self, NotKnown, Numbered, proto};
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

impl Numbered for PersonField {
    fn number(self) -> i32 {
        self as i32
    }
}

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

impl Numbered for Authority {
    fn number(self) -> i32 {
        self as i32
    }
}

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

// === between the types and the wire ===

impl PersonUpdated {
    pub(crate) fn to_wire(&self) -> proto::PersonUpdated {
        proto::PersonUpdated {
            name: self.name.as_ref().map(wire::sealed_out),
            birth_date: self.birth_date.as_ref().map(wire::sealed_out),
            language: wire::code_out(self.language.as_ref()),
            deceased: self.deceased,
            cleared: self.cleared.iter().map(|field| *field as i32).collect(),
        }
    }

    pub(crate) fn from_wire(wire: proto::PersonUpdated) -> Result<Self, NotKnown> {
        Ok(Self {
            name: wire.name.map(wire::sealed_in).transpose()?,
            birth_date: wire.birth_date.map(wire::sealed_in).transpose()?,
            language: wire::code_in(&wire.language)?,
            deceased: wire.deceased,
            cleared: wire.cleared.into_iter().map(|n| wire::member(PersonField::ALL, n)).collect::<Result<_, _>>()?,
        })
    }
}

impl IdentitiesMerged {
    pub(crate) fn to_wire(&self) -> proto::IdentitiesMerged {
        proto::IdentitiesMerged {
            subsumed: Some(wire::record_out(&self.subsumed)),
            authority: self.authority as i32,
            decider: wire::key_out(self.decider),
            reason: wire::code_out(self.reason.as_ref()),
        }
    }

    pub(crate) fn from_wire(wire: proto::IdentitiesMerged) -> Result<Self, NotKnown> {
        Ok(Self {
            decider: wire::key_in(&wire.decider)?,
            reason: wire::code_in(&wire.reason)?,
            subsumed: wire::record_in(wire.subsumed)?,
            authority: wire::member(Authority::ALL, wire.authority)?,
        })
    }
}

impl IdentitiesUnmerged {
    pub(crate) fn to_wire(&self) -> proto::IdentitiesUnmerged {
        proto::IdentitiesUnmerged {
            separated: Some(wire::record_out(&self.separated)),
            authority: self.authority as i32,
            decider: wire::key_out(self.decider),
            reason: wire::code_out(self.reason.as_ref()),
        }
    }

    pub(crate) fn from_wire(wire: proto::IdentitiesUnmerged) -> Result<Self, NotKnown> {
        Ok(Self {
            decider: wire::key_in(&wire.decider)?,
            reason: wire::code_in(&wire.reason)?,
            separated: wire::record_in(wire.separated)?,
            authority: wire::member(Authority::ALL, wire.authority)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Authority;

    #[test]
    fn what_nobody_confirmed_ranks_lowest_and_a_steward_highest() {
        assert!(Authority::ALL.is_sorted_by(|a, b| a < b));
    }
}
