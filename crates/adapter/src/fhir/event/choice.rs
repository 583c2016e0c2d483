//! Chooses which of several identifiers identifies a thing, and in what scope.
//!
//! The order of a list means nothing, and `use` is unreliable. So the choice is the identifier of a configured system,
//! else of a national register, else the one marked official. Those are *sure*: no later addition to the list replaces
//! them. Else it is the one that sorts first. Its scope follows the rule of every key (R5): a configured authority by
//! any of its names is its system, an absent one is the sender's own, an unknown one is a scope under the sender.
//!
//! Another version of a resource may have more identifiers or fewer, also where one of them is sure: so a thing that is
//! keyed by one name reports the others too ([`Reading::names`]), and the versions meet.

use crate::fhir::event::context::Reading;
use crate::fhir::resource::element::{Identifier, Period};
use crate::placeholder::is_no_number;
use crate::rejection::MessagePlace;
use crate::scope::{Key, Scope, canonical};
use event::HETU_SYSTEM;

/// The national registers of health-care professionals: Terhikki, and the SV numbers of prescribers.
const REGISTERS: [&str; 2] = ["urn:oid:1.2.246.537.26", "urn:oid:1.2.246.537.25"];

/// A name that may identify a resource.
pub(in crate::fhir) enum Name<'i> {
    Identifier(&'i Identifier),
    /// The address that the resource is put to.
    Address(String),
}

/// A name among those of one resource.
pub(in crate::fhir) struct Known<'i> {
    pub(in crate::fhir) name: Name<'i>,
    pub(in crate::fhir) weight: Weight,
}

/// How much it means that another resource has the same name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::fhir) enum Weight {
    /// The name identifies this resource: it is of a configured system, of a register, marked official, or its address.
    Sure,
    /// It was this resource's and has ended.
    Former,
    /// Its authority is not configured: two resources may share it, as they share an account number.
    Unsure,
}

/// The rank of an identifier marked official, after configured systems and registers.
const OFFICIAL: usize = 10;

impl Reading<'_> {
    /// The scope of an identifier of this system.
    pub(in crate::fhir) fn scope(self, system: Option<&str>) -> Scope {
        Scope::of(self.source, &[system.map(str::to_owned)])
    }

    /// The key of an identifier; `None`: it has no value, or a placeholder.
    pub(in crate::fhir) fn key(self, identifier: &Identifier) -> Option<Key> {
        Key::of(self.source, &[identifier.system().map(str::to_owned)], identifier.value()?)
    }

    /// The identifier that identifies a thing.
    pub(in crate::fhir) fn chosen<'i>(self, list: impl IntoIterator<Item = &'i Identifier>) -> Option<&'i Identifier> {
        self.chosen_by(list, |it| self.rank(it))
    }

    fn rank(self, it: &Identifier) -> usize {
        let (scope, system) = (self.scope(it.system()), canonical(it.system().unwrap_or_default()));
        match REGISTERS.iter().position(|register| *register == system) {
            _ if scope.is_known() && scope.system() != HETU_SYSTEM => 0,
            Some(register) => 1 + register,
            None if it.has_use("official") => OFFICIAL,
            None if it.has_use("temp") || scope.is_known() => OFFICIAL + 2,
            None => OFFICIAL + 1,
        }
    }

    /// The names of the resource in entry `at`: the one that identifies it, then those that may identify another
    /// version of it. First comes the sure identifier; if none is sure, the only one, else the address that it is put
    /// to (hl7.org/fhir/R4/http.html#update), else the one that sorts first. Then come the rest, and last the ended
    /// ones.
    pub(in crate::fhir) fn names(self, at: usize, list: &[Identifier]) -> Vec<Known<'_>> {
        /// More than real resources have, and few enough to report each.
        const MOST: usize = 8;
        let mut rest: Vec<&Identifier> = list.iter().take(100).collect();
        let mut names = Vec::new();
        while let Some(next) = self.chosen(rest.iter().copied()) {
            let weight = if self.rank(next) <= OFFICIAL { Weight::Sure } else { Weight::Unsure };
            names.push(Known { name: Name::Identifier(next), weight });
            rest.retain(|it| (it.system(), it.value()) != (next.system(), next.value()));
        }
        let is_clear = names.len() == 1 || names.first().is_some_and(|first| first.weight == Weight::Sure);
        let former = rest.into_iter().filter(|it| self.is_number(it) && self.has_ended(it));
        names.extend(former.map(|it| Known { name: Name::Identifier(it), weight: Weight::Former }));
        let put = self.bundle.entries[at].request.as_ref().is_some_and(|it| it.method.as_deref() == Some("PUT"));
        if let Some(address) = self.bundle.own_address(at).filter(|_| put) {
            names.insert(usize::from(is_clear), Known { name: Name::Address(address), weight: Weight::Sure });
        } else if names.first().is_some_and(|first| first.weight == Weight::Former) {
            // An ended identifier is no key of the present version.
            names.clear();
        }
        names.truncate(MOST);
        names
    }

    /// The identifier of the lowest rank, whatever its place in the list. An old one identifies nothing.
    pub(in crate::fhir) fn chosen_by<'i>(
        self,
        list: impl IntoIterator<Item = &'i Identifier>,
        rank: impl Fn(&Identifier) -> usize,
    ) -> Option<&'i Identifier> {
        let usable = list.into_iter().take(100).filter(|it| self.is_number(it) && !self.has_ended(it));
        usable.min_by_key(|it| (rank(it), it.system(), it.value()))
    }

    fn is_number(self, identifier: &Identifier) -> bool {
        identifier.value().is_some_and(|value| !is_no_number(self.source, value))
    }

    /// `use: old`, or a period that was over when the bundle was written.
    pub(in crate::fhir) fn has_ended(self, identifier: &Identifier) -> bool {
        identifier.has_use("old") || self.is_over(identifier.period.as_ref())
    }

    /// True if a period was over when the bundle was written.
    pub(in crate::fhir) fn is_over(self, period: Option<&Period>) -> bool {
        let end = || self.end(period?.end.as_deref(), MessagePlace::Message).ok().flatten();
        self.written_at.zip(end()).is_some_and(|(written, end)| end <= written)
    }

    /// True if the identifier is of a person in a national register of professionals.
    pub(in crate::fhir) fn is_of_professional(identifier: &Identifier) -> bool {
        REGISTERS.contains(&canonical(identifier.system().unwrap_or_default()).as_ref())
    }
}
