//! Limits of social care's JSON, and how a request is split.

use crate::cloud_events::named_sample;
use crate::support::{county, events, give};
use adapter::{MessagePlace, Outcome, RejectionCode, social};

/// JSON that is valid and that no system should send.
#[test]
fn social_texts_times_and_numbers_of_identifiers_are_bounded() {
    let event = |id: &str, time: &str, identifiers: usize| {
        let one = r#"{"system":"apollo-asiakas","value":"1"}"#;
        let list = vec![one; identifiers].join(",");
        format!(
            r#"{{"specversion":"1.0","id":"{id}","source":"//pohde.example/asiakastieto","time":"{time}",
            "type":"rinnakkain.social.v1.CaseOpened","data":{{"register":"social","case":"1",
            "client":{{"identifiers":[{list}]}}}}}}"#
        )
    };
    let place = |event: String| match give(&county(), event.as_bytes()).outcome {
        Outcome::Events(_) => None,
        Outcome::Rejected(rejection) => Some(rejection.place.to_string()),
        Outcome::Ignored => panic!("ignored"),
    };
    let time = "2026-03-04T10:15:00+02:00";
    assert_eq!(place(event("1", time, 100)), None);
    assert_eq!(place(event(r"1\n2", time, 1)).as_deref(), Some("id"));
    assert_eq!(place(event(&"1".repeat(201), time, 1)).as_deref(), Some("id"));
    assert_eq!(place(event("1", "2026-03-04T10:15:00+02:00[Europe/Helsinki]", 1)).as_deref(), Some("time"));
    assert_eq!(place(event("1", "2026-03-04T10:15:00", 1)).as_deref(), Some("time"));
    assert_eq!(place(event("1", time, 101)).as_deref(), Some("data.client.identifiers"));
    assert_eq!(place(event("1", time, 0)).as_deref(), Some("data.client.identifiers"));
}

#[test]
fn a_request_is_split_into_events_with_their_own_bytes() {
    let texts = |body: &str, batch| {
        social::split(body.as_bytes(), batch).map(|all| all.iter().map(|one| one.get().to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(texts(" {\"a\": 1}\n", false).unwrap(), ["{\"a\": 1}"]);
    assert_eq!(texts("[ {\"a\": 1} ,{\"b\":[]}]", true).unwrap(), ["{\"a\": 1}", "{\"b\":[]}"]);
    assert_eq!(texts("[]", true).unwrap(), Vec::<String>::new());
    let code = |body: &str, batch| texts(body, batch).map_err(|rejection| rejection.code).unwrap_err();
    assert_eq!(code("{\"a\":1}", true), RejectionCode::Malformed);
    assert_eq!(code("{\"a\":1} x", false), RejectionCode::Malformed);
    assert_eq!(code(&format!("[{}1]", "1,".repeat(1000)), true), RejectionCode::TooLarge);
    assert_eq!(code(&format!("[{}", "[".repeat(100_000)), true), RejectionCode::TooDeep);
    assert_eq!(texts(&format!("{}1{}", "[".repeat(33), "]".repeat(33)), true).unwrap().len(), 1);
    assert_eq!(code(&format!("{}1{}", "[".repeat(33), "]".repeat(33)), false), RejectionCode::TooDeep);
    assert_eq!(texts("{\"a\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[\"}", false).unwrap().len(), 1);
}

#[test]
fn an_event_over_its_limit_is_refused() {
    let event = format!("{{\"id\":\"{}\"}}", "x".repeat(social::MAX_EVENT));
    let Outcome::Rejected(rejection) = give(&county(), event.as_bytes()).outcome else { panic!("taken") };
    assert_eq!((rejection.code, rejection.place), (RejectionCode::TooLarge, MessagePlace::Message));
}

/// One rule for every key (rule R5): a system by any of its names, as in the other formats. One that is not configured
/// keeps a record, and links nobody.
#[test]
fn an_identifiers_system_is_known_by_any_of_its_names() {
    let of = |system: &str, value: &str| {
        let mut event = named_sample("case-opened");
        event["data"]["client"]["identifiers"] = serde_json::json!([{ "system": system, "value": value }]);
        let event = events(&county(), &serde_json::to_vec(&event).unwrap()).remove(0);
        let linking = event.presented.iter().filter(|set| set.system == event::HETU_SYSTEM);
        (event.record.clone(), linking.flat_map(|set| set.tokens.clone()).collect::<Vec<_>>())
    };
    let code = of("urn:oid:1.2.246.21", "010594Y9032");
    assert_eq!(code.1.len(), 1);
    for spelled in ["1.2.246.21", "URN:OID:1.2.246.21", "oid:1.2.246.21", " 1.2.246.21 "] {
        assert_eq!(of(spelled, "010594Y9032"), code, "{spelled}");
    }
    let own = of("apollo-asiakas", "77");
    assert_eq!(of("apollo", "77"), own, "the sender's own name");
    let (one, other) = (of("tuntematon", "77"), of("toinen", "77"));
    assert!(one.0 != other.0 && one.0 != own.0 && one.1.is_empty());
}
