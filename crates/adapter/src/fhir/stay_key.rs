//! Which stay an Encounter is of.
//!
//! The identifier with use official (the palvelutapahtuma's OID), else the episode's identifier, else the stay that it is
//! part of, else its first other identifier. Never `Encounter.id`: a server makes that anew. Without any the stay is
//! `None`: kept unplaced, never bound by guess (rule R5).

use super::context::Context;
use super::element::{Identifier, Reference};
use super::encounter::Encounter;
use super::resource::Resource;
use event::{Record, Token};

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
}

impl<'a> Context<'a> {
    /// Of the Encounter in entry `at`; `parents`: how many it was asked for before.
    pub(super) fn stay_key(self, at: usize, encounter: &'a Encounter, parents: u8) -> Option<StayKey> {
        /// More than the layers that anybody nests; it also ends a circle.
        const MAX_PARENTS: u8 = 4;
        let own = || encounter.identifier.iter().flatten().filter(|it| !it.has_use("old"));
        let official = own().find(|it| it.has_use("official")).and_then(|it| self.key(it));
        official.or_else(|| self.episode_key(at, encounter)).or_else(|| {
            let Some(parent) = &encounter.part_of else {
                return own().find_map(|it| self.key(it));
            };
            match self.bundle.resolve(at, parent) {
                Some(Resource::Encounter(it)) if parents < MAX_PARENTS => {
                    self.stay_key(self.bundle.entry(parent).unwrap_or(at), it, parents + 1)
                }
                _ => parent.identifier.as_ref().and_then(|it| self.key(it)),
            }
        })
    }

    /// Of several identifiers of one episode the sender's own is in every message: one of a configured system, else one of
    /// the message's own source endpoint, else the first.
    fn episode_key(self, at: usize, encounter: &'a Encounter) -> Option<StayKey> {
        let of_reference = |it: &'a Reference| {
            let resolved = match self.bundle.resolve(at, it) {
                Some(Resource::EpisodeOfCare(episode)) => episode.identifier.as_deref().unwrap_or_default(),
                _ => &[],
            };
            it.identifier.iter().chain(resolved)
        };
        let all: Vec<&Identifier> =
            encounter.episode_of_care.iter().flatten().take(100).flat_map(of_reference).take(100).collect();
        let configured = |it: &&Identifier| it.system().is_some_and(|it| self.source.authorities.contains_key(it));
        let endpoint = self.bundle.entries.first().and_then(|entry| match &entry.resource {
            Ok(Resource::MessageHeader(header)) => header.source.as_ref()?.endpoint.as_deref(),
            _ => None,
        });
        let local = |it: &&Identifier| endpoint.is_some() && it.system() == endpoint;
        let find = |wanted: &dyn Fn(&&Identifier) -> bool| all.iter().copied().find(wanted);
        let chosen = find(&configured).or_else(|| find(&local)).or_else(|| all.first().copied());
        chosen.and_then(|it| self.key(it))
    }

    /// With or without `urn:uuid:` or `urn:oid:` before it, an identifier is the same. Its scope is the configured system,
    /// else the system as written, which no two authorities share; without one, a URN or an OID is its own and a number the
    /// sender's.
    fn key(self, identifier: &Identifier) -> Option<StayKey> {
        let written = identifier.value()?;
        let bare = written.strip_prefix("urn:uuid:").or_else(|| written.strip_prefix("urn:oid:"));
        let bare = bare.or(Some(written).filter(|written| is_oid(written)));
        let uuid = bare.unwrap_or(written);
        let is_uuid = uuid.len() == 36 && uuid.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        let value = if is_uuid { uuid.to_ascii_lowercase() } else { uuid.to_owned() };
        let system = identifier.system();
        let configured = system.and_then(|system| self.source.authorities.get(system)).map(String::as_str);
        let scope = match (configured, system) {
            (Some(configured), _) => configured,
            (None, Some(system)) => system,
            (None, None) if bare.is_some() => "urn:ietf:rfc:3986",
            (None, None) => &self.source.name,
        };
        Some(StayKey { scope: scope.to_owned(), value, configured: configured.is_some() || system.is_none() })
    }
}

/// Nobody else's number has four parts and more, all of digits.
fn is_oid(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split('.').count() >= 4 && text.split('.').all(digits)
}
