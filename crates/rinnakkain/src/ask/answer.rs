//! An answer of the API, and its JSON: the API's own, from the descriptors, so that a new field appears by itself.

use anyhow::Context;
use api::proto;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};

/// What was answered, all pages of a list in one.
pub(super) enum Answer {
    Workers(proto::ListCurrentWorkersResponse),
    OwnWorker(proto::GetOwnWorkerResponse),
    Involvement(proto::CheckInvolvementResponse),
    View(Box<proto::GetParallelViewResponse>),
    Timeline(proto::ListTimelineResponse),
}

impl Answer {
    /// The response as proto3 JSON, in one line.
    pub(super) fn json(&self) -> anyhow::Result<String> {
        match self {
            Self::Workers(it) => json(it, "ListCurrentWorkersResponse"),
            Self::OwnWorker(it) => json(it, "GetOwnWorkerResponse"),
            Self::Involvement(it) => json(it, "CheckInvolvementResponse"),
            Self::View(it) => json(&**it, "GetParallelViewResponse"),
            Self::Timeline(it) => json(it, "ListTimelineResponse"),
        }
    }
}

fn json(response: &impl Message, name: &str) -> anyhow::Result<String> {
    let pool = DescriptorPool::decode(api::DESCRIPTORS).context("the API's descriptors cannot be read")?;
    let descriptor = pool.get_message_by_name(&format!("rinnakkain.care.v1.{name}"));
    let mut message = DynamicMessage::new(descriptor.with_context(|| format!("the API has no {name}"))?);
    message.transcode_from(response).context("the answer does not fit the API's descriptors")?;
    // As proto3 JSON has it, what is at its default is left out: an empty list, an empty text, false and 0. Nothing becomes
    // ambiguous by it, because what must be told from "not known" has presence, and what has presence is always printed: the
    // member of a oneof even where it is empty (`"notInvolved":{}`, `"complete":{}`), and an `optional` that is false.
    let options = SerializeOptions::new().skip_default_fields(true);
    let mut line = Vec::new();
    message.serialize_with_options(&mut serde_json::Serializer::new(&mut line), &options)?;
    Ok(String::from_utf8(line)?)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use prost_reflect::DeserializeOptions;
    use serde_json::{Value, json};

    /// A response from its proto3 JSON.
    pub(in crate::ask) fn response<T: Message + Default>(name: &str, json: &Value) -> T {
        let pool = DescriptorPool::decode(api::DESCRIPTORS).unwrap();
        let descriptor = pool.get_message_by_name(&format!("rinnakkain.care.v1.{name}")).unwrap();
        let options = DeserializeOptions::new();
        DynamicMessage::deserialize_with_options(descriptor, json, &options).unwrap().transcode_to().unwrap()
    }

    #[test]
    fn the_json_is_the_apis_own() {
        let printed = |answer: Answer| serde_json::from_str::<Value>(&answer.json().unwrap()).unwrap();
        let at = "2026-11-22T12:00:00Z";
        let source = json!({ "name": "kys", "covers": ["COVERAGE_STAYS"], "heardAt": at, "rejectedUnnamed": "2" });
        let standing = json!({ "at": at, "sources": [source] });
        let not = json!({ "standing": standing, "notInvolved": {} });
        assert_eq!(printed(Answer::Involvement(response("CheckInvolvementResponse", &not))), not);
        let worker =
            json!({ "role": "WORKER_ROLE_OWN_WORKER", "publicServicePost": false, "contact": { "notTold": {} } });
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
