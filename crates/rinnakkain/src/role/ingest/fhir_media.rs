//! The form in which FHIR is sent and asked for (hl7.org/fhir/R4/http.html#general): JSON of R4 only.
//!
//! `_format` outranks `Accept`. In `Accept` the range that names a type most precisely gives its weight (RFC 9110 12.5.1). A
//! client that accepts `application/json` only gets that as the type of the same body. Another `fhirVersion` than 4.0 is 415
//! when sent, 406 when asked for.

use axum::http::{HeaderMap, HeaderValue, Uri, header};
use percent_encoding::percent_decode_str;

/// The two types that an answer can have, the better first.
const TYPES: [(&str, &str); 2] =
    [("application/fhir+json", "application/fhir+json; fhirVersion=4.0"), ("application/json", "application/json")];

/// True if the body is JSON in UTF-8, and of R4 if it names a version.
pub fn is_taken(headers: &HeaderMap) -> bool {
    let written = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let Some(media) = written.and_then(Media::read) else { return false };
    let json = TYPES.iter().any(|(name, _)| media.name == *name);
    json && media.is_r4() && media.parameter("charset").is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8"))
}

/// The type of the answer; `None`: no type is accepted.
pub fn asked_for(uri: &Uri, headers: &HeaderMap) -> Option<HeaderValue> {
    let typed = |at: usize| Some(HeaderValue::from_static(TYPES[at].1));
    if let Some(format) = parameter(uri, "_format") {
        let media = Media::read(&format)?;
        let known = match media.name.as_str() {
            "json" | "text/json" => Some(0),
            name => TYPES.iter().position(|(known, _)| *known == name),
        };
        return known.filter(|_| media.is_r4()).and_then(typed);
    }
    let written = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let ranges: Vec<Media> = written.flat_map(|value| value.split(',')).filter_map(Media::read).collect();
    if ranges.is_empty() {
        return typed(0);
    }
    let welcome =
        |at: &usize| ranges.iter().filter_map(|it| it.covers(TYPES[*at].0)).max_by_key(|(precise, _)| *precise);
    let mut accepted: Vec<(u32, usize)> = Vec::new();
    for at in 0..TYPES.len() {
        accepted.extend(welcome(&at).filter(|(_, quality)| *quality > 0).map(|(_, quality)| (quality, at)));
    }
    // Of two with one weight, the first.
    accepted.into_iter().rev().max_by_key(|(quality, _)| *quality).and_then(|(_, at)| typed(at))
}

/// True if the answer is wanted later or elsewhere: `async` or `response-url` of `$process-message`. It is given in the
/// response of the request only.
pub fn is_answered_elsewhere(uri: &Uri) -> bool {
    parameter(uri, "response-url").is_some() || parameter(uri, "async").is_some_and(|value| value != "false")
}

/// The last parameter of that name in the query, decoded.
fn parameter(uri: &Uri, wanted: &str) -> Option<String> {
    let mut pairs = uri.query()?.split('&').rev().map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| decoded(value))
}

/// What `%XX` stands for. A `+` stays one: everyone writes `application/fhir+json` so.
fn decoded(value: &str) -> String {
    percent_decode_str(value).decode_utf8_lossy().into_owned()
}

/// A media type or range, and its parameters.
struct Media {
    name: String,
    parameters: Vec<(String, String)>,
}

impl Media {
    fn read(written: &str) -> Option<Self> {
        let mut parts = written.split(';').map(str::trim);
        let name = parts.next().filter(|name| !name.is_empty())?.to_ascii_lowercase();
        let named = |part: &str| {
            let (name, value) = part.split_once('=')?;
            Some((name.trim().to_ascii_lowercase(), value.trim().trim_matches('"').to_owned()))
        };
        Some(Self { name, parameters: parts.filter_map(named).collect() })
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The version that it names is R4's, or it names none.
    fn is_r4(&self) -> bool {
        self.parameter("fhirversion").is_none_or(|version| version == "4.0")
    }

    /// How precisely the range names the type, and its weight in thousandths; `None`: it does not cover it.
    fn covers(&self, name: &str) -> Option<(u8, u32)> {
        let precise = match self.name.as_str() {
            "*/*" | "*" => 0,
            "application/*" => 1,
            own if own == name => 2,
            _ => return None,
        };
        let quality = self.parameter("q").map_or(Some(1_000), thousandths)?;
        self.is_r4().then_some((precise, quality))
    }
}

/// RFC 9110 12.4.2: `0.8`.
fn thousandths(written: &str) -> Option<u32> {
    let (whole, fraction) = written.split_once('.').unwrap_or((written, ""));
    let whole: u32 = whole.parse().ok().filter(|whole| *whole <= 1)?;
    let digits =
        fraction.get(..fraction.len().min(3)).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some((whole * 1_000 + format!("{digits:0<3}").parse::<u32>().ok()?).min(1_000))
}

#[cfg(test)]
mod tests {
    use super::{asked_for, is_answered_elsewhere, is_taken};
    use axum::http::{HeaderMap, HeaderValue, Uri, header};

    fn headers(name: header::HeaderName, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_str(value).unwrap());
        headers
    }

    #[test]
    fn what_is_taken() {
        let table = [
            ("application/fhir+json", true),
            ("Application/FHIR+JSON; charset=utf-8", true),
            ("application/json;charset=\"UTF-8\"", true),
            ("application/fhir+json; fhirVersion=4.0", true),
            ("application/fhir+json; fhirVersion=\"4.0\"", true),
            ("application/fhir+json; fhirVersion=5.0", false),
            ("application/fhir+json; fhirVersion=3.0", false),
            ("application/fhir+json;fhirversion=4.3", false),
            ("application/fhir+json; charset=iso-8859-1", false),
            ("application/fhir+xml", false),
            ("application/json-patch+json", false),
            ("text/plain", false),
            ("", false),
        ];
        for (written, expected) in table {
            assert_eq!(is_taken(&headers(header::CONTENT_TYPE, written)), expected, "{written}");
        }
        assert!(!is_taken(&HeaderMap::new()));
    }

    #[test]
    fn an_answer_is_given_here_and_now() {
        for (query, elsewhere) in [
            ("", false),
            ("?async=false", false),
            ("?_format=json&async=true", true),
            ("?async", true),
            ("?response-url=https%3A%2F%2Fa.example", true),
            ("?response-url=", true),
        ] {
            let uri: Uri = format!("/fhir/$process-message{query}").parse().unwrap();
            assert_eq!(is_answered_elsewhere(&uri), elsewhere, "{query}");
        }
    }

    #[test]
    fn what_is_asked_for() {
        const FHIR: Option<&str> = Some("application/fhir+json; fhirVersion=4.0");
        const JSON: Option<&str> = Some("application/json");
        let table = [
            ("/fhir", None, FHIR),
            ("/fhir", Some("*/*"), FHIR),
            ("/fhir", Some("application/*;q=0.1"), FHIR),
            ("/fhir", Some("application/fhir+json"), FHIR),
            ("/fhir", Some("application/fhir+json; fhirVersion=4.0"), FHIR),
            ("/fhir", Some("application/json"), JSON),
            ("/fhir", Some("application/json, application/fhir+json"), FHIR),
            ("/fhir", Some("application/json, application/fhir+json;q=0.9"), JSON),
            ("/fhir", Some("application/fhir+xml;q=1.0, application/fhir+json;q=0.5"), FHIR),
            ("/fhir", Some("application/fhir+json;q=0, */*"), JSON),
            ("/fhir", Some("application/fhir+xml"), None),
            ("/fhir", Some("application/fhir+json; fhirVersion=5.0"), None),
            ("/fhir", Some("application/fhir+json;q=0"), None),
            ("/fhir", Some("text/html"), None),
            ("/fhir?_format=json", Some("application/fhir+xml"), FHIR),
            ("/fhir?_pretty=true&_format=application/fhir+json", None, FHIR),
            ("/fhir?_format=application%2Ffhir%2Bjson", None, FHIR),
            ("/fhir?_format=application/json", None, JSON),
            ("/fhir?_format=xml", Some("application/fhir+json"), None),
            ("/fhir?_format=application/fhir+json;fhirVersion=3.0", None, None),
            ("/fhir?_format=%ff%", None, None),
            ("/fhir?_format=", None, None),
        ];
        for (uri, accept, expected) in table {
            let headers = accept.map_or_else(HeaderMap::new, |accept| headers(header::ACCEPT, accept));
            let found = asked_for(&Uri::from_static(uri), &headers);
            assert_eq!(found.as_ref().map(|it| it.to_str().unwrap()), expected, "{uri} {accept:?}");
        }
    }
}
