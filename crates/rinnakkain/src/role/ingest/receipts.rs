//! `POST /receipts`: the outcome of a message, for the source that sent it.

use super::body::{self, Unread};
use super::http::{Shared, error, unavailable};
use super::refusal;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use store::receipt::{MessageStatus, Outcome};
use tokio::time::timeout;

/// The longest body of a question.
const QUESTION: usize = 4 << 10;
/// A text that is no JSON, and shorter, is no message.
const SHORT: usize = 64;
const ASK: &str = "send {\"id\": …}: your own id of the message";
/// How long the database may take to answer.
const ANSWER: Duration = Duration::from_secs(8);

/// Whose message.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    id: String,
}

pub(super) async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let ingest = shared.ingest();
    let sender = match shared.asker(&ingest, &request) {
        Ok(sender) => sender,
        Err(refused) => return *refused,
    };
    let Some(_place) = shared.place(sender).await else { return unavailable() };
    let body = match body::read_to(request, QUESTION).await {
        Err(Unread::TooLong(head)) => {
            let kept = ingest.too_long_body(sender, &head).await;
            let refused = (StatusCode::PAYLOAD_TOO_LARGE, error("a question is at most 4 KiB"));
            return kept.map_or_else(|_| unavailable(), |_| refused.into_response());
        }
        Ok(body) => Some(body),
        Err(Unread::Cut | Unread::Late) => None,
    };
    if let Some(body) = body.as_ref().filter(|body| is_no_question(&body.bytes))
        && ingest.refused_body(sender, &body.bytes, refusal::of_its_form(ASK)).await.is_err()
    {
        return unavailable();
    }
    let asked = body.as_ref().and_then(|body| serde_json::from_slice::<Asked>(&body.bytes).ok());
    let Some(id) = asked.map(|asked| asked.id.trim().to_owned()).filter(|id| !id.is_empty()) else {
        return (StatusCode::BAD_REQUEST, error(ASK)).into_response();
    };
    let Some(store) = &shared.receipts else {
        let text = "this process has no database: ask ReceiptService over gRPC, where questions are answered";
        return (StatusCode::NOT_IMPLEMENTED, error(text)).into_response();
    };
    let token = ingest.keyring.token("message", &sender.source.name, &id);
    match timeout(ANSWER, store::receipt::find(store, &sender.source.name, &token)).await {
        Ok(Ok(found)) if found.is_empty() => {
            let text = "no message of yours with this id is known: it was not received, was received too long ago, or is still in flight";
            (StatusCode::NOT_FOUND, error(text)).into_response()
        }
        Ok(Ok(found)) => {
            let receipts = found.iter().map(receipt).collect::<Vec<_>>();
            axum::Json(json!({ "receipts": receipts })).into_response()
        }
        failed => {
            if let Ok(Err(error)) = failed {
                tracing::error!(%error, "a receipt could not be read");
            }
            let later = [(header::RETRY_AFTER, "30")];
            (StatusCode::SERVICE_UNAVAILABLE, later, error("no answer can be given now")).into_response()
        }
    }
}

/// A message at the wrong place, which is kept. A question that is written wrongly is short, or has no members inside its
/// members: of nothing that it says an answer would be "none".
fn is_no_question(body: &[u8]) -> bool {
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => members.values().any(|it| it.is_object() || it.is_array()),
        Ok(Value::Array(_)) => true,
        Ok(_) => false,
        Err(_) => body.len() > SHORT,
    }
}

fn receipt(found: &MessageStatus) -> serde_json::Value {
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
