//! The HTTP listener: social care's CloudEvents, heartbeats, and whether messages can be stored.
//!
//! | request | answer |
//! |---|---|
//! | `POST /events`, one event or a batch | 200 all stored; 422 some refused, the others are stored; 503 send it again later |
//! | `GET /schemas`, `GET /schemas/{name}` | see [`super::schemas`] |
//! | `/fhir` | see [`super::fhir`] |
//! | `POST /heartbeat` | 204: the source is there and has nothing to tell |
//! | `POST /receipts`, `{"id": …}` | 200: what became of the message of this id; 404: none of this source's has it |
//! | `GET /healthz`, `GET /readyz` | see [`crate::health`]: of ingest |
//!
//! A message's id goes in a body and never in a URL, which is logged by whoever stands between. A receipt is asked for with
//! the source's token, whatever its format; where this process has no database, it is asked for over gRPC.
//!
//! One event is sent structured (`application/cloudevents+json`) or binary (`application/json` and its attributes in `ce-`
//! headers), several as a batch. An event that was stored before is "stored": the sender need not send it again, and that is all it asks.

use super::{Ingest, NotStored, Told};
use crate::config::{IdentifiedBy, Sender};
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use journal::TraceParent;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use store::message::{Found, Outcome};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// A body, at most.
const LIMIT: usize = 2 << 20;
/// Bodies in memory at the same time.
const BODIES: usize = 32;
/// A question's body, at most.
const QUESTION: usize = 4 << 10;
/// How long the database may take to answer it.
const ANSWER: Duration = Duration::from_secs(8);
/// The longest time in which a body must arrive.
pub(super) const BODY: Duration = Duration::from_secs(30);

/// What the handlers use.
pub struct Shared {
    pub ingest: Arc<Ingest>,
    /// Where receipts are, if this process has a database.
    receipts: Option<Store>,
    pub(super) bodies: Semaphore,
}

impl Shared {
    pub fn new(ingest: Arc<Ingest>, receipts: Option<Store>) -> Arc<Self> {
        Arc::new(Self { ingest, receipts, bodies: Semaphore::new(BODIES) })
    }

    /// The source that sends here and whose token this is.
    pub(super) fn sender(&self, headers: &HeaderMap) -> Result<&Sender, Box<Response>> {
        let found = self.asker(headers)?;
        Some(found).filter(|it| matches!(it.identified_by, IdentifiedBy::Token)).ok_or_else(|| Box::new(nobody()))
    }

    /// The source whose token this is. Every token is compared, so that time tells nothing.
    fn asker(&self, headers: &HeaderMap) -> Result<&Sender, Box<Response>> {
        let authorization = headers.get(header::AUTHORIZATION).map_or(b"".as_slice(), |value| value.as_bytes());
        let token = authorization.strip_prefix(b"Bearer ").unwrap_or_default().trim_ascii();
        let digest = Sha256::digest(token);
        let mut found = None;
        for sender in &self.ingest.senders {
            if let Some(expected) = &sender.token_sha256
                && bool::from(expected.as_slice().ct_eq(&digest))
            {
                found = Some(sender);
            }
        }
        found.filter(|_| !token.is_empty()).ok_or_else(|| Box::new(nobody()))
    }
}

fn nobody() -> Response {
    let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
    (StatusCode::UNAUTHORIZED, challenge, error("no source has this token")).into_response()
}

/// The routes.
pub fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/events", post(events))
        .route("/heartbeat", post(heartbeat))
        .route("/receipts", post(receipts))
        .merge(super::fhir::router())
        .merge(super::schemas::router())
        .layer(DefaultBodyLimit::disable())
        .with_state(shared)
}

async fn events(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let sender = match shared.sender(request.headers()) {
        Ok(sender) => sender,
        Err(refused) => return *refused,
    };
    let trace = trace(request.headers());
    let mode = match content_type(request.headers()).as_deref() {
        Some("application/cloudevents+json") => Mode::Structured,
        Some("application/cloudevents-batch+json") => Mode::Batched,
        Some("application/json") if request.headers().contains_key("ce-specversion") => Mode::Binary,
        _ => {
            let text = "send application/cloudevents+json or application/cloudevents-batch+json, or application/json with ce- headers";
            return (StatusCode::UNSUPPORTED_MEDIA_TYPE, error(text)).into_response();
        }
    };
    let Some(attributes) = attributes(request.headers()) else {
        return (StatusCode::BAD_REQUEST, error("a ce- header is not text")).into_response();
    };
    let Ok(_place) = shared.bodies.acquire().await else { return unavailable() };
    let body = match timeout(BODY, read(request.into_body())).await {
        Ok(Ok(body)) => body,
        Ok(Err(Unread::TooLong(head))) => {
            return match shared.ingest.too_long_body(sender, &head).await {
                Ok(told) => {
                    let text = told.rejection.map_or("", |rejection| rejection.text);
                    (StatusCode::PAYLOAD_TOO_LARGE, error(text)).into_response()
                }
                Err(NotStored) => unavailable(),
            };
        }
        Ok(Err(Unread::Cut)) => return (StatusCode::BAD_REQUEST, error("the body is not whole")).into_response(),
        Err(_) => return (StatusCode::REQUEST_TIMEOUT, error("the body did not arrive in time")).into_response(),
    };
    let (body, batch) = match mode {
        Mode::Structured => (body, false),
        Mode::Batched => (body, true),
        // Kept as it would have been sent structured: redriving it needs no headers.
        Mode::Binary => match adapter::social::structured(&borrowed(&attributes), &body) {
            Ok(event) => (event.into(), false),
            Err(rejection) => return told(shared.ingest.refused_body(sender, &body, rejection).await),
        },
    };
    match adapter::social::split(&body, batch) {
        Ok(events) => {
            let events: Vec<&[u8]> = events.iter().map(|event| event.get().as_bytes()).collect();
            let stored = shared.ingest.social(sender, &events, trace).await;
            stored.map_or_else(|_| unavailable(), |told| answer(&told))
        }
        Err(rejection) => told(shared.ingest.refused_body(sender, &body, rejection).await),
    }
}

/// The trace that the sender began, if it did.
pub(super) fn trace(headers: &HeaderMap) -> Option<TraceParent> {
    TraceParent::parse(headers.get("traceparent")?.to_str().ok()?)
}

/// The answer about one body that holds no event.
fn told(refused: Result<Told, NotStored>) -> Response {
    refused.map_or_else(|_| unavailable(), |told| answer(&[told]))
}

/// CloudEvents' three modes over HTTP.
#[derive(Clone, Copy)]
enum Mode {
    /// One event.
    Structured,
    /// An array of events.
    Batched,
    /// One event: its attributes are headers, its data is the body.
    Binary,
}

/// The `ce-` headers without the prefix; `None`: one of them is not text.
fn attributes(headers: &HeaderMap) -> Option<Vec<(String, String)>> {
    let ours = headers.iter().filter_map(|(name, value)| Some((name.as_str().strip_prefix("ce-")?, value)));
    ours.map(|(name, value)| Some((name.to_owned(), std::str::from_utf8(value.as_bytes()).ok()?.to_owned()))).collect()
}

fn borrowed(attributes: &[(String, String)]) -> Vec<(&str, &str)> {
    attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// Why a body was not read.
pub(super) enum Unread {
    /// It is longer than the limit; this is how it begins.
    TooLong(Bytes),
    /// It is not whole.
    Cut,
}

pub(super) async fn read(mut body: Body) -> Result<Bytes, Unread> {
    let mut read = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unread::Cut)?.into_data() else { continue };
        let room = LIMIT - read.len();
        read.extend_from_slice(&data[..data.len().min(room)]);
        if data.len() > room {
            return Err(Unread::TooLong(read.freeze()));
        }
    }
    Ok(read.freeze())
}

async fn heartbeat(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    match shared.sender(&headers) {
        Ok(sender) => match shared.ingest.heartbeat(sender).await {
            Ok(()) => StatusCode::NO_CONTENT.into_response(),
            Err(_) => unavailable(),
        },
        Err(refused) => *refused,
    }
}

/// Whose message.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    id: String,
}

async fn receipts(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let sender = match shared.asker(request.headers()) {
        Ok(sender) => sender,
        Err(refused) => return *refused,
    };
    let Some(store) = &shared.receipts else {
        let text = "this process has no database: ask where questions are answered, ReceiptService over gRPC";
        return (StatusCode::NOT_IMPLEMENTED, error(text)).into_response();
    };
    let body = timeout(BODY, axum::body::to_bytes(request.into_body(), QUESTION)).await;
    let asked = body.ok().and_then(Result::ok).and_then(|body| serde_json::from_slice::<Asked>(&body).ok());
    let Some(id) = asked.map(|asked| asked.id.trim().to_owned()).filter(|id| !id.is_empty()) else {
        return (StatusCode::BAD_REQUEST, error("send {\"id\": …}: your own id of the message")).into_response();
    };
    let token = shared.ingest.keyring.token("message", &sender.source.name, &id);
    match timeout(ANSWER, store::message::find(store, &sender.source.name, &token)).await {
        Ok(Ok(found)) if found.is_empty() => {
            let text = "no message of yours with this id is known: it was not received, or long ago, or is on its way";
            (StatusCode::NOT_FOUND, error(text)).into_response()
        }
        Ok(Ok(found)) => {
            let receipts = found.iter().map(receipt).collect::<Vec<_>>();
            axum::Json(json!({ "receipts": receipts })).into_response()
        }
        failed => {
            if let Ok(Err(error)) = failed {
                tracing::error!(%error, "a receipt was not answered");
            }
            let later = [(header::RETRY_AFTER, "30")];
            (StatusCode::SERVICE_UNAVAILABLE, later, error("no answer can be given now")).into_response()
        }
    }
}

fn receipt(found: &Found) -> serde_json::Value {
    let mut receipt = json!({ "received_at": found.received_at.to_string(), "duplicates": found.duplicates });
    match &found.outcome {
        Outcome::Stored(events) => {
            receipt["outcome"] = json!("stored");
            receipt["events"] = json!(events);
        }
        Outcome::Ignored => receipt["outcome"] = json!("ignored"),
        Outcome::Rejected { code, place, text } => {
            receipt["outcome"] = json!("rejected");
            receipt["error"] = json!({ "code": code, "place": place, "text": text });
        }
    }
    receipt
}

pub(super) fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next()?.trim().to_ascii_lowercase())
}

fn answer(told: &[Told]) -> Response {
    let outcome = |told: &Told| match &told.rejection {
        None => json!({ "id": told.id, "outcome": "stored" }),
        Some(rejection) => json!({
            "id": told.id,
            "outcome": "rejected",
            "error": {
                "code": rejection.code.as_str(),
                "place": rejection.place.to_string(),
                "text": rejection.text,
            },
        }),
    };
    let refused = told.iter().any(|told| told.rejection.is_some());
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    (status, axum::Json(json!({ "outcomes": told.iter().map(outcome).collect::<Vec<_>>() }))).into_response()
}

fn unavailable() -> Response {
    let later = [(header::RETRY_AFTER, "30")];
    (StatusCode::SERVICE_UNAVAILABLE, later, error("cannot be stored now: send it again later")).into_response()
}

fn error(text: &str) -> axum::Json<serde_json::Value> {
    axum::Json(json!({ "error": { "text": text } }))
}
