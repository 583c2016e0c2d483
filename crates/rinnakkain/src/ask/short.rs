//! Short ways to what a script asks of an answer, beside the API's own members.
//!
//! In proto3 JSON the choice of a `oneof` is the name of a member: to learn whether a hospital is involved, a script would try
//! one member after another. So the choice stands under one name too, and the members of what was chosen beside it:
//! `.answer`, `.workers[0].contact.name`, `.health.referrals[0].answer.state`. These names are kept; scripts rest on them.

use serde_json::{Map, Value, json};

/// The choices of an answer, and what each is called.
const ANSWERS: [(&str, &str); 7] = [
    ("involved", "involved"),
    ("notInvolved", "not-involved"),
    ("named", "named"),
    ("notNamed", "not-named"),
    ("notKnown", "not-known"),
    ("recorded", "recorded"),
    ("notRecorded", "not-recorded"),
];

/// The states of a referral that its requester may know.
const STATES: [&str; 3] = ["pending", "accepted", "rejected"];

/// Adds them.
pub(super) fn add(answer: &mut Map<String, Value>) {
    if let Some((member, name)) = ANSWERS.iter().find(|(member, _)| answer.contains_key(*member)) {
        raise(answer, member);
        answer.insert("answer".to_owned(), json!(name));
    }
    for worker in objects(answer, "workers") {
        if let Some(Value::Object(contact)) = worker.get_mut("contact") {
            let kinds: Vec<String> = contact.keys().cloned().collect();
            for kind in &kinds {
                raise(contact, kind);
            }
        }
    }
    for lane in ["health", "social"] {
        let Some(Value::Object(lane)) = answer.get_mut(lane) else { continue };
        raise(lane, "shown");
        for referral in objects(lane, "referrals") {
            let Some(state) = STATES.iter().find(|state| referral.contains_key(**state)) else { continue };
            let mut about = referral[*state].as_object().cloned().unwrap_or_default();
            about.insert("state".to_owned(), json!(state));
            referral.insert("answer".to_owned(), Value::Object(about));
        }
    }
}

/// The members of `member`, beside it.
fn raise(object: &mut Map<String, Value>, member: &str) {
    if let Some(Value::Object(chosen)) = object.get(member).cloned() {
        for (name, value) in chosen {
            object.entry(name).or_insert(value);
        }
    }
}

fn objects<'a>(object: &'a mut Map<String, Value>, member: &str) -> impl Iterator<Item = &'a mut Map<String, Value>> {
    let list = object.get_mut(member).and_then(Value::as_array_mut);
    list.into_iter().flatten().filter_map(Value::as_object_mut)
}

#[cfg(test)]
mod tests {
    use super::add;
    use serde_json::{Value, json};

    #[test]
    fn a_script_finds_the_choice_under_one_name() {
        let at = |answer: &Value, pointer: &str| answer.pointer(pointer).cloned().unwrap_or_default();
        let table = [
            (json!({ "notInvolved": {} }), "/answer", json!("not-involved")),
            (json!({ "notKnown": { "doubts": ["DOUBT_SOURCE_SILENT"] } }), "/answer", json!("not-known")),
            (
                json!({ "involved": { "signs": [{ "kind": "INVOLVEMENT_KIND_PRESENCE" }] } }),
                "/signs/0/kind",
                json!("INVOLVEMENT_KIND_PRESENCE"),
            ),
            (
                json!({ "named": { "workers": [{ "contact": { "named": { "name": "Testi" } } }] } }),
                "/workers/0/contact/name",
                json!("Testi"),
            ),
            (
                json!({ "health": { "shown": { "referrals": [{ "accepted": { "at": "x" } }] } } }),
                "/health/referrals/0/answer/state",
                json!("accepted"),
            ),
            (json!({ "social": { "withheld": {} } }), "/social/referrals", Value::Null),
            (json!({ "entries": [] }), "/answer", Value::Null),
        ];
        for (own, pointer, expected) in table {
            let mut answer = own.clone();
            add(answer.as_object_mut().unwrap());
            assert_eq!(at(&answer, pointer), expected, "{own}");
            let kept = own.as_object().unwrap().keys().all(|member| answer.get(member).is_some());
            assert!(kept, "the API's own members stay: {own}");
        }
    }
}
