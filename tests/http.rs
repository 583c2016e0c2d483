//! HTTP as clients speak it that do odd and legal things: they write before they read, name the scheme in their own way,
//! quote, compress, and send bytes where others send values. And who watches gRPC's health while the service stops.

use crate::support::{BINARY, County, ago};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use testkit::county::{SOCIAL_TOKEN, person, social};
use testkit::wire::{BATCH, EVENT, Response, request};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

fn opened(id: &str) -> Value {
    social("CaseOpened", id, ago(60), &person(800), json!({"case": id}))
}

fn head(path: &str, scheme: &str, content_type: &str, more: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {scheme} {SOCIAL_TOKEN}\r\nContent-Type: {content_type}\r\n{more}\r\n"
    )
}

fn connect(county: &County) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", county.product().ports.http)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
}

/// All that is answered to these bytes, every one of which is written before anything is read.
fn answer(county: &County, head: &str, body: &[u8]) -> String {
    let mut stream = connect(county);
    stream.write_all(head.as_bytes()).unwrap();
    for part in body.chunks(64 << 10) {
        stream.write_all(part).unwrap();
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_refusal_arrives_whatever_the_client_does_first() {
    let county = County::start();
    let long = vec![b' '; 8 << 20];
    let length = format!("Content-Length: {}\r\n", long.len());
    let gzip = format!("Content-Encoding: gzip\r\n{length}");
    for (head, status) in [
        (head("/events", "Bearer", EVENT, &length), "413"),
        (head("/events", "Basic", EVENT, &length), "401"),
        (head("/events", "Bearer", "text/plain", &length), "415"),
        (head("/events", "Bearer", EVENT, &gzip), "415"),
        (head("/nothing", "Bearer", EVENT, &length), "404"),
    ] {
        for _ in 0..3 {
            let answer = answer(&county, &head, &long).to_ascii_lowercase();
            assert!(answer.starts_with(&format!("http/1.1 {status} ")), "{head}{answer}");
            assert!(answer.contains("connection: close\r\n"), "{head}{answer}");
        }
    }
    let mut chunked = Vec::new();
    for part in long.chunks(64 << 10) {
        chunked.extend([format!("{:x}\r\n", part.len()).as_bytes(), part, b"\r\n"].concat());
    }
    chunked.extend(b"0\r\n\r\n");
    let of_chunks = head("/events", "Bearer", EVENT, "Transfer-Encoding: chunked\r\n");
    assert!(answer(&county, &of_chunks, &chunked).starts_with("HTTP/1.1 413 "));

    // Who asks first whether to send it is answered without it, and at once.
    let asks = head("/events", "Bearer", EVENT, &format!("Expect: 100-continue\r\n{length}"));
    let began = Instant::now();
    assert!(answer(&county, &asks, b"").starts_with("HTTP/1.1 413 "));
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    assert!(county.operator(&["quarantine", "list"]).contains("too-large"), "each is listed like all that is refused");

    // A small one that is refused costs no connection.
    let small = opened("1").to_string();
    let with = |scheme, more: &str| {
        let length = format!("{more}Content-Length: {}\r\n", small.len());
        format!("{}{small}", head("/events", scheme, EVENT, &length))
    };
    let both = answer(&county, &[with("Basic", ""), with("Bearer", "Connection: close\r\n")].concat(), b"");
    assert!(both.starts_with("HTTP/1.1 401 ") && both.contains("HTTP/1.1 200 "), "{both}");
}

#[test]
fn odd_and_legal_requests_are_understood() {
    let county = County::start();
    let port = county.product().ports.http;
    let send = |headers: &[(&str, &str)], body: &str| -> Response {
        let bearer = format!("Bearer {SOCIAL_TOKEN}");
        let mut all = vec![("Authorization", bearer.as_str())];
        all.retain(|(name, _)| headers.iter().all(|(given, _)| given != name));
        all.extend(headers);
        request(port, "POST /events", &all, body).unwrap()
    };
    for (n, scheme) in ["bearer", "BEARER", "Bearer  ", "bEarer\t"].iter().enumerate() {
        let authorization = format!("{scheme} {SOCIAL_TOKEN}");
        let event = opened(&format!("scheme-{n}")).to_string();
        let answer = send(&[("Authorization", &authorization), ("Content-Type", EVENT)], &event);
        assert_eq!(answer.status, 200, "{scheme}");
    }
    let bearer = format!("Bearer {SOCIAL_TOKEN}");
    let twice = [("Authorization", bearer.as_str()), ("Authorization", "Bearer x"), ("Content-Type", EVENT)];
    assert_eq!(send(&twice, &opened("twice").to_string()).status, 401, "two tokens are nobody's");

    // The same event in binary mode, with any JSON media type, quoted and percent-encoded.
    let event = opened("binary");
    let text = |name: &str| event[name].as_str().unwrap().to_owned();
    let (kind, source, time) = (format!("\"{}\"", text("type")), text("source").replace('s', "%73"), text("time"));
    let attributes = [
        ("ce-specversion", "\"1.0\""),
        ("ce-id", "\"bin\\ary\""),
        ("ce-type", &kind),
        ("ce-source", &source),
        ("ce-time", &time),
    ];
    for content_type in ["application/json", "application/vnd.saga+json; v=1", "text/json; charset=UTF-8", ""] {
        let mut headers = attributes.to_vec();
        if !content_type.is_empty() {
            headers.push(("Content-Type", content_type));
        }
        let answer = send(&headers, &event["data"].to_string());
        assert!(answer.status == 200 && answer.body.contains("\"id\":\"binary\""), "{content_type}: {answer:?}");
    }
    let without = &attributes[1..];
    let answer = send(&[without, &[("Content-Type", "application/json")]].concat(), &event["data"].to_string());
    assert!(answer.status == 422 && answer.body.contains("specversion"), "{answer:?}");

    let marked = format!("\u{feff}[{}]", opened("marked"));
    assert_eq!(send(&[("Content-Type", &format!("{BATCH}; charset=utf-8"))], &marked).status, 200);
    for (coding, status) in [("identity", 200), ("gzip", 415), ("br", 415), ("identity, deflate", 415)] {
        let headers = [("Content-Type", EVENT), ("Content-Encoding", coding)];
        assert_eq!(send(&headers, &opened(coding).to_string()).status, status, "{coding}");
    }
    let letters = opened("kirjaimet-ä").to_string();
    for (charset, status) in [("UTF-8", 200), ("iso-8859-1", 415), ("utf-16", 415)] {
        assert_eq!(
            send(&[("Content-Type", &format!("{EVENT}; charset={charset}"))], &letters).status,
            status,
            "{charset}"
        );
    }
}

/// Whom a body names that is no event, or too long for one, is in doubt.
#[test]
fn a_body_that_is_refused_whole_names_whoever_stands_in_it() {
    let county = County::start();
    let doubted_as = |media: &str, more: &str, n: u32, body: String, status: u16| {
        county.heartbeat();
        let length = format!("{more}Connection: close\r\nContent-Length: {}\r\n", body.len());
        let answer = answer(&county, &head("/events", "Bearer", media, &length), body.as_bytes());
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        let own_worker = county.own_worker(crate::support::DUTY, &person(n).hetu).unwrap().own_worker;
        matches!(own_worker, Some(api::proto::get_own_worker_response::OwnWorker::NotKnown(_)))
    };
    let doubted = |n: u32, body: String, status: u16| doubted_as(BATCH, "", n, body, status);
    let event = |n: u32| social("CaseOpened", "1", ago(60), &person(n), json!({"case": "1"})).to_string();
    assert!(!doubted(810, format!("[{}]", event(811)), 200), "another's event is no doubt");
    assert!(doubted(812, format!("[{},]", event(812)), 422), "a comma too many");
    assert!(doubted(813, format!("[{}{}]", event(813), " ".repeat(3 << 20)), 413), "too long");
    assert!(doubted(814, format!("[{}]", vec![event(814); 1001].join(",")), 422), "too many");
    assert!(doubted_as("text/plain", "", 815, event(815), 415), "not a media type of events");
    let letters = event(816).replace("CaseOpened", "CaseOpenedä");
    assert!(doubted_as(&format!("{EVENT}; charset=iso-8859-1"), "", 816, letters, 415), "another character set");
    assert!(doubted_as(EVENT, "Content-Encoding: gzip\r\n", 817, event(817), 415), "compressed, as it says");
}

/// A source that sends to the wrong place, or by the wrong method, has something to say: it is refused and kept.
#[test]
fn whoever_stands_in_what_is_sent_elsewhere_is_not_answered_as_none() {
    let county = County::start();
    let port = county.product().ports.http;
    let as_told = || {
        let lines = county.operator(&["sources", "--json"]);
        let mut lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.find(|it| it["source"] == "sosiaali").unwrap()["reported_until"].clone()
    };
    county.heartbeat();
    let doubted = |n: u32| {
        let own_worker = county.own_worker(crate::support::DUTY, &person(n).hetu).unwrap().own_worker;
        matches!(own_worker, Some(api::proto::get_own_worker_response::OwnWorker::NotKnown(_)))
    };
    let event = |n: u32| social("CaseOpened", &n.to_string(), ago(60), &person(n), json!({"case": "1"})).to_string();
    let bearer = format!("Bearer {SOCIAL_TOKEN}");
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", EVENT)];
    let places = [
        ("POST /heartbeat", 400),
        ("POST /events/", 404),
        ("POST /event", 404),
        ("POST /cloudevents", 404),
        ("POST /", 404),
        ("PUT /events", 405),
        ("POST /schemas", 405),
        ("POST /receipts", 400),
        ("POST /fhir", 403),
        ("PUT /fhir", 405),
        ("POST /fhir/metadata", 405),
    ];
    let reported = as_told();
    for (n, (place, status)) in (820..).zip(places) {
        assert!(!doubted(n), "{place}");
        assert_eq!(request(port, place, &headers, &event(n)).unwrap().status, status, "{place}");
        assert!(doubted(n), "{place}");
    }
    assert_eq!(as_told(), reported, "none of it is a heartbeat");
    for body in ["", "{}", " null\n"] {
        assert_eq!(request(port, "POST /heartbeat", &headers, body).unwrap().status, 204, "{body}");
    }
    let kept = || county.operator(&["quarantine", "list", "--json"]).lines().count();
    let before = kept();
    assert_eq!(before, places.len());
    for (place, body, status) in [
        ("POST /receipts", "{\"ID\": \"1\"}", 400),
        ("POST /receipts", "id=1", 400),
        ("POST /receipts", "{\"id\": \"1\"}", 404),
        ("POST /nothing", "", 404),
    ] {
        assert_eq!(request(port, place, &headers, body).unwrap().status, status, "{place} {body}");
    }
    let nobody = [("Authorization", "Bearer x"), ("Content-Type", EVENT)];
    assert_eq!(request(port, "POST /event", &nobody, &event(840)).unwrap().status, 404);
    assert_eq!(kept(), before, "a question, and what comes without a token, are no messages");
    // It was an event, and is read as one.
    county.operator(&["quarantine", "redrive", "--all"]);
    assert_eq!(kept(), 0);
}

/// A CloudEvents webhook asks first, without a token, whether it may deliver here.
#[test]
fn a_webhook_may_deliver_here() {
    let county = County::start();
    let asks = "OPTIONS /events HTTP/1.1\r\nHost: x\r\nConnection: close\r\nWebHook-Request-Origin: events.example\r\nWebHook-Request-Rate: 120\r\n\r\n";
    let answer = answer(&county, asks, b"").to_ascii_lowercase();
    assert!(answer.starts_with("http/1.1 200 "), "{answer}");
    for header in ["allow: post, options", "webhook-allowed-origin: events.example", "webhook-allowed-rate: *"] {
        assert!(answer.contains(&format!("\r\n{header}\r\n")), "{header} in {answer}");
    }
}

#[test]
fn a_question_that_is_too_large_exhausts_a_resource() {
    let county = County::start();
    let refused = county.involvement(crate::support::DUTY, &"x".repeat(70 << 10)).err().unwrap();
    assert_eq!(refused.code(), tonic::Code::ResourceExhausted, "{refused}");
}

/// A watch ends when the service does, and holds it up as little as an open connection.
#[test]
fn whoever_watches_does_not_hold_up_the_end() {
    let mut county = County::start();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let endpoint = format!("http://127.0.0.1:{}", county.product().ports.grpc);
    let endpoint = tonic::transport::Endpoint::from_shared(endpoint).unwrap();
    let mut client = HealthClient::new(runtime.block_on(endpoint.connect()).unwrap());
    let mut watch = |service: &str| {
        let asked = HealthCheckRequest { service: service.to_owned() };
        runtime.block_on(client.watch(asked)).unwrap().into_inner()
    };
    let (mut whole, mut unknown) = (watch(""), watch("no.such.Service"));
    let next = |stream: &mut tonic::Streaming<tonic_health::pb::HealthCheckResponse>| {
        runtime.block_on(stream.message()).unwrap().map(|it| it.status())
    };
    assert_eq!(next(&mut unknown), Some(ServingStatus::ServiceUnknown));
    let idle = connect(&county);
    let began = Instant::now();
    county.stop();
    assert!(began.elapsed() < Duration::from_secs(15), "{BINARY} took {:?}", began.elapsed());
    let last = std::iter::from_fn(|| next(&mut whole)).last();
    assert_eq!((last, next(&mut unknown)), (Some(ServingStatus::NotServing), None));
    drop(idle);
}
