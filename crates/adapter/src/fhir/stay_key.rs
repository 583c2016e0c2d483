//! Which stay an Encounter is of.
//!
//! The identifier with use official (the palvelutapahtuma's OID), else the episode's identifier, else the stay that it is
//! part of, else another identifier of its own ([`super::choice`]). Never `Encounter.id`: a server makes that anew. Without
//! any the stay is `None`: kept unplaced, never bound by guess (rule R5).

use super::context::Context;
use super::element::Identifier;
use super::encounter::Encounter;
use super::resource::Resource;
use crate::rejection::{Fault, Place};
use event::{Record, Token};

/// The system of what is its own authority.
const URI: &str = "urn:ietf:rfc:3986";

/// (scope, value) of a stay.
pub(super) struct StayKey {
    scope: String,
    value: String,
    /// The scope is a word of the configuration, not of the bundle.
    configured: bool,
}

impl StayKey {
    pub(super) fn token(&self, context: Context<'_>) -> Token {
        context.keyring.token("stay", &self.scope, &self.value)
    }

    /// The record of a bundle that has nothing but the stay, as for a visit number. A record's system is stored in the
    /// open, so it is never a word of the bundle.
    pub(super) fn record(&self, context: Context<'_>) -> Record {
        let source = &context.source.name;
        if self.configured {
            return context.keyring.record(source, &format!("visit:{}", self.scope), &self.value);
        }
        context.keyring.record(source, &format!("visit:{source}"), &format!("{}\n{}", self.scope, self.value))
    }

    /// The stream of the stay itself: whose it is stands there.
    pub(super) fn own_record(&self, context: Context<'_>) -> Record {
        let text = format!("{}\n{}", self.scope, self.value);
        context.keyring.record(&context.source.name, "stay", &text)
    }
}

impl<'a> Context<'a> {
    /// Of the Encounter in entry `at`; `parents`: how many it was asked for before.
    pub(super) fn stay_key(self, at: usize, encounter: &'a Encounter, parents: u8) -> Result<Option<StayKey>, Fault> {
        /// More than the layers that anybody nests; it also ends a circle.
        const MAX_PARENTS: u8 = 4;
        let own = || encounter.identifier.iter().flatten();
        let official = self.chosen(own().filter(|it| it.has_use("official")));
        if let Some(official) = official {
            return Ok(self.key(official));
        }
        if let Some(episode) = self.episode_key(at, encounter)? {
            return Ok(Some(episode));
        }
        let Some(parent) = &encounter.part_of else {
            return Ok(self.chosen(own()).and_then(|it| self.key(it)));
        };
        let found = self.bundle.resolve(at, parent, Place::Entry(at, "resource.partOf"))?;
        match found.map(|target| (target.entry, target.resource)) {
            Some((entry, Resource::Encounter(it))) if parents < MAX_PARENTS => self.stay_key(entry, it, parents + 1),
            _ => Ok(parent.identifier.as_ref().and_then(|it| self.key(it))),
        }
    }

    /// Of several identifiers of one episode the sender's own is in every message: one of a configured system, else one of
    /// the message's own source endpoint, else the one that sorts first.
    fn episode_key(self, at: usize, encounter: &'a Encounter) -> Result<Option<StayKey>, Fault> {
        let mut all: Vec<&Identifier> = Vec::new();
        for reference in encounter.episode_of_care.iter().flatten().take(100) {
            let found = self.bundle.resolve(at, reference, Place::Entry(at, "resource.episodeOfCare"))?;
            if let Some(Resource::EpisodeOfCare(episode)) = found.map(|target| target.resource) {
                all.extend(episode.identifier.iter().flatten().take(100));
            }
            all.extend(&reference.identifier);
        }
        let endpoint = self.bundle.entries.first().and_then(|entry| match &entry.resource {
            Ok(Resource::MessageHeader(header)) => header.source.as_ref()?.endpoint.as_deref(),
            _ => None,
        });
        let rank = |it: &Identifier| match it.system() {
            Some(system) if self.configured(system).is_some() => 0,
            Some(system) if Some(system) == endpoint => 1,
            _ => 2,
        };
        Ok(self.chosen_by(all.into_iter().take(100), rank).and_then(|it| self.key(it)))
    }

    /// With or without `urn:uuid:` or `urn:oid:` before it, an identifier is the same. One that is a URN or an OID is of no
    /// authority but itself; the scope of a number is that of its system.
    fn key(self, identifier: &Identifier) -> Option<StayKey> {
        let written = identifier.value()?;
        let bare = written.strip_prefix("urn:uuid:").or_else(|| written.strip_prefix("urn:oid:"));
        let bare = bare.or(Some(written).filter(|written| is_oid(written)));
        let uuid = bare.unwrap_or(written);
        let is_uuid = uuid.len() == 36 && uuid.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        let value = if is_uuid { uuid.to_ascii_lowercase() } else { uuid.to_owned() };
        let system = identifier.system();
        let configured = system.is_none_or(|system| self.configured(system).is_some());
        let scope = match system {
            None | Some(URI) if bare.is_some() => URI.to_owned(),
            _ => self.scope(system),
        };
        Some(StayKey { scope, value, configured })
    }
}

/// Nobody else's number has four parts and more, all of digits.
fn is_oid(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split('.').count() >= 4 && text.split('.').all(digits)
}
