//! Asked to stop, it stores and answers what it has received, or answers nothing: never half.

use crate::support::{BINARY, County, ago, over_kafka};
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use testkit::attacker::{self, ELSEWHERE, Http2};
use testkit::county::{SOCIAL_TOKEN, Visit, adt, config_with, person, social};
use testkit::kafka::{Cluster, Size};
use testkit::product::{Product, freeze, scratch, signal, thaw};
use testkit::wire::{EVENT, Mllp, acknowledgement_code, post};

const TALKATIVE: &str = "[log]\nfilter = \"info,rinnakkain=debug\"\n";

fn message(n: u32) -> String {
    let visit = Visit { number: "1", class: "I", ward: "OS3", started: Some(ago(3600)), ..Visit::default() };
    adt("A01", &format!("S{n}"), ago(3600), &person(n), &visit)
}

/// Waits until this is logged this often.
fn wait_for(product: &Product, what: &str, times: usize) {
    let patience = Instant::now() + Duration::from_mins(1);
    while product.log().unwrap().matches(what).count() < times {
        assert!(Instant::now() < patience, "{what:?} is not logged {times} times:\n{}", product.log().unwrap());
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A message, an event and half a message are received while nothing can be stored; it is asked to stop; then what stores
/// `comes_back`. What was received is answered, the half is not, and who comes later is not served.
fn stops_in_order(product: &Product, by: &str, comes_back: impl FnOnce()) {
    let (mllp, http) = (product.ports.mllp, product.ports.http);
    let received = product.log().unwrap().matches("message received").count();
    std::thread::scope(|scope| {
        let sent = scope.spawn(move || Mllp::connect(mllp).unwrap().send(&message(1)));
        let event = social("ClientshipOpened", "1", ago(60), &person(2), json!({"clientship": "1"})).to_string();
        let posted = scope.spawn(move || post(http, "/events", SOCIAL_TOKEN, EVENT, &event));
        let mut half = TcpStream::connect(("127.0.0.1", mllp)).unwrap();
        half.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        half.write_all(&[b"\x0b", &message(3).as_bytes()[..100]].concat()).unwrap();
        wait_for(product, "message received", received + 2);
        signal(product.pid(), by).unwrap();
        wait_for(product, "stopping: what was received is stored and answered first", 1);
        let mut answer = Vec::new();
        let _ = half.read_to_end(&mut answer);
        assert!(answer.is_empty(), "half a message is not answered");
        // Refused, or closed without an answer.
        let late = Mllp::connect(mllp).and_then(|mut late| late.send(&message(4)));
        assert!(late.is_err(), "{late:?}");
        assert!(!sent.is_finished() && !posted.is_finished(), "nothing is answered that is not stored");
        comes_back();
        assert_eq!(acknowledgement_code(&sent.join().unwrap().unwrap()), "AA");
        assert_eq!(posted.join().unwrap().unwrap().status, 200);
    });
}

#[test]
fn what_was_received_is_answered_and_then_it_stops() {
    for by in ["TERM", "INT"] {
        let mut county = County::start_with(&config_with(TALKATIVE));
        let frozen = freeze(county.postgres()).unwrap();
        stops_in_order(county.product(), by, || {
            thaw(&frozen).unwrap();
        });
        county.stop();
        county.start_again();
        county.heartbeat();
        assert_eq!(county.involved(&person(1)), "involved");
        for never_taken in [3, 4] {
            assert_eq!(county.timeline(crate::support::HEALTH, &person(never_taken).hetu).unwrap().entries.len(), 0);
        }
    }
}

#[test]
fn what_was_received_is_answered_once_kafka_has_it() {
    let mut cluster = Cluster::start(Size::One).unwrap();
    let directory = scratch().unwrap();
    let (data, file) = (directory.path(), directory.path().join("rinnakkain.toml"));
    std::fs::write(&file, over_kafka(&config_with(TALKATIVE), &cluster.bootstrap(), "care-events-stopping")).unwrap();
    assert!(Command::new(BINARY).arg("new-keys").arg(data.join("keys.toml")).status().unwrap().success());
    let ingest = Product::start_part(Path::new(BINARY), "ingest", &file, data).unwrap();
    assert_eq!(acknowledgement_code(&Mllp::connect(ingest.ports.mllp).unwrap().send(&message(9)).unwrap()), "AA");
    cluster.pause(0).unwrap();
    stops_in_order(&ingest, "TERM", || cluster.resume(0).unwrap());
    let log = ingest.log().unwrap();
    assert!(ingest.stop().unwrap().success(), "{log}");
}

/// Streams that stay open, half a call, half a request, and answers that nobody reads: nobody waits for their ends, and what
/// was received is stored.
#[test]
fn strangers_do_not_hold_up_the_stop() {
    const REFLECTION: &str = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    const WATCH: &str = "/grpc.health.v1.Health/Watch";
    let mut county = County::start_with(&config_with(TALKATIVE));
    let ports = county.product().ports;
    let mut calls = Http2::connect(ELSEWHERE, ports.grpc).unwrap();
    calls.call(1, REFLECTION, None).unwrap();
    calls.call(3, WATCH, None).unwrap();
    let mut unread = attacker::connect(ELSEWHERE, ports.http).unwrap();
    unread.set_write_timeout(Some(Duration::from_secs(2))).unwrap();
    let asks = b"GET /schemas HTTP/1.1\r\nHost: x\r\n\r\n".repeat(64);
    while unread.write_all(&asks).is_ok() {}
    let mut half = attacker::connect(ELSEWHERE, ports.http).unwrap();
    let head = format!(
        "POST /events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SOCIAL_TOKEN}\r\nContent-Type: {EVENT}\r\n\
         Content-Length: 999\r\n\r\n{{"
    );
    half.write_all(head.as_bytes()).unwrap();
    assert_eq!(county.hl7(&message(5)), "AA");
    let asked = Instant::now();
    // It must have stopped in order: a status of failure panics.
    county.stop();
    assert!(asked.elapsed() < Duration::from_secs(20), "they were waited for: {:?}", asked.elapsed());
    county.start_again();
    county.heartbeat();
    assert_eq!(county.involved(&person(5)), "involved");
}

/// What cannot be stored is not acknowledged, it ends all the same, and its exit status shows that something was left.
#[test]
fn a_database_that_stands_still_is_not_waited_for_for_ever() {
    let directory = scratch().unwrap();
    let (data, file) = (directory.path().join("data"), directory.path().join("rinnakkain.toml"));
    std::fs::create_dir(&data).unwrap();
    let postgres = testkit::cluster::start(&directory.path().join("county")).unwrap();
    assert!(Command::new(BINARY).arg("new-keys").arg(data.join("keys.toml")).status().unwrap().success());
    let database = format!("{TALKATIVE}[database]\nurl = {:?}\n[ingest]\nhold = \"10s\"\n", postgres.url("postgres"));
    std::fs::write(&file, config_with(&database)).unwrap();
    let product = Product::start(Path::new(BINARY), &file, &data).unwrap();
    let frozen = freeze(postgres.pid()).unwrap();
    let port = product.ports.mllp;
    let sent = std::thread::spawn(move || Mllp::connect(port).unwrap().send(&message(1)));
    wait_for(&product, "message received", 1);
    let status = product.stop().unwrap();
    thaw(&frozen).unwrap();
    let answer = sent.join().unwrap();
    assert!(answer.is_err(), "{answer:?}");
    assert_eq!(status.code(), Some(1));
    let log = std::fs::read_to_string(data.join("log.txt")).unwrap();
    assert!(log.contains("what was not answered is still its sender's"), "{log}");
}
