//! Which stay an Encounter is of.
//!
//! The identifier with use official (the palvelutapahtuma's OID), else the episode's identifier, else the stay that it is
//! part of, else another identifier of its own ([`super::choice`]). Without any the stay is `None`: kept unplaced, never
//! bound by guess (rule R5).
//!
//! Where no identifier is sure, the next version may have another key: then what else it may be known by is reported beside
//! ([`Context::also`]). Without an identifier `Encounter.id` is no key: a server makes that anew.

use super::choice::Name;
use super::context::Context;
use super::element::Identifier;
use super::encounter::Encounter;
use super::resource::Resource;
use crate::rejection::{Fault, Place};
use crate::scope::{Key, URI_SYSTEM};
use event::{Record, Token};
use std::collections::BTreeSet;

/// What a stay is known by.
pub(super) struct StayKey {
    key: Key,
    /// The identifier names no authority: another resource may have the same.
    is_bare: bool,
}

impl StayKey {
    pub(super) fn token(&self, context: Context<'_>) -> Token {
        self.key.token(context.keyring, "stay")
    }

    /// The record of a bundle that has nothing but the stay, as for a visit number.
    pub(super) fn record(&self, context: Context<'_>) -> Record {
        self.key.record(context.source, context.keyring, "visit:")
    }

    /// The stream of the stay itself: whose it is stands there. Of a number without an authority there is one a resource.
    pub(super) fn own_record(&self, context: Context<'_>, resource: Option<&str>) -> Record {
        let resource = resource.filter(|_| self.is_bare).unwrap_or_default();
        let text = format!("{}\n{}\n{resource}", self.key.scope.system(), self.key.value);
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
            return Ok(self.stay_key_of(official));
        }
        if let Some(episode) = self.episode_key(at, encounter)? {
            return Ok(Some(episode));
        }
        let Some(parent) = &encounter.part_of else {
            return Ok(self.stay_names(at, encounter).into_iter().next());
        };
        let found = self.bundle.resolve(at, parent, Place::Entry(at, "resource.partOf"))?;
        match found.map(|target| (target.entry, target.resource)) {
            Some((entry, Resource::Encounter(it))) if parents < MAX_PARENTS => self.stay_key(entry, it, parents + 1),
            _ => Ok(parent.identifier.as_ref().and_then(|it| self.stay_key_of(it))),
        }
    }

    /// What else the stay may be known by in another version of the Encounter; none, if its key is sure.
    pub(super) fn also(self, at: usize, encounter: &Encounter, key: Option<&StayKey>) -> Vec<Token> {
        let names = self.stay_names(at, encounter);
        let Some(key) = key.filter(|key| names.first().is_some_and(|it| it.key == key.key)) else { return Vec::new() };
        let others = names.iter().filter(|it| it.key != key.key && !it.is_bare);
        let tokens: BTreeSet<Token> = others.map(|it| it.token(self)).collect();
        tokens.into_iter().collect()
    }

    fn stay_names(self, at: usize, encounter: &Encounter) -> Vec<StayKey> {
        let names = self.names(at, encounter.identifier.as_deref().unwrap_or_default()).into_iter();
        let key = |name| match name {
            Name::Identifier(it) => self.stay_key_of(it),
            Name::Address(address) => Some(StayKey { key: Key::of_address(self.source, address), is_bare: false }),
        };
        names.filter_map(key).collect()
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
            Some(_) if self.scope(it.system()).is_known() => 0,
            Some(system) if Some(system) == endpoint => 1,
            _ => 2,
        };
        Ok(self.chosen_by(all.into_iter().take(100), rank).and_then(|it| self.stay_key_of(it)))
    }

    /// With or without `urn:uuid:` or `urn:oid:` before it, an identifier is the same. One that is a URN is of no authority
    /// but itself, and so of nobody else's numbers.
    fn stay_key_of(self, identifier: &Identifier) -> Option<StayKey> {
        let written = identifier.value()?;
        let bare = written.strip_prefix("urn:uuid:").or_else(|| written.strip_prefix("urn:oid:")).unwrap_or(written);
        let is_uuid = bare.len() == 36 && bare.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        let value = if is_uuid { bare.to_ascii_lowercase() } else { bare.to_owned() };
        let system = identifier.system().filter(|system| *system != URI_SYSTEM);
        let key = Key::of(self.source, &[system.map(str::to_owned)], &value)?;
        Some(StayKey { key, is_bare: identifier.system().is_none() })
    }
}
