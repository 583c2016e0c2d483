//! The answer to a request: at most one, and never to an acknowledgement.
//!
//! - What is stored is answered in kind: a message by a message with `ok`, unless its header wants none
//!   (`messageheader-response-request`); a transaction by a transaction-response, which names the entries that gave
//!   nothing. A bundle that is already stored gets the same answer, with an information issue.
//! - Every refusal is an OperationOutcome, also the refusal of a message
//!   (hl7.org/fhir/R4/messageheader-operation-process-message.html): clients look for one under a status of 4xx or 5xx.
//! - An issue holds a code of HL7 table 0357, one of this program's own sentences and a path. It never quotes the
//!   request.

use crate::fhir::header::{EntryUse, Header, Message, RequestKind};
use crate::rejection::{Rejection, RejectionCode};
use bytes::Bytes;
use event::Instant;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The event named in an answer to a message whose event is not supported here.
const PROCESS_MESSAGE: &str = "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message";
/// The name of this service as the answering endpoint. It is no address, because only the deployment knows that.
const ENDPOINT: &str = "urn:rinnakkain";

/// The outcome that the sender is answered.
#[derive(Clone, Copy, Debug)]
pub enum Answer<'a> {
    /// Stored: the sender need not send it again.
    Accepted,
    /// The same bundle is already stored.
    Duplicate,
    /// Rejected, and kept in the quarantine.
    Rejected(&'a Rejection),
    /// Not stored, for a reason that is not in the request: it must be sent again.
    NotStored,
}

impl Answer<'_> {
    /// The HTTP status. 200: stored. 400, 413 and 422: not to be sent again unchanged. 503: to be sent again later.
    #[must_use]
    pub fn http_status(self) -> u16 {
        match self {
            Self::Accepted | Self::Duplicate => 200,
            Self::Rejected(rejection) => match rejection.code {
                RejectionCode::Malformed | RejectionCode::TooDeep => 400,
                RejectionCode::TooLarge => 413,
                RejectionCode::SegmentSequenceError
                | RejectionCode::RequiredFieldMissing
                | RejectionCode::DataTypeError
                | RejectionCode::TableValueNotFound
                | RejectionCode::UnsupportedMessageType
                | RejectionCode::UnsupportedEventCode
                | RejectionCode::UnsupportedProcessingId
                | RejectionCode::UnsupportedVersionId
                | RejectionCode::UnknownKeyIdentifier
                | RejectionCode::DuplicateKeyIdentifier
                | RejectionCode::ApplicationInternalError => 422,
            },
            Self::NotStored => 503,
        }
    }

    fn outcome(self, id: Option<&str>) -> Option<Value> {
        let issue = match self {
            Self::Accepted => return None,
            Self::Duplicate => json!({
                "severity": "information",
                "code": "duplicate",
                "diagnostics": "the same bundle is already stored",
            }),
            Self::Rejected(rejection) => json!({
                "severity": "error",
                "code": issue_type(rejection.code),
                "details": details(rejection.code),
                "diagnostics": rejection.text,
                "expression": [rejection.place.to_string()],
            }),
            Self::NotStored => json!({
                "severity": "error",
                "code": "transient",
                "details": details(RejectionCode::ApplicationInternalError),
                "diagnostics": "cannot be stored now: send it again later",
            }),
        };
        let mut outcome = outcome_of(&issue);
        if let (Some(id), Some(members)) = (id, outcome.as_object_mut()) {
            members.insert("id".to_owned(), id.into());
        }
        Some(outcome)
    }
}

/// The answer's body, `application/fhir+json`; `None` if none is wanted.
#[must_use]
pub fn answer(header: &Header, answer: Answer<'_>, now: Instant) -> Option<Bytes> {
    let is_stored = answer.http_status() == 200;
    let outcome = || {
        let informational = || outcome_of(&json!({ "severity": "information", "code": "informational" }));
        answer.outcome(None).unwrap_or_else(informational)
    };
    let body = match &header.kind {
        RequestKind::Acknowledgement => return None,
        RequestKind::Message(message) if is_stored && !message.wants_answer => return None,
        RequestKind::Message(message) if is_stored => message_answer(message, header.nothing, answer, now),
        RequestKind::Transaction(entries) if is_stored => transaction_answer(entries),
        RequestKind::Message(_) | RequestKind::Transaction(_) | RequestKind::Other => outcome(),
    };
    Some(body.to_string().into())
}

fn outcome_of(issue: &Value) -> Value {
    json!({ "resourceType": "OperationOutcome", "issue": [issue] })
}

/// An entry that gives nothing is accepted, and its outcome states that.
fn transaction_answer(entries: &[EntryUse]) -> Value {
    let entry = |it: &EntryUse| {
        let why = match it {
            EntryUse::NotRead => {
                Some(("not-supported", "resources of this type are not read here: nothing of it is stored"))
            }
            EntryUse::Nothing => {
                Some(("informational", "nothing comes of it: its status or its role is none that an answer shows"))
            }
            EntryUse::Read => None,
        };
        let mut response = json!({ "status": "200 OK" });
        if let Some((code, text)) = why {
            response["outcome"] = outcome_of(&json!({ "severity": "information", "code": code, "diagnostics": text }));
        }
        json!({ "response": response })
    };
    json!({
        "resourceType": "Bundle",
        "type": "transaction-response",
        "entry": entries.iter().map(entry).collect::<Vec<_>>(),
    })
}

/// The refusal of a request that has no FHIR body, or that the caller may not send: `code` is FHIR's issue-type.
#[must_use]
pub fn refusal(code: &'static str, text: &'static str) -> Bytes {
    outcome_of(&json!({ "severity": "error", "code": code, "diagnostics": text })).to_string().into()
}

/// `nothing`: why nothing comes of it.
fn message_answer(message: &Message, nothing: Option<&str>, answer: Answer<'_>, now: Instant) -> Value {
    let [bundle, header, outcome] = ["bundle", "header", "outcome"].map(|part| uuid(&message.id, part, now));
    let mut response = json!({ "identifier": message.id, "code": "ok" });
    let mut own = json!({
        "resourceType": "MessageHeader",
        "id": header,
        "source": { "name": "Rinnakkain", "endpoint": ENDPOINT },
    });
    let gives_nothing = nothing.map(|why| {
        let mut of_nothing =
            outcome_of(&json!({ "severity": "information", "code": "informational", "diagnostics": why }));
        of_nothing["id"] = json!(outcome);
        of_nothing
    });
    let details = answer.outcome(Some(&outcome)).or(gives_nothing);
    if details.is_some() {
        response["details"] = json!({ "reference": format!("urn:uuid:{outcome}") });
    }
    own["response"] = response;
    match message.event {
        Some((system, code)) => own["eventCoding"] = json!({ "system": system, "code": code }),
        None => own["eventUri"] = PROCESS_MESSAGE.into(),
    }
    if let Some(endpoint) = &message.endpoint {
        own["destination"] = json!([{ "endpoint": endpoint }]);
    }
    let entry = |id: &str, resource: Value| json!({ "fullUrl": format!("urn:uuid:{id}"), "resource": resource });
    let entries: Vec<Value> =
        std::iter::once(entry(&header, own)).chain(details.map(|details| entry(&outcome, details))).collect();
    json!({
        "resourceType": "Bundle",
        "id": bundle,
        "type": "message",
        "timestamp": now.to_string(),
        "entry": entries,
    })
}

fn details(code: RejectionCode) -> Value {
    let (number, name) = code.hl7();
    json!({
        "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v2-0357",
            "code": number.to_string(),
            "display": name,
        }],
        "text": code.as_str(),
    })
}

/// FHIR's issue-type (hl7.org/fhir/R4/valueset-issue-type.html).
fn issue_type(code: RejectionCode) -> &'static str {
    match code {
        RejectionCode::SegmentSequenceError | RejectionCode::Malformed => "structure",
        RejectionCode::RequiredFieldMissing => "required",
        RejectionCode::DataTypeError => "value",
        RejectionCode::TableValueNotFound => "code-invalid",
        RejectionCode::UnsupportedMessageType
        | RejectionCode::UnsupportedEventCode
        | RejectionCode::UnsupportedProcessingId
        | RejectionCode::UnsupportedVersionId => "not-supported",
        RejectionCode::UnknownKeyIdentifier => "not-found",
        RejectionCode::DuplicateKeyIdentifier => "duplicate",
        RejectionCode::ApplicationInternalError => "transient",
        RejectionCode::TooLarge => "too-long",
        RejectionCode::TooDeep => "too-costly",
    }
}

/// A UUID that follows from the message's id and the time (RFC 9562, version 8), so the same answer has the same ids.
fn uuid(id: &str, part: &str, now: Instant) -> String {
    let mut hash = Sha256::new().chain_update(id).chain_update([0]).chain_update(part);
    hash.update(now.as_micros().to_be_bytes());
    let digest = hash.finalize();
    let hex = |bytes: &[u8]| hex::encode(bytes);
    let (version, variant) = (0x80 | (digest[6] & 0x0f), 0x80 | (digest[8] & 0x3f));
    let (third, fourth) = ([version, digest[7]], [variant, digest[9]]);
    let parts = [hex(&digest[..4]), hex(&digest[4..6]), hex(&third), hex(&fourth), hex(&digest[10..16])];
    parts.join("-")
}
