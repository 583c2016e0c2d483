//! Identities that people decide: from the messages to the list, the decision, and the answers that follow.

use crate::support::{County, Transport, ago};
use serde_json::{Value, json};
use testkit::county::{self, Person, Visit, adt, person, social};
use testkit::edit::Edit;

journeys! {
    what_a_guard_holds_back_is_decided_by_a_person,
    a_mistyped_code_and_two_birth_dates_are_listed,
    who_is_who_is_shown_decided_and_taken_back,
}

fn stay(number: &str) -> Visit<'_> {
    Visit { number, class: "I", ward: "OS3", started: Some(ago(3600)), ..Visit::default() }
}

fn list(county: &County) -> Vec<Value> {
    county.settle();
    let output = county.operator(&["review", "list", "--json"]);
    output.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{output}"))).collect()
}

fn reference(entry: &Value, source: &str) -> String {
    let of = |it: &&Value| it["sources"][0] == source && it["decided"] == false;
    entry["records"].as_array().unwrap().iter().find(of).unwrap()["ref"].to_string()
}

fn decide(county: &County, [a, b]: [&str; 2], verdict: &str) -> String {
    county.operator(&["review", "decide", a, b, verdict, "--by", "Iida Identiteetti", "--reason", "checked", "--yes"])
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
    let two = adt("A01", "1", ago(3600), &client, &stay("1")).edit(&format!("||{}", client.family), &two);
    assert_eq!(county.hl7(&two), "AA");
    assert_eq!((county.involved(&client), county.involved(&other)), ("not-known", "not-known"));

    let entries = list(&county);
    assert_eq!((entries.len(), &entries[0]["reason"]), (1, &json!("two-identity-codes")));
    let output = entries[0].to_string() + &county.operator(&["review", "list"]);
    for personal in [&client.hetu, &other.hetu, &client.number, client.family, client.given] {
        assert!(!output.contains(personal), "{output}");
    }
    let (ward, clientship) = (reference(&entries[0], "keskussairaala"), reference(&entries[0], "sosiaali"));
    assert!(decide(&county, [&ward, &clientship], "--together").contains("one person"));
    assert_eq!(list(&county).len(), 0);
    let stays = |client: &Person| county.view(crate::support::HEALTH, &client.hetu, None);
    assert!(decide(&county, [&clientship, &ward], "--together").contains("nothing is changed"));
    assert!(stays(&client).is_ok());

    // The ward repeats itself: decided stays decided. Taken back, they part.
    let again = two.edit("ADT^A01|1|", "ADT^A01|2|");
    assert_eq!(county.hl7(&again), "AA");
    assert_eq!(list(&county).len(), 0);
    assert!(decide(&county, [&ward, &clientship], "--apart").contains("two persons"));
    assert_eq!(list(&county).len(), 0);
    // By the mended message of the source everything is as it should be, but what a steward decided of the two.
    let mended = adt("A31", "3", ago(10), &other, &Visit::default()).edit(&other.number, &client.number);
    assert_eq!(county.hl7(&mended), "AA");
    county.heartbeat();
    assert_eq!((county.involved(&other), county.involved(&client)), ("involved", "none"));
}

fn a_mistyped_code_and_two_birth_dates_are_listed(way: Transport) {
    let county = County::start_on(way, &county::config());
    let (client, other) = (person(92), person(93));
    let born = |message: &str, person: &Person, date: &str| {
        let name = format!("||{}^{}\r", person.family, person.given);
        message.edit(&name, &format!("{}||{date}\r", name.trim_end()))
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

/// From an identity code to references, to a decision outside any case, and back; each look is in the access log.
fn who_is_who_is_shown_decided_and_taken_back(way: Transport) {
    let county = County::start_on(way, &county::config());
    let (client, other) = (person(94), person(95));
    county.heartbeat();
    let opened = social("ClientshipOpened", "c-94", ago(9000), &client, json!({ "clientship": "94" }));
    assert_eq!(county.social(&opened).status, 200);
    assert_eq!(county.hl7(&adt("A31", "0", ago(3700), &other, &Visit::default())), "AA");
    assert_eq!(county.hl7(&adt("A01", "1", ago(3600), &other, &stay("1"))), "AA");
    county.settle();
    let find = |who: &Person| -> Vec<Value> {
        let looks = ["person", "find", "--json", "--user", "Iida Identiteetti", "--reason", "wrong-merge"];
        let found = county.operator_with(&looks, &who.hetu);
        found.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let of = |who: &Person| find(who)[0]["ref"].to_string();
    let (a, b) = (of(&client), of(&other));
    assert_eq!((find(&client).len(), &find(&client)[0]["finds"]), (1, &json!(true)));
    assert!(find(&person(96)).is_empty());

    let looks = ["--user", "Iida Identiteetti", "--reason", "wrong-merge"];
    let shown = county.operator(&[&["person", "show", &b][..], &looks].concat());
    assert!(shown.contains("StayStarted") && shown.contains("urn:oid:1.2.246.21"), "{shown}");
    for personal in [&other.hetu, &other.number, other.family, other.given] {
        assert!(!shown.contains(personal), "{shown}");
    }
    let named = county.operator(&[&["person", "show", &b, "--show-personal"][..], &looks].concat());
    assert!(named.contains(other.family), "{named}");

    // Two records that no case names are not decided by a slip of the finger; and nobody can be asked here.
    let decide = ["review", "decide", &a, &b, "--together", "--by", "Iida Identiteetti", "--reason", "duplicate"];
    let refused = county.operator_fails(&[&decide[..], &["--yes"]].concat());
    assert!(refused.contains("not in one open case"), "{refused}");
    let refused = county.operator_fails(&[&decide[..], &["--outside-a-case"]].concat());
    assert!(refused.contains("--yes"), "{refused}");
    assert_eq!(find(&client).len(), 1);
    let decide = [&decide[..], &["--outside-a-case", "--yes"]].concat();
    assert!(county.operator(&decide).contains("one person"));
    assert_eq!((find(&client).len(), county.involved(&client)), (2, "involved"));
    // Two persons' codes in one client are a case of their own, which the steward has decided.
    assert_eq!(list(&county).len(), 0);

    // Taken back it is as if it had never been; made again it counts again.
    let undo = [&["person", "undo", &a, &b, "--yes"][..], &looks].concat();
    assert!(county.operator(&undo).contains("take back a steward's decision"));
    assert_eq!((find(&client).len(), county.involved(&client)), (1, "none"));
    assert!(county.operator_fails(&undo).contains("nothing joined"));
    county.operator(&decide);
    assert_eq!((find(&client).len(), county.involved(&client)), (2, "involved"));
    assert_eq!(
        county.operator(&["rebuild", "--verify"]).lines().last(),
        Some("1 client verified: 0 differ from history")
    );
    // A decision that replaced another: what counts then is what the sources report, not what the steward thought before.
    let apart: Vec<&str> = decide.iter().map(|it| if *it == "--together" { "--apart" } else { it }).collect();
    assert!(county.operator(&apart).contains("two persons"));
    assert!(county.operator(&undo).contains("decided about them before"));
    assert_eq!((find(&client).len(), county.involved(&client)), (1, "none"));
}

/// Whoever reads the output may stop reading.
#[test]
fn a_pipe_that_is_closed_early_is_no_error() {
    let county = County::start();
    for n in 0..40 {
        let message = adt("A01", &n.to_string(), ago(60), &person(97), &stay("1")).edit("|POTILAS|", "|NOBODY|");
        assert_eq!(county.hl7(&message), "AE");
    }
    for command in
        [&["quarantine", "list", "--json"][..], &["quarantine", "list"], &["sources"], &["quarantine", "count"]]
    {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut started = std::process::Command::new(crate::support::BINARY);
        started.args(command).arg("--config").arg(county.config()).arg("--data").arg(county.data());
        let ended = started.stdout(writer).stderr(std::process::Stdio::piped()).output().unwrap();
        assert!(ended.status.success() && ended.stderr.is_empty(), "{command:?}: {ended:?}");
    }
    let counted = county.operator(&["quarantine", "count", "--source", "unknown-sender", "--json"]);
    let counted: Value = serde_json::from_str(counted.trim()).unwrap();
    assert_eq!((&counted["entries"], &counted["place"]), (&json!(40), &json!("MSH-3")));
    let none = county.operator(&["quarantine", "list", "--json", "--since", "2100-01-01T00:00:00Z"]);
    assert_eq!(none, "");
    let close = ["quarantine", "close", "--source", "unknown-sender", "--reason", "nobody"];
    let asks = county.operator_fails(&close);
    assert!(asks.contains("add --yes to close 40 entries, 0 of which name no client"), "{asks}");
    let closed = county.operator(&[&close[..], &["--yes"]].concat());
    assert!(closed.contains("40 entries closed"), "{closed}");
}

/// One screen: what is well in a line, what is not with what to do.
#[test]
fn the_status_says_what_needs_somebody() {
    let mut county = County::start();
    let status = |county: &County| -> (Value, String) {
        let text = county.operator_says(&["status", "--json"]);
        let value: Value = serde_json::from_str(&text).unwrap();
        (value, text)
    };
    let outcome = |value: &Value, subject: &str| {
        let all = value["findings"].as_array().unwrap();
        all.iter()
            .filter(|it| it["subject"] == subject)
            .map(|it| it["outcome"].to_string())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let (silent, text) = status(&county);
    assert!(text.contains("has never reported") && silent["failed"] == true, "{text}");
    county.heartbeat();
    assert_eq!(county.hl7(&adt("A01", "1", ago(60), &person(98), &stay("1"))), "AA");
    assert_eq!(county.hl7(&adt("A01", "2", ago(60), &person(98), &stay("1")).edit("|POTILAS|", "|NOBODY|")), "AE");
    let (well, text) = status(&county);
    assert_eq!(outcome(&well, "feed"), "\"ok\"", "{text}");
    assert_eq!(outcome(&well, "lag"), "\"ok\"", "{text}");
    assert_eq!(
        (outcome(&well, "quarantine"), outcome(&well, "doubts")),
        ("\"warning\"".to_owned(), "\"ok\"".to_owned())
    );
    assert!(text.contains("unknown-sender"), "{text}");
    // Where somebody should listen and nobody does.
    county.stop();
    let config = std::fs::read_to_string(county.config()).unwrap();
    county.configure(&config.edit_first("127.0.0.1:0", "127.0.0.1:9"));
    let (down, text) = status(&county);
    assert_eq!((outcome(&down, "listener").as_str(), &down["failed"]), ("\"failure\"", &json!(true)), "{text}");
}
