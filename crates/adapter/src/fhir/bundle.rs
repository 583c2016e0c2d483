//! A Bundle's bytes into its resources, within the limits of size, depth and number.
//!
//! A fault inside one resource is reported at that resource, and a fault of the JSON at the message.

pub(in crate::fhir) mod reference;

use super::{MAX_BUNDLE, MAX_DEPTH, MAX_ENTRIES};
use crate::fhir::resource::element::{Identifier, text};
use crate::fhir::resource::{Begin, Resource};
use crate::json::{limit_depth, malformed};
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use reference::Index;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Why `async` and `response-url` of `$process-message` are refused, as parameters of the request or in its body.
pub const ANSWERED_HERE: &str = "async and response-url are not served: the answer is the response to the request";

/// A Bundle, read.
pub(super) struct Bundle {
    pub(super) kind: BundleType,
    /// `Bundle.id`, else `Bundle.identifier.value`.
    pub(super) id: Option<String>,
    pub(super) timestamp: Option<String>,
    pub(super) entries: Vec<Entry>,
    pub(super) index: Index,
    /// The entries that are the focus of a Task.
    pub(super) focused: HashSet<usize>,
    /// The Encounters with a part in which the client is present now.
    pub(super) divided: HashSet<usize>,
    /// The Provenances of each entry.
    pub(super) provenances: HashMap<usize, Vec<usize>>,
}

/// `Bundle.type`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum BundleType {
    Message,
    Transaction,
    /// A history, a document, a batch …: not supported.
    Other,
}

/// An entry.
pub(super) struct Entry {
    /// The address that references name it by.
    pub(super) full_url: Option<String>,
    /// Its resource type, as written.
    pub(super) kind: String,
    /// Its logical id.
    pub(super) id: Option<String>,
    /// `meta.versionId`.
    pub(super) version: Option<String>,
    /// `request.method`, and whether the request depends on what is stored here.
    pub(super) request: Option<Request>,
    /// `Err`: not of the types that FHIR gives its members.
    pub(super) resource: Result<Resource, ()>,
    /// Contained resources by their ids, sorted.
    pub(super) contained: Vec<(String, Resource)>,
}

/// `Bundle.entry.request`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Request {
    pub(super) method: Option<String>,
    #[serde(rename = "ifMatch")]
    if_match: Option<serde::de::IgnoredAny>,
    #[serde(rename = "ifNoneMatch")]
    if_none_match: Option<serde::de::IgnoredAny>,
    #[serde(rename = "ifModifiedSince")]
    if_modified_since: Option<serde::de::IgnoredAny>,
    #[serde(rename = "ifNoneExist")]
    if_none_exist: Option<serde::de::IgnoredAny>,
    url: Option<String>,
}

#[derive(Deserialize)]
struct BundleHead {
    #[serde(rename = "resourceType", default)]
    kind: Option<String>,
    /// Of a Parameters.
    #[serde(default)]
    parameter: Option<Value>,
}

impl BundleHead {
    /// Why it is not taken; `None`: it is a Bundle.
    fn refused(&self) -> Option<&'static str> {
        let wanted_elsewhere = |parameter: &Value| match parameter["name"].as_str() {
            Some("response-url") => true,
            Some("async") => parameter["valueBoolean"] != false,
            _ => false,
        };
        match self.kind.as_deref() {
            Some("Bundle") => None,
            Some("Parameters") => {
                let all = self.parameter.as_ref().and_then(Value::as_array);
                let elsewhere = all.into_iter().flatten().any(wanted_elsewhere);
                Some(if elsewhere { ANSWERED_HERE } else { "send the Bundle itself as the body, without Parameters" })
            }
            _ => Some("only Bundles are accepted here"),
        }
    }
}

#[derive(Deserialize)]
struct Whole<'a> {
    #[serde(rename = "type", default)]
    bundle_type: Option<String>,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    identifier: Option<Identifier>,
    #[serde(default)]
    timestamp: Option<String>,
    #[serde(default, borrow)]
    entry: Option<Vec<RawEntry<'a>>>,
}

#[derive(Deserialize)]
struct RawEntry<'a> {
    #[serde(rename = "fullUrl", default)]
    full_url: Option<String>,
    #[serde(default)]
    request: Option<Request>,
    #[serde(default, borrow)]
    resource: Option<&'a RawValue>,
}

impl Bundle {
    /// Of bytes that are no Bundle.
    pub(super) fn empty() -> Self {
        Self::of(BundleType::Other, None, None, Vec::new())
    }

    fn of(kind: BundleType, id: Option<String>, timestamp: Option<String>, entries: Vec<Entry>) -> Self {
        let (index, none, provenances) = (Index::of(&entries), HashSet::new, HashMap::new());
        Self { kind, id, timestamp, entries, index, focused: none(), divided: none(), provenances }
    }

    /// Reads `bytes`.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, RejectionReason> {
        if bytes.len() > MAX_BUNDLE {
            return Err(RejectionReason::too_large(MessagePlace::Message, "a bundle longer than 2 MiB"));
        }
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        limit_depth(bytes, MAX_DEPTH)?;
        let kind: BundleHead = serde_json::from_slice(bytes).map_err(|_| malformed())?;
        if let Some(text) = kind.refused() {
            return Err(RejectionReason::new(
                RejectionCode::UnsupportedMessageType,
                MessagePlace::Member("resourceType"),
                text,
            ));
        }
        let whole: Whole<'_> = match serde_json::from_slice(bytes) {
            Ok(whole) => whole,
            Err(error) if error.is_data() => {
                return Err(RejectionReason::data_type(
                    MessagePlace::Member("Bundle"),
                    "not a Bundle as FHIR R4 defines it",
                ));
            }
            Err(_) => return Err(malformed()),
        };
        let raw = whole.entry.unwrap_or_default();
        if raw.len() > MAX_ENTRIES {
            return Err(RejectionReason::too_large(MessagePlace::Member("Bundle.entry"), "more than 1,000 entries"));
        }
        let entries: Vec<Entry> = raw.into_iter().map(Entry::read).collect();
        let own = whole.id.as_deref().and_then(|id| text(id, 200)).map(str::to_owned);
        let id = own.or_else(|| whole.identifier.as_ref()?.value().map(str::to_owned));
        let kind = match whole.bundle_type.as_deref() {
            Some("message") => BundleType::Message,
            Some("transaction") => BundleType::Transaction,
            _ => BundleType::Other,
        };
        let mut bundle = Self::of(kind, id, whole.timestamp, entries);
        bundle.relate();
        Ok(bundle)
    }

    /// How the resources relate. An ambiguous reference is rejected where the resource itself is read.
    fn relate(&mut self) {
        let (mut focused, mut divided) = (HashSet::new(), HashSet::new());
        let mut provenances: HashMap<usize, Vec<usize>> = HashMap::new();
        for (at, entry) in self.entries.iter().enumerate() {
            let found = |reference| self.entry(at, reference, MessagePlace::Entry(at, "resource")).ok().flatten();
            match &entry.resource {
                Ok(Resource::Task(task)) => focused.extend(task.focus.as_ref().and_then(found)),
                Ok(Resource::Encounter(part)) => {
                    divided.extend(part.present_part_of().and_then(found).filter(|whole| *whole != at));
                }
                Ok(Resource::Provenance(it)) => {
                    let targets: BTreeSet<usize> = it.target.iter().flatten().filter_map(found).collect();
                    for target in targets {
                        provenances.entry(target).or_default().push(at);
                    }
                }
                _ => {}
            }
        }
        (self.focused, self.divided, self.provenances) = (focused, divided, provenances);
    }

    /// The resource of an entry; a fault at its place if it cannot be read.
    pub(super) fn resource(&self, at: usize) -> Result<&Resource, RejectionReason> {
        let place = MessagePlace::Entry(at, "resource");
        self.entries[at]
            .resource
            .as_ref()
            .map_err(|()| RejectionReason::data_type(place, "not a resource as FHIR R4 defines it"))
    }
}

impl Entry {
    fn read(raw: RawEntry<'_>) -> Self {
        let RawEntry { full_url, request, resource } = raw;
        let json = resource.map_or("null", RawValue::get);
        let begin: Result<Begin<'_>, _> = serde_json::from_str(json);
        let readable = begin.is_ok() || resource.is_none();
        let begin = begin.unwrap_or_default();
        let version = begin.version();
        let contained = begin.contained.unwrap_or_default();
        let mut contained: Vec<(String, Resource)> = contained.into_iter().filter_map(read_contained).collect();
        contained.sort_by(|a, b| a.0.cmp(&b.0));
        let resource = if readable { Resource::read(&begin.kind, json) } else { Err(()) };
        Self { full_url, kind: begin.kind, id: begin.id, version, request, resource, contained }
    }
}

fn read_contained(raw: &RawValue) -> Option<(String, Resource)> {
    let begin: Begin<'_> = serde_json::from_str(raw.get()).ok()?;
    Some((begin.id?, Resource::read(&begin.kind, raw.get()).ok()?))
}

impl Request {
    /// True if the request depends on what is stored here: its answer would disclose that.
    pub(super) fn is_conditional(&self) -> bool {
        let conditions = [&self.if_match, &self.if_none_match, &self.if_modified_since, &self.if_none_exist];
        conditions.iter().any(|condition| condition.is_some()) || self.url.as_ref().is_some_and(|url| url.contains('?'))
    }
}
