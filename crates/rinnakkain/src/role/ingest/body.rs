//! A request's body, and what its headers state about it.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, header};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use quota::{Connection, Serving};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// A body, at most.
const LIMIT: usize = 2 << 20;
/// The longest time in which a body must arrive.
const BODY: Duration = Duration::from_secs(30);
/// What has not begun by then, or comes more slowly than [`SLOWEST`] bytes a second from there, is not waited for.
const BEGINNING: Duration = Duration::from_secs(5);
const SLOWEST: u64 = 1 << 10;

/// Why a body was not read.
pub(super) enum Unread {
    /// It is longer than the limit; its beginning.
    TooLong(Bytes),
    /// The connection ended before its end.
    Cut,
    /// It did not arrive in time.
    Late,
}

/// A body, whole. As long as it lives, its connection does not give way to another.
pub(super) struct Whole {
    pub(super) bytes: Bytes,
    pub(super) _serving: Option<Serving>,
}

/// The body. The rest of one that is too long is not waited for: a client that asks first whether to send it gets no
/// `100 Continue`, and what others send is dropped (see `listener::lingering`).
pub(super) async fn read(request: Request) -> Result<Whole, Unread> {
    read_to(request, LIMIT).await
}

/// The same with another limit.
pub(super) async fn read_to(request: Request, limit: usize) -> Result<Whole, Unread> {
    if let Some(length) = asks_to_send(request.headers()).filter(|length| *length > limit) {
        return Err(Unread::TooLong(format!("a body of {length} bytes, of which none was sent").into()));
    }
    let connection = request.extensions().get::<Connection>().cloned();
    let (mut body, mut read) = (request.into_body(), BytesMut::new());
    let begun = Instant::now();
    while let Some(frame) = timeout_at(begun + patience(read.len()), body.frame()).await.map_err(|_| Unread::Late)? {
        let Ok(data) = frame.map_err(|_| Unread::Cut)?.into_data() else { continue };
        let room = limit - read.len();
        read.extend_from_slice(&data[..data.len().min(room)]);
        if data.len() > room {
            return Err(Unread::TooLong(read.freeze()));
        }
    }
    Ok(Whole { bytes: read.freeze(), _serving: connection.map(|connection| connection.serve()) })
}

/// How long after the beginning the next bytes may come, when so many have.
fn patience(read: usize) -> Duration {
    (BEGINNING + Duration::from_secs(read as u64 / SLOWEST)).min(BODY)
}

/// The length of a body that is sent only after `100 Continue` (RFC 9110 10.1.1).
fn asks_to_send(headers: &HeaderMap) -> Option<usize> {
    let waits = tokens(headers, header::EXPECT).any(|it| it == "100-continue");
    let length = headers.get(header::CONTENT_LENGTH).filter(|_| waits)?.to_str().ok()?;
    // A length that overflows is over the limit.
    Some(length.trim().parse().unwrap_or(usize::MAX))
}

/// The media type, in lower case and without its parameters.
pub(super) fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next()?.trim().to_ascii_lowercase())
}

/// False if the body is coded (RFC 9110 8.4): a compressed one could grow without a bound.
pub(super) fn is_plain(headers: &HeaderMap) -> bool {
    tokens(headers, header::CONTENT_ENCODING).all(|coding| coding == "identity")
        && tokens(headers, header::TRANSFER_ENCODING).all(|coding| coding == "chunked")
}

/// The elements of a list header in lower case, over all headers of this name.
fn tokens(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = String> {
    let values = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let all: Vec<String> = values.collect();
    let each = all.into_iter().flat_map(|value| value.split(',').map(str::to_owned).collect::<Vec<_>>());
    each.map(|token| token.trim().to_ascii_lowercase()).filter(|token| !token.is_empty())
}

/// The character set that a body claims. JSON is UTF-8 and has no such parameter (RFC 8259 8.1, 11).
pub(super) struct Charset(String);

/// The character set that the media type names, if it names one.
pub(super) fn charset(headers: &HeaderMap) -> Option<Charset> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let parameter = value.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let (_, name) = { parameter }.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    Some(Charset(name.trim().trim_matches('"').to_ascii_lowercase()))
}

impl Charset {
    /// True if these bytes are the same text in it as in UTF-8: ASCII is, in nearly every character set.
    pub(super) fn may_hold(&self, bytes: &[u8]) -> bool {
        ["utf-8", "utf8", "us-ascii", "ascii", ""].contains(&self.0.as_str())
            || bytes.iter().all(|byte| byte.is_ascii() && *byte != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::{BODY, asks_to_send, charset, content_type, is_plain, patience};
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    fn headers(headers: &[(&'static str, &'static str)]) -> HeaderMap {
        let each = headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        each.collect()
    }

    #[test]
    fn a_body_that_comes_slowly_has_no_more_time_than_its_bytes_earn() {
        assert_eq!([0, 1, 10 << 10].map(|read| patience(read).as_secs()), [5, 5, 15]);
        assert_eq!(patience(2 << 20), BODY);
    }

    #[test]
    fn any_coding_but_identity_is_one() {
        for (name, value, plain) in [
            ("content-encoding", "identity", true),
            ("content-encoding", "Identity , identity", true),
            ("content-encoding", "", true),
            ("content-encoding", "gzip", false),
            ("content-encoding", "identity, gzip", false),
            ("content-encoding", "br", false),
            ("content-encoding", "x-own", false),
            ("transfer-encoding", "Chunked", true),
            ("transfer-encoding", "gzip, chunked", false),
            ("content-type", "gzip", true),
        ] {
            assert_eq!(is_plain(&headers(&[(name, value)])), plain, "{name}: {value}");
        }
        assert!(!is_plain(&headers(&[("content-encoding", "identity"), ("content-encoding", "deflate")])));
    }

    #[test]
    fn a_media_type_is_known_whatever_its_parameters() {
        let of = |value| headers(&[("content-type", value)]);
        for (value, expected) in [
            ("application/cloudevents+json", "application/cloudevents+json"),
            ("Application/CloudEvents+JSON ; charset=\"UTF-8\"", "application/cloudevents+json"),
            ("application/json;charset=iso-8859-1;x=y", "application/json"),
        ] {
            assert_eq!(content_type(&of(value)).as_deref(), Some(expected), "{value}");
        }
        for (value, ascii, letters) in [
            ("application/json", true, true),
            ("application/json; charset=UTF-8", true, true),
            ("application/json; x=y; Charset=\"utf8\"", true, true),
            ("application/json; charset=ISO-8859-1", true, false),
            ("application/json; charset=utf-16", true, false),
        ] {
            let may_hold = |bytes: &[u8]| charset(&of(value)).is_none_or(|charset| charset.may_hold(bytes));
            assert_eq!((may_hold(b"{}"), may_hold("ä".as_bytes())), (ascii, letters), "{value}");
        }
        assert!(!charset(&of("application/json; charset=utf-16")).unwrap().may_hold(b"{\0}\0"));
    }

    #[test]
    fn a_client_that_asks_first_is_known() {
        let of = |expect, length| asks_to_send(&headers(&[("expect", expect), ("content-length", length)]));
        assert_eq!(of("100-continue", "7"), Some(7));
        assert_eq!(of("100-Continue", "99999999999999999999999"), Some(usize::MAX));
        assert_eq!(of("", "7"), None);
        assert_eq!(asks_to_send(&headers(&[("expect", "100-continue")])), None, "of no known length");
    }
}
