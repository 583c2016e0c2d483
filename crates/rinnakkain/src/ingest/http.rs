//! The HTTP listener: social care's CloudEvents, heartbeats, and whether the service is well.
//!
//! | request | answer |
//! |---|---|
//! | `POST /events`, one event or a batch | 200 all stored; 422 some refused, the others are stored; 503 send it again later |
//! | `GET /schemas`, `GET /schemas/{name}` | see [`super::schemas`] |
//! | `/fhir` | see [`super::fhir`] |
//! | `POST /heartbeat` | 204: the source is there and has nothing to tell |
//! | `GET /healthz` | 200: the process answers |
//! | `GET /readyz` | 200: messages can be stored now; else 503 |
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
use axum::routing::{get, post};
use http_body_util::LengthLimitError;
use journal::TraceParent;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::Store;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// A body, at most.
const LIMIT: usize = 2 << 20;
/// Bodies in memory at the same time.
const BODIES: usize = 32;
/// The longest time in which a body must arrive.
pub(super) const BODY: Duration = Duration::from_secs(30);

/// What the handlers use.
pub struct Shared {
    pub ingest: Arc<Ingest>,
    /// Asked whether it answers; `None` where messages are stored elsewhere.
    pub store: Option<Store>,
    /// False while messages cannot be stored.
    pub storing: Arc<AtomicBool>,
    pub(super) bodies: Semaphore,
}

impl Shared {
    pub fn new(ingest: Arc<Ingest>, store: Option<Store>, storing: Arc<AtomicBool>) -> Arc<Self> {
        Arc::new(Self { ingest, store, storing, bodies: Semaphore::new(BODIES) })
    }

    /// The source whose token this is. Every token is compared, so that time tells nothing.
    pub(super) fn sender(&self, headers: &HeaderMap) -> Result<&Sender, Box<Response>> {
        let authorization = headers.get(header::AUTHORIZATION).map_or(b"".as_slice(), |value| value.as_bytes());
        let token = authorization.strip_prefix(b"Bearer ").unwrap_or_default().trim_ascii();
        let digest = Sha256::digest(token);
        let mut found = None;
        for sender in &self.ingest.senders {
            if let IdentifiedBy::Token(expected) = &sender.identified_by
                && bool::from(expected.as_slice().ct_eq(&digest))
            {
                found = Some(sender);
            }
        }
        let refused = || {
            let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
            Box::new((StatusCode::UNAUTHORIZED, challenge, error("no source has this token")).into_response())
        };
        found.filter(|_| !token.is_empty()).ok_or_else(refused)
    }
}

/// The routes.
pub fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/events", post(events))
        .route("/heartbeat", post(heartbeat))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
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
    let trace = request.headers().get("traceparent").and_then(|value| TraceParent::parse(value.to_str().ok()?));
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
        Ok(Err(TooLarge(true))) => {
            return (StatusCode::PAYLOAD_TOO_LARGE, error("the body is longer than 2 MiB")).into_response();
        }
        Ok(Err(TooLarge(false))) => return (StatusCode::BAD_REQUEST, error("the body is not whole")).into_response(),
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

/// Why a body was not read: over the limit, or cut.
pub(super) struct TooLarge(pub(super) bool);

pub(super) async fn read(body: Body) -> Result<bytes::Bytes, TooLarge> {
    let too_large = |error: &axum::Error| error.source().is_some_and(<dyn Error>::is::<LengthLimitError>);
    axum::body::to_bytes(body, LIMIT).await.map_err(|error| TooLarge(too_large(&error)))
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

async fn ready(State(shared): State<Arc<Shared>>) -> Response {
    let answers = match &shared.store {
        Some(store) => timeout(Duration::from_secs(2), store.is_ready()).await.unwrap_or(false),
        None => true,
    };
    if answers && shared.storing.load(Ordering::Relaxed) {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "messages cannot be stored now\n").into_response()
    }
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
