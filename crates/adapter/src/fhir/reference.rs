//! References, resolved inside their bundle only: nothing is ever fetched.
//!
//! `#id` is a resource contained in the one that refers; anything else is an entry's `fullUrl`, or its type and id
//! (`Patient/1`, with or without a server before it, with or without a version behind it). Of two entries with one
//! address the first counts.

use super::bundle::{Bundle, Entry};
use super::element::Reference;
use super::resource::Resource;
use std::collections::HashMap;

/// Where each address leads, by entry.
pub(super) struct Index {
    full_urls: HashMap<String, usize>,
    local: HashMap<String, usize>,
}

impl Index {
    pub(super) fn of(entries: &[Entry]) -> Self {
        let (mut full_urls, mut local) = (HashMap::new(), HashMap::new());
        for (at, entry) in entries.iter().enumerate() {
            if let Some(url) = &entry.full_url {
                full_urls.entry(url.clone()).or_insert(at);
                local.entry(tail(url).to_owned()).or_insert(at);
            }
            if let Some(id) = &entry.id {
                local.entry(format!("{}/{id}", entry.kind)).or_insert(at);
            }
        }
        Self { full_urls, local }
    }
}

impl Bundle {
    /// The entry that `reference` names.
    pub(super) fn entry(&self, reference: &Reference) -> Option<usize> {
        let written = reference.literal.as_deref()?.trim();
        let written = written.split_once("/_history/").map_or(written, |(written, _)| written);
        let found = self.index.full_urls.get(written).or_else(|| self.index.local.get(tail(written)));
        found.copied()
    }

    /// The resource that `reference`, found in the entry `from`, names; `None` if it is not here or cannot be read.
    pub(super) fn resolve(&self, from: usize, reference: &Reference) -> Option<&Resource> {
        if let Some(id) = reference.literal.as_deref().and_then(|written| written.strip_prefix('#')) {
            let contained = &self.entries[from].contained;
            let at = contained.binary_search_by(|(found, _)| found.as_str().cmp(id)).ok()?;
            return Some(&contained[at].1);
        }
        self.entries[self.entry(reference)?].resource.as_ref().ok()
    }
}

impl Reference {
    /// The type of what it names, as far as the reference itself tells.
    pub(super) fn target_type(&self) -> Option<&str> {
        let named = || self.literal.as_deref().map(tail)?.split_once('/').map(|(kind, _)| kind);
        self.kind.as_deref().or_else(named)
    }

    /// Its logical id: of `Practitioner/7`, `7`. A `urn:uuid:` is made anew for each bundle, and `#id` is no id.
    pub(super) fn logical_id(&self) -> Option<&str> {
        tail(self.literal.as_deref()?).split_once('/').map(|(_, id)| id)
    }
}

/// `Patient/1` of `https://server/fhir/Patient/1`; anything else as it is.
fn tail(url: &str) -> &str {
    let url = url.split_once("/_history/").map_or(url, |(url, _)| url);
    let is_type = |part: &str| part.starts_with(|c: char| c.is_ascii_uppercase());
    let mut parts = url.rsplitn(3, '/');
    match (parts.next(), parts.next()) {
        (Some(id), Some(kind)) if is_type(kind) && !id.is_empty() => &url[url.len() - kind.len() - id.len() - 1..],
        _ => url,
    }
}

#[cfg(test)]
mod tests {
    use super::{Reference, tail};

    #[test]
    fn tails() {
        let table = [
            ("https://a.example/fhir/Patient/1", "Patient/1"),
            ("Patient/1", "Patient/1"),
            ("https://a.example/fhir/Patient/1/_history/3", "Patient/1"),
            ("urn:uuid:06e1f0dd-5fbe-4480-9bb4-6b54ec02d31b", "urn:uuid:06e1f0dd-5fbe-4480-9bb4-6b54ec02d31b"),
            ("Patient/", "Patient/"),
            ("/", "/"),
            ("", ""),
            ("ä/ö", "ä/ö"),
        ];
        for (url, expected) in table {
            assert_eq!(tail(url), expected, "{url}");
        }
        let reference = |written: &str| Reference { literal: Some(written.to_owned()), ..Reference::default() };
        assert_eq!(reference("https://a.example/Task/7").logical_id(), Some("7"));
        assert_eq!(reference("https://a.example/Task/7").target_type(), Some("Task"));
        assert_eq!((reference("urn:uuid:1").logical_id(), reference("#p").target_type()), (None, None));
    }
}
