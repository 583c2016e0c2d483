//! References, resolved inside their bundle only: nothing is ever fetched (hl7.org/fhir/R4/bundle.html#references).
//!
//! - `#id` is a resource contained in the one that refers.
//! - A relative reference (`Patient/1`) is made absolute with the server of the *referring* entry's own `fullUrl`: a
//!   relay that gathers two hospitals' resources has `Patient/1` twice, for two people. The absolute reference is then
//!   found by its exact `fullUrl`.
//! - It is found by type and id alone only if the entry has no server in its address (`fullUrl` absent or a URN) and no
//!   other of the bundle has that type and id.
//! - A version in a reference is that of `meta.versionId`; an entry without a version matches any.
//! - If a reference may mean two entries, the bundle is rejected: the first match is never taken.

use crate::fhir::bundle::{Bundle, Entry};
use crate::fhir::resource::Resource;
use crate::fhir::resource::element::Reference;
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use std::collections::HashMap;

/// The entries of each address.
pub(in crate::fhir) struct Index {
    full_urls: HashMap<String, Vec<usize>>,
    /// By type and id, whatever the server.
    local: HashMap<String, Vec<usize>>,
}

/// The resource that a reference resolves to.
#[derive(Clone, Copy)]
pub(in crate::fhir) struct Target<'b> {
    /// The entry that the resource is, or is contained in: its own references are resolved from there.
    pub(in crate::fhir) entry: usize,
    pub(in crate::fhir) resource: &'b Resource,
    pub(in crate::fhir) contained: bool,
}

impl Index {
    pub(in crate::fhir) fn of(entries: &[Entry]) -> Self {
        let mut index = Self { full_urls: HashMap::new(), local: HashMap::new() };
        for (at, entry) in entries.iter().enumerate() {
            if let Some(url) = &entry.full_url {
                index.full_urls.entry(url.clone()).or_default().push(at);
            }
            if let Some(id) = &entry.id {
                index.local.entry(format!("{}/{id}", entry.kind)).or_default().push(at);
            }
        }
        index
    }
}

impl Bundle {
    /// Resolves `reference`, found in the entry `from` at `place`; `None` if it resolves to nothing in this bundle.
    pub(in crate::fhir) fn resolve(
        &self,
        from: usize,
        reference: &Reference,
        place: MessagePlace,
    ) -> Result<Option<Target<'_>>, RejectionReason> {
        let Some(written) = reference.written() else { return Ok(None) };
        if let Some(id) = written.strip_prefix('#') {
            let contained = &self.entries[from].contained;
            let first = contained.partition_point(|(found, _)| found.as_str() < id);
            let named = |at: usize| contained.get(at).filter(|(found, _)| found == id);
            return match (named(first), named(first + 1)) {
                (Some((_, resource)), None) => Ok(Some(Target { entry: from, resource, contained: true })),
                (None, _) => Ok(None),
                (Some(_), Some(_)) => Err(ambiguous(place)),
            };
        }
        let Some(entry) = self.entry(from, reference, place)? else { return Ok(None) };
        Ok(Some(Target { entry, resource: self.resource(entry)?, contained: false }))
    }

    /// The entry that `reference`, found in the entry `from` at `place`, names.
    pub(in crate::fhir) fn entry(
        &self,
        from: usize,
        reference: &Reference,
        place: MessagePlace,
    ) -> Result<Option<usize>, RejectionReason> {
        let Some(written) = reference.written() else { return Ok(None) };
        let (address, version) = split_version(written);
        let none: &[usize] = &[];
        let absolute = self.absolute(from, address);
        let exact = absolute.and_then(|url| self.index.full_urls.get(&url)).map_or(none, Vec::as_slice);
        let found = if exact.is_empty() { self.without_server(address, place)? } else { exact };
        let versioned = |at: &usize| version.is_none() || self.entries[*at].version.as_deref() == version;
        let mut named: Vec<usize> = found.iter().copied().filter(versioned).collect();
        if named.is_empty() {
            named = found.iter().copied().filter(|at| self.entries[*at].version.is_none()).collect();
        }
        match named[..] {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            _ => Err(ambiguous(place)),
        }
    }

    /// The entry of this type and id, if it has no server in its address and is the only one of them.
    fn without_server(&self, address: &str, place: MessagePlace) -> Result<&[usize], RejectionReason> {
        let all = type_and_id(address).and_then(|local| self.index.local.get(local)).map_or(&[][..], Vec::as_slice);
        let homeless = |at: &usize| self.entries[*at].server().is_none();
        match all {
            [one] if homeless(one) => Ok(all),
            [_, _, ..] if all.iter().any(homeless) => Err(ambiguous(place)),
            _ => Ok(&[]),
        }
    }

    /// Makes `Patient/1` absolute with the server of the referring entry; an absolute URL stays as it is.
    fn absolute(&self, from: usize, address: &str) -> Option<String> {
        if !is_relative(address) {
            return Some(address.to_owned());
        }
        Some(format!("{}{address}", self.entries[from].server()?))
    }

    /// The address, without a version, by which this reference names the same thing in every bundle. `None`: it has
    /// none, because a URN is made anew for each bundle, and `#id` is no address.
    pub(in crate::fhir) fn address(&self, from: usize, reference: &Reference) -> Option<String> {
        let (address, _) = split_version(reference.written()?);
        type_and_id(address)?;
        self.absolute(from, address).or_else(|| Some(address.to_owned()))
    }

    /// True if an address is of another server than the entry that has it.
    pub(in crate::fhir) fn is_foreign(&self, from: usize, address: &str) -> bool {
        !is_relative(address) && self.entries[from].server().is_none_or(|server| !address.starts_with(server))
    }

    /// The address of the entry itself, if it lasts.
    pub(in crate::fhir) fn own_address(&self, at: usize) -> Option<String> {
        let entry = &self.entries[at];
        match &entry.full_url {
            Some(url) if url.starts_with("urn:") => None,
            Some(url) if entry.server().is_some() => Some(split_version(url).0.to_owned()),
            _ => entry.id.as_deref().map(|id| format!("{}/{id}", entry.kind)),
        }
    }

    /// Two entries of one address contradict each other: a transaction with both must fail (http.html#trules), and in a
    /// message they must be versions of one resource (bdl-7).
    pub(in crate::fhir) fn check_addresses(&self, versions: bool) -> Result<(), RejectionReason> {
        for (at, entry) in self.entries.iter().enumerate() {
            let Some(url) = &entry.full_url else { continue };
            let before = self.index.full_urls.get(url).into_iter().flatten().filter(|before| **before < at);
            for before in before.map(|before| &self.entries[*before]) {
                let read = [before, entry].iter().any(|it| !matches!(it.resource, Ok(Resource::Other)));
                let apart = versions && before.version.is_some() && entry.version.is_some();
                if read && !(apart && before.version != entry.version) {
                    let text = "two entries of the bundle have this address";
                    let place = MessagePlace::Entry(at, "fullUrl");
                    return Err(RejectionReason::new(RejectionCode::DuplicateKeyIdentifier, place, text));
                }
            }
        }
        Ok(())
    }
}

impl Entry {
    /// The server in its address: of `https://server/fhir/Patient/1`, `https://server/fhir/`.
    fn server(&self) -> Option<&str> {
        let (url, _) = split_version(self.full_url.as_deref()?);
        let is_http = url.starts_with("https://") || url.starts_with("http://");
        let local = type_and_id(url).filter(|local| is_http && local.len() < url.len())?;
        Some(&url[..url.len() - local.len()])
    }
}

impl Reference {
    fn written(&self) -> Option<&str> {
        self.literal.as_deref().map(str::trim).filter(|written| !written.is_empty())
    }

    /// The type of the resource it names, as far as the reference itself states it.
    pub(in crate::fhir) fn target_type(&self) -> Option<&str> {
        let named = || type_and_id(split_version(self.written()?).0)?.split_once('/').map(|(kind, _)| kind);
        self.kind.as_deref().or_else(named)
    }

    /// The logical id that the reference names: of `Practitioner/7`, `7`. None for a `urn:uuid:`, which is made anew
    /// for each bundle, nor for `#id`.
    pub(in crate::fhir) fn logical_id(&self) -> Option<&str> {
        type_and_id(split_version(self.written()?).0)?.split_once('/').map(|(_, id)| id)
    }
}

fn ambiguous(place: MessagePlace) -> RejectionReason {
    let text = "more than one entry of the bundle may be meant";
    RejectionReason::new(RejectionCode::DuplicateKeyIdentifier, place, text)
}

fn split_version(written: &str) -> (&str, Option<&str>) {
    written.split_once("/_history/").map_or((written, None), |(address, version)| (address, Some(version)))
}

fn is_relative(address: &str) -> bool {
    type_and_id(address).is_some_and(|local| local.len() == address.len())
}

/// `Patient/1` of `https://server/fhir/Patient/1`; `None` if it ends otherwise.
fn type_and_id(url: &str) -> Option<&str> {
    let is_type = |part: &str| part.starts_with(|c: char| c.is_ascii_uppercase()) && !part.contains(':');
    let mut parts = url.rsplitn(3, '/');
    let (id, kind) = (parts.next()?, parts.next()?);
    (is_type(kind) && !id.is_empty()).then(|| &url[url.len() - kind.len() - id.len() - 1..])
}

#[cfg(test)]
mod tests {
    use super::{Reference, split_version, type_and_id};

    #[test]
    fn types_and_ids() {
        let table = [
            ("https://a.example/fhir/Patient/1", Some("Patient/1")),
            ("Patient/1", Some("Patient/1")),
            ("https://a.example/fhir/Patient/1/_history/3", Some("Patient/1")),
            ("urn:uuid:06e1f0dd-5fbe-4480-9bb4-6b54ec02d31b", None),
            ("Patient/", None),
            ("Patient?identifier=1", None),
            ("/", None),
            ("", None),
            ("ä/ö", None),
        ];
        for (url, expected) in table {
            assert_eq!(type_and_id(split_version(url).0), expected, "{url}");
        }
        let reference = |written: &str| Reference { literal: Some(written.to_owned()), ..Reference::default() };
        assert_eq!(reference("https://a.example/Task/7").logical_id(), Some("7"));
        assert_eq!(reference("https://a.example/Task/7").target_type(), Some("Task"));
        assert_eq!((reference("urn:uuid:1").logical_id(), reference("#p").target_type()), (None, None));
    }
}
