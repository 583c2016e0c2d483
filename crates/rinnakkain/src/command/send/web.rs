//! Social care's CloudEvents and FHIR bundles over HTTP/1.1: each body in a request of its own, its answer before the next.

use super::{Answer, Answers};
use crate::command::input::read;
use crate::tls;
use anyhow::{Context, bail};
use axum::http::{Request, StatusCode, Uri, header};
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;
use zeroize::Zeroizing;

/// An answer of the service is never longer.
const LONGEST: usize = 4 << 20;

/// What is sent in one request.
pub struct Body {
    file: String,
    bytes: Vec<u8>,
    what: Sent,
}

enum Sent {
    Events,
    /// A whole list, with the line of the file that each of its lines is.
    List(Vec<u64>),
    Bundle,
}

impl Body {
    pub fn events(file: String, bytes: Vec<u8>) -> Self {
        Self { file, bytes, what: Sent::Events }
    }

    pub fn list(file: String, bytes: Vec<u8>, lines: Vec<u64>) -> Self {
        Self { file, bytes, what: Sent::List(lines) }
    }

    pub fn bundle(file: String, bytes: Vec<u8>) -> Self {
        Self { file, bytes, what: Sent::Bundle }
    }

    fn request(&self, host: &str, token: &str) -> anyhow::Result<Request<axum::body::Body>> {
        let is_batch = self.bytes.trim_ascii_start().starts_with(b"[");
        let (path, content) = match self.what {
            Sent::Events | Sent::List(_) if is_batch => ("/events", "application/cloudevents-batch+json"),
            Sent::Events | Sent::List(_) => ("/events", "application/cloudevents+json"),
            // It takes messages and transactions.
            Sent::Bundle => ("/fhir", "application/fhir+json"),
        };
        let request = Request::post(path).header(header::HOST, host).header(header::CONTENT_TYPE, content);
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        Ok(request.body(axum::body::Body::from(self.bytes.clone()))?)
    }

    fn answers(&self, status: StatusCode, response: &[u8]) -> Vec<Answer> {
        match &self.what {
            Sent::Events => of_events(&self.file, status, response),
            Sent::List(lines) => {
                let mut answers = of_events(&self.file, status, response);
                for answer in &mut answers {
                    if let Some(line) = line_of_file(&answer.place, lines) {
                        answer.text = format!("line {line} of the file: {}", answer.text);
                    }
                }
                answers
            }
            Sent::Bundle => vec![of_bundle(&self.file, &self.bytes, status, response)],
        }
    }
}

/// The line of the file in which the service found something: `data.lines[16].stay`.
fn line_of_file(place: &str, lines: &[u64]) -> Option<u64> {
    let (index, _) = place.strip_prefix("data.lines[")?.split_once(']')?;
    lines.get(index.parse::<usize>().ok()?).copied()
}

#[derive(Deserialize)]
struct Response {
    #[serde(default)]
    outcomes: Vec<Outcome>,
    error: Option<LineFault>,
}

#[derive(Deserialize)]
struct Outcome {
    id: Option<String>,
    #[serde(rename = "outcome")]
    what: String,
    error: Option<LineFault>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct LineFault {
    code: String,
    place: String,
    text: String,
}

/// Sends each body in a request of its own.
pub async fn send(
    bodies: Vec<Body>,
    to: &str,
    tls: &tls::Client,
    token_file: &Path,
    answers: &mut Answers,
) -> anyhow::Result<()> {
    let uri: Uri = to.parse().with_context(|| format!("{to} is not a URL"))?;
    let secure = uri.scheme_str() == Some("https");
    let Some(authority) = uri.authority().filter(|_| secure || uri.scheme_str() == Some("http")) else {
        bail!("{to}: write http://HOST:PORT or https://HOST:PORT");
    };
    let port = authority.port_u16().unwrap_or(if secure { 443 } else { 80 });
    let stream = tls.connect(to, secure, authority.host(), port, b"http/1.1").await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let token = Zeroizing::new(String::from_utf8(read(token_file)?).context("the token is not text")?);
    for body in bodies {
        let request = body.request(authority.as_str(), token.trim())?;
        let (status, response) = match post(&mut sender, request).await {
            Ok(answered) => answered,
            Err(error) => {
                // The connection may have ended before the request was sent: then the connection knows why.
                let ended = connection.await.ok().and_then(Result::err);
                let refusal = tls::refusal(&*error).or_else(|| tls::refusal(ended.as_ref()?));
                let error = refusal.map_or(error, anyhow::Error::msg);
                return Err(error.context(format!("{}: it is not known to be stored", body.file)));
            }
        };
        body.answers(status, &response).into_iter().try_for_each(|answer| answers.add(answer))?;
    }
    Ok(())
}

async fn post(
    sender: &mut SendRequest<axum::body::Body>,
    request: Request<axum::body::Body>,
) -> anyhow::Result<(StatusCode, Vec<u8>)> {
    sender.ready().await?;
    let response = sender.send_request(request).await?;
    let status = response.status();
    let body = axum::body::to_bytes(axum::body::Body::new(response.into_body()), LONGEST).await?;
    Ok((status, body.to_vec()))
}

fn of_events(file: &str, status: StatusCode, response: &[u8]) -> Vec<Answer> {
    let response = serde_json::from_slice(response).unwrap_or(Response { outcomes: Vec::new(), error: None });
    let answer = |number, accepted, outcome, id: Option<String>, fault: Option<LineFault>| {
        let LineFault { code, place, text } = fault.unwrap_or_default();
        Answer { file: file.to_owned(), number, accepted, outcome, id: id.unwrap_or_default(), code, place, text }
    };
    if response.outcomes.is_empty() && !status.is_success() {
        return vec![answer(1, false, status.as_u16().to_string(), None, response.error)];
    }
    let outcomes = response.outcomes.into_iter().enumerate();
    outcomes.map(|(n, it)| answer(n + 1, it.what == "stored", it.what, it.id, it.error)).collect()
}

/// A refusal is an OperationOutcome. What is stored is answered by a message or a transaction-response, or by 204 without
/// a body; among its entries an outcome may tell what was not read.
fn of_bundle(file: &str, sent: &[u8], status: StatusCode, response: &[u8]) -> Answer {
    let id = serde_json::from_slice::<Value>(sent).ok().and_then(|it| it["id"].as_str().map(str::to_owned));
    let response: Value = serde_json::from_slice(response).unwrap_or_default();
    let entries = response["entry"].as_array().into_iter().flatten();
    let nested = entries.flat_map(|entry| [&entry["resource"], &entry["response"]["outcome"]]);
    let outcomes = std::iter::once(&response).chain(nested);
    let issue = outcomes.map(|it| &it["issue"][0]).find(|issue| issue.is_object()).cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let accepted = status.is_success();
    let code =
        Some(text(&issue["details"]["text"])).filter(|it| !it.is_empty()).unwrap_or_else(|| text(&issue["code"]));
    Answer {
        file: file.to_owned(),
        number: 1,
        accepted,
        outcome: if accepted { "stored".to_owned() } else { status.as_u16().to_string() },
        id: id.unwrap_or_default(),
        code,
        place: text(&issue["expression"][0]),
        text: text(&issue["diagnostics"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_line_is_reported_by_its_line_in_the_file() {
        let list = Body::list("stays.csv".to_owned(), Vec::new(), vec![2, 3, 5]);
        let refused = br#"{"outcomes":[{"id":"1","outcome":"rejected","error":{"code":"c","place":"data.lines[2].stay","text":"why"}}]}"#;
        let answers = list.answers(StatusCode::UNPROCESSABLE_ENTITY, refused);
        assert_eq!((answers.len(), answers[0].text.as_str()), (1, "line 5 of the file: why"));
        for (place, line) in
            [("data.lines[0].client.identifiers", Some(2)), ("data.lines[3]", None), ("data.keys", None)]
        {
            assert_eq!(line_of_file(place, &[2, 3, 5]), line, "{place}");
        }
    }

    #[test]
    fn a_bundle_is_answered_by_its_outcome() {
        let of = |status: u16, response: &str| {
            of_bundle("a.json", br#"{"id":"b-1"}"#, StatusCode::from_u16(status).unwrap(), response.as_bytes())
        };
        let refused = of(
            422,
            r#"{"resourceType":"OperationOutcome","issue":[{"code":"required","details":{"text":"required-field-missing"},
                "diagnostics":"why","expression":["Bundle.entry[1].resource.status"]}]}"#,
        );
        assert_eq!((refused.accepted, refused.outcome.as_str(), refused.id.as_str()), (false, "422", "b-1"));
        assert_eq!((refused.code.as_str(), refused.text.as_str()), ("required-field-missing", "why"));
        assert_eq!(refused.place, "Bundle.entry[1].resource.status");
        let again = of(
            200,
            r#"{"entry":[{"resource":{}},{"resource":{"issue":[{"code":"duplicate","diagnostics":"again"}]}}]}"#,
        );
        assert_eq!((again.accepted, again.code.as_str(), again.text.as_str()), (true, "duplicate", "again"));
        assert!(of(204, "").accepted);
    }
}
