//! Identities that people decide: from the messages to the list, the decision, and the answers that follow.

use crate::support::{County, Transport, ago};
use serde_json::{Value, json};
use testkit::county::{self, Person, Visit, adt, person, social};

journeys! {
    what_a_guard_holds_back_is_decided_by_a_person,
    a_mistyped_code_and_two_birth_dates_are_listed,
}

fn stay(number: &str) -> Visit<'_> {
    Visit { number, class: "I", ward: "OS3", started: Some(ago(3600)), ..Visit::default() }
}

fn list(county: &County) -> Vec<Value> {
    county.settle();
    let said = county.operator(&["review", "list", "--json"]);
    let Value::Array(entries) = serde_json::from_str(&said).unwrap() else { panic!("{said}") };
    entries
}

fn reference(entry: &Value, source: &str) -> String {
    let of = |it: &&Value| it["sources"][0] == source && it["decided"] == false;
    entry["records"].as_array().unwrap().iter().find(of).unwrap()["ref"].to_string()
}

fn decide(county: &County, [a, b]: [&str; 2], verdict: &str) -> String {
    county.operator(&["review", "decide", a, b, verdict, "--by", "Iida Identiteetti", "--reason", "checked"])
}

/// Two codes in one message: whose the stay is nobody knows, until a person finds out.
fn what_a_guard_holds_back_is_decided_by_a_person(way: Transport) {
    let county = County::start_on(way, &county::config());
    let (client, other) = (person(90), person(91));
    county.heartbeat();
    let opened = social("ClientshipOpened", "c-90", ago(9000), &client, json!({ "clientship": "90" }));
    assert_eq!(county.social(&opened).status, 200);
    assert_eq!(list(&county).len(), 0);
    let two = format!("~{}^^^&1.2.246.21&ISO||{}", other.hetu, client.family);
    let two = adt("A01", "1", ago(3600), &client, &stay("1")).replace(&format!("||{}", client.family), &two);
    assert_eq!(county.hl7(&two), "AA");
    assert_eq!((county.involved(&client), county.involved(&other)), ("not-known", "not-known"));

    let entries = list(&county);
    assert_eq!((entries.len(), &entries[0]["reason"]), (1, &json!("two-identity-codes")));
    let said = entries[0].to_string() + &county.operator(&["review", "list"]);
    for personal in [&client.hetu, &other.hetu, &client.number, client.family, client.given] {
        assert!(!said.contains(personal), "{said}");
    }
    let (ward, clientship) = (reference(&entries[0], "keskussairaala"), reference(&entries[0], "sosiaali"));
    assert!(decide(&county, [&ward, &clientship], "--together").contains("one person"));
    assert_eq!(list(&county).len(), 0);
    let stays = |client: &Person| county.view(crate::support::HEALTH, &client.hetu, None);
    assert!(decide(&county, [&clientship, &ward], "--together").contains("nothing is changed"));
    assert!(stays(&client).is_ok());

    // The ward repeats itself: decided stays decided. Taken back, they part.
    let again = two.replace("ADT^A01|1|", "ADT^A01|2|");
    assert_eq!(county.hl7(&again), "AA");
    assert_eq!(list(&county).len(), 0);
    assert!(decide(&county, [&ward, &clientship], "--apart").contains("two persons"));
    assert_eq!(list(&county).len(), 0);
    // By the mended message of the source everything is as it should be, but what a steward said of the two.
    let mended = adt("A31", "3", ago(10), &other, &Visit::default()).replace(&other.number, &client.number);
    assert_eq!(county.hl7(&mended), "AA");
    county.heartbeat();
    assert_eq!((county.involved(&other), county.involved(&client)), ("involved", "none"));
}

fn a_mistyped_code_and_two_birth_dates_are_listed(way: Transport) {
    let county = County::start_on(way, &county::config());
    let (client, other) = (person(92), person(93));
    let born = |message: &str, person: &Person, date: &str| {
        let name = format!("||{}^{}\r", person.family, person.given);
        message.replace(&name, &format!("{}||{date}\r", name.trim_end()))
    };
    let update = |id: &str, person: &Person| adt("A31", id, ago(60), person, &Visit::default());
    assert_eq!(county.hl7(&born(&update("1", &client), &client, "19300101")), "AA");
    assert_eq!(list(&county).len(), 0, "the day in the code");
    let elsewhere = Person { number: "K0000999".to_owned(), ..client.clone() };
    assert_eq!(county.hl7(&born(&update("2", &elsewhere), &client, "19310101")), "AA");
    let mut mistyped = other.hetu.clone();
    mistyped.replace_range(10.., if other.hetu.ends_with('A') { "B" } else { "A" });
    assert_eq!(county.hl7(&update("3", &Person { hetu: mistyped, ..other })), "AA");
    let mut reasons: Vec<_> = list(&county).iter().map(|it| it["reason"].as_str().unwrap().to_owned()).collect();
    reasons.sort();
    assert_eq!(reasons, ["birth-dates-differ", "refused-identity-code"]);
    let entries = list(&county);
    let dates = entries.iter().find(|it| it["reason"] == "birth-dates-differ").unwrap()["records"].as_array().unwrap();
    let [a, b] = [0, 1].map(|n| dates[n]["ref"].to_string());
    decide(&county, [&a, &b], "--apart");
    let left = list(&county);
    assert_eq!((left.len(), &left[0]["reason"]), (1, &json!("refused-identity-code")), "two persons, two birthdays");
}
