//! Social care's CloudEvents over HTTP/1.1.

use super::Answer;
use crate::command::input::read;
use crate::tls;
use anyhow::{Context, bail};
use axum::body::Body;
use axum::http::{Request, StatusCode, Uri, header};
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use std::path::Path;
use zeroize::Zeroizing;

/// An answer of the service is never longer.
const LONGEST: usize = 4 << 20;

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

/// Sends each body in a request of its own. `bodies`: each with its file.
pub async fn send(
    bodies: Vec<(String, Vec<u8>)>,
    to: &str,
    tls: &tls::Client,
    token_file: &Path,
) -> anyhow::Result<Vec<Answer>> {
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
    let mut answers = Vec::new();
    for (name, body) in bodies {
        let request = request(authority.as_str(), token.trim(), body)?;
        let (status, response) = match post(&mut sender, request).await {
            Ok(answered) => answered,
            Err(error) => {
                // The connection may have ended before the request was sent: then the connection knows why.
                let ended = connection.await.ok().and_then(Result::err);
                let refusal = tls::refusal(&*error).or_else(|| tls::refusal(ended.as_ref()?));
                let error = refusal.map_or(error, anyhow::Error::msg);
                return Err(error.context(format!("{name}: it is not known to be stored")));
            }
        };
        answers.extend(of_file(&name, status, response));
    }
    Ok(answers)
}

fn request(host: &str, token: &str, body: Vec<u8>) -> anyhow::Result<Request<Body>> {
    let batch = body.trim_ascii_start().starts_with(b"[");
    let content = if batch { "application/cloudevents-batch+json" } else { "application/cloudevents+json" };
    let request = Request::post("/events").header(header::HOST, host).header(header::CONTENT_TYPE, content);
    Ok(request.header(header::AUTHORIZATION, format!("Bearer {token}")).body(Body::from(body))?)
}

async fn post(sender: &mut SendRequest<Body>, request: Request<Body>) -> anyhow::Result<(StatusCode, Response)> {
    sender.ready().await?;
    let response = sender.send_request(request).await?;
    let status = response.status();
    let body = axum::body::to_bytes(Body::new(response.into_body()), LONGEST).await?;
    let answered = serde_json::from_slice(&body);
    Ok((status, answered.unwrap_or(Response { outcomes: Vec::new(), error: None })))
}

fn of_file(file: &str, status: StatusCode, response: Response) -> Vec<Answer> {
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
