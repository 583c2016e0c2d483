//! Lists that heal, and CloudEvents' binary mode: what they give, and what is refused.

use crate::support::{KEYS, county, events, give, hospital, sample, source};
use adapter::{Format, Outcome, RejectionCode, SourceProfile, social};
use event::{Body, Event, ListEvent, StayEvent};
use serde_json::{Value, json};

fn list() -> Value {
    serde_json::from_slice(&sample(Format::Social, "current-stays-stated")).unwrap()
}

fn given(source: &SourceProfile, event: &Value) -> Vec<Event> {
    events(source, &serde_json::to_vec(event).unwrap())
}

fn refused(event: &Value) -> (RejectionCode, String) {
    match give(&county(), &serde_json::to_vec(event).unwrap()).outcome {
        Outcome::Rejected(rejection) => (rejection.code, rejection.place.to_string()),
        _ => panic!("taken"),
    }
}

/// An extract from another system heals what the hospital's own feed reported: the same records, stays and source.
#[test]
fn a_list_is_read_as_its_source_would_send_it() {
    let mut sender = county();
    (sender.lists_of, sender.own_system) = (Some("kys-adt".to_owned()), Some("kys-potilas".to_owned()));
    sender.authorities = hospital().authorities;
    let admission =
        b"MSH|^~\\&|A|B|C|D|20260301120000||ADT^A01|1|P|2.5\rPID|||77^^^KYS\rPV1||I|OS1||||||||||||||||K-1^^^KYS\r";
    let reported = &events(&source(Format::Hl7v2), admission)[0];
    let mut list = list();
    list["data"]["lines"][0]["client"]["identifiers"] =
        json!([{ "system": "KYS", "value": "77" }, { "system": "apollo-asiakas", "value": "A-77" }]);
    let healed = given(&sender, &list);
    let (
        Body::Stay(StayEvent::StayStarted(started)),
        Body::Stay(StayEvent::StayStated(line)),
        Body::List(ListEvent::CurrentStaysStated(whole)),
    ) = (&reported.body, &healed[0].body, &healed[1].body)
    else {
        panic!("other events")
    };
    assert!(started.stay.is_some() && started.stay == line.stay);
    assert!(whole.stays.contains(&line.stay.unwrap()) && whole.stays.len() == 2 && whole.stays.is_sorted());
    assert_eq!((&healed[0].source, &healed[0].record), (&reported.source, &reported.record));
    assert_eq!(healed[1].source, "kys-adt");
    // By default it is the sender's own.
    assert_eq!(given(&county(), &list)[1].source, "apollo");
}

#[test]
fn a_list_is_of_its_own_time_and_never_of_the_future() {
    let written = list()["time"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let as_of = |event: &Value| {
        let events = given(&county(), event);
        let Body::List(ListEvent::CurrentStaysStated(list)) = &events[1].body else { panic!("another event") };
        assert!(events.iter().all(|it| it.recorded_at == list.as_of && it.happened_at == list.as_of));
        list.as_of.to_timestamp()
    };
    assert!(as_of(&list()) < written);
    let mut ahead = list();
    ahead["data"]["as_of"] = json!("2029-01-01T00:00:00Z");
    assert_eq!(as_of(&ahead), written);
}

#[test]
fn a_list_that_is_not_whole_is_refused() {
    let changed = |pointer: &str, value: Value| {
        let mut event = list();
        *event.pointer_mut(pointer).unwrap() = value;
        event
    };
    let place = |event: &Value| refused(event).1;
    assert_eq!(place(&changed("/data/count", json!(3))), "data.count");
    assert_eq!(place(&changed("/data/count", json!(-1))), "data.count");
    assert_eq!(
        place(&changed("/data/keys", json!([{ "value": "K-2" }]))),
        "data.keys",
        "a line that is not on the list"
    );
    assert_eq!(place(&changed("/data/keys/1", json!("K-2"))), "data.keys");
    assert_eq!(place(&changed("/data/wards/1", json!(7))), "data.wards");
    assert_eq!(place(&changed("/data/lines/0/client/identifiers", json!([]))), "data.lines[0].client.identifiers");
    let line = list()["data"]["lines"][0].clone();
    assert_eq!(refused(&changed("/data/lines", json!(vec![line; 1000]))).0, RejectionCode::TooLarge);
    // The same stay on two lines is on the list once.
    let mut twice = list();
    twice["data"]["keys"].as_array_mut().unwrap().push(json!({ "system": "KYS", "value": "K-2" }));
    assert_eq!(given(&county(), &twice).len(), 2);
    // A list may be longer than an event, and no event longer than that.
    let keys: Vec<Value> = (0..20_000).map(|n| json!({ "value": format!("K-{n}") })).collect();
    let mut long = list();
    (long["data"]["keys"], long["data"]["count"], long["data"]["lines"]) = (json!(keys), json!(20_000), json!([]));
    assert!(serde_json::to_vec(&long).unwrap().len() > social::MAX_EVENT);
    assert_eq!(given(&county(), &long).len(), 1);
    long["type"] = json!("rinnakkain.social.v1.CaseOpened");
    assert_eq!(refused(&long).0, RejectionCode::TooLarge);
}

/// Binary mode is the structured event, put together from headers and body.
#[test]
fn headers_and_body_give_what_the_structured_event_gives() {
    let event: Value = serde_json::from_slice(&sample(Format::Social, "case-opened")).unwrap();
    let data = serde_json::to_vec(&event["data"]).unwrap();
    let text = |name: &str| event[name].as_str().unwrap();
    let attributes = [
        ("specversion", text("specversion")),
        ("id", "sos%2Dcase%2Dopened"),
        ("source", text("source")),
        ("type", text("type")),
        ("time", text("time")),
        ("sequence", "7"),
    ];
    let put_together = social::structured(&attributes, &data).unwrap();
    let (binary, structured) = (&events(&county(), &put_together)[0], &given(&county(), &event)[0]);
    assert_eq!(
        (&binary.body, &binary.record, &binary.presented),
        (&structured.body, &structured.record, &structured.presented)
    );
    assert_eq!(binary.message, KEYS.token("message", "apollo", "sos-case-opened"), "a header's value is decoded");
    assert_eq!(binary.sequence, Some(7));
    let mut turned = attributes;
    turned.reverse();
    assert_eq!(social::structured(&turned, &data).unwrap(), put_together, "whatever order the headers come in");

    let code = |attributes: &[(&str, &str)], data: &[u8]| social::structured(attributes, data).unwrap_err().code;
    assert_eq!(code(&attributes, br#"{},"id":"other""#), RejectionCode::Malformed, "the body is data and nothing else");
    assert_eq!(code(&[("id", "%ff")], &data), RejectionCode::DataTypeError);
    assert_eq!(code(&[("id", "%C0%A0")], &data), RejectionCode::DataTypeError, "no UTF-8 (the binding's own example)");
    assert_eq!(code(&[("id", "1"), ("id", "2")], &data), RejectionCode::DuplicateKeyIdentifier);
    assert_eq!(code(&[("id", "1"); 51], &data), RejectionCode::TooLarge);
    assert_eq!(code(&[("id", "1")], "[".repeat(50).as_bytes()), RejectionCode::TooDeep);
}
