//! Bad input over the wire: at most one clear answer each, and the next message goes through.

use crate::support::{County, ago};
use serde_json::{Value, json};
use std::io;
use testkit::county::{SOCIAL_TOKEN, Visit, adt, person, social};
use testkit::edit::Edit;
use testkit::wire::{BATCH, END_BLOCK, EVENT, START_BLOCK, post};

/// The acknowledgement code, the error code and the place that the one answer names; `None`: no answer.
type Expected = Option<(&'static str, &'static str, &'static str)>;

fn good(n: u32) -> String {
    let at = ago(3600);
    let visit = Visit { number: "1", class: "I", ward: "OS3", started: Some(at), ..Visit::default() };
    adt("A01", &format!("GOOD{n}"), at, &person(n), &visit)
}

fn frame(message: &[u8]) -> Vec<u8> {
    [&[START_BLOCK], message, &END_BLOCK].concat()
}

/// Answers up to and with that of the good message which follows.
fn answers(county: &County, bytes: &[u8], n: u32) -> io::Result<Vec<String>> {
    let mut connection = county.mllp();
    connection.write_raw(bytes)?;
    connection.write(good(n).as_bytes())?;
    let mut answers = Vec::new();
    loop {
        answers.push(connection.read()?);
        if answers.last().is_some_and(|answer| answer.contains(&format!("MSA|AA|GOOD{n}"))) {
            return Ok(answers);
        }
    }
}

#[test]
fn what_is_wrong_is_answered_once_and_the_next_message_goes_through() {
    let county = County::start();
    let whole = good(0);
    let edit = |from: &str, to: &str| frame(whole.edit(from, to).as_bytes());
    let time = whole.split('\r').find_map(|segment| segment.strip_prefix("EVN|A01|")).unwrap();
    let drop_segment = |name: &str| {
        let kept: String = whole.split_inclusive('\r').filter(|segment| !segment.starts_with(name)).collect();
        frame(kept.as_bytes())
    };
    let table: &[(&str, Vec<u8>, Expected)] = &[
        ("noise before a frame", [b"GET / HTTP/1.1\r\n\r\n".as_slice(), &[0xff; 99]].concat(), None),
        ("an empty frame", frame(b""), Some(("AE", "", ""))),
        ("a frame that is no HL7", frame(b"hello"), Some(("AE", "", ""))),
        ("no message control id", edit("|GOOD0|", "||"), Some(("AE", "101", "MSH^1^10"))),
        ("no message type", edit("ADT^A01|GOOD0", "|GOOD0"), Some(("A", "", "MSH"))),
        ("another message type", edit("ADT^A01|GOOD0", "ORU^R01|GOOD0"), Some(("AR", "200", "MSH^1^9"))),
        ("another processing id", edit("|P|2.5", "|T|2.5"), Some(("AR", "202", "MSH^1^11"))),
        ("another version", edit("|P|2.5", "|P|3"), Some(("AR", "203", "MSH^1^12"))),
        (
            "an impossible time of recording",
            edit(&format!("EVN|A01|{time}"), "EVN|A01|20260231250000"),
            Some(("AE", "102", "EVN^1^2")),
        ),
        ("an impossible start", edit(&format!("||{time}|\r"), "||20261399|\r"), Some(("AE", "102", "PV1^1^44"))),
        ("a NUL byte", edit("OS3", "O\0S3"), Some(("AE", "102", ""))),
        ("a vertical tab", edit("OS3", "O\x0BS3"), Some(("AE", "102", ""))),
        ("no message header", drop_segment("MSH"), Some(("AE", "", ""))),
        ("two messages", frame(whole.repeat(2).as_bytes()), Some(("AE", "100", "MSH"))),
        ("no patient", drop_segment("PID"), Some(("AE", "100", "PID"))),
        ("an unknown sender", edit("|POTILAS|", "|SOMEBODY|"), Some(("A", "", "MSH"))),
    ];
    for (n, (what, bytes, expected)) in (1..).zip(table) {
        let mut answers = answers(&county, bytes, n).unwrap_or_else(|error| panic!("{what}: {error}"));
        answers.pop();
        match expected {
            None => assert_eq!(answers, Vec::<String>::new(), "{what}"),
            Some((acknowledgement, code, place)) => {
                assert_eq!(answers.len(), 1, "{what}: {answers:?}");
                let answer = &answers[0];
                assert!(answer.contains(&format!("MSA|{acknowledgement}")), "{what}: {answer}");
                let error = answer.split('\r').find(|segment| segment.starts_with("ERR|")).unwrap_or_default();
                assert!(error.contains(code) && error.contains(place), "{what}: {answer}");
            }
        }
    }
}

/// Who stands in what could not be read is not known to be nobody's, until it comes whole.
#[test]
fn what_could_not_be_read_is_a_doubt_about_whoever_stands_in_it() {
    let county = County::start();
    county.heartbeat();
    assert_eq!(county.hl7(&good(80)), "AA");
    let stranger = person(81);
    assert_eq!(county.involved(&stranger), "none", "else nothing is shown by what follows");
    let message = good(82);
    let head = &message[..message.find("PV1").unwrap()];
    // Known by the hospital's own number alone.
    for n in 86..=90 {
        assert_eq!(county.hl7(&adt("A31", &format!("known-{n}"), ago(7200), &person(n), &Visit::default())), "AA");
        assert_eq!(county.involved(&person(n)), "none");
    }
    let of_number = |n: u32| good(n).edit(&format!("~{}^^^&1.2.246.21&ISO", person(n).hetu), "");
    let small = |name: &str, text: String| text.edit(&format!("{name}|"), &format!("{}|", name.to_lowercase()));
    let unreadable: [(&str, u32, Vec<u8>); 9] = [
        ("no sign after MSH", 86, frame(of_number(86).edit("MSH|", "MSH").as_bytes())),
        ("something before MSH", 87, frame(format!("xx{}", of_number(87)).as_bytes())),
        ("nobody's application", 88, frame(of_number(88).edit("|POTILAS|", "||").as_bytes())),
        ("small letters", 89, frame(small("PV1", small("PID", small("MSH", of_number(89)))).as_bytes())),
        ("no message header, and a number", 90, frame(&of_number(90).as_bytes()[of_number(90).find("PID").unwrap()..])),
        ("cut by the next frame", 82, [&[START_BLOCK], head.as_bytes()].concat()),
        ("a vertical tab", 83, frame(good(83).edit("OS3", "O\x0BS3").as_bytes())),
        ("no message header", 84, frame(&good(84).as_bytes()[good(84).find("PID").unwrap()..])),
        ("encoding characters that are none", 85, frame(good(85).edit("MSH|^~", "MSH|^^").as_bytes())),
    ];
    for (what, n, bytes) in unreadable {
        answers(&county, &bytes, 80).unwrap();
        assert_eq!(county.involved(&person(n)), "not-known", "{what}");
        if n == 82 {
            assert_eq!(county.hl7(&good(n)), "AA");
            assert_eq!(county.involved(&person(n)), "involved", "{what}: sent again, whole");
        }
    }
    assert_eq!(county.involved(&stranger), "none");
}

/// HL7 2.10.3: a batch in one frame has one answer, and each message of it is one.
#[test]
fn a_batch_in_one_frame_is_taken() {
    let county = County::start();
    let header = "FHS|^~\\&|POTILAS|KESKUSSAIRAALA\rBHS|^~\\&|POTILAS|KESKUSSAIRAALA|||||||B-17\r";
    let batch = |messages: &[String]| format!("{header}{}BTS|{}\rFTS|1\r", messages.concat(), messages.len());
    let whole = batch(&[good(70), good(71)]);
    for _ in 0..2 {
        let answer = county.mllp().send(&whole).unwrap();
        assert!(answer.contains("\rMSA|AA|B-17\r"), "{answer}");
    }
    assert_eq!((county.involved(&person(70)), county.involved(&person(71))), ("involved", "involved"));

    let broken = good(73).edit("|P|2.5", "|P|2.5|x");
    let answer = county.mllp().send(&batch(&[good(72), broken])).unwrap();
    assert!(
        answer.contains("\rMSA|AE|B-17|1 of 2 messages are refused: 2\r") && answer.contains("message 2: "),
        "{answer}"
    );
    assert_eq!((county.involved(&person(72)), county.involved(&person(73))), ("involved", "not-known"));
}

#[test]
fn a_frame_that_never_ends_ends_the_wait_not_the_listener() {
    let county = County::start();
    // Cut: the next start block begins a new message.
    let cut = [&[START_BLOCK], &good(90).as_bytes()[..60]].concat();
    let cut_answers = answers(&county, &cut, 91).unwrap();
    assert!(cut_answers.len() <= 2, "{cut_answers:?}");

    // Cut by the end of the connection: nothing is stored, nobody is answered.
    let mut connection = county.mllp();
    connection.write_raw(&cut).unwrap();
    drop(connection);

    // Ten megabytes: refused without being kept; the next message goes through, on this connection or on another.
    let huge = frame(&vec![b'x'; 10 << 20]);
    match answers(&county, &huge, 92) {
        Ok(answers) => assert!(answers.len() <= 2, "{} answers", answers.len()),
        Err(_) => assert_eq!(county.hl7(&good(92)), "AA"),
    }
    assert_eq!(county.hl7(&good(93)), "AA");
}

#[test]
fn bad_events_are_answered_with_a_code_and_a_place() {
    let county = County::start();
    let http = county.product().ports.http;
    let client = person(95);
    let event = |data: Value| social("ClientshipOpened", "1", ago(60), &client, data);
    let fine = event(json!({"clientship": "1"}));
    let without = |member: &str| {
        let mut event = fine.clone();
        event.as_object_mut().unwrap().remove(member);
        event.to_string()
    };
    let with = |member: &str, value: Value| {
        let mut event = fine.clone();
        event[member] = value;
        event.to_string()
    };
    let deep = format!(r#"{{"specversion":"1.0","data":{}1{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let table = [
        ("no JSON", "hello".to_owned()),
        ("nothing", String::new()),
        ("JSON too deep", deep),
        ("no id", without("id")),
        ("no time", without("time")),
        ("no data", without("data")),
        ("another version", with("specversion", json!("0.3"))),
        ("an unknown type", with("type", json!("rinnakkain.social.v1.Nothing"))),
        ("another source", with("source", json!("somebody-else"))),
        ("an impossible time", with("time", json!("2026-02-31T00:00:00Z"))),
        (
            "no register",
            with(
                "data",
                json!({"clientship": "1", "client": {"identifiers": [{"system": "urn:oid:1.2.246.21", "value": client.hetu}]}}),
            ),
        ),
        ("no client", with("data", json!({"clientship": "1", "register": "social"}))),
        (
            "a NUL in a text",
            with(
                "data",
                json!({"clientship": "a\u{0}b", "register": "social", "client": {"identifiers": [{"system": "urn:oid:1.2.246.21", "value": client.hetu}]}}),
            ),
        ),
    ];
    for (what, body) in &table {
        let response = post(http, "/events", SOCIAL_TOKEN, EVENT, body).unwrap();
        assert!(matches!(response.status, 400 | 422), "{what}: {response:?}");
        assert!(response.body.contains("code"), "{what}: {response:?}");
        assert!(!response.body.contains(&client.hetu), "{what}: quotes the message");
    }
    let refused = |token, kind, body: &str| post(http, "/events", token, kind, body).unwrap().status;
    assert_eq!(refused("nobody's", EVENT, &fine.to_string()), 401);
    assert_eq!(refused(SOCIAL_TOKEN, "text/plain", &fine.to_string()), 415);
    assert_eq!(refused(SOCIAL_TOKEN, EVENT, &" ".repeat(10 << 20)), 413);

    // One bad event of a batch keeps none of the others from being stored.
    let other = social("ClientshipOpened", "2", ago(60), &person(96), json!({"clientship": "2"}));
    let batch = format!("[{},{},{other}]", fine, without("time"));
    let response = post(http, "/events", SOCIAL_TOKEN, BATCH, &batch).unwrap();
    assert_eq!(response.status, 422, "{response:?}");
    let body: Value = serde_json::from_str(&response.body).unwrap();
    let outcomes: Vec<_> =
        body["outcomes"].as_array().unwrap().iter().map(|it| it["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["stored", "rejected", "stored"]);
}
