//! Social care, and social work in health care, as CloudEvents 1.0 in JSON.
//!
//! `type` is `rinnakkain.social.v1.` and the event's name; `id`, `source`, `time` and the extension `sequence` are
//! CloudEvents'; `subject` is never read, and must hold no client's identifier. `data` (or the same as bytes,
//! `data_base64`) holds the client (`client.identifiers`), the register (law 6), the time (`happened_at`, else `time`)
//! and the event's own fields. Unknown members are ignored; of two members with one name the last counts; `null` is
//! absent. The time of day may be left out (`json`'s `Day`).
//!
//! Three types belong to a worker and not to a client (`data.worker.id`), one belongs to the source, two are lists, which become
//! many events, and one is the source's directory: see `table`, `table::list` and `table::directory`. `dataschema`, if it is there, must be the one of the type:
//! `urn:rinnakkain:social:v1:<Type>`, whose JSON Schema is [`schema()`]. A schema only ever gets optional members; any
//! other change is `v2`, in both `type` and `dataschema`.

mod binary;
mod json;
mod kind;
mod payload;
mod reader;
mod split;
mod table;
mod used_code;

pub use binary::structured;
pub use split::{MAX_BATCH, split};
pub use table::{MAX_KEYS, MAX_LINES, envelope, schema, types};
pub(crate) use used_code::codes;

use crate::event_builder::EventBuilder;
use crate::glimpse::{self, glimpse};
use crate::rejection::{MessagePlace, Path, RejectionCode, RejectionReason};
use crate::{Outcome, SourceProfile, Translation};
use event::{Event, Keyring};
use json::Object;
use kind::{Client, Code, Identified, Members, Optional, Required};
use reader::Reader;
use serde_json::Value;
use table::Stream;

/// The prefix of `type`.
pub const TYPES: &str = "rinnakkain.social.v1.";

/// The prefix of `dataschema`.
pub const SCHEMAS: &str = "urn:rinnakkain:social:v1:";

/// One event's bytes, at most: 256 KiB.
pub const MAX_EVENT: usize = 256 << 10;

/// A list's bytes, at most: 2 MiB.
pub const MAX_LIST: usize = 2 << 20;

/// Nesting of arrays and objects in one event, at most.
pub const MAX_DEPTH: usize = 32;

/// Translates one CloudEvent.
#[must_use]
pub fn translate(source: &SourceProfile, keyring: &Keyring, bytes: &[u8]) -> Translation {
    let mut value = match json::parse(bytes) {
        Ok(value) => value,
        Err(fault) => {
            let outcome = Outcome::Rejected(fault.naming(glimpse(source, keyring, bytes)));
            return Translation { outcome, message_id: None, header_id: None, remarks: Vec::new(), hl7: None };
        }
    };
    let named = |value: &Value, data: &[u8]| {
        let mut named = glimpse::named(value, source, keyring);
        named.extend(glimpse(source, keyring, data));
        named.sort_unstable();
        named.dedup();
        named
    };
    let outcome = match payload::open(&mut value) {
        Ok(()) => match events(source, keyring, bytes, &value) {
            Ok(events) => events.into(),
            Err(fault) => Outcome::Rejected(fault.naming(named(&value, b""))),
        },
        Err(payload::Unread { fault, bytes }) => Outcome::Rejected(fault.naming(named(&value, &bytes))),
    };
    Translation {
        outcome,
        message_id: message_id(Object::of_event(&value)).ok(),
        header_id: None,
        remarks: Vec::new(),
        hl7: None,
    }
}

fn message_id(event: Object<'_>) -> Result<String, RejectionReason> {
    event.required_text("id", 200)
}

fn events(
    source: &SourceProfile,
    keyring: &Keyring,
    bytes: &[u8],
    value: &Value,
) -> Result<Vec<Event>, RejectionReason> {
    json::refuse_nul(value)?;
    let event = Object::of_event(value);
    if bytes.len() > MAX_EVENT && !is_list(value) {
        return Err(RejectionReason::too_large(MessagePlace::Message, "an event longer than 256 KiB"));
    }
    if event.required_text("specversion", 10)? != "1.0" {
        return Err(RejectionReason::new(
            RejectionCode::UnsupportedVersionId,
            MessagePlace::Member("specversion"),
            "only CloudEvents 1.0 is understood",
        ));
    }
    let message_id = message_id(event)?;
    let sender = event.required_text("source", 500)?;
    if source.event_source.as_ref().is_some_and(|expected| *expected != sender) {
        return Err(RejectionReason::new(
            RejectionCode::UnknownKeyIdentifier,
            MessagePlace::Member("source"),
            "not the source of this sender",
        ));
    }
    let name = event.required_text("type", 200)?;
    let type_name = name.strip_prefix(TYPES).unwrap_or_default();
    let unsupported = "this event type is not supported: GET /schemas lists those that are";
    let unsupported =
        RejectionReason::new(RejectionCode::UnsupportedMessageType, MessagePlace::Member("type"), unsupported);
    let known = table::named(type_name).ok_or(unsupported)?;
    let dataschema = event.text("dataschema", 500)?;
    if dataschema.is_some_and(|dataschema| dataschema.strip_prefix(SCHEMAS) != Some(type_name)) {
        return Err(RejectionReason::new(
            RejectionCode::UnsupportedVersionId,
            MessagePlace::Member("dataschema"),
            "not the schema of this type and version",
        ));
    }
    let written = event.member("time").ok_or(RejectionReason::missing(MessagePlace::Member("time")))?;
    let written = json::time(written, MessagePlace::Member("time"))?;
    let sequence =
        event.member("sequence").map(|it| json::whole_number(it, MessagePlace::Member("sequence"))).transpose()?;

    let place = MessagePlace::Member("data");
    let data = event.member("data").ok_or(RejectionReason::missing(place))?;
    let object = Object::of(data).ok_or(RejectionReason::data_type(place, "not an object"))?;
    let reader = Reader { source, keyring, happened_at: written.at, written };
    let at = Members { reader, object, path: Path::DATA };
    let register = at.read("register", &Required(known.register))?;
    let happened_at = at.read("happened_at", &known.happened_at())?.unwrap_or(written.at);
    let at = Members { reader: Reader { happened_at, ..reader }, ..at };
    let author = (at.read("controller", &Optional(Code))?, at.read("author_role", &Optional(Code))?);
    let (record, presented, body) = match known.stream {
        Stream::Client(read) => {
            let (record, presented) = at.stream_of(&at.read("client", &Required(Client))?)?;
            (record, presented, read(at)?)
        }
        Stream::Worker(read) => {
            let id = at.read("worker", &Required(Identified))?;
            (keyring.record(&source.name, "worker", &id), Vec::new(), read(at)?)
        }
        Stream::Source(read) => (keyring.record(&source.name, "source", &source.name), Vec::new(), read(at)?),
        Stream::List(read) => {
            // A list of another source is read as if that source had sent it, in the streams of its records.
            let name = source.lists_of.clone().unwrap_or_else(|| source.name.clone());
            let source = &SourceProfile { name, ..source.clone() };
            let list = read(Members { reader: Reader { source, ..reader }, object, ..at })?;
            let mut builder = EventBuilder::new(source, keyring, &message_id, bytes, (list.as_of.at, list.as_of.at));
            (builder.register, builder.sequence, builder.recorded_width) = (register, sequence, list.as_of.width);
            (builder.controller, builder.author_role) = author;
            for line in list.lines {
                builder.add(&line.record, &line.presented, line.body);
            }
            builder.add(&keyring.record(&source.name, "source", &source.name), &[], list.body);
            return Ok(builder.finish());
        }
    };
    let mut builder = EventBuilder::new(source, keyring, &message_id, bytes, (happened_at, written.at));
    (builder.register, builder.sequence, builder.recorded_width) = (register, sequence, written.width);
    (builder.controller, builder.author_role) = author;
    builder.add(&record, &presented, body);
    Ok(builder.finish())
}

/// Only a list may be longer than [`MAX_EVENT`].
fn is_list(value: &Value) -> bool {
    let name = value["type"].as_str().and_then(|name| name.strip_prefix(TYPES));
    name.and_then(table::named).is_some_and(|known| matches!(known.stream, Stream::List(_)))
}
