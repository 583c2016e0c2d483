//! Killed in the middle: what was acknowledged is in the view, once; what was not stored was not acknowledged.

use crate::support::{County, HEALTH, SOCIAL, Who, access, ago, identified};
use api::proto;
use api::proto::parallel_view_service_client::ParallelViewServiceClient;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use testkit::county::{Person, Visit, adt, config_with, person, social};
use testkit::edit::Edit;
use testkit::product::{freeze, signal, thaw};
use testkit::wire::{Mllp, acknowledgement_code};

const SENDERS: u32 = 8;

fn message(n: u32) -> String {
    let visit = Visit { number: "1", class: "I", ward: "OS3", started: Some(ago(3600)), ..Visit::default() };
    adt("A01", &format!("C{n}"), ago(3600), &person(n), &visit)
}

/// Sends one message for each of many clients until asked to stop; `acknowledged` collects those answered with AA.
fn send_until(port: u16, first: u32, stop: &AtomicBool, acknowledged: &Mutex<BTreeSet<u32>>) {
    let mut n = first;
    while !stop.load(Ordering::Relaxed) {
        let Ok(mut connection) = Mllp::connect(port) else {
            std::thread::sleep(Duration::from_millis(20));
            continue;
        };
        while !stop.load(Ordering::Relaxed) {
            match connection.send(&message(n)) {
                Ok(answer) if acknowledgement_code(&answer) == "AA" => {
                    acknowledged.lock().unwrap().insert(n);
                    n += SENDERS;
                }
                // No answer: the sender keeps the message and sends it again.
                _ => break,
            }
        }
    }
}

fn events_of(
    county: &County,
    client: &mut ParallelViewServiceClient<tonic::transport::Channel>,
    who: Who,
    person: &Person,
) -> usize {
    let request = proto::ListTimelineRequest {
        client: Some(identified(&person.hetu)),
        access: Some(access(who)),
        ..proto::ListTimelineRequest::default()
    };
    county.wait(client.list_timeline(who.request(request))).unwrap().into_inner().entries.len()
}

/// Every acknowledged message is in its client's view exactly once; nothing is there twice.
fn check(county: &County, acknowledged: &BTreeSet<u32>) {
    let mut client = ParallelViewServiceClient::new(county.channel());
    for n in 0..acknowledged.last().map_or(0, |last| last + SENDERS) {
        let events = events_of(county, &mut client, HEALTH, &person(n));
        if acknowledged.contains(&n) {
            assert_eq!(events, 1, "acknowledged message {n}");
        } else {
            assert!(events <= 1, "message {n} is there twice");
        }
    }
}

#[test]
fn killed_in_mid_batch_nothing_acknowledged_is_lost() {
    let mut county = County::start();
    let acknowledged = Mutex::new(BTreeSet::new());
    for round in 0..3 {
        let port = county.product().ports.mllp;
        let stop = AtomicBool::new(false);
        let before = acknowledged.lock().unwrap().len();
        std::thread::scope(|scope| {
            for sender in 0..SENDERS {
                let (stop, acknowledged) = (&stop, &acknowledged);
                let first = (round * 1000) * SENDERS + sender;
                scope.spawn(move || send_until(port, first, stop, acknowledged));
            }
            // Some batches, however slow the machine is; then in the middle of one.
            for _ in 0..600 {
                std::thread::sleep(Duration::from_millis(100));
                if acknowledged.lock().unwrap().len() > before + 30 {
                    break;
                }
            }
            county.kill();
            stop.store(true, Ordering::Relaxed);
        });
        let gained = acknowledged.lock().unwrap().len() - before;
        assert!(gained > 20, "only {gained} messages were acknowledged before the kill");
        county.start_again();
    }
    let acknowledged = acknowledged.into_inner().unwrap();
    let mut client = ParallelViewServiceClient::new(county.channel());
    for n in &acknowledged {
        assert_eq!(events_of(&county, &mut client, HEALTH, &person(*n)), 1, "acknowledged message {n}");
    }
    // Fails if any view is not what a rebuild gives.
    county.operator(&["rebuild", "--verify"]);
}

#[test]
fn postgresql_killed_and_back() {
    let county = County::start();
    let acknowledged = Mutex::new(BTreeSet::new());
    let stop = AtomicBool::new(false);
    let port = county.product().ports.mllp;
    let at_kill = std::thread::scope(|scope| {
        for sender in 0..SENDERS {
            let (stop, acknowledged) = (&stop, &acknowledged);
            scope.spawn(move || send_until(port, sender, stop, acknowledged));
        }
        std::thread::sleep(Duration::from_millis(400));
        signal(county.postgres(), "KILL").unwrap();
        let at_kill = acknowledged.lock().unwrap().len();
        // It comes back by itself, and the senders' messages with it.
        for _ in 0..600 {
            std::thread::sleep(Duration::from_millis(50));
            if acknowledged.lock().unwrap().len() > at_kill + 100 {
                break;
            }
        }
        stop.store(true, Ordering::Relaxed);
        at_kill
    });
    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(acknowledged.len() > at_kill + 100, "it came back: {} then, {} now", at_kill, acknowledged.len());
    check(&county, &acknowledged);
}

/// Law 1: while nothing can be stored, nothing is acknowledged; the sender keeps its message.
#[test]
fn while_nothing_can_be_stored_nothing_is_acknowledged() {
    let holding = config_with("[ingest]\nhold = \"1s\"");
    let refusing =
        holding.edit("facility = \"KESKUSSAIRAALA\"", "facility = \"KESKUSSAIRAALA\"\nwhen_unavailable = \"ar\"");
    for (config, answers) in [(holding, false), (refusing, true)] {
        let county = County::start_with(&config);
        assert_eq!(county.hl7(&message(1)), "AA");
        let frozen = freeze(county.postgres()).unwrap();
        assert!(frozen.len() > 1);
        let kept = message(2);
        let answer = county.mllp().send(&kept);
        let event = social("ClientshipOpened", "1", ago(60), &person(2), json!({"clientship": "1"}));
        let posted = county.social(&event).status;
        thaw(&frozen).unwrap();
        match answer {
            Ok(answer) => {
                assert!(answers, "{answer}");
                assert!(acknowledgement_code(&answer) == "AR" && answer.contains("207"), "{answer}");
            }
            Err(error) => assert!(!answers, "{error}"),
        }
        assert_eq!(posted, 503);
        // Sent again, it is stored, once.
        assert_eq!(county.hl7(&kept), "AA");
        assert_eq!(county.social(&event).status, 200);
        let mut client = ParallelViewServiceClient::new(county.channel());
        assert_eq!(events_of(&county, &mut client, SOCIAL, &person(2)), 2);
    }
}
