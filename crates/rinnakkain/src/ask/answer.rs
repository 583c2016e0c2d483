//! An answer of the API, and its JSON: the API's own, from the descriptors, so that a new field appears by itself. Short ways
//! to the choice of a `oneof` stand beside it ([`short`]).

use super::short;
use anyhow::Context;
use api::proto;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};
use serde_json::Value;

/// What was answered, all pages of a list in one.
pub(super) enum Answer {
    Workers(proto::ListCurrentWorkersResponse),
    OwnWorker(proto::GetOwnWorkerResponse),
    Involvement(proto::CheckInvolvementResponse),
    View(Box<proto::GetParallelViewResponse>),
    Timeline(proto::ListTimelineResponse),
    Recorded(proto::RecordConsentResponse),
    Withdrawn(proto::WithdrawConsentResponse),
}

impl Answer {
    /// The response as proto3 JSON with the short ways, in one line.
    pub(super) fn json(&self) -> anyhow::Result<String> {
        let mut answer = self.own()?;
        if let Some(answer) = answer.as_object_mut() {
            short::add(answer);
        }
        Ok(answer.to_string())
    }

    /// The API's own.
    fn own(&self) -> anyhow::Result<Value> {
        match self {
            Self::Workers(it) => own(it, "ListCurrentWorkersResponse"),
            Self::OwnWorker(it) => own(it, "GetOwnWorkerResponse"),
            Self::Involvement(it) => own(it, "CheckInvolvementResponse"),
            Self::View(it) => own(&**it, "GetParallelViewResponse"),
            Self::Timeline(it) => own(it, "ListTimelineResponse"),
            Self::Recorded(it) => own(it, "RecordConsentResponse"),
            Self::Withdrawn(it) => own(it, "WithdrawConsentResponse"),
        }
    }
}

fn own(response: &impl Message, name: &str) -> anyhow::Result<Value> {
    let pool = DescriptorPool::decode(api::DESCRIPTORS).context("the API's descriptors cannot be read")?;
    let descriptor = pool.get_message_by_name(&format!("rinnakkain.care.v1.{name}"));
    let mut message = DynamicMessage::new(descriptor.with_context(|| format!("the API has no {name}"))?);
    message.transcode_from(response).context("the answer does not fit the API's descriptors")?;
    // As in proto3 JSON, a field with its default value is left out: an empty list, an empty text, false and 0. That is
    // never ambiguous: a field that must be distinguished from "not known" has presence, and such a field is always
    // printed. So is the member of a oneof even if it is empty (`"notInvolved":{}`, `"complete":{}`), and an `optional`
    // that is false.
    let options = SerializeOptions::new().skip_default_fields(true);
    Ok(message.serialize_with_options(serde_json::value::Serializer, &options)?)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use prost_reflect::DeserializeOptions;
    use serde_json::json;

    /// A response from its proto3 JSON.
    pub(in crate::ask) fn response<T: Message + Default>(name: &str, json: &Value) -> T {
        let pool = DescriptorPool::decode(api::DESCRIPTORS).unwrap();
        let descriptor = pool.get_message_by_name(&format!("rinnakkain.care.v1.{name}")).unwrap();
        let options = DeserializeOptions::new();
        DynamicMessage::deserialize_with_options(descriptor, json, &options).unwrap().transcode_to().unwrap()
    }

    #[test]
    fn the_json_is_the_apis_own() {
        let printed = |answer: Answer| answer.own().unwrap();
        let at = "2026-11-22T12:00:00Z";
        let source =
            json!({ "name": "kys", "covers": ["COVERAGE_STAYS"], "reportedUntil": at, "rejectedUnnamed": "2" });
        let standing = json!({ "at": at, "sources": [source] });
        let not = json!({ "standing": standing, "notInvolved": {} });
        assert_eq!(printed(Answer::Involvement(response("CheckInvolvementResponse", &not))), not);
        let worker =
            json!({ "role": "WORKER_ROLE_OWN_WORKER", "publicServicePost": false, "contact": { "notReported": {} } });
        let workers = json!({ "workers": [worker], "completeness": { "complete": {} } });
        assert_eq!(printed(Answer::Workers(response("ListCurrentWorkersResponse", &workers))), workers);
        let not_named = json!({ "notNamed": { "clientship": true, "why": "NOT_NAMED_WHY_NOT_KNOWN" } });
        assert_eq!(printed(Answer::OwnWorker(response("GetOwnWorkerResponse", &not_named))), not_named);
        let view = json!({ "health": { "shown": { "stays": [{ "inferred": true }] } }, "social": { "withheld": {} } });
        assert_eq!(printed(Answer::View(Box::new(response("GetParallelViewResponse", &view)))), view);
        let entries = json!({ "entries": [{ "eventType": "StayEnded" }], "completeness": { "notKnown": {} } });
        assert_eq!(printed(Answer::Timeline(response("ListTimelineResponse", &entries))), entries);
    }
}
