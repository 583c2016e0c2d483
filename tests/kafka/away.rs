//! Law 1 while no broker answers: no message is acknowledged; the sender keeps it, and sends it again.

use crate::support::{BINARY, ago, get, over_kafka};
use serde_json::json;
use std::path::Path;
use std::process::Command;
use testkit::county::{SOCIAL_TOKEN, Visit, adt, config_with, person, social};
use testkit::edit::Edit;
use testkit::kafka::{Cluster, Size};
use testkit::product::{Product, scratch};
use testkit::wire::{EVENT, Mllp, acknowledgement_code, post};

fn ready(port: u16) -> bool {
    get(port, "/readyz").unwrap().0 == 200
}

#[test]
fn while_the_brokers_are_away_nothing_is_acknowledged() {
    let mut cluster = Cluster::start(Size::One).unwrap();
    let holding = config_with("[ingest]\nhold = \"2s\"");
    let refusing =
        holding.edit("facility = \"KESKUSSAIRAALA\"", "facility = \"KESKUSSAIRAALA\"\nwhen_unavailable = \"ar\"");
    for (n, config, answers) in [(1, holding, false), (2, refusing, true)] {
        let directory = scratch().unwrap();
        let data = directory.path();
        let file = data.join("rinnakkain.toml");
        std::fs::write(&file, over_kafka(&config, &cluster.bootstrap(), &format!("care-events-away-{n}"))).unwrap();
        assert!(Command::new(BINARY).arg("new-keys").arg(data.join("keys.toml")).status().unwrap().success());
        let ingest = Product::start_part(Path::new(BINARY), "ingest", &file, data).unwrap();
        let visit = Visit { number: "1", class: "I", ward: "OS3", ..Visit::default() };
        let message = adt("A01", "1", ago(60), &person(1), &visit);
        let send = || Mllp::connect(ingest.ports.mllp).unwrap().send(&message);
        let event = social("ClientshipOpened", "1", ago(60), &person(2), json!({"clientship": "1"})).to_string();
        let send_event = || post(ingest.ports.http, "/events", SOCIAL_TOKEN, EVENT, &event).unwrap().status;
        assert_eq!(acknowledgement_code(&send().unwrap()), "AA");
        assert!(ready(ingest.ports.http));

        cluster.pause(0).unwrap();
        match send() {
            Ok(answer) => {
                assert!(answers, "{answer}");
                assert!(acknowledgement_code(&answer) == "AR" && answer.contains("207"), "{answer}");
            }
            Err(error) => assert!(!answers, "{error}"),
        }
        assert_eq!(send_event(), 503);
        assert!(!ready(ingest.ports.http), "it reports that nothing can be stored");

        cluster.resume(0).unwrap();
        // Sent again, as senders do, until it is taken.
        let again = std::iter::repeat_with(send).take(30);
        let taken = again.filter_map(Result::ok).any(|answer| acknowledgement_code(&answer) == "AA");
        assert!(taken, "the broker is back");
        assert_eq!(send_event(), 200);
        assert!(ready(ingest.ports.http));
        ingest.stop().unwrap();
    }
}
