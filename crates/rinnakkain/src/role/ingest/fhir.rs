//! FHIR R4 over HTTP: messages and transactions in, and the CapabilityStatement.
//!
//! | request | answer |
//! |---|---|
//! | `POST /fhir/$process-message`, `POST /fhir` | 200 stored; 204 the same, with no answer wanted; 400, 413, 422 do not send it again unchanged; 503 send it again later |
//! | `GET /fhir/metadata` | 200: the CapabilityStatement |
//! | another method, or anything else below `/fhir` | 405, 404 |
//! | another form asked for, or sent | 406, 415: see [`super::fhir_media`] |
//!
//! Every refusal is an OperationOutcome, also for a missing token (401). What a source sends in another form, by another
//! method or to another place below `/fhir`, is kept in the quarantine like every refused message. A message is answered by a message, a transaction
//! by a transaction-response (see [`adapter::fhir`]); both paths take both. A bundle that was stored before is ok with a note:
//! without Kafka the database knows it, with Kafka this ingest knows the bundles that it stored last. Nothing under `/fhir`
//! can be read, searched or deleted.

use super::fhir_media::{asked_for, is_answered_elsewhere, is_taken};
use super::http::{Shared, Unread, Whole, is_plain, read, trace};
use super::queue::Done;
use super::{Ingest, NotStored, offload};
use super::{Message, refusal};
use crate::clock;
use crate::config::Sender;
use crate::telemetry::spans::Receiving;
use adapter::fhir::{ANSWERED_HERE, Answer, Header, answer, metadata, refusal as outcome};
use adapter::{Format, Rejection};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, get, post};
use bytes::Bytes;
use journal::TraceParent;
use std::sync::Arc;
use tokio::time::timeout;

const JSON: HeaderValue = HeaderValue::from_static("application/fhir+json; fhirVersion=4.0");

/// The routes; some senders write the `$` as `%24`.
pub fn router() -> Router<Arc<Shared>> {
    let taken = || post(process).fallback(not_post);
    let statement = || async { body(StatusCode::OK, metadata(env!("CARGO_PKG_VERSION"))) };
    let statement: MethodRouter<Arc<Shared>> = get(statement).fallback(not_get);
    Router::new()
        .route("/fhir", taken())
        .route("/fhir/", taken())
        .route("/fhir/$process-message", taken())
        .route("/fhir/%24process-message", taken())
        .route("/fhir/metadata", statement)
        .route("/fhir/{*rest}", any(elsewhere))
        .layer(from_fn(in_the_form_asked_for))
}

const NOT_HERE: &str = "there is nothing here";
const METHOD: &str = "this method is not served here";
const NOT_FHIR: &str = "this source is not of format fhir";
const FORM: &str = "send application/fhir+json of FHIR 4.0 in UTF-8, not compressed";
const ANSWERS: &str = "answers are application/fhir+json of FHIR 4.0";

/// A request whose `Accept` allows no answer is not taken: see [`wrong_form`].
async fn in_the_form_asked_for(request: Request, next: Next) -> Response {
    let form = asked_for(request.uri(), request.headers());
    if form.is_none() && [Method::GET, Method::HEAD].contains(request.method()) {
        return refused(StatusCode::NOT_ACCEPTABLE, "not-supported", ANSWERS);
    }
    let mut response = next.run(request).await;
    let Some(form) = form else { return response };
    if response.headers().contains_key(header::CONTENT_TYPE) {
        response.headers_mut().insert(header::CONTENT_TYPE, form);
    }
    response
}

/// Nothing is served there. What a source sends there is kept.
async fn elsewhere(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let kept = shared.keep(request, NOT_HERE).await;
    kept.map_or_else(|_| unavailable(&Header::default()), |()| refused(StatusCode::NOT_FOUND, "not-found", NOT_HERE))
}

/// Nor what comes by another method.
async fn not_post(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    not_allowed(&shared, request, "POST").await
}

async fn not_get(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    not_allowed(&shared, request, "GET, HEAD").await
}

/// Why a request is not taken for its form.
fn wrong_form(request: &Request) -> Option<(StatusCode, &'static str)> {
    if asked_for(request.uri(), request.headers()).is_none() {
        Some((StatusCode::NOT_ACCEPTABLE, ANSWERS))
    } else if !is_plain(request.headers()) || !is_taken(request.headers()) {
        Some((StatusCode::UNSUPPORTED_MEDIA_TYPE, FORM))
    } else if is_answered_elsewhere(request.uri()) {
        Some((StatusCode::BAD_REQUEST, ANSWERED_HERE))
    } else {
        None
    }
}

async fn process(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let ingest = shared.ingest();
    let sender = match shared.asker(&ingest, &request) {
        Ok(sender) if sender.source.format == Format::Fhir => sender,
        Ok(sender) => {
            let kept = shared.refuse(&ingest, sender, request, NOT_FHIR).await;
            let refused = || refused(StatusCode::FORBIDDEN, "forbidden", NOT_FHIR);
            return kept.map_or_else(|_| unavailable(&Header::default()), |()| refused());
        }
        Err(_) => return nobody(),
    };
    if let Some((status, text)) = wrong_form(&request) {
        let kept = shared.refuse(&ingest, sender, request, text).await;
        return kept.map_or_else(|_| unavailable(&Header::default()), |()| refused(status, "not-supported", text));
    }
    let trace = trace(request.headers());
    let Some(_place) = shared.place(sender).await else { return unavailable(&Header::default()) };
    let Whole { bytes: bundle, _serving } = match read(request).await {
        Ok(bundle) => bundle,
        Err(Unread::TooLong(head)) => {
            let (nobody, outcome) = (Header::default(), ingest.too_long_body(sender, &head).await);
            let refused = outcome.map(|it| it.rejection.map(|it| respond(&nobody, Answer::Rejected(&it))));
            return refused.ok().flatten().unwrap_or_else(|| unavailable(&nobody));
        }
        Err(Unread::Cut) => return refused(StatusCode::BAD_REQUEST, "structure", "the body is not whole"),
        Err(Unread::Late) => return refused(StatusCode::REQUEST_TIMEOUT, "timeout", "the body did not arrive in time"),
    };
    let mut header = offload::of(bundle.len(), || Header::read(&bundle)).await;
    match ingest.fhir(sender, &bundle, &mut header, trace).await {
        Err(NotStored) => unavailable(&header),
        Ok(Taken::Stored) => respond(&header, Answer::Accepted),
        Ok(Taken::Duplicate) => respond(&header, Answer::Duplicate),
        Ok(Taken::Refused(rejection)) => respond(&header, Answer::Rejected(&rejection)),
    }
}

/// The outcome of a bundle.
enum Taken {
    Stored,
    Duplicate,
    Refused(Box<Rejection>),
}

impl Ingest {
    /// One bundle.
    async fn fhir(
        &self,
        sender: &Sender,
        bundle: &[u8],
        header: &mut Header,
        trace: Option<TraceParent>,
    ) -> Result<Taken, NotStored> {
        let arrived = self.arrivals.next();
        let receiving = Receiving::begin(&sender.source, trace);
        let translation = offload::of(bundle.len(), || adapter::translate(&sender.source, &self.keyring, bundle)).await;
        for remark in translation.remarks_at(arrived.at) {
            tracing::info!(source = sender.source.name, code = %remark.code, place = %remark.place, "accepted with a remark");
        }
        *header = std::mem::take(header).gave(&translation, bundle);
        let message = Message::whole(bundle, translation.message_id.as_deref());
        let message = message.with_header(translation.header_id.as_deref());
        let sealed =
            offload::of(bundle.len(), || self.part(&sender.source, translation.outcome, message, (arrived, receiving)));
        let (part, rejection) = sealed.await;
        let done = timeout(self.hold, self.queue.store(part)).await;
        match (done, rejection) {
            (Ok(Some(Done::Stored | Done::Duplicate)), Some(rejection)) => Ok(Taken::Refused(Box::new(rejection))),
            (Ok(Some(Done::Stored)), None) => Ok(Taken::Stored),
            (Ok(Some(Done::Duplicate)), None) => Ok(Taken::Duplicate),
            (Ok(Some(Done::Refused)), _) => Ok(Taken::Refused(Box::new(refusal::of_the_database()))),
            (Ok(Some(Done::NotStored) | None) | Err(_), _) => {
                tracing::warn!(source = sender.source.name, "a bundle was not stored in time: its sender keeps it");
                self.leave(&sender.source);
                Err(NotStored)
            }
        }
    }
}

fn nobody() -> Response {
    let mut response = refused(StatusCode::UNAUTHORIZED, "login", "no source has this token");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

async fn not_allowed(shared: &Shared, request: Request, allowed: &'static str) -> Response {
    if shared.keep(request, METHOD).await.is_err() {
        return unavailable(&Header::default());
    }
    let mut response = refused(StatusCode::METHOD_NOT_ALLOWED, "not-supported", METHOD);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
    response
}

fn respond(header: &Header, answered: Answer<'_>) -> Response {
    let status = StatusCode::from_u16(answered.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match answer(header, answered, clock::now()) {
        Some(answer) => body(status, answer),
        None if status.is_success() => StatusCode::NO_CONTENT.into_response(),
        None => status.into_response(),
    }
}

fn unavailable(header: &Header) -> Response {
    let mut response = respond(header, Answer::NotStored);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
    response
}

fn refused(status: StatusCode, code: &'static str, text: &'static str) -> Response {
    body(status, outcome(code, text))
}

fn body(status: StatusCode, body: Bytes) -> Response {
    (status, [(header::CONTENT_TYPE, JSON)], body).into_response()
}
