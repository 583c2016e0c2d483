//! The forms that CloudEvents and JSON leave open: bytes or a value, quotes, marks; and whom a refused event names.

use crate::samples::summary;
use crate::support::{KEYS, county, events, give, sample};
use adapter::{Format, Outcome, RejectionCode, glimpse, social};
use event::Event;
use serde_json::{Value, json};

pub fn named_sample(name: &str) -> Value {
    serde_json::from_slice(&sample(Format::Social, name)).unwrap()
}

pub fn one(event: &Value) -> Event {
    events(&county(), &serde_json::to_vec(event).unwrap()).remove(0)
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// `data` and `data_base64` are two spellings of one thing, whatever `datacontenttype` is.
#[test]
fn data_as_bytes_is_data() {
    let plain = named_sample("case-opened");
    let json = serde_json::to_string(&plain["data"]).unwrap();
    let encoded = |text: &str, kind: Option<&str>| {
        let mut event = plain.clone();
        event["data"] = Value::Null;
        event["data_base64"] = json!(text);
        event["datacontenttype"] = json!(kind);
        event
    };
    let bytes = base64(json.as_bytes());
    let lines = bytes.as_bytes().chunks(20).map(|line| std::str::from_utf8(line).unwrap()).collect::<Vec<_>>();
    for text in [
        bytes.clone(),
        bytes.trim_end_matches('=').to_owned(),
        bytes.replace('+', "-").replace('/', "_"),
        lines.join("\r\n"),
        base64(format!("\u{feff} {json}\n").as_bytes()),
    ] {
        for kind in [Some("application/json; charset=utf-8"), Some("application/vnd.saga+json"), None] {
            assert_eq!(one(&encoded(&text, kind)).body, one(&plain).body, "{text} {kind:?}");
        }
    }
    let cut = &json[..json.len() - 1];
    let mut both = encoded(&bytes, None);
    both["data"] = json!({});
    let cases = [
        (encoded(&base64(cut.as_bytes()), None), RejectionCode::Malformed, 1),
        (encoded("not base64!", None), RejectionCode::DataTypeError, 0),
        (encoded(&base64(&b"[".repeat(40)), None), RejectionCode::TooDeep, 0),
        (both, RejectionCode::DuplicateKeyIdentifier, 1),
    ];
    for (event, code, named) in cases {
        let Outcome::Rejected(rejection) = give(&county(), &serde_json::to_vec(&event).unwrap()).outcome else {
            panic!("taken")
        };
        assert_eq!((rejection.code, rejection.named.len()), (code, named), "{event}");
    }
}

/// RFC 8259 8.1: a byte order mark is ignored, whatever the mode of the event.
#[test]
fn a_byte_order_mark_is_passed_over() {
    let event = sample(Format::Social, "case-opened");
    let marked = [b"\xEF\xBB\xBF", event.as_slice()].concat();
    assert_eq!(summary(&give(&county(), &marked)), summary(&give(&county(), &event)));
    let batch = [b"\xEF\xBB\xBF[", event.as_slice(), b"]"].concat();
    assert_eq!(social::split(&batch, true).unwrap().len(), 1);
    assert_eq!(social::split(&marked, false).unwrap().len(), 1);
    let data = serde_json::to_vec(&named_sample("case-opened")["data"]).unwrap();
    let (plain, marked) = (&data, [b"\xEF\xBB\xBF", data.as_slice()].concat());
    assert_eq!(
        social::structured(&[("id", "1")], &marked).unwrap(),
        social::structured(&[("id", "1")], plain).unwrap()
    );
}

/// The HTTP binding, 3.1.3.2: unquoted, then percent-decoded once.
#[test]
fn a_header_value_is_unquoted_and_decoded_once() {
    let table = [
        ("a b", "a b"),
        (r#""a b""#, "a b"),
        (r#""a \"b\" \\c""#, r#"a "b" \c"#),
        ("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"),
        (r#""Euro%20%e2%82%ac""#, "Euro €"),
        ("%61%2520", "a%20"),
        ("%22quoted%22", "\"quoted\""),
        ("50%", "50%"),
        ("5%zz", "5%zz"),
        (r#""one" "two""#, r#""one" "two""#),
        (r#""open"#, r#""open"#),
        (r#""""#, ""),
        ("Åbo", "Åbo"),
    ];
    for (written, expected) in table {
        let event = social::structured(&[("id", written)], b"{}").unwrap();
        let event: Value = serde_json::from_slice(&event).unwrap();
        assert_eq!(event["id"], json!(expected), "{written}");
    }
    let event = social::structured(&[("data", "x"), ("my-own", "x"), ("datacontenttype", "x"), ("id", "1")], b"{}");
    assert_eq!(event.unwrap(), br#"{"data":{},"id":"1"}"#, "what is no attribute is passed over");
    let Err(rejection) = social::structured(&[("id", "1")], b"{").map(drop) else { panic!("taken") };
    assert_eq!(rejection.code, RejectionCode::Malformed);
    let empty = social::structured(&[("id", "1"), ("specversion", "1.0")], b" ").unwrap();
    let Outcome::Rejected(rejection) = give(&county(), &empty).outcome else { panic!("taken") };
    assert_eq!(rejection.place.to_string(), "source", "a body that is empty is no data, and the event is looked at");
}

/// Whatever is wrong with an event, the client in it is in doubt (law 5).
#[test]
fn a_refused_event_names_its_client_where_it_can_be_read() {
    let good = named_sample("case-opened");
    let known = one(&good).presented[0].tokens[0];
    let mut refused = Vec::new();
    for member in ["specversion", "id", "source", "type", "time"] {
        let mut event = good.clone();
        event.as_object_mut().unwrap().remove(member);
        refused.push((format!("without {member}"), serde_json::to_vec(&event).unwrap()));
    }
    for (pointer, value) in [
        ("/type", json!("rinnakkain.social.v2.CaseOpened")),
        ("/type", json!(7)),
        ("/source", json!("another")),
        ("/data/register", json!("other")),
        ("/data/case", json!("\u{0}")),
    ] {
        let mut event = good.clone();
        *event.pointer_mut(pointer).unwrap() = value;
        refused.push((pointer.to_owned(), serde_json::to_vec(&event).unwrap()));
    }
    let whose = good["data"]["client"]["identifiers"].clone();
    let code =
        whose.as_array().unwrap().iter().find(|it| it["system"] == "urn:oid:1.2.246.21").unwrap()["value"].clone();
    for (what, data) in [
        ("another place", json!({"register": "social", "case": "1", "person": {"ids": whose}})),
        ("by itself", json!({"register": "social", "case": "1", "person": code})),
        ("a list of one", json!([{"client": {"identifiers": whose}}])),
    ] {
        let mut event = good.clone();
        event["data"] = data;
        refused.push((what.to_owned(), serde_json::to_vec(&event).unwrap()));
    }
    let text = serde_json::to_string(&good).unwrap();
    refused.push(("a comma too many".to_owned(), text.replace('}', ",}").into_bytes()));
    refused.push(("cut".to_owned(), text.as_bytes()[..text.len() - 3].to_vec()));
    for (what, bytes) in refused {
        let Outcome::Rejected(rejection) = give(&county(), &bytes).outcome else { panic!("{what} is taken") };
        assert!(rejection.named.contains(&known), "{what}: {rejection}");
    }
    let nobody = text.replace(code.as_str().unwrap(), "x").replace("urn:oid:1.2.246.21", "urn:oid:1");
    assert!(!glimpse(&county(), &KEYS, nobody.as_bytes()).contains(&known));
}
