//! One HTTP/1.1 exchange with another server: the identity provider. It ends in time, its answer has a bound, and redirects
//! are not followed.

use crate::tls;
use anyhow::Context;
use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, header};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use std::time::Duration;
use tokio::time::timeout;

/// For the whole exchange.
const PATIENCE: Duration = Duration::from_secs(5);
/// No answer is longer.
const LONGEST: usize = 256 * 1024;

/// Sends a request to the host that its URL names, and reads the answer, whatever its status.
pub async fn exchange(request: Request<Vec<u8>>, client: &tls::Client) -> anyhow::Result<Response<Vec<u8>>> {
    let url = request.uri().to_string();
    let answered = timeout(PATIENCE, send(request, client)).await;
    answered.with_context(|| format!("{url}: no answer in time"))?.context(url)
}

async fn send(request: Request<Vec<u8>>, client: &tls::Client) -> anyhow::Result<Response<Vec<u8>>> {
    let (mut head, body) = request.into_parts();
    let secure = head.uri.scheme_str() == Some("https");
    let authority = head.uri.authority().context("it names no host")?;
    let port = authority.port_u16().unwrap_or(if secure { 443 } else { 80 });
    let host = HeaderValue::from_str(authority.as_str()).context("its host cannot be written in a header")?;
    let stream = client.connect(&head.uri.to_string(), secure, authority.host(), port, b"http/1.1").await?;
    head.headers.insert(header::HOST, host);
    head.uri = head.uri.path_and_query().map_or("/", |it| it.as_str()).parse()?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let response = sender.send_request(Request::from_parts(head, Body::from(body))).await?;
    let (head, body) = response.into_parts();
    let body = axum::body::to_bytes(Body::new(body), LONGEST).await.context("it is too long, or cut")?;
    connection.abort();
    Ok(Response::from_parts(head, body.to_vec()))
}
