//! FHIR R4 over HTTP: messages and transactions in, and what is taken here.
//!
//! | request | answer |
//! |---|---|
//! | `POST /fhir/$process-message`, `POST /fhir` | 200 stored; 204 an acknowledgement, never answered; 400, 413, 422 not to be sent again unchanged; 503 send it again later |
//! | `GET /fhir/metadata` | 200: the CapabilityStatement |
//!
//! A message is answered by a message, a transaction by a transaction-response (see [`adapter::fhir`]); either way takes
//! both. That a bundle was stored before is told where the database is asked; where Kafka stands between, of the bundles
//! that this ingest stored last. It is ok either way. There is nothing else under `/fhir`: nothing can be read, searched or deleted.

use super::http::{BODY, Shared, Unread, content_type, is_plain, read, trace};
use super::queue::Done;
use super::{Ingest, NotStored};
use super::{Message, refusal};
use crate::clock;
use crate::config::Sender;
use crate::telemetry::metrics;
use crate::telemetry::spans::Receiving;
use adapter::fhir::{Answer, Header, answer, metadata, refusal as outcome};
use adapter::{Format, Rejection};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use journal::TraceParent;
use std::sync::Arc;
use tokio::time::timeout;

const JSON: HeaderValue = HeaderValue::from_static("application/fhir+json; fhirVersion=4.0");

/// The routes; some senders write the `$` as `%24`.
pub fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/fhir", post(process))
        .route("/fhir/", post(process))
        .route("/fhir/$process-message", post(process))
        .route("/fhir/%24process-message", post(process))
        .route("/fhir/metadata", get(|| async { body(StatusCode::OK, metadata(env!("CARGO_PKG_VERSION"))) }))
}

async fn process(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let sender = match shared.sender(request.headers()) {
        Ok(sender) if sender.source.format == Format::Fhir => sender,
        Ok(_) => return refused(StatusCode::FORBIDDEN, "forbidden", "this source is not of format fhir"),
        Err(refused) => return *refused,
    };
    if !is_json(request.headers()) {
        let text = "send application/fhir+json, not compressed";
        return refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-supported", text);
    }
    let trace = trace(request.headers());
    let Ok(_place) = shared.bodies.acquire().await else { return unavailable(&Header::default()) };
    let bundle = match timeout(BODY, read(request)).await {
        Ok(Ok(bundle)) => bundle,
        Ok(Err(Unread::TooLong(head))) => {
            let (nobody, told) = (Header::default(), shared.ingest.too_long_body(sender, &head).await);
            let refused = told.map(|told| told.rejection.map(|it| say(&nobody, Answer::Rejected(&it))));
            return refused.ok().flatten().unwrap_or_else(|| unavailable(&nobody));
        }
        Ok(Err(Unread::Cut)) => return refused(StatusCode::BAD_REQUEST, "structure", "the body is not whole"),
        Err(_) => return refused(StatusCode::REQUEST_TIMEOUT, "timeout", "the body did not arrive in time"),
    };
    let header = Header::read(&bundle);
    match shared.ingest.fhir(sender, &bundle, trace).await {
        Err(NotStored) => unavailable(&header),
        Ok(Taken::Stored) => say(&header, Answer::Accepted),
        Ok(Taken::Duplicate) => say(&header, Answer::Duplicate),
        Ok(Taken::Refused(rejection)) => say(&header, Answer::Rejected(&rejection)),
    }
}

/// What became of a bundle.
enum Taken {
    Stored,
    Duplicate,
    Refused(Box<Rejection>),
}

impl Ingest {
    /// One bundle.
    async fn fhir(&self, sender: &Sender, bundle: &[u8], trace: Option<TraceParent>) -> Result<Taken, NotStored> {
        let arrived = self.arrivals.next();
        let receiving = Receiving::begin(&sender.source, trace);
        let translation = adapter::translate(&sender.source, &self.keyring, bundle);
        for odd in translation.remarks(arrived.at) {
            tracing::info!(source = sender.source.name, code = %odd.code, place = %odd.place, "taken as told, and odd");
        }
        let message = Message::whole(bundle, translation.message_id.as_deref());
        let (part, rejection) = self.part(&sender.source, translation.outcome, message, (arrived, receiving));
        let done = timeout(self.hold, self.queue.store(part)).await;
        match (done, rejection) {
            (Ok(Some(Done::Stored | Done::Duplicate)), Some(rejection)) => Ok(Taken::Refused(Box::new(rejection))),
            (Ok(Some(Done::Stored)), None) => Ok(Taken::Stored),
            (Ok(Some(Done::Duplicate)), None) => Ok(Taken::Duplicate),
            (Ok(Some(Done::Refused)), _) => Ok(Taken::Refused(Box::new(refusal::of_the_database()))),
            (Ok(Some(Done::NotStored) | None) | Err(_), _) => {
                tracing::warn!(source = sender.source.name, "a bundle was not stored in time: its sender keeps it");
                metrics::not_stored(&sender.source.name);
                Err(NotStored)
            }
        }
    }
}

/// A request that is compressed could grow without a bound.
fn is_json(headers: &HeaderMap) -> bool {
    is_plain(headers) && matches!(content_type(headers).as_deref(), Some("application/fhir+json" | "application/json"))
}

fn say(header: &Header, told: Answer<'_>) -> Response {
    let status = StatusCode::from_u16(told.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match answer(header, told, clock::now()) {
        Some(answer) => body(status, answer),
        None if status.is_success() => StatusCode::NO_CONTENT.into_response(),
        None => status.into_response(),
    }
}

fn unavailable(header: &Header) -> Response {
    let mut response = say(header, Answer::NotStored);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
    response
}

fn refused(status: StatusCode, code: &'static str, text: &'static str) -> Response {
    body(status, outcome(code, text))
}

fn body(status: StatusCode, body: Bytes) -> Response {
    (status, [(header::CONTENT_TYPE, JSON)], body).into_response()
}
