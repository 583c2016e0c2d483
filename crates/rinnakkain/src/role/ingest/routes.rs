//! The HTTP listener: social care's CloudEvents, FHIR, heartbeats, receipts and schemas.
//!
//! | request | answer |
//! |---|---|
//! | `POST /events`, one event or a batch | 200 all stored; 422 some refused, the others are stored; 503 send it again later |
//! | `OPTIONS /events` | 200: the handshake of a CloudEvents webhook |
//! | `GET /schemas`, `GET /schemas/{name}` | see [`super::schemas`] |
//! | `/fhir` | see [`super::fhir`] |
//! | `POST /heartbeat` | 204: the source is there and has no message to send |
//! | `POST /receipts`, `{"id": …}` | 200: the outcome of the message with this id; 404: this source has no such message |
//! | another method, or another place | 405, 404 |
//! | `GET /healthz`, `GET /readyz` | see [`crate::role::health`]: of ingest |
//!
//! With a source's token nothing is lost without a trace: what has a body, and is sent to another place, by another method, with
//! a heartbeat or as a question that is none, is kept in the quarantine like every refused message.

use super::http::{Shared, elsewhere, events, handshake, heartbeat, not_so};
use super::{fhir, receipts, schemas};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::post;
use std::sync::Arc;

/// The routes.
pub fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/events", post(events).options(handshake))
        .route("/heartbeat", post(heartbeat))
        .route("/receipts", post(receipts::answer))
        .merge(fhir::router())
        .merge(schemas::router())
        .fallback(elsewhere)
        .method_not_allowed_fallback(not_so)
        .layer(DefaultBodyLimit::disable())
        .with_state(shared)
}
