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
//! | `GET /healthz`, `GET /readyz` | see [`crate::role::health`]: of ingest |

use super::http::{Shared, events, handshake, heartbeat};
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
        .layer(DefaultBodyLimit::disable())
        .with_state(shared)
}
