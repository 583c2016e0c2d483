//! What a source itself declares to cover, in its own stream.

use super::entity;
use crate::fact::Origin;
use event::{FactKind, Instant, SourceCoverageDeclared, Ward};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a source declares that it covers. That can only narrow the configuration: a source cannot widen its own
/// authority. A source that covers some wards only does not cover stays as a whole, so it cannot make "none" known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// The event that declared it.
    pub origin: Origin,
    /// The kinds of fact.
    pub covers: BTreeSet<FactKind>,
    /// The wards; empty: all wards of the source.
    pub wards: BTreeSet<Ward>,
    /// Since when.
    pub since: Instant,
    /// The longest usual silence, in seconds.
    pub silence_seconds: Option<i64>,
}

// It stands in the stream of a source: no client's view has one.
entity!(Declared { covers, wards, since, silence_seconds });

impl Declared {
    /// From an event.
    #[must_use]
    pub fn of(declared: &SourceCoverageDeclared, origin: Origin) -> Self {
        Self {
            origin,
            covers: declared.covers.iter().copied().collect(),
            wards: declared.wards.iter().cloned().collect(),
            since: declared.since,
            silence_seconds: declared.silence_seconds,
        }
    }
}
