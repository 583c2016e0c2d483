//! Limits of social care's JSON, and how a request is split.

use crate::support::{county, give};
use adapter::{Outcome, Place, RejectionCode, social};

/// What JSON can say and no system should.
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
    assert_eq!((rejection.code, rejection.place), (RejectionCode::TooLarge, Place::Message));
}
