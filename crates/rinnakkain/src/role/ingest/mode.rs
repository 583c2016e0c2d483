//! CloudEvents' three modes over HTTP (HTTP protocol binding 1.0.2, 3).

use super::body::content_type;
use axum::http::HeaderMap;

/// The mode of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// One event.
    Structured,
    /// An array of events.
    Batched,
    /// One event: its attributes are headers, its data is the body.
    Binary,
}

const PREFIX: &str = "ce-";

impl Mode {
    /// By the media type. Any other JSON is data, if attributes come with it. Data without a media type is JSON (CloudEvents
    /// JSON format, 3.1).
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let attributes = headers.keys().any(|name| name.as_str().starts_with(PREFIX));
        match content_type(headers).as_deref() {
            Some("application/cloudevents+json") => Some(Self::Structured),
            Some("application/cloudevents-batch+json") => Some(Self::Batched),
            None => attributes.then_some(Self::Binary),
            Some(other) => (attributes && is_json(other)).then_some(Self::Binary),
        }
    }
}

/// Any JSON, by its own name or by its suffix (RFC 6839 3.1); another event format is not.
fn is_json(media_type: &str) -> bool {
    let of_json = media_type.split_once('/').is_some_and(|(_, it)| it == "json" || it.ends_with("+json"));
    of_json && !media_type.starts_with("application/cloudevents")
}

/// The `ce-` headers without the prefix. A value that is not text is left to the reader, which refuses it.
pub(super) fn attributes(headers: &HeaderMap) -> Vec<(String, String)> {
    let ours = headers.iter().filter_map(|(name, value)| Some((name.as_str().strip_prefix(PREFIX)?, value)));
    // `%FF` is not UTF-8 either.
    let text = |bytes: &[u8]| std::str::from_utf8(bytes).map_or_else(|_| "%FF".to_owned(), str::to_owned);
    ours.map(|(name, value)| (name.to_owned(), text(value.as_bytes()))).collect()
}

#[cfg(test)]
mod tests {
    use super::{Mode, attributes};
    use axum::http::{HeaderMap, HeaderValue};

    fn headers(content_type: &'static str, with_attributes: bool) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if !content_type.is_empty() {
            headers.insert("content-type", HeaderValue::from_static(content_type));
        }
        if with_attributes {
            headers.insert("ce-id", HeaderValue::from_static("1"));
        }
        headers
    }

    #[test]
    fn the_media_type_gives_the_mode() {
        let table = [
            ("application/cloudevents+json", Some(Mode::Structured), Some(Mode::Structured)),
            ("application/CloudEvents+json; charset=utf-8", Some(Mode::Structured), Some(Mode::Structured)),
            ("application/cloudevents-batch+json", Some(Mode::Batched), Some(Mode::Batched)),
            ("application/json; charset=utf-8", None, Some(Mode::Binary)),
            ("application/vnd.saga.v1+json", None, Some(Mode::Binary)),
            ("text/json", None, Some(Mode::Binary)),
            ("", None, Some(Mode::Binary)),
            ("application/cloudevents+avro", None, None),
            ("application/cloudevents-batch+avro", None, None),
            ("text/plain", None, None),
            ("json", None, None),
        ];
        for (content_type, bare, with_attributes) in table {
            let found = [false, true].map(|with| Mode::of(&headers(content_type, with)));
            assert_eq!(found, [bare, with_attributes], "{content_type}");
        }
    }

    #[test]
    fn attributes_are_headers_of_a_prefix() {
        let mut headers = headers("application/json", true);
        headers.insert("ce-source", HeaderValue::from_bytes("Åbo".as_bytes()).unwrap());
        headers.insert("ce-subject", HeaderValue::from_bytes(b"\xE5bo").unwrap());
        let mut found = attributes(&headers);
        found.sort();
        let expected = [("id", "1"), ("source", "Åbo"), ("subject", "%FF")];
        assert_eq!(found, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
