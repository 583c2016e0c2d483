//! What may be of anybody, and what a source may not write or decide by itself: from the socket to the answer, and back to
//! "none" once a person has seen to it.

use crate::support::{County, DUTY, Transport, ago};
use api::proto::Coverage;
use api::proto::check_involvement_response::Involvement;
use serde_json::{Value, json};
use testkit::county::{self, Person, Visit, adt, person, social};
use testkit::edit::Edit;

journeys! {
    what_may_be_of_anybody_is_never_a_no,
    a_list_that_ends_much_waits_until_somebody_confirms_it,
    whoever_has_the_hospitals_own_number_alone_may_be_anybody,
    a_message_that_claims_to_be_of_a_source_counts_against_it,
    a_code_that_gives_way_to_another_hides_nobody,
    what_shows_a_presence_beside_its_own_news_is_never_a_no,
    whoever_has_a_health_social_worker_has_a_hospital,
}

fn stay(number: &str) -> Visit<'_> {
    Visit { number, class: "I", ward: "OS3", started: Some(ago(3600)), ..Visit::default() }
}

/// Why it is not known whether a hospital is involved with somebody of whom nothing was ever reported; empty: it is known.
fn doubts(county: &County) -> Vec<&'static str> {
    match county.involvement(DUTY, &person(999).hetu).unwrap().involvement.unwrap() {
        Involvement::NotKnown(why) => why.doubts().map(|it| it.as_str_name()).collect(),
        Involvement::NotInvolved(_) => Vec::new(),
        Involvement::Involved(_) => panic!("with nobody"),
    }
}

fn what_may_be_of_anybody_is_never_a_no(way: Transport) {
    let county = County::start_on(way, &county::config());
    county.heartbeat();
    let client = person(40);
    assert_eq!(county.hl7(&adt("A31", "1", ago(3600), &client, &Visit::default())), "AA");
    assert!(doubts(&county).is_empty());

    // Somebody on a ward, of whom the message has nothing but the visit's number.
    let nameless = |message: &str| {
        let pid = message.split('\r').find(|segment| segment.starts_with("PID")).unwrap();
        message.edit(pid, "PID|1")
    };
    assert_eq!(county.hl7(&nameless(&adt("A01", "2", ago(3000), &client, &stay("40")))), "AA");
    assert_eq!(doubts(&county), ["DOUBT_UNIDENTIFIED"]);
    let standing = county.involvement(DUTY, &person(999).hetu).unwrap().standing.unwrap();
    let sources: Vec<_> = standing.sources.iter().map(|it| (it.name.as_str(), it.unidentified.clone())).collect();
    assert_eq!(sources, [("keskussairaala", vec![Coverage::Stays as i32]), ("sosiaali", vec![])]);
    let of = |source: &str| {
        let lines = county.operator(&["sources", "--json"]);
        let mut lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let found = lines.find(|it| it["source"] == source).unwrap();
        ["not_found", "silent", "rejected_unnamed", "configured", "remarks"].map(|member| found[member].clone())
    };
    let unfound = json!(["nobody finds some of its clients"]);
    assert_eq!(of("keskussairaala"), [json!(["stays"]), json!(false), json!(0), json!(true), unfound]);
    assert_eq!(of("sosiaali"), [json!([]), json!(false), json!(0), json!(true), json!([])]);
    // Of half the wards only, as it says itself.
    let declares = json!({ "covers": ["clientships", "workers"], "wards": ["A", "B"], "since": ago(10).to_string() });
    let mut declares = social("SourceCoverageDeclared", "d-1", ago(10), &client, declares);
    declares["data"].as_object_mut().unwrap().remove("client");
    assert_eq!(county.social(&declares).status, 200);
    let sources = county.operator(&["sources"]);
    assert!(sources.contains("clientships, workers; 2 wards only"), "{sources}");
    let left = Visit { ended: Some(ago(60)), ..stay("40") };
    assert_eq!(county.hl7(&nameless(&adt("A03", "3", ago(60), &client, &left))), "AA");
    assert!(doubts(&county).is_empty());

    // A message that names nobody is refused, and waits.
    let unnamed = nameless(&adt("A01", "4", ago(50), &client, &stay("41"))).edit("ADT^A01|4|P|2.5", "ADT^A01|4|T|2.5");
    assert_eq!(county.hl7(&unnamed), "AR");
    assert_eq!(doubts(&county), ["DOUBT_REJECTED_UNNAMED"]);
    let remarks = json!(["refused messages name nobody", "more than a tenth is refused"]);
    assert_eq!(of("keskussairaala"), [json!([]), json!(false), json!(1), json!(true), remarks]);
    let screen = county.operator_says(&["status"]);
    assert!(screen.contains("refused messages of keskussairaala that name nobody: 1"), "{screen}");
    let list = county.operator(&["quarantine", "list", "--json"]);
    let entry: Value = serde_json::from_str(list.trim()).unwrap();
    county.operator(&["quarantine", "close", entry["id"].as_str().unwrap(), "--reason", "looked-at"]);
    assert!(doubts(&county).is_empty());

    // Stays are not the social system's to state; its own client is in doubt until somebody has looked.
    let line = json!({ "client": { "identifiers": [{ "system": "urn:oid:1.2.246.21", "value": client.hetu }] },
                       "stay": { "value": "40" } });
    let stays = json!({ "as_of": ago(30).to_string(), "count": 1, "lines": [line] });
    let refused = county.social(&social("CurrentStaysStated", "5", ago(20), &client, stays));
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("a stay belongs to the patient register"), "{refused:?}");
    assert_eq!((county.involved(&client), doubts(&county).len()), ("not-known", 0));
}

/// A code typed on another's card: who lies on the ward is for a steward to say.
fn a_code_that_gives_way_to_another_hides_nobody(way: Transport) {
    let county = County::start_on(way, &county::config());
    county.heartbeat();
    let (client, other) = (person(43), person(44));
    assert_eq!(county.hl7(&adt("A01", "1", ago(3600), &client, &stay("43"))), "AA");
    assert_eq!((county.involved(&client), county.involved(&other)), ("involved", "none"));
    let with_another = adt("A08", "2", ago(3000), &client, &stay("43")).edit(&client.hetu, &other.hetu);
    assert_eq!(county.hl7(&with_another), "AA");
    assert_eq!((county.involved(&client), county.involved(&other)), ("not-known", "involved"));
    assert!(doubts(&county).is_empty(), "of nobody else");
    let list = county.operator(&["review", "list", "--json"]);
    let entry: Value = serde_json::from_str(list.lines().next().unwrap()).unwrap();
    assert_eq!(entry["reason"], "identity-code-change-proposed", "{list}");
    let reference = entry["records"][0]["ref"].to_string();
    let decided = ["--refuse", "--by", "Iida Identiteetti", "--reason", "wrong-card", "--register", "patient"];
    let refuse = || {
        county.operator(&[&["review", "confirm-code", reference.as_str()][..], &decided].concat());
        assert_eq!((county.involved(&client), county.involved(&other)), ("none", "involved"));
    };
    refuse();
    // The steward was mistaken; and was not, after all.
    let undo = ["person", "undo", &reference, "--user", "iida", "--reason", "wrong-record", "--yes"];
    county.operator(&undo);
    assert_eq!((county.involved(&client), county.involved(&other)), ("not-known", "involved"));
    assert!(county.operator(&["review", "list", "--json"]).contains("identity-code-change-proposed"));
    assert!(county.operator_fails(&undo).contains("nothing is changed"), "once");
    refuse();
    assert_eq!(county.operator(&["review", "list", "--json"]), "");
    county.operator(&["rebuild", "--verify"]);
}

/// Unconscious, or a child just born: nobody outside the hospital asks by its number.
fn whoever_has_the_hospitals_own_number_alone_may_be_anybody(way: Transport) {
    let county = County::start_on(way, &county::config());
    county.heartbeat();
    let client = person(42);
    let own_number = |message: &str| message.edit(&format!("~{}^^^&1.2.246.21&ISO", client.hetu), "");
    assert_eq!(county.hl7(&own_number(&adt("A31", "1", ago(3600), &client, &Visit::default()))), "AA");
    assert!(doubts(&county).is_empty(), "nothing of theirs is current");
    assert_eq!(county.hl7(&own_number(&adt("A01", "2", ago(3000), &client, &stay("42")))), "AA");
    assert_eq!((doubts(&county), county.involved(&client)), (vec!["DOUBT_UNIDENTIFIED"], "not-known"));
    // The code has come: the stay is theirs, and of nobody else.
    assert_eq!(county.hl7(&adt("A31", "3", ago(2000), &client, &Visit::default())), "AA");
    assert_eq!((doubts(&county).len(), county.involved(&client)), (0, "involved"));
    assert_eq!(county.hl7(&own_number(&adt("A08", "4", ago(1000), &client, &stay("42")))), "AA");
    assert!(doubts(&county).is_empty(), "a message without the code takes none back");

    // A refused message is held to the same: by the number of somebody who is known by more, it is about them and nobody else.
    let refused = |id: &str, client: &Person, visit: &str| {
        let message =
            adt("A01", id, ago(900), client, &stay(visit)).edit(&format!("|{id}|P|2.5"), &format!("|{id}|T|2.5"));
        message.edit(&format!("~{}^^^&1.2.246.21&ISO", client.hetu), "")
    };
    assert_eq!(county.hl7(&refused("5", &client, "44")), "AR");
    assert!(doubts(&county).is_empty(), "it names somebody");
    let nobody_knows = person(45);
    assert_eq!(county.hl7(&refused("6", &nobody_knows, "45")), "AR");
    assert_eq!((doubts(&county), county.involved(&nobody_knows)), (vec!["DOUBT_REJECTED_UNNAMED"], "not-known"));
    assert_eq!(county.hl7(&adt("A01", "6", ago(800), &nobody_knows, &stay("45"))), "AA");
    assert!(doubts(&county).is_empty(), "its corrected copy closes it");
    assert_eq!(county.involved(&nobody_knows), "involved");

    // A system that asks everybody for a code is configured so: then who has none there is nobody who has one.
    let clients = |id: &str| {
        let mut event = social("ClientshipOpened", id, ago(900), &client, json!({ "clientship": id }));
        event["data"]["client"]["identifiers"] = json!([{ "system": "sosiaali-asiakas", "value": id }]);
        assert_eq!(county.social(&event).status, 200);
        let asked = county.involvement(crate::support::HEALTH, &person(999).hetu).unwrap();
        let of = |it: &api::proto::Source| it.name == "sosiaali" && !it.unidentified.is_empty();
        asked.standing.unwrap().sources.iter().any(of)
    };
    assert!(clients("c-1"), "whoever it is");
    let asks = "own_system = \"sosiaali-asiakas\"\nrevision = 1\nasks_for_identity_codes = true";
    county.configure(&county::config().edit("own_system = \"sosiaali-asiakas\"", asks));
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while !county.product().log().unwrap().contains("the configuration has changed, and is used") {
        assert!(std::time::Instant::now() < patience, "{}", county.product().last_lines());
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    county.operator(&["retranslate", "--source", "sosiaali", "--since", &ago(3600).to_string()]);
    assert!(!clients("c-2"), "it has asked");
}

/// Another facility of the hospital, or its new certificate: what it would say is lost to the hospital's answers.
fn a_message_that_claims_to_be_of_a_source_counts_against_it(way: Transport) {
    let county = County::start_on(way, &county::config());
    county.heartbeat();
    let client = person(43);
    assert_eq!(county.hl7(&adt("A31", "1", ago(3600), &client, &Visit::default())), "AA");
    let message = adt("A01", "2", ago(60), &client, &stay("43"));
    let pid = message.split('\r').find(|segment| segment.starts_with("PID")).unwrap();
    let of_nobody = message.edit(pid, "PID|1");
    let elsewhere = |application: &str| of_nobody.edit("|POTILAS|KESKUSSAIRAALA|", application);
    assert_eq!(county.hl7(&elsewhere("|TOINEN|KESKUSSAIRAALA|")), "AE");
    assert!(doubts(&county).is_empty(), "whoever reaches the port could say that");
    assert_eq!(county.hl7(&elsewhere("|POTILAS|UUSI TALO|")), "AE");
    assert_eq!(doubts(&county), ["DOUBT_REJECTED_UNNAMED"]);
    // Trying it again does not make it the hospital's; looking at it does.
    let sources = county.operator_says(&["quarantine", "redrive", "--all"]);
    assert!(sources.contains("no source is configured for it") && sources.contains("keskussairaala"), "{sources}");
    assert_eq!(doubts(&county), ["DOUBT_REJECTED_UNNAMED"]);
    county.operator(&["quarantine", "close", "--source", "keskussairaala", "--reason", "test-message", "--yes"]);
    assert!(doubts(&county).is_empty());
}

/// The first message of a stay that is received may be about a doctor, an allergy or the person.
fn what_shows_a_presence_beside_its_own_news_is_never_a_no(way: Transport) {
    let county = County::start_on(way, &county::config());
    county.heartbeat();
    assert_eq!(county.hl7(&adt("A31", "0", ago(3600), &person(0), &Visit::default())), "AA");
    let triggers = ["A09", "A10", "A15", "A20", "A26", "A32", "A33", "A54", "A55", "A60", "A61", "A62", "A28", "A31"];
    for (n, trigger) in (50..).zip(triggers) {
        let (client, visit) = (person(n), n.to_string());
        assert_eq!(county.involved(&client), "none", "{trigger}");
        let message = adt(trigger, &format!("p{n}"), ago(600), &client, &stay(&visit));
        assert_eq!(county.hl7(&message), "AA", "{trigger}");
        assert_eq!(county.involved(&client), "not-known", "{trigger}");
        // The stay's own news settle it, and what is beside them revives nothing.
        let left = Visit { ended: Some(ago(500)), ..stay(&visit) };
        assert_eq!(county.hl7(&adt("A03", &format!("e{n}"), ago(500), &client, &left)), "AA", "{trigger}");
        assert_eq!(county.involved(&client), "none", "{trigger}");
        assert_eq!(county.hl7(&adt(trigger, &format!("l{n}"), ago(400), &client, &stay(&visit))), "AA");
        assert_eq!(county.involved(&client), "none", "{trigger} after A03");
    }
    // By the hospital's own number alone it may be anybody.
    let client = person(70);
    let own_number = |message: &str| message.edit(&format!("~{}^^^&1.2.246.21&ISO", client.hetu), "");
    assert!(doubts(&county).is_empty());
    assert_eq!(county.hl7(&own_number(&adt("A54", "n", ago(300), &client, &stay("70")))), "AA");
    assert_eq!(doubts(&county), ["DOUBT_UNIDENTIFIED"]);
    assert_eq!(county.hl7(&own_number(&adt("A11", "o", ago(200), &client, &stay("70")))), "AA");
    assert!(doubts(&county).is_empty());
    // A code that stands in another number's place, and a frame that is no message, name somebody too.
    let (account, greeting) = (person(71), person(72));
    let message = adt("A01", "q", ago(100), &person(73), &stay("73"));
    let pid = message.split('\r').find(|segment| segment.starts_with("PID")).unwrap().to_owned();
    let number = |n: u32| format!("K{n}^^^keskussairaala-potilas~{}^^^&1.2.246.21&ISO", person(n).hetu);
    let in_account = message.edit(&pid, &format!("PID|1||{}{}{}", number(73), "|".repeat(15), account.hetu));
    assert_eq!((county.involved(&account), county.hl7(&in_account).as_str()), ("none", "AA"));
    assert_eq!(county.involved(&account), "not-known");
    assert_eq!(county.involved(&greeting), "none");
    assert_eq!(county.hl7(&format!("HELLO {}", greeting.hetu)), "AE");
    assert_eq!(county.involved(&greeting), "not-known");
}

/// Health social work may be reported as its worker alone, in either register.
fn whoever_has_a_health_social_worker_has_a_hospital(way: Transport) {
    let county = County::start_on(way, &county::config());
    county.heartbeat();
    assert_eq!(county.hl7(&adt("A31", "0", ago(3600), &person(0), &Visit::default())), "AA");
    for (n, register) in [(80, "patient"), (81, "social")] {
        let client = person(n);
        assert_eq!(county.involved(&client), "none", "{register}");
        let worker = json!({ "id": "t-1", "name": "Tuula Työntekijä", "phone": "044 000 0007" });
        let assigned = json!({ "register": register, "assignment": register, "role": "health-social-worker",
                               "worker": worker, "from": ago(7200).to_string() });
        assert_eq!(county.social(&social("WorkerAssigned", register, ago(60), &client, assigned)).status, 200);
        assert_eq!(county.involved(&client), "involved", "{register}");
        let answer = county.involvement(DUTY, &client.hetu).unwrap().involvement.unwrap();
        let Involvement::Involved(involved) = answer else { panic!("{register}") };
        let kinds: Vec<_> = involved.signs.iter().map(|it| it.kind().as_str_name()).collect();
        assert_eq!(kinds, ["INVOLVEMENT_KIND_HEALTH_SOCIAL_WORK"], "{register}");
        assert!(!involved.signs[0].contacts.is_empty(), "{register}");
        let ended = json!({ "register": register, "assignment": register });
        assert_eq!(
            county.social(&social("WorkerAssignmentEnded", &format!("e{n}"), ago(30), &client, ended)).status,
            200
        );
        assert_eq!(county.involved(&client), "none", "{register}");
    }
}

fn a_list_that_ends_much_waits_until_somebody_confirms_it(way: Transport) {
    const OF: u32 = 14;
    let county = County::start_on(way, &county::config());
    let line = |n: u32| {
        let worker = json!({ "id": format!("t-{n}"), "name": "Tuula Työntekijä", "phone": "044 000 0007" });
        json!({ "client": { "identifiers": [{ "system": "urn:oid:1.2.246.21", "value": person(n).hetu }] },
                "assignment": format!("s-{n}"), "role": "own-worker", "worker": worker, "from": ago(90_000).to_string() })
    };
    let list = |id: &str, at: i64, people: std::ops::Range<u32>| {
        let lines: Vec<_> = people.map(line).collect();
        let data = json!({ "as_of": ago(at).to_string(), "count": lines.len(), "lines": lines });
        let mut event = social("WorkersStated", id, ago(at), &person(0), data);
        event["data"].as_object_mut().unwrap().remove("client");
        assert_eq!(county.social(&event).status, 200);
    };
    let workers = |n: u32| county.workers(DUTY, &person(n).hetu).unwrap().workers.len();
    let open = || -> Vec<Value> {
        county.settle();
        let lines = county.operator(&["review", "list", "--json"]);
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    list("1", 9000, 0..OF);
    assert_eq!((workers(0), open().len()), (1, 0));
    // The extract came out nearly empty.
    list("2", 600, OF - 1..OF);
    assert_eq!((workers(0), workers(OF - 1)), (1, 1), "what stood stands");
    let [waits] = &open()[..] else { panic!("one list waits") };
    assert_eq!((&waits["reason"], &waits["list"]["ends"]), (&json!("list-ends-much"), &json!(OF - 1)));
    let reference = waits["list"]["ref"].as_str().unwrap();
    let confirm = ["review", "confirm-list", reference, "--by", "Iida Identiteetti", "--reason", "checked"];
    assert!(county.operator(&confirm).contains("confirmed"));
    assert_eq!((workers(0), workers(OF - 1), open().len()), (0, 1, 0));
}
