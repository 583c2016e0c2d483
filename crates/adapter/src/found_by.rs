//! Which identifier finds the client of a message, if anybody asks.
//!
//! A question names an identifier. It finds the records that present it, and a record presents only numbers of the
//! systems that link ([`SourceProfile::linking`]). Nobody finds a client whose messages have no such number, and only
//! the sender finds one who has the sender's own number alone. The fact is kept, and "none" of its source becomes "not
//! known", because it may concern anybody who is asked about by an identity code (law 5).

use crate::{Outcome, SourceProfile};
use event::{Body, Event, Evidence, HETU_SYSTEM, StreamId};
use std::collections::BTreeMap;

/// By what a client is found; the later the worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FoundBy {
    /// An identity code.
    IdentityCode,
    /// A number of another system that links; or the sender's own, where it reports that such a client has no identity code
    /// ([`SourceProfile::asks_for_codes`]).
    Number,
    /// The sender's own number alone: nobody else finds it, until a message of the same number has an identity code.
    OwnNumber,
    /// Nothing finds it: its identity code fails its check, or is a made-up one where those are none.
    RefusedCode,
    /// Nothing finds it: it has a number of a known authority whose system does not link.
    NotLinking,
    /// Nothing: it has a number of an authority that is not configured.
    UnknownAuthority,
    /// Nothing: only its visit has a number.
    VisitOnly,
}

impl FoundBy {
    /// The stable name: in what programs read.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IdentityCode => "identity-code",
            Self::Number => "number",
            Self::OwnNumber => "own-number",
            Self::RefusedCode => "refused-code",
            Self::NotLinking => "not-linking",
            Self::UnknownAuthority => "unknown-authority",
            Self::VisitOnly => "visit-only",
        }
    }

    /// In words, for people.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::IdentityCode => "identity code",
            Self::Number => "number",
            Self::OwnNumber => "own number only: nobody finds it by an identity code",
            Self::RefusedCode => {
                "nobody finds it: its identity code is mistyped, or artificial (`artificial_identity_codes`)"
            }
            Self::NotLinking => "nobody finds it: the number's system is not in `linking`",
            Self::UnknownAuthority => "nobody finds it: the number's authority is not configured",
            Self::VisitOnly => "nobody finds it: only the visit has a number",
        }
    }

    /// What follows for "none" of what the source covers; empty: nothing.
    #[must_use]
    pub fn means(self) -> &'static str {
        match self {
            Self::IdentityCode | Self::Number => "",
            Self::OwnNumber => "\"none\" is NOT KNOWN while another message of theirs has no identity code either",
            Self::RefusedCode | Self::NotLinking | Self::UnknownAuthority | Self::VisitOnly => {
                "\"none\" of what it covers is NOT KNOWN"
            }
        }
    }

    fn of(source: &SourceProfile, event: &Event) -> Self {
        let presented = event.presented.iter().filter(|it| !it.tokens.is_empty());
        if presented.clone().any(|it| it.system == HETU_SYSTEM) {
            return Self::IdentityCode;
        }
        let linking = || presented.clone().filter(|it| source.linking.contains(&it.system));
        if linking().any(|it| it.system != event.record.system || source.asks_for_codes) {
            return Self::Number;
        }
        if linking().next().is_some() {
            return Self::OwnNumber;
        }
        if presented.clone().any(|it| it.system == Evidence::RefusedCode.system()) {
            return Self::RefusedCode;
        }
        let system = &event.record.system;
        if system.starts_with("visit:") {
            Self::VisitOnly
        } else if *system == format!("{}/unknown-authority", event.source) {
            Self::UnknownAuthority
        } else {
            Self::NotLinking
        }
    }
}

/// What finds the client, of those the message is about, who is the hardest to find. `None`: the message gives nothing
/// about a client.
#[must_use]
pub fn found_by(source: &SourceProfile, outcome: &Outcome) -> Option<FoundBy> {
    let Outcome::Events(events) = outcome else { return None };
    let mut clients: BTreeMap<&StreamId, FoundBy> = BTreeMap::new();
    // The streams of a source and of its workers belong to no client, and that of a stay or a team to the client whom it names,
    // whose own events are in the message.
    let of_client = |event: &&Event| !["source", "worker"].contains(&event.record.system.as_str());
    let is_of_another = |event: &&Event| matches!(event.body, Body::Subject(_));
    for event in events.iter().filter(of_client).filter(|event| !is_of_another(event)) {
        let by = FoundBy::of(source, event);
        clients.entry(&event.record).and_modify(|best| *best = by.min(*best)).or_insert(by);
    }
    clients.into_values().max()
}
