//! Death, turvakielto, and another identity code.

use super::rows;
use crate::Decides;
use crate::social::kind::{BEGINS, IdentityCode, LASTS, Optional, Required};
use event::NationalIdChanged;

rows! {
    /// The client has died.
    PersonDied: Begins, Client { died_at: Optional(BEGINS) };

    /// The death was reported by mistake.
    DeathCancelled: Begins, Client {};

    /// Turvakielto (661/2009 36 §).
    NonDisclosureSet: Begins, Client { until: Optional(LASTS) };

    /// The turvakielto is over.
    NonDisclosureLifted: Begins, Client {};

    /// The client has another identity code (661/2009 12 §).
    NationalIdChanged: Begins, Client { old: Required(IdentityCode), new: Optional(IdentityCode) }
        with |reader| authority = reader.source.authority(Decides::IdentityCodes)
        => |_| NationalIdChanged {
            old: vec![old],
            new: new.into_iter().collect(),
            authority,
            decider: None,
            reason: None,
        };
}
