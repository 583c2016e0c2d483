//! The JSON Schemas of what social care sends, as this version reads it.
//!
//! | request | answer |
//! |---|---|
//! | `GET /schemas` | `types`: every event type that is taken with its `dataschema` and where its schema is; `envelope`: where that of a whole event is |
//! | `GET /schemas/{name}` | the schema, whole in itself; the name is `<Type>.json`, the type or the `dataschema`, or `Envelope.json` |
//!
//! They are part of every copy of the program and hold no personal data: no token is asked for.

use super::http::Shared;
use adapter::social::{SCHEMAS, TYPES, envelope, schema, types};
use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;
use std::sync::Arc;

/// The routes.
pub(super) fn router() -> Router<Arc<Shared>> {
    Router::new().route("/schemas", get(index)).route("/schemas/{name}", get(one))
}

async fn index() -> Response {
    let one = |name: &str| {
        json!({
            "type": format!("{TYPES}{name}"),
            "dataschema": format!("{SCHEMAS}{name}"),
            "schema": format!("/schemas/{name}.json"),
        })
    };
    let types: Vec<_> = types().map(one).collect();
    axum::Json(json!({ "envelope": "/schemas/Envelope.json", "types": types })).into_response()
}

async fn one(Path(name): Path<String>) -> Response {
    let name = name.strip_suffix(".json").unwrap_or(&name);
    let name = [SCHEMAS, TYPES].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    let found = if name == "Envelope" { Some(envelope()) } else { schema(name) };
    match found {
        Some(schema) => ([(header::CONTENT_TYPE, "application/schema+json")], format!("{schema:#}\n")).into_response(),
        None => (StatusCode::NOT_FOUND, "no such schema: GET /schemas lists them\n").into_response(),
    }
}
