//! What every handler of the HTTP listener uses, and two of them: social care's CloudEvents, and heartbeats.
//!
//! A message's id goes in a body and never in a URL, because proxies log URLs. A source of any format asks for receipts with
//! its token; where this process has no database, over gRPC.
//!
//! One event is sent structured (`application/cloudevents+json`) or binary (`application/json` and its attributes in `ce-`
//! headers), several as a batch. An event that was stored before is "stored": the sender need not send it again.

use super::body::charset;
pub(super) use super::body::{Unread, Whole, is_plain, read};
use super::mode::{Mode, attributes};
use super::{Current, EventOutcome, Ingest, NotStored, offload, refusal};
use crate::config::{IdentifiedBy, Sender};
use crate::telemetry::metrics;
use axum::body::HttpBody;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use journal::TraceParent;
use quota::{Connection, Peer, Refusals, Share, Shares};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use subtle::ConstantTimeEq;
use tokio::time::timeout;

/// Bodies in memory at the same time, and a source's share.
const BODIES: (usize, usize) = (32, 8);
/// How long a source that already has all its requests waits for one of them to end.
const ROOM: Duration = Duration::from_secs(10);

const NOT_COMPRESSED: &str = "send it not compressed";
const MODES: &str = "send application/cloudevents+json or application/cloudevents-batch+json, or JSON with ce- headers";
const UTF_8: &str = "send JSON in UTF-8";

/// What the handlers use.
pub struct Shared {
    ingest: Current,
    /// Where receipts are, if this process has a database.
    pub(super) receipts: Option<Store>,
    bodies: Shares<String>,
    unregistered: Refusals<Peer>,
}

impl Shared {
    pub fn new(ingest: Current, receipts: Option<Store>) -> Arc<Self> {
        let bodies = Shares::new(BODIES.0, BODIES.1);
        Arc::new(Self { ingest, receipts, bodies, unregistered: Refusals::default() })
    }

    /// By what is configured now.
    pub(super) fn ingest(&self) -> Arc<Ingest> {
        Arc::clone(&self.ingest.borrow())
    }

    /// The source that sends over HTTP and whose token this is, with its request. What a source of HL7 v2 sends here is kept.
    async fn sender<'i>(&self, ingest: &'i Ingest, request: Request) -> Result<(&'i Sender, Request), Box<Response>> {
        let sender = self.asker(ingest, &request)?;
        if matches!(sender.identified_by, IdentifiedBy::Token) {
            return Ok((sender, request));
        }
        let kept = self.refuse(ingest, sender, request, OVER_MLLP).await;
        let refused = || (StatusCode::FORBIDDEN, error(OVER_MLLP)).into_response();
        Err(Box::new(kept.map_or_else(|_| unavailable(), |()| refused())))
    }

    /// The source whose token this is. Every token is compared, so the time taken reveals nothing.
    pub(super) fn asker<'i>(&self, ingest: &'i Ingest, request: &Request) -> Result<&'i Sender, Box<Response>> {
        let mut given = request.headers().get_all(header::AUTHORIZATION).iter();
        let token = given.next().and_then(|value| api::bearer(value.as_bytes()));
        // A request with two tokens has no source.
        let token = token.filter(|_| given.next().is_none()).unwrap_or_default();
        let digest = Sha256::digest(token);
        let mut found = None;
        for sender in &ingest.senders {
            for expected in sender.tokens() {
                if bool::from(expected.as_slice().ct_eq(&digest)) {
                    found = Some(sender);
                }
            }
        }
        let found = found.filter(|_| !token.is_empty());
        if let Some(connection) = request.extensions().get::<Connection>() {
            match found {
                Some(_) => connection.known(),
                None => self.unregistered(connection),
            }
        }
        found.ok_or_else(|| Box::new(nobody()))
    }

    fn unregistered(&self, connection: &Connection) {
        connection.refused();
        metrics::unregistered("http");
        let peer = connection.peer();
        if let Some(count) = self.unregistered.note(peer) {
            tracing::warn!(listener = "http", %peer, count, "requests without a source's token");
        }
    }

    /// A request in a form that is not accepted. Its content is kept and counted like every refused message: meanwhile
    /// no answer is "none" about the clients that it names (law 5). If a request did not arrive whole, its sender knows
    /// that it is lost.
    pub(super) async fn refuse(
        &self,
        ingest: &Ingest,
        sender: &Sender,
        request: Request,
        why: &'static str,
    ) -> Result<(), NotStored> {
        let Some(_place) = self.place(sender).await else { return Err(NotStored) };
        let kept = match read(request).await {
            Ok(Whole { bytes, _serving }) if !bytes.is_empty() => {
                ingest.refused_body(sender, &bytes, refusal::of_its_form(why)).await
            }
            Err(Unread::TooLong(head)) => ingest.too_long_body(sender, &head).await,
            Ok(_) | Err(Unread::Cut | Unread::Late) => return Ok(()),
        };
        kept.map(drop)
    }

    /// What a source sends to where nothing is taken: kept as [`Self::refuse`] keeps it. Of somebody without a token nothing is
    /// read.
    pub(super) async fn keep(&self, request: Request, why: &'static str) -> Result<(), NotStored> {
        if request.body().is_end_stream() {
            return Ok(());
        }
        let ingest = self.ingest();
        match self.asker(&ingest, &request) {
            Ok(sender) => self.refuse(&ingest, sender, request, why).await,
            Err(_) => Ok(()),
        }
    }

    /// A place for a body of this source. `None`: it has too many already.
    pub(super) async fn place(&self, sender: &Sender) -> Option<Share<String>> {
        timeout(ROOM, self.bodies.take(&sender.source.name)).await.ok()
    }
}

fn nobody() -> Response {
    let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
    (StatusCode::UNAUTHORIZED, challenge, error("no source has this token")).into_response()
}

/// A webhook may deliver here, at any rate (CloudEvents webhook 1.0.2, 4). It gives nothing away and allows nothing: each
/// delivery needs its source's token.
pub(super) async fn handshake(asked: HeaderMap) -> Response {
    const ORIGIN: HeaderName = HeaderName::from_static("webhook-request-origin");
    const RATE: HeaderName = HeaderName::from_static("webhook-request-rate");
    let mut response = [(header::ALLOW, "POST, OPTIONS")].into_response();
    if let Some(origin) = asked.get(ORIGIN) {
        let answer = response.headers_mut();
        answer.insert(HeaderName::from_static("webhook-allowed-origin"), origin.clone());
        if asked.contains_key(RATE) {
            answer.insert(HeaderName::from_static("webhook-allowed-rate"), HeaderValue::from_static("*"));
        }
    }
    response
}

const NOT_HERE: &str = "nothing is taken here: send events to POST /events, FHIR to POST /fhir";
const OVER_MLLP: &str = "this source sends HL7 v2 over MLLP: over HTTP it may ask for its receipts";
const NOT_SO: &str = "this method is not served here";
const OF_A_HEARTBEAT: &str = "a heartbeat has no body: send events to POST /events";

/// Nothing is taken there. What a source sends there is kept.
pub(super) async fn elsewhere(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let kept = shared.keep(request, NOT_HERE).await;
    kept.map_or_else(|_| unavailable(), |()| (StatusCode::NOT_FOUND, error(NOT_HERE)).into_response())
}

/// Nor by that method.
pub(super) async fn not_so(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let kept = shared.keep(request, NOT_SO).await;
    kept.map_or_else(|_| unavailable(), |()| (StatusCode::METHOD_NOT_ALLOWED, error(NOT_SO)).into_response())
}

pub(super) async fn events(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let ingest = shared.ingest();
    let (sender, request) = match shared.sender(&ingest, request).await {
        Ok(of_a_sender) => of_a_sender,
        Err(refused) => return *refused,
    };
    let trace = trace(request.headers());
    if !is_plain(request.headers()) {
        let kept = shared.refuse(&ingest, sender, request, NOT_COMPRESSED).await;
        let plain = [(header::ACCEPT_ENCODING, "identity")];
        let refused = (StatusCode::UNSUPPORTED_MEDIA_TYPE, plain, error(NOT_COMPRESSED));
        return kept.map_or_else(|_| unavailable(), |()| refused.into_response());
    }
    let Some(mode) = Mode::of(request.headers()) else {
        let kept = shared.refuse(&ingest, sender, request, MODES).await;
        let refused = (StatusCode::UNSUPPORTED_MEDIA_TYPE, error(MODES));
        return kept.map_or_else(|_| unavailable(), |()| refused.into_response());
    };
    let (charset, attributes) = (charset(request.headers()), attributes(request.headers()));
    let Some(_place) = shared.place(sender).await else { return unavailable() };
    let Whole { bytes: body, _serving } = match read(request).await {
        Ok(body) => body,
        Err(Unread::TooLong(head)) => {
            return match ingest.too_long_body(sender, &head).await {
                Ok(outcome) => {
                    let text = outcome.rejection.map_or("", |rejection| rejection.text);
                    (StatusCode::PAYLOAD_TOO_LARGE, error(text)).into_response()
                }
                Err(NotStored) => unavailable(),
            };
        }
        Err(Unread::Cut) => return (StatusCode::BAD_REQUEST, error("the body is not whole")).into_response(),
        Err(Unread::Late) => {
            return (StatusCode::REQUEST_TIMEOUT, error("the body did not arrive in time")).into_response();
        }
    };
    if !charset.is_none_or(|charset| charset.may_hold(&body)) {
        let kept = ingest.refused_body(sender, &body, refusal::of_its_form(UTF_8)).await;
        let refused = (StatusCode::UNSUPPORTED_MEDIA_TYPE, error(UTF_8));
        return kept.map_or_else(|_| unavailable(), |_| refused.into_response());
    }
    let (body, batch) = match mode {
        Mode::Structured => (body, false),
        Mode::Batched => (body, true),
        // Kept as it would have been sent structured: redriving it needs no headers.
        Mode::Binary => match adapter::social::structured(&borrowed(&attributes), &body) {
            Ok(event) => (event.into(), false),
            Err(rejection) => return respond(ingest.refused_body(sender, &body, rejection).await),
        },
    };
    let split = offload::of(body.len(), || adapter::social::split(&body, batch));
    match split.await {
        Ok(events) => {
            let events: Vec<&[u8]> = events.iter().map(|event| event.get().as_bytes()).collect();
            let stored = ingest.social(sender, &events, trace).await;
            stored.map_or_else(|_| unavailable(), |outcomes| answer(&outcomes))
        }
        Err(rejection) => respond(ingest.refused_body(sender, &body, rejection).await),
    }
}

/// The trace that the sender began, if any.
pub(super) fn trace(headers: &HeaderMap) -> Option<TraceParent> {
    TraceParent::parse(headers.get("traceparent")?.to_str().ok()?)
}

/// The answer about one body that holds no event.
fn respond(refused: Result<EventOutcome, NotStored>) -> Response {
    refused.map_or_else(|_| unavailable(), |outcome| answer(&[outcome]))
}

fn borrowed(attributes: &[(String, String)]) -> Vec<(&str, &str)> {
    attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// A body is no part of a heartbeat: it is an event at the wrong place, and whoever sends it there has something to say. Some
/// clients send an empty object with every request.
pub(super) async fn heartbeat(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let ingest = shared.ingest();
    let (sender, request) = match shared.sender(&ingest, request).await {
        Ok(of_a_sender) => of_a_sender,
        Err(refused) => return *refused,
    };
    if !request.body().is_end_stream() {
        let Some(_place) = shared.place(sender).await else { return unavailable() };
        let kept = match read(request).await {
            Ok(Whole { bytes, .. }) if matches!(bytes.trim_ascii(), b"" | b"{}" | b"null") => None,
            Ok(Whole { bytes, _serving }) => {
                Some(ingest.refused_body(sender, &bytes, refusal::of_its_form(OF_A_HEARTBEAT)).await)
            }
            Err(Unread::TooLong(head)) => Some(ingest.too_long_body(sender, &head).await),
            Err(Unread::Cut | Unread::Late) => return (StatusCode::BAD_REQUEST, error(OF_A_HEARTBEAT)).into_response(),
        };
        if let Some(kept) = kept {
            let refused = (StatusCode::BAD_REQUEST, error(OF_A_HEARTBEAT));
            return kept.map_or_else(|_| unavailable(), |_| refused.into_response());
        }
    }
    ingest.heartbeat(sender).await.map_or_else(|_| unavailable(), |()| StatusCode::NO_CONTENT.into_response())
}

fn answer(outcomes: &[EventOutcome]) -> Response {
    let outcome = |it: &EventOutcome| match &it.rejection {
        None => json!({ "id": it.id, "outcome": "stored" }),
        Some(rejection) => json!({
            "id": it.id,
            "outcome": "rejected",
            "error": {
                "code": rejection.code.as_str(),
                "place": rejection.place.to_string(),
                "text": rejection.text,
            },
        }),
    };
    let refused = outcomes.iter().any(|it| it.rejection.is_some());
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    (status, axum::Json(json!({ "outcomes": outcomes.iter().map(outcome).collect::<Vec<_>>() }))).into_response()
}

pub(super) fn unavailable() -> Response {
    let later = [(header::RETRY_AFTER, "30")];
    (StatusCode::SERVICE_UNAVAILABLE, later, error("cannot be stored now: send it again later")).into_response()
}

pub(super) fn error(text: &str) -> axum::Json<serde_json::Value> {
    axum::Json(json!({ "error": { "text": text } }))
}
