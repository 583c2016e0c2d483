//! One HTTP/1.1 exchange with another server: the identity provider. It ends in time, its answer has a bound, and redirects
//! are not followed.

use crate::tls;
use anyhow::{Context, anyhow};
use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use std::time::Duration;
use tokio::time::timeout;

/// For the whole exchange.
const PATIENCE: Duration = Duration::from_secs(5);
/// No answer is longer.
const LONGEST: usize = 256 * 1024;

/// Nobody answered: no connection, or it ended or stood still before the answer was whole.
#[derive(Debug, thiserror::Error)]
#[error("no answer")]
pub struct NoAnswer;

/// Sends a request to the host that its URL names, and reads the answer, whatever its status.
pub async fn exchange(request: Request<Vec<u8>>, client: &tls::Client) -> anyhow::Result<Response<Vec<u8>>> {
    let url = request.uri().to_string();
    let answered = timeout(PATIENCE, send(request, client)).await;
    answered.context(NoAnswer).context("not in time").and_then(|it| it).context(url)
}

async fn send(request: Request<Vec<u8>>, client: &tls::Client) -> anyhow::Result<Response<Vec<u8>>> {
    let (mut head, body) = request.into_parts();
    let secure = head.uri.scheme_str() == Some("https");
    let authority = head.uri.authority().context("it names no host")?;
    let port = authority.port_u16().unwrap_or(if secure { 443 } else { 80 });
    let host = HeaderValue::from_str(authority.as_str()).context("its host cannot be written in a header")?;
    let stream = client.connect(&head.uri.to_string(), secure, authority.host(), port, b"http/1.1").await;
    let stream = stream.context(NoAnswer)?;
    head.headers.insert(header::HOST, host);
    head.uri = head.uri.path_and_query().map_or("/", |it| it.as_str()).parse()?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.context(NoAnswer)?;
    let connection = tokio::spawn(connection);
    let response = sender.send_request(Request::from_parts(head, Body::from(body))).await.context(NoAnswer)?;
    let (head, body) = response.into_parts();
    let body =
        Limited::new(body, LONGEST).collect().await.map_err(|error| match error.downcast::<LengthLimitError>() {
            Ok(_) => anyhow!("it is longer than {LONGEST} bytes"),
            Err(_) => anyhow!("it is cut").context(NoAnswer),
        })?;
    let body = body.to_bytes();
    connection.abort();
    Ok(Response::from_parts(head, body.to_vec()))
}
