//! What the sources cover, and whether "none" may be answered (law 5).
//!
//! "None" is answered only when every source that covers it has reported in time. Five things turn "none" into "not
//! known": a source that is silent for longer than usual; a rejected message that names the client or may concern
//! anybody; a client of the source whom no identifier finds; an event that this version does not understand; a projection
//! that is behind, because what was acknowledged meanwhile may be about this client. Freshness
//! is a property of sources, never of clients, so it discloses nothing about anybody; nor do a rejected message without
//! a name and an unidentified client.

mod completeness;
mod declared;

pub use crate::entity::declared::Declared;
pub use completeness::{Completeness, Doubt};

use crate::view::rows::current::{Current, Until};
use event::{FactKind, Instant, Register};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// How many seconds the applied events may be behind the acknowledged ones before "none" becomes "not known". Usually
/// it is about one second, because an ingest writes its watermark every second.
pub const MAY_BE_BEHIND_SECONDS: i64 = 15;

/// A connected source, as the configuration declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its configured name.
    pub name: String,
    /// The register that all its facts belong to; `None`: each fact carries its own.
    pub register: Option<Register>,
    /// The kinds of fact that it covers.
    pub covers: BTreeSet<FactKind>,
    /// The longest usual silence, in seconds.
    pub silence_seconds: i64,
    /// Whom to contact about one of its clients, where no better contact is known.
    pub contact: Option<String>,
}

/// A system that the county has and that is not connected.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotConnected {
    /// Its name.
    pub name: String,
    /// The kinds of fact that it would cover.
    pub covers: BTreeSet<FactKind>,
}

/// A source at the time of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceState {
    /// Its configured name.
    pub name: String,
    /// The register that all its facts belong to, if it is one.
    pub register: Option<Register>,
    /// The kinds of fact that it covers.
    pub covers: BTreeSet<FactKind>,
    /// The time up to which it has reported: the oldest over partitions and listeners. `None`: it never reported.
    pub reported_until: Option<Instant>,
    /// It has not reported within its usual silence.
    pub silent: bool,
    /// Rejected messages from this source that identify no client and wait in the quarantine.
    pub rejected_unnamed: u64,
    /// Kinds of fact of which it has something current for a client whom no identifier finds.
    pub unidentified: BTreeSet<FactKind>,
}

/// The state of the sources at the time of an answer, by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reports {
    /// Until when each has reported.
    pub reported_until: BTreeMap<String, Instant>,
    /// How many rejected messages that identify no client wait in the quarantine.
    pub rejected_unnamed: BTreeMap<String, u64>,
    /// Kinds of fact of which it has something for a client whom no identifier finds, and until when that is current.
    pub unidentified: Current,
}

impl SourceState {
    /// May it have something of this kind? Health social work may be reported as an assigned worker alone.
    #[must_use]
    pub fn may_state(&self, kind: FactKind) -> bool {
        let by_worker = kind == FactKind::HealthSocialWork && self.covers.contains(&FactKind::Workers);
        by_worker || self.covers.contains(&kind)
    }

    /// Every configured source, with what it has reported.
    #[must_use]
    pub fn all(sources: &[Source], reports: &Reports, at: Instant) -> Vec<Self> {
        let Reports { reported_until: known, rejected_unnamed, unidentified } = reports;
        let is_current = |until: &Until| until.is_none_or(|until| until > at);
        let state = |source: &Source| {
            let reported_until = known.get(&source.name).copied();
            let of_it = unidentified.iter().filter(|((name, _), until)| *name == source.name && is_current(until));
            Self {
                name: source.name.clone(),
                register: source.register,
                covers: source.covers.clone(),
                reported_until,
                silent: reported_until.is_none_or(|until| until.plus_seconds(source.silence_seconds) < at),
                rejected_unnamed: rejected_unnamed.get(&source.name).copied().unwrap_or_default(),
                unidentified: of_it.map(|((_, coverage), _)| *coverage).collect(),
            }
        };
        // Messages of senders that are not configured, or no longer.
        let others = rejected_unnamed.iter().filter(|(name, _)| sources.iter().all(|source| source.name != **name));
        let other = |(name, rejected): (&String, &u64)| Self {
            name: name.clone(),
            register: None,
            covers: BTreeSet::new(),
            reported_until: None,
            silent: false,
            rejected_unnamed: *rejected,
            unidentified: BTreeSet::new(),
        };
        sources.iter().map(state).chain(others.map(other)).collect()
    }
}
