//! A record's headers: CloudEvents in Kafka's binary mode (`ce_…`), and W3C Trace Context. Nothing personal.

use crate::trace::TraceParent;
use event::{Entry, Keyring};
use rdkafka::message::{Header, Headers, OwnedHeaders};
use std::fmt::Write as _;
use uuid::Uuid;

const ID: &str = "ce_id";
const TRACE: &str = "traceparent";
const KEYS: &str = "rinnakkain_keys";

/// Identifies the keys that a record was written under. Tokens made under other keys match no client here.
pub(crate) fn keys(keyring: &Keyring) -> String {
    hex::encode(&keyring.check().as_bytes()[..8])
}

/// The headers of `entry`, written under these keys.
pub(crate) fn headers(entry: &Entry, trace: &TraceParent, keys: &str) -> OwnedHeaders {
    let id = entry.id().to_string();
    let (source, kind, time) = match entry {
        Entry::Event(it, _) => {
            (path("source", &it.event.source), it.event.body.type_name(), it.event.happened_at.to_string())
        }
        Entry::Rejected(it, _) => (path("source", &it.source), "Rejected", it.received_at.to_string()),
        Entry::Receipt(it) => (path("source", &it.source), "Receipt", it.received_at.to_string()),
        Entry::Watermark(it) => (path("ingest", &it.ingest), "Watermark", it.at.to_string()),
    };
    let (kind, trace) = (format!("rinnakkain.event.v1.{kind}"), trace.to_string());
    let all = [
        ("content-type", "application/protobuf"),
        ("ce_specversion", "1.0"),
        (ID, &id),
        ("ce_source", &source),
        ("ce_type", &kind),
        ("ce_time", &time),
        (TRACE, &trace),
        (KEYS, keys),
    ];
    let headers = OwnedHeaders::new_with_capacity(all.len());
    all.into_iter().fold(headers, |headers, (key, value)| headers.insert(Header { key, value: Some(value) }))
}

/// A URI-reference (CloudEvents `source`). A configured name may have characters outside ASCII.
fn path(kind: &str, name: &str) -> String {
    let mut path = format!("/{kind}/");
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => path.push(char::from(byte)),
            // Writing into a string does not fail.
            byte => drop(write!(path, "%{byte:02X}")),
        }
    }
    path
}

/// Identifies a record: its id, or a digest of its bytes if it has none.
pub(crate) fn record_id<H: Headers>(headers: Option<&H>, payload: &[u8]) -> Uuid {
    /// UUIDv5 of the DNS namespace and `journal.rinnakkain`; fixed for ever.
    const NAMESPACE: Uuid = Uuid::from_u128(0x2b6d_91f0_7c3e_5a48_b1d2_40f7_e95c_36a8);
    let id = headers.and_then(|headers| value(headers, ID)).and_then(|text| Uuid::try_parse(text).ok());
    id.unwrap_or_else(|| Uuid::new_v5(&NAMESPACE, payload))
}

/// The trace that a record belongs to.
pub(crate) fn trace<H: Headers>(headers: Option<&H>) -> Option<TraceParent> {
    TraceParent::parse(value(headers?, TRACE)?)
}

/// True if a record was written under these keys.
pub(crate) fn is_under<H: Headers>(headers: Option<&H>, keys: &str) -> bool {
    headers.and_then(|headers| value(headers, KEYS)) == Some(keys)
}

fn value<'h, H: Headers>(headers: &'h H, key: &str) -> Option<&'h str> {
    let header = headers.iter().find(|header| header.key == key)?;
    std::str::from_utf8(header.value?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use event::{Instant, Watermark};

    #[test]
    fn a_record_is_a_cloud_event_and_is_recognised() {
        let at = Instant::from_micros(1_772_431_200_000_000).unwrap();
        let watermark =
            Watermark { ingest: "päivystys".into(), at, partitions: 2, sources: Vec::new(), leaving: false };
        let entry = Entry::Watermark(watermark);
        let trace = TraceParent::new([7; 16], [8; 8], true);
        let written = headers(&entry, &trace, "00ff");
        assert!(is_under(Some(&written), "00ff") && !is_under(Some(&written), "00fe"));
        let get = |key| value(&written, key).unwrap();
        assert_eq!(get("ce_type"), "rinnakkain.event.v1.Watermark");
        assert_eq!(get("ce_source"), "/ingest/p%C3%A4ivystys");
        assert_eq!(get("ce_time"), "2026-03-02T06:00:00Z");
        assert_eq!((get("ce_specversion"), get("content-type")), ("1.0", "application/protobuf"));
        assert_eq!(record_id(Some(&written), b""), entry.id());
        assert_eq!(super::trace(Some(&written)), Some(trace));
        let foreign = OwnedHeaders::new().insert(Header { key: "ce_id", value: Some("no uuid") });
        assert_eq!(record_id(Some(&foreign), b"x"), record_id::<OwnedHeaders>(None, b"x"));
        assert_ne!(record_id(Some(&foreign), b"x"), record_id(Some(&foreign), b"y"));
    }
}
