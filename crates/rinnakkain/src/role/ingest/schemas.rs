//! The JSON Schemas of what social care sends, as this version reads it.
//!
//! | request | answer |
//! |---|---|
//! | `GET /schemas` | every `dataschema` that is taken, and where its schema is |
//! | `GET /schemas/{name}` | the schema, whole in itself; the name is `<Type>.json`, the type or the `dataschema` |
//!
//! They are part of every copy of the program and hold no personal data: no token is asked for.

use super::http::Shared;
use adapter::social::{schema, types};
use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Map, json};
use std::sync::Arc;

/// The prefix of `dataschema`, with the version.
const URN: &str = "urn:rinnakkain:social:v1:";

/// The routes.
pub(super) fn router() -> Router<Arc<Shared>> {
    Router::new().route("/schemas", get(index)).route("/schemas/{name}", get(one))
}

async fn index() -> Response {
    let schemas: Map<_, _> =
        types().map(|name| (format!("{URN}{name}"), json!(format!("/schemas/{name}.json")))).collect();
    axum::Json(schemas).into_response()
}

async fn one(Path(name): Path<String>) -> Response {
    let name = name.strip_suffix(".json").unwrap_or(&name);
    let name = name.strip_prefix(URN).unwrap_or(name);
    match schema(name) {
        Some(schema) => ([(header::CONTENT_TYPE, "application/schema+json")], format!("{schema:#}\n")).into_response(),
        None => (StatusCode::NOT_FOUND, "no such schema\n").into_response(),
    }
}
