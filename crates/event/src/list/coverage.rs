//! What a source speaks for.

use crate::wire::{numbered, wire};
use crate::{Instant, Ward};
use serde::{Deserialize, Serialize};

numbered! {
    /// What a source can speak for.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum FactKind {
        /// Stays: admissions, transfers, discharges.
        Stays = 1,
        /// Referrals, contacts, notices and their answers.
        Referrals = 2,
        /// Social work in health care.
        HealthSocialWork = 3,
        /// Cases, assessments and clientships of social care.
        Clientships = 4,
        /// Who works with the client.
        Workers = 5,
        /// Contacts of the duty social service.
        DutyContacts = 6,
    }
}

/// What a source speaks for. In the stream of the source itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceCoverageDeclared {
    /// The kinds of fact, sorted and distinct.
    pub covers: Vec<FactKind>,
    /// Of which wards; empty: all of the source's.
    pub wards: Vec<Ward>,
    /// Since when it speaks for them.
    pub since: Instant,
    /// The longest it is usually silent, in seconds.
    pub silence_seconds: Option<i64>,
}

// === on the wire ===

wire!(SourceCoverageDeclared { covers, wards, since, silence_seconds });
