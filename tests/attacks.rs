//! Nobody can hold the doors: while somebody takes all that is given before it identifies itself, the others are answered.
//!
//! Each attack is on the real sockets. An attacker without a token comes from the neighbour's own address, as behind a proxy;
//! one that has a token, or speaks MLLP, also from another.

use crate::support::{County, DUTY, ago};
use serde_json::json;
use std::io::Write;
use std::net::{Ipv4Addr, TcpStream};
use testkit::attacker::{self, ELSEWHERE, Http2, is_closed};
use testkit::county::{self, HEALTH_TOKEN, OTHER_TOKEN, SOCIAL_TOKEN, Visit, adt, person, social};
use testkit::edit::Edit;
use testkit::wire::{EVENT, acknowledgement_code, post};

const QUESTION: &str = "/rinnakkain.care.v1.InvolvementService/CheckInvolvement";
const HEALTH: &str = "/grpc.health.v1.Health/Check";
/// Where the neighbour is.
const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;

fn connect(from: Ipv4Addr, port: u16) -> TcpStream {
    attacker::connect(from, port).unwrap()
}

/// Few places, so that few connections fill them; and another source.
fn crowded(places: u32) -> String {
    let address = "address = \"127.0.0.1:0\"";
    county::config().edit(address, &format!("{address}\nconnections = {places}")) + &county::another_source()
}

fn asked(county: &County) {
    let answer = county.involvement(DUTY, &person(1).hetu).map(drop);
    assert!(answer.is_ok(), "the neighbour is not answered: {answer:?}");
}

fn admission(n: u32) -> String {
    let stay = format!("k{n}");
    let visit = Visit { number: &stay, class: "I", ward: "OS3", started: Some(ago(3600)), ..Visit::default() };
    adt("A01", &format!("m{n}"), ago(60), &person(n), &visit)
}

fn sent(county: &County, n: u32) {
    assert_eq!(county.hl7(&admission(n)), "AA", "the neighbour's message is not taken");
}

/// 600 calls that never send their question.
fn calls_without_a_body(county: &County, path: &str, token: Option<&str>) -> Vec<Http2> {
    let attack = |_| {
        let mut attacker = Http2::connect(HERE, county.product().ports.grpc).unwrap();
        for n in 0..60 {
            attacker.call(2 * n + 1, path, token).unwrap();
        }
        attacker
    };
    (0..10).map(attack).collect()
}

#[test]
fn calls_without_a_body_hold_no_place_of_others() {
    let county = County::start();
    for (path, token) in [(QUESTION, None), (QUESTION, Some("made-up")), (HEALTH, None), (QUESTION, Some(HEALTH_TOKEN))]
    {
        let attackers = calls_without_a_body(&county, path, token);
        // Also while the attack goes on, and whatever the order in which the service takes the connections.
        for _ in 0..5 {
            asked(&county);
        }
        drop(attackers);
    }
}

/// Also those that begin something and do not go on.
#[test]
fn silent_connections_give_way_to_others() {
    let county = County::start_with(&crowded(40));
    let ports = county.product().ports;
    let chunks = format!(
        "POST /events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SOCIAL_TOKEN}\r\nContent-Type: {EVENT}\r\n\
         Transfer-Encoding: chunked\r\n\r\n1\r\n{{\r\n"
    );
    for (from, grpc, http, mllp) in [
        (HERE, "", "", ""),
        (ELSEWHERE, "", "", ""),
        (HERE, "PRI * HTTP/2.0\r\n", "POST /events HTTP/1.1\r\nX-Slow: ", "\x0bMSH|^~\\&|POTILAS|"),
        (ELSEWHERE, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", chunks.as_str(), "\x0b"),
    ] {
        let begun = |port, bytes: &str| {
            let one = |_| {
                let mut stream = connect(from, port);
                stream.write_all(bytes.as_bytes()).unwrap();
                stream
            };
            (0..45).map(one).collect::<Vec<_>>()
        };
        let attackers = [begun(ports.grpc, grpc), begun(ports.http, http), begun(ports.mllp, mllp)];
        asked(&county);
        county.heartbeat();
        sent(&county, 2);
        for of_one in &attackers {
            assert!(is_closed(&of_one[0]), "the first to be silent is the first to go");
        }
    }
    let log = county.product().log().unwrap();
    let lines = log.lines().filter(|line| line.contains("all connections are in use")).count();
    assert!((1..=12).contains(&lines), "a line a minute, listener and peer, not {lines}:\n{log}");
}

/// A peer that is known, and busy, has its share and no more.
#[test]
fn many_connections_of_one_peer_leave_places_to_others() {
    let settings = crowded(40).edit("connections = 40", "connections = 40\nconnections_per_peer = 10");
    let county = County::start_with(&settings);
    let port = county.product().ports.mllp;
    let mut neighbour = county.mllp();
    assert_eq!(acknowledgement_code(&neighbour.send(&admission(8)).unwrap()), "AA");
    let message = format!("\x0b{}\x1c\r", admission(9));
    let busy = |_| {
        let mut attacker = connect(ELSEWHERE, port);
        let _ = attacker.write_all(message.repeat(20).as_bytes());
        attacker
    };
    let attackers: Vec<TcpStream> = (0..80).map(busy).collect();
    sent(&county, 10);
    assert_eq!(acknowledgement_code(&neighbour.send(&admission(11)).unwrap()), "AA");
    drop(attackers);
}

/// One that has authenticated keeps its connection, however many come after it and send nothing.
#[test]
fn a_connection_in_use_outlives_those_that_say_nothing() {
    let county = County::start_with(&crowded(40));
    let mut neighbour = county.mllp();
    assert_eq!(acknowledgement_code(&neighbour.send(&admission(3)).unwrap()), "AA");
    let attackers: Vec<TcpStream> = (0..120).map(|_| connect(HERE, county.product().ports.mllp)).collect();
    assert!(attackers[..60].iter().all(is_closed), "those before have given way to those after");
    assert_eq!(acknowledgement_code(&neighbour.send(&admission(4)).unwrap()), "AA");
}

#[test]
fn slow_bodies_of_one_source_hold_no_place_of_another() {
    let county = County::start_with(&crowded(300));
    let head = format!(
        "POST /events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SOCIAL_TOKEN}\r\nContent-Type: {EVENT}\r\nContent-Length: 999\r\n\r\n{{"
    );
    let slow = |_| {
        let mut attacker = connect(ELSEWHERE, county.product().ports.http);
        attacker.write_all(head.as_bytes()).unwrap();
        attacker
    };
    let _attackers: Vec<TcpStream> = (0..200).map(slow).collect();
    let event = social("CaseOpened", "1", ago(60), &person(5), json!({"case": "1"})).to_string();
    let event = event.edit("\"sosiaali\"", "\"toinen\"");
    let answer = post(county.product().ports.http, "/events", OTHER_TOKEN, EVENT, &event);
    assert!(answer.as_ref().is_ok_and(|it| it.status == 200), "the neighbour is not answered: {answer:?}");
}

#[test]
fn half_messages_hold_no_place_of_others() {
    let county = County::start();
    let half = [&[0x0b], admission(6).as_bytes(), &vec![b'x'; 80 << 10]].concat();
    let begun = |_| {
        let mut attacker = connect(ELSEWHERE, county.product().ports.mllp);
        attacker.write_all(&half).unwrap();
        attacker
    };
    let attackers: Vec<TcpStream> = (0..100).map(begun).collect();
    let large = admission(7) + &format!("ZXX|{}\r", "x".repeat(200 << 10));
    assert_eq!(county.hl7(&large), "AA", "the neighbour's large message is not taken");
    attackers[0].set_nonblocking(true).unwrap();
    assert!(!is_closed(&attackers[0]), "the neighbour's was taken only when theirs were given up");
}
