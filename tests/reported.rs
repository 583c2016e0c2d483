//! "Reported" means reported: rubbish, a refusal and a repeated message leave a source as silent as it was, on both transports.

use crate::support::{County, Transport, ago};
use serde_json::json;
use std::time::{Duration, Instant};
use testkit::county::{self, SOCIAL_TOKEN, Visit, adt, person, social};
use testkit::edit::Edit;
use testkit::wire::{END_BLOCK, EVENT, START_BLOCK, acknowledgement_code, post};

/// Until when the hospital and the social system have reported; `None`: never.
fn reported_until(county: &County) -> [Option<(i64, i32)>; 2] {
    let standing = county.involvement(crate::support::DUTY, &person(700).hetu).unwrap().standing.unwrap();
    ["keskussairaala", "sosiaali"].map(|name| {
        let source = standing.sources.iter().find(|source| source.name == name).unwrap();
        source.reported_until.map(|at| (at.seconds, at.nanos))
    })
}

fn journey(way: Transport) {
    let county = County::start_on(way, &county::config());
    let client = person(700);
    let stay = Visit { number: "1", class: "I", ward: "OS3", started: Some(ago(3600)), ..Visit::default() };
    let rubbish = || {
        let mut mllp = county.mllp();
        mllp.write_raw(
            &[&[START_BLOCK], b"MSH|^~\\&|POTILAS|KESKUSSAIRAALA|||\rrubbish".as_slice(), &END_BLOCK].concat(),
        )
        .unwrap();
        assert_ne!(acknowledgement_code(&mllp.read().unwrap()), "AA");
        let sent = post(county.product().ports.http, "/events", SOCIAL_TOKEN, EVENT, "{\"rubbish\"").unwrap();
        assert_eq!(sent.status, 422);
    };
    let refused = |n: u32| {
        let training = adt("A01", &format!("T{n}"), ago(30), &person(701), &stay).edit("|P|2.5", "|T|2.5");
        assert_eq!(county.hl7(&training), "AR");
        let event = social("CaseOpened", &format!("x{n}"), ago(30), &person(701), json!({"case": 7}));
        assert_eq!(county.social(&event).status, 422);
    };
    rubbish();
    refused(1);
    assert_eq!(reported_until(&county), [None, None], "nothing of theirs was taken");
    assert_eq!(county.involved(&client), "not-known", "a source that covers stays has never reported");

    let admission = adt("A01", "1", ago(60), &client, &stay);
    let opened = social("CaseOpened", "1", ago(60), &client, json!({"case": "1"}));
    assert_eq!((county.hl7(&admission).as_str(), county.social(&opened).status), ("AA", 200));
    let before = reported_until(&county);
    assert!(before.iter().all(Option::is_some), "{before:?}");

    std::thread::sleep(Duration::from_millis(300));
    rubbish();
    refused(2);
    assert_eq!((county.hl7(&admission).as_str(), county.social(&opened).status), ("AA", 200), "sent once more");
    assert_eq!(reported_until(&county), before, "nothing of it reports that they are there now");

    // Of no use and understood; and a heartbeat.
    assert_eq!(county.hl7(&adt("A60", "2", ago(0), &client, &Visit::default())), "AA");
    county.heartbeat();
    let patience = Instant::now() + Duration::from_secs(20);
    while !reported_until(&county).iter().zip(&before).all(|(now, before)| now > before) {
        assert!(Instant::now() < patience, "{:?} after {before:?}", reported_until(&county));
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn directly() {
    journey(Transport::Direct);
}

#[test]
fn through_the_journal() {
    journey(Transport::Kafka);
}
