//! A deployment that goes over to another journal, or to none, while the old one may hold what is not applied.

use crate::support::{County, Transport, ago};
use std::time::Duration;
use testkit::county::{Visit, adt, config, person};
use testkit::edit::Edit;

#[test]
fn what_a_journal_may_still_hold_is_not_known_without_it() {
    let config = config().edit("silence = \"30m\"", "silence = \"6s\"");
    let mut county = County::start_on(Transport::Kafka, &config);
    let client = person(5400);
    let visit = Visit { number: "M", class: "I", ward: "OS3", ended: Some(ago(60)), ..Visit::default() };
    let speak = |county: &County| {
        county.heartbeat();
        assert_eq!(county.hl7(&adt("A03", "1", ago(60), &client, &visit)), "AA");
    };
    // Once it reads, it reads within the silence.
    county.settle();
    speak(&county);
    assert_eq!(county.involved(&client), "none");
    let status = county.operator(&["journal", "status"]);
    // As it is to be named to retire it.
    let ingest = status.split_whitespace().find(|word| word.contains("@care-events")).unwrap().to_owned();

    // It has not left in order: what it had received last may stand in the journal unread.
    county.kill();
    county.without_kafka(&config);
    county.start_again();
    std::thread::sleep(Duration::from_secs(7));
    speak(&county);
    assert_eq!(county.involved(&client), "not-known", "the journal may hold something");
    assert!(county.product().log().unwrap().contains("has not left it"), "and it is logged");
    county.operator(&["journal", "retire-ingest", &ingest, "--yes"]);
    speak(&county);
    assert_eq!(county.involved(&client), "none", "an operator has established that it holds nothing");
}
