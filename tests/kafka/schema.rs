//! A database that takes nothing, whatever it is given: no event goes into the quarantine for it.

use crate::support::{County, Transport, ago};
use std::time::Duration;
use testkit::county::{Visit, adt, config, person};

#[test]
fn what_is_wrong_with_the_database_is_waited_for_and_no_event_is_blamed() {
    let county = County::start_on(Transport::Kafka, &config());
    let postgres = embedded::Postgres::adopt(&county.data().join("postgres")).unwrap().unwrap();
    let sql = |sql: &str| postgres.execute("postgres", sql).unwrap();
    let client = person(5300);
    let send = |number: &str| {
        let visit = Visit { number, class: "I", ward: "OS3", started: Some(ago(60)), ..Visit::default() };
        assert_eq!(county.hl7(&adt("A01", number, ago(60), &client, &visit)), "AA");
    };
    send("S1");
    county.settle();

    sql("ALTER TABLE view RENAME TO put_aside");
    send("S2");
    while !county.product().log().unwrap().contains("a batch cannot be stored") {
        std::thread::sleep(Duration::from_millis(100));
    }
    sql("ALTER TABLE put_aside RENAME TO view");
    county.settle();
    assert_eq!(county.involved(&client), "involved");
    let listed = county.operator(&["quarantine", "list", "--json"]);
    assert_eq!(listed, "", "no event was blamed");
}
