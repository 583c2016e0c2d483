//! The codes of an event, and what the configuration makes of them ([`crate::codes()`]). This format defines its own codes:
//! what is left to configure are the systems of the clients' numbers, and the wards on a list.

use super::{TYPES, payload, schema, table};
use crate::SourceProfile;
use crate::scope::Scope;
use crate::used_code::{CodeKind, Codes};
use serde_json::Value;

/// The attributes that are read.
const ENVELOPE: &[&str] = &[
    "specversion",
    "id",
    "source",
    "type",
    "time",
    "sequence",
    "dataschema",
    "datacontenttype",
    "data",
    "data_base64",
];

/// Notes them.
pub(crate) fn codes(source: &SourceProfile, bytes: &[u8], found: &mut Codes) {
    let Ok(mut event) = serde_json::from_slice::<Value>(bytes) else { return };
    of_members(&event, "", |name| ENVELOPE.contains(&name), found);
    if payload::open(&mut event).is_err() {
        return;
    }
    let text = |name: &str| event[name].as_str().map(str::trim);
    let type_name = text("type").unwrap_or_default();
    let known = type_name.strip_prefix(TYPES).and_then(table::named).map(|known| known.name);
    found.note(CodeKind::MessageType, type_name, known.map(|_| "read"));
    if let Some(version) = text("specversion") {
        found.note(CodeKind::Version, version, (version == "1.0").then_some("understood"));
    }
    if let Some(sender) = text("source") {
        let is_it = source.event_source.as_deref() == Some(sender);
        found.note(CodeKind::Sender, sender, is_it.then_some(&source.name));
    }
    let data = &event["data"];
    let schema = known.and_then(schema).unwrap_or_default();
    of_members(data, "data.", |name| schema["properties"].get(name).is_some(), found);
    let lines = data["lines"].as_array().into_iter().flatten();
    for of in std::iter::once(data).chain(lines.clone()) {
        of_client(source, of, found);
        if let Some(name) = of["worker"]["name"].as_str() {
            found.note_name(name);
        }
    }
    for ward in lines.map(|line| &line["ward"]).chain(data["wards"].as_array().into_iter().flatten()) {
        if let Some(ward) = ward.as_str() {
            found.note(CodeKind::Ward, ward, None);
        }
    }
}

fn of_client(source: &SourceProfile, of: &Value, found: &mut Codes) {
    for identifier in of["client"]["identifiers"].as_array().into_iter().flatten() {
        if let Some(system) = identifier["system"].as_str() {
            let scope = Scope::of(source, &[Some(system.to_owned())]);
            found.note(CodeKind::Authority, system, scope.is_known().then(|| scope.system()));
        }
    }
}

/// A member's name has letters, digits and underscores only; another text is none.
fn of_members(of: &Value, place: &str, is_read: impl Fn(&str) -> bool, found: &mut Codes) {
    let is_name = |text: &str| text.len() <= 40 && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
    for name in of.as_object().into_iter().flat_map(|it| it.keys()).filter(|name| is_name(name)) {
        found.note(CodeKind::Field, &format!("{place}{name}"), is_read(name).then_some("read"));
        if let Some(text) = of[name].as_str() {
            found.note_stray(&format!("{place}{name}"), text);
        }
    }
}
