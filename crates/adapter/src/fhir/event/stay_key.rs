//! The stay that an Encounter belongs to.
//!
//! The key is the Encounter's own identifier ([`crate::fhir::event::choice`]), or for a part of another Encounter the
//! identifier of that one. The episode's identifier counts only if the Encounter has none of its own, because one
//! episode may have several stays: on a ward, and at a clinic meanwhile. Without any identifier the stay is `None`: the
//! event is kept unplaced, never bound by guess (rule R5). An Encounter that is put is identified by its address;
//! otherwise `Encounter.id` is no key, because each server assigns its own.
//!
//! In MedCom's hospital notifications every later message repeats the episode's identifier: there it is the key, unless
//! the Encounter has an official identifier of its own.
//!
//! The next version may have another key, so the other possible keys are reported too ([`Context::other_keys`]).

use crate::fhir::event::choice::{Known, Name, Weight};
use crate::fhir::event::context::Context;
use crate::fhir::event::message_event::MessageEvent;
use crate::fhir::resource::Encounter;
use crate::fhir::resource::Resource;
use crate::fhir::resource::element::{Identifier, Reference};
use crate::rejection::{MessagePlace, RejectionReason};
use crate::scope::{Key, URI_SYSTEM};
use event::{StreamId, Token};

/// The key of a stay.
pub(in crate::fhir) struct StayKey {
    key: Key,
    /// The identifier names no authority: another resource may have the same.
    is_bare: bool,
}

/// Another possible key of a stay.
pub(in crate::fhir) struct OtherKey {
    pub(in crate::fhir) key: StayKey,
    pub(in crate::fhir) weight: Weight,
    /// Another Encounter of this person with this key is another version of this stay.
    pub(in crate::fhir) is_alias: bool,
}

impl StayKey {
    pub(in crate::fhir) fn token(&self, context: Context<'_>) -> Token {
        self.key.token(context.keyring, "stay")
    }

    /// The record of a bundle that identifies nothing but the stay, as for a visit number.
    pub(in crate::fhir) fn record(&self, context: Context<'_>) -> StreamId {
        self.key.record(context.source, context.keyring, "visit:")
    }

    /// The stream of the stay itself, which holds its client. A number without an authority has one stream for each
    /// resource.
    pub(in crate::fhir) fn own_record(&self, context: Context<'_>, resource: Option<&str>) -> StreamId {
        let resource = resource.filter(|_| self.is_bare).unwrap_or_default();
        let text = format!("{}\n{}\n{resource}", self.key.scope.system(), self.key.value);
        context.keyring.record(&context.source.name, "stay", &text)
    }
}

impl<'a> Context<'a> {
    /// The key of the Encounter in entry `at`; `parents`: how many parents were already followed.
    pub(in crate::fhir) fn stay_key(
        self,
        at: usize,
        encounter: &'a Encounter,
        parents: u8,
    ) -> Result<Option<StayKey>, RejectionReason> {
        let own = || encounter.identifier.iter().flatten();
        let official = || self.chosen(own().filter(|it| it.has_use("official"))).and_then(|it| self.stay_key_of(it));
        let episode = || Ok(self.episode_keys(at, encounter)?.into_iter().next());
        if self.is_hospital_notification() {
            let key = official().map_or_else(episode, |official| Ok(Some(official)))?;
            if key.is_some() {
                return Ok(key);
            }
        }
        if let Some(parent) = &encounter.part_of {
            return Ok(self.parent_key(at, parent, parents)?.or_else(official));
        }
        let own = self.own_keys(at, encounter).into_iter().next();
        own.map_or_else(episode, |own| Ok(Some(own.key)))
    }

    fn parent_key(self, at: usize, parent: &'a Reference, parents: u8) -> Result<Option<StayKey>, RejectionReason> {
        /// More levels than real feeds nest; the limit also ends a circle.
        const MAX_PARENTS: u8 = 4;
        let found = self.bundle.resolve(at, parent, MessagePlace::Entry(at, "resource.partOf"))?;
        match found.map(|target| (target.entry, target.resource)) {
            Some((entry, Resource::Encounter(it))) if parents < MAX_PARENTS => self.stay_key(entry, it, parents + 1),
            _ => Ok(parent.identifier.as_ref().and_then(|it| self.stay_key_of(it))),
        }
    }

    /// The other keys that the stay of key `key` may have in another version of the Encounter. Two stays may share an
    /// identifier that is not sure, as an account number: it is an alias only if nothing better is given.
    pub(in crate::fhir) fn other_keys(
        self,
        at: usize,
        encounter: &'a Encounter,
        key: &StayKey,
    ) -> Result<Vec<OtherKey>, RejectionReason> {
        let mut all = self.own_keys(at, encounter);
        if self.is_hospital_notification() {
            let alias = |key| OtherKey { key, weight: Weight::Unsure, is_alias: true };
            all.extend(self.episode_keys(at, encounter)?.into_iter().map(alias));
        }
        let mut others: Vec<OtherKey> = Vec::new();
        for other in all {
            if other.key.key != key.key && !other.key.is_bare && others.iter().all(|it| it.key.key != other.key.key) {
                others.push(other);
            }
        }
        Ok(others)
    }

    /// The Encounter's own keys, the best first.
    fn own_keys(self, at: usize, encounter: &Encounter) -> Vec<OtherKey> {
        let names = self.names(at, encounter.identifier.as_deref().unwrap_or_default());
        let put = names.iter().any(|it| matches!(it.name, Name::Address(_)));
        let is_clear = put && matches!(names.first(), Some(Known { name: Name::Identifier(_), weight: Weight::Sure }));
        let key = |(place, Known { name, weight }): (usize, Known<'_>)| {
            let key = match name {
                Name::Identifier(it) => self.stay_key_of(it)?,
                Name::Address(address) => StayKey { key: Key::of_address(self.source, address), is_bare: false },
            };
            let is_alias = place == 0 || weight != Weight::Unsure || !is_clear;
            Some(OtherKey { key, weight, is_alias })
        };
        names.into_iter().enumerate().filter_map(key).collect()
    }

    /// True if the bundle is a MedCom hospital notification.
    fn is_hospital_notification(self) -> bool {
        match self.bundle.entries.first().map(|entry| &entry.resource) {
            Some(Ok(Resource::MessageHeader(header))) => {
                MessageEvent::read(header).is_ok_and(|event| event == MessageEvent::HospitalNotification)
            }
            _ => false,
        }
    }

    /// Of several identifiers of one episode, the sender's own is in every message. It is one of a configured system,
    /// else one of the message's own source endpoint, else the one that sorts first.
    fn episode_keys(self, at: usize, encounter: &'a Encounter) -> Result<Vec<StayKey>, RejectionReason> {
        /// Few enough to report each.
        const MOST: usize = 8;
        let mut all: Vec<&Identifier> = Vec::new();
        for reference in encounter.episode_of_care.iter().flatten().take(100) {
            let found = self.bundle.resolve(at, reference, MessagePlace::Entry(at, "resource.episodeOfCare"))?;
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
        all.truncate(100);
        let mut keys = Vec::new();
        while let Some(next) = self.chosen_by(all.iter().copied(), rank).filter(|_| keys.len() < MOST) {
            keys.extend(self.stay_key_of(next));
            all.retain(|it| (it.system(), it.value()) != (next.system(), next.value()));
        }
        Ok(keys)
    }

    /// An identifier is the same with or without the prefix `urn:uuid:` or `urn:oid:`. A URN is its own authority, so
    /// it belongs to no other numbering.
    pub(in crate::fhir) fn stay_key_of(self, identifier: &Identifier) -> Option<StayKey> {
        let written = identifier.value()?;
        let bare = written.strip_prefix("urn:uuid:").or_else(|| written.strip_prefix("urn:oid:")).unwrap_or(written);
        let is_uuid = bare.len() == 36 && bare.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        let value = if is_uuid { bare.to_ascii_lowercase() } else { bare.to_owned() };
        let system = identifier.system().filter(|system| *system != URI_SYSTEM);
        let key = Key::of(self.source, &[system.map(str::to_owned)], &value)?;
        Some(StayKey { key, is_bare: identifier.system().is_none() })
    }
}
