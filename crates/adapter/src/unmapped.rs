//! Codes in a message that the configuration does not know.
//!
//! For `rinnakkain translate` only, which shows them to the person who connects a feed, with how to configure them.
//! They are text of the message, so they are never logged, counted or stored (law 3), and are no part of a translation.

use crate::number::hetu;
use std::collections::BTreeSet;

/// The most codes of one message.
const MAX_CODES: usize = 50;
/// A longer code is no code.
const MAX_CODE: usize = 80;

/// A code, and what it is a code of.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unmapped {
    /// What it is a code of.
    pub what: UnmappedKind,
    /// As written in the message.
    pub code: String,
}

/// What a code is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnmappedKind {
    /// An assigning authority: a name in CX.4, a FHIR identifier's system.
    Authority,
    /// A type of number, HL7 table 0203.
    NumberType,
    /// A ward; [`crate::SourceProfile::wards`] does not have it, and the list of wards may.
    Ward,
    /// A patient class, HL7 table 0004.
    PatientClass,
    /// A worker's role.
    WorkerRole,
    /// A kind of referral.
    ReferralKind,
}

impl UnmappedKind {
    /// Every one, in the order in which they are shown.
    pub const ALL: &[Self] =
        &[Self::Authority, Self::NumberType, Self::Ward, Self::PatientClass, Self::WorkerRole, Self::ReferralKind];

    /// The stable name: in what programs read.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authority => "authority",
            Self::NumberType => "number-type",
            Self::Ward => "ward",
            Self::PatientClass => "patient-class",
            Self::WorkerRole => "worker-role",
            Self::ReferralKind => "referral-kind",
        }
    }
}

/// The codes that were found, bounded.
#[derive(Default)]
pub(crate) struct UnmappedCodes(BTreeSet<Unmapped>);

impl UnmappedCodes {
    /// Notes a code, unless it is too long for one, or there are too many.
    pub(crate) fn note(&mut self, what: UnmappedKind, code: &str) {
        let code = code.trim();
        let fits = !code.is_empty() && code.chars().nth(MAX_CODE).is_none() && !code.chars().any(char::is_control);
        // A misplaced identity code is not shown.
        if fits && hetu(code).is_none() && self.0.len() < MAX_CODES {
            self.0.insert(Unmapped { what, code: code.to_owned() });
        }
    }

    /// Sorted and distinct.
    pub(crate) fn finish(self) -> Vec<Unmapped> {
        self.0.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_CODES, UnmappedCodes, UnmappedKind};

    #[test]
    fn codes_are_bounded_in_length_and_number() {
        let mut found = UnmappedCodes::default();
        for code in ["", " ", "a\nb", &"x".repeat(81), "010594Y9032"] {
            found.note(UnmappedKind::Ward, code);
        }
        assert!(found.0.is_empty());
        for n in 0..200 {
            found.note(UnmappedKind::Ward, &n.to_string());
            found.note(UnmappedKind::Ward, "same");
        }
        assert_eq!(found.0.len(), MAX_CODES);
    }
}
