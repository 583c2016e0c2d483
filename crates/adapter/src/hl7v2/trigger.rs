//! The trigger events of ADT: MSH-9.2 (HL7 v2 chapter 3).

use super::identity;
use crate::{SourceProfile, StayKey};

/// The trigger events that are supported.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Trigger {
    A01,
    A02,
    A03,
    A04,
    A05,
    A06,
    A07,
    A08,
    A11,
    A12,
    A13,
    A16,
    A17,
    A21,
    A22,
    A23,
    A25,
    A28,
    A31,
    A38,
    A52,
    A53,
    /// Of something beside the stay, whose PV1 still shows a client who is there: tracking (A09, A10, A32, A33), pending
    /// transfers (A15, A26), beds (A20), doctors and allergies (A54, A55, A60–A62).
    BesideTheStay,
    /// A42, A50; for a source whose stays are keyed by account, A41, A49.
    Renumber,
    /// A18, A24, A30, A34, A36, A37, A39, A40, A45, A47.
    Identity(identity::IdentityChange),
}

impl Trigger {
    /// From MSH-9.2.
    pub(super) fn read(code: &[u8], source: &SourceProfile) -> Option<Self> {
        let by_account = source.stay_key == StayKey::Account;
        Some(match code {
            b"A41" | b"A49" if by_account => Self::Renumber,
            b"A42" | b"A50" if !by_account => Self::Renumber,
            b"A01" => Self::A01,
            b"A02" => Self::A02,
            b"A03" => Self::A03,
            b"A04" => Self::A04,
            // Both say that the client is expected.
            b"A05" | b"A14" => Self::A05,
            b"A06" => Self::A06,
            b"A07" => Self::A07,
            b"A08" => Self::A08,
            b"A11" => Self::A11,
            b"A12" => Self::A12,
            b"A13" => Self::A13,
            b"A16" => Self::A16,
            b"A17" => Self::A17,
            b"A21" => Self::A21,
            b"A22" => Self::A22,
            b"A23" => Self::A23,
            b"A24" => Self::Identity(identity::IdentityChange::Link),
            b"A25" => Self::A25,
            b"A28" => Self::A28,
            b"A31" => Self::A31,
            b"A18" | b"A30" | b"A34" | b"A36" | b"A39" | b"A40" => Self::Identity(identity::IdentityChange::Merge),
            b"A37" => Self::Identity(identity::IdentityChange::Unlink),
            b"A38" | b"A27" => Self::A38,
            b"A45" => Self::Identity(identity::IdentityChange::MoveVisit),
            b"A47" => Self::Identity(identity::IdentityChange::ChangeIdentifiers),
            b"A52" => Self::A52,
            b"A53" => Self::A53,
            b"A09" | b"A10" | b"A15" | b"A20" | b"A26" | b"A32" | b"A33" | b"A54" | b"A55" | b"A60" | b"A61"
            | b"A62" => Self::BesideTheStay,
            _ => return None,
        })
    }

    /// It is about the person, and about a stay only if it has PV1.
    pub(super) fn is_of_the_person(self) -> bool {
        matches!(self, Self::A08 | Self::A28 | Self::A31)
    }
}

/// Triggers that affect no answer (HL7 v2 chapter 3): accounts (A35), numbers that key no stay (A41, A42, A49, A50),
/// identifiers that are not read (A46, A48, A51). Any other is rejected, because its news would be lost.
pub(super) fn changes_nothing(code: &[u8]) -> bool {
    const TRIGGERS: &[&[u8]] = &[b"A35", b"A41", b"A42", b"A46", b"A48", b"A49", b"A50", b"A51"];
    TRIGGERS.contains(&code)
}
